"""Which compiled letter each message of a batch needs, and the mails that come of it.

A compiled letter is good for a campaign as it stands, so what it was made of is looked at once a batch: texts that are
edited while a wave runs change the mails from the next batch on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from email.utils import formatdate
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db.models import Model

from surveys import addresses, compiled, mail, mergetags, ports, texts, tokens
from surveys.models import Campaign, CampaignText, Contact, Invitation, Message
from surveys.models.languages import languages_in_use
from surveys.pipeline import Parcel

KEPT = 500
_kept: dict[tuple[object, ...], compiled.Compiled | None] = {}
_spoken = lru_cache(maxsize=1_000)(texts.language)
_asked_in = lru_cache(maxsize=1_000)(texts.question_language)


def invitations(messages: Sequence[Message]) -> ports.Filler:
    """What makes the invitations among `messages` as they leave; None for one that has to be rendered.

    The mails of a batch are made as they are needed: five hundred of them together would be megabytes.
    """
    campaigns = _campaigns(messages)
    stamps = _stamps(campaigns.values())
    date = formatdate(time.time()).encode("ascii")
    letters: dict[tuple[object, ...], compiled.Compiled | None] = {}  # most of a batch need the same few

    def fill(message: Message) -> Parcel | None:
        asked, contact = message.invitation, message.contact
        if asked is None or contact is None or not addresses.is_valid(contact.email):
            return None
        is_named, name = named(contact.first_name)
        wanted = (asked.wave_id, asked.language, contact.language, asked.style, contact.basis, is_named)
        if wanted not in letters:
            campaign = campaigns[asked.wave_id]
            letters[wanted] = _letter(campaign, stamps[campaign.pk], asked, contact, is_named=is_named)
        letter = letters[wanted]
        if letter is None or name is None:
            return None
        filling = compiled.Filling(
            contact.email.encode("ascii"),
            tokens.written(asked.token),
            tokens.written(message.token),
            mail.message_number(message.token).encode("ascii"),
            date,
        )
        return Parcel(message.id, letter.sender, contact.email, letter.fill(filling, name), letter.is_dotless)

    return fill


@lru_cache(maxsize=10_000)
def named(first_name: str) -> tuple[bool, compiled.Name | None]:
    """Whether anything of the name may be seen, and how it is then written; None for one that has to be rendered."""
    if first_name.isascii() and first_name.isalnum() and len(first_name) <= compiled.LONGEST_NAME:
        plain = first_name.encode("ascii")  # nothing in it to be cleaned, to be escaped, or to be taken for a link
        return True, compiled.Name(first_name, plain, plain)
    name = mergetags.safe_name(first_name)
    return (False, compiled.NAMELESS) if mergetags.is_blank(name) else (True, compiled.written(name))


def _letter(
    campaign: Campaign, stamp: object, asked: Invitation, contact: Contact, *, is_named: bool
) -> compiled.Compiled | None:
    """The compiled letter for the likes of this contact; None where each of them has to be rendered."""
    wishes, in_use = (asked.language, contact.language, campaign.brand.default_language), languages_in_use()
    variant = {
        "language": _spoken(*wishes, in_use=in_use),
        "asked_in": _asked_in(*wishes, in_use=in_use),
        "style": asked.style,
        "basis": contact.basis,
        "is_named": is_named,
    }
    key = (campaign.pk, stamp, *variant.values())
    if key not in _kept:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[key] = _compile(campaign, variant)
    return _kept[key]


def _compile(campaign: Campaign, variant: dict[str, Any]) -> compiled.Compiled | None:
    try:
        return mail.compile_invitation(campaign, **variant)
    except mail.CannotRender:
        return None  # each of its mails is rendered, and says what is wrong


def _campaigns(messages: Iterable[Message]) -> dict[int, Campaign]:
    """The campaign of each of their waves."""
    some = {asked.wave_id: asked for message in messages if (asked := message.invitation) is not None}
    return {wave_id: asked.wave.campaign for wave_id, asked in some.items()}


def _stamps(asking: Iterable[Campaign]) -> dict[int, object]:
    """All that the letters of each campaign are made of, comparable."""
    campaigns = {campaign.pk: campaign for campaign in asking}
    rows = CampaignText.objects.filter(campaign__in=campaigns).order_by("pk").values_list()
    words = [tuple(row) for row in rows]
    return {
        pk: (_fields(campaign), _fields(campaign.brand), _fields(campaign.subject), tuple(words))
        for pk, campaign in campaigns.items()
    }


def _fields(row: Model | None) -> tuple[Any, ...]:
    return () if row is None else _read_all(type(row))(row)


@lru_cache(maxsize=10)
def _read_all(model: type[Model]) -> Callable[[Model], tuple[Any, ...]]:
    return attrgetter(*[field.attname for field in model._meta.concrete_fields])
