"""What the outbox tells PostgreSQL in one statement where the ORM needs several.

Each says the same as the statements beside its call in `surveys.outbox`, which serve SQLite; the tests of the outbox
run on both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.sql import UpdateQuery

from surveys import ports
from surveys.enums import MESSAGE_MOVES, MessageStatus, WaveStatus
from surveys.models import Message

# What no mail needs takes longer to bring into Python than a mail to write.
UNREAD = [
    "priority", "not_before", "leave_by", "lease_until", "text_version", "provider_id", "created_at", "dispatched_at",
    "sent_at", "delivered_at", "bounced_at", "complained_at", "invitation__skip_reason", "invitation__closes_at",
    "invitation__created_at", "contact__address_hash", "contact__phone", "contact__external_id", "contact__tags",
    "contact__properties", "contact__customer_since", "contact__owner", "contact__basis_source", "contact__basis_at",
    "contact__mail_wish", "contact__mail_wish_at", "contact__created_at", "contact__updated_at",
]  # fmt: skip

# A pause updates the wave row: it waits for windows that are leaving, and none leaves after its commit. The lock is
# taken where the rest of the statement asks for the status, so it sees the one that the pause has left.
_SHARING = """
WITH sharing AS MATERIALIZED (
    SELECT wave.id, wave.status FROM surveys_wave wave WHERE wave.id IN (
        SELECT invitation.wave_id FROM surveys_message message
        JOIN surveys_invitation invitation ON invitation.id = message.invitation_id
        WHERE message.id = ANY(%s::bigint[])
    ) FOR SHARE
)
"""
# What a sweeper called `unknown` in the meantime was noted by it; the others are noted here.
_MARK = """
WITH mine AS (
    SELECT id, status FROM surveys_message
    WHERE id = ANY(%(pks)s::bigint[]) AND claim_id = %(claim)s AND status = ANY(%(sources)s::text[])
    ORDER BY id FOR UPDATE
), marked AS (
    UPDATE surveys_message message
    SET status = %(sent)s, sent_at = %(now)s, error = '', claim_id = NULL, lease_until = NULL
    FROM mine WHERE message.id = mine.id
    RETURNING message.contact_id, message.invitation_id, message.letter, mine.status AS was
), touched AS (
    INSERT INTO surveys_touch (contact_id, kind, at)
    SELECT marked.contact_id, kinds.kind, %(now)s
    FROM marked
    JOIN unnest(%(letters)s::text[], %(kinds)s::text[]) AS kinds (letter, kind) ON kinds.letter = marked.letter
    WHERE marked.was = %(dispatching)s AND marked.contact_id IS NOT NULL
)
UPDATE surveys_invitation invitation SET closes_at = %(now)s + campaign.open_days * interval '1 day'
FROM marked, surveys_wave wave, surveys_campaign campaign
WHERE invitation.id = marked.invitation_id AND wave.id = invitation.wave_id AND campaign.id = wave.campaign_id
    AND marked.letter = %(opens)s AND marked.was = %(dispatching)s
"""


def is_spoken() -> bool:
    return connection.vendor == "postgresql"


def wave_is_sending() -> Q:
    """For `dispatch`: the waves of the window, as they stand once they are locked."""
    sql = "SELECT i.id FROM surveys_invitation i JOIN sharing s ON s.id = i.wave_id WHERE s.status = %s"
    asked = RawSQL(sql, [WaveStatus.SENDING.value])  # noqa: S611 - nobody's text is in it
    return Q(invitation__isnull=True) | Q(invitation_id__in=asked)


def dispatch(
    may_leave: Callable[[dt.datetime], Q], pks: list[int], *, claim_id: UUID, now: dt.datetime, lease_until: dt.datetime
) -> set[int]:
    """Move to `dispatching` those messages of the claim that may leave now; their ids."""
    sql, values = _dispatch_sql(may_leave, ports.guard_names())
    given: dict[Any, Any] = {_CLAIM: claim_id, _LEASE: lease_until, _PKS: pks}
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [pks, *[now + each.distance if isinstance(each, _Later) else given.get(each, each) for each in values]]
        )
        return {pk for (pk,) in cursor.fetchall()}


@dataclass(frozen=True)
class _Later:
    """A moment so long after that of the dispatch, or before it."""

    distance: dt.timedelta


# Stand in for what differs between two windows, in a statement that takes the ORM 20 milliseconds to write.
_CLAIM = UUID(int=0x5A71B0D49C3E4F6A8B2D7E1F0C9A3B58)
_LEASE = dt.datetime(1970, 1, 1, 4, tzinfo=dt.UTC)
_PKS = "the ids"
_NOW, _THEN = dt.datetime(1971, 2, 3, 4, 5, 6, 7, dt.UTC), dt.datetime(1973, 4, 5, 6, 7, 8, 9, dt.UTC)


@lru_cache(maxsize=2)
def _dispatch_sql(may_leave: Callable[[dt.datetime], Q], _guards: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement and its values. Raises ValueError where a guard looks at another clock than the one it is given."""
    sql, values = _written_for(may_leave, _NOW)
    again, others = _written_for(may_leave, _THEN)
    moved = [
        _Later(value - _NOW) if isinstance(value, dt.datetime) and value != other else value
        for value, other in zip(values, others, strict=False)
    ]
    told = [_THEN + each.distance if isinstance(each, _Later) else each for each in moved]
    if again != sql or told != list(others):
        raise ValueError("a guard compares with a moment that is at no fixed distance from that of the dispatch")
    return f"{_SHARING} {sql} AND surveys_message.id = ANY(%s::bigint[]) RETURNING id", (*moved, _PKS)


def _written_for(may_leave: Callable[[dt.datetime], Q], now: dt.datetime) -> tuple[str, tuple[Any, ...]]:
    sources = [status for status, targets in MESSAGE_MOVES.items() if MessageStatus.DISPATCHING in targets]
    rows = Message.objects.filter(wave_is_sending() & may_leave(now), status__in=sources, lease_until__gt=now)
    query: Any = rows.filter(claim_id=_CLAIM).query.chain(UpdateQuery)
    query.add_update_values({"status": MessageStatus.DISPATCHING, "dispatched_at": now, "lease_until": _LEASE})
    written: tuple[str, tuple[Any, ...]] = query.get_compiler(connection=connection).as_sql()
    return written


def mark_sent(claim_id: UUID, pks: list[int], *, now: dt.datetime, touches: dict[str, str], opens: str) -> None:
    """The mails have left: their touches, by letter, and the time to answer of those whose letter `opens` it."""
    sources = [status for status, targets in MESSAGE_MOVES.items() if MessageStatus.SENT in targets]
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK,
            {
                "pks": pks,
                "claim": claim_id,
                "sources": [str(status) for status in sources],
                "sent": MessageStatus.SENT.value,
                "dispatching": MessageStatus.DISPATCHING.value,
                "now": now,
                "letters": list(touches),
                "kinds": [str(kind) for kind in touches.values()],
                "opens": opens,
            },
        )
