from __future__ import annotations

import datetime as dt
import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from surveys import audience, contacts, planning, waves
from surveys.enums import (
    Basis,
    CampaignKind,
    CampaignStatus,
    HoldKind,
    MailWish,
    MessageStatus,
    SkipReason,
    Style,
    SuppressionReason,
    TouchKind,
    Unit,
    WaveStatus,
)
from surveys.models import Campaign, Contact, Event, Hold, Invitation, Message, Touch, Wave
from surveys.transitions import WrongState
from tests.factories import make_account, make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.sizes import WHOLE_ONCE, whole_once_or
from tests.threads import at_once, held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def make_varied_audience(size: int = 120) -> None:
    """Contacts with every mixture of what may keep one from being asked."""
    chance = random.Random(60)
    account = make_account()
    for number in range(size):
        contact = make_contact(basis=chance.choice([Basis.NONE, Basis.CUSTOMER, Basis.CUSTOMER, Basis.CONSENT]))
        if chance.random() < 0.15:
            contacts.suppress_hash(contact.address_hash, reason=SuppressionReason.UNSUBSCRIBED)
        if chance.random() < 0.2:
            until = chance.choice([None, NOW + DAY, NOW - DAY])
            Hold.objects.create(contact=contact, kind=HoldKind.CASE, until=until)
        if chance.random() < 0.4:
            at = NOW - chance.choice([0.5, 10, 80, 89.99, 90, 100]) * DAY
            Touch.objects.create(contact=contact, kind=chance.choice(list(TouchKind)), at=at)
        if chance.random() < 0.2:
            make_message(contact=contact, invitation=None, status=chance.choice(list(MessageStatus)))
        if chance.random() < 0.1:
            Contact.objects.filter(pk=contact.pk).update(customer_since=NOW.date())
        if number % 3 == 0:
            Contact.objects.filter(pk=contact.pk).update(account=account)
        if number % 9 == 0:
            make_contact(email="", phone=f"+1 555 {number:04}")
            Touch.objects.create(contact=make_contact(), kind=TouchKind.ASK, at=NOW - DAY / 24)
            fewer = make_contact(mail_wish=MailWish.FEWER)
            Touch.objects.create(contact=fewer, kind=TouchKind.INVITATION, at=NOW - 200 * DAY)


def make_periodic(**fields: Any) -> Campaign:
    values = {
        "kind": CampaignKind.PERIODIC,
        "status": CampaignStatus.ACTIVE,
        "starts_on": dt.date(2026, 1, 1),
        "activated_at": dt.datetime(2025, 12, 1, tzinfo=dt.UTC),
    }
    return make_campaign(**{**values, **fields})


def days_of(campaign: Campaign) -> list[dt.date]:
    return list(campaign.waves.order_by("day").values_list("day", flat=True))


# ------------------------------------------------------------------------------------------------ dry run and launch


def test_launch_does_row_by_row_what_the_dry_run_said() -> None:
    make_varied_audience()
    campaign = make_campaign()
    foretold = dict(audience.candidates(campaign, at=NOW).values_list("pk", "reason"))
    plan = waves.dry_run(campaign, at=NOW)

    wave = waves.launch(campaign, at=NOW)

    assert dict(wave.invitations.values_list("contact_id", "skip_reason")) == foretold
    assert waves.outcome(wave) == plan
    asked = {pk for pk, reason in foretold.items() if not reason}
    assert set(Message.objects.filter(invitation__wave=wave).values_list("contact_id", flat=True)) == asked
    assert (plan.asked, plan.looked_at) == (len(asked), len(foretold))
    assert set(foretold.values()) == set(SkipReason)  # or the comparison would prove less than it seems to


def test_plan_lists_reasons_in_the_order_they_are_looked_at() -> None:
    make_varied_audience()

    plan = waves.dry_run(make_campaign(), at=NOW)

    assert list(plan.left_out) == [reason for reason in SkipReason if reason != SkipReason.NONE]


def test_dry_run_changes_nothing() -> None:
    make_varied_audience(5)
    campaign = make_campaign()
    before = (Campaign.objects.values().get(), Message.objects.count(), Event.objects.count())

    plan = waves.dry_run(campaign, at=NOW)

    assert plan.looked_at == 8
    assert (Campaign.objects.values().get(), Message.objects.count(), Event.objects.count()) == before
    assert Wave.objects.count() == 0


