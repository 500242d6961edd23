"""From a case: write to the contact, take it back, run a macro, promise and keep; and say that one has it open."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from advocacy import cases as domain
from advocacy import letters, macros, mentions, pledges, presence, replying
from advocacy.forms.cases import CaseForm, ClockForm
from advocacy.forms.letters import BrokenForm, MacroForm, PromiseForm, ReplyForm
from advocacy.forms.parts import LONGEST
from advocacy.models import Case, CaseLetter, Mention, Pledge
from advocacy.views import cases, frame
from surveys import languages

if TYPE_CHECKING:
    from django.contrib.auth.models import User

WORK = domain.WORK


@require_POST
@permission_required(WORK, raise_exception=True)
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    waits = "waits" in request.POST

    def send(case: Case, form: CaseForm) -> str:
        given = {name: form.cleaned_data[name] for name in ("subject", "text", "language", "seen")}
        letters.write(case, by=_user(request), waits=waits, **given)
        return _("Noted: the reply leaves in ten seconds. Until then it can be taken back.")

    return cases.act(request, pk, lambda _case: ReplyForm(request.POST), send)


@require_POST
@permission_required(WORK, raise_exception=True)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The page with the letter as it would leave; with `use` the saved reply that was chosen stands in the fields. It
    changes nothing."""
    case = cases.find(pk)
    typed = {name: request.POST.get(name, "").replace("\x00", "") for name in ("saved", "language", "subject", "text")}
    if len(typed["text"]) > LONGEST or not case.is_open:
        return cases.show(request, case, form=ReplyForm(request.POST))
    said = _use(case, typed) if "use" in request.POST else ""
    typed["language"] = languages.get(typed["language"]).tag
    made = letters.draft(
        case, by=_user(request), subject=typed["subject"], text=typed["text"], language=typed["language"]
    )
    more = {"draft": made, "taken": said, "spoken": languages.get(typed["language"])}
    return cases.show(request, case, form=ReplyForm(initial=typed), seen=request.POST.get("seen", ""), more=more)


def _use(case: Case, typed: dict[str, str]) -> str:
    """Put the saved reply into the fields; what was typed stays below it. Which language was taken, in words."""
    number = typed["saved"]
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    reply = replying.offered().filter(pk=int(number)).first() if is_number else None
    chosen = replying.choose(reply, language=case.contact.language) if reply else None
    if chosen is None:
        return _("Choose a saved reply first.")
    own_words = typed["text"].strip()
    typed |= {"language": chosen.language, "subject": chosen.subject, "text": chosen.text}
    if own_words and own_words != chosen.text.strip():
        typed["text"] = f"{chosen.text}\n\n{own_words}"
    names = {"language": languages.own_name(chosen.language), "other": languages.own_name(case.contact.language)}
    if chosen.is_fallback:
        return _("There is no text in %(other)s: this one is in %(language)s.") % names
    return _("Taken in %(language)s.") % names


@require_POST
@permission_required(WORK, raise_exception=True)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(CaseLetter.objects.select_related("case", "message", "attempt"), pk=pk)

    def stop(_case: Case, _form: CaseForm) -> str:
        letters.take_back(row, by=_user(request))
        said = _("Taken back: the mail to %(contact)s does not leave. Its words stand below.")
        return said % {"contact": row.case.contact}

    return cases.act(request, row.case_id, lambda _case: ClockForm(request.POST), stop, again=row.pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def run_macro(request: HttpRequest, pk: int) -> HttpResponse:
    def run(case: Case, form: CaseForm) -> str:
        macro = form.cleaned_data["macro"]
        macros.run(macro, case, by=_user(request), seen=form.cleaned_data["seen"])
        return _("Noted: “%(macro)s” is done.") % {"macro": macro}

    return cases.act(request, pk, lambda _case: MacroForm(request.POST), run)


# ------------------------------------------------------------------------------------------------------------ promises


@require_POST
@permission_required(WORK, raise_exception=True)
def promise(request: HttpRequest, pk: int) -> HttpResponse:
    def make(case: Case, form: CaseForm) -> str:
        pledges.make(case, by=_user(request), **form.cleaned_data)
        return _("Noted: the promise is watched until it is kept.")

    return cases.act(request, pk, lambda _case: PromiseForm(request.POST), make)


@require_POST
@permission_required(WORK, raise_exception=True)
def keep_promise(request: HttpRequest, pk: int) -> HttpResponse:
    row = _pledge(pk)

    def keep(_case: Case, _form: CaseForm) -> str:
        pledges.keep(row, by=_user(request))
        return _("Noted: the promise is kept.")

    return cases.act(request, row.case_id, lambda _case: ClockForm(request.POST), keep)


@require_POST
@permission_required(WORK, raise_exception=True)
def break_promise(request: HttpRequest, pk: int) -> HttpResponse:
    row = _pledge(pk)

    def give_up(_case: Case, form: CaseForm) -> str:
        pledges.give_up(row, by=_user(request), reason=form.cleaned_data["reason"])
        return _("Noted: the promise is broken, and why.")

    return cases.act(request, row.case_id, lambda _case: BrokenForm(request.POST), give_up)


def _pledge(pk: int) -> Pledge:
    return get_object_or_404(Pledge.objects.select_related("case__contact"), pk=pk)


# ------------------------------------------------------------------------------------------------------- colleagues


@require_POST
@permission_required(cases.READ, raise_exception=True)
def see_mention(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever was mentioned has seen it, and goes on to the case."""
    row = get_object_or_404(Mention.objects.select_related("note"), pk=pk, user=_user(request))
    mentions.see(row)
    return redirect("advocacy:case", pk=row.note.case_id)


@require_POST
@permission_required(WORK, raise_exception=True)
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """The page is open in a browser; who else has it open."""
    case = Case.objects.filter(pk=pk).first()
    if case is None:
        raise Http404
    user = _user(request)
    presence.ping(case, user)
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/_present.html", {"present": presence.others(case, user)})


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
