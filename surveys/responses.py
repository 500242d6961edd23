"""Record an answer; decide when it settles; keep every version and the counts beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from surveys import firsts, reminders, scoring
from surveys.enums import Band, Channel, ClickKind, Evidence
from surveys.models import Click, DailyCount, HeldAnswer, Invitation, Message, Response, Revision
from surveys.prepared import Prepared

GESTURE_GRACE = dt.timedelta(seconds=120)
COUNT_FIELD = firsts.COUNT_FIELD


class NotOpen(Exception):
    """The invitation takes no answer: it is closed, was never sent out, or is gone."""


@dataclass(frozen=True)
class Answer:
    """What a person said on the page, as one value."""

    score: int
    comment: str = ""
    wants_contact: bool = False
    phone: str = ""
    good_time: str = ""


def click(invitation: Invitation, score: int | None, *, network: str = "", agent: str = "") -> None:
    """Note that a score link was opened, or without a score the one that no person sees: a fact, never an answer."""
    kind = ClickKind.DECOY if score is None else ClickKind.LINK
    Click.objects.create(invitation=invitation, kind=kind, score=score, network=network, agent=agent, at=timezone.now())


def record(
    invitation: Invitation,
    *,
    score: int,
    comment: str = "",
    language: str,
    wants_contact: bool = False,
    phone: str = "",
    good_time: str = "",
    evidence: Evidence = Evidence.SUBMITTED,
    at: dt.datetime | None = None,
    also: Callable[[Response], None] = lambda _response: None,
) -> Response:
    """Record the answer of an invitation: the latest choice wins, every version stays as a Revision.

    The same content twice makes no second version. Response, Revision and DailyCount are written in one transaction,
    in which `also` keeps what else was said; answers of one invitation that come at once are taken one after the other.
    Raises ValueError for a score that is not an integer from 0 to 10, NotOpen when the invitation is closed.
    """
    scoring.band(score)
    at = at or timezone.now()
    answer = Answer(score=score, comment=comment, wants_contact=wants_contact, phone=phone, good_time=good_time)
    with transaction.atomic():
        return write(lock(invitation, at), answer, language=language, evidence=evidence, at=at, also=also)


@dataclass(frozen=True)
class Locked:
    """An invitation that nobody else answers until this transaction ends, with what was said before."""

    invitation: Invitation
    response: Response | None
    held: HeldAnswer | None
    sent_at: dt.datetime | None  # the latest of its mails


def lock(invitation: Invitation, at: dt.datetime) -> Locked:
    """Let the answers of an invitation come one after the other. Raises NotOpen when it takes none at `at`.

    Two statements: what is joined to a row that one had to wait for is still as it was before.
    """
    if _TAKEN.first(invitation.pk, at) is None:
        raise NotOpen
    found: Any = _BY_ID.first(invitation.pk)
    return Locked(found, getattr(found, "response", None), getattr(found, "held", None), found.sent_at)


def _taken(number: int, at: dt.datetime) -> QuerySet[Invitation]:
    return Invitation.objects.asked().filter(pk=number, closes_at__gt=at).select_for_update().only("pk").order_by()


_TAKEN = Prepared(_taken, example=(-7_219_346, dt.datetime(1970, 1, 2, tzinfo=dt.UTC)))


def _by_id(number: int) -> QuerySet[Invitation]:
    sent = Message.objects.filter(invitation=OuterRef("pk"), sent_at__isnull=False).order_by("-sent_at")
    rows = Invitation.objects.select_related("wave__campaign", "response", "held").filter(pk=number)
    return rows.annotate(sent_at=Subquery(sent.values("sent_at")[:1])).order_by()


_BY_ID = Prepared(_by_id, example=-7_219_344)


def write(
    locked: Locked,
    answer: Answer,
    *,
    language: str,
    evidence: Evidence,
    at: dt.datetime,
    also: Callable[[Response], None] = lambda _response: None,
) -> Response:
    """Record the answer of an invitation that is locked, as `record` does."""
    response = locked.response
    if response is None:
        response = _first(locked.invitation, answer, language=language, evidence=evidence, at=at)
    elif evidence == Evidence.GESTURE != response.evidence:
        return response  # a lower grade never overwrites a higher one: a robot must not undo what a person said
    elif answer != _answer(response) or evidence != response.evidence:
        _revise(response, answer, evidence=evidence, at=at)
    also(response)
    return response


def _answer(response: Response) -> Answer:
    return Answer(
        score=response.score,
        comment=response.comment,
        wants_contact=response.wants_contact,
        phone=response.phone,
        good_time=response.good_time,
    )


def _first(invitation: Invitation, answer: Answer, *, language: str, evidence: Evidence, at: dt.datetime) -> Response:
    if connection.vendor == "postgresql":
        first = firsts.First(invitation.token, asdict(answer), language, evidence, at, settles_at(evidence, at))
        response = firsts.insert(first)
        if response is None:
            raise IntegrityError("the invitation has an answer already")
        response.invitation, response.campaign = invitation, invitation.wave.campaign
        return response
    campaign = invitation.wave.campaign
    response = Response(
        campaign=campaign,
        channel=Channel.MAIL,
        contact_id=invitation.contact_id,
        invitation=invitation,
        subject_id=campaign.subject_id,
        scale=campaign.scale,
        style=invitation.style,
        language=language,
        evidence=evidence,
        answered_at=at,
        submitted_at=at,
        settles_at=settles_at(evidence, at),
        **asdict(answer),
    )
    response.is_new = True
    response.save(force_insert=True)
    _keep_version(response)
    _count(response, {response.band: 1})
    reminders.withdraw(invitation)
    return response


def _revise(response: Response, answer: Answer, *, evidence: Evidence, at: dt.datetime) -> None:
    before = response.band
    changes: dict[str, Any] = {
        **asdict(answer),
        "evidence": evidence,
        "revision": response.revision + 1,
        "submitted_at": at,
        "settles_at": settles_at(evidence, at),
    }
    for field, value in changes.items():
        setattr(response, field, value)
    response.save(update_fields=list(changes))
    _keep_version(response)
    if response.band != before:
        _count(response, {before: -1, response.band: 1})


def settles_at(evidence: Evidence, at: dt.datetime) -> dt.datetime:
    """When an answer begins to count: at once when a person pressed a button, after a grace time for a mere gesture."""
    return at + GESTURE_GRACE if evidence == Evidence.GESTURE else at


def _keep_version(response: Response) -> None:
    Revision.objects.create(
        response=response,
        number=response.revision,
        score=response.score,
        comment=response.comment,
        wants_contact=response.wants_contact,
        evidence=response.evidence,
        at=response.submitted_at,
    )


def count_key(response: Response) -> dict[str, Any]:
    """The row of DailyCount that an answer counts in."""
    return {
        "campaign_id": response.campaign_id,
        "subject_id": response.subject_id,
        "scale": response.scale,
        "language": response.language,
        "day": timezone.localtime(response.answered_at, timezone.get_default_timezone()).date(),
    }


def _count(response: Response, deltas: dict[Band, int]) -> None:
    """Add signed deltas to the day of the first answer. Update first: nearly always the row is there."""
    key = count_key(response)
    changes = {COUNT_FIELD[band]: F(COUNT_FIELD[band]) + delta for band, delta in deltas.items()}
    if DailyCount.objects.filter(**key).update(**changes):
        return
    try:
        with transaction.atomic():  # a savepoint: another first answer of the day may win the race
            DailyCount.objects.create(**key, **{COUNT_FIELD[band]: delta for band, delta in deltas.items()})
    except IntegrityError:
        DailyCount.objects.filter(**key).update(**changes)
