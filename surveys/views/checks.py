"""The check before a launch."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys import preflight
from surveys.enums import Band
from surveys.models import Campaign
from surveys.preflight import Finding
from surveys.views import steps
from surveys.views.campaigns import READ, get_campaign


@require_safe
@permission_required(READ, raise_exception=True)
def checks(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_campaign(pk)
    found = preflight.of(campaign, at=timezone.now())
    context: dict[str, Any] = {
        "errors": [(finding, _mend(request, campaign, finding)) for finding in found if finding.is_error],
        "warnings": [(finding, _mend(request, campaign, finding)) for finding in found if not finding.is_error],
    }
    return steps.page(request, campaign, "checks", **context)


def _mend(request: HttpRequest, campaign: Campaign, finding: Finding) -> dict[str, Any]:
    """Where it is mended, for those who may; nothing for others, who are told to ask an admin."""
    if finding.place == "brand":
        may = request.user.is_staff and request.user.has_perm("surveys.change_brand")
        label, url = _("Open the brand"), reverse("admin:surveys_brand_change", args=[campaign.brand_id])
    elif finding.place == "doctor":
        may = request.user.has_perm("surveys.launch_campaign")
        label, url = _("Open the doctor"), reverse("surveys:doctor")
    else:
        may = request.user.has_perm("surveys.change_campaign")
        label = _("Open step: %(step)s") % {"step": steps.STEPS[finding.place]}
        url = steps.address(campaign, finding.place, band=Band(finding.band) if finding.band else None)
        url += f"?lang={finding.language}" if finding.language else ""
    return {"label": label, "url": url} if may else {}
