"""The open invitation of a token, in one statement, and the words of its pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from surveys import content, persons, scoring, texts, tokens
from surveys.enums import Band
from surveys.firsts import Sheet
from surveys.models import HeldAnswer, Invitation, Message, Response
from surveys.models.languages import looked_up, remember_row
from surveys.persons import Person, Promise
from surveys.ports import Visit
from surveys.prepared import Prepared

OF_INVITATION = ("contact__account__owner", "contact__owner", "wave__campaign__brand", "wave__campaign__subject")

# The sections of public texts on a page; what can be changed until when stands on both.
_SECTIONS = {"answer": ("answer",), "thanks": ("answer", "thanks")}


@dataclass(frozen=True)
class Found:
    """An open invitation with all that its pages need, in one statement."""

    invitation: Invitation
    response: Response | None
    held: HeldAnswer | None
    exit_token: UUID | None
    stamp: int

    @property
    def given(self) -> Response | None:
        """What was said last, whether it counts yet or not; a mere gesture says nothing."""
        if self.held is not None and self.held.is_repeated:
            return Response(invitation=self.invitation, **self.held.said["answer"])
        return self.response

    @property
    def sheet(self) -> Sheet:
        """Of what its pages are made."""
        return Sheet(self.invitation.wave.campaign_id, self.invitation.wishes, self.stamp)

    def content(self, band: Band) -> content.Content:
        asked, spoken = self.invitation.asked_in, self.invitation.spoken
        return content.of(self.invitation.wave.campaign, band, spoken, stamp=self.stamp, asked=asked)

    def visit(self, band: Band) -> Visit:
        invitation = self.invitation
        return Visit(
            campaign=invitation.wave.campaign,
            band=band,
            language=invitation.spoken,
            contact=invitation.contact,
            response=self.response,
            at=timezone.now(),
            seed=invitation.token.hex,
        )

    def person(self, band: Band) -> Person | None:
        """Who stands on the pages of the band."""
        invitation = self.invitation
        return persons.beside(invitation.contact, band, self.content(band).own, invitation.merge_values)

    def promise(self, score: int, *, given_at: dt.datetime) -> Promise | None:
        invitation, band = self.invitation, scoring.band(score)
        person = persons.caller(invitation.contact, band, self.content(band).own, invitation.merge_values)
        return persons.promise(person, invitation.contact, score=score, given_at=given_at, at=timezone.now())

    def values(self, promise: Promise | None = None, **more: str) -> dict[str, str]:
        """What the merge tags of its pages stand for."""
        invitation = self.invitation
        tag, zone = invitation.spoken, self._zone
        until = texts.until(tag, invitation.closes_at.astimezone(zone), timezone.now().astimezone(zone))
        promised = promise.values(tag, zone) if promise else {}
        return {**invitation.merge_values, "until": until, **more, **promised}

    def words(
        self, page: str, band: Band, values: dict[str, str], *, is_promised: bool, is_named: bool, calls: bool = False
    ) -> texts.Words:
        """The standard words of a page and band, under those of the campaign; with a promise they say by when, and
        who, where that is sure."""
        invitation, shown = self.invitation, self.content(band)
        said = {"promised": is_promised, "promised_name": is_named, "promised_call": is_named and calls}
        sections = ("page", "notice", "evidence", *shown.sections, *_SECTIONS[page], band)
        sections += tuple(section for section, is_said in said.items() if is_said)
        return texts.Words(invitation.spoken, *sections, values=values, own=shown.own, asked=invitation.asked_in)

    @property
    def _zone(self) -> ZoneInfo:
        """The zone of the recipient's clock, as far as we know."""
        for name in (self.invitation.contact.timezone, self.invitation.wave.campaign.timezone):
            try:
                return ZoneInfo(name)
            except (ValueError, OSError, ZoneInfoNotFoundError):
                continue
        return ZoneInfo("UTC")


def find(token: str) -> Found | None:
    """The open invitation of a token, with the answer that stands, its latest message and the stamp of its content."""
    uuid = tokens.decode(token)
    invitation: Any = _BY_TOKEN.first(uuid) if uuid else None
    if invitation is None or not invitation.is_open:
        return None
    remember_row(invitation)
    response, held = getattr(invitation, "response", None), getattr(invitation, "held", None)
    return Found(invitation, response, held, invitation.exit_token, invitation.stamp)


def _by_token(token: UUID) -> QuerySet[Invitation]:
    latest = Message.objects.filter(invitation=OuterRef("pk")).order_by("-pk").values("token")[:1]
    rows = Invitation.objects.select_related(*OF_INVITATION, "response", "held").filter(token=token)
    return rows.annotate(exit_token=Subquery(latest), stamp=content.stamp(), **looked_up()).order_by()


_BY_TOKEN = Prepared(_by_token, example=UUID("d9a5c9a6-6b0e-4c55-9a3b-2f6f4f1d7c11"))
