"""The fixes: what would lift customers, who asked for it, and how far it is. Without names for who may see none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy import fixes, lists, timeline, trail
from advocacy.enums import FixStatus
from advocacy.fixes import FixView
from advocacy.forms.fixes import DeclineForm, IdeaForm, PlanForm, ReplanForm, ShipForm
from advocacy.forms.parts import MoveForm
from advocacy.models import Fix
from advocacy.views import decisions, frame
from surveys import texts
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

READ, ADD, WORK = "advocacy.view_fix", "advocacy.add_fix", "advocacy.work_fix"
STEPS = (FixStatus.IDEA, FixStatus.PLANNED, FixStatus.SHIPPED, FixStatus.ANNOUNCED)
# The forms of the page by the name in the URL, and where each leads.
MOVES: dict[str, tuple[type[MoveForm], FixStatus]] = {
    "plan": (PlanForm, FixStatus.PLANNED),
    "ship": (ShipForm, FixStatus.SHIPPED),
    "replan": (ReplanForm, FixStatus.PLANNED),
    "decline": (DeclineForm, FixStatus.DECLINED),
}


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    view, user = _view(request), _user(request)
    with timezone.override(frame.of(request).zone):
        today = timezone.localdate()
        counts = lists.counts(user, **{each.name: fixes.fixes_of(each, user, on=today) for each in FixView})
        page = lists.page(fixes.listed(view, user, on=today), lists.page_number(request.GET.get("page", "1")))
        sight = _sight(user)
        if sight["sees_revenue"]:
            fixes.add_revenue(page.rows)
        context = {
            "view": view,
            "views": [(each, counts[each.name]) for each in FixView],
            "open": counts[FixView.OPEN.name],
            "overdue": counts[FixView.OVERDUE.name],
            "page": page,
            "can_add": user.has_perm(ADD),
            **sight,
        }
        return render(request, "advocacy/fixes.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _fix(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required([READ, ADD], raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """Post an idea; `?theme=` names what it is about."""
    theme = request.GET.get("theme", "")
    known = {"theme": theme if theme.isdecimal() else ""}
    form = IdeaForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        fix = fixes.create(by=_user(request), **form.cleaned_data)
        messages.success(request, _("Noted: your idea is posted. Whoever decides about it sees it now."))
        return redirect("advocacy:fix", fix.pk)
    status = decisions.UNPROCESSABLE if form.is_bound else 200
    return render(request, "advocacy/new_fix.html", {"form": form}, status=status)


@require_POST
@permission_required(WORK, raise_exception=True)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, PlanForm, fixes.plan, said=_("Noted: “%(fix)s” is planned."))


@require_POST
@permission_required(WORK, raise_exception=True)
def replan(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, ReplanForm, fixes.replan, said=_("Noted: the plan of “%(fix)s” is changed."))


@require_POST
@permission_required(WORK, raise_exception=True)
def ship(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, ShipForm, fixes.ship, said=_("Noted: “%(fix)s” has shipped."))


@require_POST
@permission_required(WORK, raise_exception=True)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    return _move(request, pk, DeclineForm, fixes.decline, said=_("Noted: “%(fix)s” is declined."))


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _fix(pk: int) -> Any:
    """The fix, with its weight."""
    return get_object_or_404(Fix.objects.weighed().select_related("theme", "owner", "author"), pk=pk)


def _view(request: HttpRequest) -> FixView:
    try:
        return FixView(request.GET.get("view") or FixView.OPEN)
    except ValueError as error:
        raise Http404 from error


def _sight(user: User) -> dict[str, bool]:
    """What the person may see of who asked. Quotes have no name, so everybody reads those."""
    return {
        "sees_people": user.has_perm("surveys.view_contact"),
        "sees_revenue": user.has_perm("surveys.view_account"),
        "sees_requests": user.has_perm("advocacy.view_customerrequest"),
    }


def _move(
    request: HttpRequest, pk: int, form_of: type[MoveForm], verb: Callable[..., None], *, said: str
) -> HttpResponse:
    fix, form = _fix(pk), form_of(request.POST)
    if not form.is_valid():
        return _page(request, fix, form=form)
    try:
        verb(fix, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, _fix(pk), form=form, refusal=refusal)
    messages.success(request, said % {"fix": fix})
    return redirect("advocacy:fix", pk)


def _page(
    request: HttpRequest, fix: Fix, *, form: MoveForm | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    user, sight = _user(request), _sight(_user(request))
    with timezone.override(frame.of(request).zone):
        seen, log = trail.version(fix), list(trail.events(fix))
        voices = fixes.voices(fix, with_people=sight["sees_people"])
        context: dict[str, Any] = {
            "fix": fix,
            "seen": seen,
            "steps": _steps(fix),
            "page": lists.page(voices, lists.page_number(request.GET.get("page", "1"))),
            "entries": [timeline.of_event(event) for event in log],
            **sight,
            **decisions.refusal(form, refusal),
        }
        if user.has_perm(WORK):
            context |= _moves(request, fix, form)
        return render(request, "advocacy/fix.html", context, status=decisions.status(form, refusal))


def _steps(fix: Fix) -> list[tuple[FixStatus, bool]]:
    """The way of a fix, each step with whether it lies behind; what was declined is on no way."""
    if fix.status not in STEPS:
        return []
    here = STEPS.index(FixStatus(fix.status))
    return [(step, index < here) for index, step in enumerate(STEPS)]


def _moves(request: HttpRequest, fix: Fix, form: MoveForm | None) -> dict[str, Any]:
    """The forms that fit the state of the fix, and for each move that does not why. What was typed stays in sight."""
    barred = {name: fixes.why_not(fix, target) for name, (_form, target) in MOVES.items()}
    is_planned = fix.status == FixStatus.PLANNED
    barred["replan"] = "" if is_planned else barred["plan"] or _("Plan it first.")
    fitting = [name for name, reason in barred.items() if not reason]
    sent = next((name for name, (form_of, _target) in MOVES.items() if type(form) is form_of), "")
    wanted = sent or request.GET.get("move", "")
    move = wanted if wanted in fitting or sent else (fitting[0] if fitting else "")
    initial = {"owner": fix.owner_id, "due_on": fix.due_on, "language": texts.language(get_language() or "")}
    shown = form if sent else MOVES[move][0](initial=initial) if move else None
    return {"fitting": fitting, "move": move, "form": shown, "barred": barred, "can_work": True}
