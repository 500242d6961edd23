"""What the page of a band asks beside the score: reasons and extra questions, on one page with one button."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from surveys import asking, reasons
from surveys.askforms import AskForm, QuestionForm
from surveys.enums import Band
from surveys.models import Campaign
from surveys.transitions import WrongState
from surveys.views.campaigns import CHANGE, CONFLICT, UNPROCESSABLE, get_campaign

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_safe
@permission_required(CHANGE, raise_exception=True)
def asks(request: HttpRequest, pk: int, band: str) -> HttpResponse:
    campaign, chosen = get_campaign(pk), _band(band)
    return _page(request, campaign, chosen, AskForm(campaign=campaign, band=chosen), _questions(campaign, chosen))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def save_asks(request: HttpRequest, pk: int, band: str) -> HttpResponse:
    campaign, chosen = get_campaign(pk), _band(band)
    form, parts = AskForm(request.POST, campaign=campaign, band=chosen), _questions(campaign, chosen, request)
    sent = [part for part in parts if part.is_bound]
    if not all([form.is_valid(), *(part.is_valid() for part in sent)]):
        return _page(request, campaign, chosen, form, parts, status=UNPROCESSABLE)
    try:
        added = asking.change(
            campaign,
            chosen,
            by=cast("User", request.user),
            seen=form.cleaned_data["seen"] or 0,
            chosen=form.chosen(),
            changes={part.question.pk: part.change() for part in sent},
            addition=form.addition(),
        )
    except WrongState as refusal:
        return _page(request, campaign, chosen, form, parts, refusal=refusal, status=CONFLICT)
    messages.success(request, _("Saved. The next page that is opened asks so."))
    anchor = f"#question-{added.pk}" if added else ""
    return redirect(reverse("surveys:campaign_asks", args=[pk, band]) + anchor)


def _band(band: str) -> Band:
    if band not in Band:
        raise Http404
    return Band(band)


def _questions(campaign: Campaign, band: Band, request: HttpRequest | None = None) -> list[QuestionForm]:
    """Each with what was sent of it; one that somebody added meanwhile stands as it is."""
    language = campaign.brand.default_language
    rows = asking.questions(campaign, band)
    sent = {row.pk: request.POST for row in rows if request and QuestionForm.is_in(request.POST, row)}
    return [QuestionForm(sent.get(row.pk), question=row, language=language) for row in rows]


def _page(
    request: HttpRequest,
    campaign: Campaign,
    band: Band,
    form: AskForm,
    parts: list[QuestionForm],
    *,
    refusal: WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    """After a refusal the second press is about what is there now."""
    context = {
        "campaign": campaign,
        "band": band,
        "bands": Band,
        "form": form,
        "parts": parts,
        "refusal": refusal,
        "has_faults": bool(form.errors or any(part.errors for part in parts)),
        "seen": asking.version(campaign, band),
        "standard": reasons.standard(band),
        "is_full": len(parts) >= asking.MOST_QUESTIONS,
        "most": asking.MOST_QUESTIONS,
    }
    return render(request, "surveys/campaign_asks.html", context, status=status)
