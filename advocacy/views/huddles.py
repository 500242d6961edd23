"""Huddles: the list, one with its agenda, and what is done in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import huddles, lists, timeline, trail
from advocacy.enums import AgendaPart
from advocacy.forms.huddles import ActionForm, HuddleForm, MakeForm
from advocacy.huddles import HOLD, READ
from advocacy.models import Huddle, HuddleAction
from advocacy.views import decisions, frame
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.forms import Form

may_read = permission_required(READ, raise_exception=True)
may_hold = permission_required([READ, HOLD], raise_exception=True)


@require_safe
@may_read
def listing(request: HttpRequest) -> HttpResponse:
    return _list(request)


@require_POST
@may_hold
def make(request: HttpRequest) -> HttpResponse:
    """Save today's agenda of a team; one that is there is opened."""
    form = MakeForm(request.POST)
    if not form.is_valid():
        return _list(request, form=form)
    return redirect("advocacy:huddle", huddles.make(form.cleaned_data["team"], by=_user(request)).pk)


@require_safe
@may_read
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _huddle(pk))


@require_safe
@may_read
def on_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The same without anything to press, to be printed."""
    huddle = _huddle(pk)
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/huddle_print.html", _shown(huddle))


@require_POST
@may_hold
def write(request: HttpRequest, pk: int) -> HttpResponse:
    huddle = _huddle(pk)
    form = HuddleForm(huddle, request.POST)
    if not form.is_valid():
        return _page(request, huddle, form=form)
    try:
        huddles.write(huddle, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, _huddle(pk), form=form, refusal=refusal)
    messages.success(request, _("Noted: what was decided, and who was there."))
    return redirect("advocacy:huddle", pk)


@require_POST
@may_hold
def add_action(request: HttpRequest, pk: int) -> HttpResponse:
    huddle = _huddle(pk)
    form = ActionForm(request.POST)
    if not form.is_valid():
        return _page(request, huddle, form=form)
    huddles.add_action(huddle, by=_user(request), **form.cleaned_data)
    messages.success(request, _("Noted: it stands on the start page of its owner until it is done."))
    return HttpResponseRedirect(f"{reverse('advocacy:huddle', args=[pk])}#actions")


@require_POST
@may_read
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick an action off; with `again` it is open once more."""
    action = get_object_or_404(HuddleAction.objects.select_related("huddle"), pk=pk)
    try:
        huddles.tick(action, by=_user(request), is_done="again" not in request.POST)
    except WrongState as refusal:
        messages.error(request, str(refusal))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if is_ours else reverse("advocacy:huddle", args=[action.huddle_id]))


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _huddle(pk: int) -> Huddle:
    return get_object_or_404(Huddle.objects.select_related("team", "made_by"), pk=pk)


def _list(request: HttpRequest, *, form: MakeForm | None = None) -> HttpResponse:
    page = lists.page(huddles.listed(), lists.page_number(request.GET.get("page", "1")))
    context = {"page": page, "form": form or MakeForm(), "can_hold": _user(request).has_perm(HOLD)}
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/huddles.html", context, status=decisions.UNPROCESSABLE if form else 200)


def _shown(huddle: Huddle) -> dict[str, Any]:
    """What a huddle says, in five statements. What is read last is what a form carries on."""
    found = huddles.agenda(huddle)
    return {
        "huddle": huddle,
        "parts": [(part, found[part]) for part in AgendaPart],
        "actions": list(huddles.actions_of(huddle)),
        "carried": list(huddles.carried(huddle)),
        "present": [timeline.name_of(user) for user in huddle.present.order_by("first_name", "last_name", "pk")],
    }


def _page(
    request: HttpRequest, huddle: Huddle, *, form: Form | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    user = _user(request)
    with timezone.override(frame.of(request).zone):
        seen, log = trail.version(huddle), list(trail.events(huddle))
        context: dict[str, Any] = {
            **_shown(huddle),
            "seen": seen,
            "entries": [timeline.of_event(event) for event in log],
            "can_hold": user.has_perm(HOLD),
            "news": [],
        }
        if user.has_perm(HOLD):
            context |= _forms(huddle, form)
        if isinstance(form, HuddleForm):
            context |= decisions.refusal(form, refusal)
        status = 200 if form is None else decisions.CONFLICT if refusal else decisions.UNPROCESSABLE
        return render(request, "advocacy/huddle.html", context, status=status)


def _forms(huddle: Huddle, sent: Form | None) -> dict[str, Any]:
    """Both forms; what was typed into the one that was refused stays in sight."""
    initial = {"decision": huddle.decision, "present": [user.pk for user in huddle.present.all()]}
    return {
        "form": sent if isinstance(sent, HuddleForm) else HuddleForm(huddle, initial=initial),
        "action_form": sent if isinstance(sent, ActionForm) else ActionForm(),
    }
