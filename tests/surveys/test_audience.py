from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from surveys import audience, contacts, segments, waves
from surveys.enums import (
    Basis,
    CampaignKind,
    HoldKind,
    MailWish,
    MessageStatus,
    Purpose,
    SkipReason,
    SuppressionReason,
    SuppressionScope,
    TouchKind,
)
from surveys.models import Campaign, Contact, Hold, Segment, Touch
from tests.factories import make_account, make_campaign, make_contact, make_message

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def reason_for(contact: Contact, *, campaign: Campaign | None = None) -> SkipReason:
    people = audience.candidates(campaign or make_campaign(), at=NOW)
    return SkipReason(people.values_list("reason", flat=True).get(pk=contact.pk))


def touch(contact: Contact, kind: TouchKind, ago: dt.timedelta) -> Touch:
    return Touch.objects.create(contact=contact, kind=kind, at=NOW - ago)


def hold(contact: Contact, until: dt.datetime | None) -> Hold:
    return Hold.objects.create(contact=contact, kind=HoldKind.CASE, until=until)


def others_of_the_account(contact: Contact, number: int = 5) -> None:
    """So many colleagues who were asked lately."""
    account = make_account()
    Contact.objects.filter(pk=contact.pk).update(account=account)
    for _ in range(number):
        touch(make_contact(account=account), TouchKind.INVITATION, 10 * DAY)


def want_fewer(contact: Contact) -> None:
    """Asked in the last year, and longer ago than the throttle looks."""
    Contact.objects.filter(pk=contact.pk).update(mail_wish=MailWish.FEWER)
    touch(contact, TouchKind.INVITATION, 300 * DAY)


# What makes each reason hold, in the order in which they are looked at.
CAUSES: dict[SkipReason, Callable[[Contact], object]] = {
    SkipReason.NO_ADDRESS: lambda contact: Contact.objects.filter(pk=contact.pk).update(email="", phone="+1 555 0100"),
    SkipReason.SUPPRESSED: lambda contact: contacts.suppress_hash(
        contact.address_hash, reason=SuppressionReason.UNSUBSCRIBED
    ),
    SkipReason.NO_BASIS: lambda contact: Contact.objects.filter(pk=contact.pk).update(basis=Basis.NONE),
    SkipReason.HELD: lambda contact: hold(contact, None),
    SkipReason.TOO_NEW: lambda contact: Contact.objects.filter(pk=contact.pk).update(customer_since=NOW.date()),
    SkipReason.THROTTLED: lambda contact: touch(contact, TouchKind.INVITATION, 10 * DAY),
    SkipReason.FEWER: want_fewer,
    SkipReason.IN_QUEUE: lambda contact: make_message(contact=contact, invitation=None),
    SkipReason.JUST_MAILED: lambda contact: touch(contact, TouchKind.ASK, SECOND),
    SkipReason.ACCOUNT_CAP: others_of_the_account,
}


def test_contact_with_an_address_and_a_basis_is_asked() -> None:
    assert reason_for(make_contact()) == SkipReason.NONE
    assert reason_for(make_contact(basis=Basis.CONSENT)) == SkipReason.NONE


@pytest.mark.parametrize("reason", CAUSES)
def test_each_reason_alone_leaves_the_contact_out(reason: SkipReason) -> None:
    contact, other = make_contact(), make_contact()

    CAUSES[reason](contact)

    assert reason_for(contact) == reason
    assert reason_for(other) == SkipReason.NONE


def test_there_is_a_cause_for_every_reason() -> None:
    assert list(CAUSES) == [reason for reason in SkipReason if reason != SkipReason.NONE]


@pytest.mark.parametrize("first", range(len(CAUSES)))
def test_first_reason_that_holds_wins(first: int) -> None:
    contact = make_contact()
    reasons = list(CAUSES)[first:]

    for reason in reversed(reasons):  # the address goes last: suppression needs it
        CAUSES[reason](contact)

    assert reason_for(contact) == reasons[0]


@pytest.mark.parametrize("scope", SuppressionScope)
def test_suppression_of_any_scope_leaves_the_contact_out(scope: SuppressionScope) -> None:
    contact = make_contact(email="Ann@Example.com".lower())

    contacts.suppress("ANN@EXAMPLE.COM", reason=SuppressionReason.BOUNCED, scope=scope)

    assert reason_for(contact) == SkipReason.SUPPRESSED


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        (None, SkipReason.HELD),
        (NOW + SECOND, SkipReason.HELD),
        (NOW, SkipReason.NONE),
        (NOW - SECOND, SkipReason.NONE),
    ],
)
def test_hold_stands_until_its_end(until: dt.datetime | None, reason: SkipReason) -> None:
    contact = make_contact()

    hold(contact, until)

    assert reason_for(contact) == reason


