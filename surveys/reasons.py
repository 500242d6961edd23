"""Reason chips: what a page of a band offers to choose, in which order, and what was chosen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from surveys import languages
from surveys.enums import Band, Place, ReasonOrigin
from surveys.fields import PickedField
from surveys.models import BandReason, Campaign, Reason, Response, ResponseReason
from surveys.models.reasons import OTHER
from surveys.ports import Block, Visit

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.forms import Field, Form

MOST = 3
FIELD = "reason"
# What a campaign offers that has chosen nothing else.
STANDARD: Mapping[Band, Sequence[str]] = {
    Band.DETRACTOR: (
        *("product_quality", "reliability", "support_speed", "delivery", "repair", "billing", "price_value"),
        *("ease_of_use", OTHER),
    ),
    Band.PASSIVE: (
        *("price_value", "ease_of_use", "support_quality", "app", "product_quality", "delivery", "onboarding"),
        *("sustainability", OTHER),
    ),
    Band.PROMOTER: (
        *("product_quality", "support_quality", "reliability", "ease_of_use", "price_value", "delivery", "repair"),
        *("sustainability", OTHER),
    ),
}


@dataclass(frozen=True)
class Chip:
    """One reason on a page; with a language of its own where it has no words in that of the page."""

    pk: int
    key: str
    label: str
    language: str = ""
    edge: str = ""  # where a page is cut that is made for everybody

    @property
    def direction(self) -> str:
        return languages.get(self.language).direction


def offered(campaign: Campaign, band: Band) -> list[Reason]:
    """The reasons on the page of a band, in the order of the staff: the campaign's own, or else the standard ones."""
    own = [row.reason for row in campaign.band_reasons.filter(band=band).select_related("reason")]
    return [reason for reason in own if reason.is_active] if own else standard(band)


def standard(band: Band) -> list[Reason]:
    keys = STANDARD[band]
    return sorted(Reason.objects.filter(key__in=keys, is_active=True), key=lambda reason: keys.index(reason.key))


def choose(campaign: Campaign, band: Band, wanted: Sequence[Reason], *, by: User) -> None:
    """Offer these reasons in this order; none: the standard ones. Each change is in the history."""
    standing = {row.reason_id: row for row in campaign.band_reasons.filter(band=band)}
    for position, reason in enumerate(wanted):
        row = standing.pop(reason.pk, None) or BandReason(campaign=campaign, band=band, reason=reason)
        if row.pk and row.position == position:
            continue
        row.position = position
        row._history_user = by  # type: ignore[attr-defined]
        row.save()
    for row in standing.values():
        row._history_user = by  # type: ignore[attr-defined]
        row.delete()


class Reasons(Block):
    """What it is about: up to three chips, shuffled for each respondent, "something else" last."""

    name = FIELD
    place = Place.QUESTIONS
    sections = ("reason",)
    written = (BandReason, Reason)
    template = "surveys/_reasons.html"
    told_template = "surveys/_reasons_told.html"

    def offer(self, campaign: Campaign, band: Band, language: str) -> list[Chip]:
        spoken = campaign.brand.default_language
        return [_chip(reason, language, spoken) for reason in offered(campaign, band)]

    def fields(self, offer: list[Chip]) -> dict[str, Field]:
        return {FIELD: PickedField(among={chip.key for chip in offer}, most=MOST, code="reason_limit")}

    def given(self, offer: list[Chip], visit: Visit) -> dict[str, Any]:
        if visit.response is None:
            return {}
        rows = visit.response.reasons.filter(origin=ReasonOrigin.RESPONDENT).order_by("pk")
        return {FIELD: list(rows.values_list("reason__key", flat=True))}

    def arranged(self, offer: list[Chip], visit: Visit, form: Form) -> list[tuple[Chip, bool]]:
        """The chips in the order of this visitor, and which are chosen."""
        field: Any = form.fields[FIELD]
        chosen = field.known(form[FIELD].value())
        if visit.mark:
            return [(replace(chip, edge=visit.mark(FIELD)), chip.key in chosen) for chip in offer]
        return [(chip, chip.key in chosen) for chip in _shuffled_for(visit, offer)]

    def order(self, offer: list[Chip], visit: Visit) -> list[int]:
        return [offer.index(chip) for chip in _shuffled_for(visit, offer)]

    def says(self, offer: list[Chip], said: Mapping[str, Any]) -> bool:
        return bool(said.get(FIELD))

    def keep(self, offer: list[Chip], response: Response, said: Mapping[str, Any]) -> None:
        """The latest choice wins, also over one that was made on the page of another band."""
        chosen = {chip.pk for chip in offer if chip.key in said.get(FIELD, ())}
        if not response.is_new:
            before = response.reasons.filter(origin=ReasonOrigin.RESPONDENT)
            before.exclude(reason__in=chosen).delete()
        if chosen:
            rows = [ResponseReason(response=response, reason_id=pk) for pk in sorted(chosen)]
            ResponseReason.objects.bulk_create(rows, ignore_conflicts=True)

    def thanks(self, offer: list[Chip], visit: Visit) -> list[Chip]:
        if visit.response is None:
            return []
        rows = visit.response.reasons.filter(origin=ReasonOrigin.RESPONDENT).order_by("pk").select_related("reason")
        return [_chip(row.reason, visit.language, visit.campaign.brand.default_language) for row in rows]


def _shuffled_for(visit: Visit, chips: Sequence[Chip]) -> list[Chip]:
    return shuffled(chips, visit.seed or f"{visit.at:%Y-%m-%d}")


def shuffled(chips: Sequence[Chip], seed: str) -> list[Chip]:
    """An order that is the same for a seed whenever it is asked for; "something else" is always last."""

    def place(chip: Chip) -> tuple[bool, bytes]:
        return chip.key == OTHER, hashlib.blake2b(f"{seed} {chip.key}".encode(), digest_size=8).digest()

    return sorted(chips, key=place)


def _chip(reason: Reason, language: str, otherwise: str) -> Chip:
    found, label = reason.label(language, otherwise)
    return Chip(reason.pk, reason.key, label, "" if found == language else found)


BLOCK = Reasons()
