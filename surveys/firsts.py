"""First answers with all that comes with them, in one statement of PostgreSQL.

It does what `responses` does one by one on other databases. What it is not sure of it does not take: then `responses`
and `evidence` look at it one by one, and decide.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from surveys import content, reminders, scoring
from surveys.enums import MESSAGE_MOVES, Band, Channel, ClickKind, Evidence, MessageStatus
from surveys.models import (
    Brand,
    Campaign,
    Click,
    Contact,
    DailyCount,
    HeldAnswer,
    Invitation,
    Message,
    Response,
    Revision,
    Wave,
)
from surveys.ready import Ready, Script
from surveys.together import Together

MOST = 64  # that share a commit
PATIENCE = 0.02  # seconds, and only where several come at the same time
COUNT_FIELD = {Band.PROMOTER: "promoters", Band.PASSIVE: "passives", Band.DETRACTOR: "detractors"}
# From where a message may still be stopped.
_OPEN = tuple(source for source, targets in MESSAGE_MOVES.items() if MessageStatus.CANCELLED in targets)


@dataclass(frozen=True)
class Sheet:
    """Of what a form was made. As long as it stands so in the database, nothing has to be read to take it back."""

    campaign: int
    wishes: tuple[str, str, str]  # for a language: of the invitation, the contact, the brand
    stamp: int  # of the content


@dataclass(frozen=True)
class Unless:
    """Take the answer unless it is no first one, or one of these was seen."""

    sheet: Sheet
    linked: int
    decoy_since: dt.datetime
    other_link_since: dt.datetime
    mail_since: dt.datetime


@dataclass(frozen=True)
class First:
    """An answer as its statement takes it. Without `unless` somebody holds the lock and has looked at everything."""

    token: UUID
    said: Mapping[str, Any]  # the fields of `responses.Answer`
    language: str
    evidence: Evidence
    at: dt.datetime
    settles_at: dt.datetime
    unless: Unless | None = None


def insert(first: First) -> Response | None:
    """Insert the answer in the transaction of the caller, with its first version; add to the count of its day, and stop
    the reminders of its invitation that wait. None: it is not the first one, or is not taken like this."""
    return _response(first, _WRITE.rows(_rows([first])))


def attempt(first: First) -> Response | None:
    """The same for an answer that nobody has looked at yet. None: somebody has to."""
    return _response(first, _LOCK_AND_WRITE.run([_tokens([first])], [_rows([first])]))


def _response(first: First, rows: list[tuple[Any, ...]]) -> Response | None:
    if not rows:
        return None
    response = Response(
        **dict(zip(_TOLD, rows[0][1:], strict=True)),
        **first.said,
        channel=Channel.MAIL,
        language=first.language,
        evidence=first.evidence,
        answered_at=first.at,
        submitted_at=first.at,
        settles_at=first.settles_at,
    )
    response.is_new = True
    response._state.adding = False
    response._state.db = connection.alias
    return response


def _tokens(firsts: Sequence[First]) -> str:
    return f"{{{','.join(first.token.hex for first in firsts)}}}"


def _rows(firsts: Sequence[First]) -> str:
    return json.dumps([_row(first) for first in firsts])


def _row(first: First) -> dict[str, Any]:
    row = {
        **first.said,
        "token": first.token.hex,
        "language": first.language,
        "evidence": first.evidence,
        "at": first.at.isoformat(),
        "settles_at": first.settles_at.isoformat(),
        "day": timezone.localtime(first.at, timezone.get_default_timezone()).date().isoformat(),
        COUNT_FIELD[scoring.band(first.said["score"])]: 1,
    }
    unless = first.unless
    if unless is not None:
        row["chosen"], row["known"], row["usual"] = unless.sheet.wishes
        row["stamp"], row["linked"] = unless.sheet.stamp, unless.linked
        row["decoy_since"] = unless.decoy_since.isoformat()
        row["other_link_since"] = unless.other_link_since.isoformat()
        row["mail_since"] = unless.mail_since.isoformat()
    return row


def take(first: First) -> bool:
    """The same by itself, in one statement and one commit with what other threads bring meanwhile. False: somebody has
    to look at it."""
    return bool(_TOGETHER.do(first))


def _take(several: Sequence[First]) -> list[bool]:
    """Of two answers of one invitation only one is brought: whatever comes of it, the other is no first one."""
    by_token = {first.token: first for first in several}
    firsts = list(by_token.values())
    taken = {token for (token,) in _LOCK_AND_TAKE.run([_tokens(firsts)], [_rows(firsts)])}
    return [first.token in taken and by_token[first.token] is first for first in several]


_TOGETHER = Together(_take, most=MOST, patience=PATIENCE)


# ------------------------------------------------------------------------------------------------------------ statement

_GIVEN = """
    token uuid, score smallint, comment text, wants_contact boolean, phone text, good_time text, language text,
    evidence text, at timestamptz, settles_at timestamptz, day date, promoters int, passives int, detractors int,
    stamp bigint, chosen text, known text, usual text, linked smallint, decoy_since timestamptz,
    other_link_since timestamptz, mail_since timestamptz
