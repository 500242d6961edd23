"""The queue and the case: read it, write to its history, give it away, close it, open it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import cases, tagging, timeline, worklist
from advocacy.forms.cases import AssignForm, AttemptForm, CaseForm, ClockForm, CloseForm, NoteForm, ReopenForm
from advocacy.models import Case
from advocacy.views import frame
from advocacy.worklist import View, Viewer
from surveys.models import Response, Suppression
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK, ASSIGN = "advocacy.view_case", cases.WORK, "advocacy.assign_case"
# What may be written, by whether the case is open; the first is what a page begins with.
WRITE = {True: ("call", "note", "close"), False: ("reopen", "note")}
CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
@permission_required(READ, raise_exception=True)
def queue(request: HttpRequest) -> HttpResponse:
    view, viewer = _view(request.GET.get("view", View.OPEN)), _viewer(request)
    page = worklist.page(view, viewer, after=request.GET.get("after", ""))
    counts = worklist.counts(view, viewer)
    groups = [(group, counts.groups[group], rows) for group, rows in worklist.grouped(page.cases, viewer)]
    context = {
        "view": view,
        "views": [(each, counts.views[each]) for each in View],
        "counts": {each.name.lower(): count for each, count in counts.views.items()},
        "due_today": counts.groups[worklist.Group.TODAY],
        "groups": groups,
        "first": page.cases[0] if page.cases and not request.GET.get("after") else None,
        "next_cursor": page.next_cursor,
        "is_later_page": bool(request.GET.get("after")),
    }
    with timezone.override(viewer.zone):
        return render(request, "advocacy/queue.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _case(pk), write=request.GET.get("write", ""))


@require_POST
@permission_required(WORK, raise_exception=True)
def log_attempt(request: HttpRequest, pk: int) -> HttpResponse:
    case = _case(pk)
    form = AttemptForm(request.POST, attempts=cases.attempts_so_far(case)[0])
    if not form.is_valid():
        return _page(request, case, form=form)
    given = form.cleaned_data
    try:
        cases.log_attempt(
            case, by=_user(request), channel=given["channel"], reached=given["reached"], note=given["note"]
        )
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    return _back(request, case, _("Noted: the attempt is in the history."))


@require_POST
@permission_required(WORK, raise_exception=True)
def add_note(request: HttpRequest, pk: int) -> HttpResponse:
    case, form = _case(pk), NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form=form)
    cases.add_note(case, by=_user(request), text=form.cleaned_data["text"])
    return _back(request, case, _("Noted, for colleagues only."))


@require_POST
@permission_required(WORK, raise_exception=True)
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever works cases may take one; giving one to others, or to nobody, is a right of its own."""
    case, form, user = _case(pk), AssignForm(request.POST), _user(request)
    if not form.is_valid():
        return _page(request, case, form=form)
    to = form.cleaned_data["to"]
    if to != user and not user.has_perm(ASSIGN):
        raise PermissionDenied
    try:
        cases.assign(case, to=to, by=user, seen=form.cleaned_data["seen"])
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    names = {"contact": case.contact, "owner": timeline.name_of(to)}
    said = _("Noted: %(contact)s assigned to %(owner)s.") if to else _("Noted: nobody owns the case of %(contact)s.")
    return _back(request, case, said % names)


@require_POST
@permission_required(WORK, raise_exception=True)
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, _case(pk), cases.wait, _("Noted: it waits for the customer."))


@require_POST
@permission_required(WORK, raise_exception=True)
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, _case(pk), cases.go_on, _("Noted: the time to resolve it runs again."))


