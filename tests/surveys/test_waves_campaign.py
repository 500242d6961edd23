from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User

from surveys import waves
from surveys.enums import CampaignKind, CampaignStatus, MessageStatus, WaveStatus
from surveys.models import Campaign, Event, Message, Wave
from surveys.transitions import WrongState
from tests.factories import make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.threads import held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 2)


def make_running_campaign(status: str = CampaignStatus.ACTIVE, **fields: str) -> Campaign:
    """With two waves: one is over, one has sent one message while two wait."""
    campaign = make_campaign(status=status, **fields)
    make_wave(campaign=campaign, day=DAY, status=WaveStatus.FINISHED)
    wave = make_wave(campaign=campaign, day=DAY + dt.timedelta(days=1))
    for message_status in (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.SENT):
        make_message(invitation=make_invitation(wave=wave), status=message_status)
    return campaign


def statuses(campaign: Campaign) -> list[str]:
    return list(campaign.waves.order_by("day").values_list("status", flat=True))


def test_pause_stops_campaign_and_running_waves(alice: User) -> None:
    campaign = make_running_campaign()
    other = make_running_campaign()

    held = waves.pause_campaign(campaign, by=alice, reason="a wrong link")

    assert held == waves.Running(waves=1, waiting=2)
    assert campaign.status == CampaignStatus.PAUSED
    assert statuses(campaign) == ["finished", "paused"]
    assert statuses(other) == ["finished", "sending"]
    told = list(Event.objects.order_by("pk").values_list("kind", "went_to", "by", "reason"))
    assert told == [
        ("surveys.campaign", "paused", alice.pk, "a wrong link"),
        ("surveys.wave", "paused", alice.pk, "the campaign is paused"),
    ]


def test_nothing_of_a_paused_campaign_is_due() -> None:
    campaign = make_running_campaign()
    now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    assert Message.objects.due(now).count() == 1

    waves.pause_campaign(campaign)

    assert Message.objects.due(now).count() == 0


def test_resume_frees_what_the_pause_stopped_and_nothing_else(alice: User) -> None:
    campaign = make_running_campaign()
    faulty = make_wave(campaign=campaign, day=DAY + dt.timedelta(days=2))
    waves.pause(faulty, reason="the sender was refused")
    waves.pause_campaign(campaign, by=alice)

    freed = waves.resume_campaign(campaign, by=alice)

    assert freed == waves.Running(waves=1, waiting=2)
    assert campaign.status == CampaignStatus.ACTIVE
    assert statuses(campaign) == ["finished", "sending", "paused"]
    assert list(campaign.waves.order_by("day").values_list("pause_reason", flat=True)) == [
        "",
        "",
        "the sender was refused",
    ]


