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
    """Who is heard of by when. Without a person it is somebody of the team."""

    person: Person | None
    by: dt.datetime

    def values(self, tag: str, zone: ZoneInfo) -> dict[str, str]:
        """For the merge tags of the words around it, in the reader's language and zone."""
        named = {"name": self.person.name} if self.person else {}
        return {**named, "when": texts.moment(tag, self.by.astimezone(zone))}


def reader(own: Mapping[str, str], values: Mapping[str, str]) -> Person | None:
    """Who reads the answers to this page, in the campaign's own words."""
    name, role = (texts.plain(own.get(key, ""), values) for key in ("person_name", "person_role"))
    return Person(mergetags.header(name), mergetags.header(role)) if mergetags.header(name) else None


def caller(contact: Contact, band: Band, own: Mapping[str, str], values: Mapping[str, str]) -> Person | None:
    """Who calls or writes to an unhappy contact: whoever is sure to take care of it. Who reads the answers need not."""
    user = ports.caller(contact) if band == Band.DETRACTOR else None
    name = _name(user) if user else ""
    if not name:
        return None
    named = reader(own, values)
    return named if named and named.name == name else Person(name)


def beside(contact: Contact, band: Band, own: Mapping[str, str], values: Mapping[str, str]) -> Person | None:
    """Who stands beside the form: whoever calls, else who reads the answers."""
    return caller(contact, band, own, values) or reader(own, values)


def promise(
    person: Person | None, contact: Contact, *, score: int, given_at: dt.datetime, at: dt.datetime
) -> Promise | None:
    """What can be promised to an answer that was given then; None without a time, or when it is over."""
    by = ports.promised(contact, score, given_at)
    return Promise(person, by) if by and by > at else None


def _name(user: User) -> str:
    """As it may be shown to strangers; a sign-in name may not."""
    return mergetags.safe_name(user.get_full_name())
