"""What an import has to say: numbers, and every line that was rejected or changed on the way, with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LISTED = 1_000

REJECTIONS: dict[str, Promise] = {
    "email_missing": _("No address."),
    "email_no_at": _("No @ in the address."),
    "email_two_at": _("More than one @ in the address."),
    "email_two_addresses": _("Two addresses in one cell: write each in a row of its own."),
    "email_space_inside": _("A space inside the address."),
    "email_no_local": _("Nothing before the @."),
    "email_no_domain": _("Nothing after the @."),
    "email_domain_without_dot": _("A domain without a dot."),
    "email_double_dot": _("Two dots in a row in the address."),
    "email_comma": _("A comma in the address, where a dot should be."),
    "email_bad_domain": _("A part of the domain is empty, or begins or ends with a hyphen."),
    "email_label_too_long": _("A part of the domain is longer than 63 characters."),
    "email_too_long": _("The address is longer than 254 characters, or more than 64 stand before the @."),
    "email_not_ascii": _("The address has letters beyond a-z: write an international domain in its xn-- form."),
    "email_formula": _("A spreadsheet formula instead of an address."),
    "email_placeholder": _("A word that stands for nothing instead of an address."),
    "email_invalid": _("The address has characters that we cannot mail to."),
    "columns_too_many": _("More cells than the header has, so none can be trusted: put quotes around the separator."),
    "quote_unbalanced": _("A quotation mark is not closed, or not doubled inside a quoted cell."),
    "cell_too_long": _("A cell is too long to be read."),
    "line_too_long": _("The line is longer than a million characters."),
}

WARNINGS: dict[str, Promise] = {
    "trimmed": _("Spaces around a value were dropped."),
    "name_missing": _("No name."),
    "formula_in_name": _("A spreadsheet formula: kept as plain text, never run, made harmless on export."),
    "formula_in_company": _("A spreadsheet formula: kept as plain text, never run, made harmless on export."),
    "language_unknown": _("Not a language tag we know: left empty."),
    "language_missing": _("No language."),
    "timezone_unknown": _("Not in the time zone database: left empty."),
    "timezone_missing": _("No time zone."),
    "date_unreadable": _("Neither YYYY-MM-DD nor DD.MM.YYYY, or no such day: left empty."),
    "date_in_future": _("Later than today: left empty."),
    "number_unreadable": _("Not a plain number such as 1234.56 or 1.234,56: left empty."),
    "website_unreadable": _("Not a web address that begins with https:// or http://: left empty."),
    "phone_unreadable": _("Not a phone number: left empty."),
    "placeholder": _("A word that stands for nothing: left empty."),
    "characters_lost": _("The file was saved in a character set that could not hold the text: left empty."),
    "characters_removed": _("Invisible control characters were dropped."),
    "text_cut": _("Too long: the end was cut off."),
    "text_too_long": _("Too long to be kept: left empty."),
    "columns_missing": _("Fewer cells than the header has: the rest is empty."),
    "company_missing": _("Revenue and web site belong to a company, and the row names none: left out."),
    "owner_unknown": _("No such active user: no owner."),
    "column_duplicate": _("An earlier column says the same: this one was left out."),
    "column_unnamed": _("A column without a name: left out."),
}


class FileRefused(Exception):
    """The file cannot be imported; the text says what to do. Nothing was changed."""


class Issue(NamedTuple):
    line: int
    column: str
    code: str

    @property
    def is_rejection(self) -> bool:
        return self.code in REJECTIONS

    @property
    def message(self) -> str:
        return str(REJECTIONS.get(self.code) or WARNINGS[self.code])

    def as_dict(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column, "code": self.code, "message": self.message}


@dataclass
class Report:
    """The outcome of an import or of its dry run. The lists stop at LISTED, the totals do not."""

    encoding: str = ""
    delimiter: str = ""
    properties: list[str] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    merged: int = 0
    rejected: int = 0
    blank: int = 0
    warnings_total: int = 0
    warnings: list[Issue] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.merged + self.rejected + self.blank

    def note(self, issue: Issue) -> None:
        if issue.is_rejection:
            self.rejected += 1
            listed = self.errors
        else:
            self.warnings_total += 1
            listed = self.warnings
        if len(listed) < LISTED:
            listed.append(issue)

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "merged": self.merged,
            "rejected": self.rejected,
            "blank": self.blank,
            "warnings_total": self.warnings_total,
            "errors_total": self.rejected,
            "warnings": [issue.as_dict() for issue in self.warnings],
            "errors": [issue.as_dict() for issue in self.errors],
            "properties": self.properties,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
        }
