"""A query that Django writes down once: for one with many joins that takes longer than the database needs to answer.

What comes out is the same as from the queryset: rows of its model with all that it joins and annotates.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """`build(key)` gives the queryset for one key; `example` is a key that nothing else in it looks like.

    The key is compared with a field in the WHERE clause, once or more, and nothing else depends on it.
    """

    def __init__(self, build: Callable[[Any], models.QuerySet[M]], *, example: Any) -> None:
        self._build, self._example = build, example
        self._written: dict[str, tuple[Any, str, list[Any], list[int], Any]] = {}

    def first(self, key: Any) -> M | None:
        """The first row for `key`, or None. One statement."""
        return next(iter(self._rows(key)), None)

    def _rows(self, key: Any) -> Iterator[M]:
        connection = connections["default"]
        compiler, sql, params, places, converters = self._write(connection)
        filled = list(params)
        for place in places:
            filled[place] = self._field.get_db_prep_value(key, connection)
        ready = copy.copy(compiler)
        ready.connection = connection  # of this thread
        ready.as_sql = lambda *_args, **_kwargs: (sql, tuple(filled))
        ready.get_converters = lambda _expressions: converters
        query = SimpleNamespace(get_compiler=lambda using: ready)
        queryset: Any = SimpleNamespace(
            db="default", query=query, model=compiler.query.model, _known_related_objects={}
        )
        return iter(ModelIterable(queryset))

    def _write(self, connection: Any) -> tuple[Any, str, list[Any], list[int], Any]:
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
            written = self._written[connection.vendor] = (compiler, sql, list(params), places, converters)
        return written

    @property
    def _field(self) -> models.Field[Any, Any]:
        return models.UUIDField() if not isinstance(self._example, int) else models.BigIntegerField()