def test_archive_ends_every_wave_and_what_waits(alice: User) -> None:
    campaign = make_running_campaign()
    make_wave(campaign=campaign, day=DAY + dt.timedelta(days=2), status=WaveStatus.PLANNED)
    make_wave(campaign=campaign, day=DAY + dt.timedelta(days=3), status=WaveStatus.PAUSED)

    ending = waves.archive_campaign(campaign, by=alice)

    assert ending == waves.Running(waves=3, waiting=2)
    assert campaign.status == CampaignStatus.ARCHIVED
    assert statuses(campaign) == ["finished", "cancelled", "cancelled", "cancelled"]
    assert list(Message.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled", "cancelled", "sent"]


def test_what_a_move_reaches_is_told_beforehand() -> None:
    campaign = make_running_campaign()
    told = (waves.running(campaign), waves.held_back(campaign), waves.unfinished(campaign))
    nothing, all_of_it = waves.Running(waves=0, waiting=0), waves.Running(waves=1, waiting=2)

    waves.pause_campaign(campaign)

    assert told == (all_of_it, nothing, all_of_it)
    assert (waves.running(campaign), waves.held_back(campaign)) == (nothing, all_of_it)


@pytest.mark.parametrize(
    ("move", "legal"),
    [
        ("pause_campaign", {CampaignStatus.ACTIVE}),
        ("resume_campaign", {CampaignStatus.PAUSED}),
        ("archive_campaign", {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}),
    ],
)
@pytest.mark.parametrize("status", CampaignStatus)
def test_moves_of_a_campaign(status: str, move: str, legal: set[str]) -> None:
    campaign = make_running_campaign(status=status)

    if status in legal:
        getattr(waves, move)(campaign)
    else:
        with pytest.raises(WrongState):
            getattr(waves, move)(campaign)

    assert (Campaign.objects.get().status != status) == (status in legal)
    assert Event.objects.exists() == (status in legal)


def test_stale_campaign_is_not_resumed() -> None:
    campaign = make_running_campaign(status=CampaignStatus.PAUSED)
    stale = Campaign.objects.get()
    waves.archive_campaign(campaign)

    with pytest.raises(WrongState):
        waves.resume_campaign(stale)

    assert Campaign.objects.get().status == CampaignStatus.ARCHIVED


@pytest.mark.parametrize("status", [CampaignStatus.PAUSED, CampaignStatus.ARCHIVED])
def test_wave_of_a_stopped_campaign_is_not_resumed(status: str) -> None:
    wave = make_wave(campaign=make_campaign(name="Yearly", status=CampaignStatus.ACTIVE), status=WaveStatus.PAUSED)
    Campaign.objects.update(status=status)

    with pytest.raises(WrongState, match=r"^Yearly is (Paused|Archived): only an active campaign sends"):
        waves.resume(wave)

    assert Wave.objects.get().status == WaveStatus.PAUSED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pause_waits_for_a_wave_that_is_being_resumed() -> None:
    campaign = make_running_campaign()
    wave = campaign.waves.get(status=WaveStatus.SENDING)
    waves.pause(wave, reason="a wrong link")

    with (
        held_open(lambda: waves.resume(wave)) as commit,
        meanwhile(lambda: waves.pause_campaign(campaign)) as paused,
    ):
        wait_until_blocked()
        commit()

    assert paused.result() == waves.Running(waves=1, waiting=2)
    assert statuses(campaign) == ["finished", "paused"]


# ------------------------------------------------------------------------------------------------------- once, on a day


NINE = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)  # in Madrid
HOUR, A_DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def make_dated_campaign(**fields: Any) -> Campaign:
    make_contact()
    values = {"starts_on": DAY, "send_at": dt.time(9), "timezone": "Europe/Madrid"}
    return make_campaign(status=CampaignStatus.DRAFT, throttle_days=0, **{**values, **fields})


def test_one_that_asks_once_starts_on_its_day_and_never_again() -> None:
    campaign = make_dated_campaign()
    waves.activate(campaign, at=NINE - 3 * A_DAY)

    assert waves.start_due(at=NINE - A_DAY) == []
    assert waves.start_due(at=NINE - dt.timedelta(minutes=1)) == []
    (wave,) = waves.start_due(at=NINE)
    assert (wave.day, wave.status) == (DAY, WaveStatus.SENDING)
    assert [waves.start_due(at=NINE + days * A_DAY) for days in (0, 1, 30, 400)] == [[], [], [], []]


def test_its_day_missed_while_nobody_was_there_starts_on_the_first_day_back() -> None:
    campaign = make_dated_campaign()
    waves.activate(campaign, at=NINE - A_DAY)

    (wave,) = waves.start_due(at=NINE + 2 * A_DAY)

    assert wave.day == DAY + dt.timedelta(days=2)
    assert waves.start_due(at=NINE + 3 * A_DAY) == []


@pytest.mark.parametrize("status", [CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.ARCHIVED])
def test_its_day_starts_nothing_that_is_not_active(status: str) -> None:
    campaign = make_dated_campaign()
    waves.activate(campaign, at=NINE - A_DAY)
    Campaign.objects.update(status=status)

    assert waves.start_due(at=NINE) == []


def test_a_day_before_the_activation_starts_nothing() -> None:
    campaign = make_dated_campaign()
    waves.activate(campaign, at=NINE + A_DAY)

    assert waves.start_due(at=NINE + A_DAY) == []


def test_activated_late_on_its_day_it_starts_at_once() -> None:
    campaign = make_dated_campaign()
    waves.activate(campaign, at=NINE + HOUR)

    assert len(waves.start_due(at=NINE + HOUR)) == 1


def test_launched_by_hand_before_its_day_it_does_not_start_again() -> None:
    campaign = make_dated_campaign()
    waves.launch(campaign, at=NINE - A_DAY)

    assert waves.start_due(at=NINE) == []


def test_without_a_day_it_waits_for_a_launch() -> None:
    campaign = make_dated_campaign(starts_on=None)
    waves.activate(campaign, at=NINE - A_DAY)

    assert waves.start_due(at=NINE) == []


def test_a_day_kept_from_another_kind_starts_nothing_of_a_campaign_that_follows_events() -> None:
    campaign = make_dated_campaign(kind=CampaignKind.EVENT)
    waves.activate(campaign, at=NINE - A_DAY)

    assert waves.start_due(at=NINE) == []
