"""Find a contact, an account or a case by what somebody types."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.db.models import Case as FirstOf
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Replace
from django.db.models.lookups import IContains

from advocacy.models import Case
from surveys.models import Account, Contact

MOST = 20
LONGEST = 200
WORDS = 6

_NUMBER = re.compile(r"\D{0,6}?(\d{1,18})", re.ASCII)
_PHONE = re.compile(r"\+?[\d\s()./-]{4,40}")
_BETWEEN = re.compile(r"[\s()./-]")


@dataclass(frozen=True)
class Found:
    """The best rows of one kind; `has_more` says that others fit as well."""

    rows: list[Any]
    has_more: bool


def cleaned(typed: str) -> str:
    """What was typed, as one line in composed form: a database refuses NUL, and names are kept composed."""
    line = "".join(" " if unicodedata.category(character) == "Cc" else character for character in typed[: 2 * LONGEST])
    return " ".join(unicodedata.normalize("NFC", line).split())[:LONGEST].strip()


def contacts(query: str) -> Found:
    """By name, address, phone or external id; whose name or address begins with it come first."""
    fits = _each_word(query, "name", "email", "external_id") | _phone(query)
    rows = Contact.objects.filter(fits).select_related("account").defer("properties", "tags")
    return _best(rows.order_by(_beginning(query, "name", "email", "external_id"), "name", "pk"))


def accounts(query: str) -> Found:
    """By name, with the number of their people."""
    people = Contact.objects.filter(account=OuterRef("pk")).order_by().values("account").values(n=Count("pk"))
    rows = Account.objects.filter(_each_word(query, "name")).select_related("owner")
    rows = rows.annotate(people=Coalesce(Subquery(people, output_field=IntegerField()), 0))
    return _best(rows.order_by(_beginning(query, "name"), "name", "pk"))


def cases(query: str) -> Found:
    """By number or by the name of the contact; that number first, then the open ones, then the latest."""
    fits = _each_word(query, "contact__name")
    order: list[Any] = [_first(Q(closed_at=None)), "-opened_at", "-pk"]
    if match := _NUMBER.fullmatch(query):
        number = Q(pk=int(match[1]))
        fits, order = fits | number, [_first(number), *order]
    rows = Case.objects.filter(fits).select_related("contact__account", "owner", "response", "team")
    return _best(rows.defer("contact__properties", "contact__tags", "response__comment").order_by(*order))


def _best(rows: Any) -> Found:
    found = list(rows[: MOST + 1])
    return Found(found[:MOST], len(found) > MOST)


def _each_word(query: str, *fields: str) -> Q:
    """Every word stands in one of the fields."""
    words = query.split()[:WORDS]
    return reduce(
        Q.__and__, (reduce(Q.__or__, (_holds(field, word) for field in fields)) for word in words), Q(pk__isnull=False)
    )


def _holds(field: str, word: str) -> Q:
    """In any case. SQLite knows the case of English letters only, so others are tried as they may be written."""
    written = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return reduce(Q.__or__, (Q(**{f"{field}__icontains": each}) for each in sorted(written)))


def _phone(query: str) -> Q:
    """A number is found however it is parted: spaces, brackets and dashes do not count."""
    if not _PHONE.fullmatch(query):
        return Q(pk__in=[])
    bare: Any = F("phone")
    for sign in " ()./-":
        bare = Replace(bare, Value(sign), Value(""))
    return Q(IContains(bare, _BETWEEN.sub("", query)))


def _beginning(query: str, *fields: str) -> FirstOf:
    return _first(reduce(Q.__or__, (Q(**{f"{field}__istartswith": query}) for field in fields)))


def _first(condition: Q) -> FirstOf:
    """An order that puts what meets the condition on top."""
    return FirstOf(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())
