"""Campaigns: the list, one campaign with its waves, and its set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from surveys import campaigns as desk
from surveys import scoring, waves
from surveys.analytics import progress, styles
from surveys.enums import CampaignKind, CampaignStatus
from surveys.forms import CampaignForm
from surveys.models import Brand, Campaign, Touchpoint
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, ADD, CHANGE = "surveys.view_campaign", "surveys.add_campaign", "surveys.change_campaign"
LAUNCH = "surveys.launch_campaign"
PAGE_SIZE = 50
WAVES_SHOWN, WAVES_AT_MOST = 12, 500
CONFLICT, UNPROCESSABLE = 409, 422
SHOWN: dict[str, list[str]] = {
    "": [status for status in CampaignStatus if status != CampaignStatus.ARCHIVED],
    "archived": [CampaignStatus.ARCHIVED],
}


@require_safe
@permission_required(READ, raise_exception=True)
def campaigns(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    if show not in SHOWN:
        raise Http404
    rows = Campaign.objects.filter(status__in=SHOWN[show]).select_related("brand", "touchpoint", "subject", "segment")
    page = Paginator(rows.order_by("name", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "rows": _with_figures(list(page)),
        "page": page,
        "show": show,
        "any_archived": show or Campaign.objects.filter(status=CampaignStatus.ARCHIVED).exists(),
    }
    return render(request, "surveys/campaigns.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Its set-up, its waves, and what may be done with it; `?ask=` shows what a step would mean before it is taken."""
    campaign, now = get_campaign(pk), timezone.now()
    limit = WAVES_AT_MOST if request.GET.get("waves") == "all" else WAVES_SHOWN
    newest = list(campaign.waves.order_by("-day")[: limit + 1])
    figures = progress.of_waves(newest[:limit])
    ask = request.GET.get("ask", "")
    last_day = newest[0].day if newest else None
    context = {
        "campaign": campaign,
        "next_start": progress.next_start(campaign, at=now, last_day=last_day),
        "first_start": progress.start_if_active(campaign, at=now, last_day=last_day),
        "answers": progress.answers_of([campaign]).get(campaign.pk),
        "waves": [(wave, figures.get(wave.pk)) for wave in newest[:limit]],
        "has_more_waves": WAVES_AT_MOST > limit < len(newest),
        "texts": sorted(campaign.texts.all(), key=lambda text: text.language),
        "page_texts": sorted(campaign.page_texts.all(), key=lambda text: (text.language, text.band)),
        "is_periodic": campaign.kind == CampaignKind.PERIODIC,
        "comparison": styles.compared(campaign),
        "needed": scoring.FEW,
        "ask": ask,
        "reach": _reach(campaign, ask),
    }
    return render(request, "surveys/campaign.html", context)


@require_safe
@permission_required(ADD, raise_exception=True)
def new_campaign(request: HttpRequest) -> HttpResponse:
    return _form(request, CampaignForm(initial={"timezone": timezone.get_default_timezone_name(), "seen": 0}))


@require_POST
@permission_required(ADD, raise_exception=True)
def create_campaign(request: HttpRequest) -> HttpResponse:
    form = CampaignForm(request.POST)
    if not form.is_valid():
        return _form(request, form, status=UNPROCESSABLE)
    made = desk.create(by=cast("User", request.user), **form.setup())
    messages.success(request, _("Saved as a draft: nobody is asked before you launch it."))
    return redirect("surveys:campaign", made.pk)


@require_safe
@permission_required(CHANGE, raise_exception=True)
def edit_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_campaign(pk)
    return _form(request, CampaignForm(instance=campaign, initial={"seen": desk.version(campaign)}), campaign=campaign)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def change_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_campaign(pk)
    form = CampaignForm(request.POST, instance=get_campaign(pk))
    if not form.is_valid():
        return _form(request, form, campaign=campaign, status=UNPROCESSABLE)
    try:
        seen = form.cleaned_data["seen"] or 0
        desk.change(campaign, by=cast("User", request.user), seen=seen, **form.setup())
    except WrongState as refusal:
        return _form(request, form, campaign=campaign, refusal=refusal, status=CONFLICT)
    messages.success(request, _("Saved. It holds from the next wave on."))
    return redirect("surveys:campaign", pk)


# ------------------------------------------------------------------------------------------------------ what they share


def get_campaign(pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("brand", "touchpoint", "subject", "segment"), pk=pk)


def _with_figures(rows: list[Campaign]) -> list[dict[str, Any]]:
    """What the list tells of each campaign, in as many statements for one as for fifty."""
    now = timezone.now()
    latest, answers = progress.latest_waves(rows), progress.answers_of(rows)
    sent = progress.of_waves(latest.values())
    found = []
    for row in rows:
        wave = latest.get(row.pk)
        found.append(
            {
                "campaign": row,
                "next_start": progress.next_start(row, at=now, last_day=wave.day if wave else None),
                "wave": wave,
                "progress": sent.get(wave.pk) if wave else None,
                "answers": answers.get(row.pk),
            }
        )
    return found


def _reach(campaign: Campaign, ask: str) -> waves.Running | None:
    """What the step in question reaches."""
    looks = {"pause": waves.running, "resume": waves.held_back, "archive": waves.unfinished}
    return looks[ask](campaign) if ask in looks else None


def _form(
    request: HttpRequest,
    form: CampaignForm,
    *,
    campaign: Campaign | None = None,
    refusal: WrongState | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the set-up; after a refusal the second press is about the campaign as it is now."""
    context = {
        "form": form,
        "campaign": campaign,
        "refusal": refusal,
        "seen": desk.version(campaign) if campaign else 0,
        "lacks_brand": not Brand.objects.exists(),
        "lacks_touchpoint": not Touchpoint.objects.exists(),
    }
    return render(request, "surveys/campaign_form.html", context, status=status)
