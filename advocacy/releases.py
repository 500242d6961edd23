"""What a customer reads and signs: the link, the signature, and whether it still covers what would be shown.

**What a signature binds.** `content_hash` is the SHA-256 of one line of JSON in UTF-8, written with keys in the order
of the alphabet, no spaces between tokens and no escapes beyond those that JSON demands. It is an object of the members

- `form`: the number 1, for this way of writing it;
- `media`: for each picture, in the order in which they are shown, the SHA-256, in small hexadecimal letters, of another
  such line: an object of `alt` and `credit`, as they stand with it, and `digest`, the SHA-256 of its file;
- `names`: an object with handles, shown_company, shown_name, shown_role and site, as they stand in the version;
- `text`: the blocks of the rendered text in their order, each a list of its kind and its words
  (see `questionnaires.blocks`).

Whoever has the version and the media can make the same bytes again, years later and without this program. The release
keeps beside it the wording that was agreed to, with its own SHA-256, who signed, in which role, when and for what.

Publishing makes the bytes anew, with the study locked, in the transaction that makes it public.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocacy import deletions, questionnaires, tiers, trail, trailwords, wall
from advocacy.enums import STUDY_MOVES, ReleaseAnswer, ReleaseStep, StudyChange, StudyStatus
from advocacy.models import Advocate, CaseStudy, Picture, Release, StudyVersion
from surveys import consents, texts
from surveys.enums import Promise, Purpose
from surveys.models import Message
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LETTER = "study_release"
PRIORITY = 20
SLICE = 100
REFRESH_AHEAD = dt.timedelta(days=30)  # so long before its end a release is to be renewed
SCOPE = ("words", "name", "role", "company", "pictures", "figures", "own pages, download, articles, talks, slides")
_FORM = 1


class NotSigned(WrongState):
    """What was on the customer's page is not what would be signed now: show it anew, with what was typed."""


# ------------------------------------------------------------------------------------------------- what is bound


def media_of(study: CaseStudy) -> list[str]:
    """A SHA-256 for each picture of a study, in the order in which they are shown: see `Picture.bound`."""
    return [picture.bound for picture in Picture.objects.filter(study=study).order_by("pk")]


