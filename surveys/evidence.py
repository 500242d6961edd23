"""How sure we are that a person answered: nonces, vetoes, and answers that do not count yet.

Mail scanners open links, run scripts and post forms. So a page load answers nothing; the first gesture of a person on
the page counts after a grace time in which nothing speaks against it; a pressed button counts at once, unless something
does, and then the page asks once more. A robot that does exactly what one person does is not told from one.
"""

from __future__ import annotations

import datetime as dt
import hmac
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from surveys import content, firsts, responses, scoring
from surveys.enums import ClickKind, Evidence, Veto
from surveys.firsts import First, Sheet, Unless
from surveys.models import Click, HeldAnswer, Invitation, Message, Response
from surveys.prepared import Prepared
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

# reliability.md 4.1. Times between two clicks are as the web server saw them.
GRACE = dt.timedelta(seconds=120)
QUICKEST_FORM = dt.timedelta(seconds=2)
LONGEST_FORM = dt.timedelta(hours=12)
DECOY_WITHIN = dt.timedelta(seconds=60)
TWO_WITHIN = dt.timedelta(seconds=60)
THREE_WITHIN = dt.timedelta(minutes=15)
SOON_AFTER_SENDING = dt.timedelta(seconds=5)
ALL_SCORES = 11
MOST_CLICKS = 500  # of one invitation that are looked at: a scanner in a loop must not make a page slow
_TAG = re.compile(r"[A-Za-z0-9-]*")


# --------------------------------------------------------------------------------------------------------------- nonce


@dataclass(frozen=True)
class Nonce:
    """When a form was shown, whether it asked once more, and of what it was made, where that can be told."""

    shown_at: dt.datetime
    is_second: bool = False
    sheet: Sheet | None = None


def nonce(token: UUID, *, at: dt.datetime, is_second: bool = False, sheet: Sheet | None = None) -> str:
    """What the form of an invitation carries, so that nobody posts it blindly: good for this token and twelve hours."""
    text = f"{int(at.timestamp() * 1000):x}.{int(is_second)}"
    if sheet is not None and all(_TAG.fullmatch(tag) for tag in sheet.wishes):
        text += f".{sheet.campaign}.{'.'.join(sheet.wishes)}.{sheet.stamp}"
    return f"{text}.{_signature(f'{token}.{text}')}"


def read_nonce(text: str, token: UUID, *, at: dt.datetime) -> Nonce | None:
    """The nonce of this invitation's form, or None for one that is missing, forged, of another, or too old."""
    signed, _dot, signature = text.rpartition(".")
    if not constant_time_compare(_signature(f"{token}.{signed}"), signature):
        return None
    stamp, second, *made_of = signed.split(".")
    shown_at = dt.datetime.fromtimestamp(int(stamp, 16) / 1000, tz=dt.UTC)
    if not at - LONGEST_FORM < shown_at <= at:
        return None
    return Nonce(shown_at, second == "1", _sheet(made_of) if made_of else None)


def _signature(text: str) -> str:
    """As `django.core.signing.Signer` makes it, with the key in it already."""
    code = _begun(settings.SECRET_KEY).copy()
    code.update(text.encode())
    return signing.b64_encode(code.digest()).decode()


@lru_cache(maxsize=8)
def _begun(key: str) -> hmac.HMAC:
    return salted_hmac("surveys.evidence.noncesigner", "", key, algorithm="sha256")


def _sheet(made_of: list[str]) -> Sheet:
    campaign, chosen, known, usual, stamp = made_of
    return Sheet(int(campaign), (chosen, known, usual), int(stamp))


# ---------------------------------------------------------------------------------------------------------------- veto


@dataclass(frozen=True)
class Touch:
    """A click as the rules look at it."""

    kind: str
    score: int | None
    at: dt.datetime


def touches(invitation: Invitation, *, until: dt.datetime) -> list[Touch]:
    """What was touched of a mail and its page, oldest first."""
    return [Touch(click.kind, click.score, click.at) for click in reversed(_TOUCHED.all(invitation.pk, until))]