@pytest.mark.parametrize(
    ("throttle_days", "ago", "reason"),
    [
        (90, 90 * DAY - SECOND, SkipReason.THROTTLED),
        (90, 90 * DAY, SkipReason.NONE),
        (90, 91 * DAY, SkipReason.NONE),
        (30, 30 * DAY - SECOND, SkipReason.THROTTLED),
        (30, 30 * DAY, SkipReason.NONE),
        (0, DAY, SkipReason.NONE),
        (0, DAY - SECOND, SkipReason.JUST_MAILED),
    ],
)
def test_throttle_ends_after_its_days(throttle_days: int, ago: dt.timedelta, reason: SkipReason) -> None:
    contact = make_contact()

    touch(contact, TouchKind.INVITATION, ago)

    assert reason_for(contact, campaign=make_campaign(throttle_days=throttle_days)) == reason


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (TouchKind.INVITATION, SkipReason.THROTTLED),
        (TouchKind.REMINDER, SkipReason.NONE),
        (TouchKind.CALL, SkipReason.NONE),
        (TouchKind.LETTER, SkipReason.NONE),
        (TouchKind.ASK, SkipReason.NONE),
    ],
)
def test_throttle_counts_survey_invitations_only(kind: TouchKind, reason: SkipReason) -> None:
    contact = make_contact()

    touch(contact, kind, 2 * DAY)

    assert reason_for(contact) == reason


@pytest.mark.parametrize(
    ("kind", "ago", "reason"),
    [
        (TouchKind.REMINDER, DAY - SECOND, SkipReason.JUST_MAILED),
        (TouchKind.ASK, DAY - SECOND, SkipReason.JUST_MAILED),
        (TouchKind.REMINDER, DAY, SkipReason.NONE),
        (TouchKind.ASK, DAY, SkipReason.NONE),
        (TouchKind.CALL, SECOND, SkipReason.NONE),
        (TouchKind.LETTER, SECOND, SkipReason.NONE),
    ],
)
def test_accident_guard_leaves_a_day_between_automatic_mails(
    kind: TouchKind, ago: dt.timedelta, reason: SkipReason
) -> None:
    contact = make_contact()

    touch(contact, kind, ago)

    assert reason_for(contact) == reason


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (MessageStatus.QUEUED, SkipReason.IN_QUEUE),
        (MessageStatus.CLAIMED, SkipReason.IN_QUEUE),
        (MessageStatus.DISPATCHING, SkipReason.IN_QUEUE),
        (MessageStatus.SENT, SkipReason.NONE),  # from here its touch speaks
        (MessageStatus.UNKNOWN, SkipReason.NONE),
        (MessageStatus.FAILED, SkipReason.NONE),
        (MessageStatus.SUPPRESSED, SkipReason.NONE),
        (MessageStatus.CANCELLED, SkipReason.NONE),
    ],
)
def test_survey_that_waits_to_leave_keeps_another_from_being_planned(status: MessageStatus, reason: SkipReason) -> None:
    contact = make_contact()

    make_message(contact=contact, invitation=None, status=status)

    assert reason_for(contact) == reason


@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.SERVICE, Purpose.STAFF])
def test_other_mail_that_waits_keeps_no_survey_from_being_planned(purpose: Purpose) -> None:
    contact = make_contact()

    make_message(contact=contact, invitation=None, purpose=purpose)

    assert reason_for(contact) == SkipReason.NONE


def test_two_touches_do_not_double_a_contact() -> None:
    contact = make_contact()
    for days in (5, 6):
        touch(contact, TouchKind.INVITATION, days * DAY)
        make_message(contact=contact, invitation=None)

    people = list(audience.candidates(make_campaign(), at=NOW))

    assert people == [contact]


def test_any_number_of_contacts_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """And one that asks if there is any account."""
    campaign = make_campaign()
    for cause in CAUSES.values():
        cause(make_contact())
    people = Contact.objects.count()

    with django_assert_num_queries(2) as few:
        few_rows = list(audience.candidates(campaign, at=NOW).values_list("pk", "reason"))
    for cause in CAUSES.values():
        cause(make_contact())
    with django_assert_num_queries(2) as many:
        many_rows = list(audience.candidates(campaign, at=NOW).values_list("pk", "reason"))

    assert (len(few_rows), len(many_rows)) == (people, 2 * people)
    assert statements(few) == statements(many)


def statements(captured: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in captured.captured_queries]


# --------------------------------------------------------------------------------------------------- a relation's age


@pytest.mark.parametrize(
    ("since", "fields", "reason"),
    [
        (dt.date(2026, 2, 1), {}, SkipReason.TOO_NEW),
        (dt.date(2026, 1, 31), {}, SkipReason.NONE),
        (None, {}, SkipReason.NONE),  # nobody wrote it down
        (dt.date(2026, 3, 2), {"min_relation_days": 0}, SkipReason.NONE),
        (dt.date(2026, 3, 2), {"kind": CampaignKind.EVENT}, SkipReason.NONE),  # the event is what is asked about
        # At nine in London it is the third already on the other side.
        (dt.date(2026, 2, 1), {"timezone": "Pacific/Kiritimati", "min_relation_days": 30}, SkipReason.TOO_NEW),
        (dt.date(2026, 2, 1), {"timezone": "Pacific/Kiritimati", "min_relation_days": 29}, SkipReason.NONE),
    ],
)
def test_relation_has_a_least_age(since: dt.date | None, fields: dict[str, Any], reason: SkipReason) -> None:
    contact = make_contact(customer_since=since)

    assert reason_for(contact, campaign=make_campaign(**fields)) == reason


