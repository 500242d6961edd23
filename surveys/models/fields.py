"""Column defaults made by the database, and what a column of names may hold."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, UUIDField
from django.db.models.sql.compiler import SQLCompiler
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from surveys import schedule, sites


@deconstructible(path="surveys.models.fields.RandomToken")
class RandomToken(Func):
    """A random token of at least 122 bits, made in the statement that creates the row.

    So that an INSERT..SELECT of a million rows makes a million tokens without Python, and none is derived from an id.
    """

    output_field = UUIDField()
    arity = 0

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        return "(lower(hex(randomblob(16))))", ()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, list[Any]]:
        return "gen_random_uuid()", []


def is_time_zone(name: str) -> None:
    """Raises ValidationError. An unknown zone would show only when something is planned in it."""
    if name not in schedule.time_zones():
        raise ValidationError(
            _("“%(name)s” is no time zone: write it as in Europe/Madrid, or UTC."),
            code="time_zone",
            params={"name": name},
        )


def is_weekdays(digits: str) -> None:
    """Raises ValidationError for anything but weekdays from 1 to 7, in order, each once."""
    if not digits or "".join(sorted(set(digits) & set("1234567"))) != digits:
        raise ValidationError(
            _("Write the days as digits from 1 for Monday to 7 for Sunday, such as 12345."), code="weekdays"
        )


def is_list_of_days(text: str) -> None:
    """Raises ValidationError with the first line that is no day."""
    try:
        schedule.days_in(text)
    except ValueError as error:
        raise ValidationError(
            _("“%(line)s” is no day: write it as 2026-12-25, one a line."), code="days", params={"line": error}
        ) from None


def is_list_of_origins(text: str) -> None:
    """Raises ValidationError with the first line that is no site."""
    try:
        sites.origins(text)
    except ValueError as error:
        raise ValidationError(
            _("“%(line)s” is no site: write it as https://www.example.com, one a line and nothing after it."),
            code="origins",
            params={"line": error},
        ) from None
