"""What narrows a view of the queue: each filter may stand alone, and all of them stand in the address."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import reduce
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from django.db import connection
from django.db.models import Q

from advocacy.models import Team
from advocacy.models.cases import CaseQuerySet
from surveys.models import Campaign

NOBODY = "nobody"


@dataclass(frozen=True)
class Filters:
    """What was chosen. A filter that is empty lets everything through."""

    owner: str = ""  # the number of a person, or NOBODY
    team: int | None = None
    theme: int | None = None
    low: int | None = None
    high: int | None = None
    account: str = ""
    key: bool = False
    language: str = ""
    touchpoint: int | None = None
    campaign: int | None = None
    q: str = ""

    def __bool__(self) -> bool:
        return any(self._set(field.name) for field in fields(self))

    def _set(self, name: str) -> bool:
        value = getattr(self, name)
        return value is not None and value is not False and value != ""

    def alone(self) -> str:
        """The one filter that is chosen, if one plan is good for all that it may be compared with; else nothing."""
        chosen = [field.name for field in fields(self) if self._set(field.name)]
        if len(chosen) != 1 or chosen[0] not in PLANNED:
            return ""
        return NOBODY if self.owner == NOBODY else chosen[0]

    def keys(self) -> tuple[Any, ...]:
        """What the one filter that stands alone is compared with."""
        alone = self.alone()
        if alone in ("", NOBODY):
            return ()
        if alone == "q":
            return (f"%{connection.ops.prep_for_like_query(self.words)}%",)
        return (int(self.owner) if alone == "owner" else getattr(self, alone),)

    def apply(self, rows: CaseQuerySet) -> CaseQuerySet:
        """The rows that fit everything but the words."""
        for name, column in COLUMNS.items():
            if self._set(name):
                rows = rows.filter(**{column: getattr(self, name)})
        if self.owner:
            rows = rows.filter(owner=None if self.owner == NOBODY else int(self.owner))
        if self.touchpoint is not None:
            rows = rows.filter(answer_campaign__in=_asking_at(self.touchpoint))
        return rows.filter(_is_key()) if self.key else rows

    def holds_words(self) -> Q:
        """That the comment or the name of the contact holds the words."""
        return Q(searched__contains=self.words) if self.q else Q()

    @property
    def words(self) -> str:
        """In lower case as the database makes it: SQLite knows the English letters only."""
        return self.q.lower() if connection.vendor == "postgresql" else self.q.translate(ENGLISH)


ENGLISH = str.maketrans(ascii_uppercase, ascii_lowercase)
PLANNED = {"owner", "team", "theme", "language", "campaign", "q"}
COLUMNS = {
    "team": "team",
    "theme": "theme",
    "low": "answer_score__gte",
    "high": "answer_score__lte",
    "account": "account_name__istartswith",
    "language": "answer_language",
    "campaign": "answer_campaign",
}


def _is_key() -> Q:
    """The account pays what makes it a key account of the team. What a team asks for is looked up first: a comparison
    of two columns is nothing a database can guess the size of."""
    teams = Team.objects.filter(key_revenue__isnull=False).values_list("pk", "key_revenue")
    paying = [Q(team=team, contact_revenue__gte=revenue) for team, revenue in teams]
    return reduce(Q.__or__, paying, Q(pk__in=[]))


def _asking_at(touchpoint: int) -> list[int]:
    """Its campaigns, looked up first as well: few may have asked nearly everybody, or nobody."""
    return list(Campaign.objects.filter(touchpoint=touchpoint).order_by().values_list("pk", flat=True))


def query_of(filters: Filters) -> dict[str, Any]:
    """As it stands in an address, without what is empty."""
    chosen = {field.name: getattr(filters, field.name) for field in fields(filters) if filters._set(field.name)}
    return {name: "on" if value is True else value for name, value in chosen.items()}
