"""How large a long test is: whole in CI and where TEST_WHOLE is set, elsewhere a part of it, so that nobody waits."""

from __future__ import annotations

import os

WHOLE = bool(os.environ.get("CI") or os.environ.get("TEST_WHOLE"))


def whole_or(whole: int, part: int) -> int:
    """The first in CI, the second where somebody waits for the result."""
    return whole if WHOLE else part
