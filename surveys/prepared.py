"""A query that Django writes down once: for one with many joins that takes longer than the database needs to answer.

What comes out is the same as from the queryset: rows of its model with all that it joins and annotates. PostgreSQL
plans it once for each connection too, which for ten joins takes six times as long as the answer.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakSet

from django.db import DatabaseError, OperationalError, connections, models
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=models.Model)

# What PostgreSQL answers when a statement that it prepared does not fit the tables any more, or is not there.
_LOST = {"0A000", "26000"}
# Else it plans anew for each key wherever it cannot guess how many rows a key has. A transaction that is taken back
# takes this along; what is prepared stays, and is slower.
PLAN_ONCE = "SET plan_cache_mode = force_generic_plan"
_number = itertools.count(1)
_FIELDS: dict[type, type[models.Field[Any, Any]]] = {
    UUID: models.UUIDField,
    int: models.BigIntegerField,
    str: models.CharField,
    dt.date: models.DateField,
    dt.datetime: models.DateTimeField,
}


@dataclass(frozen=True)
class Written:
    """The query in SQL; for each parameter which key it is, or None for one that is always the same."""

    compiler: Any
    sql: str
    params: list[Any]
    keys: list[int | None]
    converters: Any

    def filled(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(each if key is None else values[key] for key, each in zip(self.keys, self.params, strict=True))


class Prepared(Generic[M]):
    """`build(*keys)` gives the queryset for some keys; `example` is a key, or a tuple of them, that nothing else in it
    looks like.

    The keys are compared with fields in the WHERE clause, once or more, and nothing else depends on them. There may be
    none. Where something is worked out of a key, what comes out is a key too: `other` is a second example, with which
    every such thing shows that was forgotten. With it, a key may be one that this query does not ask for.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], *, example: Any, other: tuple[Any, ...] = ()) -> None:
        self._build = build
        self._examples: tuple[Any, ...] = example if isinstance(example, tuple) else (example,)
        self._other = other
        self._fields = tuple(_FIELDS[type(each)]() for each in self._examples)
        self._written: dict[str, Written] = {}
        self._name = f"vv_prepared_{next(_number)}"
        self._ready: WeakSet[Any] = WeakSet()  # the connections that know the name
        self._is_lost = False

    def first(self, *keys: Any) -> M | None:
        """The first row for the keys, or None. One statement."""
        return next(iter(self.all(*keys)), None)

    def all(self, *keys: Any) -> list[M]:
        """Every row for the keys. One statement."""
        connection: Any = connections["default"]
        is_first = is_unknown(connection)
        try:
            return list(self._rows(connection, keys))
        except DatabaseError as error:
            if is_first and isinstance(error, OperationalError) and not connection.is_usable():
                connection.close()
                return list(self._rows(connection, keys))
            # Somebody has changed the tables under this process: from now on without, until it is started anew.
            if self._is_lost or not is_lost(error):
                raise
            self._is_lost = True
            if connection.in_atomic_block:
                raise
            return list(self._rows(connection, keys))

    def _rows(self, connection: Any, keys: tuple[Any, ...]) -> Iterator[M]:
        written = self._write(connection)
        statement = self._statement(connection, written, self._adapted(connection, keys))
        ready = copy.copy(written.compiler)
        ready.connection = connection  # of this thread
        ready.as_sql = lambda *_args, **_kwargs: statement
        ready.get_converters = lambda _expressions: written.converters
        query = SimpleNamespace(get_compiler=lambda using: ready)
        queryset: Any = SimpleNamespace(
            db="default", query=query, model=written.compiler.query.model, _known_related_objects={}
        )
        return iter(ModelIterable(queryset))

    def _adapted(self, connection: Any, keys: tuple[Any, ...]) -> tuple[Any, ...]:
        each = zip(self._fields, keys, strict=True)
        return tuple(field.get_db_prep_value(key, connection) for field, key in each)

    def _statement(self, connection: Any, written: Written, values: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
        if connection.vendor != "postgresql" or is_pooled(connection) or self._is_lost:
            return written.sql, written.filled(values)
        with connection.wrap_database_errors, connection.cursor() as cursor:  # which looks whether it still lives
            if connection.connection not in self._ready:
                cursor.cursor.execute(f"{PLAN_ONCE}; {self._preparing(connection, written)}")
                self._ready.add(connection.connection)
        return f"EXECUTE {self._name}{_listed(['%s'] * len(values))}", values

    def _preparing(self, connection: Any, written: Written) -> str:
        pieces = written.sql.split("%s")
        marks = ["%s" if key is None else f"${key + 1}" for key in written.keys]
        text = "".join(itertools.chain.from_iterable(zip(pieces, [*marks, ""], strict=True)))
        steady = [each for key, each in zip(written.keys, written.params, strict=True) if key is None]
        types = [str(field.db_type(connection)) for field in self._fields]
        return f"PREPARE {self._name}{_listed(types)} AS {connection.ops.compose_sql(text, steady)}"

    def _write(self, connection: Any) -> Written:
        written = self._written.get(connection.vendor)
        if written is None:
            queryset = self._build(*self._examples)
            compiler = queryset.query.get_compiler("default")
            sql, params = compiler.as_sql()
            marks = self._adapted(connection, self._examples)
            keys = [marks.index(each) if each in marks else None for each in params]
            if self._other:
                again = self._build(*self._other).query.get_compiler("default").as_sql()
                steady = [each for key, each in zip(keys, params, strict=True) if key is None]
                if again[0] != sql or steady != [e for key, e in zip(keys, again[1], strict=True) if key is None]:
                    raise ValueError("something in the query hangs on a key, and is none")
            elif set(range(len(marks))) - set(keys):
                raise ValueError("the query does not ask for its key")
            converters = compiler.get_converters([column[0] for column in compiler.select])
            written = self._written[connection.vendor] = Written(compiler, sql, list(params), keys, converters)
        return written


def is_unknown(connection: Any) -> bool:
    """Whether nothing was asked in this request yet. Then it shows here whether the connection lives: a question less
    than Django's."""
    is_open = connection.connection is not None and not connection.in_atomic_block
    is_asked_first = bool(is_open and connection.health_check_enabled and not connection.health_check_done)
    connection.health_check_done = connection.health_check_done or is_asked_first
    return is_asked_first


def is_pooled(connection: Any) -> bool:
    """The switch that Django has for pools between us and the server, where a name is known to one of many only."""
    return bool(connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"))


def is_lost(error: DatabaseError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in _LOST


def _listed(values: list[str]) -> str:
    """In brackets, which must not stand round nothing."""
    return f"({', '.join(values)})" if values else ""
