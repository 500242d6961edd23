"""What is asked and written for a case study: the questionnaire, the text, its versions, and what leaves as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import pictures, questionnaires, trail
from advocacy.enums import StudyChange
from advocacy.forms.casestudies import QuestionnaireForm, TextForm
from advocacy.models import StudyVersion
from advocacy.views import decisions, frame
from advocacy.views.casestudies import EXPORT, READ, WORK, study_of
from surveys import languages
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_safe
@permission_required(READ, raise_exception=True)
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    study = study_of(pk)
    return _questions(request, study, QuestionnaireForm(answers=study.answers.all()))


@require_POST
@permission_required(WORK, raise_exception=True)
def save_questions(request: HttpRequest, pk: int) -> HttpResponse:
    study = study_of(pk)
    form = QuestionnaireForm(request.POST, answers=study.answers.all())
    if not form.is_valid():
        return _questions(request, study, form, is_refused=True)
    given = {name: form.cleaned_data[name] for name in ("new_question", "seen")}
    try:
        questionnaires.fill(study, said=form.said, by=_user(request), **given)
    except WrongState as refusal:
        return _questions(request, study_of(pk), form, refusal, is_refused=True)
    messages.success(request, _("Saved."))
    return redirect("advocacy:study_questions" if given["new_question"] else "advocacy:study", pk)


@require_safe
@permission_required(WORK, raise_exception=True)
def text(request: HttpRequest, pk: int) -> HttpResponse:
    study = study_of(pk)
    return _text(request, study, TextForm(initial=questionnaires.draft(study)))


@require_POST
@permission_required(WORK, raise_exception=True)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    study, form = study_of(pk), TextForm(request.POST)
    if not form.is_valid():
        return _text(request, study, form, is_refused=True)
    try:
        version = questionnaires.write(study, by=_user(request), seen=form.cleaned_data["seen"], **form.text)
    except WrongState as refusal:
        return _text(request, study_of(pk), form, refusal, is_refused=True)
    messages.success(request, _("Saved: version %(n)s.") % {"n": version.number})
    return redirect("advocacy:study", pk)


@require_safe
@permission_required(READ, raise_exception=True)
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version, and what it changed."""
    study, shown = _version(pk, number)
    before = StudyVersion.objects.filter(study=study, number__lt=number).order_by("-number").first()
    with timezone.override(frame.of(request).zone):
        context = {
            "study": study,
            "version": shown,
            "before": before,
            "differences": questionnaires.difference(before, shown),
        }
        return render(request, "advocacy/study_version.html", context)


@require_POST
@permission_required(EXPORT, raise_exception=True)
def markdown(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The text as a file for another program; that it left is an event."""
    study, shown = _version(pk, number)
    record(study, went_to=StudyChange.EXPORTED, by=_user(request), reason=f"Markdown, {number}")
    name = f'attachment; filename="case-study-{study.pk}-{number}.md"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return HttpResponse(questionnaires.markdown(shown), content_type="text/markdown; charset=utf-8", headers=headers)


@require_safe
@permission_required(READ, raise_exception=True)
def on_paper(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Text and pictures alone, to be printed or kept as a PDF by the browser."""
    study, shown = _version(pk, number)
    context = {"study": study, "version": shown, "blocks": questionnaires.blocks(shown)}
    context["pictures"] = list(pictures.of_study(study).with_rights())
    return render(request, "advocacy/study_print.html", {**context, "spoken": languages.get(study.language)})


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _version(pk: int, number: int) -> tuple[Any, StudyVersion]:
    study = study_of(pk)
    return study, get_object_or_404(StudyVersion.objects.select_related("by"), study=study, number=number)


def _questions(
    request: HttpRequest,
    study: Any,
    form: QuestionnaireForm,
    refusal: WrongState | None = None,
    *,
    is_refused: bool = False,
) -> HttpResponse:
    can_work, template = _user(request).has_perm(WORK), "advocacy/study_questions.html"
    return _form(request, template, study, form, refusal=refusal, is_refused=is_refused, can_work=can_work)


def _text(
    request: HttpRequest,
    study: Any,
    form: TextForm,
    refusal: WrongState | None = None,
    *,
    is_refused: bool = False,
) -> HttpResponse:
    latest, template = questionnaires.latest(study), "advocacy/study_text.html"
    return _form(request, template, study, form, refusal=refusal, is_refused=is_refused, version=latest)


def _form(
    request: HttpRequest,
    template: str,
    study: Any,
    form: Any,
    *,
    refusal: WrongState | None,
    is_refused: bool,
    **more: Any,
) -> HttpResponse:
    """After a refusal the page has seen what it now tells, so pressing again saves what was typed."""
    refused = form if is_refused else None
    with timezone.override(frame.of(request).zone):
        context = {
            "study": study,
            "seen": trail.version(study),
            "form": form,
            **more,
            **decisions.refusal(refused, refusal),
        }
        return render(request, template, context, status=decisions.status(refused, refusal))
