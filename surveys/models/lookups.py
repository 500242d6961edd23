"""What SQLite and PostgreSQL say in different words: looking into JSON columns, and counting on with days and seconds.

What comes from outside is always a parameter.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateField, DateTimeField, F, Func, TextField, Value
from django.db.models.sql.compiler import SQLCompiler

Sql = tuple[str, Any]


class HasItem(Func):
    """Whether a column with a list of texts holds this one."""

    output_field = BooleanField()

    def __init__(self, column: str, item: str) -> None:
        super().__init__(F(column), Value(item, output_field=TextField()))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        template = "EXISTS(SELECT 1 FROM json_each(%(expressions)s)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") AS item WHERE item.value = ")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template="jsonb_exists(%(expressions)s)", arg_joiner=", ")


class TextAt(Func):
    """What a column with an object holds under a key, as text; NULL without the key.

    Django's own key lookup takes a key of digits for a place in a list.
    """

    output_field = TextField()

    def __init__(self, column: str, key: str) -> None:
        super().__init__(F(column), Value(key, output_field=TextField()))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        template = (
            "(SELECT CASE WHEN item.type IN ('true', 'false') THEN item.type ELSE CAST(item.value AS TEXT) END"
            " FROM json_each(%(expressions)s LIMIT 1)"
        )
        return self.as_sql(compiler, connection, template=template, arg_joiner=") AS item WHERE item.key = ")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template="(%(expressions)s::text)", arg_joiner=" ->> ")


class DaysAfter(Func):
    """The day so many days after another."""

    output_field = DateField()

    def __init__(self, day: Any, days: int) -> None:
        super().__init__(day, Value(days))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template="date(%(expressions)s || ' days')", arg_joiner=", '+' || ")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" + ")


class Scattered(Func):
    """A moment less than so many seconds after another: always the same for a number, and far apart for neighbours."""

    output_field = DateTimeField()
    # Multiples of the golden ratio, without their whole part, fill an interval evenly wherever one stops.
    RATIO, WHOLE, NUMBERS = 2_654_435_769, 2**32, 2**20

    def __init__(self, number: Any, since: Any, seconds: Any) -> None:
        super().__init__(number, since, seconds)

    def _parts(self, compiler: SQLCompiler) -> tuple[str, str, list[Any]]:
        (number, p), (since, q), (seconds, r) = (compiler.compile(part) for part in self.get_source_expressions())
        later = f"({number} %% {self.NUMBERS} * {self.RATIO} %% {self.WHOLE} * {seconds} / {self.WHOLE})"
        return since, later, [*q, *p, *r]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        since, later, params = self._parts(compiler)
        return f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', {since}, '+' || {later} || ' seconds')", params

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        since, later, params = self._parts(compiler)
        return f"({since} + {later} * interval '1 second')", params
