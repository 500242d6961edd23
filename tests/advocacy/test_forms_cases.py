from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from advocacy.enums import AttemptChannel, Outcome
from advocacy.forms.cases import AssignForm, AttemptForm, CloseForm, NoteForm, ReopenForm
from tests.factories import make_theme, make_user

pytestmark = pytest.mark.django_db

SEEN = {"seen": "1-0-12-3"}
NOW = dt.datetime(2026, 11, 23, 8, 5, tzinfo=dt.UTC)


def test_attempt_form_cleans_to_what_the_case_takes() -> None:
    form = AttemptForm({**SEEN, "reached": "no", "channel": "visit", "note": " nobody there "}, attempts=1)

    assert form.is_valid()
    assert form.cleaned_data == {
        "seen": "1-0-12-3",
        "reached": False,
        "channel": AttemptChannel.VISIT,
        "note": "nobody there",
    }


def test_attempt_form_never_guesses_how_it_went() -> None:
    form = AttemptForm({**SEEN, "channel": "call"}, attempts=0)

    assert form.errors == {"reached": ["Choose how it went."]}
    assert AttemptForm(attempts=0)["reached"].value() is None


@pytest.mark.parametrize(
    ("attempts", "label"), [(0, "Not reached (1 of 3)"), (2, "Not reached (3 of 3)"), (3, "Not reached (4 of 4)")]
)
def test_attempt_form_counts_the_attempts(attempts: int, label: str) -> None:
    assert AttemptForm(attempts=attempts).fields["reached"].choices[1] == ("no", label)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "seen", [None, "", "1", "1-2-3", "1-2-3-4-5", "a-b-c-d", "1-2-3-4\n", "-1-2-3-4", "١-2-3-4", "1-2-3-" + "9" * 19]
)
def test_forms_must_say_which_state_they_are_about(seen: str | None) -> None:
    data = {"text": "note"} if seen is None else {"text": "note", "seen": seen}

    assert list(NoteForm(data).errors) == ["seen"]


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [("x", True), ("", False), (" \n ", False), ("é" * 10_000, True), ("é" * 10_001, False), ("a\x00b", False)],
)
def test_note_form_wants_a_text_of_sane_length(text: str, is_valid: bool) -> None:
    assert NoteForm({**SEEN, "text": text}).is_valid() is is_valid


def test_assign_form_offers_who_can_work_cases_and_nobody() -> None:
    lin = make_user("lin", "Support", first_name="Lin", last_name="Yue")
    nora = make_user("nora", "Marketing")

    assert list(AssignForm().fields["to"].choices) == [("", "Nobody"), (lin.pk, "Lin Yue")]  # type: ignore[attr-defined]
    assert AssignForm({**SEEN, "to": ""}).is_valid()
    assert AssignForm({**SEEN, "to": str(lin.pk)}).is_valid()
    assert not AssignForm({**SEEN, "to": str(nora.pk)}).is_valid()


def test_close_form_names_what_is_missing() -> None:
    assert CloseForm(SEEN, attempts=0).errors == {
        "outcome": ["Choose what came of it."],
        "theme": ["Choose a root cause."],
    }


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, {}),
        ({"promise": "Call back", "promise_due_on": "2026-11-23"}, {}),
        ({"promise": "Call back"}, {"promise_due_on": ["Say by when you keep the promise."]}),
        ({"promise_due_on": "2026-11-24"}, {"promise": ["Say what you promised by that day."]}),
        ({"promise": "x", "promise_due_on": "2026-11-22"}, {"promise_due_on": ["Choose today or a later day."]}),
        ({"promise": "x", "promise_due_on": "soon"}, {"promise_due_on": ["Enter a valid date."]}),
        ({"outcome": "happy"}, {"outcome": ["Select a valid choice. happy is not one of the available choices."]}),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_close_form_wants_a_promise_with_its_day(fields: dict[str, Any], errors: dict[str, Any]) -> None:
    data = {**SEEN, "outcome": "resolved", "theme": str(make_theme().pk), **fields}

    assert CloseForm(data, attempts=0).errors == errors


def test_close_form_cleans_to_what_the_case_takes() -> None:
    theme = make_theme()
    form = CloseForm({**SEEN, "outcome": "left", "theme": str(theme.pk)}, attempts=0)

    assert form.is_valid()
    assert form.cleaned_data == {
        "seen": "1-0-12-3",
        "outcome": Outcome.LEFT,
        "theme": theme,
        "promise": "",
        "promise_due_on": None,
    }


def test_reopen_form_wants_a_reason() -> None:
    assert ReopenForm(SEEN).errors == {"reason": ["Say why: colleagues read it in the history."]}


@time_machine.travel(NOW, tick=False)
def test_typed_text_can_be_kept_as_one_text() -> None:
    theme = make_theme("Repair")
    close = CloseForm(
        {**SEEN, "outcome": "resolved", "theme": theme.pk, "promise": "Loan machine", "promise_due_on": "2026-11-24"},
        attempts=0,
    )
    attempt = AttemptForm({**SEEN, "reached": "yes", "channel": "call", "note": "calm"}, attempts=0)
    reopen = ReopenForm({**SEEN, "reason": "again"})

    assert (close.is_valid(), attempt.is_valid(), reopen.is_valid()) == (True, True, True)
    assert close.kept == "Reached, and resolved · Repair · Loan machine · 24 Nov 2026"
    assert (attempt.kept, reopen.kept) == ("calm", "again")


def test_forms_of_one_page_share_no_id() -> None:
    forms = [AttemptForm(attempts=0), NoteForm(), AssignForm(), CloseForm(attempts=0), ReopenForm()]
    ids = [field.auto_id for form in forms for field in form]

    assert len(ids) == len(set(ids))
