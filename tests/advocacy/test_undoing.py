from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import cases, snoozing, tasks, timeline, undoing
from advocacy.enums import AttemptChannel, CaseStatus, Clock, Level, Outcome, Verb
from advocacy.models import Case, Deed, Escalation
from surveys import contacts
from surveys.enums import HoldKind, MessageStatus, Purpose, SuppressionReason, SuppressionScope
from surveys.models import Event, Hold, Message, Suppression
from surveys.transitions import WrongState
from tests.factories import make_case, make_contact, make_message, make_pledge, make_theme, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def picture(case: Case) -> dict[str, Any]:
    """Everything that a deed may change, but the log of it."""
    contact = case.contact
    return {
        "case": Case.objects.filter(pk=case.pk).values().get(),
        "holds": list(Hold.objects.filter(contact=contact).order_by("pk").values("kind", "until", "reason")),
        "escalations": list(
            case.escalations.order_by("clock", "level").values("clock", "level", "due_at", "lead", "at")
        ),
        "suppressions": list(Suppression.objects.order_by("pk").values("reason", "scope", "source")),
        "messages": list(Message.objects.order_by("pk").values("status", "error")),
    }


def acts(alice: User) -> dict[Verb, Callable[[Case], None]]:
    lin = make_user("lin", "Support")
    theme = make_theme("Repair")
    return {
        Verb.ASSIGN: lambda case: cases.assign(case, to=lin, by=alice),
        Verb.SNOOZE: lambda case: snoozing.snooze(case, until=timezone.now() + HOUR, by=alice),
        Verb.WAKE: lambda case: snoozing.wake(case, by=alice),
        Verb.WAIT: lambda case: cases.wait(case, by=alice),
        Verb.GO_ON: lambda case: cases.go_on(case, by=alice),
        Verb.CLOSE: lambda case: cases.close(
            case, by=alice, outcome=Outcome.NO_CONTACT, theme=theme, promise="A call", promise_due_on=NOW.date()
        ),
        Verb.REOPEN: lambda case: cases.reopen(case, by=alice, reason="He called"),
    }


def make_worked(verb: Verb, alice: User) -> Case:
    """A case to which the verb can be done, with all that it may change beside it."""
    contact = make_contact(email="ana@example.com")
    states: dict[Verb, dict[str, Any]] = {
        Verb.WAKE: {"snoozed_until": NOW + 9 * HOUR},
        Verb.GO_ON: {"waiting_since": NOW - HOUR, "resolve_by": NOW + HOUR},
        Verb.CLOSE: {"status": CaseStatus.CONTACTED, "waiting_since": NOW - HOUR, "contacted_at": NOW - 2 * HOUR},
        Verb.REOPEN: {"status": CaseStatus.CLOSED, "closed_at": NOW - HOUR, "contacted_at": NOW - 2 * HOUR},
    }
    fields = states.get(verb, {"news": "reply"})
    case = make_case(contact=contact, owner=alice, due_at=NOW + dt.timedelta(hours=5, microseconds=7), **fields)
    Escalation.objects.create(case=case, clock=Clock.FIRST, level=Level.WARNING, due_at=NOW, lead=alice, at=NOW)
    if verb != Verb.REOPEN:
        cases.hold(contact, score=2)
    make_message(contact=contact, address_hash=contact.address_hash, purpose=Purpose.SERVICE)
    return case


@pytest.mark.parametrize("verb", list(Verb))
@time_machine.travel(NOW, tick=False)
def test_undo_restores_all_that_was_changed(alice: User, verb: Verb) -> None:
    case = make_worked(verb, alice)
    before, act = picture(case), acts(alice)[verb]

    deed = undoing.do(verb, case, lambda: act(case), by=alice)
    changed = picture(case)
    assert deed is not None
    undone = undoing.undo(deed.pk, by=alice)

    assert changed != before
    assert picture(case) == before
    assert (undone.count, undone.refused) == (1, [])
    event = Event.objects.filter(kind=timeline.CASE_KIND).order_by("-pk")[0]
    assert (event.by, event.reason) == (alice, f"undone: {verb.value}")
    case.refresh_from_db()
    assert timeline.of_event(event).title == f"Undone: {str(verb.label).lower()}"


@time_machine.travel(NOW, tick=False)
def test_promise_made_with_a_close_is_undone_with_it_and_no_other(alice: User) -> None:
    case = make_worked(Verb.CLOSE, alice)
    older = make_pledge(case=case, text="A loan")
    close = acts(alice)[Verb.CLOSE]

    deed = undoing.do(Verb.CLOSE, case, lambda: close(case), by=alice)
    promised = list(case.pledges.order_by("pk").values_list("text", flat=True))
    assert deed is not None
    undoing.undo(deed.pk, by=alice)

    assert promised == ["A loan", "A call"]
    assert list(case.pledges.all()) == [older]


