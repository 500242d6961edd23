"""Perks: what is planned, who comes and who waits, and what testers found."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy import fixes, lists, perks, timeline, trail
from advocacy.enums import PERK_MOVES, GuestStatus, PerkStatus
from advocacy.forms.parts import MoveForm, ReasonForm, WrittenForm
from advocacy.forms.perks import PerkForm, TextForm, WordsForm
from advocacy.models import CustomerRequest, Perk, PerkGuest, PerkText
from advocacy.perks import PerkView
from advocacy.views import decisions, frame
from advocacy.views.programmes import BYTE_ORDER_MARK
from surveys import languages, texts
from surveys.importing.errorfile import harmless
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

READ, ADD, CHANGE, WORK, EXPORT = (f"advocacy.{verb}_perk" for verb in ("view", "add", "change", "work", "export"))
READ_REQUESTS = "advocacy.view_customerrequest"
FINDINGS_SHOWN = 50
CHANGING = ["GET", "HEAD", "POST"]


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    view, now = _view(request), timezone.now()
    counts = lists.counts(_user(request), **{each.name: perks.perks_of(each, at=now) for each in PerkView})
    rows = perks.shown(perks.perks_of(view, at=now))
    context = {
        "view": view,
        "views": [(each, counts[each.name]) for each in PerkView],
        "page": lists.page(rows, lists.page_number(request.GET.get("page", "1"))),
        "can_add": _user(request).has_perm(ADD),
    }
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/perks.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _perk(pk))


@require_http_methods(CHANGING)
@permission_required(ADD, raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    is_sent = request.method == "POST"
    form = PerkForm(request.POST if is_sent else None)
    words = WordsForm(request.POST if is_sent else None, auto_id="words-%s")
    if is_sent and form.is_valid() and words.is_valid():
        perk = perks.plan(Perk(**form.said), **words.cleaned_data, by=_user(request))
        messages.success(request, _("Kept as a draft: look at it, and open it."))
        return redirect("advocacy:perk", perk.pk)
    status = decisions.UNPROCESSABLE if is_sent else 200
    forms = [each for each in (form, words) if each.errors]
    return render(request, "advocacy/perk_form.html", {"form": form, "words": words, "faulty": forms}, status=status)


@require_http_methods(CHANGING)
@permission_required(CHANGE, raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    perk = _perk(pk)
    seen = trail.version(perk)
    if request.method != "POST":
        return render(request, "advocacy/perk_form.html", {"form": PerkForm(instance=perk), "perk": perk, "seen": seen})
    form, refusal = PerkForm(request.POST, instance=_perk(pk)), None
    if form.is_valid():
        try:
            perks.edit(_perk(pk), by=_user(request), seen=form.cleaned_data["seen"], **form.said)
        except WrongState as error:
            refusal = error
        else:
            messages.success(request, _("Saved: %(name)s.") % {"name": form.said["name"]})
            return redirect("advocacy:perk", pk)
    context = {"form": form, "perk": perk, "seen": seen, "faulty": [form] if form.errors else []}
    if refusal:
        context |= decisions.refusal(cast("WrittenForm", form), refusal)
    status = decisions.CONFLICT if refusal else decisions.UNPROCESSABLE
    return render(request, "advocacy/perk_form.html", context, status=status)


@require_http_methods(CHANGING)
@permission_required(CHANGE, raise_exception=True)
def text(request: HttpRequest, pk: int, tag: str) -> HttpResponse:
    """What the invitation says in one language."""
    if tag not in texts.OFFERED:
        raise Http404
    perk, refusal = _perk(pk), None
    known = PerkText.objects.filter(perk=perk, language=tag).first()
    given = {"language": tag, "title": known.title if known else "", "text": known.text if known else ""}
    form = TextForm({**request.POST.dict(), "language": tag} if request.method == "POST" else None, initial=given)
    if form.is_bound and form.is_valid():
        try:
            perks.write(perk, by=_user(request), **form.cleaned_data)
        except WrongState as error:
            refusal = error
        else:
            messages.success(request, _("Kept: the words in %(language)s.") % {"language": languages.own_name(tag)})
            return redirect("advocacy:perk_text", pk, tag)
    written = set(PerkText.objects.filter(perk=perk).values_list("language", flat=True))
    context = {
        "perk": perk,
        "form": form,
        "said_in": languages.get(tag),
        "tongues": [(languages.get(each), each in written) for each in texts.OFFERED],
        "seen": trail.version(perk),
        **decisions.refusal(form if form.is_bound else None, refusal),
    }
    status = decisions.status(form if form.is_bound else None, refusal)
    return render(request, "advocacy/perk_text.html", context, status=status)


@require_POST
@permission_required(WORK, raise_exception=True)
def open_up(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, MoveForm(request.POST), perks.open_up, said=_("Open: guests can be invited."))


@require_POST
@permission_required(WORK, raise_exception=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Closed: nobody can say yes any more. The waiting list still moves up.")
    return _decide(request, pk, MoveForm(request.POST), perks.close, said=said)


@require_POST
@permission_required(WORK, raise_exception=True)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Cancelled: everybody who counted on it is told by mail.")
    return _decide(request, pk, ReasonForm(request.POST), perks.cancel, said=said)


@require_POST
@permission_required(EXPORT, raise_exception=True)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The guests as a file; that names left is an event."""
    perk = _perk(pk)
    headers = {"Content-Disposition": f'attachment; filename="perk-{pk}.csv"', "Cache-Control": "no-store"}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    rows = [[harmless(cell) for cell in line] for line in perks.lines(perk)]
    csv.writer(response).writerows(rows)
    perks.note_export(perk, by=_user(request), rows=len(rows) - 1)
    return response


