"""Programmes: their boards, the same as a list and a file, what each is set to, and whom it would ask."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import asking, boards, lists, programmes, trail
from advocacy.boards import BoardView
from advocacy.enums import OPEN_ASK_STATUSES, AskKind, AskStage
from advocacy.forms.asks import ProgrammeForm
from advocacy.models import Advocate, Programme
from advocacy.programmes import DryRunView
from advocacy.views import frame
from surveys.importing.errorfile import harmless
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, ADD, CHANGE = (f"advocacy.{verb}_programme" for verb in ("view", "add", "change"))
WORK, EXPORT = "advocacy.work_ask", "advocacy.export_ask"
CONFLICT, UNPROCESSABLE = 409, 422
BYTE_ORDER_MARK = "\ufeff"


@require_safe
@permission_required(READ, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    is_open = Q(asks__status__in=OPEN_ASK_STATUSES)
    rows = Programme.objects.select_related("owner", "segment").annotate(opened=Count("asks", filter=is_open))
    page = lists.page(rows.order_by("-is_active", "name", "pk"), lists.page_number(request.GET.get("page", "1")))
    return render(request, "advocacy/programmes.html", {"page": page})


@require_safe
@permission_required(READ, raise_exception=True)
def board(request: HttpRequest, pk: int) -> HttpResponse:
    return board_page(request, _programme(pk))


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    programme, view, stage = _programme(pk), _view(request), _stage(request)
    asks = boards.asks_of(programme, view, _user(request), on=timezone.localdate())
    rows = boards.shown(asks.filter(stage=stage) if stage else asks)
    page = lists.page(rows, lists.page_number(request.GET.get("page", "1")))
    context = {**_head(request, programme, view), "page": page, "stage": stage}
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/programme_list.html", context)


@require_POST
@permission_required(EXPORT, raise_exception=True)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as it is filtered, as a file; that names left is an event."""
    programme, view, stage = _programme(pk), _view(request), _stage(request)
    asks = boards.asks_of(programme, view, _user(request), on=timezone.localdate())
    asks = asks.filter(stage=stage) if stage else asks
    headers = {"Content-Disposition": f'attachment; filename="programme-{pk}.csv"', "Cache-Control": "no-store"}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    rows = [[harmless(cell) for cell in line] for line in boards.lines(asks)]
    csv.writer(response).writerows(rows)
    boards.note_export(programme, by=_user(request), rows=len(rows) - 1)
    return response


@require_safe
@permission_required(READ, raise_exception=True)
def dry_run(request: HttpRequest, pk: int) -> HttpResponse:
    programme, now = _programme(pk), timezone.now()
    view = DryRunView.LEFT_OUT if request.GET.get("view") == DryRunView.LEFT_OUT else DryRunView.ASKED
    halves = {each.name: programmes.dry_run(programme, each, at=now) for each in DryRunView}
    counts = lists.counts(_user(request), **halves)
    rows = halves[view.name].select_related("contact__account").defer("contact__properties", "contact__tags")
    page = lists.page(rows, lists.page_number(request.GET.get("page", "1")))
    with timezone.override(frame.of(request).zone):
        context = {
            "programme": programme,
            "view": view,
            "views": [(each, counts[each.name]) for each in DryRunView],
            "page": page,
            "rows": [(row, programmes.reason(programme, row, at=now)) for row in page.rows],
            "room": programmes.room(programme, at=now),
            "can_ask": programme.is_active and _user(request).has_perm(WORK),
        }
        return render(request, "advocacy/programme_dry_run.html", context)


@require_POST
@permission_required(WORK, raise_exception=True)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Put one advocate of the dry run on the board."""
    programme, number = _programme(pk), request.POST.get("advocate", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    advocate = get_object_or_404(Advocate, pk=int(number) if is_number else 0)
    try:
        if not programme.is_active:
            raise WrongState(_("Not planned: this programme is not active."))
        asking.plan(advocate, kind=AskKind(programme.kind), by=_user(request), programme=programme)
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect("advocacy:programme_dry_run", pk)
    messages.success(request, _("Planned: %(name)s is asked today.") % {"name": advocate.contact})
    return redirect("advocacy:programme", pk)


@require_safe
@permission_required(ADD, raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    return _form(request, ProgrammeForm(initial={"owner": request.user.pk}))


@require_POST
@permission_required(ADD, raise_exception=True)
def create(request: HttpRequest) -> HttpResponse:
    return _save(request, ProgrammeForm(request.POST))


@require_safe
@permission_required(CHANGE, raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, ProgrammeForm(instance=_programme(pk)))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    return _save(request, ProgrammeForm(request.POST, instance=_programme(pk)))


# ------------------------------------------------------------------------------------------------------ what they share


def board_page(request: HttpRequest, programme: Programme, *, refusal: WrongState | None = None) -> HttpResponse:
    view, user = _view(request), _user(request)
    with timezone.override(frame.of(request).zone):
        lanes = boards.lanes(programme, boards.asks_of(programme, view, user, on=timezone.localdate()))
        seen = trail.versions([slip for lane in lanes for slip in lane.slips])
        for lane in lanes:
            for slip in lane.slips:
                slip.seen = seen.get(str(slip.pk), 0)
        context = {**_head(request, programme, view), "lanes": lanes, "refusal": refusal}
        return render(request, "advocacy/programme.html", context, status=CONFLICT if refusal else 200)


def _head(request: HttpRequest, programme: Programme, view: BoardView) -> dict[str, Any]:
    user, today = _user(request), timezone.localdate()
    halves = {each.name: boards.asks_of(programme, each, user, on=today) for each in BoardView}
    counts = lists.counts(user, **halves)
    return {
        "programme": programme,
        "view": view,
        "views": [(each, counts[each.name]) for each in BoardView],
        "others": list(Programme.objects.filter(is_active=True).order_by("name", "pk")[:12]),
        "can_work": user.has_perm(WORK),
        "can_export": user.has_perm(EXPORT),
        "can_change": user.has_perm(CHANGE),
    }


def address(programme: Programme, view: str) -> str:
    """Back to the board as it was filtered."""
    there = reverse("advocacy:programme", args=[programme.pk])
    return f"{there}?view={view}" if view in BoardView and view != BoardView.ALL else there


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _programme(pk: int) -> Programme:
    return get_object_or_404(Programme.objects.select_related("owner", "segment"), pk=pk)


def _view(request: HttpRequest) -> BoardView:
    given = request.POST.get("view") or request.GET.get("view") or BoardView.ALL
    try:
        return BoardView(given)
    except ValueError as error:
        raise Http404 from error


def _stage(request: HttpRequest) -> AskStage | None:
    given = request.POST.get("stage") or request.GET.get("stage") or ""
    if given and given not in AskStage:
        raise Http404
    return AskStage(given) if given else None


def _form(request: HttpRequest, form: ProgrammeForm, status: int = 200) -> HttpResponse:
    return render(request, "advocacy/programme_form.html", {"form": form, "programme": form.instance}, status=status)


def _save(request: HttpRequest, form: ProgrammeForm) -> HttpResponse:
    if not form.is_valid():
        return _form(request, form, UNPROCESSABLE)
    programme = form.save()
    messages.success(request, _("Saved: the programme %(name)s.") % {"name": programme})
    return redirect("advocacy:programme", programme.pk)
