from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from advocacy import programmes
from advocacy.enums import AskKind, AskStatus
from advocacy.models import Advocate, Ask, Programme
from advocacy.programmes import DryRunView
from surveys.enums import TouchKind
from surveys.models import Segment, Touch
from tests.factories import make_account, make_advocate, make_ask, make_contact, make_programme, make_response
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def answered(days: float, **contact: Any) -> Advocate:
    made = make_contact(**contact)
    return make_advocate(response=make_response(contact=made, score=10, at=NOW - days * DAY))


def automatic(**fields: Any) -> Programme:
    return make_programme(**{"is_automatic": True, "name": "Referrals", **fields})


def reasons(programme: Programme) -> dict[int, str]:
    rows = programmes.dry_run(programme, DryRunView.LEFT_OUT, at=NOW)
    return {row.pk: programmes.reason(programme, row, at=NOW) for row in rows}


def test_it_asks_after_the_delay_in_the_segment_and_tells_the_others_why() -> None:
    segment = Segment.objects.create(name="Gold", conditions=[{"field": "tag", "op": "is", "value": "gold"}])
    programme = automatic(segment=segment, delay_days=3)
    due, early = answered(4, tags=["gold"]), answered(2, tags=["gold"])
    outside, never = answered(4), answered(4, tags=["gold"])
    Advocate.objects.filter(pk=never.pk).update(do_not_ask=True)

    assert reasons(programme) == {
        early.pk: "from 24 Nov 2026: 3 days after the answer",
        outside.pk: "not in the segment “Gold”",
        never.pk: "do not ask",
    }
    assert list(programmes.dry_run(programme, DryRunView.ASKED, at=NOW)) == [due]
    assert programmes.run(programme.pk) == 1

    ask = Ask.objects.get()
    assert (ask.advocate, ask.programme, ask.is_automatic, ask.by) == (due, programme, True, None)
    assert ask.reason_why == "the programme “Referrals”"


def test_running_it_twice_changes_nothing() -> None:
    programme = automatic()
    answered(9)

    assert [programmes.run(programme.pk) for _ in range(2)] == [1, 0]
    assert [programmes.run_all() for _ in range(2)] == [False, False]
    assert Ask.objects.count() == 1


def test_it_asks_once_for_each_answer() -> None:
    programme, advocate = automatic(), answered(300)
    Ask.objects.all().delete()
    make_ask(advocate=advocate, programme=programme, status=AskStatus.DROPPED, at=NOW - 100 * DAY)
    make_response(contact=advocate.contact, score=9, at=NOW - 150 * DAY)

    assert reasons(programme) == {advocate.pk: "this programme has asked since the latest answer"}
    make_response(contact=advocate.contact, score=9, at=NOW - 50 * DAY)
    assert programmes.run(programme.pk) == 1


def test_day_has_a_cap_and_the_longest_wait_goes_first() -> None:
    programme = automatic(daily_cap=2)
    answered(5), answered(7), answered(6)

    assert programmes.run(programme.pk) == 2
    assert programmes.run(programme.pk) == 0
    assert programmes.room(programme, at=NOW).left == 0
    assert [ask.advocate.response.submitted_at for ask in Ask.objects.order_by("pk") if ask.advocate.response] == [
        NOW - 7 * DAY,
        NOW - 6 * DAY,
    ]
    assert programmes.run(programme.pk, at=NOW + DAY) == 1


def test_account_cap_holds_within_one_run() -> None:
    programme, account = automatic(), make_account()
    for _ in range(4):
        answered(9, account=account)

    assert programmes.run(programme.pk) == 2
    assert set(reasons(programme).values()) == {"an ask is open", "two asks of this account are open"}


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_automatic": False}])
def test_it_rests_unless_it_is_active_and_automatic(fields: dict[str, bool]) -> None:
    programme = automatic(**fields)
    answered(9)

    assert (programmes.run_all(), programmes.run(programme.pk), Ask.objects.count()) == (False, 0, 0)


def test_broken_segment_takes_nobody_in() -> None:
    segment = Segment.objects.create(name="Broken", conditions=[{"field": "nonsense", "op": "is", "value": "x"}])
    programme = automatic(segment=segment)
    answered(9)

    assert programmes.run(programme.pk) == 0
    assert set(reasons(programme).values()) == {"not in the segment “Broken”"}


def test_more_than_a_slice_is_gone_on_with() -> None:
    programme = automatic(daily_cap=500)
    for _ in range(programmes.A_SLICE + 1):
        answered(9)

    assert [programmes.run_all(), programmes.run_all()] == [True, False]
    assert Ask.objects.count() == programmes.A_SLICE + 1
    assert programme.kind == AskKind.REFERRAL


def test_everybody_is_in_one_half_of_the_dry_run() -> None:
    programme = automatic(kind=AskKind.CASE_STUDY)
    answered(9), answered(1), answered(200), answered(9, basis="")
    answered(9, customer_since=(NOW - 20 * DAY).date())
    touched = answered(9)
    Touch.objects.create(contact=touched.contact, kind=TouchKind.ASK, at=NOW - DAY)

    halves = [set(programmes.dry_run(programme, view, at=NOW).values_list("pk", flat=True)) for view in DryRunView]

    assert (len(halves[0]), halves[0] & halves[1]) == (1, set())
    assert halves[0] | halves[1] == set(Advocate.objects.values_list("pk", flat=True))
    assert sorted(reasons(programme).values()) == [
        "from 2 May 2027: a customer for too short a time",
        "from 22 Dec: one ask in 30 days",
        "from 25 Nov 2026: 3 days after the answer",
        "no consent yet",
        "the latest answer is older than 180 days",
    ]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_ask_nobody_twice_and_keep_the_cap() -> None:
    programme = automatic(daily_cap=5)
    for _ in range(8):
        answered(9)

    at_once(*[lambda: programmes.run(programme.pk, at=NOW) for _ in range(4)])

    assert (Ask.objects.count(), Ask.objects.values("advocate").distinct().count()) == (5, 5)
    assert timezone.now() == NOW
