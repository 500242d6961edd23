from __future__ import annotations

import datetime as dt

import pytest

from advocacy.enums import FixStatus, RequestKind
from advocacy.models import CustomerRequest, Fix
from advocacy.templatetags import fix_tags

MONDAY = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (2 * HOUR, "2 h left", "soon"),
        (2 * DAY, "2 days left", ""),
        (7 * DAY, "5 days left", ""),
        (-HOUR, "1 h overdue", "late"),
        (-3 * DAY, "1 day overdue", "late"),
        (-100 * DAY, "more than 3 months overdue", "late"),
    ],
)
def test_request_tells_its_time_in_open_hours(due: dt.timedelta, words: str, tone: str) -> None:
    request = CustomerRequest(due_at=MONDAY + due)

    told = fix_tags.request_words(request, MONDAY)

    assert (told.words, told.tone) == (words, tone)


def test_request_nobody_waits_for_tells_why() -> None:
    told = CustomerRequest(due_at=MONDAY, told_at=MONDAY, fix_id=1)
    linked = CustomerRequest(due_at=MONDAY, fix_id=1)
    none = CustomerRequest(due_at=MONDAY, kind=RequestKind.NO_WISH)

    words = [fix_tags.request_words(request, MONDAY).words for request in (told, linked, none)]

    assert words == ["told", "linked", "not a request"]


@pytest.mark.parametrize(
    ("fields", "words", "tone"),
    [
        ({}, "no date yet", ""),
        ({"status": FixStatus.PLANNED, "days": 30}, "due 23 Dec", ""),
        ({"status": FixStatus.PLANNED, "days": 60}, "due 22 Jan 2027", ""),
        ({"status": FixStatus.PLANNED, "days": 3}, "due in 3 days", "soon"),
        ({"status": FixStatus.PLANNED, "days": 1}, "due in 1 day", "soon"),
        ({"status": FixStatus.PLANNED, "days": 0}, "due today", "soon"),
        ({"status": FixStatus.PLANNED, "days": -1}, "1 day overdue", "late"),
        ({"status": FixStatus.PLANNED, "days": -9}, "9 days overdue", "late"),
        ({"status": FixStatus.SHIPPED, "days": -9, "shipped_at": MONDAY}, "shipped 23 Nov", ""),
        ({"status": FixStatus.DECLINED, "days": -9}, "declined", ""),
        ({"status": FixStatus.MERGED, "days": -9}, "merged into another", ""),
        ({"days": -9}, "due 14 Nov", ""),
    ],
)
def test_fix_tells_when_it_is_due(fields: dict[str, object], words: str, tone: str) -> None:
    days = fields.pop("days", None)
    due_on = MONDAY.date() + days * DAY if isinstance(days, int) else None

    told = fix_tags.fix_words(Fix(due_on=due_on, **fields), MONDAY.date())

    assert (told.words, told.tone) == (words, tone)
