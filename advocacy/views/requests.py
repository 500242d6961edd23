"""The requests: read what contacts ask for, say what it is, link it to the fix that would answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import fixes, lists, tagging, timeline, trail
from advocacy.enums import RequestKind
from advocacy.fixes import RequestView
from advocacy.forms.fixes import LinkForm, NewFixForm, SortForm
from advocacy.forms.parts import MoveForm
from advocacy.models import CustomerRequest
from advocacy.views import decisions, frame
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, WORK, ADD_FIX = "advocacy.view_customerrequest", "advocacy.work_customerrequest", "advocacy.add_fix"
TITLE_LETTERS = 160
# The key that sorts a request so.
KEYS = {RequestKind.QUESTION: "1", RequestKind.PROBLEM: "2", RequestKind.SUGGESTION: "3", RequestKind.NO_WISH: "0"}
# What is still to be linked once it is sorted stays in hand; the rest makes room for the next.
TO_BE_LINKED = (RequestKind.PROBLEM, RequestKind.SUGGESTION)


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _wish(pk))


@require_POST
@permission_required(WORK, raise_exception=True)
def sort(request: HttpRequest, pk: int) -> HttpResponse:
    wish, form = _wish(pk), SortForm(request.POST)
    if not form.is_valid():
        return _page(request, wish, form=form)
    try:
        fixes.sort(wish, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, wish, form=form, refusal=refusal)
    said = _("Noted: the request of %(contact)s is sorted: %(kind)s.")
    said %= {"contact": wish.contact, "kind": wish.get_kind_display()}
    return _on(request, wish, said, stays=wish.kind in TO_BE_LINKED and wish.fix_id is None)


@require_POST
@permission_required(WORK, raise_exception=True)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    wish, form = _wish(pk), LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, wish, form=form)
    try:
        fixes.link(wish, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, wish, form=form, refusal=refusal)
    return _on(request, wish, _linked(wish))


@require_POST
@permission_required([WORK, ADD_FIX], raise_exception=True)
def link_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a fix in place, and link the request to it."""
    wish, form = _wish(pk), NewFixForm(request.POST)
    if not form.is_valid():
        return _page(request, wish, form=form)
    try:
        fixes.link_new(wish, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, wish, form=form, refusal=refusal)
    return _on(request, wish, _linked(wish))


@require_POST
@permission_required(WORK, raise_exception=True)
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    wish, form = _wish(pk), MoveForm(request.POST)
    if not form.is_valid():
        return _page(request, wish, form=form)
    try:
        fixes.unlink(wish, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, wish, form=form, refusal=refusal)
    said = _("Noted: the request of %(contact)s is linked to nothing.") % {"contact": wish.contact}
    return _on(request, wish, said, stays=True)


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _wish(pk: int) -> CustomerRequest:
    beside = ("contact__account", "response__campaign", "fix__theme", "theme", "perk")
    rows = CustomerRequest.objects.select_related(*beside)
    extras = ("response__reasons__reason", "response__extras__question__texts", "response__themes__theme")
    return get_object_or_404(rows.prefetch_related(*extras), pk=pk)


def _view(request: HttpRequest) -> RequestView:
    try:
        return RequestView(request.POST.get("view") or request.GET.get("view") or RequestView.UNSORTED)
    except ValueError as error:
        raise Http404 from error


def _linked(wish: CustomerRequest) -> str:
    said = _("Noted: the request of %(contact)s is linked to “%(fix)s”.")
    return said % {"contact": wish.contact, "fix": wish.fix}


def _on(request: HttpRequest, wish: CustomerRequest, said: str, *, stays: bool = False) -> HttpResponse:
    """Say what happened, and go on: to the next request of the view, or to what is left to do with this one."""
    view = _view(request)
    messages.success(request, said)
    following = wish if stays else fixes.following(wish, view, _user(request), at=timezone.now())
    address = reverse("advocacy:request", args=[following.pk]) if following else reverse("advocacy:requests")
    return redirect(f"{address}?view={view.value}")


def _page(
    request: HttpRequest,
    wish: CustomerRequest | None,
    *,
    form: MoveForm | None = None,
    refusal: WrongState | None = None,
) -> HttpResponse:
    """The list with one request in hand, the chosen one or its first; after a refused post with what was sent."""
    view, user, now = _view(request), _user(request), timezone.now()
    counts = lists.counts(user, **{each.name: fixes.requests_of(each, user, at=now) for each in RequestView})
    rows = fixes.shown(fixes.requests_of(view, user, at=now))
    page = lists.page(rows, lists.page_number(request.GET.get("page", "1")))
    in_hand = wish or (_wish(page.rows[0].pk) if page.rows else None)
    context: dict[str, Any] = {
        "view": view,
        "views": [(each, counts[each.name]) for each in RequestView],
        "to_sort": counts[RequestView.UNSORTED.name],
        "overdue": counts[RequestView.OVERDUE.name],
        "page": page,
        "is_chosen": wish is not None,
        "can_work": user.has_perm(WORK),
        **decisions.refusal(form, refusal),
    }
    if in_hand is not None:
        context |= _in_hand(request, _wish(in_hand.pk) if refusal else in_hand, form)
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/requests.html", context, status=decisions.status(form, refusal))


def _in_hand(request: HttpRequest, wish: CustomerRequest, form: MoveForm | None) -> dict[str, Any]:
    """Everything the page tells of the request in hand."""
    looked_for = request.GET.get("title", "").replace("\0", "").strip()[:TITLE_LETTERS]
    seen, log = trail.version(wish), list(trail.events(wish))
    context: dict[str, Any] = {"wish": wish, "seen": seen, "entries": [timeline.of_event(event) for event in log]}
    context |= tagging.offer(_user(request))
    if _user(request).has_perm(WORK):
        new_fix = form if isinstance(form, NewFixForm) else NewFixForm(initial={"theme": wish.theme_id})
        context |= {
            "kinds": KEYS.items(),
            "candidates": fixes.candidates(wish, title=looked_for),
            "looked_for": looked_for,
            "new_fix": new_fix if _user(request).has_perm(ADD_FIX) else None,
            "is_new_fix_open": form is new_fix,
        }
    return context
