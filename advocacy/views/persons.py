"""What is done to a whole person: merged with a duplicate, exported, erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import people, search
from advocacy.views import frame
from surveys import privacy
from surveys.contactforms import EraseForm
from surveys.models import Contact
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MERGE, EXPORT, ERASE = (f"surveys.{verb}_contact" for verb in ("merge", "export", "erase"))
UNPROCESSABLE = 422


@require_safe
@permission_required(MERGE, raise_exception=True)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the duplicate; then see what would move."""
    contact = _contact(pk)
    text = search.cleaned(request.GET.get("q", ""))
    context: dict[str, Any] = {"contact": contact, "text": text}
    if number := _number(request.GET.get("with", "")):
        context["other"] = get_object_or_404(Contact.objects.select_related("account").exclude(pk=pk), pk=number)
        context |= {"mine": people.belongings(contact), "theirs": people.belongings(context["other"])}
    elif text:
        context["found"] = [each for each in search.contacts(text).rows if each.pk != pk]
    else:
        context["found"] = people.alike(contact)
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/contact_merge.html", context)


@require_POST
@permission_required(MERGE, raise_exception=True)
def merge_now(request: HttpRequest, pk: int) -> HttpResponse:
    contact, number = _contact(pk), _number(request.POST.get("with", ""))
    other = get_object_or_404(Contact, pk=number or 0)
    name = str(other)
    try:
        privacy.merge(contact, other, by=cast("User", request.user))
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect("advocacy:contact_merge", pk=pk)
    messages.success(request, _("Merged: what belonged to %(name)s is here now.") % {"name": name})
    return redirect("advocacy:contact", pk=pk)


@require_POST
@permission_required(EXPORT, raise_exception=True)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    known = privacy.export(_contact(pk), by=cast("User", request.user))
    response = JsonResponse(known, encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="contact-{pk}.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@permission_required(ERASE, raise_exception=True)
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _contact(pk)
    return _erase_page(request, contact, EraseForm(expected=_expected(contact)))


@require_POST
@permission_required(ERASE, raise_exception=True)
def erase_now(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _contact(pk)
    form = EraseForm(request.POST, expected=_expected(contact))
    if not form.is_valid():
        return _erase_page(request, contact, form, status=UNPROCESSABLE)
    try:
        privacy.erase(contact, by=cast("User", request.user))
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect("advocacy:contacts")
    messages.success(request, _("Erased. What was answered stays as a count without a name."))
    return redirect("advocacy:contacts")


def _erase_page(request: HttpRequest, contact: Contact, form: EraseForm, status: int = 200) -> HttpResponse:
    context = {
        "contact": contact,
        "form": form,
        "belongings": people.belongings(contact),
        "standing": people.standing(contact),
    }
    return render(request, "advocacy/contact_erase.html", context, status=status)


def _expected(contact: Contact) -> str:
    return contact.email or contact.name or contact.phone


def _contact(pk: int) -> Contact:
    return get_object_or_404(Contact.objects.select_related("account", "owner"), pk=pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
