"""Campaigns: the list, and one campaign with its waves."""

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
from surveys import changes, scoring, waves
from surveys.analytics import progress, styles
from surveys.enums import CampaignKind, CampaignStatus
from surveys.models import Campaign
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


@require_POST
@permission_required(ADD, raise_exception=True)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        made = desk.copy(get_campaign(pk), by=cast("User", request.user))
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect("surveys:campaign", pk)
    messages.success(request, _("Copied as a draft, with its set-up and words. Give it a name."))
    return redirect("surveys:set_up", made.pk)


@require_safe
@permission_required(READ, raise_exception=True)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who changed what of it, and when; its moves and test mails among it."""
    campaign = get_campaign(pk)
    return render(request, "surveys/campaign_history.html", {"campaign": campaign, "entries": changes.of(campaign)})


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
