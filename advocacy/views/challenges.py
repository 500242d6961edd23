"""Questions to the whole house, and what each person is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy import challenges, lists, notices
from advocacy.enums import NoticeKind, WinnerBy
from advocacy.forms.ideas import ChallengeForm, WinnerForm
from advocacy.models import Challenge, Notice
from advocacy.views import decisions, frame
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, TAKE_PART = "advocacy.view_fix", "advocacy.add_fix"
ADD, CHANGE = "advocacy.add_challenge", "advocacy.change_challenge"


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _challenge(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required([READ, ADD], raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, Challenge())


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required([READ, CHANGE], raise_exception=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _challenge(pk))


@require_POST
@permission_required(READ, raise_exception=True)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The jury says who won."""
    challenge = _challenge(pk)
    form = WinnerForm(request.POST, entries=challenges.entries(challenge))
    if not form.is_valid():
        return _page(request, challenge, form=form)
    try:
        challenges.choose(challenge, **form.cleaned_data, by=_user(request))
    except WrongState as refusal:
        return _page(request, _challenge(pk), form=form, refusal=refusal)
    messages.success(request, _("Noted: the winner is chosen, and its authors are told."))
    return redirect("advocacy:challenge", pk)


@require_safe
@permission_required(READ, raise_exception=True)
def news(request: HttpRequest) -> HttpResponse:
    """What I was told of ideas, the latest on top."""
    page = lists.page(notices.of_person(_user(request)), lists.page_number(request.GET.get("page", "1")))
    rows = [(notice, NoticeKind(notice.kind).label, notices.reason(notice)) for notice in page.rows]
    unseen = Notice.objects.unseen_by(_user(request)).exists()
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/notices.html", {"page": page, "rows": rows, "unseen": unseen})


@require_POST
@permission_required(READ, raise_exception=True)
def see(request: HttpRequest) -> HttpResponse:
    """Take note of one piece of news, or of all."""
    one = request.POST.get("notice", "")
    notices.see(_user(request), notice=int(one) if one.isascii() and one.isdecimal() and len(one) < 19 else None)
    return redirect("advocacy:notices")


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _challenge(pk: int) -> Challenge:
    return get_object_or_404(Challenge.objects.select_related("jury", "winner__author"), pk=pk)


def _edit(request: HttpRequest, challenge: Challenge) -> HttpResponse:
    form, refusal = ChallengeForm(request.POST if request.method == "POST" else None, instance=challenge), None
    if form.is_bound and form.is_valid():
        try:
            challenges.save(form.instance, by=_user(request))
        except WrongState as error:
            refusal = error
        else:
            messages.success(request, _("Noted: “%(challenge)s” is put to the house.") % {"challenge": challenge})
            return redirect("advocacy:challenge", challenge.pk)
    context = {"form": form, "refused": form if form.errors or refusal else None, "refusal": refusal}
    status = decisions.CONFLICT if refusal else decisions.UNPROCESSABLE if form.is_bound else 200
    return render(request, "advocacy/challenge_form.html", context, status=status)


def _page(
    request: HttpRequest,
    challenge: Challenge,
    *,
    form: WinnerForm | None = None,
    refusal: WrongState | None = None,
) -> HttpResponse:
    user, entries = _user(request), challenges.entries(challenge)
    is_jury = challenge.winner_by == WinnerBy.JURY and challenge.jury_id == user.pk
    may_choose = is_jury and challenge.is_over and challenge.decided_at is None
    context: dict[str, Any] = {
        "challenge": challenge,
        "rows": list(entries[:200]),
        "form": (form or WinnerForm(entries=entries)) if may_choose else None,
        "can_take_part": user.has_perm(TAKE_PART) and challenge.is_open,
        "can_change": user.has_perm(CHANGE) and challenge.decided_at is None,
        **decisions.refusal(cast("Any", form), refusal),
    }
    with timezone.override(frame.of(request).zone):
        status = decisions.CONFLICT if refusal else decisions.status(cast("Any", form), refusal)
        return render(request, "advocacy/challenge.html", context, status=status)
