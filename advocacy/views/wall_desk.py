"""What staff do about testimonials in public: publish, take off, translate, and clean the places out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import lists, publishing
from advocacy.forms.parts import ReasonForm
from advocacy.forms.stories import PlaceForm, PublishForm, TranslationForm
from advocacy.models import StoryPlace
from advocacy.views import stories as desk
from advocacy.views.stories import READ, WORK
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_POST
@permission_required(WORK, raise_exception=True)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Noted: the words of %(name)s are on the wall.")
    return _decide(request, pk, PublishForm(request.POST), publishing.publish, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def take_off(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Noted: the words of %(name)s are off the wall.")
    return _decide(request, pk, ReasonForm(request.POST), publishing.take_off, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def translate(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Noted: the words of %(name)s stand there in that language too.")
    return _decide(request, pk, TranslationForm(request.POST), publishing.translate, said)


@require_POST
@permission_required(WORK, raise_exception=True)
def note_place(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Noted: should %(name)s withdraw, this place is on the list of what to clean.")
    return _decide(request, pk, PlaceForm(request.POST), publishing.note_place, said)


@require_safe
@permission_required(READ, raise_exception=True)
def places(request: HttpRequest) -> HttpResponse:
    """What must be cleaned by hand since its testimonial may not be shown any more."""
    rows = StoryPlace.objects.to_clean().select_related("testimonial__contact", "added_by").order_by("pk")
    page = lists.page(rows, lists.page_number(request.GET.get("page", "1")))
    return render(
        request, "advocacy/testimonial_places.html", {"page": page, "can_work": _user(request).has_perm(WORK)}
    )


@require_POST
@permission_required(WORK, raise_exception=True)
def clean_place(request: HttpRequest, pk: int) -> HttpResponse:
    place = get_object_or_404(StoryPlace, pk=pk)
    publishing.clean_place(place, by=_user(request))
    messages.success(request, _("Noted: %(place)s is clean.") % {"place": place})
    return redirect("advocacy:testimonial_places")


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _decide(request: HttpRequest, pk: int, form: Any, verb: Any, said: str) -> HttpResponse:
    story = desk.story_of(pk)
    if not form.is_valid():
        return desk.page(request, story, form=form)
    try:
        verb(story, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return desk.page(request, desk.story_of(pk), form=form, refusal=refusal)
    messages.success(request, said % {"name": story})
    return redirect("advocacy:testimonial", story.pk)
