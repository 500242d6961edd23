"""The board of a programme: its columns, and where a slip may go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, TextChoices
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import asking, fatigue, trail, trailwords
from advocacy.enums import AskKind, AskRule, AskStage, AskStatus, StudyStatus
from advocacy.fatigue import NextAsk
from advocacy.models import Advocate, Ask, Programme
from advocacy.models.asks import stages_of
from surveys.enums import ConsentPurpose
from surveys.models import Consent, Response
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

COLUMN = 50
EXCERPT = 200
ENDS = {
    AskStage.DONE: AskStatus.DONE,
    AskStage.SAID_NO: AskStatus.DECLINED,
    AskStage.NO_ANSWER: AskStatus.EXPIRED,
}
# Of these the ask itself is one: they were looked at when it was planned, and are again when its mail leaves.
OWN = {AskRule.ONE_OPEN, AskRule.ACCOUNT_CAP}


class BoardView(TextChoices):
    """Whose slips the board shows; the value stands in the URL."""

    ALL = "all", gettext_lazy("All")
    MINE = "mine", gettext_lazy("Mine")
    NOBODY = "nobody", gettext_lazy("Nobody owns")
    OVERDUE = "overdue", gettext_lazy("Overdue")


@dataclass(frozen=True)
class Lane:
    stage: AskStage | StudyStatus
    count: int
    slips: list[Any]

    @property
    def more(self) -> int:
        return self.count - len(self.slips)


@dataclass(frozen=True)
class Target:
    """A line of “Move to…”: where to, and why not."""

    stage: AskStage | StudyStatus
    why_not: str
    hint: str = ""


# ------------------------------------------------------------------------------------------------------- what it shows


def usual(kind: AskKind) -> Programme | None:
    """The board on which an ask of this kind stands: that of the oldest active programme."""
    return Programme.objects.filter(kind=kind, is_active=True).order_by("pk").first()


def asks_of(programme: Programme, view: BoardView, user: User, *, on: dt.date) -> QuerySet[Any]:
    """The asks of a programme, what is due first on top, then what rests longest."""
    rows = Ask.objects.filter(programme=programme).exclude(stage=AskStage.DROPPED)
    found = {
        BoardView.ALL: rows,
        BoardView.MINE: rows.filter(owner=user),
        BoardView.NOBODY: rows.filter(owner__isnull=True),
        BoardView.OVERDUE: rows.open().filter(due_on__lt=on),
    }[view]
    return found.order_by(F("due_on").asc(nulls_last=True), "stage_at", "pk")


def shown(asks: QuerySet[Any]) -> QuerySet[Any]:
    """What a slip shows beside: who it is, the latest score, and how the latest answer begins."""
    answers = Response.objects.filter(contact=OuterRef("advocate__contact")).order_by("-submitted_at", "-pk")
    agreed = Consent.objects.standing().filter(contact=OuterRef("advocate__contact"), purpose=ConsentPurpose.QUOTE)
    rows = asks.select_related("advocate__contact__account", "owner", "message")
    rows = rows.defer("advocate__contact__properties", "advocate__contact__tags")
    found: QuerySet[Any] = rows.annotate(
        score=Subquery(answers.values("score")[:1]),
        excerpt=Subquery(answers.annotate(excerpt=Left("comment", EXCERPT)).values("excerpt")[:1]),
        said_in=Subquery(answers.values("language")[:1]),
        may_be_quoted=Exists(agreed),
    )
    return found


def lanes(programme: Programme, asks: QuerySet[Any], *, size: int = COLUMN) -> list[Lane]:
    """Every column with its count and the first of its slips."""
    counted = dict(asks.order_by().values_list("stage").annotate(n=Count("pk")))
    found = []
    for stage in programme.stages:
        slips = list(shown(asks.filter(stage=stage))[:size]) if counted.get(stage) else []
        found.append(Lane(stage, counted.get(stage, 0), slips))
    add_targets([slip for lane in found for slip in lane.slips])
    return found


def add_targets(asks: Sequence[Any], *, at: dt.datetime | None = None) -> None:
    """Give each ask its `next_ask`, where it is planned, and its `targets`: in one statement for all of a kind."""
    at = at or timezone.now()
    for kind in {AskKind(ask.kind) for ask in asks if ask.status == AskStatus.PLANNED}:
        planned = [ask for ask in asks if ask.kind == kind and ask.status == AskStatus.PLANNED]
        rules = fatigue.rules_of(kind) - OWN
        advocates = Advocate.objects.filter(pk__in=[ask.advocate_id for ask in planned])
        rows = fatigue.with_next_ask(advocates, at=at, kind=kind, rules=rules)
        told = {row.pk: fatigue.next_ask_of(row, at=at, kind=kind, rules=rules) for row in rows}
        for ask in planned:
            ask.next_ask = told[ask.advocate_id]
    for ask in asks:
        ask.targets = list(targets(ask, at=at))


def targets(ask: Any, *, at: dt.datetime) -> Iterator[Target]:
    """Every stage there is, the forbidden ones with the reason."""
    for stage in (*stages_of(ask.kind), AskStage.DROPPED):
        hint = {
            AskStage.ASKED: _("its mail leaves now"),
            AskStage.SAID_NO: _("rests 180 days"),
        }.get(stage, "")
        yield Target(stage, why_not(ask, stage, at=at), hint)


def why_not(ask: Any, target: AskStage, *, at: dt.datetime) -> str:
    """Why the ask cannot go there from where it stands, in words; empty when it can."""
    if ask.stage == target:
        return _("it is there already")
    if not ask.is_open:
        return _("it has ended: plan a new ask")
    if ask.status == AskStatus.PLANNED:
        return _why_planned_not(ask, target)
    if target in (AskStage.PLANNED, AskStage.DROPPED):
        return _("it was sent, and no mail comes back")
    if target == AskStage.ASKED:
        return _("they have answered")
    if target == AskStage.NO_ANSWER:
        return _why_silent_not(ask, at)
    if target == AskStage.DONE and ask.kind == AskKind.TESTIMONIAL and not _may_be_quoted(ask):
        return _("no consent to be quoted yet: they write and agree on the page that the mail leads to")
    return ""


def _why_planned_not(ask: Any, target: AskStage) -> str:
    if target == AskStage.DROPPED:
        return ""
    if target != AskStage.ASKED:
        return _("it has not been asked yet")
    if ask.message_id:
        return _("its mail waits to leave")
    next_ask: NextAsk | None = getattr(ask, "next_ask", None)
    if next_ask is None or next_ask.is_possible or (ask.override_reason and next_ask.may_be_overridden):
        return ""
    return next_ask.words


def _why_silent_not(ask: Ask, at: dt.datetime) -> str:
    if ask.answered_at:
        return _("they have answered")
    ends_at = (ask.sent_at or at) + asking.ANSWER_WITHIN
    if ends_at <= at:
        return ""
    return _("they may answer until %(day)s") % {"day": date_format(timezone.localtime(ends_at), "j M")}


def _may_be_quoted(ask: Any) -> bool:
    known: bool | None = getattr(ask, "may_be_quoted", None)
    if known is not None:
        return known
    consents = Consent.objects.standing().filter(purpose=ConsentPurpose.QUOTE)
    return consents.filter(contact=ask.advocate.contact_id).exists()


# ---------------------------------------------------------------------------------------------------------------- move


def move_to(ask: Ask, target: AskStage, *, by: User, reason: str = "", seen: str = "") -> None:
    """Move a slip. Raises WrongState, and says why, where the board does not allow it."""
    at = timezone.now()
    with transaction.atomic():
        trail.lock(ask.advocate)
        trail.lock(ask, seen=seen)
        if target not in (*stages_of(ask.kind), AskStage.DROPPED):
            raise WrongState(_("Not moved: its programme has no such stage."))
        if why := why_not(ask, target, at=at):
            name = ask.advocate.contact
            raise WrongState(_("Not moved: %(name)s: %(reason)s.") % {"name": name, "reason": why})
        if target == AskStage.ASKED:
            asking.send_now(ask, by=by, at=at)
        elif target == AskStage.DROPPED:
            asking.drop(ask, reason=reason, by=by)
        elif target in ENDS:
            asking.end(ask, ENDS[target], by=by, reason=reason, at=at)
        else:
            _go_on(ask, target, by=by, reason=reason, at=at)


def _go_on(ask: Ask, target: AskStage, *, by: User, reason: str, at: dt.datetime) -> None:
    came_from = ask.stage
    ask.stage, ask.stage_at, ask.answered_at = target, at, ask.answered_at or at
    ask.save(update_fields=["stage", "stage_at", "answered_at"])
    record(ask, came_from=came_from, went_to=target, by=by, reason=reason)


# ----------------------------------------------------------------------------------------------------------------- file


def lines(asks: QuerySet[Any]) -> Iterator[list[str]]:
    """The same list as a table for a file, its head first."""
    yield [_("Advocate"), _("Account"), _("Stage"), _("In this stage since"), _("Owner"), _("Next step"), _("Due on")]
    for ask in asks.select_related("advocate__contact__account", "owner").iterator(chunk_size=500):
        contact, owner = ask.advocate.contact, ask.owner
        yield [
            str(contact),
            str(contact.account or ""),
            str(AskStage(ask.stage).label),
            timezone.localtime(ask.stage_at).date().isoformat(),
            (owner.get_full_name() or owner.get_username()) if owner else "",
            ask.next_step,
            ask.due_on.isoformat() if ask.due_on else "",
        ]


def note_export(programme: Programme, *, by: User, rows: int) -> None:
    """That names left as a file is an event."""
    record(programme, went_to=trailwords.EXPORTED, by=by, reason=str(rows))