def _touched(number: int, until: dt.datetime) -> QuerySet[Click]:
    rows = Click.objects.filter(invitation=number, at__lte=until).order_by("-at", "-pk")
    return rows.only("kind", "score", "at")[:MOST_CLICKS]


_TOUCHED = Prepared(_touched, example=(-7_219_345, dt.datetime(1970, 1, 2, tzinfo=dt.UTC)))


def against_submission(clicks: Iterable[Touch], *, at: dt.datetime, sent_at: dt.datetime | None) -> Veto:
    """What speaks against a form that was posted at `at`: then the page asks once more."""
    recent = _since_gesture(clicks, at)
    if _has_decoy(clicks, at - DECOY_WITHIN, at):
        return Veto.DECOY
    if _are_several(recent, at):
        return Veto.SEVERAL
    return Veto.TOO_SOON if _is_too_soon(recent, sent_at) else Veto.NONE


def against_gesture(clicks: Iterable[Touch], *, at: dt.datetime, sent_at: dt.datetime | None) -> Veto:
    """What speaks against a gesture at `at`, with all that was touched until its grace time was over."""
    veto = against_submission(clicks, at=at, sent_at=sent_at)
    if veto:
        return veto
    later = [click for click in clicks if at < click.at <= at + GRACE]
    if _has_decoy(later, at, at + DECOY_WITHIN):
        return Veto.DECOY
    if _scores(click for click in later if click.kind == ClickKind.LINK):
        opened = _scores(click for click in clicks if click.kind == ClickKind.LINK and click.at > at - TWO_WITHIN)
        if len(opened) > 1:
            return Veto.SEVERAL
    is_all = len(_scores(click for click in clicks if click.kind == ClickKind.LINK)) == ALL_SCORES
    return Veto.ALL_LINKS if is_all else Veto.NONE


def _since_gesture(clicks: Iterable[Touch], at: dt.datetime) -> list[Touch]:
    """The links opened in the last minutes: those before an earlier gesture are a person's change of mind."""
    links: list[Touch] = []
    for click in clicks:
        if click.kind == ClickKind.GESTURE and click.at < at:
            links = []
        elif click.kind == ClickKind.LINK and at - THREE_WITHIN < click.at <= at:
            links.append(click)
    return links


def _scores(clicks: Iterable[Touch]) -> set[int | None]:
    return {click.score for click in clicks}


def _has_decoy(clicks: Iterable[Touch], since: dt.datetime, until: dt.datetime) -> bool:
    return any(click.kind == ClickKind.DECOY and since <= click.at <= until for click in clicks)


def _are_several(links: list[Touch], at: dt.datetime) -> bool:
    if len(_scores(links)) >= 3:
        return True
    return any(
        len(_scores(other for other in links if link.at <= other.at <= link.at + TWO_WITHIN)) >= 2 for link in links
    )


def _is_too_soon(links: list[Touch], sent_at: dt.datetime | None) -> bool:
    """Whether the mail was opened before a person could have had it."""
    return sent_at is not None and any(sent_at <= link.at < sent_at + SOON_AFTER_SENDING for link in links)


def _sent_at(invitation: Invitation) -> dt.datetime | None:
    found: dict[str, dt.datetime | None] = Message.objects.filter(invitation=invitation).aggregate(at=Max("sent_at"))
    return found["at"]


# ------------------------------------------------------------------------------------------------------------- answers


@dataclass(frozen=True)
class Posted:
    """A form as it came in: the cleaned values of all its fields, and what `responses.record` takes of them."""

    answer: Mapping[str, Any]
    said: Mapping[str, Any]
    nonce: Nonce
    language: str

    @property
    def score(self) -> int:
        return int(self.answer["score"])