@time_machine.travel(NOW)
def test_closing_with_no_contact_gives_back_mail_and_letters(alice: User) -> None:
    case = make_worked(Verb.CLOSE, alice)
    act = acts(alice)[Verb.CLOSE]

    deed = undoing.do(Verb.CLOSE, case, lambda: act(case), by=alice)
    assert Suppression.objects.get().scope == SuppressionScope.ALL
    assert Message.objects.get().status == MessageStatus.SUPPRESSED
    assert deed is not None
    undoing.undo(deed.pk, by=alice)

    assert Suppression.objects.count() == 0
    assert Message.objects.get().status == MessageStatus.QUEUED
    assert Hold.objects.get().kind == HoldKind.CASE


@time_machine.travel(NOW)
def test_suppression_that_stood_before_stays(alice: User) -> None:
    case = make_worked(Verb.CLOSE, alice)
    contacts.suppress("ana@example.com", reason=SuppressionReason.UNSUBSCRIBED, source="a link")
    act = acts(alice)[Verb.CLOSE]

    deed = undoing.do(Verb.CLOSE, case, lambda: act(case), by=alice)
    assert deed is not None
    undoing.undo(deed.pk, by=alice)

    row = Suppression.objects.get()
    assert (row.reason, row.scope, row.source) == (SuppressionReason.UNSUBSCRIBED, SuppressionScope.ASKING, "a link")


def done(case: Case, by: User) -> Deed:
    deed = undoing.do(Verb.WAIT, case, lambda: cases.wait(case, by=by), by=by)
    assert deed is not None
    return deed


def test_what_somebody_did_meanwhile_is_not_undone(alice: User) -> None:
    case, lin = make_case(), make_user("lin", "Support", first_name="Lin")
    deed = done(case, alice)
    cases.add_note(case, by=lin, text="He wrote")

    undone = undoing.undo(deed.pk, by=alice)

    case.refresh_from_db()
    assert case.is_waiting
    assert undone.count == 0
    assert [(row.pk, why.startswith("Lin wrote a note at")) for row, why in undone.refused] == [(case.pk, True)]


def test_undo_is_for_ten_seconds_once_and_ones_own(alice: User) -> None:
    case, lin = make_case(), make_user("lin", "Support")
    with time_machine.travel(NOW, tick=False):
        deed = done(case, alice)
    with time_machine.travel(NOW + dt.timedelta(seconds=10), tick=False):
        with pytest.raises(WrongState, match="nothing of yours"):
            undoing.undo(deed.pk, by=lin)
        undoing.undo(deed.pk, by=alice)
        with pytest.raises(WrongState, match="undone already"):
            undoing.undo(deed.pk, by=alice)
        again = done(case, alice)
    with (
        time_machine.travel(NOW + dt.timedelta(seconds=20, microseconds=1), tick=False),
        pytest.raises(WrongState, match="ten seconds are over"),
    ):
        undoing.undo(again.pk, by=alice)

    case.refresh_from_db()
    assert case.is_waiting


def test_undone_close_is_no_reopening_that_forgets_attempts(alice: User) -> None:
    case = make_case()
    for _ in range(2):
        cases.log_attempt(case, by=alice, channel=AttemptChannel.CALL, reached=False, note="")
    close = acts(alice)[Verb.WAIT]
    theme = make_theme("Noise")

    deed = undoing.do(
        Verb.CLOSE, case, lambda: cases.close(case, by=alice, outcome=Outcome.LEFT, theme=theme), by=alice
    )
    assert deed is not None
    undoing.undo(deed.pk, by=alice)

    case.refresh_from_db()
    assert (case.status, cases.attempts_so_far(case)[0]) == (CaseStatus.OPEN, 2)
    close(case)


def test_undo_of_a_close_leaves_another_open_case_alone(alice: User) -> None:
    case = make_case()
    theme = make_theme("Noise")
    deed = undoing.do(
        Verb.CLOSE, case, lambda: cases.close(case, by=alice, outcome=Outcome.LEFT, theme=theme), by=alice
    )
    make_case(contact=case.contact, response=None)
    assert deed is not None

    undone = undoing.undo(deed.pk, by=alice)

    assert [why for _row, why in undone.refused] == [f"{case.contact} has another open case. Go on there."]
    case.refresh_from_db()
    assert not case.is_open


def test_nothing_changed_is_nothing_to_undo(alice: User) -> None:
    case = make_case(owner=alice)

    assert undoing.do(Verb.ASSIGN, case, lambda: cases.assign(case, to=alice, by=alice), by=alice) is None
    assert Deed.objects.count() == 0


def test_old_deeds_are_forgotten(alice: User) -> None:
    with time_machine.travel(NOW):
        done(make_case(), alice)
    with time_machine.travel(NOW + dt.timedelta(minutes=59)):
        tasks.wake_cases()
        kept = Deed.objects.count()
    with time_machine.travel(NOW + dt.timedelta(minutes=61)):
        tasks.wake_cases()
        tasks.wake_cases()

    assert (kept, Deed.objects.count()) == (1, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_undone_twice_at_once_is_undone_once(alice: User) -> None:
    case = make_case()
    deed = done(case, alice)

    answers = at_once(*[lambda: undoing.undo(deed.pk, by=alice)] * 2)

    assert sorted(type(answer).__name__ for answer in answers) == ["Undone", "WrongState"]
    assert Event.objects.filter(reason="undone: wait").count() == 1
