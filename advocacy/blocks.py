"""What this side puts on the landing and thank-you pages: a testimonial, knowledge-base entries, review links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from advocacy import knowledge, reviews, stories, tagging
from advocacy.models import Entry, EntryText, ReviewPolicy, ReviewSite
from advocacy.models.stories import LONGEST_NAME, LONGEST_ROLE
from advocacy.stories import Wording
from surveys import mergetags, ports
from surveys.enums import Band, Place
from surveys.fields import SaidField
from surveys.models import Brand, Campaign, Consent, Response
from surveys.ports import Block, Visit

QUOTED_BANDS = (Band.PASSIVE, Band.PROMOTER)


def register() -> None:
    for block in (Quote(), Help(), Reviews(), Heed()):
        ports.register_block(block)


# --------------------------------------------------------------------------------------------------------- testimonial


class TickField(forms.CharField):
    """An empty tick, or one beside exactly this wording: nobody agrees to words that have changed since."""

    def __init__(self, *, version: str) -> None:
        super().__init__(required=False)
        self.version = version

    def clean(self, value: Any) -> bool:
        if value and value != self.version:
            raise forms.ValidationError("the wording has changed", code="quote_changed")
        return bool(value)


class Quote(Block):
    """May we quote you? Unticked, on yellow and green; nothing depends on it."""

    name = "quote"
    place = Place.WISHES
    sections = ("quote",)
    written = (Brand,)
    template = "advocacy/_quote.html"
    thanks_template = "advocacy/_quoted.html"

    def offer(self, campaign: Campaign, band: Band, language: str) -> Wording | None:
        return stories.wording(campaign.brand, language) if band in QUOTED_BANDS else None

    def fields(self, offer: Wording) -> dict[str, forms.Field]:
        return {
            "quote": TickField(version=offer.version),
            "quote_name": SaidField(clean=mergetags.header, longest=LONGEST_NAME),
            "quote_role": SaidField(clean=mergetags.header, longest=LONGEST_ROLE),
        }

    def given(self, offer: Wording, visit: Visit) -> dict[str, Any]:
        """Ticked only by what the person ticked before."""
        story = stories.live_of(visit.response) if visit.response else None
        if story is not None:
            return {"quote": offer.version, "quote_name": story.shown_name, "quote_role": story.shown_role}
        return {"quote_name": stories.short_name(mergetags.safe_name(visit.contact.name)) if visit.contact else ""}

    def says(self, offer: Wording, said: Mapping[str, Any]) -> bool:
        return bool(said.get("quote"))

    def keep(self, offer: Wording, response: Response, said: Mapping[str, Any]) -> None:
        story = None if response.is_new else stories.live_of(response)
        if not said.get("quote"):
            if story is not None:
                stories.withdraw(story)
        elif response.band not in QUOTED_BANDS or not response.comment:
            stories.let_go(response)
        elif response.contact is not None:
            consent = _standing(story.consent if story else None) or stories.agree(response, offer)
            stories.receive(response, consent=consent, shown_name=said["quote_name"], shown_role=said["quote_role"])

    def thanks(self, offer: Wording, visit: Visit) -> bool:
        return visit.response is not None and stories.live_of(visit.response) is not None


def _standing(consent: Consent | None) -> Consent | None:
    """A consent given before is not given again by a tick that we set ourselves."""
    return consent if consent is not None and consent.is_standing else None


# ------------------------------------------------------------------------------------------------------ knowledge base


class Help(Block):
    """Perhaps this helps already: entries for people who miss something."""

    name = "help"
    place = Place.BELOW
    sections = ("help",)
    written = (Entry, EntryText, Brand)
    template = "advocacy/_help.html"
    thanks_template = "advocacy/_helped.html"

    def offer(self, campaign: Campaign, band: Band, language: str) -> list[knowledge.Offered]:
        return knowledge.offered(campaign.brand, language) if band == Band.PASSIVE else []

    def thanks(self, offer: list[knowledge.Offered], visit: Visit) -> list[knowledge.Offered]:
        return offer


# ------------------------------------------------------------------------------------------------------------- reviews


class Reviews(Block):
    """Links to public review sites, on the thank-you pages of all bands alike."""

    name = "reviews"
    sections = ("reviews",)
    written = (ReviewSite, ReviewPolicy)
    thanks_template = "advocacy/_reviews.html"

    def offer(self, campaign: Campaign, band: Band, language: str) -> reviews.Invited | None:
        return reviews.shown(campaign.brand, band)

    def thanks(self, offer: reviews.Invited, visit: Visit) -> reviews.Invited:
        return offer


# -------------------------------------------------------------------------------------------------------------- themes


class Heed(Block):
    """Shows nothing. When an answer is given once more, with other reasons perhaps, its themes are looked for anew."""

    name = "heed"

    def offer(self, campaign: Campaign, band: Band, language: str) -> bool:
        return True

    def says(self, offer: bool, said: Mapping[str, Any]) -> bool:
        return False

    def keep(self, offer: bool, response: Response, said: Mapping[str, Any]) -> None:
        if not response.is_new:
            tagging.forget(response)
