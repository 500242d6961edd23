"""Set up a campaign and change it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.enums import CampaignStatus
from surveys.models import BandReason, Campaign, CampaignText, PageText
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_NAME = 120
NOT_COPIED = {"id", "name", "status", "activated_at", "slotted_on", "created_at"}


def create(*, by: User, **fields: Any) -> Campaign:
    """A draft: nobody is asked before it is launched, or activated."""
    campaign = Campaign(**fields)
    return _save(campaign, by=by)


def change(campaign: Campaign, *, by: User, seen: int, **fields: Any) -> Campaign:
    """Set `fields`, where the campaign is still as it was `seen`. Raises WrongState when it is not, or is archived."""
    with transaction.atomic():
        held = hold(campaign)
        refuse_if_changed(held.history, seen)
        if all(getattr(held, name) == value for name, value in fields.items()):
            return held  # whoever only goes on to the next step has changed nothing
        for name, value in fields.items():
            setattr(held, name, value)
        return _save(held, by=by, update_fields=list(fields))


def copy(campaign: Campaign, *, by: User) -> Campaign:
    """A draft with the same set-up, words, reasons and questions, without its waves, doors and answers.

    Raises WrongState for words that would not be kept any more."""
    fields = {name: getattr(campaign, name) for name in _columns(Campaign) if name not in NOT_COPIED}
    with transaction.atomic():
        made = create(by=by, name=_free_name(campaign.name), **fields)
        for model in (CampaignText, PageText, BandReason):
            _copy_rows(model._default_manager.filter(campaign=campaign), by=by, campaign=made)
        for question in campaign.questions.filter(is_asked=True):
            (asked,) = _copy_rows([question], by=by, campaign=made)
            _copy_rows(question.texts.all(), by=by, question=asked)
    return made


def _copy_rows(rows: Iterable[Any], *, by: User, **owner: Model) -> list[Any]:
    """New rows like these, of another owner, each with its author."""
    made = []
    for row in rows:
        values = {name: getattr(row, name) for name in _columns(type(row)) if name != "id" and name not in owner}
        new = type(row)(**values, **owner)
        new._history_user = by  # how django-simple-history is told the author
        try:
            new.save()
        except ValidationError as refusal:  # written before it was forbidden
            raise WrongState(_("Not copied: %(reason)s") % {"reason": refusal.messages[0]}) from refusal
        made.append(new)
    return made


def _columns(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields]


def _free_name(name: str) -> str:
    """“Copy of” it, with a number where that is taken, as long as a name may be."""
    first = _("Copy of %(name)s") % {"name": name}
    for number in count(1):
        tail = f" ({number})" if number > 1 else ""
        wish = first[: LONGEST_NAME - len(tail)] + tail
        if not Campaign.objects.filter(name=wish).exists():
            break
    return wish


def hold(campaign: Campaign) -> Campaign:
    """The campaign as it is now, locked till the transaction ends. Raises WrongState when it is archived."""
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if held.status == CampaignStatus.ARCHIVED:
        raise WrongState(_("This campaign is archived, and stays as it was."))
    return held


def refuse_if_changed(history: Any, seen: int) -> None:
    """Raises WrongState when the latest of the versions is another than `seen`."""
    entry = latest(history)
    if (entry.history_id if entry else 0) != seen:
        raise WrongState(_who_was_faster(entry))


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
    entry = latest(campaign.history)
    return entry.history_id if entry else 0


def latest(history: Any) -> Any:
    """The latest of these versions, with its author; None where there is none."""
    return history.select_related("history_user").order_by("-history_id").first()


def _save(campaign: Campaign, *, by: User, **options: Any) -> Campaign:
    campaign._history_user = by  # type: ignore[attr-defined]  # how django-simple-history is told the author
    campaign.save(**options)
    return campaign


def _who_was_faster(entry: Any) -> str:
    who = entry.history_user if entry else None
    if who is None:
        return _("This campaign was changed meanwhile.")
    at = timezone.localtime(entry.history_date)
    name = who.get_full_name() or who.get_username()
    return _("%(name)s changed this campaign at %(time)s.") % {"name": name, "time": date_format(at, "H:i")}
