"""Journal and database side by side: the promises P2 to P7, as figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import psycopg

from surveys.outbox import WINDOW
from tests.chaos.storm import Record

FINAL = ("sent", "failed", "suppressed", "unknown", "cancelled")
RESUME_AFTER_REDIS = 60.0
RESUME_AFTER_DATABASE = 30.0

MESSAGES = """
SELECT message.status, contact.email, message.error
FROM surveys_message message JOIN surveys_contact contact ON contact.id = message.contact_id
"""
ASKED = "SELECT count(*) FROM surveys_invitation WHERE skip_reason = ''"
UNSUBSCRIBED = "SELECT count(*) FROM surveys_suppression"
AFTER_UNSUBSCRIBE = """
SELECT count(*) FROM chaos_dispatch left_then JOIN surveys_suppression wish USING (address_hash)
WHERE pg_xact_commit_timestamp(left_then.xmin) > pg_xact_commit_timestamp(wish.xmin)
"""
WHILE_PAUSED = """
SELECT count(*) FROM chaos_dispatch left_then CROSS JOIN LATERAL (
    SELECT status FROM chaos_wave wave
    WHERE pg_xact_commit_timestamp(wave.xmin) < pg_xact_commit_timestamp(left_then.xmin)
    ORDER BY pg_xact_commit_timestamp(wave.xmin) DESC LIMIT 1
) latest WHERE latest.status <> 'sending'
"""


class Entry(NamedTuple):
    at: float
    event: str
    connection: int
    detail: str
    recipient: str


@dataclass
class Journal:
    accepted: Counter[str] = field(default_factory=Counter)
    message_ids: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)
    accepted_at: list[float] = field(default_factory=list)
    life: dict[int, list[float]] = field(default_factory=dict)  # of each connection: when it began, and ended

    @classmethod
    def read(cls, path: Path) -> Journal:
        journal = cls()
        for entry in _entries(path):
            journal._add(entry)
        return journal

    def _add(self, entry: Entry) -> None:
        self.events[entry.event] += 1
        if entry.event == "accepted":
            self.accepted[entry.recipient] += 1
            self.message_ids[entry.detail] += 1
            self.accepted_at.append(entry.at)
        elif entry.event == "refused":
            self.refused.add(entry.recipient)
        elif entry.event in ("open", "quit", "cut", "dropped"):
            self.life.setdefault(entry.connection, []).append(entry.at)

    def open_during(self, began: float, ended: float) -> int:
        """How many connections were open at any moment of this stretch of time."""
        return sum(life[0] <= ended and (len(life) == 1 or life[1] >= began) for life in self.life.values())

    def pause_after(self, moment: float) -> float:
        """Seconds until mail was accepted again; 0 when there was none left to accept."""
        return next((at - moment for at in self.accepted_at if at > moment), 0.0)


def _entries(path: Path) -> Iterator[Entry]:
    for line in path.read_text().splitlines():
        at, event, connection, detail, recipient = line.split("\t")
        yield Entry(float(at), event, int(connection), detail, recipient)


@dataclass(frozen=True)
class Figure:
    promise: str
    what: str
    value: float
    limit: float
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        verdict = "ok" if self.holds else "BROKEN"
        return f"{self.promise}  {self.what:58} {self.value:>8.4g}   at most {self.limit:<7.6g} {verdict:7} {self.note}"


@dataclass(frozen=True)
class Findings:
    states: Counter[str]
    journal: Journal
    figures: list[Figure]
    unsubscribed: int

    @property
    def holds(self) -> bool:
        return all(figure.holds for figure in self.figures)


def check(url: str, journal_path: Path, record: Record) -> Findings:
    journal = Journal.read(journal_path)
    with psycopg.connect(url) as database:
        rows = database.execute(MESSAGES).fetchall()
        asked, unsubscribed, after_wish, while_paused = (
            int((database.execute(sql).fetchone() or (0,))[0])
            for sql in (ASKED, UNSUBSCRIBED, AFTER_UNSUBSCRIBE, WHILE_PAUSED)
        )
    states = Counter(status for status, *_ in rows)
    figures = [
        *_by_recipient(rows, asked, states, journal),
        _unknown(states["unknown"], journal, record),
        *_by_time(journal, record),
        Figure("P7", "left after the commit of an unsubscribe", after_wish, 0, f"of {unsubscribed} unsubscribed"),
        Figure("P7", "left while the wave was paused or over", while_paused, 0),
    ]
    return Findings(states, journal, figures, unsubscribed)


def _by_recipient(rows: list[tuple[str, str, str]], asked: int, states: Counter[str], journal: Journal) -> list[Figure]:
    taken = set(journal.accepted)
    sent = {address for status, address, _error in rows if status == "sent"}
    stopped = {address for status, address, _error in rows if status not in ("sent", "unknown")}
    unasked = {
        address
        for status, address, error in rows
        if status == "failed" and address not in journal.refused and not error.startswith(("4", "given up"))
    }
    twice = sum(times - 1 for times in (*journal.accepted.values(), *journal.message_ids.values()))
    ended = sum(states[status] for status in FINAL)
    return [
        Figure("P2", "mails accepted more than once", twice, 0, f"of {journal.events['accepted']} accepted"),
        Figure("P3", "planned - ended", abs(asked - ended), 0, f"of {asked} planned"),
        Figure("P3", "sent without acceptance", len(sent - taken), 0, f"of {len(sent)} sent"),
        Figure("P3", "accepted, and yet neither sent nor unknown", len(taken & stopped), 0),
        Figure("P6", "failed without a refusal or five attempts", len(unasked), 0, f"of {states['failed']} failed"),
    ]


def _unknown(unknown: int, journal: Journal, record: Record) -> Figure:
    at_restarts = sum(journal.open_during(*restart) for restart in record.restarts)
    dropped = journal.events["dropped"]
    note = f"W {WINDOW} x ({record.open_at_kills} open at kills, {at_restarts} at restarts, {dropped} dropped)"
    return Figure("P3", "unknown", unknown, WINDOW * (record.open_at_kills + at_restarts + dropped), note)


def _by_time(journal: Journal, record: Record) -> list[Figure]:
    redis = max((journal.pause_after(moment) for moment in record.returns), default=0.0)
    database = max((journal.pause_after(restart[1]) for restart in record.restarts), default=0.0)
    ended = ", ".join(record.ended)
    return [
        Figure("P3", "times the wave was finished with mail still open", record.finished_early, 0),
        Figure("P4", "seconds without mail after Redis came back", redis, RESUME_AFTER_REDIS),
        Figure("P5", "seconds without mail after PostgreSQL came back", database, RESUME_AFTER_DATABASE),
        Figure("P5", "processes that ended by themselves", len(record.ended), 0, ended),
    ]
