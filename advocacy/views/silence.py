"""Accounts of which nobody answered two waves running, and that somebody called them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import lists, silence, timeline
from advocacy.forms.silence import CallForm
from advocacy.silence import Silent
from advocacy.views import decisions, frame
from surveys.importing.errorfile import harmless
from surveys.models import Account, Contact
from surveys.views.reports import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ = ["surveys.view_account", "surveys.view_contact"]
CALL, EXPORT = "advocacy.work_case", "surveys.export_contact"
HEADER = ("account", "revenue", "owner", "asked", "last_wave", "wave_before", "last_answer")


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@permission_required([*READ, CALL], raise_exception=True)
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody called: the account leaves the list for a while."""
    account = get_object_or_404(Account, pk=pk)
    people = {contact.pk: contact for contact in silence.people_of(account)}
    form = CallForm(people.values(), request.POST, auto_id=f"call-{pk}-%s")
    if not form.is_valid():
        return _page(request, refused={pk: form})
    contact: Contact = people[form.cleaned_data["contact"]]
    silence.call(account, contact=contact, note=form.cleaned_data["note"], by=cast("User", request.user))
    said = _("Noted: %(account)s was called, and is not listed for %(days)s days.")
    messages.success(request, said % {"account": account, "days": silence.QUIET.days})
    return redirect("advocacy:silence")


@require_POST
@permission_required([*READ, EXPORT], raise_exception=True)
def file(_request: HttpRequest) -> HttpResponse:
    """All of them as a table. What people typed cannot run as a formula."""
    headers = {"Content-Disposition": 'attachment; filename="silence.csv"'}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    writer = csv.writer(response)
    writer.writerow(HEADER)
    writer.writerows(_cells(row) for row in silence.everything())
    return response


def _cells(row: Silent) -> list[str]:
    answered = row.last_answered_at.date().isoformat() if row.last_answered_at else ""
    typed = [row.account.name, str(row.account.revenue or ""), timeline.name_of(row.account.owner)]
    asked = "; ".join(f"{contact} <{contact.email}>" for contact in row.asked)
    days = [row.later.day.isoformat(), row.earlier.day.isoformat(), answered]
    return [*map(harmless, [*typed, asked]), *days]


def _form(row: Silent, refused: dict[int, CallForm]) -> CallForm:
    pk = row.account.pk
    return refused[pk] if pk in refused else CallForm(row.asked, auto_id=f"call-{pk}-%s")


def _page(request: HttpRequest, *, refused: dict[int, CallForm] | None = None) -> HttpResponse:
    forms, user = refused or {}, cast("User", request.user)
    number = lists.page_number(request.GET.get("page", "1"))
    found = silence.found(at=timezone.now(), size=silence.SIZE + 1, start=(number - 1) * silence.SIZE)
    can_call = user.has_perm(CALL)
    rows = [(row, _form(row, forms) if can_call else None) for row in found[: silence.SIZE]]
    context = {
        "rows": rows,
        "page": lists.Page(rows=[row.account for row in found], number=number, has_next=len(found) > silence.SIZE),
        "can_export": user.has_perm(EXPORT),
        "days": silence.QUIET.days,
    }
    with timezone.override(frame.of(request).zone):
        status = decisions.UNPROCESSABLE if refused else 200
        return render(request, "advocacy/silence.html", context, status=status)
