"""One ask: who does what by when, and where it goes on its board; and asking, describing or nominating an advocate."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import asking, asks, boards, casestudies, stories, timeline, trail
from advocacy.enums import AskKind, AskStage
from advocacy.forms.asks import DescribeForm, EditAskForm, MoveAskForm, NominateForm, PlanAskForm
from advocacy.forms.parts import MoveForm
from advocacy.models import Advocate, Ask
from advocacy.views import advocates, decisions, frame, programmes
from surveys.models import Contact
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK, NOMINATE = "advocacy.view_ask", "advocacy.work_ask", "advocacy.nominate_advocate"
BEGIN = "advocacy.work_casestudy"


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _ask(pk))


@require_POST
@permission_required(WORK, raise_exception=True)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """From the board or from its own page, which shows the refusal."""
    ask, form, is_board = _ask(pk), MoveAskForm(request.POST), "board" in request.POST
    if not form.is_valid():
        return _page(request, ask, form=form)
    stage: AskStage = form.cleaned_data["stage"]
    try:
        boards.move_to(
            ask, stage, by=_user(request), reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"]
        )
    except WrongState as refusal:
        if is_board and ask.programme:
            return programmes.board_page(request, ask.programme, refusal=refusal)
        return _page(request, _ask(pk), form=form, refusal=refusal)
    said = _("Noted: the mail to %(name)s leaves now.") if stage == AskStage.ASKED else _("Noted: %(name)s: %(stage)s.")
    messages.success(request, said % {"name": ask.advocate.contact, "stage": stage.label})
    if is_board and ask.programme:
        return redirect(programmes.address(ask.programme, request.POST.get("view", "")))
    return redirect("advocacy:ask", pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    ask, form = _ask(pk), EditAskForm(request.POST)
    if not form.is_valid():
        return _page(request, ask, form=form)
    try:
        asking.edit(ask, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, _ask(pk), form=form, refusal=refusal)
    messages.success(request, _("Saved."))
    return redirect("advocacy:ask", pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    advocate, form = get_object_or_404(Advocate.objects.select_related("contact"), pk=pk), PlanAskForm(request.POST)
    if not form.is_valid():
        return advocates.page(request, pk, plan_form=form)
    given = form.cleaned_data
    try:
        trail.check(advocate, seen=given["seen"])
        ask = asking.plan(
            advocate,
            kind=AskKind(given["kind"]),
            by=_user(request),
            programme=boards.usual(AskKind(given["kind"])),
            planned_for=form.planned_for,
            reason_why=given["reason_why"],
            override_reason=given["override_reason"],
        )
    except WrongState as refusal:
        return advocates.page(request, pk, plan_form=form, refusal=refusal)
    messages.success(request, _leaves(ask.planned_for))
    return redirect("advocacy:ask", ask.pk)


@require_POST
@permission_required(advocates.WORK, raise_exception=True)
def describe(request: HttpRequest, pk: int) -> HttpResponse:
    advocate, form = get_object_or_404(Advocate.objects.select_related("contact"), pk=pk), DescribeForm(request.POST)
    if not form.is_valid():
        return advocates.page(request, pk, describe_form=form)
    try:
        asks.describe(advocate, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return advocates.page(request, pk, describe_form=form, refusal=refusal)
    messages.success(request, _("Saved."))
    return redirect("advocacy:advocate", pk)


@require_POST
@permission_required(NOMINATE, raise_exception=True)
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    contact, form = get_object_or_404(Contact, pk=pk), NominateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not nominated: say why, colleagues read it in the history."))
        return redirect("advocacy:contact", pk)
    asks.nominate(contact, reason=form.cleaned_data["reason"], by=_user(request))
    messages.success(request, _("Nominated: %(name)s is an advocate now.") % {"name": contact})
    return redirect("advocacy:contact", pk)


# ------------------------------------------------------------------------------------------------------ what they share


def page(request: HttpRequest, pk: int, *, form: MoveForm, refusal: WrongState) -> HttpResponse:
    """The page once more, with why something was refused."""
    return _page(request, _ask(pk), form=form, refusal=refusal)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _leaves(at: dt.datetime) -> str:
    if timezone.localdate(at) == timezone.localdate():
        return _("Planned: the mail leaves at %(time)s.") % {"time": timeline.when(at)}
    return _("Planned: the mail leaves on %(day)s.") % {"day": timeline.when(at)}


def _ask(pk: int) -> Ask:
    rows = Ask.objects.select_related(
        "advocate__contact__account", "programme", "owner", "message", "by", "override_by"
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: HttpRequest, ask: Any, *, form: MoveForm | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    seen, log = trail.version(ask), list(trail.events(ask)[: timeline.LIMIT])
    stands = {"owner": ask.owner_id, "next_step": ask.next_step, "due_on": ask.due_on}
    with timezone.override(frame.of(request).zone):
        boards.add_targets([ask])
        context: dict[str, Any] = {
            "ask": ask,
            "seen": seen,
            "entries": [timeline.of_event(event) for event in log],
            "form": form if isinstance(form, EditAskForm) else EditAskForm(initial=stands),
            "can_work": _user(request).has_perm(WORK),
            "sees_advocate": _user(request).has_perm(advocates.READ),
            "story": stories.of_ask(ask).first() if _user(request).has_perm("advocacy.view_testimonial") else None,
            "begins_study": _user(request).has_perm(BEGIN) and not casestudies.why_not_from(ask),
            **decisions.refusal(form, refusal),
        }
        return render(request, "advocacy/ask.html", context, status=decisions.status(form, refusal))
