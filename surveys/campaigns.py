"""Set up a campaign and change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.enums import CampaignStatus
from surveys.models import Campaign
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def create(*, by: User, **fields: Any) -> Campaign:
    """A draft: nobody is asked before it is launched, or activated."""
    campaign = Campaign(**fields)
    return _save(campaign, by=by)


def change(campaign: Campaign, *, by: User, seen: int, **fields: Any) -> Campaign:
    """Set `fields`, where the campaign is still as it was `seen`. Raises WrongState when it is not, or is archived."""
    with transaction.atomic():
        held = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if held.status == CampaignStatus.ARCHIVED:
            raise WrongState(_("This campaign is archived, and stays as it was."))
        if version(held) != seen:
            raise WrongState(_who_was_faster(held))
        for name, value in fields.items():
            setattr(held, name, value)
        return _save(held, by=by, update_fields=list(fields))


def named(wanted: str) -> Campaign:
    """The campaign of this name, or else of this number. Raises LookupError, which names those there are."""
    campaign = Campaign.objects.filter(name=wanted).first()
    if campaign is None and wanted.isdecimal() and wanted.isascii() and len(wanted) < 19:
        campaign = Campaign.objects.filter(pk=int(wanted)).first()
    if campaign is None:
        names = ", ".join(Campaign.objects.values_list("name", flat=True)[:20]) or "none yet"
        raise LookupError(f"There is no campaign {wanted!r}. Known campaigns: {names}.")
    return campaign


def version(campaign: Campaign) -> int:
    """Which state of its set-up a form was opened with."""
    latest = campaign.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return latest or 0


def _save(campaign: Campaign, *, by: User, **options: Any) -> Campaign:
    campaign._history_user = by  # type: ignore[attr-defined]  # how django-simple-history is told the author
    campaign.save(**options)
    return campaign


def _who_was_faster(campaign: Campaign) -> str:
    entry = campaign.history.select_related("history_user").order_by("-history_id").first()
    who = entry.history_user if entry else None
    if entry is None or who is None:
        return _("This campaign was changed meanwhile.")
    at = timezone.localtime(entry.history_date)
    name = who.get_full_name() or who.get_username()
    return _("%(name)s changed this campaign at %(time)s.") % {"name": name, "time": date_format(at, "H:i")}