def test_dry_run_of_an_empty_installation() -> None:
    assert waves.dry_run(make_campaign()) == waves.Plan(asked=0, left_out={})


# ------------------------------------------------------------------------------------------------------------- launch


def test_launch_makes_wave_invitation_and_message(alice: User) -> None:
    contact = make_contact()
    campaign = make_campaign(style=Style.NEUTRAL, open_days=14)

    wave = waves.launch(campaign, by=alice, at=NOW)

    assert (wave.status, wave.day, wave.planned_for, wave.started_at) == ("sending", NOW.date(), NOW, NOW)
    invitation = Invitation.objects.get()
    assert (invitation.contact, invitation.skip_reason, invitation.style) == (contact, "", "neutral")
    assert invitation.closes_at == NOW + 14 * DAY
    message = Message.objects.get()
    assert (message.invitation, message.contact, message.address_hash) == (invitation, contact, contact.address_hash)
    assert (message.letter, message.purpose, message.promise) == ("invitation", "research", "at_most_once")
    assert (message.status, message.attempts, message.not_before) == ("queued", 0, NOW)
    moves = list(Event.objects.order_by("pk").values_list("kind", "came_from", "went_to", "by"))
    assert moves == [
        ("surveys.campaign", "draft", "active", alice.pk),
        ("surveys.wave", "planned", "sending", alice.pk),
    ]


def test_stored_times_and_tokens_are_as_the_orm_would_write_them() -> None:
    make_contact()
    wave = waves.launch(make_campaign(), at=NOW)
    other = make_message(not_before=NOW, created_at=NOW)

    message = Message.objects.get(invitation__wave=wave)

    with connection.cursor() as cursor:
        cursor.execute("SELECT not_before, created_at FROM surveys_message WHERE id = %s", [message.pk])
        raw = cursor.fetchone()
        cursor.execute("SELECT not_before, created_at FROM surveys_message WHERE id = %s", [other.pk])
        assert raw == cursor.fetchone()
    tokens = {message.token, wave.invitations.get().token, other.token}
    assert len(tokens) == 3
    assert list(Message.objects.filter(token=message.token)) == [message]


def test_every_token_is_its_own() -> None:
    for _ in range(40):
        make_contact()

    wave = waves.launch(make_campaign(), at=NOW)

    tokens = [*wave.invitations.values_list("token", flat=True), *Message.objects.values_list("token", flat=True)]
    assert len(set(tokens)) == 80


def test_launching_twice_a_day_makes_one_wave() -> None:
    make_contact()
    campaign = make_campaign()
    wave = waves.launch(campaign, at=NOW)
    before = (Message.objects.values().get(), Event.objects.count())

    with pytest.raises(WrongState, match=f"{campaign} was launched on 2026-03-02 already: one wave a day"):
        waves.launch(campaign, at=NOW + dt.timedelta(hours=3))

    assert Wave.objects.get() == wave
    assert (Message.objects.values().get(), Event.objects.count()) == before


@pytest.mark.parametrize(
    ("zone", "later", "is_another_day"),
    [
        ("UTC", dt.timedelta(hours=14), False),
        ("Asia/Kathmandu", dt.timedelta(hours=14), True),
        ("Pacific/Apia", dt.timedelta(hours=2), True),
        ("America/New_York", dt.timedelta(hours=18), False),
    ],
)
def test_day_of_a_wave_is_that_of_the_campaigns_zone(zone: str, later: dt.timedelta, is_another_day: bool) -> None:
    make_contact()
    campaign = make_campaign(timezone=zone)
    wave = waves.launch(campaign, at=NOW)
    make_contact()

    if is_another_day:
        second = waves.launch(campaign, at=NOW + later)
        assert second.day == wave.day + DAY
    else:
        with pytest.raises(WrongState):
            waves.launch(campaign, at=NOW + later)

    assert wave.day == NOW.astimezone(ZoneInfo(zone)).date()


def test_two_campaigns_on_one_day_do_not_ask_the_same_contact_twice() -> None:
    contact, other = make_contact(), make_contact()
    contacts.suppress_hash(other.address_hash, reason=SuppressionReason.MANUAL)
    waves.launch(make_campaign(), at=NOW)

    with pytest.raises(waves.NotEligible):
        waves.launch(make_campaign(throttle_days=0), at=NOW)

    assert list(Message.objects.values_list("contact", flat=True)) == [contact.pk]


