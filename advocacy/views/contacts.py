"""Contacts: the list with its filters, the page of one, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import deletions, lifeline, lists, people, timeline
from advocacy.forms.asks import NominateForm
from advocacy.models import Advocate, Case, Testimonial
from advocacy.people import Order
from advocacy.views import frame
from surveys import contacts as domain
from surveys import segments
from surveys.contactforms import ContactForm, FilterForm, LiftForm, StopForm
from surveys.models import Contact, Response
from surveys.segmentforms import as_query
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, CHANGE = "surveys.view_contact", "surveys.change_contact"
CASES, ANSWERS, STORIES = "advocacy.view_case", "surveys.view_response", "advocacy.view_testimonial"
CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
@permission_required(READ, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    given = {name: value.replace("\x00", "") for name, value in request.GET.dict().items()}
    filters = FilterForm(given)
    order = Order(given["order"]) if given.get("order") in Order.values else Order.NAME
    context: dict[str, Any] = {"filters": filters, "order": order, "orders": Order}
    context["query"] = urlencode({name: value for name, value in given.items() if value and name != "page"})
    try:
        found = people.contacts(filters.conditions, order=order)
    except segments.BadConditions as bad:
        context |= {"bad": bad, "page": lists.Page(rows=[], number=1, has_next=False), "total": 0}
    else:
        context |= {"page": lists.page(found, lists.page_number(given.get("page", "")))}
        context |= {"total": segments.contacts(filters.conditions).count()}
        context |= {"as_segment": as_query(filters.conditions)}
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/contacts.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    contact, user = _contact(pk), cast("User", request.user)
    sees_cases, sees_answers = user.has_perm(CASES), user.has_perm(ANSWERS)
    with timezone.override(frame.of(request).zone):
        context: dict[str, Any] = {
            "contact": contact,
            "standing": people.standing(contact),
            "deletion": deletions.waiting_for(contact),
            "entries": [
                entry
                for entry in lifeline.of_contact(contact, sees_cases=sees_cases)
                if sees_answers or entry.kind not in (timeline.Kind.ANSWER, timeline.Kind.CLICK)
            ],
            "scores": _scores(contact) if sees_answers else [],
            "cases": list(Case.objects.filter(contact=contact).order_by("-opened_at", "-pk")[:5]) if sees_cases else [],
            "advocate": Advocate.objects.filter(contact=contact).first(),
            "testimonials": _testimonials(contact) if cast("User", request.user).has_perm(STORIES) else [],
            "consents": list(contact.consents.order_by("-at", "-pk")[:5]),
            "nominate_form": NominateForm(),
            "stop_form": StopForm(initial={"scope": "asking"}, auto_id="stop-%s"),
            "lift_form": LiftForm(auto_id="lift-%s"),
        }
        return render(request, "advocacy/contact.html", context)


@require_safe
@permission_required(CHANGE, raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    contact = _contact(pk)
    return _form(request, contact, ContactForm(instance=contact))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    form = ContactForm(request.POST, instance=_contact(pk))
    if not form.is_valid():
        return _form(request, _contact(pk), form, status=UNPROCESSABLE)
    contact = _contact(pk)
    try:
        changed = domain.save_details(
            contact, seen=form.cleaned_data["seen"], by=cast("User", request.user), **form.details
        )
    except WrongState as refusal:
        return _form(request, _contact(pk), form, status=CONFLICT, refusal=refusal)
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return redirect("advocacy:contact", pk=pk)


def _contact(pk: int) -> Contact:
    return get_object_or_404(Contact.objects.select_related("account__owner", "owner"), pk=pk)


def _scores(contact: Contact) -> list[Response]:
    """The latest answers, oldest first."""
    latest = Response.objects.filter(contact=contact).only("score", "submitted_at").order_by("-submitted_at", "-pk")
    return list(latest[: timeline.SCORES])[::-1]


def _testimonials(contact: Contact) -> list[Testimonial]:
    return list(contact.testimonials.defer("words").order_by("-received_at", "-pk")[:5])


def _form(
    request: HttpRequest,
    contact: Contact,
    form: ContactForm,
    *,
    status: int = 200,
    refusal: WrongState | None = None,
) -> HttpResponse:
    """The form as it was sent, and after a change by somebody else what stands there now beside it."""
    context: dict[str, Any] = {"contact": contact, "form": form, "refusal": refusal, "seen": domain.version(contact)}
    with timezone.override(frame.of(request).zone):
        if isinstance(refusal, domain.Changed):
            context |= _told(contact, form, refusal)
        return render(request, "advocacy/contact_form.html", context, status=status)


def _told(contact: Contact, form: ContactForm, refusal: domain.Changed) -> dict[str, Any]:
    theirs = ContactForm(instance=contact)
    pairs = [(form[name].label, theirs.shown(name), form.shown(name)) for name in ContactForm.Meta.fields]
    event = refusal.event
    who = timeline.name_of(event.by) if event and event.by else _("An import")
    at = timeline.when(event.at if event else contact.updated_at)
    news = _("Not saved: %(who)s changed this contact at %(at)s.") % {"who": who, "at": at}
    return {"news": news, "differences": [pair for pair in pairs if pair[1] != pair[2]]}
