"""What the outbox tells PostgreSQL in one statement where the ORM needs several.

Each says the same as the statements beside its call in `surveys.outbox`, which serve SQLite; the tests of the outbox
run on both.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q
from django.db.models.base import ModelState
from django.db.models.expressions import RawSQL
from django.db.models.sql import UpdateQuery

from surveys import ports
from surveys.enums import MESSAGE_MOVES, MessageStatus, WaveStatus
from surveys.models import Contact, Invitation, Message
from surveys.models.outbox import TURN, MessageQuerySet
from surveys.ready import Ready, Script

# What no mail needs takes longer to bring into Python than a mail to write.
UNREAD = [
    "priority", "is_open", "not_sent_as", "not_before", "leave_by", "parked_in", "lease_until", "text_version",
    "provider_id", "created_at",
    "dispatched_at", "sent_at", "delivered_at", "bounced_at", "complained_at", "invitation__skip_reason",
    "invitation__closes_at", "invitation__created_at", "contact__address_hash", "contact__phone",
    "contact__external_id", "contact__tags", "contact__properties", "contact__customer_since", "contact__owner",
    "contact__basis_source", "contact__basis_at", "contact__mail_wish", "contact__mail_wish_at", "contact__created_at",
    "contact__updated_at",
]  # fmt: skip

# A pause updates the wave row: it waits for windows that are leaving, and none leaves after its commit. The lock is
# taken where the rest of the statement asks for the status, so it sees the one that the pause has left.
#
# Each row is looked up by its number and by nothing else: who has just planned or claimed thousands leaves PostgreSQL
# with figures by which it would look through all of them for each window. What IS TRUE is no way to find a row.
_LETTING_GO = """
WITH asked AS MATERIALIZED (
    SELECT message.id, invitation.wave_id FROM surveys_message message
    JOIN surveys_invitation invitation ON invitation.id = message.invitation_id
    WHERE message.id = ANY($1)
), sharing AS MATERIALIZED (
    SELECT wave.id, wave.status FROM surveys_wave wave WHERE wave.id IN (SELECT wave_id FROM asked) FOR SHARE
)
{update} WHERE surveys_message.id = ANY($1) AND ({condition}) IS TRUE RETURNING id
"""
# What a sweeper called `unknown` in the meantime was noted by it; the others are noted here.
_MARK = """
WITH mine AS (
    SELECT id, status FROM surveys_message
    WHERE id = ANY($1) AND (claim_id = $2 AND status = ANY(%s::text[])) IS TRUE
    ORDER BY id FOR UPDATE
), marked AS (
    UPDATE surveys_message message SET status = %s, sent_at = $3, error = '', claim_id = NULL, lease_until = NULL
    FROM mine WHERE message.id = mine.id
    RETURNING message.contact_id, message.invitation_id, message.letter, mine.status = %s AS is_news
), touched AS (
    INSERT INTO surveys_touch (contact_id, kind, at)
    SELECT marked.contact_id, kinds.kind, $3
    FROM marked JOIN unnest(%s::text[], %s::text[]) AS kinds (letter, kind) ON kinds.letter = marked.letter
    WHERE marked.is_news AND marked.contact_id IS NOT NULL
)
UPDATE surveys_invitation invitation SET closes_at = $3 + campaign.open_days * interval '1 day'
FROM marked, surveys_wave wave, surveys_campaign campaign
WHERE invitation.id = marked.invitation_id AND wave.id = invitation.wave_id AND campaign.id = wave.campaign_id
    AND marked.letter = %s AND marked.is_news