def test_nobody_eligible_by_hand_keeps_nothing() -> None:
    make_contact(basis=Basis.NONE)
    campaign = make_campaign()

    with pytest.raises(waves.NotEligible):
        waves.launch(campaign, at=NOW)

    assert (Wave.objects.count(), Invitation.objects.count(), Event.objects.count()) == (0, 0, 0)
    assert Campaign.objects.get().status == CampaignStatus.DRAFT
    assert Campaign.objects.get().activated_at is None


def test_nobody_eligible_automatically_finishes_quietly_with_the_reasons_kept() -> None:
    make_contact(basis=Basis.NONE)
    campaign = make_periodic()

    wave = waves.launch(campaign, at=NOW, automatic=True)

    assert (wave.status, wave.started_at, wave.finished_at) == ("finished", NOW, NOW)
    assert list(wave.invitations.values_list("skip_reason", flat=True)) == ["no_basis"]
    assert Message.objects.count() == 0
    moves = list(Event.objects.order_by("pk").values_list("went_to", "reason"))
    assert moves == [("sending", ""), ("finished", "nobody may be asked")]


@pytest.mark.parametrize("status", [CampaignStatus.PAUSED, CampaignStatus.ARCHIVED])
@pytest.mark.parametrize("automatic", [False, True])
def test_campaign_that_is_not_active_sends_nothing(status: CampaignStatus, automatic: bool) -> None:
    make_contact()
    campaign = make_campaign(status=status)

    with pytest.raises(WrongState, match="only an active campaign sends"):
        waves.launch(campaign, at=NOW, automatic=automatic)

    assert Wave.objects.count() == 0
    assert Campaign.objects.get().status == status


def test_campaign_is_judged_as_it_stands_not_as_we_remember_it() -> None:
    make_contact()
    campaign = make_campaign()
    Campaign.objects.update(status=CampaignStatus.ARCHIVED)

    with pytest.raises(WrongState):
        waves.launch(campaign, at=NOW)

    assert Wave.objects.count() == 0


def test_launch_looks_through_no_table_that_it_is_filling() -> None:
    """PostgreSQL knows nothing of rows that came in this moment: it would look through all of them for each person."""
    make_contact()
    campaign = make_campaign()

    with CaptureQueriesContext(connection) as launched:
        waves.launch(campaign)

    (filling,) = [each["sql"] for each in launched if each["sql"].startswith("INSERT INTO surveys_message")]
    assert 'JOIN "surveys_message"' not in filling
    assert 'FROM "surveys_message"' not in filling


def test_launch_takes_the_same_statements_for_any_number_of_contacts() -> None:
    make_contact()
    with CaptureQueriesContext(connection) as one:
        waves.launch(make_campaign(status=CampaignStatus.ACTIVE), at=NOW)
    make_varied_audience()
    with CaptureQueriesContext(connection) as many:
        wave = waves.launch(make_campaign(status=CampaignStatus.ACTIVE), at=NOW)

    assert wave.invitations.count() > 60
    assert len(many) == len(one)


@pytest.mark.usefixtures("shared_database")
def test_two_launches_at_once_make_one_wave() -> None:
    for _ in range(20):
        make_contact()
    campaign = make_campaign()

    outcomes = at_once(*[lambda: waves.launch(Campaign.objects.get(pk=campaign.pk), at=NOW)] * 4)

    assert len([outcome for outcome in outcomes if isinstance(outcome, Wave)]) == 1
    assert len([outcome for outcome in outcomes if isinstance(outcome, WrongState)]) == 3
    assert (Wave.objects.count(), Message.objects.count(), Invitation.objects.count()) == (1, 20, 20)


@pytest.mark.usefixtures("shared_database")
def test_two_campaigns_launched_at_once_ask_nobody_twice() -> None:
    for _ in range(20):
        make_contact()
    campaigns = [make_campaign(throttle_days=0) for _ in range(3)]

    at_once(*[lambda campaign=campaign: waves.launch(campaign, at=NOW) for campaign in campaigns])

    assert Message.objects.count() == 20
    assert Message.objects.values("contact").distinct().count() == 20
    assert Wave.objects.count() == 1


