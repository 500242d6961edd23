"""Did the outreach work? What unhappy contacts answered the next time, by what was done about them.

Only compared, never proved: nobody chose by lot whom to call.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy import cases
from advocacy.enums import Outcome
from advocacy.models import Attempt, Case, Team
from surveys import schedule, scoring
from surveys.analytics.flow import is_transactional
from surveys.analytics.selection import Selection
from surveys.enums import Band, Scale
from surveys.models import Response
from surveys.scoring import Share, ShareDifference

# Open hours to the first contact: up to how many, and what the group is called.
SPANS = ((4, _("within 4 open hours")), (8, _("after 4 to 8")), (16, _("after 8 to 16")), (None, _("later")))


class Verdict(StrEnum):
    """What may be said of the difference."""

    FEW = "few"
    UNCLEAR = "unclear"
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class Group:
    """Cases that have something in common: how many there are, and how their contacts answered the next time."""

    key: str
    label: Any
    cases: int = 0
    share: Share = field(default_factory=Share)

    @property
    def silent(self) -> int:
        """Of whom no next answer is known yet."""
        return self.cases - self.share.whole


@dataclass(frozen=True)
class Recovery:
    """Everything the report says. `contacted` and `alone` are the two groups that are compared."""

    contacted: Group
    alone: Group
    outcomes: list[Group]
    spans: list[Group]

    @property
    def cases(self) -> int:
        return self.contacted.cases + self.alone.cases

    @property
    def difference(self) -> ShareDifference | None:
        """Contacted less not contacted, in points."""
        return scoring.share_difference(self.contacted.share, self.alone.share)

    @property
    def verdict(self) -> Verdict:
        found = self.difference
        if found is None or found.significant is None:
            return Verdict.FEW
        if not found.significant:
            return Verdict.UNCLEAR
        return Verdict.MORE if found.delta > 0 else Verdict.LESS


@dataclass(frozen=True)
class _Pair:
    """One case, and the next answer of its contact where there is one."""

    opened_at: dt.datetime
    contacted_at: dt.datetime | None
    reached_at: dt.datetime | None
    outcome: str
    team: int | None
    next_score: int | None
    next_at: dt.datetime | None

    @property
    def first_at(self) -> dt.datetime | None:
        """The first contact there ever was: a case that was opened again has forgotten it, its attempts have not."""
        return min((at for at in (self.contacted_at, self.reached_at) if at), default=None)

    @property
    def is_contacted(self) -> bool:
        """Whether a person reached the contact before the next answer came."""
        return self.first_at is not None and (self.next_at is None or self.first_at < self.next_at)

    @property
    def is_recovered(self) -> bool:
        return self.next_score is not None and scoring.band(self.next_score) != Band.DETRACTOR


def of(chosen: Selection, *, at: dt.datetime | None = None) -> Recovery:
    """The cases that were opened in these days. Two statements, however many there are."""
    pairs = [_Pair(*row) for row in _rows(chosen, at=at or timezone.now())]
    contacted = [pair for pair in pairs if pair.is_contacted]
    return Recovery(
        contacted=_group("contacted", _("Contacted"), contacted),
        alone=_group("not_contacted", _("Not contacted"), [pair for pair in pairs if not pair.is_contacted]),
        outcomes=_by_outcome(pairs),
        spans=_by_span(contacted),
    )


def _rows(chosen: Selection, *, at: dt.datetime) -> QuerySet[Any, Any]:
    """The next answer is another one of the same contact, on the same scale and in the same series: what is said after
    an event is no answer to what was said about the relationship."""
    following = (
        Response.objects.settled(at)
        .annotate(is_event=is_transactional())
        .filter(
            contact=OuterRef("contact"),
            answered_at__gt=OuterRef("answered_at"),
            scale=OuterRef("scale"),
            is_event=OuterRef("is_event"),
        )
        .order_by("answered_at", "pk")
    )
    rows = Case.objects.filter(
        opened_at__gte=chosen.starts_at, opened_at__lt=chosen.ends_at, response__scale=Scale.ZERO_TO_TEN
    )
    named = rows.annotate(
        answered_at=Coalesce(F("response__answered_at"), F("opened_at")),
        scale=F("response__scale"),
        is_event=is_transactional("response__campaign"),
    )
    columns = ("opened_at", "contacted_at", "reached_at", "outcome", "team", "next_score", "next_at")
    return named.annotate(
        reached_at=first_reached(),
        next_score=Subquery(following.values("score")[:1]),
        next_at=Subquery(following.values("answered_at")[:1]),
    ).values_list(*columns)


def first_reached() -> Subquery:
    """When an attempt first reached the contact of the case."""
    reached = Attempt.objects.filter(case=OuterRef("pk"), reached=True).order_by("at", "pk")
    return Subquery(reached.values("at")[:1])


def _group(key: str, label: Any, pairs: Iterable[_Pair]) -> Group:
    known = list(pairs)
    answered = [pair for pair in known if pair.next_score is not None]
    recovered = sum(pair.is_recovered for pair in answered)
    return Group(key, label, cases=len(known), share=Share(recovered, len(answered)))


def _by_outcome(pairs: Iterable[_Pair]) -> list[Group]:
    """Each outcome that came about, and last the cases that are open."""
    found: dict[str, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.outcome].append(pair)
    closed = [_group(outcome.value, outcome.label, found[outcome]) for outcome in Outcome if outcome in found]
    return [*closed, *([_group("open", _("still open"), found[""])] if "" in found else [])]


def _by_span(contacted: Iterable[_Pair]) -> list[Group]:
    """By the open hours of the team from opening the case to the first contact."""
    calendars = {team.pk: cases.calendar(team) for team in Team.objects.all()}
    usual = cases.calendar(None)
    found: dict[Any, list[_Pair]] = {most: [] for most, _label in SPANS}
    for pair in contacted:
        calendar = calendars.get(pair.team or 0, usual)
        hours = schedule.open_hours_between(pair.opened_at, pair.first_at or pair.opened_at, calendar)
        found[next(most for most, _label in SPANS if most is None or hours <= most)].append(pair)
    return [_group(f"up_to_{most}" if most else "later", label, found[most]) for most, label in SPANS if found[most]]
