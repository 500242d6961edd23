"""Contacts that meet all of some conditions, each one of a closed list; a value never becomes SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, GreaterThan, IContains, In, IsNull, LessThanOrEqual
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys import languages, mergetags, schedule, scoring
from surveys.enums import Band, Basis
from surveys.models import Contact, Response, Segment, Suppression
from surveys.models.contacts import ContactQuerySet
from surveys.models.lookups import HasItem, TextAt

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Condition: TypeAlias = dict[str, str]

MOST = 20  # more conditions than anybody reads
LONGEST = 200
A_CENTURY = 36_500
WITHOUT_VALUE = ("empty", "not_empty", "yes", "no")

# Every condition there is, in the words that lead to its value; `field.op` names it in forms and addresses.
CONDITIONS: dict[str, StrOrPromise] = {
    "text.contains": gettext_lazy("name, address or account contains"),
    "name.contains": gettext_lazy("name contains"),
    "name.is": gettext_lazy("name is"),
    "name.empty": gettext_lazy("has no name"),
    "domain.is": gettext_lazy("address is at"),
    "domain.is_not": gettext_lazy("address is not at"),
    "language.is": gettext_lazy("language is"),
    "language.is_not": gettext_lazy("language is not"),
    "language.empty": gettext_lazy("has no known language"),
    "account.contains": gettext_lazy("account contains"),
    "account.is": gettext_lazy("account is"),
    "account.is_not": gettext_lazy("account is not"),
    "account.empty": gettext_lazy("has no account"),
    "account_segment.is": gettext_lazy("segment of the account is"),
    "account_segment.is_not": gettext_lazy("segment of the account is not"),
    "owner.is": gettext_lazy("owner is"),
    "owner.is_not": gettext_lazy("owner is not"),
    "owner.empty": gettext_lazy("has no owner"),
    "tag.is": gettext_lazy("has the tag"),
    "tag.is_not": gettext_lazy("has not the tag"),
    "property.is": gettext_lazy("property is"),
    "property.is_not": gettext_lazy("property is not"),
    "property.contains": gettext_lazy("property contains"),
    "property.not_empty": gettext_lazy("has the property"),
    "property.empty": gettext_lazy("has not the property"),
    "customer_since.before": gettext_lazy("customer since before"),
    "customer_since.after": gettext_lazy("customer since after"),
    "customer_since.empty": gettext_lazy("customer since an unknown day"),
    "last_band.is": gettext_lazy("last answer was that of a"),
    "last_band.is_not": gettext_lazy("last answer was not that of a"),
    "last_band.empty": gettext_lazy("has never answered"),
    "last_answered.within": gettext_lazy("days since the last answer: at most"),
    "last_answered.longer": gettext_lazy("days since the last answer: at least"),
    "created.before": gettext_lazy("known to us since before"),
    "created.after": gettext_lazy("known to us since after"),
    "basis.is": gettext_lazy("basis for surveys is"),
    "suppressed.yes": gettext_lazy("address must not be mailed"),
    "suppressed.no": gettext_lazy("address may be mailed"),
}
BASES = {"none" if basis == Basis.NONE else str(basis.value): basis for basis in Basis}


class BadConditions(ValueError):
    """These are no conditions: `errors` says why, by the place of each."""

    def __init__(self, errors: Mapping[int, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))


# --------------------------------------------------------------------------------------------------------------- check


def clean(conditions: object) -> list[Condition]:
    """The conditions in their one spelling: `field`, `op`, and `value` and `key` where they belong. Values are texts.

    Raises BadConditions. Whatever is stored or asked comes by here, so an unknown condition never means "everybody".
    """
    if not isinstance(conditions, list):
        raise BadConditions({0: _("Conditions are a list.")})
    if len(conditions) > MOST:
        raise BadConditions({MOST: _("At most %(most)d conditions.") % {"most": MOST}})
    cleaned, errors = [], {}
    for place, condition in enumerate(conditions):
        try:
            cleaned.append(_clean_one(condition))
        except ValueError as error:
            errors[place] = str(error)
    if errors:
        raise BadConditions(errors)
    return cleaned


def _clean_one(condition: object) -> Condition:
    if not isinstance(condition, dict) or name_of(condition) not in CONDITIONS:
        raise ValueError(_("There is no such condition."))
    field, op = name_of(condition).split(".")
    cleaned = {"field": field, "op": op}
    if field == "property":
        cleaned["key"] = _text(condition.get("key"), _("Name the property."))
    if op not in WITHOUT_VALUE:
        value = _text(condition.get("value"), _("Say what to look for."))
        cleaned["value"] = _CLEANERS.get(field, str)(value)
    return cleaned


def name_of(condition: Mapping[str, object]) -> str:
    return f"{condition.get('field')}.{condition.get('op')}"


def _text(value: object, missing: str) -> str:
    text = " ".join(mergetags.plain(str(value)).split()) if isinstance(value, str | int) else ""
    if not text:
        raise ValueError(missing)
    if len(text) > LONGEST:
        raise ValueError(_("At most %(most)d characters.") % {"most": LONGEST})
    return text


def _clean_domain(value: str) -> str:
    domain = value.lower().rpartition("@")[2]
    if not domain or " " in domain:
        raise ValueError(_("Write a domain such as example.com."))
    return domain


def _clean_language(value: str) -> str:
    tag = languages.normalise(value)
    if not tag:
        raise ValueError(_("Write a language tag such as es or pt-BR."))
    return tag


def _clean_number(value: str) -> str:
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value) <= A_CENTURY:
        raise ValueError(_("Write a number of days."))
    return str(int(value))


def _clean_owner(value: str) -> str:
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise ValueError(_("Choose a person."))
    return str(int(value))


def _clean_day(value: str) -> str:
    try:
        day = parse_date(value)
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2200:
        raise ValueError(_("Write a day such as 2026-01-31."))
    return day.isoformat()


def _clean_band(value: str) -> str:
    if value not in Band.values:
        raise ValueError(_("Choose a band."))
    return value


def _clean_basis(value: str) -> str:
    if value not in BASES:
        raise ValueError(_("Choose a basis."))
    return value


_CLEANERS: dict[str, Callable[[str], str]] = {
    "domain": _clean_domain,
    "language": _clean_language,
    "owner": _clean_owner,
    "customer_since": _clean_day,
    "created": _clean_day,
    "last_band": _clean_band,
    "last_answered": _clean_number,
    "basis": _clean_basis,
}


# ----------------------------------------------------------------------------------------------------------------- ask


def contacts(conditions: object, *, at: dt.datetime | None = None) -> ContactQuerySet:
    """Everybody who meets all conditions at `at` (default: now). Raises BadConditions."""
    return Contact.objects.filter(where(conditions, at=at))


def where(conditions: object, *, at: dt.datetime | None = None) -> Q:
    """The same as one condition on Contact. It joins nothing but the account, so no contact is found twice."""
    met = Q()
    for condition in clean(conditions):
        op, value = condition["op"], condition.get("value", "")
        if condition["field"] == "property":
            met &= _property(op, value, condition["key"])
        else:
            met &= _ASKED[condition["field"]](op, value, at or timezone.now())
    return met


def counts(segments: Iterable[Segment], *, at: dt.datetime | None = None) -> dict[int, int]:
    """How many contacts each segment has, by its id, in one statement. One whose conditions are broken is left out."""
    asked = {}
    for segment in segments:
        try:
            asked[f"n{segment.pk}"] = Count("pk", filter=where(segment.conditions, at=at) or None)
        except BadConditions:
            continue
    found = Contact.objects.aggregate(**asked) if asked else {}
    return {int(name[1:]): count for name, count in found.items()}


def spellings(text: str) -> set[str]:
    """A text as it may be written: SQLite knows capitals of ASCII only."""
    return {text, text.lower(), text.upper(), text.title()}


def written(lookup: str, text: str) -> Q:
    """Whether a column holds the text in any case."""
    met = Q()
    for spelling in spellings(text):
        met |= Q(**{lookup: spelling})
    return met


def _only(op: str, condition: Q) -> Q:
    return ~condition if op in ("is_not", "no") else condition


def _ask_text(_op: str, value: str, _at: dt.datetime) -> Q:
    columns = ("name", "email", "account__name")
    return Q(*[written(f"{column}__icontains", value) for column in columns], _connector=Q.OR)


def _ask_name(op: str, value: str, _at: dt.datetime) -> Q:
    if op == "empty":
        return Q(name="")
    return written("name__icontains" if op == "contains" else "name__iexact", value)


def _ask_domain(op: str, value: str, _at: dt.datetime) -> Q:
    return _only(op, Q(email__endswith=f"@{value}"))


def _ask_language(op: str, value: str, _at: dt.datetime) -> Q:
    if op == "empty":
        return Q(language="")
    return _only(op, Q(language=value) | Q(language__startswith=f"{value}-"))


def _ask_account(op: str, value: str, _at: dt.datetime) -> Q:
    if op == "empty":
        return Q(account__isnull=True)
    return _only(op, written("account__name__icontains" if op == "contains" else "account__name__iexact", value))


def _ask_account_segment(op: str, value: str, _at: dt.datetime) -> Q:
    return _only(op, written("account__segment__iexact", value))


def _ask_owner(op: str, value: str, _at: dt.datetime) -> Q:
    return Q(owner__isnull=True) if op == "empty" else _only(op, Q(owner=int(value)))


def _ask_tag(op: str, value: str, _at: dt.datetime) -> Q:
    return _only(op, Q(HasItem("tags", value)))


def _property(op: str, value: str, key: str) -> Q:
    if op in ("empty", "not_empty"):
        return Q(IsNull(TextAt("properties", key), op == "empty"))
    found = Coalesce(TextAt("properties", key), Value("", output_field=TextField()))
    if op == "contains":
        return Q(*[IContains(found, spelling) for spelling in spellings(value)], _connector=Q.OR)
    return _only(op, Q(Exact(found, value)))


def _ask_customer_since(op: str, value: str, _at: dt.datetime) -> Q:
    if op == "empty":
        return Q(customer_since__isnull=True)
    return Q(customer_since__lt=value) if op == "before" else Q(customer_since__gt=value)


def _latest(column: str, at: dt.datetime) -> Subquery:
    latest = Response.objects.settled(at).filter(contact=OuterRef("pk")).order_by("-submitted_at", "-pk")
    return Subquery(latest.values(column)[:1])


def _ask_last_band(op: str, value: str, at: dt.datetime) -> Q:
    score = _latest("score", at)
    if op == "empty":
        return Q(IsNull(score, True))
    # "Not a detractor" is said of those who answered: who never did is a condition of its own.
    return Q(In(score, [each for each in range(11) if (scoring.band(each) == value) != (op == "is_not")]))


def _ask_last_answered(op: str, value: str, at: dt.datetime) -> Q:
    since, answered = at - dt.timedelta(days=int(value)), _latest("submitted_at", at)
    return Q(GreaterThan(answered, since)) if op == "within" else Q(LessThanOrEqual(answered, since))


def _ask_created(op: str, value: str, _at: dt.datetime) -> Q:
    day = dt.date.fromisoformat(value)
    if op == "before":
        return Q(created_at__lt=schedule.local_instant(day, dt.time(0), settings.TIME_ZONE))
    following = day + dt.timedelta(days=1)
    return Q(created_at__gte=schedule.local_instant(following, dt.time(0), settings.TIME_ZONE))


def _ask_basis(_op: str, value: str, _at: dt.datetime) -> Q:
    return Q(basis=BASES[value])


def _ask_suppressed(op: str, _value: str, _at: dt.datetime) -> Q:
    return _only(op, Q(Exists(Suppression.objects.filter(address_hash=OuterRef("address_hash")))))


_ASKED: dict[str, Callable[[str, str, dt.datetime], Q]] = {
    "text": _ask_text,
    "name": _ask_name,
    "domain": _ask_domain,
    "language": _ask_language,
    "account": _ask_account,
    "account_segment": _ask_account_segment,
    "owner": _ask_owner,
    "tag": _ask_tag,
    "customer_since": _ask_customer_since,
    "last_band": _ask_last_band,
    "last_answered": _ask_last_answered,
    "created": _ask_created,
    "basis": _ask_basis,
    "suppressed": _ask_suppressed,
}


# --------------------------------------------------------------------------------------------------------------- words


def in_words(conditions: object) -> list[str]:
    """Each condition as a person reads it. Broken ones are said to be so."""
    try:
        cleaned = clean(conditions)
    except BadConditions as error:
        return [_("These conditions cannot be read: %(why)s") % {"why": error}]
    owners = {condition["value"] for condition in cleaned if condition["field"] == "owner" and "value" in condition}
    names = {
        str(user.pk): user.get_full_name() or user.get_username()
        for user in (get_user_model().objects.filter(pk__in=owners) if owners else [])
    }
    return [_in_words(condition, names) for condition in cleaned]


def _in_words(condition: Condition, names: Mapping[str, str]) -> str:
    field, value = condition["field"], condition.get("value", "")
    shown: StrOrPromise = value
    if field == "owner" and value:
        shown = names.get(value, _("somebody who is gone"))
    elif field == "last_band" and value:
        shown = Band(value).label
    elif field == "basis":
        shown = BASES[value].label
    elif field in ("customer_since", "created") and value:
        shown = date_format(dt.date.fromisoformat(value), "j M Y")
    said = CONDITIONS[name_of(condition)]
    if "key" in condition:
        said = format_lazy("{said} {key}:", said=said, key=condition["key"])
    return f"{said} {shown}".rstrip(" :")