# ----------------------------------------------------------------------------------------- pause, resume, cancel, end


def test_wave_is_paused_with_its_reason_and_resumed(alice: User) -> None:
    wave = make_wave()

    waves.pause(wave, reason="a wrong link", by=alice)

    assert (wave.status, wave.pause_reason) == ("paused", "a wrong link")
    assert Event.objects.get().reason == "a wrong link"
    waves.resume(wave, by=alice)
    assert (wave.status, wave.pause_reason) == ("sending", "")
    assert list(Event.objects.order_by("pk").values_list("went_to", "by")) == [
        ("paused", alice.pk),
        ("sending", alice.pk),
    ]


def test_cancel_ends_what_waits_and_leaves_what_has_left(alice: User) -> None:
    wave = make_wave()
    for status in MessageStatus:
        make_message(invitation=make_invitation(wave=wave), status=status)
    other = make_message()

    stopped = waves.cancel(wave, by=alice)

    assert stopped == 2
    assert wave.status == WaveStatus.CANCELLED
    assert wave.finished_at is not None
    statuses = list(Message.objects.filter(invitation__wave=wave).order_by("pk").values_list("status", flat=True))
    assert statuses == ["cancelled", "cancelled", "dispatching", "sent", "failed", "unknown", "suppressed", "cancelled"]
    other.refresh_from_db()
    assert other.status == MessageStatus.QUEUED


def test_finished_wave_cannot_be_cancelled_and_keeps_its_messages() -> None:
    message = make_message(invitation=make_invitation(wave=make_wave(status=WaveStatus.FINISHED)))

    with pytest.raises(WrongState):
        waves.cancel(Wave.objects.get())

    message.refresh_from_db()
    assert message.status == MessageStatus.QUEUED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_cancel_waits_for_a_message_that_is_moving_and_judges_it_anew() -> None:
    message = make_message(status=MessageStatus.CLAIMED)

    def fail() -> None:
        Message.objects.filter(pk=message.pk).update(status=MessageStatus.FAILED)

    with held_open(fail) as commit, meanwhile(lambda: waves.cancel(Wave.objects.get())) as cancelled:
        wait_until_blocked()
        commit()

    message.refresh_from_db()
    assert message.status == MessageStatus.FAILED
    assert cancelled.result() == 0


@pytest.mark.parametrize("status", MessageStatus)
def test_wave_is_finished_once_nothing_of_it_waits(status: MessageStatus) -> None:
    wave = make_wave()
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT)
    make_message(invitation=make_invitation(wave=wave), status=status)
    is_open = status in (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.DISPATCHING)

    done = waves.finish_done(at=NOW)

    wave.refresh_from_db()
    assert done == int(not is_open)
    assert (wave.status, wave.finished_at) == (("sending", None) if is_open else ("finished", NOW))
    assert waves.finish_done(at=NOW) == 0


@pytest.mark.parametrize("status", [WaveStatus.PLANNED, WaveStatus.PAUSED, WaveStatus.CANCELLED])
def test_only_a_sending_wave_is_finished(status: WaveStatus) -> None:
    make_wave(status=status)

    assert waves.finish_done(at=NOW) == 0
    assert Wave.objects.get().status == status


# ----------------------------------------------------------------------------------------------------------- periodic


def planned_days(starts_on: dt.date, every: int, unit: Unit, until: dt.date) -> list[dt.date]:
    """The dates of a cadence, counted by hand: a day that a month lacks is its last."""
    days: list[dt.date] = []
    index = 0
    while True:
        if unit == Unit.MONTH:
            years, month = divmod(starts_on.month - 1 + every * index, 12)
            year = starts_on.year + years
            following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
            day = dt.date(year, month + 1, min(starts_on.day, (following - DAY).day))
        else:
            day = starts_on + index * every * DAY * (7 if unit == Unit.WEEK else 1)
        if day > until:
            return days
        days.append(day)
        index += 1


def live(days: int, *hours: int, down: set[dt.date] | None = None) -> None:
    """Tick at these hours of so many days from 1 January 2026 on, but not on days when the worker is down."""
    first = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    with time_machine.travel(first, tick=False) as traveller:
        for day in range(days):
            for hour in hours:
                now = first + day * DAY + dt.timedelta(hours=hour)
                traveller.move_to(now)
                if now.date() not in (down or set()):
                    waves.start_due()


