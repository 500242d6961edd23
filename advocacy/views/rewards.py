"""The rewards: what waits for approval, what is to be issued, and the catalogue with its budgets and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy import lists, rewards, timeline, trail
from advocacy.enums import REWARD_MOVES, RewardReason, RewardStatus
from advocacy.forms.parts import MoveForm, ReasonForm, RemarkForm, WrittenForm
from advocacy.forms.rewards import ApproveForm, CodesForm, ProposeForm
from advocacy.models import Advocate, Budget, Reward, RewardItem
from advocacy.rewards import RewardView
from advocacy.views import decisions, frame
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

READ, WORK, STOCK = "advocacy.view_reward", "advocacy.work_reward", "advocacy.add_giftcode"


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    view = _view(request)
    counts = lists.counts(_user(request), **{each.name: rewards.rewards_of(each) for each in RewardView})
    rows = rewards.rewards_of(view).select_related("contact", "item").order_by("-pk")
    context = {
        "view": view,
        "views": [(each, counts[each.name]) for each in RewardView],
        "page": lists.page(rows, lists.page_number(request.GET.get("page", "1"))),
        "unbalanced": rewards.unbalanced().count(),
    }
    return render(request, "advocacy/rewards.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _reward(pk))


@require_POST
@permission_required(WORK, raise_exception=True)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, ApproveForm(request.POST), rewards.approve, said=_("Approved: it can be issued."))


@require_POST
@permission_required(WORK, raise_exception=True)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, MoveForm(request.POST), rewards.issue, said=_("Issued, once, and in the ledger."))


@require_POST
@permission_required(WORK, raise_exception=True)
def fulfil(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, RemarkForm(request.POST), rewards.fulfil, said=_("Noted: the person has it."))


@require_POST
@permission_required(WORK, raise_exception=True)
def void(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, ReasonForm(request.POST), rewards.void, said=_("Void: it is not given."))


@require_POST
@permission_required(WORK, raise_exception=True)
def reverse(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Reversed: another line of the ledger makes up for it.")
    return _decide(request, pk, ReasonForm(request.POST), rewards.reverse, said=said)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(WORK, raise_exception=True)
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Something for an advocate, who has done something."""
    advocate = get_object_or_404(Advocate.objects.select_related("contact"), pk=pk)
    form = ProposeForm(request.POST) if request.method == "POST" else ProposeForm()
    context: dict[str, Any] = {"advocate": advocate, "form": form}
    if request.method != "POST":
        return render(request, "advocacy/new_reward.html", context)
    if not form.is_valid():
        context |= decisions.refusal(form, None)
        return render(request, "advocacy/new_reward.html", context, status=decisions.UNPROCESSABLE)
    key, item, reason = (form.cleaned_data[name] for name in ("key", "item", "reason"))
    said = {"reason": RewardReason(reason), "key": f"by hand {key}", "note": form.cleaned_data["note"]}
    try:
        made = rewards.propose(advocate.contact, item, **said, by=_user(request))
    except WrongState as refusal:
        context |= decisions.refusal(form, refusal)
        return render(request, "advocacy/new_reward.html", context, status=decisions.status(form, refusal))
    messages.success(request, _("Proposed: somebody has to approve it."))
    return redirect("advocacy:reward", made.pk)


# ----------------------------------------------------------------------------------------------------------- catalogue


@require_safe
@permission_required(READ, raise_exception=True)
def catalogue(request: HttpRequest) -> HttpResponse:
    return _catalogue(request, CodesForm())


@require_POST
@permission_required(STOCK, raise_exception=True)
def add_codes(request: HttpRequest, pk: int) -> HttpResponse:
    item, form = get_object_or_404(RewardItem, pk=pk, has_codes=True), CodesForm(request.POST)
    if not form.is_valid():
        return _catalogue(request, form, item=item)
    count = rewards.add_codes(item, form.cleaned_data["codes"].splitlines())
    said = ngettext("%(count)s code is new in the pool.", "%(count)s codes are new in the pool.", count)
    messages.success(request, said % {"count": count})
    return redirect("advocacy:reward_catalogue")


def _catalogue(request: HttpRequest, form: CodesForm, *, item: RewardItem | None = None) -> HttpResponse:
    sent = form if item else None
    context = {
        "items": rewards.pools(),
        "budgets": list(Budget.objects.all()),
        "form": form,
        "filled": item.pk if item else None,
        "can_stock": _user(request).has_perm(STOCK),
        **decisions.refusal(sent, None),
    }
    return render(request, "advocacy/reward_catalogue.html", context, status=decisions.status(sent, None))


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _view(request: HttpRequest) -> RewardView:
    try:
        return RewardView(request.GET.get("view") or RewardView.PENDING)
    except ValueError as error:
        raise Http404 from error


def _reward(pk: int) -> Reward:
    joined = ("contact__advocate", "item", "budget", "proposed_by", "approved_by", "code", "message")
    rows = Reward.objects.select_related(*joined)
    return get_object_or_404(rows, pk=pk)


def _decide(request: HttpRequest, pk: int, form: MoveForm, verb: Callable[..., None], *, said: str) -> HttpResponse:
    reward = _reward(pk)
    if not form.is_valid():
        return _page(request, reward, form=form)
    try:
        verb(reward, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, _reward(pk), form=form, refusal=refusal)
    messages.success(request, said)
    return redirect("advocacy:reward", pk)


def _page(
    request: HttpRequest, reward: Reward, *, form: WrittenForm | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    seen, log = trail.version(reward), list(trail.events(reward)[: timeline.LIMIT])
    fitting = REWARD_MOVES.get(reward.status, frozenset())
    can_work = _user(request).has_perm(WORK)
    with timezone.override(frame.of(request).zone):
        context: dict[str, Any] = {
            "reward": reward,
            "seen": seen,
            "entries": [timeline.of_event(event) for event in log],
            "lines": list(reward.entries.select_related("by", "budget")),
            "is_held": bool(reward.hold_until and reward.hold_until > timezone.now()),
            "fitting": [RewardStatus(status).value for status in fitting] if can_work else [],
            "code": getattr(reward, "code", None) if can_work else None,
            "approve_form": form if isinstance(form, ApproveForm) else ApproveForm(initial=_budget_for(reward)),
            "form": form if isinstance(form, ReasonForm) else ReasonForm(),
            **decisions.refusal(form, refusal),
        }
        return render(request, "advocacy/reward.html", context, status=decisions.status(form, refusal))


def _budget_for(reward: Reward) -> dict[str, Any]:
    """The one that fits today is chosen already."""
    fitting = Budget.objects.on(timezone.localdate()).filter(currency=reward.currency)
    return {"budget": fitting.first() if reward.amount else None}