def _turn(request: HttpRequest, case: Case, verb: Callable[..., None], said: str) -> HttpResponse:
    form = ClockForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form=form)
    try:
        verb(case, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    return _back(request, case, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close, and go on with the next case of the view the person came from."""
    case = _case(pk)
    form = CloseForm(request.POST, attempts=cases.attempts_so_far(case)[0])
    if not form.is_valid():
        return _page(request, case, form=form)
    view = _came_from(request)
    following = worklist.following(case, view, _viewer(request)) if view else None
    try:
        cases.close(case, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    said = _("Noted: the case of %(contact)s is closed.") % {"contact": case.contact}
    if view and following is None:
        messages.success(request, said)
        return HttpResponseRedirect(_address("advocacy:queue", view))
    return _back(request, following or case, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    case, form = _case(pk), ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, case, form=form)
    try:
        cases.reopen(case, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    return _back(request, case, _("Noted: the case is open again, and its clock has started anew."))


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _viewer(request: HttpRequest) -> Viewer:
    return Viewer(user=_user(request), zone=frame.of(request).zone, at=timezone.now())


def _view(name: str) -> View:
    try:
        return View(name)
    except ValueError as error:
        raise Http404 from error


def _came_from(request: HttpRequest) -> View | None:
    """The view of the queue that the person works through, if there is one."""
    name = request.POST.get("view") or request.GET.get("view")
    return _view(name) if name else None


def _address(name: str, view: View | None, **kwargs: Any) -> str:
    return reverse(name, kwargs=kwargs) + (f"?{urlencode({'view': view.value})}" if view else "")


def _back(request: HttpRequest, case: Case, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(_address("advocacy:case", _came_from(request), pk=case.pk))


def _case(pk: int) -> Case:
    rows = Case.objects.select_related("contact__account", "contact__owner", "owner", "team", "theme", "response")
    return get_object_or_404(rows.with_past(), pk=pk)


def _page(
    request: HttpRequest,
    case: Case,
    *,
    write: str = "",
    form: CaseForm | None = None,
    refusal: WrongState | None = None,
) -> HttpResponse:
    """The page of a case; after a refused post with the form as it was sent, and what stands against it."""
    viewer = _viewer(request)
    with timezone.override(viewer.zone):
        context: dict[str, Any] = {"case": case, "view": _came_from(request), "refused": form, "refusal": refusal}
        if refusal is not None:
            context |= _told(case, form, refusal)
            case = context["case"] = _case(case.pk)
        context |= {"seen": cases.version(case), **_facts(case)}
        context |= {"can_work": _user(request).has_perm(WORK), "can_assign": _user(request).has_perm(ASSIGN)}
        if context["view"]:
            context["following"] = worklist.following(case, context["view"], viewer)
        context |= tagging.offer(_user(request))
        if context["can_work"]:
            context |= _forms(case, context["answers"], write=write, form=form)
        status = 200 if form is None else CONFLICT if refusal else UNPROCESSABLE
        return render(request, "advocacy/case.html", context, status=status)


def _told(case: Case, form: CaseForm | None, refusal: WrongState) -> dict[str, Any]:
    """What colleagues did meanwhile: it leads where it is why we refuse, else it stands below the reason."""
    told = [timeline.told(entry) for entry in cases.changes_since(case, form.cleaned_data["seen"])] if form else []
    if isinstance(refusal, cases.Changed) and told:
        return {"news": told[0], "others": told[1:]}
    return {"news": "", "others": told}


def _facts(case: Case) -> dict[str, Any]:
    """Everything the page tells beside the forms."""
    hash_, answers = case.contact.address_hash, timeline.answers(case)
    return {
        "answers": answers,
        "entries": timeline.of_case(case, shown=answers),
        "scores": timeline.scores(case),
        "colleagues": timeline.colleagues(case),
        "suppression": Suppression.objects.filter(address_hash=hash_).first() if hash_ else None,
    }


def _forms(case: Case, answers: list[Response], *, write: str, form: CaseForm | None) -> dict[str, Any]:
    """The forms that fit the state of the case. What was typed into one that no longer fits becomes a note."""
    attempts = cases.attempts_so_far(case)[0]
    about = (
        [] if case.theme_id else [row for each in answers if each.pk == case.response_id for row in each.themes.all()]
    )
    likely = tagging.likeliest(about)
    known = {
        "theme": likely.theme_id if likely else case.theme_id,
        "promise": case.promise,
        "promise_due_on": case.promise_due_on,
    }
    fitting: dict[str, CaseForm] = (
        {"call": AttemptForm(attempts=attempts), "close": CloseForm(attempts=attempts, initial=known)}
        if case.is_open
        else {"reopen": ReopenForm()}
    )
    fitting |= {"note": NoteForm(), "assign": AssignForm(initial={"to": case.owner_id})}
    names = {AttemptForm: "call", NoteForm: "note", CloseForm: "close", ReopenForm: "reopen", AssignForm: "assign"}
    if form is not None:
        write = names.get(type(form), write)
        if write in fitting:
            fitting[write] = form
        elif form.kept:
            write, fitting["note"] = "note", NoteForm(initial={"text": form.kept})
    choices = WRITE[case.is_open]
    return {"forms": fitting, "write": write if write in choices else choices[0], "likely": likely}
