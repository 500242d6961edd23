"""Addresses that must not be mailed: look one up, stop one, let one through. An address never stands in a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import lists
from advocacy.views import frame
from surveys import contacts
from surveys.contactforms import AddressForm, LiftForm, StopForm
from surveys.enums import SuppressionReason, SuppressionScope
from surveys.models import Contact, Suppression

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, ADD, LIFT = (f"surveys.{verb}_suppression" for verb in ("view", "add", "delete"))
UNPROCESSABLE = 422


@require_safe
@permission_required(READ, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    return _page(request, form=AddressForm())


@require_POST
@permission_required(READ, raise_exception=True)
def look_up(request: HttpRequest) -> HttpResponse:
    """A post that changes nothing: addresses in URLs end up in logs and histories."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=UNPROCESSABLE)
    return _page(request, form=form, address=form.cleaned_data["address"])


@require_POST
@permission_required(ADD, raise_exception=True)
def stop(request: HttpRequest) -> HttpResponse:
    form = StopForm(request.POST, auto_id="stop-%s")
    if not form.is_valid():
        return _refused(request, form, stop_form=form)
    given = form.cleaned_data
    contacts.suppress(
        given["address"],
        reason=SuppressionReason.MANUAL,
        source=given["reason"],
        scope=SuppressionScope(given["scope"]),
        by=cast("User", request.user),
    )
    messages.success(request, _("Noted: nothing of that kind is mailed to this address any more."))
    return _back(request)


@require_POST
@permission_required(LIFT, raise_exception=True)
def lift(request: HttpRequest) -> HttpResponse:
    form = LiftForm(request.POST, auto_id="lift-%s")
    if not form.is_valid():
        return _refused(request, form, lift_form=form)
    suppression = contacts.find_suppression(form.cleaned_data["address"])
    if suppression is None:
        messages.error(request, _("Nothing stands against mail to this address any more."))
        return _back(request)
    contacts.lift(suppression, reason=form.cleaned_data["reason"], by=cast("User", request.user))
    messages.success(request, _("Noted: this address may be mailed again."))
    return _back(request)


def _refused(request: HttpRequest, form: AddressForm, **forms: AddressForm) -> HttpResponse:
    """The look-up of the same address, with the form as it was sent."""
    address = form.cleaned_data.get("address", "")
    return _page(
        request,
        form=AddressForm(initial={"address": address}) if address else AddressForm(request.POST),
        address=address,
        status=UNPROCESSABLE,
        **forms,
    )


def _back(request: HttpRequest) -> HttpResponse:
    number = request.POST.get("contact", "")
    if number.isascii() and number.isdecimal() and len(number) < 19 and request.user.has_perm("surveys.view_contact"):
        return redirect("advocacy:contact", pk=int(number))
    return redirect("advocacy:suppressions")


def _page(
    request: HttpRequest, *, form: AddressForm, address: str = "", status: int = 200, **forms: AddressForm
) -> HttpResponse:
    page = lists.page(
        Suppression.objects.order_by("-created_at", "-pk"), lists.page_number(request.GET.get("page", ""))
    )
    context: dict[str, Any] = {
        "form": form,
        "address": address,
        "page": page,
        "rows": _named(page.rows, sees_contacts=request.user.has_perm("surveys.view_contact")),
        "stop_form": StopForm(initial={"scope": SuppressionScope.ASKING}, auto_id="stop-%s"),
        "lift_form": LiftForm(auto_id="lift-%s"),
        **forms,
    }
    if address:
        context["found"] = contacts.find_suppression(address)
        context["contact_of"] = Contact.objects.filter(email=address).first()
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/suppressions.html", context, status=status)


def _named(rows: list[Suppression], *, sees_contacts: bool) -> list[tuple[Suppression, Contact | None]]:
    """Each with its contact, as long as there is one."""
    hashes = [row.address_hash for row in rows] if sees_contacts else []
    known = {each.address_hash: each for each in Contact.objects.filter(address_hash__in=hashes)}
    return [(row, known.get(row.address_hash)) for row in rows]
