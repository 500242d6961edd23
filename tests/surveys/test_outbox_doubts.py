"""A refusal by a rule may be about us or about one recipient; and what comes back to a wave that had ended."""

from __future__ import annotations

import datetime as dt
import smtplib

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.utils import timezone

from surveys import lines, outbox, waves
from surveys.enums import CampaignStatus, MessageStatus, WaveStatus
from surveys.models import Event, Message, Wave
from tests.factories import make_campaign, make_message, make_wave
from tests.surveys.sending import LOST_BEFORE, Connect, make_queue, state, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]

POLICY = smtplib.SMTPDataError(550, b"5.7.1 id-1: not wanted here, says ana@example.com")
POLICY_AGAIN = smtplib.SMTPDataError(550, b"5.7.1 id-2: not wanted here, says ana@example.com")
MINUTE = dt.timedelta(minutes=1)


def address(message: Message) -> str:
    assert message.contact is not None
    return message.contact.email


def test_recipient_refused_by_a_rule_amid_mails_that_were_taken_fails_alone(connect: Connect) -> None:
    _before, refused, _after = make_queue(3)
    server = connect({address(refused): POLICY})

    more = outbox.send_batch()

    assert more
    assert statuses() == ["sent", "failed", "sent"]
    assert len(server.taken) == 2
    assert Wave.objects.get().status == WaveStatus.SENDING


def test_server_that_refuses_all_by_a_rule_speaks_of_us(connect: Connect) -> None:
    queue = make_queue(20)
    tried = []

    def behave(mail: EmailMessage) -> None:
        tried.append(mail.to[0])
        raise POLICY

    connect(behave)

    more = outbox.send_batch()

    assert not more
    assert len(tried) == lines.DOUBTS
    assert statuses() == ["queued"] * 20
    assert {state(message)[1] for message in queue} == {0}
    wave = Wave.objects.get()
    assert wave.status == WaveStatus.PAUSED
    assert wave.pause_reason == "550 5.7.1 id-1: not wanted here, says [address]"
    assert "@" not in Event.objects.filter(kind="surveys.wave").latest("pk").reason


def test_server_that_refuses_half_by_a_rule_speaks_of_us(connect: Connect) -> None:
    queue = make_queue(4)
    connect({address(message): POLICY for message in queue[::2]})

    outbox.send_batch()

    assert statuses() == ["queued", "sent", "queued", "sent"]
    assert Wave.objects.get().status == WaveStatus.PAUSED


def test_lone_recipient_pauses_the_wave_once_and_not_again(connect: Connect) -> None:
    message = make_message()
    connect({address(message): POLICY})
    outbox.send_batch()
    wave = Wave.objects.get()
    assert (state(message)[0], wave.status) == ("queued", WaveStatus.PAUSED)
    waves.resume(wave)
    connect({address(message): POLICY_AGAIN})

    with time_machine.travel(timezone.now() + 2 * MINUTE):
        outbox.send_batch()

    wave.refresh_from_db()
    assert (state(message)[0], wave.status) == ("failed", WaveStatus.SENDING)
    assert message.error == "550 5.7.1 id-2: not wanted here, says [address]"


def test_other_doubt_about_the_same_recipient_pauses_again(connect: Connect) -> None:
    message = make_message(error="550 5.7.0 another rule")
    connect({address(message): POLICY})

    outbox.send_batch()

    assert (state(message)[0], Wave.objects.get().status) == ("queued", WaveStatus.PAUSED)


def test_letter_that_cannot_be_written_keeps_no_address(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    message = make_message()
    connect()

    def fail(_message: Message) -> None:
        raise ValueError("cannot write to ana@example.com")

    monkeypatch.setattr("surveys.ports.render", fail)

    outbox.send_batch()

    message.refresh_from_db()
    assert (message.status, message.error) == ("failed", "ValueError: cannot write to [address]")


# ------------------------------------------------------------------------------------- what comes back to an ended wave


def slow_worker(connect: Connect, wave: Wave) -> Message:
    """A message whose worker took so long that it counts as `unknown`, before that worker says that it never left."""
    message = make_queue(1, wave=wave)[0]

    def behave(_mail: EmailMessage) -> None:
        Message.objects.update(lease_until=timezone.now() - MINUTE)
        outbox.sweep()
        wave.refresh_from_db()
        raise LOST_BEFORE

    connect(behave)
    return message


def test_message_that_comes_back_to_a_finished_wave_leaves(connect: Connect) -> None:
    wave = make_wave()
    message = slow_worker(connect, wave)

    outbox.send_batch()

    finished = wave.status
    wave.refresh_from_db()
    assert (finished, wave.status, wave.finished_at) == (WaveStatus.FINISHED, WaveStatus.SENDING, None)
    assert state(message)[0] == "queued"
    server = connect()
    with time_machine.travel(timezone.now() + 2 * MINUTE):
        outbox.send_batch()
        outbox.sweep()
    wave.refresh_from_db()
    assert (len(server.taken), state(message)[0], wave.status) == (1, "sent", WaveStatus.FINISHED)


@pytest.mark.parametrize(
    ("status", "wave_status", "message_status"),
    [
        (CampaignStatus.PAUSED, WaveStatus.PAUSED, MessageStatus.QUEUED),
        (CampaignStatus.ARCHIVED, WaveStatus.FINISHED, MessageStatus.CANCELLED),
    ],
)
def test_message_that_comes_back_follows_its_campaign(
    connect: Connect, status: CampaignStatus, wave_status: WaveStatus, message_status: MessageStatus
) -> None:
    wave = make_wave(campaign=make_campaign(status=status))
    message = slow_worker(connect, wave)

    outbox.send_batch()

    wave.refresh_from_db()
    assert (wave.status, state(message)[0]) == (wave_status, message_status)
    assert wave.pause_reason == (waves.CAMPAIGN_PAUSED if status == CampaignStatus.PAUSED else "")