# -------------------------------------------------------------------------------------------------------------- guests


@require_POST
@permission_required(WORK, raise_exception=True)
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    return _note(request, pk, perks.attend, said=_("Noted: %(name)s took part."))


@require_POST
@permission_required(WORK, raise_exception=True)
def unattend(request: HttpRequest, pk: int) -> HttpResponse:
    return _note(request, pk, perks.unattend, said=_("Noted: %(name)s did not take part."))


@require_POST
@permission_required(WORK, raise_exception=True)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The guest has said so to a person."""
    return _note(request, pk, perks.decline, said=_("Noted: %(name)s does not come."))


def _note(request: HttpRequest, pk: int, verb: Callable[..., None], *, said: str) -> HttpResponse:
    guest = get_object_or_404(PerkGuest.objects.select_related("perk__brand", "contact"), pk=pk)
    try:
        verb(guest, by=_user(request))
    except WrongState as refusal:
        return _page(request, _perk(guest.perk_id), form=WrittenForm({}), refusal=refusal)
    messages.success(request, said % {"name": guest.contact})
    return redirect(_address(guest.perk_id, request.POST.get("status", "")))


def _address(pk: int, status: str) -> str:
    there = reverse("advocacy:perk", args=[pk])
    return f"{there}?status={status}" if status in GuestStatus else there


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _view(request: HttpRequest) -> PerkView:
    try:
        return PerkView(request.GET.get("view") or PerkView.COMING)
    except ValueError as error:
        raise Http404 from error


def _status(request: HttpRequest) -> GuestStatus | None:
    given = request.GET.get("status") or request.POST.get("status") or ""
    if given and given not in GuestStatus:
        raise Http404
    return GuestStatus(given) if given else None


def _perk(pk: int) -> Perk:
    return get_object_or_404(Perk.objects.select_related("brand", "owner").prefetch_related("texts"), pk=pk)


def _decide(request: HttpRequest, pk: int, form: MoveForm, verb: Callable[..., None], *, said: str) -> HttpResponse:
    perk = _perk(pk)
    if not form.is_valid():
        return _page(request, perk, form=form)
    try:
        verb(perk, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, _perk(pk), form=form, refusal=refusal)
    messages.success(request, said)
    return redirect("advocacy:perk", pk)


def _page(
    request: HttpRequest, perk: Perk, *, form: WrittenForm | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    user, status = _user(request), _status(request)
    seen, log = trail.version(perk), list(trail.events(perk)[: timeline.LIMIT])
    counted, findings = perks.counts(perk), CustomerRequest.objects.filter(perk=perk)
    rows = perks.guests_of(perk, status).prefetch_related("letters__message")
    page = lists.page(rows, lists.page_number(request.GET.get("page", "1")))
    numbers = perks.in_line(perk) if counted[GuestStatus.WAITING] else {}
    for guest in page.rows:
        guest.number_in_line = numbers.get(guest.pk, 0)
    can_work = user.has_perm(WORK)
    with timezone.override(frame.of(request).zone):
        context: dict[str, Any] = {
            "perk": perk,
            "seen": seen,
            "entries": [timeline.of_event(event) for event in log],
            "status": status,
            "statuses": [(each, number) for each, number in counted.items() if number or each == status],
            "total": sum(counted.values()),
            "placed": perk.capacity - perks.left(perk),
            "waiting": counted[GuestStatus.WAITING],
            "told": sum(counted[each] for each in perks.COMING),
            "page": page,
            "findings": list(fixes.shown(findings).order_by("-pk")[:FINDINGS_SHOWN]) if _sees_requests(user) else [],
            "found": findings.count(),
            "sees_requests": _sees_requests(user),
            "fitting": [PerkStatus(to).value for to in PERK_MOVES.get(perk.status, frozenset())] if can_work else [],
            "can_work": can_work,
            "can_change": user.has_perm(CHANGE) and perk.status != PerkStatus.CANCELLED,
            "can_export": user.has_perm(EXPORT),
            "form": form if isinstance(form, ReasonForm) else ReasonForm(),
            **decisions.refusal(form, refusal),
        }
        return render(request, "advocacy/perk.html", context, status=decisions.status(form, refusal))


def _sees_requests(user: User) -> bool:
    return user.has_perm(READ_REQUESTS)
