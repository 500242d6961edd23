"""What threads bring at the same time is done in one go: they share what a go costs, such as a commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class _Brought(Generic[T, R]):
    def __init__(self, thing: T) -> None:
        self.thing = thing
        self.result: R | None = None
        self.leads = False
        self.is_told = threading.Lock()  # which is free once it was told
        self.is_told.acquire()


class Together(Generic[T, R]):
    """`work(things)` does several things, at most `most`, and gives a result for each, in their order.

    One of the threads that wait works for all that was brought while the last go ran. There is no other thread, and no
    queue but of those who wait: nobody hears of a result before its go is over, whoever is killed meanwhile.
    """

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], *, most: int) -> None:
        self._work, self._most = work, most
        self._lock = threading.Lock()
        self._waiting: list[_Brought[T, R]] = []
        self._is_led = False

    def do(self, thing: T) -> R | None:
        """The result for it. Where the work raises, it raises in the thread that worked; the others get None."""
        mine: _Brought[T, R] = _Brought(thing)
        with self._lock:
            self._waiting.append(mine)
            mine.leads, self._is_led = not self._is_led, True
        if not mine.leads:
            mine.is_told.acquire()  # of its result, or that it is to lead
        return self._lead(mine) if mine.leads else mine.result

    def _lead(self, mine: _Brought[T, R]) -> R | None:
        with self._lock:
            batch = self._waiting[: self._most]
            del self._waiting[: self._most]
        try:
            for each, result in zip(batch, self._work([each.thing for each in batch]), strict=True):
                each.result = result
        finally:
            self._hand_over()
            for each in batch[1:]:  # it is the first itself
                each.is_told.release()
        return mine.result

    def _hand_over(self) -> None:
        """The first of those who wait works next."""
        with self._lock:
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].is_told.release()
