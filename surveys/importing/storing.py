"""From the staging to the contacts, in slices: one set-based upsert each, in a transaction too short to be noticed."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, NamedTuple, TypeVar

from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Lower

from surveys import addresses
from surveys.importing import recording, sql
from surveys.importing.staging import Staging

T = TypeVar("T")

# Seconds that a slice may take; its size follows from how long the last one took. On SQLite every other writer waits
# for it, and then needs a moment to get in.
WISHED = {"sqlite": 0.04, "postgresql": 0.15}
PAUSE = 0.01
FIRST, SMALLEST, LARGEST = 500, 50, 2_000
ATTEMPTS = 3
LOCK = 7_221_931_045  # imports on PostgreSQL take turns, so that each counts what it did itself


class Basis(NamedTuple):
    """Why we may ask, recorded on each contact that has nothing recorded yet; and the import that says so."""

    basis: str
    source: str
    now: dt.datetime
    batch_id: int | None = None


class Counts(NamedTuple):
    created: int
    updated: int
    unchanged: int


def find_owners(emails: Iterable[str]) -> dict[str, int]:
    """Active users by their address in lower case; of two with the same one, the older."""
    users = User.objects.filter(is_active=True).annotate(address=Lower("email")).filter(address__in=list(emails))
    return dict(users.order_by("-pk").values_list("address", "pk"))


def store_contacts(staging: Staging, basis: Basis, *, dry_run: bool) -> Iterator[Counts]:
    """Write all staged rows, or only count what that would do. Yields the counts of each slice when it is stored."""
    after, size = 0, FIRST
    with _slice_table(), recording.memory(None if dry_run else basis.batch_id):
        while rows := staging.slice(after=after, most=size):
            after = rows[-1]["line"]
            began = time.monotonic()
            counts = patiently(partial(_store, [_values(row) for row in rows], basis, dry_run=dry_run))
            size = _next_size(size, time.monotonic() - began)
            yield counts
            if connection.vendor == "sqlite" and not dry_run:
                time.sleep(PAUSE)


def _next_size(size: int, took: float) -> int:
    """Never more than twice the last one: a slice that was quick by chance proves little."""
    return max(SMALLEST, min(LARGEST, 2 * size, int(size * WISHED[connection.vendor] / max(took, 0.001))))


def _values(row: Any) -> tuple[Any, ...]:
    email: str = row["email"]
    return (
        email,
        addresses.keyed_hash(email),
        row["phone"],
        row["name"],
        row["external_id"],
        row["language"],
        row["timezone"],
        row["customer_since"] or None,
        row["tags"],
        row["properties"],
        row["account_id"],
        row["owner_id"],
        row["is_account_changed"],
    )


def patiently(work: Callable[[], T]) -> T:
    """Try again when another writer holds SQLite longer than the busy timeout, as the planning of a big wave may."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            return work()
        except OperationalError as error:
            if "locked" not in str(error) or connection.in_atomic_block:
                raise
    return work()


def _store(rows: Sequence[tuple[Any, ...]], basis: Basis, *, dry_run: bool) -> Counts:
    if connection.vendor == "sqlite":
        _fill_sqlite(rows)  # before the transaction: a temporary table needs no lock on the database
    with nullcontext() if dry_run else transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if not dry_run:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            _fill_postgresql(rows)
        created, changed = _count_and_write(basis, dry_run=dry_run)
    return Counts(created, changed, len(rows) - created - changed)


def _count_and_write(basis: Basis, *, dry_run: bool) -> tuple[int, int]:
    dialect = sql.dialect()
    now = connection.ops.adapt_datetimefield_value(basis.now)
    given = {"basis": basis.basis, "source": basis.source, "basis_at": now if basis.basis else None, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(dialect.classify, given)
        created, changed = cursor.fetchone()
        if not dry_run:
            with recording.recorded(basis.batch_id, given, created=created, changed=changed):
                cursor.execute(dialect.upsert, given)
    return created, changed


@contextmanager
def _slice_table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(sql.DROP)  # an import that was interrupted in this connection may have left it
        cursor.execute(sql.CREATE)
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(sql.DROP)


def _fill_sqlite(rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        # As a transaction a savepoint takes no lock before it needs one, and it may stand inside another.
        cursor.execute("SAVEPOINT import_slice")
        try:
            cursor.execute(sql.SQLITE.clear)
            cursor.executemany(sql.FILL, rows)
        finally:
            cursor.execute("RELEASE SAVEPOINT import_slice")


def _fill_postgresql(rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.POSTGRESQL.clear)
        with cursor.copy(sql.COPY) as copy:
            for row in rows:
                copy.write_row(row)
