"""Whether those who answered a wave are like those who were asked.

A score speaks of those who answered. Where one kind of customer answers more often than the others it speaks more of
these, which no interval shows. Nothing is weighted and no answer is made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, TextChoices, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys import languages, reminders, scoring, waves
from surveys.enums import Band, MessageStatus
from surveys.models import Message, Response, Wave
from surveys.scoring import Counts, Difference

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

GAP = 10  # points of share: a larger one is told
CONTACT = "invitation__contact"
SHORT, MIDDLE = 1, 3  # years


class Trait(TextChoices):
    """What people are compared by."""

    BAND = "band", gettext_lazy("Last answer before this wave")
    SEGMENT = "segment", gettext_lazy("Segment of the account")
    TENURE = "tenure", gettext_lazy("Customer for")
    LANGUAGE = "language", gettext_lazy("Language")


@dataclass(frozen=True)
class Group:
    """Those of one kind among all who were asked, and among all who answered."""

    label: StrOrPromise
    asked: int
    answered: int
    of_asked: int
    of_answered: int

    @property
    def share_asked(self) -> Fraction:
        """In percent."""
        return Fraction(100 * self.asked, self.of_asked)

    @property
    def share_answered(self) -> Fraction | None:
        return Fraction(100 * self.answered, self.of_answered) if self.of_answered else None

    @property
    def gap(self) -> Fraction | None:
        """Points by which their share of the answers lies above that of the invitations."""
        return None if self.share_answered is None else self.share_answered - self.share_asked

    @property
    def is_off(self) -> bool:
        """Whether the score speaks more of them, or less, than it should. Of few answers that cannot be said."""
        return self.of_answered >= scoring.FEW and self.gap is not None and abs(self.gap) > GAP


@dataclass(frozen=True)
class Check:
    """Of one wave, people whose invitation has arrived."""

    asked: int
    answered: int
    groups: dict[Trait, list[Group]]
    early: Counts
    late: Counts

    @property
    def is_few(self) -> bool:
        return self.answered < scoring.FEW

    @property
    def off(self) -> list[Group]:
        return [group for groups in self.groups.values() for group in groups if group.is_off]

    @property
    def difference(self) -> Difference | None:
        """How far the score of those who answered after a reminder lies above that of the others. Those who answer
        late are most like those who do not (J. S. Armstrong and T. S. Overton, Journal of Marketing Research 14, 1977).
        """
        return scoring.difference(self.late, self.early)


def of_wave(wave: Wave) -> Check:
    """In five statements, however many were asked."""
    groups = {
        Trait.BAND: _groups(_by_band(wave)),
        Trait.SEGMENT: _groups(_counted(_delivered(wave), f"{CONTACT}__account__segment"), label=_segment),
        Trait.TENURE: _groups(_by_tenure(wave)),
        Trait.LANGUAGE: _groups(_counted(_delivered(wave), f"{CONTACT}__language"), label=_language),
    }
    first = groups[Trait.BAND][:1]
    early, late = _by_time(wave)
    return Check(
        asked=first[0].of_asked if first else 0,
        answered=first[0].of_answered if first else 0,
        # Where all are of one kind there is nothing to compare.
        groups={trait: found for trait, found in groups.items() if len(found) > 1},
        early=early,
        late=late,
    )


Found = list[tuple[Any, int, int]]


def _delivered(wave: Wave) -> QuerySet[Message]:
    """One row for each invitation that arrived, as far as is known: a reminder is a letter of its own."""
    return Message.objects.filter(
        invitation__wave=wave, letter=waves.LETTER, status=MessageStatus.SENT, bounced_at__isnull=True
    ).order_by()


def _counted(rows: QuerySet[Message], path: str) -> Found:
    counted = rows.values_list(path).annotate(asked=Count("pk"), answered=Count("invitation__response"))
    return list(counted)


def _groups(found: Found, *, label: Callable[[Any], StrOrPromise] = str) -> list[Group]:
    """Those that most were asked of first."""
    named: dict[StrOrPromise, tuple[int, int]] = {}
    for key, asked, answered in found:
        before = named.get(label(key), (0, 0))
        named[label(key)] = (before[0] + asked, before[1] + answered)
    of_asked, of_answered = (sum(counts[place] for counts in named.values()) for place in (0, 1))
    groups = [Group(name, *counts, of_asked, of_answered) for name, counts in named.items()]
    return sorted(groups, key=lambda group: (-group.asked, str(group.label)))


def _segment(name: str | None) -> StrOrPromise:
    return name or _("No segment")


def _language(tag: str | None) -> StrOrPromise:
    return languages.own_name(tag) if tag else _("Not known")


def _by_band(wave: Wave) -> Found:
    """By the latest answer that had settled when the wave began."""
    began = wave.started_at or timezone.now()
    before = Response.objects.settled(began).filter(contact=OuterRef(CONTACT)).exclude(invitation__wave=wave)
    latest = Subquery(before.order_by("-submitted_at", "-pk").values("score")[:1])
    found = _counted(_delivered(wave).annotate(last_score=latest), "last_score")
    return [(_band(score), asked, answered) for score, asked, answered in found]


def _band(score: int | None) -> str:
    return _("Never answered") if score is None else str(Band(scoring.band(score)).label)


def _by_tenure(wave: Wave) -> Found:
    since = f"{CONTACT}__customer_since"
    short, middle = (wave.day - relativedelta(years=years) for years in (SHORT, MIDDLE))
    tenure = Case(
        When(**{f"{since}__isnull": True}, then=Value(_("Not known"))),
        When(**{f"{since}__gt": short}, then=Value(_("less than a year"))),
        When(**{f"{since}__gt": middle}, then=Value(_("one to three years"))),
        default=Value(_("three years and more")),
    )
    return _counted(_delivered(wave).annotate(tenure=tenure), "tenure")


def _by_time(wave: Wave) -> tuple[Counts, Counts]:
    """The answers that came without a reminder, and after one."""
    reminded = Message.objects.filter(
        invitation=OuterRef("invitation"),
        letter__in=reminders.LETTERS,
        status=MessageStatus.SENT,
        sent_at__lt=OuterRef("answered_at"),
    )
    found = {False: Counts(), True: Counts()}
    rows = Response.objects.filter(invitation__wave=wave).annotate(is_late=Exists(reminded)).order_by()
    for is_late, score, n in rows.values_list("is_late", "score").annotate(n=Count("pk")):
        found[bool(is_late)] += Counts.alike(scoring.band(score), n)
    return found[False], found[True]
