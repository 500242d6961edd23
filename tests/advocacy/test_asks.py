from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import asks, trail
from advocacy.asks import AdvocateView
from advocacy.enums import AskRule, CaseStatus
from advocacy.models import Advocate
from surveys.enums import HoldKind, SuppressionReason, TouchKind
from surveys.models import Contact, Hold, Suppression, Touch
from surveys.transitions import WrongState
from tests.factories import make_advocate, make_case, make_contact, make_response, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
LATER = dt.date(2099, 12, 15)


def touch(contact: Contact, *days: float, kind: TouchKind = TouchKind.ASK) -> None:
    for number in days:
        Touch.objects.create(contact=contact, kind=kind, at=NOW - number * DAY)


def words(advocate: Advocate) -> str:
    with time_machine.travel(NOW, tick=False):
        return asks.next_ask(advocate, at=NOW).words


def test_advocate_whom_nothing_keeps_may_be_asked() -> None:
    next_ask = asks.next_ask(make_advocate(), at=NOW)

    assert (next_ask.is_possible, next_ask.rule, next_ask.at) == (True, AskRule.NONE, None)
    assert next_ask.words == "may be asked"


def test_who_was_nominated_without_an_answer_may_be_asked() -> None:
    assert words(make_advocate(response=None, contact=make_contact())) == "may be asked"


@pytest.mark.parametrize(
    ("contact", "fields", "expected"),
    [
        ({}, {"do_not_ask": True}, "do not ask"),
        ({"email": "", "phone": "+44 20 7946 0000"}, {}, "no mail address"),
        ({"basis": ""}, {}, "no consent yet"),
        ({"mail_wish": "surveys_only"}, {}, "wants no requests"),
        ({"mail_wish": "fewer"}, {}, "wants no requests"),
        ({"basis": ""}, {"do_not_ask": True}, "do not ask"),
    ],
)
def test_what_stands_on_contact_and_advocate_is_said(
    contact: dict[str, Any], fields: dict[str, Any], expected: str
) -> None:
    advocate = make_advocate(contact=make_contact(**contact), response=None, **fields)

    assert words(advocate) == expected


@pytest.mark.parametrize("scope", ["asking", "all"])
def test_suppressed_address_is_not_asked(scope: str) -> None:
    advocate = make_advocate()
    hash_ = advocate.contact.address_hash
    Suppression.objects.create(address_hash=hash_, reason=SuppressionReason.UNSUBSCRIBED, scope=scope)

    assert words(advocate) == "must not be written to: unsubscribed"


def test_open_case_and_low_score_keep_from_asking() -> None:
    unhappy, fallen, climbed = make_advocate(), make_advocate(), make_advocate()
    make_case(contact=unhappy.contact, response=None)
    make_case(contact=climbed.contact, response=None, status=CaseStatus.CLOSED)
    make_response(contact=fallen.contact, score=8, at=timezone.now() + DAY)
    make_response(contact=climbed.contact, score=3, at=NOW - 999 * DAY)

    assert words(unhappy) == "a case is open"
    assert words(fallen) == "the latest score is no promoter's: 8"
    assert words(climbed) == "may be asked"


def test_holds_with_and_without_an_end() -> None:
    standing, ending, over = make_advocate(), make_advocate(), make_advocate()
    Hold.objects.create(contact=standing.contact, kind=HoldKind.COMPLAINT)
    Hold.objects.create(contact=standing.contact, kind=HoldKind.CASE, until=NOW + DAY)
    Hold.objects.create(contact=ending.contact, kind=HoldKind.CASE, until=NOW + DAY)
    Hold.objects.create(contact=ending.contact, kind=HoldKind.PAUSE, until=NOW + 3 * DAY)
    Hold.objects.create(contact=over.contact, kind=HoldKind.CASE, until=NOW)

    assert words(standing) == "on hold until somebody lifts it"
    assert words(ending) == "from 26 Nov: on hold"
    assert words(over) == "may be asked"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((30,), "may be asked"),
        ((29,), "from 24 Nov: one ask in 30 days"),
        ((0.5,), "from 23 Dec: one ask in 30 days"),
        ((40, 80, 120), "may be asked"),
        ((40, 80, 120, 364), "from 24 Nov: four asks in a year"),
        ((40, 80, 120, 300, 301), "from 27 Jan 2027: four asks in a year"),
        ((40, 80, 120, 365), "may be asked"),
        ((29, 80, 120, 364.5), "from 24 Nov: one ask in 30 days"),
    ],
)
def test_asks_are_counted_by_month_and_year(days: tuple[float, ...], expected: str) -> None:
    advocate = make_advocate()
    touch(advocate.contact, *days)
    touch(make_contact(), 1, 2, 3, 4)

    assert words(advocate) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (TouchKind.INVITATION, "from 24 Nov: another mail in the last 24 hours"),
        (TouchKind.REMINDER, "from 24 Nov: another mail in the last 24 hours"),
        (TouchKind.LETTER, "may be asked"),
        (TouchKind.CALL, "may be asked"),
    ],
)
def test_a_day_lies_between_two_automatic_mails(kind: TouchKind, expected: str) -> None:
    advocate = make_advocate()
    touch(advocate.contact, 0.4, kind=kind)
    touch(advocate.contact, 2, kind=TouchKind.INVITATION)  # the throttle of surveys is not for asks

    assert words(advocate) == expected


