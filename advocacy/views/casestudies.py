"""Case studies in the console: their board, the same as a list and a file, and the page of each."""

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
from django.views.decorators.http import require_POST, require_safe

from advocacy import (
    casestudies,
    deletions,
    linkback,
    lists,
    pictures,
    questionnaires,
    releases,
    timeline,
    trail,
    trailwords,
)
from advocacy.boards import BoardView
from advocacy.enums import StudyStatus
from advocacy.forms.casestudies import (
    AskToSignForm,
    EditStudyForm,
    FormatForm,
    MoveStudyForm,
    NominateStudyForm,
)
from advocacy.forms.parts import MoveForm
from advocacy.models import Advocate, Ask, CaseStudy
from advocacy.views import advocates, asks, decisions, frame
from surveys.importing.errorfile import harmless
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK, EXPORT = (f"advocacy.{verb}_casestudy" for verb in ("view", "work", "export"))
BYTE_ORDER_MARK = "\ufeff"


@require_safe
@permission_required(READ, raise_exception=True)
def board(request: HttpRequest) -> HttpResponse:
    return board_page(request)


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    view, stage = _view(request), _stage(request)
    studies = casestudies.studies_of(view, _user(request), on=timezone.localdate())
    rows = casestudies.shown(studies.filter(status=stage) if stage else studies)
    page = lists.page(rows, lists.page_number(request.GET.get("page", "1")))
    context = {**_head(request, view), "page": page, "stage": stage, "stages": list(StudyStatus)}
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/studies_list.html", context)


