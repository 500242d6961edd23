"""The referrals: look at what seems odd, qualify, hand over to sales, and say what became of it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from advocacy import lists, referrals, timeline, trail
from advocacy.enums import REFERRAL_MOVES, ReferralStatus
from advocacy.forms.parts import MoveForm, ReasonForm, RemarkForm
from advocacy.forms.referrals import ConvertForm, InvitedForm
from advocacy.models import Advocate, Referral
from advocacy.referrals import ReferralView
from advocacy.views import decisions, frame
from surveys.importing.errorfile import harmless
from surveys.transitions import WrongState
from surveys.views.reports import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

READ, WORK, EXPORT = "advocacy.view_referral", "advocacy.work_referral", "advocacy.export_referral"


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    view = _view(request)
    counts = lists.counts(_user(request), **{each.name: referrals.referrals_of(each) for each in ReferralView})
    rows = referrals.referrals_of(view).select_related("link__advocate__contact").prefetch_related("flags")
    context = {
        "view": view,
        "views": [(each, counts[each.name]) for each in ReferralView],
        "page": lists.page(rows.order_by("-pk"), lists.page_number(request.GET.get("page", "1"))),
        "can_export": view == ReferralView.HAND_OVER and _user(request).has_perm(EXPORT),
    }
    return render(request, "advocacy/referrals.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _referral(pk))


@require_POST
@permission_required(WORK, raise_exception=True)
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, ReasonForm(request.POST), referrals.clear, said=_("Noted: the signs are harmless."))


@require_POST
@permission_required(WORK, raise_exception=True)
def qualify(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Qualified: it stands on the list to hand over.")
    return _decide(request, pk, RemarkForm(request.POST), referrals.qualify, said=said)


@require_POST
@permission_required(WORK, raise_exception=True)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, MoveForm(request.POST), referrals.hand_over, said=_("Noted: sales has it."))


@require_POST
@permission_required(WORK, raise_exception=True)
def convert(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Noted: a customer. The rewards of both sides are pending.")
    return _decide(request, pk, ConvertForm(request.POST), referrals.convert, said=said)


@require_POST
@permission_required(WORK, raise_exception=True)
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, ReasonForm(request.POST), referrals.reject, said=_("Rejected, with the reason."))


@require_POST
@permission_required(WORK, raise_exception=True)
def make_link(request: HttpRequest, pk: int) -> HttpResponse:
    """The personal link of an advocate; pressed again it is the same."""
    link = referrals.link_of(get_object_or_404(Advocate, pk=pk))
    if referrals.offer_of(link) is None:
        messages.warning(request, _("The link is there, but closed: the brand has no open referral offer."))
    else:
        messages.success(request, _("The personal link is there."))
    return redirect("advocacy:advocate", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(WORK, raise_exception=True)
def invited(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody whom the advocate has named and who has not come yet. The same person once more is the same row."""
    advocate = get_object_or_404(Advocate.objects.select_related("contact"), pk=pk)
    form = InvitedForm(request.POST) if request.method == "POST" else InvitedForm()
    context: dict[str, Any] = {"advocate": advocate, "form": form}
    if request.method != "POST":
        return render(request, "advocacy/new_referral.html", context)
    if not form.is_valid():
        context |= decisions.refusal(form, None)
        return render(request, "advocacy/new_referral.html", context, status=decisions.UNPROCESSABLE)
    made = referrals.invite(referrals.link_of(advocate), **form.cleaned_data, by=_user(request))
    messages.success(request, _("Noted: %(name)s was named.") % {"name": made.name})
    return redirect("advocacy:referral", made.pk)


@require_POST
@permission_required([READ, EXPORT], raise_exception=True)
def file(request: HttpRequest) -> HttpResponse:
    """What is to be handed over, for whoever sells. What people typed cannot run as a formula."""
    headers = {"Content-Disposition": 'attachment; filename="referrals.csv"', "Cache-Control": "no-store"}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    csv.writer(response).writerows([harmless(cell) for cell in line] for line in referrals.export(by=_user(request)))
    return response


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _view(request: HttpRequest) -> ReferralView:
    try:
        return ReferralView(request.GET.get("view") or ReferralView.REVIEW)
    except ValueError as error:
        raise Http404 from error


def _referral(pk: int) -> Referral:
    return get_object_or_404(Referral.objects.select_related("link__advocate__contact", "customer"), pk=pk)


def _decide(request: HttpRequest, pk: int, form: MoveForm, verb: Callable[..., Any], *, said: str) -> HttpResponse:
    referral = _referral(pk)
    if not form.is_valid():
        return _page(request, referral, form=form)
    try:
        verb(referral, by=_user(request), **form.cleaned_data)
    except WrongState as refusal:
        return _page(request, _referral(pk), form=form, refusal=refusal)
    messages.success(request, said)
    return redirect("advocacy:referral", pk)


def _blank(fitting: list[str]) -> ReasonForm:
    return ConvertForm() if ReferralStatus.CONVERTED.value in fitting else ReasonForm()


def _page(
    request: HttpRequest, referral: Referral, *, form: MoveForm | None = None, refusal: WrongState | None = None
) -> HttpResponse:
    seen, log = trail.version(referral), list(trail.events(referral)[: timeline.LIMIT])
    fitting = [ReferralStatus(status).value for status in REFERRAL_MOVES.get(referral.status, frozenset())]
    flags = list(referral.flags.select_related("cleared_by"))
    with timezone.override(frame.of(request).zone):
        context: dict[str, Any] = {
            "referral": referral,
            "seen": seen,
            "entries": [timeline.of_event(event) for event in log],
            "flags": flags,
            "is_odd": any(flag.cleared_at is None for flag in flags),
            "rewards": list(referral.rewards.select_related("item", "contact").order_by("pk")),
            "fitting": fitting if _user(request).has_perm(WORK) else [],
            "can_hand_over": referral.status == ReferralStatus.QUALIFIED and referral.handed_over_at is None,
            "form": form if isinstance(form, ReasonForm) else _blank(fitting),
            **decisions.refusal(form, refusal),
        }
        return render(request, "advocacy/referral.html", context, status=decisions.status(form, refusal))
