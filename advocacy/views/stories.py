"""The testimonials: read what came in, say what may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import deletions, lists, stories, timeline, trail, wall
from advocacy.enums import STORY_MOVES, StoryStatus
from advocacy.forms.parts import ReasonForm, RemarkForm, WrittenForm
from advocacy.forms.stories import PlaceForm, PublishForm, TranslationForm
from advocacy.models import StoryPlace, Testimonial
from advocacy.stories import StoryView
from advocacy.views import decisions, frame
from surveys import languages
from surveys.models import Brand, Response
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK = "advocacy.view_testimonial", "advocacy.work_testimonial"


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    view = _view(request)
    to_clean = StoryPlace.objects.to_clean()
    counted = {each.name: stories.stories_of(each) for each in StoryView} | {"to_clean": to_clean}
    counts = lists.counts(_user(request), **counted)
    rows = stories.shown(stories.stories_of(view))
    context = {
        "view": view,
        "views": [(each, counts[each.name]) for each in StoryView],
        "to_decide": counts[StoryView.RECEIVED.name],
        "to_clean": counts["to_clean"],
        "brands": Brand.objects.order_by("pk"),
        "page": lists.page(rows, lists.page_number(request.GET.get("page", "1"))),
    }
    return render(request, "advocacy/testimonials.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return page(request, story_of(pk))


@require_POST
@permission_required(WORK, raise_exception=True)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    story, form = story_of(pk), RemarkForm(request.POST)
    if not form.is_valid():
        return page(request, story, form=form)
    try:
        stories.approve(story, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return page(request, story_of(pk), form=form, refusal=refusal)
    return _on(request, story, _("Noted: the words of %(name)s may be published."))


@require_POST
@permission_required(WORK, raise_exception=True)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    story, form = story_of(pk), ReasonForm(request.POST)
    if not form.is_valid():
        return page(request, story, form=form)
    try:
        stories.reject(story, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return page(request, story_of(pk), form=form, refusal=refusal)
    return _on(request, story, _("Noted: the words of %(name)s are not shown."))


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def story_of(pk: int) -> Testimonial:
    rows = Testimonial.objects.select_related("contact__account", "consent", "brand", "response__campaign")
    return get_object_or_404(rows, pk=pk)


def _view(request: HttpRequest) -> StoryView:
    try:
        return StoryView(request.GET.get("view") or StoryView.RECEIVED)
    except ValueError as error:
        raise Http404 from error


def _on(request: HttpRequest, story: Testimonial, said: str) -> HttpResponse:
    messages.success(request, said % {"name": story})
    return redirect("advocacy:testimonial", story.pk)


def page(
    request: HttpRequest, story: Testimonial, *, form: WrittenForm | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    seen, log = trail.version(story), list(trail.events(story)[: timeline.LIMIT])
    answers = Response.objects.filter(contact=story.contact_id).order_by("-submitted_at", "-pk")
    fitting, deletion = STORY_MOVES.get(story.status, frozenset()), deletions.waiting_for(story.contact)
    may_be_public = story.consent.is_standing and deletion is None
    with timezone.override(frame.of(request).zone):
        context: dict[str, Any] = {
            "story": story,
            "seen": seen,
            "entries": [timeline.of_event(event) for event in log],
            "latest": answers.only("score", "submitted_at").first(),
            "can_work": _user(request).has_perm(WORK),
            "deletion": deletion,
            "can_approve": story.status in stories.UNDECIDED and may_be_public,
            "can_reject": StoryStatus.REJECTED in fitting,
            "form": form if isinstance(form, ReasonForm) else ReasonForm(),
            "is_public": story.status == StoryStatus.PUBLISHED and may_be_public,
            "can_publish": story.status in (StoryStatus.APPROVED, StoryStatus.PUBLISHED) and may_be_public,
            "can_translate": story.is_live and deletion is None,
            **_in_public(story, form),
            **decisions.refusal(form, refusal),
        }
        return render(request, "advocacy/testimonial.html", context, status=decisions.status(form, refusal))


def _in_public(story: Testimonial, form: WrittenForm | None) -> dict[str, Any]:
    """Where it is shown, and the forms about that; a refused one as it was sent."""
    shown = {"disclosure": story.disclosure, "is_lead": story.is_lead}
    fitting: dict[str, WrittenForm] = {
        "publish": PublishForm(initial=shown),
        "translate": TranslationForm(),
        "place": PlaceForm(auto_id="place-%s"),
    }
    names = {PublishForm: "publish", TranslationForm: "translate", PlaceForm: "place"}
    if form is not None and type(form) in names:
        fitting[names[type(form)]] = form
    return {
        "desk": fitting,
        "translations": [(row, languages.get(row.language)) for row in story.translations.all()],
        "places": list(story.places.all()),
        "gifts": wall.gifts_told(story.contact) if story.is_live else [],
    }
