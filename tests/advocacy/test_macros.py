from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from advocacy import cases, letters, macros, timeline
from advocacy.enums import CaseStatus, MacroOwner
from advocacy.models import Case, CaseLetter, CaseNote, Macro
from surveys import contacts
from surveys.enums import SuppressionReason, SuppressionScope
from surveys.models import Event
from surveys.transitions import WrongState
from tests.advocacy.pages.casework import rows
from tests.factories import make_case, make_contact, make_macro, make_saved_reply, make_theme, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(db: None) -> Case:
    return make_case(contact=make_contact(name="Íñigo", email="inigo@example.com", language="es"))


@pytest.fixture
def macro(db: None) -> Macro:
    reply = make_saved_reply("es: Su máquina: Hola {{ first_name }}", "en: Your machine: Hello")
    return make_macro(
        name="Repair is late",
        saved_reply=reply,
        theme=make_theme("Repairs"),
        owner_change=MacroOwner.ME,
        waits=True,
        snooze_hours=48,
        note="Workshop was asked",
    )


def test_each_step_is_told_before_it_is_done(case: Case, macro: Macro, alice: User) -> None:
    before = rows()

    steps = macros.preview(macro, case, by=alice)

    assert [(step.words, step.text, step.refusal) for step in steps] == [
        ("Given to Alice.", "", ""),
        ("Root cause becomes “Repairs”.", "", ""),
        ("A private note is kept.", "Workshop was asked", ""),
        ("Sent to inigo@example.com in ten seconds, in Español: “Su máquina”.", "Hola Íñigo", ""),
        ("It waits for the customer: the time to resolve it stands still.", "", ""),
        ("Snoozed until 25 Nov, 12:00.", "", ""),
    ]
    assert rows() == before


def test_all_of_it_is_done_and_is_one_entry(case: Case, macro: Macro, alice: User) -> None:
    macros.run(macro, case, by=alice)

    case.refresh_from_db()
    assert (case.owner, case.theme, case.waiting_since) == (alice, macro.theme, NOW)
    assert case.snoozed_until == NOW + dt.timedelta(hours=48)
    assert CaseNote.objects.get().text == "Workshop was asked"
    assert CaseLetter.objects.get().text == "Hola Íñigo"
    (entry,) = [entry for entry in timeline.of_case(case) if entry.kind == timeline.Kind.MACRO]
    assert (entry.title, entry.by) == ("Macro run: Repair is late", "Alice")
    assert entry.text == (
        "Taken by Alice · Root cause: Repairs · Waits for the customer: the time to resolve it stands still"
        " · Snoozed until 25 Nov 2026, 12:00"
    )
    told = {entry.title for entry in timeline.of_case(case)}
    assert told & {"Taken by Alice", "Root cause: Repairs"} == set()


@pytest.mark.parametrize(
    ("moves", "waiting_since"),
    [
        ((), None),
        ((cases.go_on, cases.wait), NOW + dt.timedelta(seconds=5)),  # somebody else makes it wait, for another reason
        ((cases.go_on,), None),
    ],
)
def test_case_does_not_wait_for_the_answer_to_a_letter_of_a_macro_taken_back(
    case: Case, alice: User, clock: Any, moves: tuple[Any, ...], waiting_since: dt.datetime | None
) -> None:
    macros.run(make_macro(saved_reply=make_saved_reply(), waits=True), case, by=alice)
    was_waiting = Case.objects.get().is_waiting

    clock.shift(5)
    for act in moves:
        act(case, by=alice)
    letters.take_back(CaseLetter.objects.get(), by=alice)

    assert (was_waiting, Case.objects.get().waiting_since) == (True, waiting_since)


def test_letter_of_a_macro_taken_back_leaves_a_case_that_waited_before(case: Case, alice: User, clock: Any) -> None:
    cases.wait(case, by=alice)
    clock.shift(60)
    macros.run(make_macro(saved_reply=make_saved_reply(), waits=True), case, by=alice)

    letters.take_back(CaseLetter.objects.get(), by=alice)

    assert Case.objects.get().waiting_since == NOW


def test_what_happened_before_and_after_a_macro_keeps_its_place(case: Case, alice: User) -> None:
    cases.assign(case, to=alice, by=alice)
    macros.run(make_macro(name="Wait", waits=True), case, by=alice)
    cases.go_on(case, by=alice)

    of_events = [entry.title for entry in timeline.of_case(case) if entry.kind != timeline.Kind.ANSWER]
    assert of_events == [
        "Waits no more: the time to resolve it runs again",
        "Macro run: Wait",
        "Taken by Alice",
    ]


def test_one_refusal_keeps_all_of_it_from_being_done(case: Case, macro: Macro, alice: User) -> None:
    contacts.suppress("inigo@example.com", reason=SuppressionReason.BOUNCED, scope=SuppressionScope.ALL)
    before = rows()

    refused = [step.refusal for step in macros.preview(macro, case, by=alice) if step.refusal]
    with pytest.raises(WrongState) as refusal:
        macros.run(macro, case, by=alice)

    assert refused == ["Mail to this address came back: ask for another one by phone."]
    assert str(refusal.value) == f"Not done, none of it: {refused[0]}"
    assert (rows(), CaseLetter.objects.count()) == (before, 0)


def test_giving_to_others_needs_the_right(case: Case) -> None:
    lin, karim = make_user("lin", "Support"), make_user("karim", "Support", first_name="Karim")
    macro = make_macro(owner_change=MacroOwner.USER, owner=karim)

    with pytest.raises(WrongState, match="giving a case to others is not open to you"):
        macros.run(macro, case, by=lin)
    macros.run(macro, case, by=make_user("dana", "Support lead"))

    case.refresh_from_db()
    assert case.owner == karim


@pytest.mark.parametrize("is_gone", [True, False])
def test_colleague_who_cannot_take_it_is_named(case: Case, alice: User, carol: User, is_gone: bool) -> None:
    macro = make_macro(owner_change=MacroOwner.USER, owner=None if is_gone else carol)

    (step,) = macros.preview(macro, case, by=alice)

    assert step.refusal == ("the colleague it is given to is gone." if is_gone else "Carol cannot work cases.")


def test_case_that_is_closed_or_changed_meanwhile_is_refused(case: Case, macro: Macro, alice: User) -> None:
    seen = cases.version(case)
    cases.add_note(case, by=make_user("lin"), text="meanwhile")

    with pytest.raises(cases.Changed):
        macros.run(macro, case, by=alice, seen=seen)
    with pytest.raises(WrongState, match="this case is closed"):
        macros.run(macro, make_case(status=CaseStatus.CLOSED), by=alice)

    assert Event.objects.filter(reason__startswith="macro").count() == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "A macro without a step does nothing: choose one."),
        ({"owner_change": "user"}, "Choose to whom."),
        ({"snooze_hours": 0, "waits": True}, "Ensure this value is greater than or equal to 1."),
    ],
)
def test_macro_that_makes_no_sense_is_not_kept(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Macro(name="x", **fields).full_clean()

    assert words in refusal.value.messages
