"""The queue and the case: read it, write to its history, give it away, close it, open it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import cases, letters, mentions, snoozing, tagging, timeline, undoing, worklist
from advocacy.enums import Verb
from advocacy.forms.cases import AssignForm, AttemptForm, CaseForm, ClockForm, CloseForm, NoteForm, ReopenForm
from advocacy.forms.letters import ReplyForm
from advocacy.forms.queue import SnoozeForm
from advocacy.models import Case, Deed
from advocacy.views import composing, dock, place
from surveys.models import Suppression
from surveys.transitions import WrongState

if TYPE_CHECKING:
    pass

READ, WORK, ASSIGN = "advocacy.view_case", cases.WORK, "advocacy.assign_case"
CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
@permission_required(READ, raise_exception=True)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; with `again` a letter that was taken back stands in the composer once more."""
    case, number = _case(pk), request.GET.get("again", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    letter = letters.taken_back(case, int(number)) if is_number else None
    if letter is None:
        return _page(request, case, write=request.GET.get("write", ""))
    said = {"language": letter.language, "subject": letter.subject, "text": letter.text}
    note = NoteForm(initial={"text": f"{letter.subject}\n\n{letter.text}"})  # nobody writes from a closed case
    return _page(request, case, form=ReplyForm(initial=said) if case.is_open else note, draft={"again": letter})


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
    chosen = form.cleaned_data["tell"]
    kept = mentions.note(case, by=_user(request), text=form.cleaned_data["text"], tell=[chosen] if chosen else [])
    if kept.unknown:
        names = ", ".join(f"@{name}" for name in kept.unknown)
        messages.warning(request, _("Nobody was told by %(names)s: no colleague who can see cases.") % {"names": names})
    told = ", ".join(timeline.name_of(user) for user in kept.told)
    said = _("Noted, for colleagues only. Told: %(names)s.") % {"names": told} if told else ""
    return _back(request, case, said or _("Noted, for colleagues only."))


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
    following = _onto(request, case) if to != user else case
    try:
        deed = undoing.do(
            Verb.ASSIGN, case, lambda: cases.assign(case, to=to, by=user), by=user, seen=form.cleaned_data["seen"]
        )
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    names = {"contact": case.contact, "owner": timeline.name_of(to)}
    said = _("Noted: %(contact)s assigned to %(owner)s.") if to else _("Noted: nobody owns the case of %(contact)s.")
    return _onward(request, case, following, deed, said % names)


@require_POST
@permission_required(WORK, raise_exception=True)
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, _case(pk), Verb.WAIT, cases.wait, _("Noted: it waits for the customer."))


@require_POST
@permission_required(WORK, raise_exception=True)
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, _case(pk), Verb.GO_ON, cases.go_on, _("Noted: the time to resolve it runs again."))


@require_POST
@permission_required(WORK, raise_exception=True)
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, _case(pk), Verb.WAKE, snoozing.wake, _("Noted: it is back in the queue."))


