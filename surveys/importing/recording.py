"""What an import did to each contact, written in the transaction that did it: taking it back reads it.

An import that starts again after a kill finds rows of its first attempt; the first word about a contact stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection

from surveys.importing import sql

_CLEAR = "DELETE FROM import_before"
_LAST = "SELECT coalesce(max(id), 0) FROM surveys_contact"
_CREATED = """
    INSERT INTO surveys_importedcontact (batch_id, contact_id, was_created, before, after, at, kept)
    SELECT %(batch)s, made.id, %(yes)s, {nothing}, {nothing}, %(now)s, '' FROM surveys_contact AS made
    WHERE made.id > %(last)s AND lower(made.email) IN (SELECT email FROM import_slice)
    ON CONFLICT (batch_id, contact_id) DO NOTHING
"""
_CHANGED = """
    INSERT INTO surveys_importedcontact (batch_id, contact_id, was_created, before, after, at, kept, updated_before)
    SELECT %(batch)s, was.id, %(no)s, {before}, {after}, %(now)s, '', was.updated_at
    FROM import_before AS was {join} WHERE true
    ON CONFLICT (batch_id, contact_id) DO NOTHING
"""


class _Statements(NamedTuple):
    created: str
    changed: str


def _statements(*, nothing: str, values: str, join: str) -> _Statements:
    before, after = (values.format(_changes(row)) for row in ("was", "new"))
    return _Statements(_CREATED.format(nothing=nothing), _CHANGED.format(before=before, after=after, join=join))


def _changes(row: str) -> str:
    """Of the fields only those that changed, each as text: what has none, such as a null, as an empty one."""
    text = "coalesce(CAST({}.{} AS text), '')".format
    return ", ".join(
        f"'{name}', CASE WHEN {text('was', name)} <> {text('new', name)} THEN {text(row, name)} END"
        for name in sql.REMEMBERED
    )


_SQLITE = _statements(
    nothing="'{}'",
    values="json_patch('{{}}', json_object({}))",
    join="JOIN surveys_contact AS new ON new.id = was.id",
)
_POSTGRESQL = _statements(
    nothing="'{}'::jsonb",
    values="jsonb_strip_nulls(jsonb_build_object({}))",
    # LATERAL and LIMIT, since without statistics the planner might read all contacts.
    join="JOIN LATERAL (SELECT * FROM surveys_contact AS known WHERE known.id = was.id LIMIT 1) AS new ON true",
)


@contextmanager
def memory(batch_id: int | None) -> Iterator[None]:
    """The table of the contacts as they were; nothing where nobody asks."""
    if batch_id is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(sql.DROP_BEFORE)
        cursor.execute(sql.CREATE_BEFORE)
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(sql.DROP_BEFORE)


@contextmanager
def recorded(batch_id: int | None, given: dict[str, Any], *, created: int, changed: int) -> Iterator[None]:
    """Round the statement that writes a slice, in its transaction."""
    if batch_id is None or not (created or changed):
        yield
        return
    statements = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    values = given | {"batch": batch_id, "yes": True, "no": False}
    with connection.cursor() as cursor:
        if changed:
            cursor.execute(_CLEAR)
            cursor.execute(sql.dialect().remember, given)
        if created:
            cursor.execute(_LAST)
            values["last"] = cursor.fetchone()[0]
        yield
        if changed:
            cursor.execute(statements.changed, values)
        if created:
            cursor.execute(statements.created, values)
