"""The pictures of a case study, and the places where it was published: one page for both, and the list of what needs
care. Pictures are served from here too: to colleagues, to the customer who is asked to sign, and to everybody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import images, linkback, lists, pictures, tasks, trail
from advocacy.enums import CareView
from advocacy.forms.parts import MoveForm, WrittenForm
from advocacy.forms.pictures import PictureForm, RightsForm, StudyPlaceForm
from advocacy.models import CaseStudy, Picture, Release, StudyPlace
from advocacy.views import decisions, frame
from surveys import tokens
from surveys.transitions import WrongState
from surveys.views.pages import closed_page, public

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK = "advocacy.view_casestudy", "advocacy.work_casestudy"
YEAR = 365 * 24 * 3600


# ------------------------------------------------------------------------------------------------------------ the page


@require_safe
@permission_required(READ, raise_exception=True)
def media(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, study_of(pk))


@require_POST
@permission_required(WORK, raise_exception=True)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    study = study_of(pk)
    form = PictureForm(request.POST, files=request.FILES, is_too_large="surveys.upload_too_large" in request.META)
    if not form.is_valid():
        return page(request, study, form=form)
    given = {name: value for name, value in form.cleaned_data.items() if name != "file"}
    file = form.cleaned_data["file"]
    try:
        pictures.add(study, file=file, name=file.name, by=_user(request), **given)
    except images.ImageRefused as refusal:
        form.add_error("file", str(refusal))
        return page(request, study, form=form)
    except WrongState as refusal:
        return page(request, study_of(pk), form=form, refusal=refusal)
    messages.success(request, _("Noted: the picture is there. A release has to cover it before it is public."))
    return redirect("advocacy:study_media", pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, MoveForm(request.POST), pictures.remove, _("Noted: the picture is gone."))


@require_POST
@permission_required(WORK, raise_exception=True)
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, RightsForm(request.POST), pictures.renew, _("Noted: the rights are as you said."))


@require_POST
@permission_required(WORK, raise_exception=True)
def note_place(request: HttpRequest, pk: int) -> HttpResponse:
    study, form = study_of(pk), StudyPlaceForm(request.POST)
    if not form.is_valid():
        return page(request, study, form=form)
    try:
        linkback.note_place(study, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return page(request, study_of(pk), form=form, refusal=refusal)
    tasks.check_places.delay_on_commit()
    messages.success(request, _("Noted: the page is looked at soon, and then each week."))
    return redirect("advocacy:study_media", pk)


@require_POST
@permission_required(WORK, raise_exception=True)
def clean_place(request: HttpRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(StudyPlace, pk=pk)
    linkback.clean_place(place, by=_user(request))
    messages.success(request, _("Noted: it does not stand in %(place)s any more.") % {"place": place})
    return _back(request, place)


@require_POST
@permission_required(WORK, raise_exception=True)
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(StudyPlace, pk=pk)
    linkback.look_again(place)
    tasks.check_places.delay_on_commit()
    messages.success(request, _("Noted: %(place)s is looked at soon.") % {"place": place})
    return _back(request, place)


@require_safe
@permission_required(READ, raise_exception=True)
def care(request: HttpRequest) -> HttpResponse:
    """What needs somebody: links that are gone, rights that end, and places to clean after a withdrawal."""
    view = _view(request)
    to_clean = StudyPlace.objects.to_clean().select_related("study__contact", "added_by").order_by("pk")
    rows: dict[CareView, Any] = {
        CareView.MISSING: linkback.missing(),
        CareView.ENDING: pictures.ending(),
        CareView.CLEAN: to_clean,
    }
    counts = lists.counts(_user(request), **{each.name: found for each, found in rows.items()})
    context = {
        "view": view,
        "views": [(each, counts[each.name]) for each in CareView],
        "page": lists.page(rows[view], lists.page_number(request.GET.get("page", "1"))),
        "today": timezone.localdate(),
        "can_work": _user(request).has_perm(WORK),
    }
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/study_care.html", context)


# --------------------------------------------------------------------------------------------------------- the pictures


@require_safe
@permission_required(READ, raise_exception=True)
def shown_to_staff(request: HttpRequest, pk: int, digest: str, ending: str) -> HttpResponseBase:
    return _served(Picture.objects.filter(study=pk, digest=digest).first(), ending) or _none()


@login_not_required
@require_safe
def shown_to_signer(request: HttpRequest, token: str, digest: str, ending: str) -> HttpResponseBase:
    """Whoever has the link to a release sees the pictures that it speaks of."""
    uuid = tokens.decode(token)
    release = Release.objects.filter(token=uuid).first() if uuid else None
    if release is None or not (release.is_waiting or release.is_signed):
        return _closed(request)
    found = next((each for each in pictures.of_release(release) if each.digest == digest), None)
    return _served(found, ending) or _closed(request)


@login_not_required
@require_safe
def shown_to_all(request: HttpRequest, digest: str, ending: str) -> HttpResponseBase:
    return _served(pictures.public(digest), ending) or _closed(request)


def _served(picture: Picture | None, ending: str) -> HttpResponseBase | None:
    """The bytes, under a name that says what they are. What lies under an address never changes, so it may be kept; by
    the browser alone, since nobody can take it back from a cache in between."""
    if picture is None or picture.ending != ending:
        return None
    try:
        file = pictures.content(picture)
    except OSError:
        return None
    response = FileResponse(file, content_type=picture.content_type)
    response.headers["Cache-Control"] = f"private, max-age={_seconds(picture)}, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _seconds(picture: Picture) -> int:
    """A year, but not beyond the day on which the rights end."""
    if picture.rights_until is None:
        return YEAR
    end = timezone.make_aware(dt.datetime.combine(picture.rights_until + dt.timedelta(days=1), dt.time()))
    return max(0, min(YEAR, int((end - timezone.now()).total_seconds())))


def _none() -> HttpResponse:
    raise Http404


_closed = public(closed_page)


# ------------------------------------------------------------------------------------------------------ what they share


def _view(request: HttpRequest) -> CareView:
    try:
        return CareView(request.GET.get("view") or CareView.MISSING)
    except ValueError as error:
        raise Http404 from error


def study_of(pk: int) -> CaseStudy:
    return get_object_or_404(CaseStudy.objects.select_related("contact__account", "owner", "brand", "shown"), pk=pk)


def page(
    request: HttpRequest,
    study: CaseStudy,
    *,
    form: WrittenForm | None = None,
    refusal: WrongState | None = None,
    refused: Picture | None = None,
) -> HttpResponse:
    """`refused` is the picture whose form was."""
    seen = trail.version(study)
    with timezone.override(frame.of(request).zone):
        context: dict[str, Any] = {
            "study": study,
            "seen": seen,
            "rows": [_row(picture, study, form if picture == refused else None) for picture in _all(study)],
            "places": list(linkback.of_study(study)),
            "picture_form": form if isinstance(form, PictureForm) else PictureForm(),
            "place_form": form if isinstance(form, StudyPlaceForm) else StudyPlaceForm(),
            "is_public": CaseStudy.objects.public().filter(pk=study.pk).exists(),
            "can_work": _user(request).has_perm(WORK),
            **decisions.refusal(form, refusal),
        }
        return render(request, "advocacy/study_media.html", context, status=decisions.status(form, refusal))


def _all(study: CaseStudy) -> list[Picture]:
    return list(pictures.of_study(study))


def _row(picture: Picture, study: CaseStudy, form: WrittenForm | None) -> dict[str, Any]:
    held = {"rights_holder": picture.rights_holder, "rights_until": picture.rights_until}
    refused = form if isinstance(form, RightsForm) else None  # another is that of a button
    rights = refused or RightsForm(initial=held)
    rights.auto_id = f"rights-{picture.pk}-%s"  # many of them share the page
    return {
        "picture": picture,
        "rights": rights,
        "is_open": refused is not None,
        "has_rights": picture.has_rights(),
        "is_signed": study.shown is not None and picture.bound in study.shown.media,
    }


def _decide(request: HttpRequest, pk: int, form: Any, verb: Any, said: str) -> HttpResponse:
    picture = get_object_or_404(Picture.objects.select_related("study__contact"), pk=pk)
    study = study_of(picture.study_id)
    if not form.is_valid():
        return page(request, study, form=form, refused=picture)
    try:
        verb(picture, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return page(request, study_of(study.pk), form=form, refusal=refusal, refused=picture)
    messages.success(request, said)
    return redirect("advocacy:study_media", study.pk)


def _back(request: HttpRequest, place: StudyPlace) -> HttpResponse:
    if "care" in request.POST or place.study_id is None:
        return redirect("advocacy:study_care")
    return redirect("advocacy:study_media", place.study_id)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
