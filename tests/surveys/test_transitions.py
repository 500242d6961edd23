from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from surveys.enums import (
    CAMPAIGN_MOVES,
    MESSAGE_MOVES,
    WAVE_MOVES,
    CampaignStatus,
    MessageStatus,
    Moves,
    WaveStatus,
)
from surveys.models import Campaign, Contact, Event, Message, Wave
from surveys.transitions import WrongState, move, move_many, record
from tests.factories import make_account, make_campaign, make_contact, make_message, make_wave
from tests.threads import at_once, held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

# Written out once more, and not read from the tables: a line that vanishes there must be missed here.
CAMPAIGN = {
    ("draft", "active"),
    ("active", "paused"),
    ("active", "archived"),
    ("paused", "active"),
    ("paused", "archived"),
}
WAVE = {
    ("planned", "sending"),
    ("planned", "cancelled"),
    ("sending", "paused"),
    ("sending", "finished"),
    ("sending", "cancelled"),
    ("paused", "sending"),
    ("paused", "cancelled"),
}
MESSAGE = {
    ("queued", "claimed"),
    ("queued", "suppressed"),
    ("queued", "cancelled"),
    ("claimed", "queued"),
    ("claimed", "dispatching"),
    ("claimed", "failed"),
    ("claimed", "suppressed"),
    ("claimed", "cancelled"),
    ("dispatching", "sent"),
    ("dispatching", "failed"),
    ("dispatching", "unknown"),
    ("dispatching", "queued"),
    ("unknown", "sent"),
    ("unknown", "failed"),
    ("unknown", "queued"),
}


def pairs(statuses: Any, legal: set[tuple[str, str]]) -> list[Any]:
    return [
        pytest.param(source.value, target.value, (source.value, target.value) in legal, id=f"{source}-{target}")
        for source, target in product(statuses, statuses)
    ]


def check_move(row: Campaign | Wave, moves: Moves, target: str, *, is_legal: bool) -> None:
    source = row.status
    if is_legal:
        move(row, moves, target)
    else:
        with pytest.raises(WrongState):
            move(row, moves, target)

    expected = target if is_legal else source
    assert (row.status, type(row)._default_manager.values_list("status", flat=True).get(pk=row.pk)) == (expected,) * 2
    events = [(event.came_from, event.went_to) for event in Event.objects.all()]
    assert events == ([(source, target)] if is_legal else [])


@pytest.mark.parametrize(("source", "target", "is_legal"), pairs(CampaignStatus, CAMPAIGN))
def test_campaign_moves(source: str, target: str, is_legal: bool) -> None:
    check_move(make_campaign(status=source), CAMPAIGN_MOVES, target, is_legal=is_legal)


@pytest.mark.parametrize(("source", "target", "is_legal"), pairs(WaveStatus, WAVE))
def test_wave_moves(source: str, target: str, is_legal: bool) -> None:
    check_move(make_wave(status=source), WAVE_MOVES, target, is_legal=is_legal)


@pytest.mark.parametrize(("source", "target", "is_legal"), pairs(MessageStatus, MESSAGE))
def test_message_moves(source: str, target: str, is_legal: bool) -> None:
    message = make_message(status=source)

    moved = move_many(Message.objects.filter(pk=message.pk), MESSAGE_MOVES, target, error="why")

    message.refresh_from_db()
    assert moved == int(is_legal)
    assert (message.status, message.error) == ((target, "why") if is_legal else (source, ""))


def test_event_says_who_moved_what_when_and_why(alice: User) -> None:
    wave = make_wave()
    before = Event.objects.count()

    move(wave, WAVE_MOVES, WaveStatus.PAUSED, by=alice, reason="a wrong link")

    event = Event.objects.get()
    assert before == 0
    assert (event.kind, event.object_id, event.by) == ("surveys.wave", str(wave.pk), alice)
    assert (event.came_from, event.went_to, event.reason) == ("sending", "paused", "a wrong link")
    assert abs(event.at - wave.created_at) < dt.timedelta(minutes=1)


def test_fields_are_set_in_the_same_move() -> None:
    wave = make_wave()
    at = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)

    move(wave, WAVE_MOVES, WaveStatus.FINISHED, finished_at=at)

    assert (wave.status, wave.finished_at) == (WaveStatus.FINISHED, at)
    assert Wave.objects.get().finished_at == at


def test_refused_move_sets_no_field() -> None:
    wave = make_wave(status=WaveStatus.FINISHED)

    with pytest.raises(WrongState, match=f"{wave} cannot become sending"):
        move(wave, WAVE_MOVES, WaveStatus.SENDING, pause_reason="no")

    assert Wave.objects.get().pause_reason == ""