# ------------------------------------------------------------------------------------------------------------ accounts


def asked_of(campaign: Campaign) -> list[Contact]:
    return list(audience.candidates(campaign, at=NOW).filter(reason="").order_by("pk"))


def test_no_more_than_the_cap_of_an_account_are_asked_at_once() -> None:
    account = make_account()
    colleagues = [make_contact(account=account) for _ in range(7)]
    alone = make_contact(account=make_account())
    free = [make_contact() for _ in range(7)]

    asked = asked_of(make_campaign(account_cap=5))

    assert asked == [*colleagues[:5], alone, *free]


def test_who_is_left_out_for_a_reason_takes_no_place_of_the_account() -> None:
    account = make_account()
    colleagues = [make_contact(account=account) for _ in range(4)]
    hold(colleagues[0], None)

    plan = waves.dry_run(make_campaign(account_cap=2), at=NOW)

    assert asked_of(make_campaign(account_cap=2)) == colleagues[1:3]
    assert plan == waves.Plan(asked=2, left_out={SkipReason.HELD: 1, SkipReason.ACCOUNT_CAP: 1})


@pytest.mark.parametrize(
    ("kind", "ago", "room"),
    [
        (TouchKind.INVITATION, 30 * DAY - SECOND, 1),
        (TouchKind.INVITATION, 30 * DAY, 2),
        (TouchKind.REMINDER, 2 * DAY, 2),
        (TouchKind.CALL, 2 * DAY, 2),
    ],
)
def test_cap_of_an_account_counts_invitations_of_thirty_days(kind: TouchKind, ago: dt.timedelta, room: int) -> None:
    account = make_account()
    touch(make_contact(account=account, basis=Basis.NONE), kind, ago)
    for _ in range(3):
        make_contact(account=account)

    assert len(asked_of(make_campaign(account_cap=2))) == room


def test_cap_of_an_account_counts_what_waits_to_leave() -> None:
    account = make_account()
    make_message(contact=make_contact(account=account), invitation=None)
    for _ in range(3):
        make_contact(account=account)

    assert len(asked_of(make_campaign(account_cap=2))) == 1


def test_without_a_cap_a_whole_account_is_asked() -> None:
    account = make_account()
    for _ in range(8):
        make_contact(account=account)

    assert len(asked_of(make_campaign(account_cap=0))) == 8


# ------------------------------------------------------------------------------------------------------------ segments


def make_segment(*conditions: dict[str, str]) -> Segment:
    return Segment.objects.create(name=f"Segment {Segment.objects.count()}", conditions=list(conditions))


def test_segment_bounds_the_audience_row_by_row() -> None:
    spanish = make_campaign(segment=make_segment({"field": "language", "op": "is", "value": "es"}))
    for language in ("es", "es-MX", "en"):
        for cause in CAUSES.values():
            cause(make_contact(language=language))
        make_contact(language=language)

    looked_at = dict(audience.candidates(spanish, at=NOW).values_list("pk", "reason"))

    everybody = dict(audience.candidates(make_campaign(), at=NOW).values_list("pk", "reason"))
    inside = set(Contact.objects.filter(language__startswith="es").values_list("pk", flat=True))
    assert looked_at == {pk: reason for pk, reason in everybody.items() if pk in inside}
    assert len(looked_at) == 2 * (len(CAUSES) + 1)


def test_launch_asks_exactly_whom_the_dry_run_of_a_segment_names() -> None:
    segment = make_segment(
        {"field": "tag", "op": "is", "value": "50% off"},
        {"field": "property", "op": "is", "key": "plan", "value": "Gold"},
        {"field": "account", "op": "contains", "value": "öko"},
    )
    inside = {"tags": ["50% off"], "properties": {"plan": "Gold"}, "account": make_account(name="ÖKO 100%")}
    asked, held = make_contact(**inside), make_contact(**inside)
    hold(held, None)
    make_contact(**{**inside, "tags": []})
    make_contact(**{**inside, "account": None})
    campaign = make_campaign(segment=segment)

    plan = waves.dry_run(campaign, at=NOW)
    wave = waves.launch(campaign, at=NOW)

    assert (plan.asked, plan.left_out) == (1, {SkipReason.HELD: 1})
    assert waves.outcome(wave) == plan
    assert dict(wave.invitations.values_list("contact", "skip_reason")) == {asked.pk: "", held.pk: "held"}


def test_broken_segment_asks_nobody() -> None:
    make_contact()
    campaign = make_campaign(segment=make_segment({"field": "language", "op": "sounds like", "value": "es"}))

    with pytest.raises(segments.BadConditions):
        waves.launch(campaign, at=NOW)

    assert campaign.waves.count() == 0
