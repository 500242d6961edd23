from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import asks, fatigue, trail
from advocacy.asks import AdvocateView
from advocacy.enums import AskRule
from advocacy.models import Advocate
from surveys.enums import TouchKind
from surveys.models import Contact, Touch
from surveys.transitions import WrongState
from tests.factories import make_advocate, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
LATER = dt.date(2099, 12, 15)


def touch(contact: Contact, *days: float, kind: TouchKind = TouchKind.ASK) -> None:
    for number in days:
        Touch.objects.create(contact=contact, kind=kind, at=NOW - number * DAY)


def test_list_costs_one_statement(django_assert_num_queries: Callable[[int], Any]) -> None:
    for _ in range(3):
        touch(make_advocate().contact, 1, 2, 3)

    with django_assert_num_queries(1):
        rows = list(asks.shown(asks.advocates_of(AdvocateView.ALL, at=NOW)))
        assert [fatigue.next_ask_of(row, at=NOW).rule for row in rows] == [AskRule.ONE_IN_A_MONTH] * 3


def test_views_of_advocates() -> None:
    free, paused, never = make_advocate(), make_advocate(paused_until=NOW + DAY), make_advocate(do_not_ask=True)
    both = make_advocate(paused_until=NOW + DAY, do_not_ask=True)

    assert {view.value: list(asks.advocates_of(view, at=NOW)) for view in AdvocateView} == {
        "all": [both, never, paused, free],
        "now": [free],
        "later": [both, never, paused],
        "paused": [paused],
        "do-not-ask": [both, never],
    }
    counted = {view: set(rows) for view, rows in asks.by_view(at=NOW).items()}
    assert counted == {view: set(asks.advocates_of(view, at=NOW)) for view in AdvocateView}
    assert set(asks.by_view(at=NOW, pk=paused.pk)[AdvocateView.PAUSED]) == {paused}


# --------------------------------------------------------------------------------------------------------------- verbs


def told(advocate: Advocate) -> list[tuple[str, str]]:
    return [trail.sentence(event) for event in trail.events(advocate)]


def test_everything_a_person_decides_is_kept_with_its_reason(alice: User) -> None:
    advocate = make_advocate()

    asks.pause(advocate, until=LATER, reason="On parental leave", by=alice)
    asks.resume(advocate, reason="Back early", by=alice)
    asks.never_ask(advocate, reason="She asked us not to", by=alice)
    asks.allow_asking(advocate, reason="She offered to help", by=alice)
    asks.forbid_gifts(advocate, reason="A public school", by=alice)
    asks.allow_gifts(advocate, reason="The rule is gone", by=alice)

    advocate.refresh_from_db()
    assert (advocate.paused_until, advocate.do_not_ask, advocate.forbids_gifts) == (None, False, False)
    assert told(advocate) == [
        ("The employer allows gifts", "The rule is gone"),
        ("The employer forbids gifts", "A public school"),
        ("May be asked again", "She offered to help"),
        ("Not to be asked any more", "She asked us not to"),
        ("The pause is over", "Back early"),
        ("Not asked until 15 Dec 2099", "On parental leave"),
    ]
    assert set(advocate.contact.events.values_list("by", "kind")) == {(alice.pk, "advocacy.advocate")}


def test_pause_ends_as_the_day_begins_where_the_organisation_is(alice: User, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    advocate = make_advocate()

    asks.pause(advocate, until=LATER, reason="On leave", by=alice)

    assert advocate.paused_until == dt.datetime(2099, 12, 14, 15, tzinfo=dt.UTC)


def test_pause_into_the_past_is_refused(alice: User) -> None:
    advocate = make_advocate()

    with pytest.raises(WrongState, match="Not paused: choose a day to come"):
        asks.pause(advocate, until=timezone.localdate(), reason="On leave", by=alice)

    assert told(advocate) == []


def test_what_stands_so_already_is_left_alone(alice: User) -> None:
    advocate = make_advocate(do_not_ask=True)

    asks.never_ask(advocate, reason="Twice", by=alice, seen="0")

    assert told(advocate) == []


def test_old_picture_is_refused_and_nothing_is_changed(alice: User, bob: User) -> None:
    advocate = make_advocate()
    seen = trail.version(advocate)
    asks.never_ask(advocate, reason="She asked us not to", by=bob)

    with pytest.raises(trail.Changed):
        asks.pause(advocate, until=LATER, reason="On leave", by=alice, seen=seen)

    advocate.refresh_from_db()
    assert advocate.paused_until is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_at_once_one_wins() -> None:
    alice, advocate = make_user(), make_advocate()
    seen = trail.version(advocate)

    def pause() -> None:
        asks.pause(Advocate.objects.get(pk=advocate.pk), until=LATER, reason="Leave", by=alice, seen=seen)

    def never() -> None:
        asks.never_ask(Advocate.objects.get(pk=advocate.pk), reason="No", by=alice, seen=seen)

    results = at_once(pause, never)

    assert sorted(type(result).__name__ for result in results) == ["Changed", "NoneType"]
    assert trail.events(advocate).count() == 1
