"""What the columns of a file mean: as somebody said, else by their names in six languages, in any case, with spaces,
hyphens or underscores."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from surveys import addresses
from surveys.importing import titles
from surveys.importing.report import FileRefused, Issue

MAX_COLUMNS = 200
MAX_KEY = 80

PROPERTY, IGNORE = "property", "ignore"  # what a mapping may say of a column beside a field
FIELDS = tuple(titles.SYNONYMS)
_SEPARATORS = re.compile(r"[\s_.\-\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]+")


class Column(NamedTuple):
    """`field` is one of the names above; without one the column is the property `key`."""

    position: int
    title: str
    field: str
    key: str


@dataclass
class Header:
    width: int
    columns: list[Column] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    @property
    def properties(self) -> list[str]:
        return [column.key for column in self.columns if not column.field]

    def find(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.field == name), None)


def names_an_address(title: str) -> bool:
    return titles.field_of(title) == "email"


def read_header(line: int, cells: list[str], *, mapping: Mapping[str, str] | None = None) -> Header:
    """What `mapping` says of each title, or what we recognise. Raises FileRefused without a column of addresses."""
    require_columns(cells)
    meanings = [_meaning(cell, cells, mapping) for cell in cells]
    if "email" not in meanings:
        raise _no_address(cells)
    header = Header(len(cells))
    taken: set[tuple[str, str]] = set()
    # Without companies there is no account that a web site or a revenue could belong to.
    has_company = "company" in meanings
    for position, (cell, meaning) in enumerate(zip(cells, meanings, strict=True)):
        title, words = shown_title(cell), _words(cell)
        is_property = meaning == PROPERTY or (meaning in ("website", "revenue") and not has_company)
        name = "" if is_property else meaning
        column = Column(position, title, name, words.replace(" ", "_")[:MAX_KEY] if is_property else "")
        if meaning == IGNORE:
            continue
        if not words:
            header.issues.append(Issue(line, "", "column_unnamed"))
        elif (name, column.key) in taken:
            header.issues.append(Issue(line, title, "column_duplicate"))
        else:
            taken.add((name, column.key))
            header.columns.append(column)
    return header


def require_columns(cells: list[str]) -> None:
    """Raises FileRefused for what is no header, whatever a mapping may say."""
    if len(cells) > MAX_COLUMNS:
        raise FileRefused(
            _("The file has %(found)d columns and at most %(most)d can be read. Delete the ones you do not need.")
            % {"found": len(cells), "most": MAX_COLUMNS}
        )
    is_named = any(names_an_address(cell) for cell in cells)
    if not is_named and any(addresses.is_valid(addresses.normalise(cell)) for cell in cells):
        raise FileRefused(_("The first line holds an address instead of column names. Add a header line: email,name"))


def suggest(names: Iterable[str]) -> dict[str, str]:
    """A mapping for these titles: what we recognise, each field once; all else becomes a property."""
    suggested: dict[str, str] = {}
    beside = list(filter(_words, names))
    for name in beside:
        meaning = _meaning(name, beside, None)
        suggested[name] = IGNORE if meaning != PROPERTY and meaning in suggested.values() else meaning
    return suggested


def _meaning(cell: str, beside: list[str], mapping: Mapping[str, str] | None) -> str:
    if mapping is None:
        return titles.field_of(cell, beside) or PROPERTY
    return mapping.get(shown_title(cell), IGNORE if _words(cell) else PROPERTY)


def _no_address(cells: list[str]) -> FileRefused:
    found = ", ".join(shown_title(cell) for cell in cells[:20] if _words(cell))
    return FileRefused(
        _("No column of mail addresses. Found: %(found)s. Name one of them “email”; understood are: %(known)s.")
        % {"found": found or _("none"), "known": ", ".join(FIELDS).replace("_", " ")}
    )


def _words(title: str) -> str:
    return _SEPARATORS.sub(" ", title).strip().casefold()


def shown_title(cell: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+", " ", cell).strip()[:MAX_KEY]