DAYS = whole_once_or(400, 170)
LAST_DAY = dt.date(2026, 1, 1) + (DAYS - 1) * DAY
CADENCES = [
    (3, Unit.DAY, dt.date(2026, 1, 5), "UTC"),
    (366, Unit.DAY, dt.date(2026, 1, 1), "UTC"),
    (1, Unit.WEEK, dt.date(2026, 1, 7), "UTC"),
    (2, Unit.WEEK, dt.date(2026, 1, 7), "America/St_Johns"),
    (1, Unit.MONTH, dt.date(2026, 1, 31), "UTC"),
    (1, Unit.MONTH, dt.date(2026, 1, 29), "Australia/Lord_Howe"),
    (3, Unit.MONTH, dt.date(2026, 2, 28), "Europe/Berlin"),
]


def test_waves_start_on_exactly_the_planned_days() -> None:
    campaigns = {
        make_periodic(every=every, unit=unit, starts_on=starts_on, timezone=zone): (starts_on, every, unit, LAST_DAY)
        for every, unit, starts_on, zone in CADENCES
    }

    live(DAYS, 2, 14)

    assert {campaign.pk: days_of(campaign) for campaign in campaigns} == {
        campaign.pk: planned_days(*cadence) for campaign, cadence in campaigns.items()
    }
    for wave in Wave.objects.select_related("campaign"):
        local = wave.planned_for.astimezone(ZoneInfo(wave.campaign.timezone))
        assert (local.date(), local.time() >= dt.time(9)) == (wave.day, True)


@pytest.mark.parametrize("days_before", [0, 1, 2] if WHOLE_ONCE else [1])
def test_date_missed_while_the_worker_is_down_starts_once_on_the_first_day_back(days_before: int) -> None:
    days, due = whole_once_or(400, 170), dt.date(2026, 5, 15)
    last = dt.date(2026, 1, 1) + (days - 1) * DAY
    cadences = [
        (dt.date(2026, 1, 15), 1, Unit.MONTH, last),
        (dt.date(2026, 1, 9), 2, Unit.WEEK, last),
        (dt.date(2026, 2, 14), 45, Unit.DAY, last),
    ]
    campaigns = [make_periodic(starts_on=first, every=every, unit=unit) for first, every, unit, _ in cadences]
    first_day_down = due - days_before * DAY
    back = first_day_down + 3 * DAY

    live(days, 12, down={first_day_down + n * DAY for n in range(3)})

    for campaign, cadence in zip(campaigns, cadences, strict=True):
        planned = planned_days(*cadence)
        assert due in planned
        assert days_of(campaign) == [back if day == due else day for day in planned]


def test_three_dates_missed_are_made_up_for_by_one_wave() -> None:
    campaign = make_periodic(every=1, unit=Unit.DAY, starts_on=dt.date(2026, 3, 1))
    for day in (1, 2, 6, 7):
        waves.start_due(at=dt.datetime(2026, 3, day, 9, tzinfo=dt.UTC))

    assert [day.day for day in days_of(campaign)] == [1, 2, 6, 7]


@pytest.mark.parametrize(
    ("at", "starts"),
    [
        (dt.datetime(2026, 3, 2, 8, 59, 59, tzinfo=dt.UTC), 0),
        (dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC), 1),
        (dt.datetime(2026, 3, 2, 23, 59, 59, tzinfo=dt.UTC), 1),
    ],
)
def test_wave_starts_at_its_local_time(at: dt.datetime, starts: int) -> None:
    make_periodic(every=1, unit=Unit.MONTH, starts_on=dt.date(2026, 3, 2), send_at=dt.time(9))

    assert len(waves.start_due(at=at)) == starts
    assert waves.start_due(at=at) == []


def test_time_of_day_that_spring_skips_starts_when_the_clocks_jump() -> None:
    make_periodic(starts_on=dt.date(2026, 3, 29), send_at=dt.time(2, 30), timezone="Europe/Berlin")

    assert waves.start_due(at=dt.datetime(2026, 3, 29, 0, 59, tzinfo=dt.UTC)) == []
    assert len(waves.start_due(at=dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC))) == 1


