"""The queue: read it, narrow it, do one thing to several of its cases, and take back what was just done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from advocacy import bulk, cases, snoozing, undoing, worklist
from advocacy.enums import Verb
from advocacy.filters import Filters, query_of
from advocacy.forms.queue import BulkAssignForm, BulkCloseForm, BulkSnoozeForm, FilterForm
from advocacy.models import Case, Deed
from advocacy.views import dock, place
from advocacy.worklist import Page, View, Viewer
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from collections.abc import Callable

READ, WORK, ASSIGN = "advocacy.view_case", cases.WORK, "advocacy.assign_case"
CONFLICT, UNPROCESSABLE = 409, 422
NAMED = 20  # of the cases that could not be done; the rest is a number
FORMS = {"assign": BulkAssignForm, "snooze": BulkSnoozeForm, "close": BulkCloseForm}
VERBS = {
    "assign": Verb.ASSIGN, "mine": Verb.ASSIGN, "snooze": Verb.SNOOZE, "wait": Verb.WAIT, "close": Verb.CLOSE
}  # fmt: skip


@require_safe
@permission_required(READ, raise_exception=True)
def queue(request: HttpRequest) -> HttpResponse:
    view, viewer = place.view_named(request.GET.get("view", View.OPEN)), place.viewer(request)
    context = {"view": view, **_narrowed(request), "can_work": viewer.user.has_perm(WORK)}
    filters, after = context["filters"], request.GET.get("after", "")
    page = worklist.page(view, viewer, after=after, filters=filters)
    counts = worklist.counts(view, viewer)
    groups = [
        (group, None if filters else counts.groups[group], rows)
        for group, rows in worklist.grouped(page.cases, viewer, view)
    ]
    context |= {
        "views": [(each, counts.views[each]) for each in View],
        "counts": {each.name.lower(): count for each, count in counts.views.items()},
        "due_today": counts.groups[worklist.Group.TODAY],
        "groups": groups,
        "first": page.cases[0] if page.cases and not after else None,
        "next_cursor": page.next_cursor,
        "is_later_page": bool(after),
        "fitting": _fitting(page, view, viewer, filters, after=after) if filters else counts.views[view],
        "whence": place.whence(view, context["narrowed"]),
        "dock": dock.of(request),
        "most": bulk.MOST,
    }
    with timezone.override(viewer.zone):
        return render(request, "advocacy/queue.html", context)


def _narrowed(request: HttpRequest) -> dict[str, Any]:
    """The filters of the address, and their form where somebody uses it: it costs statements of its own."""
    given = {name for name in FilterForm.base_fields if request.GET.get(name)}
    if not given and "filters" not in request.GET:
        return {"filters": worklist.EVERYTHING, "filter_form": None, "narrowed": ""}
    form = FilterForm(request.GET)
    filters = form.chosen()
    return {"filters": filters, "filter_form": form, "narrowed": urlencode(query_of(filters))}


def _fitting(page: Page, view: View, viewer: Viewer, filters: Filters, *, after: str) -> int:
    """How many cases fit the filters: those of the page where it shows all of them, else they are counted. Closed cases
    are not, as nothing is done to all of those."""
    if view == View.CLOSED or not (after or page.next_cursor):
        return len(page.cases)
    return worklist.count(view, viewer, filters)


# ---------------------------------------------------------------------------------------------------------------- undo


@require_POST
@permission_required(WORK, raise_exception=True)
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what was just done, and go where it was done."""
    number = request.POST.get("deed", "")
    view = place.came_from(request)
    dock.clear(request)
    back = place.queue_address(request, view)
    try:
        undone = undoing.undo(int(number) if number.isascii() and number.isdecimal() else 0, by=place.user(request))
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    rows = list(Case.objects.filter(deeds__deed=int(number)).order_by("pk").values_list("pk", flat=True)[:2])
    if request.POST.get("where") == "case" and len(rows) == 1:
        back = place.address(request, "advocacy:case", pk=rows[0])
    if undone.count:
        verb = str(Deed.objects.get(pk=int(number)).get_verb_display()).lower()
        said = ngettext("Undone for %(n)d case: %(what)s.", "Undone for %(n)d cases: %(what)s.", undone.count)
        messages.success(request, said % {"n": undone.count, "what": verb})
    if undone.refused:
        messages.error(request, _refusals(_("Not undone for %(n)d:"), undone.refused))
    return HttpResponseRedirect(back)


def _refusals(title: str, refused: list[tuple[Case, str]]) -> str:
    """Which cases stayed as they were, each with the reason."""
    told = [f"{case.contact} ({case.pk}): {why}" for case, why in refused[:NAMED]]
    if len(refused) > NAMED:
        told.append(_("and %(n)d more.") % {"n": len(refused) - NAMED})
    return " ".join([title % {"n": len(refused)}, *told])


