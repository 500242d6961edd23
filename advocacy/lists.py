"""Pages and counts of lists: no more is read than is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib.auth import get_user_model
from django.db.models import Model

from advocacy import worklist

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

PAGE_SIZE = 50
LAST_PAGE = 100_000  # beyond it a database would refuse the number, and nobody gets there by the links

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    number: int
    has_next: bool

    @property
    def following(self) -> int:
        return self.number + 1


def page_number(text: str) -> int:
    """The page a URL asks for; what is no number asks for the first."""
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def page(rows: QuerySet[Row], number: int, *, size: int = PAGE_SIZE) -> Page[Row]:
    """One page, in one statement: the row beyond its end tells whether another follows."""
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(rows=found[:size], number=number, has_next=len(found) > size)


def counts(user: User, **wanted: QuerySet[Any]) -> dict[str, int]:
    """How many rows each list has, in one statement, none counted further than COUNT_LIMIT."""
    limited = {
        name: worklist.CountUpTo(rows.order_by().values("pk")[: worklist.COUNT_LIMIT]) for name, rows in wanted.items()
    }
    # The viewer is one row, and so makes one row of counts.
    found: dict[str, int] = get_user_model().objects.filter(pk=user.pk).annotate(**limited).values(*limited).get()
    return found
