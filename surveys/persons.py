"""Who answers: the person beside the form, and by when this person is heard of. Nobody is made up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from surveys import mergetags, ports, texts
from surveys.enums import Band

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from surveys.models import Contact


@dataclass(frozen=True)
class Person:
    name: str
    role: str = ""

    @property
    def initials(self) -> str:
        """Of scripts without capitals the first letter alone: two of them would join into a word."""
        letters = [part[0] for part in self.name.split() if part[0].isalpha()]
        if not letters or letters[0].upper() == letters[0].lower():
            return "".join(letters[:1])
        return "".join(dict.fromkeys([letters[0], letters[-1]])) if len(letters) > 1 else letters[0]


@dataclass(frozen=True)
class Promise:
    """Who is heard of by when."""

    person: Person
    by: dt.datetime

    def values(self, tag: str, zone: ZoneInfo) -> dict[str, str]:
        """For the merge tags of the words around it, in the reader's language and zone."""
        return {"name": self.person.name, "when": texts.moment(tag, self.by.astimezone(zone))}


def reader(own: Mapping[str, str], values: Mapping[str, str]) -> Person | None:
    """Who reads the answers to this page, in the campaign's own words."""
    name, role = (texts.plain(own.get(key, ""), values) for key in ("person_name", "person_role"))
    return Person(mergetags.header(name), mergetags.header(role)) if mergetags.header(name) else None


def caller(contact: Contact, band: Band, own: Mapping[str, str], values: Mapping[str, str]) -> Person | None:
    """Who calls or writes: on the red page whoever looks after the contact, or after the account; else the reader."""
    named = reader(own, values)
    if band != Band.DETRACTOR:
        return named
    owner = next((found for found in _owners(contact) if found.is_active and _name(found)), None)
    if owner is None:
        return named
    return named if named and named.name == _name(owner) else Person(_name(owner))


def promise(
    person: Person | None, contact: Contact, *, score: int, given_at: dt.datetime, at: dt.datetime
) -> Promise | None:
    """What can be promised to an answer that was given then; None without a person, a time, or when it is over."""
    by = ports.promised(contact, score, given_at) if person else None
    return Promise(person, by) if person and by and by > at else None


def _owners(contact: Contact) -> list[User]:
    owners = [contact.owner, contact.account.owner if contact.account else None]
    return [owner for owner in owners if owner is not None]


def _name(user: User) -> str:
    """As it may be shown to strangers; a sign-in name may not."""
    return mergetags.safe_name(user.get_full_name())
