"""What a contact may do by the link in a mail beside choosing: see what is known, get it as a file, get a new link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from surveys import privacy
from surveys.enums import Promise, Purpose
from surveys.models import Contact, Event, Message
from surveys.transitions import record

LETTER = "exit_link"
PRIORITY = 10  # somebody waits for it
GOOD_FOR = dt.timedelta(days=90)
A_DAY = dt.timedelta(days=1)
SEEN = "seen"


def is_fresh(message: Message) -> bool:
    """Whether the mail is new enough for personal data: an old one may lie anywhere."""
    return (message.sent_at or message.created_at) > timezone.now() - GOOD_FOR


def known(contact: Contact) -> dict[str, Any]:
    """Everything known of the contact, for the contact. That it was looked at is an event, one a day."""
    found = privacy.known(contact)
    if not Event.objects.filter(contact=contact, went_to=SEEN, at__gt=timezone.now() - A_DAY).exists():
        record(contact, went_to=SEEN)
    return found


# ------------------------------------------------------------------------------------------------------------ new link


def link_sent(contact: Contact) -> bool:
    """Whether a new link went out today, or is about to."""
    return Message.objects.filter(contact=contact, letter=LETTER, created_at__gt=timezone.now() - A_DAY).exists()


def send_link(contact: Contact) -> None:
    """Mail a fresh link to the contact's own address, at most once a day."""
    with transaction.atomic():
        list(Contact.objects.select_for_update(no_key=True).filter(pk=contact.pk).values_list("pk"))
        if link_sent(contact):
            return
        Message.objects.create(
            letter=LETTER,
            purpose=Purpose.SERVICE,
            promise=Promise.AT_LEAST_ONCE,
            priority=PRIORITY,
            contact=contact,
            address_hash=contact.address_hash,
            created_at=timezone.now(),
            not_before=timezone.now(),
        )


# ---------------------------------------------------------------------------------------------------------- to be read


@dataclass(frozen=True)
class Section:
    """One heading of what is known; an entry is a list of names and values."""

    name: str
    entries: list[list[tuple[str, str | bool]]]


def sections(found: dict[str, Any]) -> list[Section]:
    """What `known` gives, flat enough to be read; what is empty is left out, and when it was put together."""
    read = [Section(name, _entries(part)) for name, part in found.items() if name != "exported_at"]
    return [section for section in read if section.entries]


def _entries(part: Any) -> list[list[tuple[str, str | bool]]]:
    entries = [list(_lines("", each)) for each in (part if isinstance(part, list) else [part])]
    return [entry for entry in entries if entry]


def _lines(name: str, value: Any) -> Iterator[tuple[str, str | bool]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _lines(_joined(name, str(key)), each)
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value, start=1):
            yield from _lines(_joined(name, str(number)), each)
    elif isinstance(value, dt.datetime):
        yield name, f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
    elif value is not None and value != "":
        yield name, value if isinstance(value, bool) else str(value)


def _joined(name: str, key: str) -> str:
    return f"{name} {key.replace('__', ' ').replace('_', ' ')}".strip()
