"""Several things at once, each in a thread with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from time import monotonic, sleep
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
PATIENCE = 30.0


def at_once(*calls: Callable[[], T]) -> list[T | BaseException]:
    """Start all calls at the same moment; what each returned or raised, in their order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
    return [future.exception() or future.result() for future in futures]


@contextmanager
def held_open(work: Callable[[], Any]) -> Iterator[Callable[[], None]]:
    """Do `work` in a transaction of another connection that stays open until the block calls what it is given."""
    is_done, may_commit = Event(), Event()

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                is_done.set()
                may_commit.wait(PATIENCE)
        finally:
            is_done.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future: Future[None] = pool.submit(run)
        assert is_done.wait(PATIENCE)

        def commit() -> None:
            may_commit.set()
            future.result(PATIENCE)

        try:
            yield commit
        finally:
            commit()


@contextmanager
def meanwhile(work: Callable[[], T]) -> Iterator[Future[T]]:
    """Do `work` in another thread while the block runs; its result is in the future once the block is left."""

    def run() -> T:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(run)
        yield future
        future.result(PATIENCE)


def wait_until_blocked() -> None:
    """Return once some connection of this PostgreSQL database waits for a lock."""
    deadline = monotonic() + PATIENCE
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        while not cursor.execute(waiting) or cursor.fetchone() is None:
            assert monotonic() < deadline, "nobody waits for a lock"
            sleep(0.01)
