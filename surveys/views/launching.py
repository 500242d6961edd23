"""What a campaign does: launch, activate, pause, resume, archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from surveys import dryrun, preflight, tasks, waves
from surveys.analytics import progress
from surveys.enums import CampaignStatus
from surveys.models import Campaign
from surveys.segments import BadConditions
from surveys.transitions import WrongState
from surveys.views import steps
from surveys.views.campaigns import CONFLICT, LAUNCH, get_campaign

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_COUNT = 9  # digits


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(LAUNCH, raise_exception=True)
def launch(request: HttpRequest, pk: int) -> HttpResponse:
    """The exact numbers and the button. A POST asks exactly as many as the page said, or shows the new number."""
    campaign, said = get_campaign(pk), request.POST.get("agreed", "")
    if request.method != "POST":
        return _launch_page(request, campaign)
    agreed = int(said) if said.isascii() and said.isdecimal() and len(said) <= LONGEST_COUNT else -1
    try:
        wave = preflight.launch(campaign, by=_user(request), agreed=agreed)
    except (WrongState, waves.NotEligible, waves.NumbersChanged, BadConditions) as refusal:
        return _launch_page(request, get_campaign(pk), refusal=refusal)
    tasks.send_queued_messages.delay_on_commit()
    words = ngettext("Launched: %(n)d contact is asked.", "Launched: %(n)d contacts are asked.", agreed)
    messages.success(request, words % {"n": agreed})
    return redirect("surveys:wave", wave.pk)


@require_POST
@permission_required(LAUNCH, raise_exception=True)
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    def act(campaign: Campaign, by: User) -> str:
        preflight.activate(campaign, by=by)
        return _("Active: its waves start by themselves.")

    return _act(request, pk, act)


@require_POST
@permission_required(LAUNCH, raise_exception=True)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    def act(campaign: Campaign, by: User) -> str:
        held = waves.pause_campaign(campaign, by=by)
        words = ngettext("Paused: %(n)d mail is held back.", "Paused: %(n)d mails are held back.", held.waiting)
        return words % {"n": held.waiting}

    return _act(request, pk, act)


@require_POST
@permission_required(LAUNCH, raise_exception=True)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    def act(campaign: Campaign, by: User) -> str:
        freed = waves.resume_campaign(campaign, by=by)
        tasks.send_queued_messages.delay_on_commit()
        words = ngettext("Active again: %(n)d mail leaves.", "Active again: %(n)d mails leave.", freed.waiting)
        return words % {"n": freed.waiting}

    return _act(request, pk, act)


@require_POST
@permission_required(LAUNCH, raise_exception=True)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    def act(campaign: Campaign, by: User) -> str:
        ended = waves.archive_campaign(campaign, by=by)
        words = ngettext(
            "Archived: %(n)d contact is not asked.", "Archived: %(n)d contacts are not asked.", ended.waiting
        )
        return words % {"n": ended.waiting}

    return _act(request, pk, act)


# ------------------------------------------------------------------------------------------------------ what they share


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _act(request: HttpRequest, pk: int, act: Callable[[Campaign, User], str]) -> HttpResponse:
    try:
        messages.success(request, act(get_campaign(pk), _user(request)))
    except (WrongState, preflight.NotReady) as refusal:
        messages.error(request, _("Not changed: %(why)s.") % {"why": str(refusal).rstrip(".")})
    return redirect("surveys:campaign", pk)


def _launch_page(request: HttpRequest, campaign: Campaign, *, refusal: Exception | None = None) -> HttpResponse:
    now = timezone.now()
    found = dryrun.of(campaign, at=now)
    wave_today = campaign.waves.filter(day=waves.local_day(campaign, now)).first()
    context = {
        **steps.numbers(request, campaign, found.plan, unreadable=found.unreadable),
        "refusal": refusal,
        "is_changed": isinstance(refusal, waves.NumbersChanged),
        "blocking": preflight.blocking(campaign),
        "may_send": campaign.status in (CampaignStatus.DRAFT, CampaignStatus.ACTIVE),
        "wave_today": wave_today,
        "first_start": progress.start_if_active(campaign, at=now, last_day=wave_today.day if wave_today else None),
    }
    return steps.page(request, campaign, "launch", status=CONFLICT if refusal else 200, **context)
