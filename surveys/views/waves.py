"""One wave while it is sent, and afterwards: how far it is, who was left out, what came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from surveys import scoring, tasks, verdicts
from surveys import waves as domain
from surveys.analytics import nonresponse, progress
from surveys.enums import MessageStatus, WaveStatus
from surveys.models import Event, Message, Response, Wave
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

READ, CONTROL = "surveys.view_wave", "surveys.launch_campaign"
LOG_SHOWN = 30
ANSWERS_SHOWN = 5
LONGEST_REASON = 300


@require_safe
@permission_required(READ, raise_exception=True)
def wave(request: HttpRequest, pk: int) -> HttpResponse:
    """The page renews itself while mail leaves; `?ask=cancel` shows what a cancellation would mean."""
    wave, now = _wave(pk), timezone.now()
    done, plan = progress.of_wave(wave), domain.outcome(wave)
    log = list(_log(wave))
    paused = next((entry for entry in log if entry.went_to == WaveStatus.PAUSED), None)
    is_sending = wave.status == WaveStatus.SENDING
    left = progress.time_left(wave, done, at=now) if is_sending and done.left else None
    context: dict[str, Any] = {
        "wave": wave,
        "now": now,
        "done": done,
        "plan": plan,
        "unasked": plan.looked_at - plan.asked,
        "answers": progress.answers(wave),
        "only_clicked": progress.only_clicked(wave),
        "left": left,
        "done_at": now + left if left else None,
        "put_off": _put_off(wave) if is_sending and done.left else {},
        "log": log,
        "paused_by": paused.by if paused else None,
        "paused_with_campaign": wave.pause_reason == domain.CAMPAIGN_PAUSED,
        "is_over": wave.status in (WaveStatus.FINISHED, WaveStatus.CANCELLED),
        "ask": request.GET.get("ask", ""),
        "latest": list(_latest(wave)) if request.user.has_perm("surveys.view_response") else [],
    }
    return render(request, "surveys/wave.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def answered(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether those who answered are like those who were asked."""
    wave = _wave(pk)
    context = {"wave": wave, "check": nonresponse.of_wave(wave), "needed": scoring.FEW, "gap": nonresponse.GAP}
    return render(request, "surveys/wave_answered.html", context)


@require_POST
@permission_required(CONTROL, raise_exception=True)
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    def act(wave: Wave, by: User) -> str:
        domain.pause(wave, reason="", by=by)
        return _("Paused: nothing more leaves until somebody resumes it.")

    return _act(request, pk, act)


@require_POST
@permission_required(CONTROL, raise_exception=True)
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    def act(wave: Wave, by: User) -> str:
        domain.resume(wave, by=by)
        tasks.send_queued_messages.delay_on_commit()
        return _("Resumed: mail leaves again.")

    return _act(request, pk, act)


@require_POST
@permission_required(CONTROL, raise_exception=True)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    reason = verdicts.masked(request.POST.get("reason", "").replace("\x00", "").strip())[:LONGEST_REASON]

    def act(wave: Wave, by: User) -> str:
        stopped = domain.cancel(wave, reason=reason, by=by)
        words = ngettext(
            "Cancelled: %(n)s contact is not asked and stays free.",
            "Cancelled: %(n)s contacts are not asked and stay free.",
            stopped,
        )
        return words % {"n": number_format(stopped, force_grouping=True)}

    return _act(request, pk, act)


# ------------------------------------------------------------------------------------------------------ what they share


def _wave(pk: int) -> Wave:
    return get_object_or_404(Wave.objects.select_related("campaign__brand", "campaign__touchpoint"), pk=pk)


def _act(request: HttpRequest, pk: int, act: Callable[[Wave, User], str]) -> HttpResponse:
    try:
        messages.success(request, act(_wave(pk), cast("User", request.user)))
    except WrongState as refusal:
        messages.error(request, _("Not changed: %(why)s.") % {"why": str(refusal).rstrip(".")})
    return redirect("surveys:wave", pk)


def _log(wave: Wave) -> Any:
    rows = Event.objects.filter(kind=wave._meta.label_lower, object_id=str(wave.pk))
    return rows.select_related("by").order_by("-at", "-pk")[:LOG_SHOWN]


def _put_off(wave: Wave) -> dict[str, Any]:
    """Mails that the server did not take yet, and when the first of them is tried again."""
    rows = Message.objects.filter(
        invitation__wave=wave, status=MessageStatus.QUEUED, retry_at__gt=timezone.now(), letter=domain.LETTER
    )
    return rows.aggregate(n=Count("pk"), until=Min("retry_at"))


def _latest(wave: Wave) -> Any:
    rows = Response.objects.filter(invitation__wave=wave).select_related("contact")
    return rows.order_by("-submitted_at")[:ANSWERS_SHOWN]
