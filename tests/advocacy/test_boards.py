from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import boards, trail
from advocacy.boards import BoardView
from advocacy.enums import AskKind, AskStage, AskStatus
from advocacy.models import Ask, Programme
from surveys.enums import TouchKind
from surveys.models import Event, Touch
from surveys.transitions import WrongState
from tests.factories import make_advocate, make_ask, make_consent, make_contact, make_message, make_programme

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def on_board(programme: Programme, **fields: Any) -> Ask:
    return make_ask(programme=programme, kind=programme.kind, **fields)


def why(ask: Ask) -> dict[str, str]:
    (shown,) = boards.shown(Ask.objects.filter(pk=ask.pk))
    boards.add_targets([shown])
    return {target.stage.value: target.why_not for target in shown.targets}


def test_columns_are_those_of_the_kind() -> None:
    assert [stage.value for stage in make_programme(kind=AskKind.CASE_STUDY).stages] == [
        *("planned", "asked", "agreed", "booked", "drafted", "done", "said_no", "no_answer"),
    ]
    assert [stage.value for stage in make_programme(kind=AskKind.BETA).stages] == [
        *("planned", "asked", "agreed", "done", "said_no", "no_answer"),
    ]


def test_lanes_count_all_and_show_what_is_due_first(alice: User) -> None:
    programme = make_programme()
    late = on_board(programme, due_on=dt.date(2026, 1, 9), owner=alice)
    soon = on_board(programme, due_on=dt.date(2026, 1, 2))
    never = on_board(programme)
    on_board(programme, status=AskStatus.DROPPED)
    done = on_board(programme, status=AskStatus.DONE)
    on_board(make_programme())

    lanes = boards.lanes(programme, boards.asks_of(programme, BoardView.ALL, alice, on=timezone.localdate()), size=2)

    assert {lane.stage.value: (lane.count, lane.slips, lane.more) for lane in lanes if lane.count} == {
        "planned": (3, [soon, late], 1),
        "done": (1, [done], 0),
    }
    found = {view.value: set(boards.asks_of(programme, view, alice, on=dt.date(2026, 1, 5))) for view in BoardView}
    assert found["mine"] == {late}
    assert found["nobody"] == {soon, never, done}
    assert found["overdue"] == {soon}


def test_planned_goes_nowhere_but_out(alice: User) -> None:
    ask = on_board(make_programme())

    assert why(ask) == {
        "planned": "it is there already",
        "asked": "",
        "agreed": "it has not been asked yet",
        "done": "it has not been asked yet",
        "said_no": "it has not been asked yet",
        "no_answer": "it has not been asked yet",
        "dropped": "",
    }


def test_rule_is_the_reason_on_the_board(alice: User) -> None:
    advocate = make_advocate()
    Touch.objects.create(contact=advocate.contact, kind=TouchKind.ASK, at=timezone.now() - 10 * DAY)
    ask = on_board(make_programme(), advocate=advocate)
    assert why(ask)["asked"].endswith("one ask in 30 days")

    Ask.objects.filter(pk=ask.pk).update(override_reason="She offered it")
    assert why(ask)["asked"] == ""
    Ask.objects.filter(pk=ask.pk).update(message=make_message(invitation=None))
    assert why(ask)["asked"] == "its mail waits to leave"


def test_sent_goes_on_but_never_back() -> None:
    ask = on_board(make_programme(kind=AskKind.TESTIMONIAL), status=AskStatus.SENT, sent_at=timezone.now() - 31 * DAY)

    assert why(ask) == {
        "planned": "it was sent, and no mail comes back",
        "asked": "it is there already",
        "agreed": "",
        "drafted": "",
        "done": "no consent to be quoted yet: they write and agree on the page that the mail leads to",
        "said_no": "",
        "no_answer": "",
        "dropped": "it was sent, and no mail comes back",
    }
    make_consent(contact=ask.contact)
    assert why(ask)["done"] == ""


