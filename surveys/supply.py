"""What a worker has claimed. On PostgreSQL it claims the next batch in a thread while this one leaves."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from django.db import Error, connection, connections

from surveys import claims, ports, statements
from surveys.models import Message

FIRST = AHEAD = 12  # windows of the first batch, for which the lines wait, and left of one when the next is claimed
TOO_LATE = 0.2  # seconds before the end of a slice: what is claimed then would only go back


@dataclass
class Batch:
    """Messages of one claim, which of them were not handed to a line, and whether there were as many as were asked
    for: then there may be more."""

    claim_id: uuid.UUID
    messages: list[Message]
    left: set[int]
    is_full: bool

    @cached_property
    def fill(self) -> ports.Filler:
        """What makes their mails as bytes. It asks the database, so it is made where bytes are taken."""
        return ports.splicer(self.messages)


class Supply:
    """The windows of a batch in their order and, once it is told to look ahead, those of the batches behind it."""

    def __init__(self, size: int, window: int) -> None:
        self._size, self._window = size, window
        self._windows: deque[tuple[Batch, Sequence[Message]]] = deque()
        self._coming: Future[Batch] | None = None
        self._looks_ahead_until = 0.0
        self.batches: list[Batch] = []
        self.is_full = False
        # Not where others are not to see what this thread has not committed.
        self._can_look_ahead = statements.is_spoken() and not connection.in_atomic_block
        self._take(_claim(min(size, FIRST * window) if self._can_look_ahead else size))

    def look_ahead(self, until: float) -> None:
        """Until this moment of `time.monotonic`."""
        if self._can_look_ahead:
            self._looks_ahead_until = until - TOO_LATE

    @property
    def has_more(self) -> bool:
        return bool(self._windows) or self._coming is not None

    def next(self, most: int = 1) -> tuple[Batch, list[Sequence[Message]]] | None:
        """The next windows of a batch, at most so many. It may wait for the claim of the next batch, and find none."""
        if not self._windows and self._coming is not None:
            coming, self._coming = self._coming, None
            self._take(coming.result())
        if not self._windows:
            return None
        batch, windows = self._windows[0][0], list[Sequence[Message]]()
        while self._windows and self._windows[0][0] is batch and len(windows) < most:
            windows.append(self._windows.popleft()[1])
        is_time = len(self._windows) <= AHEAD and time.monotonic() < self._looks_ahead_until
        if is_time and self.is_full and self._coming is None:
            self._coming = _thread().submit(_claim_apart, self._size)
        return batch, windows

    def _take(self, batch: Batch) -> None:
        self.is_full = batch.is_full
        if batch.messages:
            self.batches.append(batch)
        for start in range(0, len(batch.messages), self._window):
            self._windows.append((batch, batch.messages[start : start + self._window]))

    def close(self) -> list[Batch]:
        """The batches of which something is left. None is on its way any more."""
        if self._coming is not None:
            with suppress(Error):  # what it may have claimed comes back with its lease
                self._take(self._coming.result())
            self._coming = None
        return [batch for batch in self.batches if batch.left]


def _claim(size: int) -> Batch:
    claim_id, messages = claims.claim(size)
    return Batch(claim_id, messages, {message.pk for message in messages}, len(messages) == size)


def _claim_apart(size: int) -> Batch:
    connection.close_if_unusable_or_obsolete()
    return _claim(size)


_executor: list[ThreadPoolExecutor] = []


def _thread() -> ThreadPoolExecutor:
    # Made where it is used: a worker that was forked before has no threads.
    if not _executor:
        _executor.append(ThreadPoolExecutor(1, thread_name_prefix="claim"))
    return _executor[0]


def rest() -> None:
    """Nothing waits: the thread lets its connection go."""
    if _executor:
        _executor[0].submit(connections.close_all).result()
