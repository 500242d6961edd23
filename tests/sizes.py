"""How large a long test is: whole in CI and where TEST_WHOLE is set, elsewhere a part of it, so that nobody waits."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import product
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
WHOLE = bool(os.environ.get("CI") or os.environ.get("TEST_WHOLE"))
ON_SQLITE = not os.environ.get("TEST_DATABASE_URL")
WHOLE_ONCE = WHOLE and ON_SQLITE


def whole_or(whole: int, part: int) -> int:
    """The first in CI, the second where somebody waits for the result."""
    return whole if WHOLE else part


def whole_once_or(whole: int, part: int) -> int:
    """The first in CI on SQLite alone: for what takes long and asks nothing of the database that its part does not."""
    return whole if WHOLE_ONCE else part


def pairs(many: Iterable[A], few: Sequence[B]) -> list[tuple[A, B]]:
    """Each with each in CI on SQLite; elsewhere each of `many` with one of `few`, who take turns."""
    if WHOLE_ONCE:
        return list(product(many, few))
    return [(one, few[number % len(few)]) for number, one in enumerate(many)]


MANY = whole_once_or(10_000, 1_000)  # rows of a long list, most of which its page must not read