def test_nobody_is_called_silent_too_early_or_after_an_answer() -> None:
    young = on_board(make_programme(), status=AskStatus.SENT)
    agreed = on_board(make_programme(), status=AskStatus.SENT, stage=AskStage.AGREED, answered_at=timezone.now())

    assert why(young)["no_answer"].startswith("they may answer until ")
    assert (why(agreed)["no_answer"], why(agreed)["asked"]) == ("they have answered", "they have answered")


def test_what_has_ended_stays() -> None:
    assert set(why(on_board(make_programme(), status=AskStatus.DECLINED)).values()) == {
        "it is there already",
        "it has ended: plan a new ask",
    }


def test_moves_are_kept_with_who_and_when(alice: User) -> None:
    ask = on_board(make_programme(kind=AskKind.REFERENCE_CALL), status=AskStatus.SENT)

    for stage in (AskStage.AGREED, AskStage.BOOKED, AskStage.AGREED, AskStage.DONE):
        boards.move_to(ask, stage, by=alice)

    ask.refresh_from_db()
    assert (ask.status, ask.stage, ask.answered_at is not None, ask.ended_at is not None) == (
        "done",
        "done",
        True,
        True,
    )
    assert [(trail.sentence(event)[0], event.by) for event in trail.events(ask)] == [
        ("Ask done", alice),
        ("Ask moved to “Agreed”", alice),
        ("Ask moved to “Date set”", alice),
        ("Ask moved to “Agreed”", alice),
    ]


def test_move_to_asked_lets_the_mail_leave_and_dropped_stops_it(alice: User) -> None:
    ask = on_board(make_programme(), planned_for=timezone.now() + 9 * DAY)

    boards.move_to(ask, AskStage.ASKED, by=alice)
    ask.refresh_from_db()
    assert (ask.message is not None, ask.status) == (True, "planned")
    boards.move_to(ask, AskStage.DROPPED, by=alice, reason="On leave")

    ask.refresh_from_db()
    assert ask.status == "dropped"
    assert trail.sentence(trail.events(ask)[0]) == ("Ask dropped before it was sent", "On leave")


def test_forbidden_move_says_who_and_why_and_changes_nothing(alice: User) -> None:
    ask = on_board(make_programme(), advocate=make_advocate(contact=make_contact(name="Ana")))

    with pytest.raises(WrongState, match="Not moved: Ana: it has not been asked yet"):
        boards.move_to(ask, AskStage.AGREED, by=alice)
    with pytest.raises(WrongState, match="no such stage"):
        boards.move_to(ask, AskStage.DRAFTED, by=alice)

    assert Event.objects.count() == 0


def test_move_to_asked_is_refused_by_the_rule(alice: User) -> None:
    ask = on_board(make_programme(), advocate=make_advocate(do_not_ask=True))

    with pytest.raises(WrongState, match="do not ask"):
        boards.move_to(ask, AskStage.ASKED, by=alice)

    ask.refresh_from_db()
    assert (ask.status, ask.message) == ("planned", None)


def test_move_decided_on_an_old_picture_is_refused(alice: User) -> None:
    ask = on_board(make_programme(), status=AskStatus.SENT)
    boards.move_to(ask, AskStage.AGREED, by=alice)
    seen = trail.version(ask)
    boards.move_to(ask, AskStage.DONE, by=alice)

    with pytest.raises(trail.Changed):
        boards.move_to(ask, AskStage.SAID_NO, by=alice, seen=seen)


def test_board_costs_as_much_with_one_slip_as_with_many(
    alice: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in (1, 4):
        programme = make_programme()
        for _ in range(number):
            on_board(programme)
        asks = boards.asks_of(programme, BoardView.ALL, alice, on=timezone.localdate())
        with django_assert_num_queries(3):
            boards.lanes(programme, asks)


def test_file_has_a_line_for_each(alice: User) -> None:
    programme = make_programme()
    contact = make_contact(name="Ana", account=None)
    on_board(programme, advocate=make_advocate(contact=contact), next_step="Call", due_on=dt.date(2026, 2, 3))

    head, line = boards.lines(boards.asks_of(programme, BoardView.ALL, alice, on=timezone.localdate()))

    assert len(head) == len(line)
    assert (line[0], line[2], line[5:]) == ("Ana", "Planned", ["Call", "2026-02-03"])
