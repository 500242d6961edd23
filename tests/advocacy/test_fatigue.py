from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from advocacy import asks, fatigue
from advocacy.asks import AdvocateView
from advocacy.enums import AskKind, AskRule, AskStatus, CaseStatus
from advocacy.models import Advocate, AskTier, TierStanding
from surveys.enums import ConsentPurpose, HoldKind, SuppressionReason, TouchKind
from surveys.models import Contact, Hold, Suppression, Touch
from tests.factories import (
    make_advocate,
    make_ask,
    make_case,
    make_consent,
    make_contact,
    make_pledge,
    make_request,
    make_response,
    make_testimonial,
    make_tiers,
)
from tests.sizes import WHOLE_ONCE

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
LATER = dt.date(2099, 12, 15)


def touch(contact: Contact, *days: float, kind: TouchKind = TouchKind.ASK) -> None:
    for number in days:
        Touch.objects.create(contact=contact, kind=kind, at=NOW - number * DAY)


def words(advocate: Advocate) -> str:
    with time_machine.travel(NOW, tick=False):
        return fatigue.next_ask(advocate, at=NOW).words


def test_advocate_whom_nothing_keeps_may_be_asked() -> None:
    next_ask = fatigue.next_ask(make_advocate(), at=NOW)

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

    next_ask = fatigue.next_ask(advocate, at=NOW)

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

    rows = fatigue.with_next_ask(Advocate.objects.all(), at=NOW)
    found = {row.pk: fatigue.next_ask_of(row, at=NOW) for row in rows}
    told = {pk: None if each.is_possible else each.at or each.rule.value for pk, each in found.items()}

    assert told == {advocate.pk: plain(advocate) for advocate in Advocate.objects.all()}
    assert len({each.rule for each in found.values()}) > 6  # the dice rolled nearly every rule
    now = {row.pk for row in asks.advocates_of(AdvocateView.NOW, at=NOW)}
    later = {row.pk for row in asks.advocates_of(AdvocateView.LATER, at=NOW)}
    assert (now, later) == ({pk for pk, at in told.items() if at is None}, {pk for pk, at in told.items() if at})


# ----------------------------------------------------------------------------------------------------- by kind of ask


MOMENTS = (0, 1, 6, 31, 49, 51, 179, 200) if WHOLE_ONCE else (0, 31, 51, 200)  # days from then


KINDS = [None, *AskKind]


@pytest.mark.parametrize("kind", KINDS if WHOLE_ONCE else KINDS[::3])
def test_what_is_written_down_once_says_the_same_at_every_moment(kind: AskKind | None) -> None:
    """For one advocate the query is kept: nothing of the moment, or of the ask that counts not, may be kept with it."""
    advocate, now = make_advocate(response=make_response(score=10, contact=make_contact(customer_since=None))), NOW
    touch(advocate.contact, 3, 40)
    touch(advocate.contact, 0.5, kind=TouchKind.INVITATION)
    open_ask = make_ask(advocate=advocate, kind=AskKind.BETA)
    make_case(contact=advocate.contact, response=None, status=CaseStatus.CLOSED)
    promise(advocate, due_on=(now + 50 * DAY).date())
    Hold.objects.create(contact=advocate.contact, kind=HoldKind.COMPLAINT, until=now + 5 * DAY)
    for rules in (None, fatigue.FIRM, fatigue.AT_SENDING | {AskRule.ONE_IN_A_MONTH}):
        for sparing in (None, open_ask):
            for days in MOMENTS:
                at = now + days * DAY
                rows = fatigue.with_next_ask(Advocate.objects.all(), at=at, kind=kind, rules=rules, sparing=sparing)
                plainly = fatigue.next_ask_of(rows.get(pk=advocate.pk), at=at, kind=kind, rules=rules)

                assert fatigue.next_ask(advocate, at=at, kind=kind, rules=rules, sparing=sparing) == plainly


def of_kind(advocate: Advocate, kind: AskKind) -> str:
    with time_machine.travel(NOW, tick=False):
        return fatigue.next_ask(advocate, at=NOW, kind=kind).words


def asked(advocate: Advocate, days: float, kind: AskKind, status: AskStatus) -> None:
    at = NOW - days * DAY
    make_ask(advocate=advocate, kind=kind, status=status, at=at, sent_at=at, ended_at=at)


