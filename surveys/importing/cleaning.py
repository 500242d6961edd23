"""From cells to the fields of a contact. Nothing is guessed: what cannot be read is left empty and reported.

Only the address or a broken row rejects.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from surveys import addresses, schedule
from surveys.importing.columns import Header
from surveys.importing.faults import FORMULA_STARTS, fault
from surveys.importing.reading import Record
from surveys.importing.report import Issue

Row = dict[str, Any]
Value = tuple[str, str]  # what is kept, and the code of a warning or nothing

# What every contact should have something in, when the file has a column for it.
_MISSING = {"language": "language_missing", "timezone": "timezone_missing"}
EMPTY_CELL_CODES = frozenset(("name_missing", *_MISSING.values()))
MAX_NAME = 200
MAX_PROPERTY = 1_000
MAX_TAG = 80
MAX_TAGS = 100

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a-\u202e\u2060\ufeff"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
_EDGES = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+\Z")
_ODD = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd?{_INVISIBLE}]")
_LOST = re.compile(r"(?=.*\?)[?\s.,&'()-]+\Z|.*\ufffd", re.DOTALL)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
# With dots the day is first, whoever writes it; with slashes it may be the month.
_DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\Z")
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,2})?\Z")
# A comma before one or two last digits parts no thousands, so what it parts are decimals.
_DECIMAL_COMMA = re.compile(r"-?(?:[0-9]{1,12}|[0-9]{1,3}(?:[. \u00a0\u202f][0-9]{3}){1,3}),[0-9]{1,2}\Z")
_GROUPING = re.compile(r"[. \u00a0\u202f]")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?\Z", re.IGNORECASE)
# ISO 639-1, and the three-letter ones that our texts or our users' systems have.
_LANGUAGES = (
    " aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en "
    "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja "
    "jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb "
    "nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq "
    "sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ast ckb "
    "dsb fil hsb kab yue "
)
_PLACEHOLDERS = ("n/a", "#n/a", "n.a.", "-", "--", "---", ".", "..")
_web_address = URLValidator(schemes=["https", "http"])


class Cleaner:
    """Turns the records of one file into rows."""

    def __init__(self, header: Header, *, today: dt.date) -> None:
        self._header = header
        email = header.find("email")
        assert email is not None  # noqa: S101 -- read_header refuses a file without one
        self._email = email
        readers: dict[str, Callable[[str], Value]] = {**_READERS, "customer_since": partial(read_day, today=today)}
        self._fields = [(column, readers[column.field]) for column in header.columns if column.field in readers]
        self._properties = [column for column in header.columns if not column.field]
        self._names = [column for column in header.columns if column.field in ("name", "first_name", "last_name")]
        self._titles = {column.position: column.title for column in header.columns}
        self._company = header.find("company")

    def clean(self, record: Record) -> tuple[Row | None, list[Issue]]:
        """The row, or why there is none: a rejection, or nothing at all for a blank line."""
        line, cells = record.line, record.cells
        if record.fault:
            return None, [Issue(line, "", record.fault)]
        texts, issues = self._tidy(line, cells)
        if not any(texts):
            return None, []
        if any(texts[self._header.width :]):
            return None, [Issue(line, "", "columns_too_many")]
        texts = texts[: self._header.width]
        if len(texts) < self._header.width:
            issues.append(Issue(line, "", "columns_missing"))
            texts += [""] * (self._header.width - len(texts))
        # From the cell itself: an address with something odd inside is rejected, not repaired.
        email = addresses.normalise(_without_edges("".join(cells[self._email.position : self._email.position + 1])))
        if not addresses.is_valid(email):
            return None, [Issue(line, self._email.title, fault(email))]
        row: Row = {"line": line, "email": email, **_EMPTY}
        for column, read in self._fields:
            if text := texts[column.position]:
                row[column.field], code = read(text)
                if code:
                    issues.append(Issue(line, column.title, code))
            elif column.field in _MISSING and column.position < len(cells) and not cells[column.position].strip():
                issues.append(Issue(line, column.title, _MISSING[column.field]))
        self._join(row, cells, texts, issues)
        return row, issues

    def _tidy(self, line: int, cells: list[str]) -> tuple[list[str], list[Issue]]:
        """The cells without what only a program sees. Says each kind of change once a line."""
        texts = [cell.strip() for cell in cells]
        is_odd = _ODD.search("".join(texts)) is not None
        if not is_odd and texts == cells:
            return texts, []
        issues: list[Issue] = []
        for code, tidy in _TIDYINGS if is_odd else _TIDYINGS[:1]:
            tidied = [tidy(text) for text in texts]
            before = cells if code == "trimmed" else texts
            # A cell of nothing but spaces loses nothing when they are dropped.
            if position := _first_changed(before, tidied, or_emptied=code != "trimmed"):
                issues.append(Issue(line, self._titles.get(position - 1, ""), code))
            texts = tidied
        return texts, issues

    def _join(self, row: Row, cells: list[str], texts: list[str], issues: list[Issue]) -> None:
        """What several cells say together."""
        line: int = row["line"]
        if not row["name"] and self._names:
            row["name"] = f"{row['first_name']} {row['last_name']}".strip()[:MAX_NAME]
            there = [cells[column.position] for column in self._names if column.position < len(cells)]
            if there and not "".join(there).strip():
                issues.append(Issue(line, self._names[0].title, "name_missing"))
        if row["company"]:
            row["company_key"] = row["company"].casefold()
        elif self._company and (row["website"] or row["revenue"]):
            row["website"] = row["revenue"] = ""
            if not "".join(cells[self._company.position : self._company.position + 1]).strip():
                issues.append(Issue(line, self._company.title, "company_missing"))
        properties: dict[str, str] = {}
        for column in self._properties:
            if text := texts[column.position]:
                if len(text) > MAX_PROPERTY:
                    text = text[:MAX_PROPERTY]
                    issues.append(Issue(line, column.title, "text_cut"))
                properties[column.key] = text
        if properties:
            row["properties"] = json.dumps(properties)


def _first_changed(before: list[str], after: list[str], *, or_emptied: bool) -> int:
    """Which cell changed, counted from 1; 0 for none."""
    pairs = enumerate(zip(before, after, strict=True), start=1)
    return next((position for position, (old, new) in pairs if old != new and (new or or_emptied)), 0)


def _without_edges(text: str) -> str:
    return _EDGES.sub("", text)


def without_controls(text: str) -> str:
    return _CONTROL.sub("", text).strip()


def _without_lost(text: str) -> str:
    return "" if _LOST.match(text) else text


_TIDYINGS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("trimmed", _without_edges),
    ("characters_removed", without_controls),
    ("characters_lost", _without_lost),
)

# ------------------------------------------------------------------------------------------------ one field at a time


def _read_title(text: str) -> Value:
    if "  " in text or not text.isprintable():
        text = " ".join(text.split())
    if text[0] in FORMULA_STARTS or text[0] in "#.nN":
        if text.casefold() in _PLACEHOLDERS:
            return "", "placeholder"
        if text[0] in FORMULA_STARTS:
            return text[:MAX_NAME], "formula"
    return (text, "") if len(text) <= MAX_NAME else (text[:MAX_NAME].rstrip(), "text_cut")


def _read_name(text: str) -> Value:
    name, code = _read_title(text)
    return name, "formula_in_name" if code == "formula" else code


def _read_company(text: str) -> Value:
    name, code = _read_title(text)
    return name, "formula_in_company" if code == "formula" else code


def _read_external_id(text: str) -> Value:
    return (text, "") if len(text) <= 100 else ("", "text_too_long")


def _read_phone(text: str) -> Value:
    text = " ".join(text.split())
    if len(text) > 40 or not any(character.isdigit() for character in text):
        return "", "phone_unreadable"
    return text, ""


def read_day(text: str, *, today: dt.date) -> Value:
    if dotted := _DOTTED_DAY.match(text):
        text = f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}"
    try:
        day = dt.date.fromisoformat(text) if _DAY.match(text) else None
    except ValueError:
        day = None
    if day is None:
        return "", "date_unreadable"
    return (text, "") if day <= today else ("", "date_in_future")


def _read_number(text: str) -> Value:
    if _DECIMAL_COMMA.match(text):
        whole, _comma, decimals = text.partition(",")
        return f"{_GROUPING.sub('', whole)}.{decimals}", ""
    return (text, "") if _NUMBER.match(text) else ("", "number_unreadable")


@lru_cache(4_096)
def _read_website(text: str) -> Value:
    try:
        _web_address(text)
    except ValidationError:
        return "", "website_unreadable"
    return (text, "") if len(text) <= 200 else ("", "website_unreadable")


@lru_cache(1_024)
def _read_language(text: str) -> Value:
    """A language tag in its canonical spelling: `pt-BR` for `PT_br`."""
    match = _LANGUAGE.match(text.replace("_", "-"))
    if not match or f" {match[1].lower()} " not in _LANGUAGES:
        return "", "language_unknown"
    parts = (match[1].lower(), (match[2] or "").title(), (match[3] or "").upper())
    return "-".join(part for part in parts if part), ""


@cache
def _time_zones() -> dict[str, str]:
    return {name.lower(): name for name in schedule.time_zones()}


def _read_time_zone(text: str) -> Value:
    zone = _time_zones().get(text.lower().replace(" ", "_"), "")
    return zone, "" if zone else "timezone_unknown"


@lru_cache(4_096)
def _read_tags(text: str) -> Value:
    tags = list(dict.fromkeys(" ".join(tag.split()) for tag in re.split("[,;]", text)))
    kept = [tag[:MAX_TAG] for tag in tags if tag][:MAX_TAGS]
    code = "text_cut" if kept != [tag for tag in tags if tag] else ""
    return json.dumps(kept), code


def _read_owner(text: str) -> Value:
    return addresses.normalise(text), ""


_READERS: dict[str, Callable[[str], Value]] = {
    "name": _read_name,
    "first_name": _read_name,
    "last_name": _read_name,
    "company": _read_company,
    "website": _read_website,
    "revenue": _read_number,
    "phone": _read_phone,
    "external_id": _read_external_id,
    "language": _read_language,
    "timezone": _read_time_zone,
    "tags": _read_tags,
    "owner_email": _read_owner,
}
_EMPTY: Row = {
    **dict.fromkeys([*_READERS, "customer_since", "company_key"], ""),
    "tags": "[]",
    "properties": "{}",
    "owner_id": None,
}