def submit(invitation: Invitation, posted: Posted, *, shown: content.Content, at: dt.datetime | None = None) -> bool:
    """A person pressed the button, as it seems: record the answer, or hold it. Whether the page has to ask once more.

    Raises responses.NotOpen.
    """
    at = at or timezone.now()
    with transaction.atomic():
        locked = responses.lock(invitation, at)
        held = locked.held
        veto = _veto(locked, posted.nonce, at=at)
        if not veto and not (posted.nonce.is_second and held is not None):
            _write(locked, posted, shown=shown, at=at)
            return False
        is_same = posted.nonce.is_second and held is not None and held.score == posted.score
        is_repeated = is_same and at - posted.nonce.shown_at >= QUICKEST_FORM
        _hold(invitation, posted, veto=veto or (held.veto if held else ""), is_repeated=is_repeated, at=at)
        return not is_repeated


def take(token: UUID, posted: Posted, *, linked: int, shown: content.Content, at: dt.datetime) -> bool:
    """Record the first answer of an invitation against which nothing speaks, without reading anything; for PostgreSQL.

    False: nothing was done, for something may speak against it, or it is no first one, or the form is not made like
    this any more. Then `submit` looks at it closely.
    """
    nonce = posted.nonce
    if nonce.sheet is None or nonce.is_second or at - nonce.shown_at < QUICKEST_FORM:
        return False
    unless = Unless(
        sheet=nonce.sheet,
        linked=linked,
        decoy_since=at - DECOY_WITHIN,
        other_link_since=at - THREE_WITHIN,
        mail_since=at - THREE_WITHIN - SOON_AFTER_SENDING,
    )
    first = First(token, posted.answer, posted.language, Evidence.SUBMITTED, at, at, unless)
    says_more = any(offer.block.says(offer.shown, posted.said) for offer in shown.offers)
    if not says_more and not connection.in_atomic_block:
        return firsts.take(first)
    with transaction.atomic():
        response = firsts.attempt(first)
        if response is None:
            return False
        _keep(shown, posted.said)(response)
    return True


def _write(locked: responses.Locked, posted: Posted, *, shown: content.Content, at: dt.datetime) -> None:
    if locked.held is not None:
        locked.held.delete()
    answer = responses.Answer(**posted.answer)
    also = _keep(shown, posted.said)
    responses.write(locked, answer, language=posted.language, evidence=Evidence.SUBMITTED, at=at, also=also)


def _veto(locked: responses.Locked, nonce: Nonce, *, at: dt.datetime) -> Veto:
    if at - nonce.shown_at < QUICKEST_FORM:
        return Veto.TOO_FAST
    return against_submission(touches(locked.invitation, until=at), at=at, sent_at=locked.sent_at)


def _keep(shown: content.Content, said: Mapping[str, Any]) -> Callable[[Response], None]:
    def keep(response: Response) -> None:
        for offer in shown.offers:
            offer.block.keep(offer.shown, response, said)

    return keep


def _hold(invitation: Invitation, posted: Posted, *, veto: str, is_repeated: bool, at: dt.datetime) -> None:
    values = {
        "score": posted.score,
        "evidence": Evidence.SUBMITTED,
        "veto": veto,
        "is_repeated": is_repeated,
        "language": posted.language,
        "said": {"answer": dict(posted.answer), "fields": dict(posted.said)},
        "at": at,
        "due_at": at + GRACE if is_repeated else None,
    }
    HeldAnswer.objects.update_or_create(invitation=invitation, defaults=values)


def gesture(invitation: Invitation, *, score: int, language: str, at: dt.datetime | None = None) -> None:
    """The first gesture on the page, or another number chosen there: it becomes the answer when nothing speaks against
    it in its grace time, and never in place of what was sent by the button. With a keyboard one passes through the
    numbers between, so a chosen number waits too. Raises ValueError as `scoring.band`, responses.NotOpen."""
    at = at or timezone.now()
    scoring.band(score)
    with transaction.atomic():
        locked = responses.lock(invitation, at)
        Click.objects.create(invitation=invitation, kind=ClickKind.GESTURE, score=score, at=at)
        standing, held = locked.response, locked.held
        if standing is not None and (standing.evidence != Evidence.GESTURE or standing.score == score):
            return
        if held is not None and held.evidence != Evidence.GESTURE:
            return
        values = {"score": score, "evidence": Evidence.GESTURE, "veto": "", "language": language, "at": at}
        HeldAnswer.objects.update_or_create(invitation=invitation, defaults={**values, "due_at": at + GRACE})