@pytest.mark.parametrize(
    ("kind", "days", "asked_for", "expected"),
    [
        (AskKind.CASE_STUDY, 89, AskKind.SPEAKER, "from 24 Nov: one heavy ask in 90 days"),
        (AskKind.REFERENCE_CALL, 89, AskKind.CASE_STUDY, "from 24 Nov: one heavy ask in 90 days"),
        (AskKind.CASE_STUDY, 90, AskKind.SPEAKER, "may be asked"),
        (AskKind.CASE_STUDY, 1, AskKind.REFERRAL, "may be asked"),
        (AskKind.REFERRAL, 1, AskKind.SPEAKER, "may be asked"),
    ],
)
def test_one_heavy_ask_in_ninety_days(kind: AskKind, days: float, asked_for: AskKind, expected: str) -> None:
    advocate = make_advocate()
    asked(advocate, days, kind, AskStatus.DONE)

    assert of_kind(advocate, asked_for) == expected


@pytest.mark.parametrize(
    ("days", "asked_for", "expected"),
    [
        (179, AskKind.BETA, "from 24 Nov: said no to this less than 180 days ago"),
        (180, AskKind.BETA, "may be asked"),
        (1, AskKind.REFERRAL, "may be asked"),
    ],
)
def test_no_counts_for_its_kind_for_half_a_year(days: float, asked_for: AskKind, expected: str) -> None:
    advocate = make_advocate()
    asked(advocate, days, AskKind.BETA, AskStatus.DECLINED)

    assert of_kind(advocate, asked_for) == expected


@pytest.mark.parametrize(
    ("first", "second", "days", "expected"),
    [
        (AskStatus.EXPIRED, AskStatus.EXPIRED, 179, "from 24 Nov: two asks went unanswered"),
        (AskStatus.EXPIRED, AskStatus.EXPIRED, 180, "may be asked"),
        (AskStatus.DONE, AskStatus.EXPIRED, 1, "may be asked"),
        (AskStatus.EXPIRED, AskStatus.DONE, 1, "may be asked"),
    ],
)
def test_two_unanswered_asks_in_a_row_are_a_pause(
    first: AskStatus, second: AskStatus, days: float, expected: str
) -> None:
    advocate = make_advocate()
    asked(advocate, days + 60, AskKind.BETA, first)
    asked(advocate, days, AskKind.REFERRAL, second)

    assert (words(advocate), of_kind(advocate, AskKind.SOCIAL_POST)) == (expected, expected)


def test_what_is_done_is_not_asked_again() -> None:
    advocate, told = make_advocate(), make_advocate()
    asked(advocate, 400, AskKind.REFERRAL, AskStatus.DONE)
    make_testimonial(contact=told.contact, response=told.response, words="It never lets me down.")

    assert of_kind(advocate, AskKind.REFERRAL) == "done already"
    assert of_kind(told, AskKind.TESTIMONIAL) == "done already"
    assert of_kind(told, AskKind.REFERRAL) == "may be asked"
    assert words(advocate) == "may be asked"


@pytest.mark.parametrize(
    ("days", "kind", "expected"),
    [
        (29, AskKind.TESTIMONIAL, "from 24 Nov: a customer for too short a time"),
        (30, AskKind.TESTIMONIAL, "may be asked"),
        (179, AskKind.CASE_STUDY, "from 24 Nov: a customer for too short a time"),
        (364, AskKind.ADVISORY_BOARD, "from 24 Nov: a customer for too short a time"),
        (0, AskKind.BETA, "may be asked"),
    ],
)
def test_heavier_asks_need_a_longer_time_together(days: int, kind: AskKind, expected: str) -> None:
    since = (NOW - days * DAY).date()

    assert of_kind(make_advocate(contact=make_contact(customer_since=since)), kind) == expected


def test_old_answer_is_renewed_by_a_nomination() -> None:
    contact = make_contact()
    advocate = make_advocate(response=make_response(contact=contact, score=10, at=NOW - 181 * DAY))
    assert words(advocate) == "the latest answer is older than 180 days"

    advocate.nominated_at = NOW - DAY
    advocate.save(update_fields=["nominated_at"])

    assert words(advocate) == "may be asked"


def test_nomination_makes_nobody_a_promoter() -> None:
    contact = make_contact()
    make_response(contact=contact, score=8, at=NOW - DAY)

    assert words(make_advocate(response=None, contact=contact, nominated_at=NOW)).startswith("the latest score")


OWED = "a promise to them is overdue or was broken"


def test_request_nobody_sorted_in_time_keeps_from_asking() -> None:
    wish = make_advocate()
    make_request(contact=wish.contact, response=None, due_at=NOW - DAY)

    assert words(wish) == OWED


def make_pleased() -> Advocate:
    """Somebody who gave a ten nine days ago, and whose case is closed."""
    response = make_response(score=10, at=NOW - 9 * DAY)
    make_case(contact=response.contact, response=None, status=CaseStatus.CLOSED)
    return make_advocate(response=response)


