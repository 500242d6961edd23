"""The idea hub: what customers said this week, and what colleagues make of it. Names of customers stand nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy import challenges, fixes, ideas, lists, merging, notices, participation, quoting, timeline, trail, weekly
from advocacy.enums import OPEN_FIX_STATUSES, FixStatus
from advocacy.forms.ideas import CommentForm, MergeForm, PostForm, SettingsForm
from advocacy.ideas import IdeaView
from advocacy.models import Department, Fix, Vote
from advocacy.models.ideas import organisations_day
from advocacy.views import decisions, frame
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django import forms
    from django.contrib.auth.models import User

READ, TAKE_PART, WORK = "advocacy.view_fix", "advocacy.add_fix", "advocacy.work_fix"
READ_WORDS = "surveys.read_report"
FIRST_OF_ALL = 5


@require_safe
@permission_required(READ, raise_exception=True)
def hub(request: HttpRequest) -> HttpResponse:
    view, user, search = _view(request), _user(request), request.GET.get("q", "").replace("\0", "").strip()[:200]
    after = request.GET.get("after", "")
    with timezone.override(frame.of(request).zone):
        found = ideas.listed(view, user, search=search, after=_number(after))
        counts = lists.counts(user, **{each.name: ideas.ideas_of(each, user) for each in IdeaView})
        is_first = not after and not search
        context = {
            "view": view,
            "views": [(each, counts[each.name]) for each in IdeaView],
            "rows": found[: ideas.PAGE_SIZE],
            "following": found[ideas.PAGE_SIZE - 1].pk if len(found) > ideas.PAGE_SIZE else None,
            "search": search,
            "is_first": is_first,
            "voice": _voice(user) if is_first else None,
            "challenges": challenges.running(),
            "decided": challenges.decided(),
            "news": list(notices.of_person(user)[:FIRST_OF_ALL]),
            "departments": participation.departments(),
            "can_take_part": user.has_perm(TAKE_PART),
            "can_run": user.has_perm("advocacy.add_challenge"),
        }
        return render(request, "advocacy/ideas.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _fix(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required([READ, TAKE_PART], raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """Post an idea. Ideas like it are shown at the first press; nothing that was typed is lost."""
    user = _user(request)
    if request.method != "POST":
        wanted = {"department": ideas.profile(user).department_id, "challenge": request.GET.get("challenge")}
        return _new_page(request, PostForm(initial=wanted))
    form = PostForm(request.POST)
    if not form.is_valid():
        return _new_page(request, form)
    alike = ideas.alike(form.cleaned_data["title"])
    if {fix.pk for fix in alike} - form.known_ones():
        return _new_page(request, form, alike=alike)
    said = {name: form.cleaned_data[name] for name in ("title", "description", "theme", "challenge")}
    words = _chosen(request) if user.has_perm(READ_WORDS) else []
    try:
        fix = ideas.post(**said, words=words, by=user)
    except WrongState as refusal:
        return _new_page(request, form, refusal=refusal)
    if (department := form.cleaned_data["department"]) is not None:
        ideas.set_profile(user, department=department)
    messages.success(request, _("Noted: your idea is posted. You are told what becomes of it."))
    return redirect("advocacy:idea", fix.pk)


@require_POST
@permission_required([READ, TAKE_PART], raise_exception=True)
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the vote or take it back: the button says which, so that pressing it twice does no harm."""
    fix, wanted = _fix(pk), {"1": True, "0": False}.get(request.POST.get("wanted", ""))
    try:
        stands = ideas.vote(fix, by=_user(request), wanted=wanted)
    except WrongState as refusal:
        return _page(request, _fix(pk), refusal=refusal)
    said = (
        _("Noted: your vote for “%(idea)s” counts.") if stands else _("Noted: your vote for “%(idea)s” is taken back.")
    )
    messages.success(request, said % {"idea": fix})
    view = request.POST.get("view", "")
    return redirect(f"{reverse('advocacy:ideas')}?view={view}") if view in IdeaView else redirect("advocacy:idea", pk)


@require_POST
@permission_required([READ, TAKE_PART], raise_exception=True)
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    fix, form = _fix(pk), CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, fix, form=form)
    try:
        ideas.comment(fix, text=form.cleaned_data["text"], by=_user(request))
    except WrongState as refusal:
        return _page(request, _fix(pk), form=form, refusal=refusal)
    messages.success(request, _("Noted: your comment stands below the idea."))
    return redirect("advocacy:idea", pk)


@require_POST
@permission_required(READ, raise_exception=True)
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    fix, wanted = _fix(pk), request.POST.get("wanted") != "0"
    ideas.follow(fix, by=_user(request), wanted=wanted)
    said = _("Noted: you are told what becomes of it.") if wanted else _("Noted: you are told nothing more of it.")
    messages.success(request, said)
    return redirect("advocacy:idea", pk)


@require_POST
@permission_required([READ, TAKE_PART, READ_WORDS], raise_exception=True)
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put customers' words beside the idea."""
    fix = _fix(pk)
    try:
        ideas.attach(fix, _chosen(request), by=_user(request))
    except WrongState as refusal:
        return _page(request, fix, refusal=refusal)
    messages.success(request, _("Noted: the words stand beside the idea."))
    return redirect("advocacy:idea", pk)