# -------------------------------------------------------------------------------------------------------------- judging


def judge_due(*, size: int = 200, at: dt.datetime | None = None) -> bool:
    """Judge up to `size` answers whose grace time is over. Whether more wait."""
    at = at or timezone.now()
    waiting = list(HeldAnswer.objects.due(at).order_by("due_at").values_list("pk", flat=True)[:size])
    for pk in waiting:
        try:
            judge(pk, at=at)
        except Exception:  # the edge of a batch: one answer must not stop the others; it is tried again next time
            logger.exception("evidence.failed invitation=%s", pk)
    return len(waiting) == size


def judge(invitation_id: int, *, at: dt.datetime) -> Response | None:
    """Record the held answer of an invitation, or note what speaks against it and let it wait for a person."""
    with transaction.atomic():
        rows = HeldAnswer.objects.select_for_update(of=("self",)).select_related(*_OF_HELD)
        held = rows.filter(pk=invitation_id, due_at__lte=at).first()
        if held is None:
            return None  # somebody was faster
        clicks = touches(held.invitation, until=at)
        if held.evidence == Evidence.GESTURE:
            veto = against_gesture(clicks, at=held.at, sent_at=_sent_at(held.invitation))
        else:
            later = _scores(click for click in clicks if click.at > held.at and click.kind == ClickKind.LINK)
            veto = Veto.SEVERAL if later - {held.score} else Veto.NONE
        if veto:
            HeldAnswer.objects.filter(pk=held.pk).update(veto=veto, due_at=None)
            return None
        return _record(held, evidence=Evidence(held.evidence))


_OF_HELD = ("invitation__contact", "invitation__wave__campaign__brand", "invitation__wave__campaign__subject")


def _record(held: HeldAnswer, *, evidence: Evidence) -> Response | None:
    """Make the answer of what was held; None where the survey takes none any more: then it stays, for a person."""
    invitation = held.invitation
    shown = content.read(invitation.wave.campaign, held.band, held.language)
    answer = held.said.get("answer") or {"score": held.score}
    also = _keep(shown, held.said["fields"]) if held.said.get("fields") else _nothing
    try:
        made = responses.record(invitation, language=held.language, evidence=evidence, at=held.at, also=also, **answer)
    except responses.NotOpen:
        HeldAnswer.objects.filter(pk=held.pk).update(due_at=None)
        return None
    HeldAnswer.objects.filter(invitation=invitation).delete()
    return made


def _nothing(_response: Response) -> None:
    """A gesture says nothing but the number."""


def confirm(invitation: Invitation, *, score: int, by: User, reason: str) -> Response:
    """Staff know that a person gave this number: count it, with who said so and why.

    Raises WrongState where the invitation has an answer, or this number of its mail was never opened or held;
    ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a confirmation needs its reason")
    with transaction.atomic():
        Invitation.objects.select_for_update().get(pk=invitation.pk)
        if Response.objects.filter(invitation=invitation).exists():
            raise WrongState(_("It was answered meanwhile."))
        held = HeldAnswer.objects.select_related(*_OF_HELD).filter(invitation=invitation, score=score).first()
        response = _record(held or _clicked(invitation, score), evidence=Evidence.CONFIRMED)
        if response is None:
            raise WrongState(_("The survey takes no answer any more."))
        record(response, went_to=Evidence.CONFIRMED, by=by, reason=reason.strip()[:300])
        return response


def _clicked(invitation: Invitation, score: int) -> HeldAnswer:
    """What a mere click would say if it were an answer."""
    latest = invitation.clicks.filter(kind=ClickKind.LINK, score=score).order_by("-at").first()
    if latest is None:
        raise WrongState(_("Nobody opened this number of the mail."))
    return HeldAnswer(invitation=invitation, score=score, language=invitation.asked_in, at=latest.at)