"""
# Of what is due the most urgent, but what twice went down with a worker alone; with all that a mail needs.
#
# It walks along the index of what waits until it has enough. Left to itself, PostgreSQL takes it that few of those that
# wait belong to one of the waves that send, so it would look through all messages and all invitations for each batch.
_CLAIM = """
SET LOCAL enable_sort = off; SET LOCAL enable_incremental_sort = off; SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off; SET LOCAL jit = off;
WITH due AS MATERIALIZED ({due} FOR UPDATE OF surveys_message SKIP LOCKED), numbered AS (
    SELECT pk, row_number() OVER ordered AS place,
        count(*) FILTER (WHERE attempts >= %s AND retry_at IS NULL) OVER ordered AS harmful
    FROM due WINDOW ordered AS (ORDER BY priority, not_before, pk ROWS UNBOUNDED PRECEDING)
), moved AS (
    UPDATE surveys_message message
    SET status = %s, claim_id = %s, lease_until = %s, attempts = message.attempts + 1
    WHERE message.id = ANY(ARRAY(SELECT pk FROM numbered WHERE harmful = 0 OR place = 1))
        AND (message.status = ANY(%s::text[])) IS TRUE
    RETURNING message.*
), noted AS (
    INSERT INTO surveys_claim (id, messages) SELECT %s, jsonb_agg(id) FROM moved HAVING count(*) > 0
)
SELECT {columns} FROM moved message
LEFT JOIN surveys_invitation invitation ON invitation.id = message.invitation_id
LEFT JOIN surveys_contact contact ON contact.id = message.contact_id
ORDER BY message.priority, message.not_before, message.id
"""


# Stand in for what differs between two claims, or windows, in a statement that takes the ORM milliseconds to write.
_CLAIM_ID = UUID(int=0x5A71B0D49C3E4F6A8B2D7E1F0C9A3B58)
_LEASE = dt.datetime(1970, 1, 1, 4, tzinfo=dt.UTC)
_NOW, _THEN = dt.datetime(1971, 2, 3, 4, 5, 6, 7, dt.UTC), dt.datetime(1973, 4, 5, 6, 7, 8, 9, dt.UTC)

Due = MessageQuerySet | Callable[[dt.datetime], MessageQuerySet]


def is_spoken() -> bool:
    return connection.vendor == "postgresql"


def claim(
    due: Due, size: int, *, claim_id: UUID, now: dt.datetime, lease_until: dt.datetime, harmful_after: int
) -> list[Message]:
    """Move up to `size` of what is `due` now, most urgent first, to `claimed`; what has been tried `harmful_after`
    times and never heard an answer is taken alone. Each comes with its contact and its invitation, and these without
    their own."""
    asked, values = _asked(due, size, now)
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM.format(due=asked, columns=_columns()),
            [*values, harmful_after, MessageStatus.CLAIMED.value, claim_id, lease_until, _sources(), claim_id],
        )
        while cursor.nextset():
            pass
        parts = _parts()
        return [_brought(row, parts) for row in cursor.fetchall()]


def _asked(due: Due, size: int, now: dt.datetime) -> tuple[str, list[Any]]:
    """What is due, as SQL and its values. What depends on nothing but the moment is written once."""
    if not callable(due):
        sql, values = _in_turn(due, size)
        return sql, list(values)
    sql, values = _asked_always(due, size)
    return sql, [now if value == _NOW else value for value in values]


@lru_cache(maxsize=20)
def _asked_always(due: Callable[[dt.datetime], MessageQuerySet], size: int) -> tuple[str, tuple[Any, ...]]:
    """Raises ValueError where it looks at another clock than the one it is given."""
    (sql, values), (again, others) = _in_turn(due(_NOW), size), _in_turn(due(_THEN), size)
    pairs = zip(values, others, strict=True)
    if again != sql or not all(value == other or (value, other) == (_NOW, _THEN) for value, other in pairs):
        raise ValueError("what is due depends on another moment than that of the claim")
    return sql, values


def _in_turn(due: MessageQuerySet, size: int) -> tuple[str, tuple[Any, ...]]:
    rows = due.order_by(*TURN).values_list("pk", "priority", "not_before", "attempts", "retry_at")[:size]
    written: tuple[str, tuple[Any, ...]] = rows.query.sql_with_params()
    return written


@lru_cache(maxsize=1)
def _columns() -> str:
    return ", ".join(itertools.chain.from_iterable(part.columns for part in _parts()))


@lru_cache(maxsize=1)
def _sources() -> list[str]:
    return [str(status) for status, targets in MESSAGE_MOVES.items() if MessageStatus.CLAIMED in targets]


_BROUGHT: dict[str, type[Model]] = {"message": Message, "invitation": Invitation, "contact": Contact}


class _Part(NamedTuple):
    """The part of a row that is a model's: its columns, the key first, the attributes they become, and where."""

    model: type[Model]
    columns: list[str]
    attributes: list[str]
    place: slice


@lru_cache(maxsize=1)
def _parts() -> list[_Part]:
    parts: list[_Part] = []
    start = 0
    for name, model in _BROUGHT.items():
        prefix = "" if model is Message else f"{name}__"
        fields = sorted(model._meta.concrete_fields, key=lambda field: not field.primary_key)
        read = [field for field in fields if f"{prefix}{field.name}" not in UNREAD]
        attributes = [field.attname for field in read]
        parts.append(
            _Part(model, [f"{name}.{field.column}" for field in read], attributes, slice(start, start + len(read)))
        )
        start += len(read)
    return parts


def _brought(row: tuple[Any, ...], parts: list[_Part]) -> Message:
    """The message with its contact and invitation. Made by hand: the constructor of a model takes ten times as long,
    and there are three for each mail."""
    message: Message
    message, invitation, contact = [_made(part, row[part.place]) for part in parts]
    message._state.fields_cache.update(invitation=invitation, contact=contact)
    if invitation is not None:
        invitation._state.fields_cache["contact"] = contact
    return message


