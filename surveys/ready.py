"""Statements of our own that PostgreSQL reads and plans once for each connection, not each time they are told.

For a window of twenty mails, or for an answer, it would plan longer than it works.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakSet

from django.db import DatabaseError, OperationalError, connections

from surveys.prepared import PLAN_ONCE, is_lost, is_pooled, is_unknown

_number = itertools.count(1)
_PLACE = re.compile(r"\$(\d+)")


class Ready:
    """`text` gives the statement, with `$1` and so on for what differs, of these `types`; `steady` are the values of
    each `%s` in it, which are always the same."""

    def __init__(self, text: Callable[[], str], types: Sequence[str], steady: Sequence[Any] = ()) -> None:
        self._text, self._types, self._steady = text, types, steady
        self._name = f"vv_ready_{next(_number)}"
        self._told: WeakSet[Any] = WeakSet()  # the connections that know the name
        self.is_lost = False

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """Tell it; what it returns, or nothing. One statement, but for the first on a connection."""
        return Script(self).run(values)

    def filled(self, connection: Any, cursor: Any, values: Sequence[Any]) -> tuple[str, Sequence[Any]]:
        """What to send for these values, as SQL and parameters."""
        if is_pooled(connection) or self.is_lost:
            return self._whole(values)
        if connection.connection not in self._told:
            text = connection.ops.compose_sql(self._text(), self._steady) if self._steady else self._text()
            with connection.wrap_database_errors:
                cursor.cursor.execute(f"{PLAN_ONCE}; PREPARE {self._name} ({', '.join(self._types)}) AS {text}")
            self._told.add(connection.connection)
        return f"EXECUTE {self._name} ({', '.join(['%s'] * len(values))})", values

    def _whole(self, values: Sequence[Any]) -> tuple[str, Sequence[Any]]:
        steady = iter(self._steady)
        given: list[Any] = []
        pieces: list[str] = []
        for piece in re.split(r"(%s|\$\d+)", self._text()):
            if place := _PLACE.fullmatch(piece):
                number = int(place[1]) - 1
                given.append(values[number])
                pieces.append(f"%s::{self._types[number]}")
            else:
                given.extend([next(steady)] if piece == "%s" else [])
                pieces.append(piece)
        return "".join(pieces), given


class Script:
    """Statements that go to PostgreSQL in one message: outside of a transaction they are one together, and each sees
    what was committed before it began."""

    def __init__(self, *statements: Ready) -> None:
        self._statements = statements

    def run(self, *values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Tell them, each with its values; what the last one returns, or nothing."""
        connection: Any = connections["default"]
        is_first = is_unknown(connection)
        try:
            return self._run(connection, values)
        except DatabaseError as error:
            if is_first and isinstance(error, OperationalError) and not connection.is_usable():
                connection.close()  # and the next one to ask opens another
            # Somebody has changed the tables under this process: from now on without, until it is started anew.
            if not is_lost(error) or all(each.is_lost for each in self._statements):
                raise
            for each in self._statements:
                each.is_lost = True
            if connection.in_atomic_block:
                raise
            return self._run(connection, values)

    def _run(self, connection: Any, values: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            pairs = zip(self._statements, values, strict=True)
            filled = [each.filled(connection, cursor, given) for each, given in pairs]
            parameters = list(itertools.chain.from_iterable(given for _sql, given in filled))
            cursor.execute("; ".join(sql for sql, _given in filled), parameters)
            for _ in filled[1:]:
                cursor.nextset()
            has_rows = cursor.cursor.rownumber is not None  # its description would be written for each column
            return list(cursor.fetchall()) if has_rows else []
