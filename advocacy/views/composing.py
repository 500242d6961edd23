"""What stands on the page of a case beside its facts: the forms that fit, and who else is at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from advocacy import cases, letters, macros, pledges, presence, tagging
from advocacy.forms.cases import AssignForm, AttemptForm, CaseForm, CloseForm, NoteForm, ReopenForm
from advocacy.forms.letters import MacroForm, PromiseForm, ReplyForm, language_of
from advocacy.forms.queue import SnoozeForm
from advocacy.models import Case, CommentTheme, Macro
from advocacy.worklist import Viewer
from surveys.models import Response

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# What may be written, by whether the case is open.
WRITE = {True: ("reply", "call", "note", "promise", "macro", "close"), False: ("reopen", "note")}
NAMES: dict[type[CaseForm], str] = {
    AttemptForm: "call",
    NoteForm: "note",
    CloseForm: "close",
    ReopenForm: "reopen",
    AssignForm: "assign",
    ReplyForm: "reply",
    PromiseForm: "promise",
    MacroForm: "macro",
    SnoozeForm: "snooze",
}


def begins_with(case: Case) -> str:
    """What a page begins with, where nobody chose: a mail, if there is an address."""
    if not case.is_open:
        return "reopen"
    return "reply" if case.contact.email else "call"


def forms(case: Case, viewer: Viewer, answers: list[Response], *, write: str, form: CaseForm | None) -> dict[str, Any]:
    """The forms that fit the state of the case. What was typed into one that no longer fits becomes a note."""
    likely = None if case.theme_id else _likely(case, answers)
    fitting = _fitting(case, viewer, theme=likely.theme_id if likely else case.theme_id)
    if form is not None:
        write = NAMES.get(type(form), write)
        if write in fitting:
            fitting[write] = form
        elif form.kept:
            write, fitting["note"] = "note", NoteForm(initial={"text": form.kept})
    write = write if write in WRITE[case.is_open] else begins_with(case)
    return {"forms": fitting, "write": write, "likely": likely}


def _likely(case: Case, answers: list[Response]) -> CommentTheme | None:
    """What the answer that opened the case seems to be about; from the answers that the page shows anyway."""
    return tagging.likeliest([row for each in answers if each.pk == case.response_id for row in each.themes.all()])


def _fitting(case: Case, viewer: Viewer, *, theme: int | None) -> dict[str, CaseForm]:
    always: dict[str, CaseForm] = {"note": NoteForm(), "assign": AssignForm(initial={"to": case.owner_id})}
    if not case.is_open:
        return always | {"reopen": ReopenForm()}
    attempts = cases.attempts_so_far(case)[0]
    known = {"theme": theme, "promise": case.promise, "promise_due_on": case.promise_due_on}
    return always | {
        "reply": ReplyForm(initial={"language": language_of(case)}),
        "call": AttemptForm(attempts=attempts),
        "close": CloseForm(attempts=attempts, initial=known),
        "promise": PromiseForm(),
        "macro": MacroForm(),
        "snooze": SnoozeForm(viewer=viewer),
    }


def about(request: HttpRequest, case: Case, *, user: User, write: str) -> dict[str, Any]:
    """What the composer tells beside its forms."""
    today = timezone.localdate()
    told: dict[str, Any] = {
        "waiting": letters.waiting(case),
        "pledges": [(pledge, pledges.due_words(pledge, today)) for pledge in pledges.of_case(case)],
        "present": presence.others(case, user),
    }
    if write == "reply":
        told |= {"obstacle": letters.obstacle(case.contact), "unanswered": letters.unanswered(case)}
        told["comes_back"] = bool(settings.REPLY_ADDRESS)
    if write == "macro" and (macro := _macro(request)):
        steps = macros.preview(macro, case, by=user)
        told |= {"macro": macro, "steps": steps, "is_possible": not any(step.refusal for step in steps)}
    return told


def _macro(request: HttpRequest) -> Macro | None:
    number = request.POST.get("macro") or request.GET.get("macro", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    return macros.offered().filter(pk=int(number)).first() if is_number else None
