"""A first answer with all that comes with it, in one statement of PostgreSQL.

It does what `responses` does one by one on other databases. Whoever calls holds the lock of the invitation.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from surveys.enums import MESSAGE_MOVES, MessageStatus
from surveys.models import DailyCount, Message, Response, Revision

_COUNTS = ("promoters", "passives", "detractors")
# From where a message may still be stopped.
_OPEN = tuple(source for source, targets in MESSAGE_MOVES.items() if MessageStatus.CANCELLED in targets)


def insert(response: Response, version: Revision, *, counted: DailyCount, withdrawn: Sequence[str]) -> None:
    """Insert an answer and its first version, add to the count of its day, and stop the letters `withdrawn` of its
    invitation that wait. Sets the id of the answer."""
    params = [*_values(response), *_values(version), *_values(counted)]
    params += [MessageStatus.CANCELLED, response.invitation_id, list(withdrawn), list(_OPEN)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(is_plain=counted.subject_id is None), params)
        (response.pk,) = cursor.fetchone()
    response._state.adding = False
    response._state.db = connection.alias


@cache
def _statement(*, is_plain: bool) -> str:
    """`is_plain`: the day is counted without a subject, under a constraint of its own."""
    day, message = DailyCount._meta.db_table, Message._meta.db_table
    added = ", ".join(f"{name} = day.{name} + excluded.{name}" for name in _COUNTS)
    same = "campaign_id, scale, language, day"
    same = f"({same}) WHERE subject_id IS NULL" if is_plain else f"({same}, subject_id) WHERE subject_id IS NOT NULL"
    return f"""
        WITH answer AS (
            INSERT INTO {Response._meta.db_table} ({_columns(Response)}) VALUES ({_places(Response)}) RETURNING id
        ), version AS (
            INSERT INTO {Revision._meta.db_table} (response_id, {_columns(Revision)})
            SELECT id, {_places(Revision)} FROM answer
        ), counted AS (
            INSERT INTO {day} AS day ({_columns(DailyCount)}) VALUES ({_places(DailyCount)})
            ON CONFLICT {same} DO UPDATE SET {added}
        ), withdrawn AS (
            UPDATE {message} SET status = %s, claim_id = NULL, lease_until = NULL
            WHERE invitation_id = %s AND letter = ANY(%s) AND status = ANY(%s)
        )
        SELECT id FROM answer
    """  # noqa: S608 -- names of tables and columns of ours


@cache
def _fields(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """But for the id and, in a version, the answer, which the statement itself finds out."""
    fields = (field for field in model._meta.concrete_fields if not field.primary_key)
    return tuple(field for field in fields if not (model is Revision and field.name == "response"))


def _columns(model: type[models.Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in _fields(model))


def _places(model: type[models.Model]) -> str:
    return ", ".join(["%s"] * len(_fields(model)))


def _values(row: models.Model) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in _fields(type(row))]
