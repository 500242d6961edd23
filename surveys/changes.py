"""What was done to a campaign: every change of its set-up and words, its moves, and the test mails of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey
from django.utils.translation import gettext as _

from surveys import languages
from surveys.enums import Band, CampaignStatus
from surveys.models import BandReason, Campaign, CampaignText, Event, PageText, Question, TestMail

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 200
NOT_SHOWN = {"id", "campaign", "status", "activated_at", "slotted_on", "created_at"}
MODELS: tuple[type[Any], ...] = (Campaign, CampaignText, PageText, BandReason, Question)


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did; `changes` are those of a set-up or of words."""

    at: dt.datetime
    by: User | None
    what: str
    changes: list[Change] = field(default_factory=list)
    reason: str = ""


def of(campaign: Campaign) -> list[Entry]:
    """The latest first, as many as are of use."""
    found = [*_moves(campaign), *_test_mails(campaign)]
    for model in MODELS:
        found += _versions(campaign, model)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:MOST]


def _moves(campaign: Campaign) -> Iterator[Entry]:
    events = Event.objects.filter(kind=campaign._meta.label_lower, object_id=str(campaign.pk)).select_related("by")
    labels = dict(CampaignStatus.choices)
    for event in events.order_by("-at", "-pk")[:MOST]:
        went_to = labels.get(event.went_to, event.went_to)
        yield Entry(event.at, event.by, _("Status: %(status)s") % {"status": went_to}, reason=event.reason)


def _test_mails(campaign: Campaign) -> Iterator[Entry]:
    for sent in TestMail.objects.filter(campaign=campaign).select_related("by", "message__user").order_by("-at")[:MOST]:
        to = sent.message.user
        name = to.get_full_name() or to.get_username() if to else "–"
        language = languages.get(sent.message.language).own_name
        yield Entry(sent.at, sent.by, _("Test mail to %(name)s, %(language)s") % {"name": name, "language": language})


def _versions(campaign: Campaign, model: type[Any]) -> Iterator[Entry]:
    """Each version against the one before; of the oldest that is looked at nothing is said unless it is the first."""
    mine = {"id": campaign.pk} if model is Campaign else {"campaign_id": campaign.pk}
    rows = model.history.filter(**mine).select_related("history_user").order_by("-history_id")[: MOST + 1]
    by_row: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_row[row.id].append(row)
    names = _names_of_rows(model, rows)
    for versions in by_row.values():
        for after, before in zip(versions, [*versions[1:], None], strict=True):
            if before is None and after.history_type != "+":
                continue
            changed = [] if before is None and model is Campaign else _compared(model, before, after, names)
            if changed or before is None:
                yield Entry(after.history_date, after.history_user, _what(after, is_new=before is None), changed)


def _what(version: Any, *, is_new: bool) -> str:
    """What was changed; its language is said by its own name."""
    if not hasattr(version, "language") and hasattr(version, "band"):
        return _("Reasons and questions, %(band)s") % {"band": Band(version.band).label}
    if not hasattr(version, "language"):
        return _("Set up for the first time") if is_new else _("Set-up")
    language = languages.get(version.language).own_name
    if hasattr(version, "band"):
        return _("Pages, %(band)s, %(language)s") % {"band": Band(version.band).label, "language": language}
    return _("Words of the mail, %(language)s") % {"language": language}


def _compared(model: type[Any], before: Any, after: Any, names: dict[str, dict[Any, str]]) -> list[Change]:
    found = []
    for column in model._meta.concrete_fields:
        if column.name in NOT_SHOWN or column.name in ("language", "band"):
            continue
        then, now = (getattr(row, column.attname, None) if row else "" for row in (before, after))
        if (then or "") != (now or "") or (before and then != now):
            told = names.get(column.name) or dict(column.flatchoices)
            found.append(Change(str(column.verbose_name), _told(then, told), _told(now, told)))
    return found


def _told(value: Any, told: dict[Any, str]) -> str:
    return str(told.get(value, "" if value is None else value))


def _names_of_rows(model: type[Any], versions: Iterable[Any]) -> dict[str, dict[Any, str]]:
    """What the rows are called that the versions point at, by column; those that are gone are a number."""
    found: dict[str, dict[Any, str]] = {}
    for column in model._meta.concrete_fields:
        if isinstance(column, ForeignKey) and column.name not in NOT_SHOWN:
            keys = {getattr(version, column.attname) for version in versions} - {None}
            rows = column.related_model._default_manager.in_bulk(keys)
            found[column.name] = {key: str(row) for key, row in rows.items()} | {None: "–"}
    return found
