from __future__ import annotations

import pytest

from advocacy import clockwords
from advocacy.enums import Clock, Level


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (clockwords.WAITS, ("pause", "Waits for the customer: the time to resolve it stands still")),
        (clockwords.GOES_ON, ("clock", "Waits no more: the time to resolve it runs again")),
        ("snoozed until 2026-11-24T08:05:00+00:00", ("pause", "Snoozed until 24 Nov 2026, 08:05")),
        ("snoozed until tomorrow", None),
        (
            clockwords.escalated(Clock.FIRST, Level.WARNING),
            ("late", "The lead was told: Three quarters of the time for the first contact are used"),
        ),
        (
            clockwords.escalated(Clock.OWNER, Level.BREACH),
            ("late", "The lead was told: Nobody owned it for four working hours"),
        ),
        ("escalated: everything breach", None),
        ("score 3", None),
    ],
)
def test_log_of_clocks_is_told_in_words(reason: str, told: tuple[str, str] | None) -> None:
    assert clockwords.sentence(reason) == told
