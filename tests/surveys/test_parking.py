"""What waits of a paused wave is put aside and brought back, and nothing else depends on it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from time_machine import travel

from surveys import claims, outbox, parking, waves, windows
from surveys.enums import CampaignStatus, MessageStatus, WaveStatus
from surveys.models import Brand, Message, Wave
from tests.factories import make_message, make_wave
from tests.surveys.sending import make_queue, statuses
from tests.surveys.test_claims import plan_as_for_many, rows_read

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def make_paused(size: int) -> Wave:
    wave = make_wave()
    make_queue(size, wave=wave)
    waves.pause(wave, reason="to look")
    return wave


def aside() -> int:
    return Message.objects.filter(parked_in__isnull=False).count()


def test_what_waits_of_a_paused_wave_is_put_aside_in_slices() -> None:
    wave = make_paused(5)

    assert [parking.put_aside(size=2), aside()] == [True, 2]
    assert [parking.put_aside(size=2), aside()] == [True, 4]
    assert [parking.put_aside(size=2), aside()] == [True, 5]
    assert [parking.put_aside(size=2), aside()] == [False, 5]
    assert {message.parked_in for message in Message.objects.all()} == {wave}


def test_only_what_is_paused_and_could_be_in_the_way_is_put_aside() -> None:
    make_queue(2)
    wave = make_paused(1)
    (later,) = make_queue(1, wave=wave, not_before=timezone.now() + HOUR)
    (leaving,) = make_queue(1, wave=wave, status=MessageStatus.DISPATCHING)
    alone = make_message(invitation=None)

    assert parking.put_aside()
    assert aside() == 1
    assert not Message.objects.filter(pk__in=[later.pk, leaving.pk, alone.pk], parked_in__isnull=False).exists()


def test_nothing_is_looked_through_while_no_wave_is_paused(django_assert_num_queries: object) -> None:
    make_queue(2)

    with django_assert_num_queries(4):  # type: ignore[operator]  # limits; waves, between the ends of a transaction
        assert not parking.put_aside()


def test_a_wave_that_goes_on_gets_its_mails_back_at_once() -> None:
    wave = make_paused(3)
    parking.put_aside()
    assert claims.claim(10)[1] == []

    waves.resume(wave)

    assert aside() == 0
    assert len(claims.claim(10)[1]) == 3


def test_the_rest_of_a_large_one_comes_back_in_slices() -> None:
    paused, resumed = make_paused(2), make_paused(5)
    parking.put_aside()
    Wave.objects.filter(pk=resumed.pk).update(status=WaveStatus.SENDING)

    assert [parking.bring_back(size=2), aside()] == [True, 5]
    assert [parking.bring_back(size=2), aside()] == [True, 3]
    assert [parking.bring_back(size=2), aside()] == [False, 2]
    assert {message.parked_in for message in Message.objects.exclude(parked_in=None)} == {paused}


def test_what_a_limit_keeps_waiting_is_put_aside_and_comes_back_as_there_is_room() -> None:
    wave = make_wave()
    make_queue(5, wave=wave)
    Brand.objects.update(daily_cap=2)
    assert not parking.put_aside()
    while outbox.send_batch():
        pass
    assert statuses() == ["sent"] * 2 + ["queued"] * 3

    assert [parking.put_aside(), aside()] == [True, 3]
    assert [parking.bring_back(), aside()] == [False, 3]
    with travel(timezone.now() + dt.timedelta(days=1), tick=False):
        assert [parking.bring_back(), aside()] == [False, 1]
        assert [parking.bring_back(), aside()] == [False, 1]  # those that are back wait
        while outbox.send_batch():
            pass
    assert statuses() == ["sent"] * 4 + ["queued"]


def test_what_a_limit_kept_waiting_comes_back_when_the_limit_goes() -> None:
    make_queue(5)
    Brand.objects.update(daily_cap=2)
    while outbox.send_batch():
        pass
    parking.put_aside()
    Brand.objects.update(daily_cap=0)

    assert [parking.bring_back(size=2), aside()] == [True, 1]
    assert [parking.bring_back(size=2), aside()] == [False, 0]


def test_a_campaign_that_goes_on_gets_its_mails_back() -> None:
    wave = make_wave()
    make_queue(3, wave=wave)
    wave.campaign.status = CampaignStatus.ACTIVE
    wave.campaign.save()
    waves.pause_campaign(wave.campaign)
    parking.put_aside()
    assert aside() == 3

    waves.resume_campaign(wave.campaign)

    assert aside() == 0


def test_mail_of_another_wave_leaves_past_those_that_were_put_aside() -> None:
    make_paused(3)
    make_queue(2)
    parking.put_aside()

    while outbox.send_batch():
        pass

    assert statuses() == ["queued"] * 3 + ["sent"] * 2


def test_what_comes_back_to_a_paused_wave_is_put_aside_too() -> None:
    wave = make_wave()
    make_queue(1, wave=wave)
    claim_id, (message,) = claims.claim(1)
    waves.pause(wave, reason="to look")
    outbox.release(claim_id, [message.pk])

    parking.put_aside()

    assert aside() == 1


def test_a_wave_with_mails_aside_is_cancelled_whole() -> None:
    wave = make_paused(3)
    parking.put_aside(size=2)

    assert waves.cancel(wave) == 3
    assert (statuses(), aside()) == (["cancelled"] * 3, 0)


def test_a_wave_is_not_finished_while_mails_of_it_are_aside() -> None:
    wave = make_paused(2)
    parking.put_aside()
    Wave.objects.update(status=WaveStatus.SENDING)

    waves.finish_done()

    wave.refresh_from_db()
    assert wave.status == WaveStatus.SENDING


def test_what_is_aside_and_missed_its_window_gets_the_next_one() -> None:
    now = timezone.now()
    wave = make_wave()
    make_queue(1, wave=wave, not_before=now - 3 * HOUR, leave_by=now + HOUR)
    waves.pause(wave, reason="to look")
    parking.put_aside()

    windows.move_on(at=now + 2 * HOUR)

    message = Message.objects.get()
    assert message.not_before >= now + 2 * HOUR
    assert message.parked_in == wave


@pytest.mark.postgres
def test_claim_passes_over_nothing_that_was_put_aside() -> None:
    make_paused(100)
    make_queue(3)
    while parking.put_aside(size=30):
        pass
    plan_as_for_many()
    before = rows_read()

    assert len(claims.claim(3)[1]) == 3
    messages, invitations = (now - then for now, then in zip(rows_read(), before, strict=True))
    assert (messages, invitations) == (6, 6)


@pytest.mark.postgres
def test_both_ways_are_found_by_an_index() -> None:
    wave = make_paused(100)
    plan_as_for_many()
    before = rows_read()[0]
    parking.put_aside(size=10)
    assert rows_read()[0] - before <= 30  # found, locked and written
    plan_as_for_many()
    before = rows_read()[0]
    Message.objects.filter(parked_in=wave).park(None, most=10)
    assert rows_read()[0] - before <= 30