def test_time_of_day_that_autumn_repeats_starts_once() -> None:
    make_periodic(starts_on=dt.date(2026, 10, 25), send_at=dt.time(2, 30), timezone="Europe/Berlin")

    assert len(waves.start_due(at=dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC))) == 1
    assert waves.start_due(at=dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"status": CampaignStatus.DRAFT, "activated_at": None},
        {"status": CampaignStatus.PAUSED},
        {"status": CampaignStatus.ARCHIVED},
        {"kind": CampaignKind.ONCE, "starts_on": None},
        {"starts_on": dt.date(2026, 3, 3)},
    ],
)
def test_campaign_that_does_not_start_by_itself(fields: dict[str, Any]) -> None:
    make_contact()
    make_periodic(**fields)

    assert waves.start_due(at=NOW) == []
    assert Wave.objects.count() == 0


def test_dates_before_the_activation_are_not_made_up_for() -> None:
    campaign = make_periodic(every=1, unit=Unit.MONTH, starts_on=dt.date(2026, 1, 1), activated_at=NOW)

    assert waves.start_due(at=NOW) == []
    assert len(waves.start_due(at=dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC))) == 1
    assert days_of(campaign) == [dt.date(2026, 4, 1)]


def test_campaign_activated_on_its_date_starts_the_same_day() -> None:
    campaign = make_periodic(
        every=1, unit=Unit.MONTH, starts_on=NOW.date(), status=CampaignStatus.DRAFT, activated_at=None
    )

    waves.activate(campaign, at=NOW + dt.timedelta(hours=5))

    assert len(waves.start_due(at=NOW + dt.timedelta(hours=5))) == 1


def test_date_that_passed_during_a_pause_is_not_made_up_for() -> None:
    campaign = make_periodic(every=1, unit=Unit.MONTH, starts_on=dt.date(2026, 3, 1), status=CampaignStatus.PAUSED)

    waves.activate(campaign, at=NOW)

    assert waves.start_due(at=NOW) == []


def test_wave_launched_by_hand_on_its_date_is_not_started_again() -> None:
    make_contact()
    campaign = make_periodic(every=1, unit=Unit.MONTH, starts_on=NOW.date(), send_at=dt.time(12))

    waves.launch(campaign, at=NOW)

    assert waves.start_due(at=NOW + dt.timedelta(hours=4)) == []
    assert Wave.objects.count() == 1


def test_campaign_that_cannot_start_does_not_stop_the_others() -> None:
    make_contact()
    broken = make_periodic(name="A", starts_on=NOW.date(), timezone="Mars/Phobos")
    well = make_periodic(name="B", starts_on=NOW.date())

    started = waves.start_due(at=NOW)

    assert [wave.campaign for wave in started] == [well]
    assert days_of(broken) == []


@pytest.mark.usefixtures("shared_database")
def test_two_schedulers_at_once_start_each_wave_once() -> None:
    for _ in range(10):
        make_contact()
    campaigns = [make_periodic(every=1, unit=Unit.MONTH, starts_on=NOW.date()) for _ in range(3)]

    outcomes = at_once(*[lambda: waves.start_due(at=NOW)] * 4)

    assert [outcome for outcome in outcomes if not isinstance(outcome, list)] == []
    started = [wave for outcome in outcomes if isinstance(outcome, list) for wave in outcome]
    assert sorted(wave.campaign_id for wave in started) == sorted(campaign.pk for campaign in campaigns)
    assert Wave.objects.count() == 3
    assert Message.objects.count() == 10


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_scheduler_waits_for_a_plan_that_is_being_made() -> None:
    make_contact()
    campaign = make_periodic(every=1, unit=Unit.MONTH, starts_on=NOW.date())

    with (
        held_open(lambda: waves.launch(campaign, at=NOW)) as commit,
        meanwhile(lambda: waves.start_due(at=NOW)) as started,
    ):
        wait_until_blocked()
        commit()

    assert started.result() == []
    assert Wave.objects.count() == 1


def test_start_is_all_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make_contact()
    campaign = make_campaign()

    def fail(*_args: Any, **_fields: Any) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(planning, "insert_messages", fail)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        waves.launch(campaign, at=NOW)

    assert (Wave.objects.count(), Invitation.objects.count(), Event.objects.count()) == (0, 0, 0)
