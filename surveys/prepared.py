"""A query that Django writes down once: for one with many joins that takes longer than the database needs to answer.

What comes out is the same as from the queryset: rows of its model with all that it joins and annotates. PostgreSQL
plans it once for each connection too, which for ten joins takes six times as long as the answer.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from django.db import DatabaseError, connections, models
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=models.Model)

# What PostgreSQL answers when a statement that it prepared does not fit the tables any more, or is not there.
_LOST = {"0A000", "26000"}
_number = itertools.count(1)


@dataclass(frozen=True)
class Written:
    """The query in SQL, with the places of its key among the parameters."""

    compiler: Any
    sql: str
    params: list[Any]
    places: list[int]
    converters: Any

    def filled(self, value: Any) -> tuple[Any, ...]:
        return tuple(value if place in self.places else each for place, each in enumerate(self.params))


class Prepared(Generic[M]):
    """`build(key)` gives the queryset for one key; `example` is a key that nothing else in it looks like.

    The key is compared with a field in the WHERE clause, once or more, and nothing else depends on it.
    """

    def __init__(self, build: Callable[[Any], models.QuerySet[M]], *, example: Any) -> None:
        self._build, self._example = build, example
        self._written: dict[str, Written] = {}
        self._name = f"vv_prepared_{next(_number)}"
        self._ready: WeakSet[Any] = WeakSet()  # the connections that know the name
        self._is_lost = False

    def first(self, key: Any) -> M | None:
        """The first row for `key`, or None. One statement."""
        connection = connections["default"]
        try:
            return next(iter(self._rows(connection, key)), None)
        except DatabaseError as error:
            # Somebody has changed the tables under this process: from now on without, until it is started anew.
            if self._is_lost or getattr(error.__cause__, "sqlstate", "") not in _LOST:
                raise
            self._is_lost = True
            if connection.in_atomic_block:
                raise
            return next(iter(self._rows(connection, key)), None)

    def _rows(self, connection: Any, key: Any) -> Iterator[M]:
        written = self._write(connection)
        statement = self._statement(connection, written, self._field.get_db_prep_value(key, connection))
        ready = copy.copy(written.compiler)
        ready.connection = connection  # of this thread
        ready.as_sql = lambda *_args, **_kwargs: statement
        ready.get_converters = lambda _expressions: written.converters
        query = SimpleNamespace(get_compiler=lambda using: ready)
        queryset: Any = SimpleNamespace(
            db="default", query=query, model=written.compiler.query.model, _known_related_objects={}
        )
        return iter(ModelIterable(queryset))

    def _statement(self, connection: Any, written: Written, value: Any) -> tuple[str, tuple[Any, ...]]:
        # The switch that Django has for pools between us and the server, where a name is known to one of many only.
        is_pooled = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
        if connection.vendor != "postgresql" or is_pooled or self._is_lost:
            return written.sql, written.filled(value)
        with connection.wrap_database_errors, connection.cursor() as cursor:  # which looks whether it still lives
            if connection.connection not in self._ready:
                cursor.cursor.execute(self._preparing(connection, written))
                self._ready.add(connection.connection)
        return f"EXECUTE {self._name}(%s)", (value,)

    def _preparing(self, connection: Any, written: Written) -> str:
        pieces = written.sql.split("%s")
        marks = ["$1" if place in written.places else "%s" for place in range(len(written.params))]
        text = "".join(itertools.chain.from_iterable(zip(pieces, [*marks, ""], strict=True)))
        others = [each for place, each in enumerate(written.params) if place not in written.places]
        query = connection.ops.compose_sql(text, others)
        return f"PREPARE {self._name}({self._field.db_type(connection)}) AS {query}"

    def _write(self, connection: Any) -> Written:
        written = self._written.get(connection.vendor)
        if written is None:
            queryset = self._build(self._example)
            compiler = queryset.query.get_compiler("default")
            sql, params = compiler.as_sql()
            mark = self._field.get_db_prep_value(self._example, connection)
            places = [number for number, value in enumerate(params) if value == mark]
            if not places:
                raise ValueError("the query does not ask for its key")
            converters = compiler.get_converters([column[0] for column in compiler.select])
            written = self._written[connection.vendor] = Written(compiler, sql, list(params), places, converters)
        return written

    @property
    def _field(self) -> models.Field[Any, Any]:
        return models.UUIDField() if not isinstance(self._example, int) else models.BigIntegerField()