def canonical(version: StudyVersion, media: list[str]) -> bytes:
    """The bytes that a signature binds; how they are made stands at the top of this module."""
    bound: dict[str, Any] = {
        "form": _FORM,
        "media": media,
        "names": {name: getattr(version, name) for name in questionnaires.NAMES},
        "text": [[block.kind, block.text] for block in questionnaires.blocks(version)],
    }
    return json.dumps(bound, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_hash(version: StudyVersion, media: list[str]) -> str:
    return hashlib.sha256(canonical(version, media)).hexdigest()


def is_whole(release: Release) -> bool:
    """Whether the version that was signed is still what it was: nothing in the database was changed behind it."""
    return content_hash(release.version, release.media) == release.content_hash


@dataclass(frozen=True)
class Wording:
    """The release as it is shown and kept: `shown` is `text` for HTML; `version` is the value of the tick."""

    text: str
    shown: str
    language: str
    version: str


def wording(release: Release, tag: str) -> Wording:
    """What the customer agrees to, in an offered language."""
    text, study = texts.table(tag)["release"]["wording"], release.study
    values = {"company": study.brand.short_name, "title": release.version.title, "months": str(study.release_months)}
    plain = texts.plain(text, values)
    return Wording(plain, texts.html(text, values), tag, consents.hash_of(plain)[:16])


# --------------------------------------------------------------------------------------------------------------- ask


def ask_to_read(study: CaseStudy, *, by: User, reason: str = "", seen: str = "") -> Release:
    """Mail the customer a link to the latest version. Raises WrongState without a text, or an address."""
    with transaction.atomic():
        trail.lock(study, seen=seen)
        release = _open(study, ReleaseStep.REVIEW, by=by)
        move(study, STUDY_MOVES, StudyStatus.CUSTOMER, by=by, reason=reason, stage_at=timezone.now())
        return release


def ask_to_sign(study: CaseStudy, *, by: User, seen: str = "") -> Release:
    """Mail the customer a link by which the release of the latest version is signed. An older link closes."""
    with transaction.atomic():
        trail.lock(study, seen=seen)
        if study.status != StudyStatus.LEGAL:
            raise WrongState(_("Not asked: the release is signed after legal and brand approval."))
        release = _open(study, ReleaseStep.SIGN, by=by)
        record(study, went_to=StudyChange.TO_SIGN, by=by, reason=str(release.version.number))
        return release


def _open(study: CaseStudy, step: ReleaseStep, *, by: User) -> Release:
    version, contact, now = questionnaires.latest(study), study.contact, timezone.now()
    if why := deletions.why_not_public(contact):
        raise WrongState(_("Not asked: %(reason)s.") % {"reason": why})
    if version is None:
        raise WrongState(_("Not asked: there is no text yet."))
    if not contact.email:
        raise WrongState(_("Not asked: there is no mail address of %(name)s.") % {"name": contact})
    close(study)
    media = media_of(study)
    message = Message.objects.create(
        letter=LETTER,
        purpose=Purpose.SERVICE,
        promise=Promise.AT_LEAST_ONCE,
        priority=PRIORITY,
        contact=contact,
        address_hash=contact.address_hash,
        created_at=now,
        not_before=now,
    )
    return Release.objects.create(
        study=study,
        version=version,
        step=step,
        message=message,
        content_hash=content_hash(version, media),
        media=media,
        asked_at=now,
        asked_by=by,
    )


def close(study: CaseStudy) -> None:
    """What waits for the customer waits no more."""
    Release.objects.waiting().filter(study=study).update(closed_at=timezone.now())


# ------------------------------------------------------------------------------------------------ what a customer says


def agree(release: Release) -> None:
    """The text is right: it goes on to legal and brand approval. The same once more changes nothing."""
    with transaction.atomic():
        if _is_said(release, ReleaseAnswer.FINE, step=ReleaseStep.REVIEW):
            return
        _say(release, ReleaseAnswer.FINE)
        _go(release.study, StudyStatus.LEGAL, reason=trailwords.SAID + ReleaseAnswer.FINE)


def ask_for_changes(release: Release, *, remarks: str) -> None:
    """Something is to be different: back to drafting, with what the customer wrote."""
    with transaction.atomic():
        if _is_said(release, ReleaseAnswer.CHANGES):
            return
        _say(release, ReleaseAnswer.CHANGES, remarks=remarks)
        _go(release.study, StudyStatus.DRAFTING, reason=f"{trailwords.SAID}{ReleaseAnswer.CHANGES}\n{remarks}")


def refuse(release: Release, *, remarks: str = "") -> None:
    """No case study. One that is public as it was signed goes on being so: it is taken off by its own link."""
    with transaction.atomic():
        if _is_said(release, ReleaseAnswer.REFUSED):
            return
        _say(release, ReleaseAnswer.REFUSED, remarks=remarks)
        is_public = CaseStudy.objects.public().filter(pk=release.study_id).exists()
        target = StudyStatus.INTERNAL if is_public else StudyStatus.WITHDRAWN
        _go(release.study, target, reason=f"{trailwords.SAID}{ReleaseAnswer.REFUSED}\n{remarks}")


def sign(
    release: Release, *, name: str, role: str, content: str, agreed: str, tag: str, at: dt.datetime | None = None
) -> None:
    """Sign for exactly what was on the page: `content` is the hash it carried, `agreed` the version of the wording.

    The same once more changes nothing. Raises NotSigned where either is another by now, WrongState where it is over.
    """
    at = at or timezone.now()
    with transaction.atomic():
        if _is_said(release, ReleaseAnswer.SIGNED, step=ReleaseStep.SIGN):
            return
        study = release.study
        shown = wording(release, tag)
        if why_not_covering(release, study) or release.content_hash != content or shown.version != agreed:
            raise NotSigned(_("Not signed: the text has changed since."))
        _say(
            release,
            ReleaseAnswer.SIGNED,
            at=at,
            typed_name=name,
            typed_role=role,
            scope=[*SCOPE, f"{study.release_months} months"],
            wording=shown.text,
            wording_hash=consents.hash_of(shown.text),
            language=tag,
            expires_at=months_later(at, study.release_months),
        )
        who = ", ".join(filter(None, (name, role)))
        _go(study, StudyStatus.SIGNED, reason=f"{trailwords.SAID}{ReleaseAnswer.SIGNED}\n{who}")


def _is_said(release: Release, answer: ReleaseAnswer, *, step: ReleaseStep | None = None) -> bool:
    """Lock the study and its release; whether this was said already. Raises WrongState where nothing can be said."""
    trail.lock(release.study)
    release.refresh_from_db(from_queryset=Release.objects.select_for_update().select_related("version"))
    if release.answer == answer:
        return True
    expected = {ReleaseStep.REVIEW: StudyStatus.CUSTOMER, ReleaseStep.SIGN: StudyStatus.LEGAL}[
        ReleaseStep(release.step)
    ]
    is_fitting = release.is_waiting and release.study.status == expected and step in (None, release.step)
    if not is_fitting:
        raise WrongState(_("Not noted: this link is closed."))
    return False


def _say(release: Release, answer: ReleaseAnswer, *, at: dt.datetime | None = None, **said: Any) -> None:
    said |= {"answer": answer, "answered_at": at or timezone.now()}
    for name, value in said.items():
        setattr(release, name, value)
    release.save(update_fields=list(said))


def _go(study: CaseStudy, target: StudyStatus, *, reason: str) -> None:
    move(study, STUDY_MOVES, target, reason=reason, stage_at=timezone.now())


def months_later(at: dt.datetime, months: int) -> dt.datetime:
    """The same day that many months later, or the last day of that month."""
    years, month = divmod(at.month - 1 + months, 12)
    for day in range(at.day, at.day - 4, -1):
        try:
            return at.replace(year=at.year + years, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError("no such month")


# ------------------------------------------------------------------------------------------------------------- publish


def signed(study: CaseStudy) -> Release | None:
    """The release that was signed last, whatever became of it."""
    rows = Release.objects.filter(study=study, answer=ReleaseAnswer.SIGNED).select_related("version")
    return rows.order_by("-answered_at", "-pk").first()


def why_not_covering(release: Release, study: CaseStudy) -> str:
    """Why it does not cover what the study says now, in words; empty where it does."""
    version = questionnaires.latest(study)
    if version is None:
        return _("there is no text")
    if version.pk != release.version_id:
        numbers = {"signed": release.version.number, "now": version.number}
        return _("the release covers version %(signed)s, and the text is version %(now)s now") % numbers
    if content_hash(version, media_of(study)) != release.content_hash:
        return _("text, names or pictures are not what was signed")
    return ""


def why_not_public(study: CaseStudy, *, at: dt.datetime | None = None) -> str:
    """Why it cannot be published now, in words; empty where it can."""
    at, release = at or timezone.now(), signed(study)
    if why := deletions.why_not_public(study.contact):
        return why
    if release is None:
        return _("no release is signed")
    if release.withdrawn_at:
        return _("the release was withdrawn")
    if release.is_over(at):
        day = date_format(timezone.localtime(release.expires_at), "j M Y")
        return _("the release is over since %(day)s") % {"day": day}
    return why_not_covering(release, study)


def publish(study: CaseStudy, *, by: User, reason: str = "", seen: str = "") -> Release:
    """Show the version that was signed. Raises WrongState, and says why, where no release stands for what it says."""
    with transaction.atomic():
        trail.lock(study, seen=seen)
        release = signed(study)
        if why := why_not_public(study):
            raise WrongState(_("Not published: %(reason)s.") % {"reason": why})
        now = timezone.now()
        move(
            study,
            STUDY_MOVES,
            StudyStatus.PUBLISHED,
            by=by,
            reason=reason,
            shown=release,
            published_at=now,
            stage_at=now,
        )
        wall.changed()
        tiers.settle(Advocate.objects.filter(contact=study.contact_id).values_list("pk", flat=True))
        assert release is not None  # noqa: S101 - or it would not be public
        return release


# ------------------------------------------------------------------------------------------------------------ withdraw


def withdraw(study: CaseStudy, *, by: User | None = None, reason: str = trailwords.TAKEN_BACK, seen: str = "") -> None:
    """Take it off at once, with every release of it, and close every link. A second time changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        trail.lock(study, seen=seen)
        rows = Release.objects.filter(study=study, answer=ReleaseAnswer.SIGNED, withdrawn_at__isnull=True)
        rows.update(withdrawn_at=now)
        close(study)
        if study.status != StudyStatus.WITHDRAWN:
            move(study, STUDY_MOVES, StudyStatus.WITHDRAWN, by=by, reason=reason, stage_at=now)
        wall.changed()


def remind_of_end(*, at: dt.datetime | None = None) -> bool:
    """What is published with a release that soon ends, or has, is to be refreshed; whether more are."""
    at = at or timezone.now()
    soon = CaseStudy.objects.filter(status=StudyStatus.PUBLISHED, shown__expires_at__lte=at + REFRESH_AHEAD)
    found = list(soon.order_by("pk")[:SLICE])
    for study in found:
        try:
            move(study, STUDY_MOVES, StudyStatus.REFRESH, reason=trailwords.RELEASE_ENDS, stage_at=at)
        except WrongState:  # somebody has moved it meanwhile
            continue
        wall.changed()
    return len(found) == SLICE