@require_POST
@permission_required(EXPORT, raise_exception=True)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as a file; that names left is an event of who took it."""
    view, stage, user = _view(request), _stage(request), _user(request)
    studies = casestudies.studies_of(view, user, on=timezone.localdate())
    studies = studies.filter(status=stage) if stage else studies
    headers = {"Content-Disposition": 'attachment; filename="case-studies.csv"', "Cache-Control": "no-store"}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    rows = [[harmless(cell) for cell in line] for line in casestudies.lines(studies)]
    csv.writer(response).writerows(rows)
    record(user, went_to=trailwords.EXPORTED, by=user, reason=f"{CaseStudy._meta.label_lower} {len(rows) - 1}")
    return response


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, study_of(pk))


@require_POST
@permission_required(WORK, raise_exception=True)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """From the board or from its own page, which shows the refusal."""
    study, form, is_board = study_of(pk), MoveStudyForm(request.POST), "board" in request.POST
    if not form.is_valid():
        return page(request, study, form=form)
    stage: StudyStatus = form.cleaned_data["stage"]
    given = {name: form.cleaned_data[name] for name in ("reason", "seen")}
    try:
        casestudies.move_to(study, stage, by=_user(request), **given)
    except WrongState as refusal:
        return board_page(request, refusal=refusal) if is_board else page(request, study_of(pk), form, refusal)
    said = _("Noted: %(name)s: %(stage)s.") % {"name": study, "stage": stage.label}
    if stage == StudyStatus.CUSTOMER:
        said = _("Noted: %(name)s gets a link to read it.") % {"name": study.contact}
    messages.success(request, said)
    return redirect(address(request.POST.get("view", ""))) if is_board else redirect("advocacy:study", pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, EditStudyForm(request.POST), casestudies.edit, _("Saved."))


@require_POST
@permission_required(WORK, raise_exception=True)
def ask_to_sign(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Noted: the customer gets a link to sign the release.")
    return _decide(request, pk, AskToSignForm(request.POST), releases.ask_to_sign, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def mark_format(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, FormatForm(request.POST), casestudies.mark_format, _("Noted."))


@require_POST
@permission_required(WORK, raise_exception=True)
def nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """From the page of an advocate."""
    advocate = get_object_or_404(Advocate.objects.select_related("contact__account"), pk=pk)
    form = NominateStudyForm(request.POST)
    if not form.is_valid():
        return advocates.page(request, pk, study_form=form)
    given = {name: form.cleaned_data[name] for name in ("title", "reason")}
    try:
        study = casestudies.nominate(advocate.contact, by=_user(request), **given)
    except WrongState as refusal:
        return advocates.page(request, pk, study_form=form, refusal=refusal)
    messages.success(request, _("Nominated: the case study of %(name)s.") % {"name": advocate.contact})
    return redirect("advocacy:study", study.pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def from_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """From the page of an ask that was answered with yes."""
    ask = get_object_or_404(Ask.objects.select_related("advocate__contact__account"), pk=pk)
    try:
        study = casestudies.from_ask(ask, by=_user(request))
    except WrongState as refusal:
        return asks.page(request, pk, form=MoveForm(request.POST), refusal=refusal)
    messages.success(request, _("Nominated: the case study of %(name)s.") % {"name": study.contact})
    return redirect("advocacy:study", study.pk)


# ------------------------------------------------------------------------------------------------------ what they share


def study_of(pk: int) -> CaseStudy:
    rows = CaseStudy.objects.select_related("contact__account", "owner", "brand", "ask", "shown__version")
    return get_object_or_404(rows, pk=pk)


def board_page(request: HttpRequest, *, refusal: WrongState | None = None) -> HttpResponse:
    view, user = _view(request), _user(request)
    with timezone.override(frame.of(request).zone):
        lanes = casestudies.lanes(casestudies.studies_of(view, user, on=timezone.localdate()))
        seen = trail.versions([slip for lane in lanes for slip in lane.slips])
        for lane in lanes:
            for slip in lane.slips:
                slip.seen = seen.get(str(slip.pk), 0)
        context = {**_head(request, view), "lanes": lanes, "refusal": refusal}
        return render(request, "advocacy/studies.html", context, status=decisions.CONFLICT if refusal else 200)


def page(
    request: HttpRequest, study: Any, form: MoveForm | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    seen, version = trail.version(study), questionnaires.latest(study)
    stands = {"owner": study.owner_id, "next_step": study.next_step, "due_on": study.due_on}
    with timezone.override(frame.of(request).zone):
        log = list(trail.events(study)[: timeline.LIMIT])
        casestudies.add_targets([study])
        links = list(study.releases.select_related("version", "asked_by", "message").order_by("-pk")[:20])
        context: dict[str, Any] = {
            "study": study,
            "seen": seen,
            "version": version,
            "blocks": questionnaires.blocks(version) if version else [],
            "versions": list(study.versions.select_related("by").order_by("-number")[:30]),
            "releases": links,
            "deletion": deletions.waiting_for(study.contact),
            "is_public": CaseStudy.objects.public().filter(pk=study.pk).exists(),
            "is_covered": bool(version) and not releases.why_not_public(study),
            "waiting": next((each for each in links if each.is_waiting), None),
            "pictures": list(pictures.of_study(study)),
            "places": list(linkback.of_study(study)),
            "formats": casestudies.formats(study),
            "entries": [timeline.of_event(event) for event in log],
            "form": form if isinstance(form, EditStudyForm) else EditStudyForm(initial=stands),
            "can_work": _user(request).has_perm(WORK),
            "sees_advocate": _user(request).has_perm(advocates.READ),
            **decisions.refusal(form, refusal),
        }
        return render(request, "advocacy/study.html", context, status=decisions.status(form, refusal))


def _head(request: HttpRequest, view: BoardView) -> dict[str, Any]:
    user, today = _user(request), timezone.localdate()
    halves = {each.name: casestudies.studies_of(each, user, on=today) for each in BoardView}
    counts = lists.counts(user, **halves)
    return {
        "view": view,
        "views": [(each, counts[each.name]) for each in BoardView],
        "can_work": user.has_perm(WORK),
        "can_export": user.has_perm(EXPORT),
    }


def address(view: str) -> str:
    """Back to the board as it was filtered."""
    there = reverse("advocacy:studies")
    return f"{there}?view={view}" if view in BoardView and view != BoardView.ALL else there


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _view(request: HttpRequest) -> BoardView:
    given = request.POST.get("view") or request.GET.get("view") or BoardView.ALL
    try:
        return BoardView(given)
    except ValueError as error:
        raise Http404 from error


def _stage(request: HttpRequest) -> StudyStatus | None:
    given = request.POST.get("stage") or request.GET.get("stage") or ""
    if given and given not in StudyStatus:
        raise Http404
    return StudyStatus(given) if given else None


def _decide(request: HttpRequest, pk: int, form: Any, verb: Any, said: str) -> HttpResponse:
    study = study_of(pk)
    if not form.is_valid():
        return page(request, study, form)
    try:
        verb(study, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return page(request, study_of(pk), form, refusal)
    messages.success(request, said)
    return redirect("advocacy:study", pk)
