"""How large a long test is: whole in CI and where TEST_WHOLE is set, elsewhere a part of it, so that nobody waits."""

from __future__ import annotations

import os

WHOLE = bool(os.environ.get("CI") or os.environ.get("TEST_WHOLE"))
ON_SQLITE = not os.environ.get("TEST_DATABASE_URL")


def whole_or(whole: int, part: int) -> int:
    """The first in CI, the second where somebody waits for the result."""
    return whole if WHOLE else part


def whole_once_or(whole: int, part: int) -> int:
    """The first in CI on SQLite alone: for what takes long and asks nothing of the database that its part does not."""
    return whole if WHOLE and ON_SQLITE else part


MANY = whole_once_or(10_000, 2_000)  # rows of a long list, most of which its page must not read