def _made(part: _Part, values: tuple[Any, ...]) -> Any:
    if values[0] is None:
        return None
    row: Any = part.model.__new__(part.model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, "default"
    row.__dict__.update(zip(part.attributes, values, strict=True))
    return row


def wave_is_sending() -> Q:
    """For `dispatch`: the waves of the window, as they stand once they are locked."""
    sql = "SELECT asked.id FROM asked JOIN sharing ON sharing.id = asked.wave_id WHERE sharing.status = %s"
    asked = RawSQL(sql, [WaveStatus.SENDING.value])  # noqa: S611 - nobody's text is in it
    return Q(invitation__isnull=True) | Q(pk__in=asked)


MayLeave = Callable[[dt.datetime, frozenset[str]], Q]


class Call(NamedTuple):
    """A statement, and the values to tell it with."""

    ready: Ready
    values: tuple[Any, ...]


def tell(calls: Sequence[Call]) -> list[tuple[Any, ...]]:
    """All of them in one message; what the last one returns. Outside of a transaction they are one together."""
    return Script(*[each.ready for each in calls]).run(*[each.values for each in calls])


def dispatching(
    may_leave: MayLeave,
    pks: list[int],
    *,
    purposes: frozenset[str],
    claim_id: UUID,
    now: dt.datetime,
    lease_until: dt.datetime,
) -> Call:
    """Moves to `dispatching` those messages of the claim, all of these purposes, that may leave now; their ids."""
    ready = _dispatching(may_leave, purposes, ports.guard_names())
    return Call(ready, (pks, claim_id, now, lease_until))


_PLACES: dict[Any, str] = {_CLAIM_ID: "$2", _NOW: "$3", _LEASE: "$4"}


@lru_cache(maxsize=20)
def _dispatching(may_leave: MayLeave, purposes: frozenset[str], _guards: tuple[str, ...]) -> Ready:
    """Raises ValueError where a guard looks at another clock than the one it is given."""
    sql, values = _written_for(may_leave, purposes, _NOW)
    again, others = _written_for(may_leave, purposes, _THEN)
    pairs = list(zip(values, others, strict=False))
    if again != sql or not all(value == other or _moves(value, other) for value, other in pairs):
        raise ValueError("a guard compares with a moment that is at no fixed distance from that of the dispatch")
    places = [_place(value, other) for value, other in pairs]
    pieces = sql.split("%s")
    text = "".join(itertools.chain.from_iterable(zip(pieces, [*places, ""], strict=True)))
    update, _where, condition = text.partition(" WHERE ")
    steady = [value for value, place in zip(values, places, strict=True) if place == "%s"]
    written = _LETTING_GO.replace("{update}", update).replace("{condition}", condition)
    return Ready(lambda: written, ["bigint[]", "uuid", "timestamptz", "timestamptz"], steady)


def _moves(value: Any, other: Any) -> bool:
    """Whether it goes with the moment of the dispatch."""
    return isinstance(value, dt.datetime) and isinstance(other, dt.datetime) and other - value == _THEN - _NOW


def _place(value: Any, other: Any) -> str:
    """How it stands in the statement: `%s` for what is the same in each, else by its distance from the moment."""
    if value in _PLACES:
        return _PLACES[value]
    if value == other:
        return "%s"
    distance: int = (value - _NOW) // dt.timedelta(microseconds=1)
    return f"($3 + interval '{distance} microseconds')"


def _written_for(may_leave: MayLeave, purposes: frozenset[str], now: dt.datetime) -> tuple[str, tuple[Any, ...]]:
    sources = [status for status, targets in MESSAGE_MOVES.items() if MessageStatus.DISPATCHING in targets]
    rows = Message.objects.filter(wave_is_sending() & may_leave(now, purposes), status__in=sources, lease_until__gt=now)
    query: Any = rows.filter(claim_id=_CLAIM_ID).query.chain(UpdateQuery)
    query.add_update_values({"status": MessageStatus.DISPATCHING, "dispatched_at": now, "lease_until": _LEASE})
    written: tuple[str, tuple[Any, ...]] = query.get_compiler(connection=connection).as_sql()
    return written


def marking(claim_id: UUID, pks: list[int], *, now: dt.datetime, touches: dict[str, str], opens: str) -> Call:
    """The mails have left: their touches, by letter, and the time to answer of those whose letter `opens` it."""
    return Call(_marking(tuple(touches.items()), opens), (pks, claim_id, now))


@lru_cache(maxsize=20)
def _marking(touches: tuple[tuple[str, str], ...], opens: str) -> Ready:
    sources = [str(status) for status, targets in MESSAGE_MOVES.items() if MessageStatus.SENT in targets]
    letters, kinds = [letter for letter, _kind in touches], [str(kind) for _letter, kind in touches]
    steady = [sources, MessageStatus.SENT.value, MessageStatus.DISPATCHING.value, letters, kinds, opens]
    return Ready(lambda: _MARK, ["bigint[]", "uuid", "timestamptz"], steady)
