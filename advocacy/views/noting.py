"""A request noted by hand, a question answered from the knowledge base, and what came of telling people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy import answering, lifting, personal, trail, triage
from advocacy.forms.announcing import QUOTE_LETTERS, AnswerForm, NoteForm
from advocacy.models import Case, CustomerRequest, Entry
from advocacy.views import decisions, frame
from surveys.models import Contact, Response
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK, READ_REPORT = "advocacy.view_customerrequest", "advocacy.work_customerrequest", "surveys.read_report"
SOURCES = ("response", "case", "contact")
PERIODS = {"90": 90, "365": 365, "all": 0}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required([READ, WORK], raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """Note a request of `?response=`, `?case=` or `?contact=`; without one, say first whose it is."""
    if not any(_number(request, name) for name in SOURCES):
        return redirect("advocacy:contacts")
    source = _source(request)
    contact, response, case = source["contact"], source["response"], source["case"]
    if request.method == "POST":
        form = NoteForm(request.POST)
        if form.is_valid():
            wish = triage.note(contact, response=response, case=case, by=_user(request), **form.cleaned_data)
            messages.success(request, _("Noted: a request of %(contact)s.") % {"contact": contact})
            return redirect("advocacy:request", wish.pk)
    else:
        form = NoteForm(initial=_initial(contact, response, case))
    noted = CustomerRequest.objects.filter(response=response).order_by("pk") if response else ()
    context = {**source, "form": form, "query": request.GET.urlencode(), "noted": noted}
    status = decisions.UNPROCESSABLE if form.is_bound else 200
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/new_request.html", context, status=status)


@require_safe
@permission_required([READ, WORK], raise_exception=True)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter with an entry of the knowledge base, to be read and changed."""
    return _answer_page(request, _wish(pk))


@require_POST
@permission_required([READ, WORK], raise_exception=True)
def send_answer(request: HttpRequest, pk: int) -> HttpResponse:
    wish, form = _wish(pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _answer_page(request, wish, form=form)
    try:
        answering.send(wish, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _answer_page(request, _wish(pk), form=form, refusal=refusal)
    messages.success(request, _("Noted: the answer to %(contact)s leaves in ten seconds.") % {"contact": wish.contact})
    return redirect("advocacy:request", pk)


@require_safe
@permission_required(READ_REPORT, raise_exception=True)
def lifted(request: HttpRequest) -> HttpResponse:
    """Whether those who were told think better of us than those who were not. Numbers only."""
    wanted = request.GET.get("days", "365")
    days = PERIODS.get(wanted, PERIODS["365"])
    since = timezone.now() - dt.timedelta(days=days) if days else None
    labels = {"90": _("Last 90 days"), "365": _("Last 365 days"), "all": _("All time")}
    context = {
        "lift": lifting.of_all(since=since),
        "periods": [(label, key, PERIODS[key] == days) for key, label in labels.items()],
        "few": lifting.FEW,
    }
    return render(request, "advocacy/lifted.html", context)


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _wish(pk: int) -> CustomerRequest:
    rows = CustomerRequest.objects.select_related("contact__account", "response__campaign", "subject")
    return get_object_or_404(rows, pk=pk)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _source(request: HttpRequest) -> dict[str, Any]:
    """Whose wish it is, and where it was heard. A case is only named to those who work with cases."""
    response_pk, case_pk, contact_pk = (_number(request, name) for name in SOURCES)
    case = get_object_or_404(Case.objects.select_related("contact__account"), pk=case_pk) if case_pk else None
    if case is not None and not _user(request).has_perm("advocacy.view_case"):
        raise Http404
    response = None
    if response_pk:
        rows = Response.objects.select_related("contact__account", "campaign", "subject")
        response = get_object_or_404(rows.filter(contact__isnull=False), pk=response_pk)
    owner = response.contact if response else case.contact if case else None
    contact = owner or get_object_or_404(Contact.objects.select_related("account"), pk=contact_pk or 0)
    if case is not None and case.contact_id != contact.pk:
        raise Http404
    return {"contact": contact, "response": response, "case": case}


def _initial(contact: Contact, response: Response | None, case: Case | None) -> dict[str, Any]:
    comment = response.comment if response else ""
    theme = case.theme_id if case else None
    subject = response.subject_id if response else None
    quote = comment if len(comment) <= QUOTE_LETTERS else personal.quoted(comment)
    spoken = response.language if response else contact.language
    return {"quote": quote, "language": spoken, "theme": theme, "subject": subject}


def _answer_page(
    request: HttpRequest, wish: CustomerRequest, *, form: AnswerForm | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    entries = list(answering.entries(wish))
    chosen = next((entry for entry in entries if entry.pk == _number(request, "entry")), None)
    context: dict[str, Any] = {
        "wish": wish,
        "entries": entries,
        "seen": trail.version(wish),
        "stop": personal.why_not(wish.contact),
        **decisions.refusal(form, refusal),
    }
    if form is not None:
        context |= {"form": form, "entry": Entry.objects.filter(pk=_posted(form)).first()}
    elif chosen is not None:
        draft, tag = answering.draft(wish, chosen)
        context |= {"entry": chosen, "tag": tag, "form": AnswerForm(initial={"entry": chosen.pk, **vars(draft)})}
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/answer_request.html", context, status=decisions.status(form, refusal))


def _posted(form: AnswerForm) -> int:
    entry = form.cleaned_data.get("entry") if hasattr(form, "cleaned_data") else None
    return entry.pk if entry else 0