def _turn(request: HttpRequest, case: Case, verb: Verb, act: Callable[..., None], said: str) -> HttpResponse:
    form, user = ClockForm(request.POST), _user(request)
    if not form.is_valid():
        return _page(request, case, form=form)
    following = _onto(request, case) if verb == Verb.WAIT else case
    try:
        deed = undoing.do(verb, case, lambda: act(case, by=user), by=user, **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    return _onward(request, case, following, deed, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the case aside until a moment to come, and go on with the next."""
    case, user, viewer = _case(pk), _user(request), _viewer(request)
    with timezone.override(viewer.zone):
        form = SnoozeForm(request.POST, viewer=viewer)
        if not form.is_valid():
            return _page(request, case, form=form)
        until, seen = form.cleaned_data["until"], form.cleaned_data["seen"]
        said = _("Noted: %(contact)s rests until %(when)s.") % {"contact": case.contact, "when": timeline.when(until)}
    following = _onto(request, case)
    try:
        deed = undoing.do(Verb.SNOOZE, case, lambda: snoozing.snooze(case, until=until, by=user), by=user, seen=seen)
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    return _onward(request, case, following, deed, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close, and go on with the next case of the view the person came from."""
    case, user = _case(pk), _user(request)
    form = CloseForm(request.POST, attempts=cases.attempts_so_far(case)[0])
    if not form.is_valid():
        return _page(request, case, form=form)
    following = _onto(request, case) or _most_urgent(request, case)
    seen, given = form.cleaned_data["seen"], {k: v for k, v in form.cleaned_data.items() if k != "seen"}
    try:
        deed = undoing.do(Verb.CLOSE, case, lambda: cases.close(case, by=user, **given), by=user, seen=seen)
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    said = _("Noted: the case of %(contact)s is closed.") % {"contact": case.contact}
    return _onward(request, case, following, deed, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    case, form, user = _case(pk), ReopenForm(request.POST), _user(request)
    if not form.is_valid():
        return _page(request, case, form=form)
    seen, reason = form.cleaned_data["seen"], form.cleaned_data["reason"]
    try:
        deed = undoing.do(Verb.REOPEN, case, lambda: cases.reopen(case, by=user, reason=reason), by=user, seen=seen)
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    said = _("Noted: the case is open again, and its clock has started anew.")
    return _onward(request, case, case, deed, said)


# --------------------------------------------------------------------------------------- for the other views of a case


def act(
    request: HttpRequest,
    pk: int,
    make: Callable[[Case], CaseForm],
    verb: Callable[[Case, CaseForm], str],
    *,
    again: int = 0,
) -> HttpResponse:
    """What becomes of a form that was sent from the page of a case: `verb` does it and says what was done.

    `again` is the letter whose words stand in the composer afterwards.
    """
    case = _case(pk)
    form = make(case)
    if not form.is_valid():
        return _page(request, case, form=form)
    try:
        said = verb(case, form)
    except WrongState as refusal:
        return _page(request, case, form=form, refusal=refusal)
    return _back(request, case, said, again=again)


def find(pk: int) -> Case:
    return _case(pk)


def show(
    request: HttpRequest, case: Case, *, form: CaseForm, seen: str = "", more: dict[str, Any] | None = None
) -> HttpResponse:
    """The page with a form as it was typed, and `more` beside it; without that the form is refused.

    It stays about the version of the case that the form was opened with.
    """
    if more is None:
        form.is_valid()
        return _page(request, case, form=form)
    return _page(request, case, form=form, draft={**more, "seen": seen})


# ------------------------------------------------------------------------------------------------------ what they share


_user, _viewer, _came_from = place.user, place.viewer, place.came_from


def _back(request: HttpRequest, case: Case, said: str, *, again: int = 0) -> HttpResponse:
    messages.success(request, said)
    address = place.address(request, "advocacy:case", pk=case.pk)
    if again:
        address += f"{'&' if '?' in address else '?'}again={again}#write"
    return HttpResponseRedirect(address)


def _onward(request: HttpRequest, case: Case, following: Case | None, deed: Deed | None, said: str) -> HttpResponse:
    """Say what was done, with a way to take it back, and go on with the next case of the view the person came from."""
    dock.put(request, deed, said)
    view = _came_from(request)
    if view and following is None:
        return HttpResponseRedirect(place.queue_address(request, view))
    return HttpResponseRedirect(place.address(request, "advocacy:case", pk=(following or case).pk))


def _following(request: HttpRequest, case: Case) -> Case | None:
    """The next case of that view."""
    view = _came_from(request)
    return worklist.following(case, view, _viewer(request), place.filters(request)) if view else None


def _onto(request: HttpRequest, case: Case) -> Case | None:
    """The case of that view to go on with; looked for before this one is moved out of it."""
    view = _came_from(request)
    return worklist.onward(case, view, _viewer(request), place.filters(request)) if view else None


def _most_urgent(request: HttpRequest, case: Case) -> Case | None:
    """The first other case of that view."""
    view = _came_from(request)
    return worklist.first(view, _viewer(request), place.filters(request), but=case) if view else None


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
    draft: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a case; after a refused post with the form as it was sent, and what stands against it."""
    viewer, refused = _viewer(request), None if draft else form
    with timezone.override(viewer.zone):
        context: dict[str, Any] = {"case": case, "view": _came_from(request), "refused": refused, "refusal": refusal}
        if refusal is not None:
            context |= _told(case, form, refusal)
            case = context["case"] = _case(case.pk)
        context |= {"seen": cases.version(case), **_facts(case)}
        context |= {"can_work": _user(request).has_perm(WORK), "can_assign": _user(request).has_perm(ASSIGN)}
        if context["view"]:
            context["following"] = _following(request, case)
        narrowed = place.query(request)
        context |= {"narrowed": narrowed, "whence": place.whence(context["view"], narrowed), "dock": dock.of(request)}
        context["moments"] = snoozing.moments(viewer.at, viewer.zone)
        context |= tagging.offer(_user(request))
        if context["can_work"]:
            context |= composing.forms(case, viewer, context["answers"], write=write, form=form)
            context |= composing.about(request, case, user=viewer.user, write=context["write"])
        context |= draft or {}
        status = 200 if refused is None else CONFLICT if refusal else UNPROCESSABLE
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
