"""A statement of our own that PostgreSQL reads and plans once for each connection, not each time it is told.

For a window of twenty mails it would plan longer than it works.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any
from weakref import WeakSet

from django.db import DatabaseError, connections

from surveys.prepared import PLAN_ONCE, is_lost, is_pooled

_number = itertools.count(1)
_PLACE = re.compile(r"\$(\d+)")


class Ready:
    """`text` is the statement, with `$1` and so on for what differs; `steady` the values of each `%s` in it, which are
    always the same. `types` are those of `$1` and so on."""

    def __init__(self, text: str, types: Sequence[str], steady: Sequence[Any] = ()) -> None:
        self._text, self._types, self._steady = text, types, steady
        self._name = f"vv_ready_{next(_number)}"
        self._told: WeakSet[Any] = WeakSet()  # the connections that know the name
        self._is_lost = False

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """Tell it; what it returns, or nothing. One statement, but for the first on a connection."""
        connection: Any = connections["default"]
        if is_pooled(connection) or self._is_lost:
            return self._plainly(connection, values)
        try:
            with connection.cursor() as cursor:
                if connection.connection not in self._told:
                    self._tell(connection, cursor)
                marks = ", ".join(["%s"] * len(values))
                cursor.execute(f"EXECUTE {self._name}({marks})", values)
                return list(cursor.fetchall()) if cursor.description else []
        except DatabaseError as error:
            # Somebody has changed the tables under this process: from now on without, until it is started anew.
            if not is_lost(error):
                raise
            self._is_lost = True
            if connection.in_atomic_block:
                raise
            return self._plainly(connection, values)

    def _tell(self, connection: Any, cursor: Any) -> None:
        text = connection.ops.compose_sql(self._text, self._steady) if self._steady else self._text
        cursor.cursor.execute(f"{PLAN_ONCE}; PREPARE {self._name}({', '.join(self._types)}) AS {text}")
        self._told.add(connection.connection)

    def _plainly(self, connection: Any, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        filled = iter(self._steady)
        given: list[Any] = []
        pieces: list[str] = []
        for piece in re.split(r"(%s|\$\d+)", self._text):
            if place := _PLACE.fullmatch(piece):
                number = int(place[1]) - 1
                given.append(values[number])
                pieces.append(f"%s::{self._types[number]}")
            else:
                given.extend([next(filled)] if piece == "%s" else [])
                pieces.append(piece)
        with connection.cursor() as cursor:
            cursor.execute("".join(pieces), given)
            return list(cursor.fetchall()) if cursor.description else []
