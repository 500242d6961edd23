"""Whom to invite to a perk: chosen by segment, tier or hand, with the reason for everybody left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from advocacy import inviting, lists, perks
from advocacy.forms.perks import ChoiceForm
from advocacy.inviting import InviteView
from advocacy.models import Advocate, Perk
from advocacy.views import frame
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK = "advocacy.view_perk", "advocacy.work_perk"
CONFLICT = 409


@require_safe
@permission_required([READ, WORK], raise_exception=True)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _perk(pk))


@require_POST
@permission_required([READ, WORK], raise_exception=True)
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite the ticked ones, or all on the page. Who cannot be invited is named, with the reason."""
    perk = _perk(pk)
    numbers = _numbers(request.POST.getlist("shown" if "all" in request.POST else "advocate"))
    if not numbers:
        messages.warning(request, _("Nobody is invited: tick whom to invite."))
        return redirect(_address(request, pk))
    advocates = Advocate.objects.filter(pk__in=numbers).select_related("contact").order_by("pk")
    try:
        result = inviting.invite_all(perk, advocates, by=cast("User", request.user))
    except WrongState as refusal:
        return _page(request, _perk(pk), refusal=refusal)
    said = ngettext("%(count)s invitation leaves now.", "%(count)s invitations leave now.", result.invited)
    if result.invited:
        messages.success(request, said % {"count": result.invited})
    for name, reason in result.left_out:
        messages.warning(request, _("Not invited: %(name)s: %(reason)s.") % {"name": name, "reason": reason})
    return redirect(_address(request, pk))


def _numbers(given: list[str]) -> list[int]:
    """No more than a page has; what is no number was never on it."""
    return [int(text) for text in given if text.isascii() and text.isdecimal() and len(text) < 19][: lists.PAGE_SIZE]


def _perk(pk: int) -> Perk:
    return get_object_or_404(Perk.objects.select_related("brand"), pk=pk)


def _address(request: HttpRequest, pk: int) -> str:
    """Back to the choice as it was made."""
    kept = request.GET.urlencode()
    there = reverse("advocacy:choose_guests", args=[pk])
    return f"{there}?{kept}" if kept else there


def _page(request: HttpRequest, perk: Perk, *, refusal: WrongState | None = None) -> HttpResponse:
    now, form = timezone.now(), ChoiceForm(request.GET)
    view = InviteView.LEFT_OUT if request.GET.get("view") == InviteView.LEFT_OUT else InviteView.INVITED
    choice = form.choice
    halves = {each.name: inviting.chosen(perk, choice, each, at=now) for each in InviteView}
    counts = lists.counts(cast("User", request.user), **halves)
    page = lists.page(halves[view.name], lists.page_number(request.GET.get("page", "1")))
    kept = request.GET.copy()
    for name in ("view", "page"):
        kept.pop(name, None)
    with timezone.override(frame.of(request).zone):
        context = {
            "perk": perk,
            "form": form,
            "view": view,
            "views": [(each, counts[each.name]) for each in InviteView],
            "kept": kept.urlencode(),
            "query": request.GET.urlencode(),
            "page": page,
            "rows": [(row, inviting.why_not(perk, row, at=now)) for row in page.rows],
            "left": max(perks.left(perk), 0),
            "is_open": perk.is_answerable,
            "refusal": refusal,
        }
        return render(request, "advocacy/perk_invite.html", context, status=CONFLICT if refusal else 200)
