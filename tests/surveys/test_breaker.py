from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from surveys import breaker, outbox, waves
from surveys.enums import MessageStatus
from surveys.models import Message, Wave
from tests.factories import make_invitation, make_wave
from tests.surveys.reporting import HARD, LATER, LEFT, make_mailed, tell
from tests.surveys.sending import NO_SUCH_USER, Connect, make_queue

pytestmark = pytest.mark.django_db

NOW = LATER + dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def make_wave_mails(sent: int, bounced: int, **fields: Any) -> Any:
    wave = fields.pop("wave", None) or make_wave(started_at=LEFT - dt.timedelta(hours=1))
    for number in range(sent):
        at = LEFT + dt.timedelta(seconds=number)
        bounced_at = LATER if number < bounced else None
        make_mailed(
            invitation=make_invitation(wave=wave), dispatched_at=at, sent_at=at, bounced_at=bounced_at, **fields
        )
    return wave


@pytest.mark.parametrize(("bounced", "is_paused"), [(10, False), (11, True)])
def test_wave_of_which_too_many_come_back_is_paused(bounced: int, is_paused: bool) -> None:
    wave = make_wave_mails(40, bounced)

    assert breaker.look_at(wave) is is_paused

    wave.refresh_from_db()
    assert wave.status == ("paused" if is_paused else "sending")
    assert wave.pause_reason == (f"breaker: {bounced} of 40" if is_paused else "")
    assert breaker.Tripped.read(wave.pause_reason) == ((bounced, 40) if is_paused else None)


def test_refusals_of_the_server_count_and_temporary_ones_do_not() -> None:
    wave = make_wave_mails(20, 6)
    for error in ["550 5.1.1 no"] * 4 + ["450 greylisted", "given up after 5 attempts"] * 5:
        make_mailed(invitation=make_invitation(wave=wave), status=MessageStatus.FAILED, sent_at=None, error=error)
    assert not breaker.look_at(wave)

    make_mailed(invitation=make_invitation(wave=wave), status=MessageStatus.FAILED, sent_at=None, error="550 no")

    assert breaker.look_at(wave)


def test_only_the_latest_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "LAST", 20)
    wave = make_wave_mails(30, 12)  # of the last 20, two

    assert not breaker.look_at(wave)


def test_bounces_that_come_in_pause_the_wave_and_a_person_may_let_it_go_on() -> None:
    wave = make_wave_mails(12, 10)
    message = Message.objects.filter(bounced_at=None, invitation__wave=wave).first()
    assert message
    tell(message, "bounced", **HARD)
    wave.refresh_from_db()
    assert wave.status == "paused"

    waves.resume(wave)

    assert not breaker.look_at(wave)
    wave.refresh_from_db()
    assert wave.status == "sending"


@pytest.mark.usefixtures("letter")
def test_server_that_knows_few_of_the_recipients_stops_the_wave_while_it_is_sending(connect: Connect) -> None:
    queue = make_queue(80, wave=make_wave(started_at=LEFT))
    server = connect({message.contact.email: NO_SUCH_USER for message in queue[::2] if message.contact})

    while outbox.send_batch(size=10):
        pass

    wave = Wave.objects.get()
    reason = breaker.Tripped.read(wave.pause_reason)
    assert wave.status == "paused"
    assert reason
    assert breaker.MOST < reason.refused < 40
    assert len(server.taken) < 40
    assert Message.objects.filter(status=MessageStatus.QUEUED).exists()


@pytest.mark.parametrize("reason", ["", "breaker: 1 of", "breaker: ١ of ٢", "Breaker: 1 of 2", "breaker: 1 of 2 "])
def test_other_reasons_are_not_read_as_its_own(reason: str) -> None:
    assert breaker.Tripped.read(reason) is None