# ---------------------------------------------------------------------------------------------------------------- bulk


@require_POST
@permission_required(WORK, raise_exception=True)
def many(request: HttpRequest) -> HttpResponse:
    """Do one thing to the cases that are ticked, or to all of the view. What needs an answer, or concerns more than a
    page shows, asks once more and names the number."""
    view, viewer, what = (
        place.view_named(request.POST.get("view", View.OPEN)),
        place.viewer(request),
        request.POST.get("do", ""),
    )
    back = place.queue_address(request, view)
    numbers = _numbers(request, view, viewer)
    if refusal := _refusal(request, what, numbers):
        messages.error(request, refusal)
        return HttpResponseRedirect(back)
    if what == "assign" and not viewer.user.has_perm(ASSIGN):
        raise PermissionDenied
    is_answered = "confirmed" in request.POST
    with timezone.override(viewer.zone):
        form = FORMS[what](request.POST if is_answered else None, viewer=viewer) if what in FORMS else None
        if not is_answered and (form is not None or len(numbers) > worklist.PAGE_SIZE):
            return _ask(request, view, what, numbers, form)
        if form is not None and not form.is_valid():
            return _ask(request, view, what, numbers, form, status=UNPROCESSABLE)
    given = form.cleaned_data if form is not None else {}
    result = bulk.run(VERBS[what], numbers, _act(what, viewer, given), by=viewer.user)
    _tell(request, what, result)
    return HttpResponseRedirect(back)


def _numbers(request: HttpRequest, view: View, viewer: Viewer) -> list[int]:
    """One more than may be, where there are more."""
    if "all" in request.POST:
        found = worklist.ordered(view, viewer, place.filters(request))
        return list(found.values_list("pk", flat=True)[: bulk.MOST + 1])
    given = request.POST.getlist("case")[: bulk.MOST + 1]
    return sorted({int(number) for number in given if number.isascii() and number.isdecimal() and len(number) < 19})


def _refusal(request: HttpRequest, what: str, numbers: list[int]) -> str:
    """Why nothing is done to any of them. Of "all" comes along how many they were when the person saw them: if they are
    others by now, nobody has looked at what would be done."""
    if len(numbers) > bulk.MOST:
        text = _("Not done: these are more than %(most)d cases. Narrow the view with filters, or tick fewer.")
        return text % {"most": bulk.MOST}
    if "all" in request.POST and request.POST["all"] != str(len(numbers)):
        return ngettext(
            "Not done: the number has changed meanwhile. Now it is %(n)d case: look at it, and tick again.",
            "Not done: the number has changed meanwhile. Now it is %(n)d cases: look at them, and tick again.",
            len(numbers),
        ) % {"n": len(numbers)}
    return "" if numbers and what in VERBS else _("Not done: tick the cases first.")


def _ask(
    request: HttpRequest, view: View, what: str, numbers: list[int], form: Any, *, status: int = 200
) -> HttpResponse:
    viewer = place.viewer(request)
    shown = Case.objects.filter(pk__in=numbers[:NAMED]).select_related("contact").order_by("pk")
    context = {
        "view": view,
        "what": what,
        "numbers": numbers,
        "form": form,
        "shown": shown,
        "others": len(numbers) - min(len(numbers), NAMED),
        "moments": snoozing.moments(viewer.at, viewer.zone),
        "back": place.queue_address(request, view),
        "narrowed": place.query(request),
    }
    return render(request, "advocacy/queue_many.html", context, status=status)


def _act(what: str, viewer: Viewer, given: dict[str, Any]) -> Callable[[Case], None]:
    by = viewer.user
    return {
        "assign": lambda case: cases.assign(case, to=given["to"], by=by),
        "mine": lambda case: cases.assign(case, to=by, by=by),
        "snooze": lambda case: snoozing.snooze(case, until=given["until"], by=by),
        "wait": lambda case: cases.wait(case, by=by),
        "close": lambda case: cases.close(case, by=by, outcome=given["outcome"], theme=given["theme"]),
    }[what]


def _tell(request: HttpRequest, what: str, result: bulk.Result) -> None:
    if result.done:
        said = {
            "assign": ngettext("Noted: %(n)d case assigned.", "Noted: %(n)d cases assigned.", result.done),
            "mine": ngettext("Noted: %(n)d case is yours.", "Noted: %(n)d cases are yours.", result.done),
            "snooze": ngettext("Noted: %(n)d case put aside.", "Noted: %(n)d cases put aside.", result.done),
            "wait": ngettext("Noted: %(n)d case waits.", "Noted: %(n)d cases wait.", result.done),
            "close": ngettext("Noted: %(n)d case closed.", "Noted: %(n)d cases closed.", result.done),
        }[what]
        dock.put(request, result.deed, said % {"n": result.done})
    if result.refused:
        messages.warning(request, _refusals(_("Not done for %(n)d:"), result.refused))
