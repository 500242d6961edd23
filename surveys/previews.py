"""What a contact would get, made by the renderer that sends, of an invitation that is in no table.

Its links are inert: each leads to the preview of its campaign, and carries no token of anybody.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from surveys import addresses, mail, scoring, tokens
from surveys.enums import Basis
from surveys.mail import Letter
from surveys.models import Campaign, Contact, Invitation, Message, Wave

Scheme = Literal["light", "dark"]

NOBODY = 0  # a key that no row has: what is asked for by it is not found
TOKEN = UUID("00000000-0000-4000-8000-000000000000")
ADDRESS = "robin@example.com"
_SCHEMES = re.compile(r'(color-scheme:|content=")light dark')


def stranger() -> Contact:
    """Somebody made up."""
    return Contact(name="Robin Example", email=ADDRESS, basis=Basis.CUSTOMER)


def invitation(campaign: Campaign, *, language: str = "", contact: Contact | None = None) -> Invitation:
    """As if `contact` (default: somebody made up) had been asked now; `language` as if that had been chosen."""
    return Invitation(
        pk=NOBODY,
        token=TOKEN,
        wave=Wave(campaign=campaign),
        contact=contact or stranger(),
        style=campaign.single_style,
        language=language,
        closes_at=timezone.now() + dt.timedelta(days=campaign.open_days),
    )


def letter(asked: Invitation) -> Letter:
    """The mail of the invitation with inert links. Raises CannotRender as the renderer does, but for an address."""
    if not addresses.is_valid(asked.contact.email):  # a contact with a phone alone gets no mail, and is shown one
        asked.contact = copy.copy(asked.contact)
        asked.contact.email = ADDRESS
    made = mail.invitation(Message(letter="invitation", token=TOKEN, invitation=asked, contact=asked.contact))
    campaign = asked.wave.campaign
    inert = Letter(
        subject=made.subject,
        body=_inert(str(made.body), campaign),
        from_email=made.from_email,
        to=made.to,
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"},
    )
    inert.attach_alternative(_inert(html_of(made), campaign), "text/html")
    return inert


def html_of(made: Letter) -> str:
    return next(str(part) for part, kind in made.alternatives if kind == "text/html")


def _inert(text: str, campaign: Campaign) -> str:
    base: str = settings.PUBLIC_BASE_URL
    address = base + reverse("surveys:preview", args=[campaign.pk])
    links = re.compile(rf"{re.escape(base)}/[^\s\"'<>]*{tokens.encode(TOKEN)}(?:/(?P<score>\d+))?[^\s\"'<>]*")

    def replace(link: re.Match[str]) -> str:
        return f"{address}?show={scoring.band(int(link['score']))}" if link["score"] else address

    return links.sub(replace, text)


def in_scheme(html: str, scheme: Scheme) -> str:
    """The mail as a program shows it that is set to light or dark, whatever the browser is set to."""
    html = html.replace("(prefers-color-scheme:dark)", "all" if scheme == "dark" else "not all")
    return _SCHEMES.sub(rf"\g<1>{scheme}", html)
