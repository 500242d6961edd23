"""What the pages of a campaign show, kept in memory until somebody edits it: a page then asks the database twice.

Everything that staff write for the pages has a history, and each edit adds a row to it. The highest numbers together
are the stamp: it comes along with the statement that finds the invitation; what was kept under another is read anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import IntegerField, Model, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from surveys import ports
from surveys.enums import Band
from surveys.models import Campaign, CampaignText, PageText
from surveys.ports import Block

MOST_KEPT = 1_000
WRITTEN: tuple[type[Model], ...] = (CampaignText, PageText)

_kept: OrderedDict[tuple[int, str, str, str], tuple[int, Content]] = OrderedDict()


@dataclass(frozen=True)
class Offer:
    """What one block shows on the pages of a campaign, band and language: the same for everybody."""

    block: Block
    shown: Any


@dataclass(frozen=True)
class Content:
    own: Mapping[str, str]
    offers: tuple[Offer, ...]
    # Pages of it that were rendered already, for the views: they last as long as what they show.
    pages: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of public texts that its blocks speak in."""
        return tuple(section for offer in self.offers for section in offer.block.sections)


def stamp() -> Combinable:
    """An expression that changes with each edit of what pages show, for the statement that a page begins with."""
    written = dict.fromkeys([*WRITTEN, *(model for block in ports.blocks() for model in block.written)])
    stamp: Combinable = Value(0)
    for model in written:
        newest = model.history.model.objects.order_by("-history_id").values("history_id")[:1]  # type: ignore[attr-defined]
        stamp += Coalesce(Subquery(newest, output_field=IntegerField()), 0)
    return stamp


@cache
def stamp_sql() -> str:
    """The same as a statement of PostgreSQL, to stand in another."""
    sql, params = Campaign.objects.order_by().values(stamp=stamp())[:1].query.sql_with_params()
    return str(connection.ops.compose_sql(sql, params))  # type: ignore[attr-defined]


def kept(campaign: int, band: Band, tag: str, *, stamp: int, asked: str) -> Content | None:
    """What `of` would give, where it is in memory."""
    found = _kept.get((campaign, band.value, tag, asked))
    return found[1] if found is not None and found[0] == stamp else None


def of(campaign: Campaign, band: Band, tag: str, *, stamp: int, asked: str = "") -> Content:
    """The content of the pages of `campaign` for `band` in the language `tag`, with the question in `asked`."""
    key = (campaign.pk, band.value, tag, asked or tag)
    found = _kept.get(key)
    if found is not None and found[0] == stamp:
        _kept.move_to_end(key)
        return found[1]
    content = read(campaign, band, tag, asked=asked)
    _kept[key] = (stamp, content)
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
    return content


def read(campaign: Campaign, band: Band, tag: str, *, asked: str = "") -> Content:
    """The same from the database, for a preview or for the first page after an edit."""
    own = campaign.own_words(tag, asked or tag, band)
    shown = ((block, block.offer(campaign, band, tag)) for block in ports.blocks())
    return Content(own, tuple(Offer(block, offer) for block, offer in shown if offer))


def current(campaign: Campaign) -> int:
    """The stamp as it is now, for a page that begins without an invitation."""
    return int(Campaign.objects.filter(pk=campaign.pk).annotate(stamp=stamp()).values_list("stamp", flat=True).get())


def forget() -> None:
    """Forget everything: what is undone in the database leaves the same stamp behind."""
    _kept.clear()
