"""Case studies: from the nomination to the published page, their board, and the formats made of them.

Every verb that takes `seen` refuses, with Changed, what was decided on an old picture.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import deletions, mail, questionnaires, releases, trail, trailwords
from advocacy.boards import COLUMN, BoardView, Lane, Target
from advocacy.enums import (
    STUDY_MOVES,
    AskKind,
    AskStatus,
    ReleaseAnswer,
    StudyChange,
    StudyFormatKind,
    StudyStatus,
)
from advocacy.models import Ask, CaseStudy, Release, StudyFormat, StudyVersion
from advocacy.models.deletions import wants_to_be_forgotten
from surveys.models import Contact, Response
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ENDED = (StudyStatus.PUBLISHED, StudyStatus.REFRESH, StudyStatus.WITHDRAWN)


# ---------------------------------------------------------------------------------------------------------- nomination


def nominate(contact: Contact, *, title: str = "", reason: str = "", by: User, ask: Ask | None = None) -> CaseStudy:
    """Begin the case study of a contact; one who said yes to the ask has agreed already. One at a time is worked on."""
    with transaction.atomic():
        contact.refresh_from_db(from_queryset=Contact.objects.select_for_update())
        if CaseStudy.objects.exclude(status__in=ENDED).filter(contact=contact).exists():
            raise WrongState(_("Not nominated: a case study of %(name)s is being worked on.") % {"name": contact})
        brand = mail.brand_of(contact)
        if brand is None:
            raise WrongState(_("Not nominated: there is no brand yet to publish it under."))
        now = timezone.now()
        study = CaseStudy.objects.create(
            contact=contact,
            brand=brand,
            ask=ask,
            title=title or str(contact.account or contact),
            language=contact.language or brand.default_language,
            status=StudyStatus.AGREED if ask else StudyStatus.NOMINATED,
            stage_at=now,
            owner=by,
            created_at=now,
        )
        questionnaires.begin(study)
        record(study, went_to=study.status, by=by, reason=trailwords.OF_ASK if ask else reason)
        return study


def from_ask(ask: Ask, *, by: User) -> CaseStudy:
    """Begin with who said yes to the ask for a case study. Raises WrongState for any other ask."""
    if why := why_not_from(ask):
        raise WrongState(_("Not nominated: %(reason)s.") % {"reason": why})
    return nominate(ask.advocate.contact, by=by, ask=ask)


def why_not_from(ask: Ask) -> str:
    """Why no case study begins with this ask, in words; empty where one can."""
    if ask.kind != AskKind.CASE_STUDY:
        return _("this ask is about something else")
    if ask.answered_at is None or ask.status not in (AskStatus.SENT, AskStatus.DONE):
        return _("the advocate has not said yes")
    if CaseStudy.objects.filter(ask=ask).exists():
        return _("its case study is there already")
    return ""


# ---------------------------------------------------------------------------------------------------------------- work


def edit(
    study: CaseStudy, *, owner: User | None, next_step: str, due_on: dt.date | None, by: User, seen: str = ""
) -> None:
    """Who does what by when."""
    with transaction.atomic():
        trail.lock(study, seen=seen)
        if (study.owner, study.next_step, study.due_on) != (owner, next_step, due_on):
            study.owner, study.next_step, study.due_on = owner, next_step, due_on
            study.save(update_fields=["owner", "next_step", "due_on"])
            record(study, went_to=StudyChange.EDITED, by=by, reason=next_step)


def move_to(study: CaseStudy, target: StudyStatus, *, by: User, reason: str = "", seen: str = "") -> None:
    """Move it on. Raises WrongState, and says why, where it may not go there."""
    with transaction.atomic():
        trail.lock(study, seen=seen)
        if why := why_not(study, target):
            raise WrongState(_("Not moved: %(name)s: %(reason)s.") % {"name": study, "reason": why})
        if target == StudyStatus.CUSTOMER:
            releases.ask_to_read(study, by=by, reason=reason)
        elif target == StudyStatus.PUBLISHED:
            releases.publish(study, by=by, reason=reason)
        elif target == StudyStatus.WITHDRAWN:
            releases.withdraw(study, by=by, reason=reason)
        else:
            releases.close(study)
            move(study, STUDY_MOVES, target, by=by, reason=reason, stage_at=timezone.now())


def why_not(study: Any, target: StudyStatus) -> str:
    """Why it cannot go there from where it stands, in words; empty where it can."""
    if study.status == target:
        return _("it is there already")
    if study.status == StudyStatus.WITHDRAWN:
        return _("it is withdrawn: nominate the customer again")
    if target == StudyStatus.PUBLISHED and (why := _why_not_public(study)):
        return why
    if target not in STUDY_MOVES[study.status]:
        return _not_next(study, target)
    if target == StudyStatus.SIGNED:
        return _("only the customer signs, by the link in the mail")
    if target in (StudyStatus.INTERNAL, StudyStatus.CUSTOMER) and not _has_text(study):
        return _("there is no text yet")
    return _why_not_to_read(study) if target == StudyStatus.CUSTOMER else ""


def _why_not_to_read(study: Any) -> str:
    if not study.contact.email:
        return _("there is no mail address")
    is_known_to_stay = getattr(study, "is_to_be_deleted", None) is False
    return "" if is_known_to_stay else deletions.why_not_public(study.contact)


def _why_not_public(study: Any) -> str:
    """A board knows which release covers the latest version; whether it still does, publishing looks at itself."""
    return "" if getattr(study, "is_covered", False) else releases.why_not_public(study)


def _not_next(study: CaseStudy, target: StudyStatus) -> str:
    first = [stage for stage in StudyStatus if stage in STUDY_MOVES[study.status] and stage != StudyStatus.WITHDRAWN]
    named = ", ".join(f"“{stage.label}”" for stage in first)
    return _("from here it goes to %(stages)s") % {"stages": named}


def _has_text(study: Any) -> bool:
    known: bool | None = getattr(study, "has_text", None)
    return StudyVersion.objects.filter(study=study).exists() if known is None else known


def mark_format(study: CaseStudy, kind: StudyFormatKind, *, is_done: bool, by: User, seen: str = "") -> None:
    """Note that a format was made of it, or was not after all."""
    with transaction.atomic():
        trail.lock(study, seen=seen)
        found = StudyFormat.objects.filter(study=study, kind=kind)
        if is_done == found.exists():
            return
        if is_done:
            StudyFormat.objects.create(study=study, kind=kind, done_at=timezone.now(), done_by=by)
        else:
            found.delete()
        record(study, went_to=StudyChange.FORMAT, by=by, reason=kind if is_done else f"{trailwords.UNDONE}{kind}")


def formats(study: CaseStudy) -> list[tuple[StudyFormatKind, StudyFormat | None]]:
    """Every format there may be, and who made it when."""
    done = {row.kind: row for row in study.formats.select_related("done_by")}
    return [(kind, done.get(kind)) for kind in StudyFormatKind]


# --------------------------------------------------------------------------------------------------------------- board


def studies_of(view: BoardView, user: User, *, on: dt.date) -> QuerySet[Any]:
    """The case studies of a view, what is due first on top, then what rests longest."""
    rows = CaseStudy.objects.all()
    found = {
        BoardView.ALL: rows,
        BoardView.MINE: rows.filter(owner=user),
        BoardView.NOBODY: rows.filter(owner__isnull=True),
        BoardView.OVERDUE: rows.in_work().filter(due_on__lt=on),
    }[view]
    return found.order_by(F("due_on").asc(nulls_last=True), "stage_at", "pk")


def shown(studies: QuerySet[Any]) -> QuerySet[Any]:
    """What a slip shows beside: who it is about, the latest score, and whether it is public."""
    answers = Response.objects.filter(contact=OuterRef("contact")).order_by("-submitted_at", "-pk")
    versions = StudyVersion.objects.filter(study=OuterRef("pk")).order_by("-number")
    now = timezone.now()
    covering = Release.objects.standing(now).filter(study=OuterRef("pk"), version__number=OuterRef("version"))
    rows = studies.select_related("contact__account", "owner", "shown")
    rows = rows.defer("contact__properties", "contact__tags")
    found: QuerySet[Any] = rows.annotate(
        score=Subquery(answers.values("score")[:1]),
        version=Subquery(versions.values("number")[:1]),
        has_text=Exists(versions),
        is_public=Exists(CaseStudy.objects.public(now).filter(pk=OuterRef("pk"))),
        is_covered=Q(Exists(covering)) & ~wants_to_be_forgotten(),
        is_to_be_deleted=wants_to_be_forgotten(),
    )
    return found


def lanes(studies: QuerySet[Any], *, size: int = COLUMN) -> list[Lane]:
    """Every column with its count and the first of its slips."""
    counted = dict(studies.order_by().values_list("status").annotate(n=Count("pk")))
    found = []
    for stage in StudyStatus:
        slips = list(shown(studies.filter(status=stage))[:size]) if counted.get(stage) else []
        found.append(Lane(stage, counted.get(stage, 0), slips))
    add_targets([slip for lane in found for slip in lane.slips])
    return found


def add_targets(studies: list[Any]) -> None:
    """Give each its `targets`. Only what may be signed is looked at for what it signed."""
    for study in studies:
        study.targets = list(targets(study))


def targets(study: Any) -> Iterator[Target]:
    """Every stage there is, the forbidden ones with the reason."""
    hints = {
        StudyStatus.CUSTOMER: _("the customer gets a link by mail"),
        StudyStatus.PUBLISHED: _("public at once"),
        StudyStatus.WITHDRAWN: _("off our pages at once, and for good"),
    }
    for stage in StudyStatus:
        is_near = stage in STUDY_MOVES.get(study.status, ()) or stage == study.status
        is_gone = study.status == StudyStatus.WITHDRAWN
        why = why_not(study, stage) if is_near or is_gone else _not_next(study, stage)
        yield Target(stage, why, "" if why else hints.get(stage, ""))


# ---------------------------------------------------------------------------------------------------------------- file


def lines(studies: QuerySet[Any]) -> Iterator[list[str]]:
    """The same list as a table for a file, its head first."""
    yield [
        *(_("Case study"), _("Contact"), _("Account"), _("Stage"), _("In this stage since"), _("Owner")),
        *(_("Next step"), _("Due on"), _("Release lasts until")),
    ]
    standing = Release.objects.filter(study=OuterRef("pk"), answer=ReleaseAnswer.SIGNED, withdrawn_at__isnull=True)
    ends = standing.order_by().values("study").annotate(latest=Max("expires_at")).values("latest")
    rows = studies.select_related("contact__account", "owner").annotate(lasts_until=Subquery(ends))
    for study in rows.iterator(chunk_size=500):
        owner = study.owner
        yield [
            study.title,
            str(study.contact),
            str(study.contact.account or ""),
            str(StudyStatus(study.status).label),
            timezone.localtime(study.stage_at).date().isoformat(),
            (owner.get_full_name() or owner.get_username()) if owner else "",
            study.next_step,
            study.due_on.isoformat() if study.due_on else "",
            timezone.localtime(study.lasts_until).date().isoformat() if study.lasts_until else "",
        ]
