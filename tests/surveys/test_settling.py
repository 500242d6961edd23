from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from surveys import outbox, settling, waves
from surveys.enums import CampaignStatus, MessageStatus, WaveStatus
from surveys.models import Event, Message, Touch, Wave
from surveys.transitions import WrongState
from tests.factories import make_campaign, make_invitation, make_message, make_user, make_wave
from tests.surveys.sending import Connect, make_queue, state
from tests.threads import at_once, held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def make_unknown(wave: Wave | None = None, **fields: object) -> Message:
    invitation = make_invitation(wave=wave or make_wave(status=WaveStatus.FINISHED))
    values = {"status": MessageStatus.UNKNOWN, "dispatched_at": AT, "attempts": 1, "error": "lost", **fields}
    return make_message(invitation=invitation, **values)


def test_treated_as_sent_at_the_time_it_was_handed_over(alice: User) -> None:
    message = make_unknown()

    settling.treat_as_sent(message, by=alice)

    message.refresh_from_db()
    assert (message.status, message.sent_at, message.error) == (MessageStatus.SENT, AT, "")
    event = Event.objects.get(kind="surveys.message", object_id=str(message.pk))
    assert (event.came_from, event.went_to, event.by, event.contact) == ("unknown", "sent", alice, message.contact)
    assert Wave.objects.get().status == WaveStatus.FINISHED


@pytest.mark.usefixtures("letter")
def test_sent_again_it_really_leaves_and_the_wave_finishes_anew(alice: User, connect: Connect) -> None:
    message = make_unknown(attempts=5)
    server = connect()

    settling.send_again(message, by=alice)

    wave = Wave.objects.get()
    assert (wave.status, wave.finished_at, state(message)) == (WaveStatus.SENDING, None, ("queued", 0))
    outbox.send_batch()
    outbox.sweep()
    wave.refresh_from_db()
    assert message.contact is not None
    assert (server.taken, state(message), wave.status) == ([message.contact.email], ("sent", 1), WaveStatus.FINISHED)
    moves = Event.objects.filter(kind="surveys.wave").order_by("pk").values_list("came_from", "went_to", "by")
    assert list(moves) == [("finished", "sending", alice.pk), ("sending", "finished", None)]


@pytest.mark.parametrize("status", [WaveStatus.SENDING, WaveStatus.PAUSED])
def test_wave_that_goes_on_stays_as_it_is(alice: User, status: WaveStatus) -> None:
    message = make_unknown(make_wave(status=status))

    settling.send_again(message, by=alice)

    assert (Wave.objects.get().status, state(message)[0]) == (status, "queued")


def test_finished_wave_of_a_paused_campaign_waits_with_it(alice: User) -> None:
    wave = make_wave(status=WaveStatus.FINISHED, campaign=make_campaign(status=CampaignStatus.ACTIVE))
    message = make_unknown(wave)
    waves.pause_campaign(wave.campaign)

    settling.send_again(message, by=alice)

    wave.refresh_from_db()
    assert (wave.status, wave.pause_reason) == (WaveStatus.PAUSED, waves.CAMPAIGN_PAUSED)
    waves.resume_campaign(wave.campaign)
    wave.refresh_from_db()
    assert (wave.status, state(message)[0]) == (WaveStatus.SENDING, "queued")


@pytest.mark.parametrize(
    ("wave", "words"),
    [
        ({"status": WaveStatus.CANCELLED}, "Its wave was cancelled, so it does not leave any more."),
        ({"status": WaveStatus.FINISHED}, "Its campaign is archived, so it does not leave any more."),
    ],
)
def test_what_was_ended_does_not_leave_again(alice: User, wave: dict[str, str], words: str) -> None:
    campaign = make_campaign(status=CampaignStatus.ARCHIVED)
    message = make_unknown(make_wave(campaign=campaign, **wave))

    with pytest.raises(WrongState) as refusal:
        settling.send_again(message, by=alice)

    assert str(refusal.value) == words
    assert (state(message)[0], Event.objects.count()) == ("unknown", 0)


def test_letter_without_a_wave_leaves_again(alice: User) -> None:
    message = make_message(invitation=None, user=make_user(), status=MessageStatus.UNKNOWN)

    settling.send_again(message, by=alice)

    assert state(message)[0] == "queued"


@pytest.mark.parametrize("act", [settling.treat_as_sent, settling.send_again])
@pytest.mark.parametrize("status", [status for status in MessageStatus if status != MessageStatus.UNKNOWN])
def test_only_what_is_unknown_is_settled(alice: User, act: Callable[..., None], status: MessageStatus) -> None:
    message = make_unknown(status=status)
    message.status = MessageStatus.UNKNOWN  # as the page showed it

    with pytest.raises(WrongState) as refusal:
        act(message, by=alice)

    assert str(refusal.value) == f"It was settled meanwhile: {status.label}."
    assert Message.objects.get().status == status
    assert (Wave.objects.get().status, Touch.objects.count()) == (WaveStatus.FINISHED, 0)


@pytest.mark.usefixtures("shared_database")
def test_of_two_who_decide_at_once_one_wins() -> None:
    message = make_unknown()
    one, other = make_user(), make_user()

    results = at_once(
        lambda: settling.treat_as_sent(Message.objects.get(pk=message.pk), by=one),
        lambda: settling.send_again(Message.objects.get(pk=message.pk), by=other),
    )

    assert sorted(type(result).__name__ for result in results) == ["NoneType", "WrongState"]
    assert Event.objects.filter(kind="surveys.message").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sweeper_waits_for_a_person_who_sends_again() -> None:
    wave, by = make_wave(), make_user()
    message = make_unknown(wave)

    with held_open(lambda: settling.send_again(message, by=by)) as commit, meanwhile(waves.finish_done) as sweep:
        wait_until_blocked()
        commit()

    wave.refresh_from_db()
    assert (sweep.result(), wave.status, state(message)[0]) == (0, WaveStatus.SENDING, "queued")


@pytest.mark.usefixtures("letter")
def test_wave_is_not_finished_over_a_message_that_waits_again(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    wave = make_wave()
    message = make_unknown(wave)
    make_queue(1, wave=wave, status=MessageStatus.SENT)
    seen = waves._finish

    def late(wave: Wave, at: dt.datetime) -> bool:
        settling.send_again(message, by=alice)
        return seen(wave, at)

    monkeypatch.setattr(waves, "_finish", late)

    assert waves.finish_done() == 0
    wave.refresh_from_db()
    assert (wave.status, state(message)[0]) == (WaveStatus.SENDING, "queued")
