"""The advocates: whom we may ask for a favour, from when, and what a person decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import asks, fatigue, lists, tiers, trail
from advocacy.asks import AdvocateView
from advocacy.forms.asks import DescribeForm, PlanAskForm
from advocacy.forms.casestudies import NominateStudyForm
from advocacy.forms.parts import MoveForm, ReasonForm
from advocacy.forms.people import PauseForm
from advocacy.models import Advocate, CaseStudy, Tier
from advocacy.views import decisions, frame, invitations
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

READ, WORK, PLAN = "advocacy.view_advocate", "advocacy.work_advocate", "advocacy.work_ask"


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    view, user, now = _view(request), _user(request), timezone.now()
    ladder = tiers.ladder()
    tier = _tier(request, ladder)
    found = asks.by_view(at=now, **tiers.condition(tier))
    counts = lists.counts(user, **{each.name: rows for each, rows in found.items()})
    rows = asks.shown(asks.advocates_of(view, at=now, **tiers.condition(tier)))
    page = lists.page(rows, lists.page_number(request.GET.get("page", "1")))
    with timezone.override(frame.of(request).zone):
        context = {
            "view": view,
            "views": [(each, counts[each.name]) for each in AdvocateView],
            "ladder": ladder,
            "tier": tier,
            "and_tier": f"&tier={_written(tier)}" if tier else "",
            "query": f"view={view.value}" + (f"&tier={_written(tier)}" if tier else ""),
            "can_be_asked": counts[AdvocateView.NOW.name],
            "page": page,
            "rows": [(row, fatigue.next_ask_of(row, at=now)) for row in page.rows],
        }
        return render(request, "advocacy/advocates.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _advocate(pk))


@require_POST
@permission_required(WORK, raise_exception=True)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, "pause", asks.pause, said=_("Noted: %(name)s is asked nothing until then."))


@require_POST
@permission_required(WORK, raise_exception=True)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, "resume", asks.resume, said=_("Noted: the pause of %(name)s is over."))


@require_POST
@permission_required(WORK, raise_exception=True)
def never_ask(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, "never-ask", asks.never_ask, said=_("Noted: %(name)s is not asked any more."))


@require_POST
@permission_required(WORK, raise_exception=True)
def allow_asking(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, "allow-asking", asks.allow_asking, said=_("Noted: %(name)s may be asked again."))


@require_POST
@permission_required(WORK, raise_exception=True)
def forbid_gifts(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, "forbid-gifts", asks.forbid_gifts, said=_("Noted: %(name)s gets no gifts."))


@require_POST
@permission_required(WORK, raise_exception=True)
def allow_gifts(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, "allow-gifts", asks.allow_gifts, said=_("Noted: %(name)s may get gifts."))


# ------------------------------------------------------------------------------------------------------ what they share


def page(request: HttpRequest, pk: int, **given: Any) -> HttpResponse:
    """The page once more, with the form that was not accepted."""
    return _page(request, _advocate(pk), **given)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _advocate(pk: int) -> Any:
    rows = fatigue.with_next_ask(
        Advocate.objects.select_related("contact__account", "contact__owner", "nominated_by"), at=timezone.now()
    )
    return get_object_or_404(rows, pk=pk)


def _view(request: HttpRequest) -> AdvocateView:
    try:
        return AdvocateView(request.GET.get("view") or AdvocateView.ALL)
    except ValueError as error:
        raise Http404 from error


def _tier(request: HttpRequest, ladder: list[Tier]) -> Tier | str:
    """The tier that the address names, `none` for those on none, or nothing for everybody."""
    wished = request.GET.get("tier", "")
    if wished in ("", tiers.NONE):
        return wished
    found = next((tier for tier in ladder if str(tier.pk) == wished), None)
    if found is None:
        raise Http404
    return found


def _written(tier: Tier | str) -> str:
    return tier if isinstance(tier, str) else str(tier.pk)


def _decide(request: HttpRequest, pk: int, name: str, verb: Callable[..., None], *, said: str) -> HttpResponse:
    advocate = _advocate(pk)
    form = PauseForm(request.POST) if name == "pause" else ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, advocate, name=name, form=form)
    try:
        verb(advocate, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, _advocate(pk), name=name, form=form, refusal=refusal)
    messages.success(request, said % {"name": advocate.contact})
    return redirect("advocacy:advocate", pk)


def _page(
    request: HttpRequest,
    advocate: Any,
    *,
    name: str = "",
    form: MoveForm | None = None,
    plan_form: MoveForm | None = None,
    describe_form: MoveForm | None = None,
    study_form: MoveForm | None = None,
    refusal: WrongState | None = None,
) -> HttpResponse:
    now, user = timezone.now(), _user(request)
    sent = form or plan_form or describe_form or study_form
    with timezone.override(frame.of(request).zone):
        context: dict[str, Any] = {
            "advocate": advocate,
            "seen": trail.version(advocate),
            "answer": asks.latest_answer(advocate),
            "next_ask": fatigue.next_ask_of(advocate, at=now),
            "asked": fatigue.asks_of_year(advocate, at=now),
            "asks_a_year": fatigue.ASKS_A_YEAR,
            "entries": asks.history(advocate),
            "is_paused": advocate.paused_until is not None and advocate.paused_until > now,
            "sees_account": user.has_perm("surveys.view_account"),
            **_standing(advocate),
            "fits": fatigue.fits(advocate, at=now),
            "consents": list(advocate.contact.consents.order_by("-at", "-pk")[:5]),
            "can_ask": user.has_perm(PLAN),
            "plan_form": plan_form or PlanAskForm(),
            "describe_form": describe_form
            or DescribeForm(initial={"site": advocate.site, "handles": advocate.handles}),
            **invitations.shown(advocate),
            "study_form": study_form or NominateStudyForm(),
            **_studies(user, advocate),
            **decisions.refusal(sent, refusal),
        }
        if user.has_perm(WORK):
            context |= _decisions(request, advocate, context["is_paused"], name, form)
        return render(request, "advocacy/advocate.html", context, status=decisions.status(sent, refusal))


def _studies(user: User, advocate: Advocate) -> dict[str, Any]:
    """The case studies of the contact, for whoever may see them."""
    if not user.has_perm("advocacy.view_casestudy"):
        return {}
    rows = CaseStudy.objects.filter(contact=advocate.contact_id).order_by("-pk")[:5]
    return {"studies": list(rows), "can_nominate": user.has_perm("advocacy.work_casestudy")}


def _standing(advocate: Advocate) -> dict[str, Any]:
    """The tier, and what its points came from."""
    standing = tiers.standing_of(advocate)
    return {"standing": standing, "deeds": tiers.done_by(advocate), "following": tiers.next_tier(standing)}


def _decisions(
    request: HttpRequest, advocate: Any, is_paused: bool, name: str, form: MoveForm | None
) -> dict[str, Any]:
    """What can be decided from how things stand. What was typed stays in sight, though a colleague was faster."""
    fitting = ["resume" if is_paused else "pause"]
    fitting += ["allow-asking" if advocate.do_not_ask else "never-ask"]
    fitting += ["allow-gifts" if advocate.forbids_gifts else "forbid-gifts"]
    if is_paused:
        fitting.insert(1, "pause")
    asked_for = request.GET.get("decide", "")
    chosen = name or (asked_for if asked_for in fitting else fitting[0])
    blank = PauseForm() if chosen == "pause" else ReasonForm()
    return {"fitting": fitting, "decide": chosen, "form": form or blank, "can_work": True}
