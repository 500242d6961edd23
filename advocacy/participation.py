"""Who is thanked for what has shipped, and which departments take part. Of people in small departments nothing is
counted: a number could tell who it was."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Prefetch, Q
from django.utils import timezone

from advocacy.ideas import DONE
from advocacy.models import CoAuthor, Department, Fix, IdeaComment, Profile, Vote

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FEWEST = 5
LATELY = dt.timedelta(days=90)
SHOWN = 100


@dataclass(frozen=True)
class Part:
    """A department: its people, and how many of them posted, voted or commented lately."""

    name: str
    people: int
    active: int

    @property
    def is_hidden(self) -> bool:
        return self.people < FEWEST

    @property
    def is_silent(self) -> bool:
        return not self.is_hidden and self.active == 0

    @property
    def percent(self) -> int:
        return round(100 * self.active / self.people)


def departments(*, at: dt.datetime | None = None) -> list[Part]:
    """Each department, by name."""
    since = (at or timezone.now()) - LATELY
    active = _active(since)
    people: dict[int, set[int]] = defaultdict(set)
    rows = Profile.objects.filter(user__is_active=True, department__isnull=False)
    for user, department in rows.values_list("user", "department"):
        people[department].add(user)
    return [
        Part(row.name, len(people[row.pk]), len(people[row.pk] & active))
        for row in Department.objects.order_by("name", "pk")
    ]


def _active(since: dt.datetime) -> set[int]:
    posted = Fix.objects.filter(created_at__gte=since, author__isnull=False).values_list("author", flat=True)
    joined = CoAuthor.objects.filter(fix__created_at__gte=since).values_list("user", flat=True)
    voted = Vote.objects.filter(at__gte=since).values_list("user", flat=True)
    spoken = IdeaComment.objects.filter(at__gte=since, author__isnull=False).values_list("author", flat=True)
    return {*posted, *joined, *voted, *spoken}


def authors_of(fix: Fix) -> list[User]:
    """Its author and who had the same idea, the author first."""
    joined = Q(pk__in=fix.coauthors.values("user"))
    people = get_user_model().objects.filter(joined | Q(pk=fix.author_id)).select_related("profile__department")
    return sorted(people, key=lambda user: (user.pk != fix.author_id, user.get_full_name(), user.pk))


def credits() -> list[tuple[Fix, list[User]]]:
    """What has shipped thanks to whom, the latest on top."""
    joined: Any = Prefetch("coauthors", CoAuthor.objects.select_related("user__profile__department").order_by("pk"))
    rows = Fix.objects.filter(status__in=DONE).filter(Q(author__isnull=False) | Q(coauthors__isnull=False)).distinct()
    shown = rows.select_related("author__profile__department").defer("description").prefetch_related(joined)
    found = shown.order_by("-shipped_at", "-pk")[:SHOWN]
    return [(fix, [*([fix.author] if fix.author else []), *(one.user for one in fix.coauthors.all())]) for fix in found]