@require_POST
@permission_required([READ, WORK], raise_exception=True)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it a part of another idea, which says the same."""
    fix, form = _fix(pk), MergeForm(request.POST)
    if not form.is_valid():
        return _page(request, fix, form=form)
    into = form.cleaned_data["into"]
    try:
        merging.merge(fix, into=into, by=_user(request), seen=form.cleaned_data["seen"])
    except WrongState as refusal:
        return _page(request, _fix(pk), form=form, refusal=refusal)
    messages.success(request, _("Noted: “%(idea)s” is a part of this one now.") % {"idea": fix})
    return redirect("advocacy:idea", into.pk)


@require_safe
@permission_required(READ, raise_exception=True)
def thanks(request: HttpRequest) -> HttpResponse:
    """What has shipped thanks to whom, and which departments take part."""
    with timezone.override(frame.of(request).zone):
        context = {"credits": participation.credits(), "departments": participation.departments()}
        return render(request, "advocacy/idea_thanks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(READ, raise_exception=True)
def preferences(request: HttpRequest) -> HttpResponse:
    """My department, and which mails I get."""
    user, known = _user(request), ideas.profile(_user(request))
    initial = {"wants_news": known.wants_news, "wants_digest": known.wants_digest, "department": known.department_id}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        ideas.set_profile(user, **form.cleaned_data)
        messages.success(request, _("Noted: it holds from now on."))
        return redirect("advocacy:idea_settings")
    status = decisions.UNPROCESSABLE if form.is_bound else 200
    return render(request, "advocacy/idea_settings.html", {"form": form}, status=status)


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _fix(pk: int) -> Any:
    rows = ideas.counted(Fix.objects.all()).select_related("theme", "merger__into", "entered__challenge")
    return get_object_or_404(rows, pk=pk)


def _view(request: HttpRequest) -> IdeaView:
    try:
        return IdeaView(request.GET.get("view") or IdeaView.WANTED)
    except ValueError as error:
        raise Http404 from error


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _chosen(request: HttpRequest) -> list[int]:
    chosen = request.POST if request.method == "POST" else request.GET
    return [number for each in chosen.getlist("words") if (number := _number(each)) is not None]


def _voice(user: User) -> weekly.Voice | None:
    return weekly.voice(organisations_day(), get_language() or "en") if user.has_perm(READ_WORDS) else None


def _new_page(
    request: HttpRequest, form: PostForm, *, alike: list[Any] | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    user, chosen = _user(request), _chosen(request)
    words: list[Any] = []
    if user.has_perm(READ_WORDS):
        wanted = quoting.quotable().filter(pk__in=chosen[: ideas.MOST_WORDS])
        words = list(quoting.with_words(wanted).order_by("-answered_at", "-pk"))
        shown = {row.pk for row in words}
        voice = weekly.voice(organisations_day(), get_language() or "en")
        words += [row for _band, rows in voice.quotes for row in rows if row.pk not in shown]
    context = {
        "form": form,
        "alike": alike or [],
        "known": ",".join(str(fix.pk) for fix in alike or []) or request.POST.get("known", ""),
        "words": words,
        "chosen": chosen,
        "has_departments": Department.objects.exists(),
        "has_challenges": form.fields["challenge"].queryset.exists(),  # type: ignore[attr-defined]
        "refused": form if form.errors or refusal else None,
        "refusal": refusal,
    }
    is_refused = bool(form.errors or alike)
    status = decisions.CONFLICT if refusal else decisions.UNPROCESSABLE if form.is_bound and is_refused else 200
    return render(request, "advocacy/new_idea.html", context, status=status)


def _page(
    request: HttpRequest,
    fix: Any,
    *,
    form: forms.Form | None = None,
    refusal: WrongState | None = None,
) -> HttpResponse:
    user, search = _user(request), request.GET.get("find", "").replace("\0", "").strip()[:100]
    reads_words = user.has_perm(READ_WORDS)
    with timezone.override(frame.of(request).zone):
        seen, log = trail.version(fix), list(trail.events(fix))
        context: dict[str, Any] = {
            "fix": fix,
            "seen": seen,
            "entries": [timeline.of_event(event) for event in log],
            "authors": participation.authors_of(fix),
            "is_shipped": fix.status in ideas.DONE,
            "takes_votes": fix.status in OPEN_FIX_STATUSES,
            "is_mine": Vote.objects.filter(fix=fix, user=user).exists(),
            "is_followed": fix.followers.filter(user=user).exists(),
            "page": lists.page(ideas.comments_of(fix), lists.page_number(request.GET.get("page", "1"))),
            "voices": fixes.voices(fix, with_people=False)[:10],
            "words": ideas.words_of(fix),
            "bands": ideas.bands_of(fix),
            "search": search,
            "found": ideas.found_words(fix, search) if search and reads_words else [],
            "comment_form": form if isinstance(form, CommentForm) else CommentForm(),
            "can_take_part": user.has_perm(TAKE_PART) and fix.status != FixStatus.MERGED,
            "can_attach": reads_words and user.has_perm(TAKE_PART),
            "merge_form": _merge_form(user, fix, form),
            **decisions.refusal(cast("Any", form), refusal),
            "refused": form or refusal,
        }
        status = decisions.CONFLICT if refusal else decisions.status(cast("Any", form), refusal)
        return render(request, "advocacy/idea.html", context, status=status)


def _merge_form(user: User, fix: Fix, form: forms.Form | None) -> MergeForm | None:
    if not user.has_perm(WORK) or fix.status not in OPEN_FIX_STATUSES:
        return None
    return form if isinstance(form, MergeForm) else MergeForm()