def promise(advocate: Advocate, **fields: Any) -> None:
    make_pledge(case=advocate.contact.cases.get(), **fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"due_on": (NOW - DAY).date()}, OWED),
        ({"due_on": NOW.date()}, "may be asked"),  # there is the whole day yet
        ({"due_on": (NOW - DAY).date(), "kept_at": NOW - DAY}, "may be asked"),
        ({"due_on": (NOW + DAY).date(), "broken_at": NOW - DAY, "reason": "sold out"}, OWED),
    ],
)
def test_promise_that_is_owed_keeps_from_asking(fields: dict[str, Any], expected: str) -> None:
    advocate, other = make_pleased(), make_pleased()
    promise(advocate, **fields)

    assert (words(advocate), words(other)) == (expected, "may be asked")


def test_answer_after_a_broken_promise_says_how_it_was_taken() -> None:
    advocate, owed = make_pleased(), make_pleased()
    promise(advocate, due_on=(NOW - 8 * DAY).date(), broken_at=NOW - 2 * DAY, reason="sold out")
    promise(owed, due_on=(NOW - 8 * DAY).date())
    make_response(contact=advocate.contact, score=9, at=NOW - DAY)
    make_response(contact=owed.contact, score=9, at=NOW - DAY)

    assert (words(advocate), words(owed)) == ("may be asked", OWED)


def test_what_the_case_once_said_of_a_promise_says_nothing_of_it() -> None:
    advocate = make_advocate()
    due_on = (NOW - 3 * DAY).date()
    make_case(contact=advocate.contact, response=None, status=CaseStatus.CLOSED, promise="x", promise_due_on=due_on)

    assert words(advocate) == "may be asked"


@pytest.mark.parametrize(
    ("basis", "consent", "expected"),
    [
        ("customer", None, "may be asked"),
        ("consent", None, "no consent yet"),  # to be asked in a survey is another matter
        ("", None, "no consent yet"),
        ("", {}, "may be asked"),
        ("consent", {}, "may be asked"),
        ("customer", {"withdrawn_at": NOW - DAY}, "no consent yet"),
        ("", {"expires_at": NOW - DAY, "at": NOW - 9 * DAY}, "no consent yet"),
    ],
)
def test_marketing_needs_consent_or_the_soft_opt_in(basis: str, consent: Any, expected: str) -> None:
    contact = make_contact(basis=basis)
    if consent is not None:
        make_consent(contact=contact, purpose=ConsentPurpose.MARKETING, **consent)

    assert words(make_advocate(contact=contact)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("", "may be asked"),
        ("de-AT", "may be asked"),
        ("sv", "there is no letter in their language"),
        ("sv-SE", "there is no letter in their language"),
    ],
)
def test_nobody_is_asked_in_a_language_that_has_no_letter(language: str, expected: str) -> None:
    assert words(make_advocate(contact=make_contact(language=language))) == expected


def test_fits_tells_each_kind_once() -> None:
    advocate = make_advocate()
    asked(advocate, 40, AskKind.BETA, AskStatus.DONE)

    told = {kind.value: next_ask.rule.value for kind, next_ask in fatigue.fits(advocate, at=NOW)}

    assert list(told) == AskKind.values
    assert {kind: rule for kind, rule in told.items() if rule} == {"beta": "done_already"}


def test_what_nobody_may_override_is_what_law_person_and_open_matters_say() -> None:
    assert sorted(rule.value for rule in fatigue.FIRM) == [
        *("do_not_ask", "held", "low_score", "no_address", "no_consent", "no_requests"),
        *("on_hold", "one_open", "open_case", "paused", "suppressed"),
    ]


def test_ask_that_takes_a_tier_is_for_those_who_have_it() -> None:
    low, middle, _top = make_tiers()
    AskTier.objects.create(kind=AskKind.REFERENCE_CALL, tier=middle)
    none, below, there = make_advocate(), make_advocate(), make_advocate()
    for advocate, tier in ((below, low), (there, middle)):
        TierStanding.objects.create(advocate=advocate, tier=tier, points=tier.points, since=NOW.date())

    def told(advocate: Advocate, kind: AskKind | None) -> str:
        return fatigue.next_ask(advocate, at=NOW, kind=kind).words

    assert [told(each, AskKind.REFERENCE_CALL) for each in (none, below, there)] == [
        "asked of a higher tier only: Advocate",
        "asked of a higher tier only: Advocate",
        "may be asked",
    ]
    assert (told(none, AskKind.BETA), told(none, None)) == ("may be asked", "may be asked")
    assert AskRule.TIER in fatigue.OVERRIDABLE