def test_of_several_days_the_latest_counts_and_is_explained() -> None:
    advocate = make_advocate(paused_until=NOW + 40 * DAY)
    touch(advocate.contact, 1)

    next_ask = asks.next_ask(advocate, at=NOW)

    assert (next_ask.rule, next_ask.at) == (AskRule.PAUSED, NOW + 40 * DAY)


def test_what_ends_today_is_said_by_the_clock() -> None:
    assert words(make_advocate(paused_until=NOW + dt.timedelta(hours=3))) == "from 15:00: paused"


def plain(advocate: Advocate) -> dt.datetime | str | None:
    """The same rules once more, in the plainest loop: when, now (None), or the rule without a day."""
    contact = advocate.contact
    answers = sorted(contact.responses.all(), key=lambda answer: (answer.submitted_at, answer.pk))
    holds = [hold for hold in contact.holds.all() if hold.until is None or hold.until > NOW]
    if advocate.do_not_ask:
        return "do_not_ask"
    if not contact.basis:
        return "no_consent"
    if any(case.is_open for case in contact.cases.all()):
        return "open_case"
    if answers and answers[-1].score < 9:
        return "low_score"
    if any(hold.until is None for hold in holds):
        return "on_hold"
    found = sorted((each.at for each in contact.touches.filter(kind="ask")), reverse=True)
    mails = [each.at for each in contact.touches.filter(kind__in=["ask", "invitation", "reminder"])]
    days = [hold.until for hold in holds] + [advocate.paused_until]
    days += [at + 30 * DAY for at in found[:1]] + [at + 365 * DAY for at in found[3:4]] + [at + DAY for at in mails]
    return max((day for day in days if day is not None and day > NOW), default=None)


def test_independent_recount_agrees() -> None:
    dice = random.Random(7)
    for _ in range(120):
        contact = make_contact(basis=dice.choice(["customer"] * 9 + [""]))
        response = make_response(contact=contact, score=dice.choice([10] * 8 + [7]))
        pause = NOW + dice.randint(-9, 9) * DAY if dice.random() < 0.3 else None
        make_advocate(contact=contact, response=response, do_not_ask=dice.random() < 0.1, paused_until=pause)
        if dice.random() < 0.2:
            make_case(contact=contact, response=None, status=dice.choice([CaseStatus.OPEN, CaseStatus.CLOSED]))
        if dice.random() < 0.2:
            until = dice.choice([None, NOW - DAY, NOW + 5 * DAY])
            Hold.objects.create(contact=contact, kind=HoldKind.CASE, until=until)
        for _touch in range(dice.choice([0, 0, 1, 3, 5])):
            touch(contact, dice.randint(0, 500) + 0.25, kind=dice.choice(list(TouchKind)))

    rows = asks.with_next_ask(Advocate.objects.all(), at=NOW)
    found = {row.pk: asks.next_ask_of(row, at=NOW) for row in rows}
    told = {pk: None if each.is_possible else each.at or each.rule.value for pk, each in found.items()}

    assert told == {advocate.pk: plain(advocate) for advocate in Advocate.objects.all()}
    assert len({each.rule for each in found.values()}) > 6  # the dice rolled nearly every rule
    now = {row.pk for row in asks.advocates_of(AdvocateView.NOW, at=NOW)}
    later = {row.pk for row in asks.advocates_of(AdvocateView.LATER, at=NOW)}
    assert (now, later) == ({pk for pk, at in told.items() if at is None}, {pk for pk, at in told.items() if at})


def test_list_costs_one_statement(django_assert_num_queries: Callable[[int], Any]) -> None:
    for _ in range(3):
        touch(make_advocate().contact, 1, 2, 3)

    with django_assert_num_queries(1):
        rows = list(asks.shown(asks.advocates_of(AdvocateView.ALL, at=NOW)))
        assert [asks.next_ask_of(row, at=NOW).rule for row in rows] == [AskRule.ONE_IN_A_MONTH] * 3


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
