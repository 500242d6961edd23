from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from advocacy import presence
from advocacy.models import Presence
from tests.factories import make_case

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 8, 5, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_colleague_is_seen_since_the_page_was_opened(alice: User, bob: User, clock: Any) -> None:
    case = make_case()
    presence.ping(case, bob)
    clock.move_to(NOW + 20 * SECOND)
    presence.ping(case, bob)

    (seen,) = presence.others(case, alice)
    assert (seen.user, seen.since) == (bob, NOW)
    assert presence.others(case, bob) == []
    assert presence.others(make_case(), alice) == []


def test_after_a_minute_of_silence_nobody_is_there(alice: User, bob: User, clock: Any) -> None:
    case = make_case()
    presence.ping(case, bob)

    clock.move_to(NOW + 59 * SECOND)
    assert len(presence.others(case, alice)) == 1
    clock.move_to(NOW + 60 * SECOND)
    assert presence.others(case, alice) == []

    presence.ping(case, bob)
    (again,) = presence.others(case, alice)
    assert (again.since, Presence.objects.count()) == (NOW + 60 * SECOND, 1)