"""
_ANSWER = {
    "campaign_id": "campaign_id",
    "channel": f"'{Channel.MAIL}'",
    "contact_id": "contact_id",
    "invitation_id": "invitation_id",
    "door_id": "NULL",
    "form_key": "''",
    "is_self_named": "false",
    "subject_id": "subject_id",
    "scale": "scale",
    "style": "style",
    "language": "language",
    "score": "score",
    "comment": "comment",
    "wants_contact": "wants_contact",
    "phone": "phone",
    "good_time": "good_time",
    "evidence": "evidence",
    "revision": "1",
    "answered_at": "at",
    "submitted_at": "at",
    "settles_at": "settles_at",
}
_VERSION = {
    "response_id": "id",
    "number": "1",
    "score": "score",
    "comment": "comment",
    "wants_contact": "wants_contact",
    "evidence": "evidence",
    "at": "at",
}
_TOLD = ("id", "invitation_id", "contact_id", "campaign_id", "subject_id", "scale", "style")


@cache
def _text(told: tuple[str, ...] = _TOLD) -> str:
    return f"""
        WITH given AS (
            SELECT * FROM json_to_recordset($1) AS given ({_GIVEN})
        ), taken AS (
            SELECT given.*, asked.id AS invitation_id, asked.contact_id, asked.style,
                campaign.id AS campaign_id, campaign.subject_id, campaign.scale
            FROM given
            JOIN {Invitation._meta.db_table} AS asked ON asked.token = given.token
            JOIN {Wave._meta.db_table} AS wave ON wave.id = asked.wave_id
            JOIN {Campaign._meta.db_table} AS campaign ON campaign.id = wave.campaign_id
            JOIN {Brand._meta.db_table} AS brand ON brand.id = campaign.brand_id
            JOIN {Contact._meta.db_table} AS contact ON contact.id = asked.contact_id
            WHERE given.stamp IS NULL OR ({_unless()})
        ), answer AS (
            INSERT INTO {Response._meta.db_table} ({", ".join(_ANSWER)}) SELECT {", ".join(_ANSWER.values())} FROM taken
            ON CONFLICT (invitation_id) DO NOTHING RETURNING id, invitation_id AS answered
        ), new AS (
            SELECT * FROM answer JOIN taken ON invitation_id = answered
        ), version AS (
            INSERT INTO {Revision._meta.db_table} ({", ".join(_VERSION)}) SELECT {", ".join(_VERSION.values())} FROM new
        ), counted AS ({_counted(is_plain=True)}), counted_apart AS ({_counted(is_plain=False)}), withdrawn AS (
            UPDATE {Message._meta.db_table}
            SET status = '{MessageStatus.CANCELLED}', claim_id = NULL, lease_until = NULL
            WHERE invitation_id = ANY (ARRAY(SELECT invitation_id FROM new)) AND letter IN ({_texts(reminders.LETTERS)})
                AND status IN ({_texts(_OPEN)})
        ), forgotten AS (
            DELETE FROM {HeldAnswer._meta.db_table}
            WHERE invitation_id = ANY (ARRAY(SELECT invitation_id FROM new WHERE stamp IS NOT NULL))
        )
        SELECT {", ".join(["token", *told])} FROM new
    """  # noqa: S608 -- names of tables and columns of ours


def _unless() -> str:
    """Whether nothing has to be looked at more closely."""
    return f"""
        asked.skip_reason = '' AND asked.closes_at > given.at AND given.stamp = ({content.stamp_sql()})
        AND (asked.language, contact.language, brand.default_language) = (given.chosen, given.known, given.usual)
        AND NOT EXISTS (
            SELECT FROM {Click._meta.db_table} AS click WHERE click.invitation_id = asked.id AND (
                click.kind = '{ClickKind.DECOY}' AND click.at >= given.decoy_since
                OR click.kind = '{ClickKind.LINK}' AND click.at > given.other_link_since
                    AND click.score IS DISTINCT FROM given.linked
            )
        ) AND NOT EXISTS (
            SELECT FROM {Message._meta.db_table} AS message
            WHERE message.invitation_id = asked.id AND message.sent_at > given.mail_since
        )
    """  # noqa: S608 -- names of tables of ours


def _counted(*, is_plain: bool) -> str:
    """`is_plain`: the day is counted without a subject, under a constraint of its own. In the order of whoever else
    counts at the same time."""
    key = ("campaign_id", "scale", "language", "day", "subject_id")
    same = key[:4] if is_plain else key
    sums = ", ".join(f"count({name})" for name in COUNT_FIELD.values())
    added = ", ".join(f"{name} = counted.{name} + excluded.{name}" for name in COUNT_FIELD.values())
    which = f"subject_id IS {'' if is_plain else 'NOT '}NULL"
    return f"""
        INSERT INTO {DailyCount._meta.db_table} AS counted ({", ".join([*key, *COUNT_FIELD.values()])})
        SELECT {", ".join(key)}, {sums} FROM new WHERE {which} GROUP BY {", ".join(key)} ORDER BY {", ".join(key)}
        ON CONFLICT ({", ".join(same)}) WHERE {which} DO UPDATE SET {added}
    """  # noqa: S608 -- names of tables and columns of ours


def _texts(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _lock() -> str:
    """In the order of whoever else locks several. What is asked after this sees what they have written."""
    return f"SELECT FROM {Invitation._meta.db_table} WHERE token = ANY($1) ORDER BY id FOR UPDATE"


_WRITE = Ready(_text, ["json"])
_LOCK = Ready(_lock, ["uuid[]"])
_LOCK_AND_WRITE = Script(_LOCK, _WRITE)
_LOCK_AND_TAKE = Script(_LOCK, Ready(lambda: _text(()), ["json"]))