def test_move_of_a_row_that_is_gone_is_refused() -> None:
    wave = make_wave()
    Wave.objects.all().delete()

    with pytest.raises(WrongState):
        move(wave, WAVE_MOVES, WaveStatus.PAUSED)

    assert Event.objects.count() == 0


def test_row_that_moved_behind_our_back_is_judged_as_it_is() -> None:
    wave = make_wave()
    stale = Wave.objects.get()
    move(wave, WAVE_MOVES, WaveStatus.FINISHED)

    with pytest.raises(WrongState):
        move(stale, WAVE_MOVES, WaveStatus.PAUSED)

    assert Wave.objects.get().status == WaveStatus.FINISHED


def test_event_goes_when_the_move_is_rolled_back() -> None:
    wave = make_wave()

    with transaction.atomic():
        move(wave, WAVE_MOVES, WaveStatus.PAUSED)
        transaction.set_rollback(True)

    assert Wave.objects.get().status == WaveStatus.SENDING
    assert Event.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_move_goes_when_its_event_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    wave = make_wave()

    def fail(*_args: Any, **_fields: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Event.objects, "create", fail)
    with pytest.raises(ZeroDivisionError):
        move(wave, WAVE_MOVES, WaveStatus.PAUSED)

    assert Wave.objects.get().status == WaveStatus.SENDING


@pytest.mark.parametrize(
    ("make", "came_to"),
    [
        (lambda account: make_contact(account=account), True),
        (lambda account: make_message(contact=make_contact(account=account), invitation=None), True),
        (lambda account: account, False),
    ],
    ids=["contact", "of a contact", "account"],
)
def test_event_finds_contact_and_account(make: Callable[[Any], Any], came_to: bool) -> None:
    account = make_account()
    row = make(account)

    event = record(row, reason="seen")

    assert event.account == account
    assert event.contact == (Contact.objects.get() if came_to else None)


def test_many_move_with_their_fields_and_others_stay() -> None:
    queued, sent = make_message(attempts=1), make_message(status=MessageStatus.SENT, attempts=1)

    moved = move_many(Message.objects.all(), MESSAGE_MOVES, MessageStatus.CLAIMED, attempts=F("attempts") + 1)

    assert moved == 1
    assert list(Message.objects.order_by("pk").values_list("pk", "status", "attempts")) == [
        (queued.pk, "claimed", 2),
        (sent.pk, "sent", 1),
    ]
    assert Event.objects.count() == 0


@pytest.mark.usefixtures("shared_database")
def test_two_movers_cannot_both_win() -> None:
    wave = make_wave()

    def pause() -> str:
        move(Wave.objects.get(pk=wave.pk), WAVE_MOVES, WaveStatus.PAUSED)
        return "won"

    outcomes = at_once(*[pause] * 8)

    assert sorted(str(outcome) for outcome in outcomes) == sorted(["won"] + [f"{wave} cannot become paused"] * 7)
    assert Event.objects.count() == 1


@pytest.mark.usefixtures("shared_database")
def test_of_two_ends_only_one_is_reached() -> None:
    ends = (WaveStatus.FINISHED, WaveStatus.CANCELLED)
    for day in range(5):
        wave = make_wave(day=dt.date(2026, 3, 1 + day))

        def end(target: WaveStatus, wave: Wave = wave) -> WaveStatus:
            move(Wave.objects.get(pk=wave.pk), WAVE_MOVES, target)
            return target

        outcomes = at_once(*[lambda target=target: end(target) for target in ends * 2])

        won = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        assert len(won) == 1
        assert [type(outcome) for outcome in outcomes if outcome not in won] == [WrongState] * 3
        wave.refresh_from_db()
        assert wave.status == won[0]
        assert [event.went_to for event in Event.objects.filter(object_id=wave.pk)] == [won[0]]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_mover_waits_for_a_mover_and_then_sees_what_it_did() -> None:
    wave = make_wave()

    def finish() -> None:
        move(Wave.objects.get(pk=wave.pk), WAVE_MOVES, WaveStatus.FINISHED)

    def pause() -> str:
        try:
            move(Wave.objects.get(pk=wave.pk), WAVE_MOVES, WaveStatus.PAUSED)
        except WrongState:
            return "refused"
        return "paused"

    with held_open(finish) as commit, meanwhile(pause) as paused:
        wait_until_blocked()
        commit()

    assert paused.result() == "refused"
