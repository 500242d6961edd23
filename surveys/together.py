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
    queue but of those who wait: nobody hears of a result before its go is over, whoever is killed meanwhile. Where many
    were there when the last go ended, the next one waits up to `patience` seconds for three of four: they are on their
    way, and while it runs the others come.
    """

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], *, most: int, patience: float) -> None:
        self._work, self._most, self._patience = work, most, patience
        self._more = threading.Condition(threading.Lock())
        self._waiting: list[_Brought[T, R]] = []
        self._is_led = False
        self._expected = 1

    def do(self, thing: T) -> R | None:
        """The result for it. Where the work raises, it raises in the thread that worked; the others get None."""
        mine: _Brought[T, R] = _Brought(thing)
        with self._more:
            self._waiting.append(mine)
            mine.leads, self._is_led = not self._is_led, True
            if self._is_enough():
                self._more.notify()
        if not mine.leads:
            mine.is_told.acquire()  # of its result, or that it is to lead
        return self._lead(mine) if mine.leads else mine.result

    def _lead(self, mine: _Brought[T, R]) -> R | None:
        batch = self._next()
        try:
            for each, result in zip(batch, self._work([each.thing for each in batch]), strict=True):
                each.result = result
        finally:
            self._hand_over(len(batch))
            for each in batch[1:]:  # it is the first itself
                each.is_told.release()
        return mine.result

    def _next(self) -> list[_Brought[T, R]]:
        with self._more:
            self._more.wait_for(self._is_enough, self._patience)
            batch = self._waiting[: self._most]
            del self._waiting[: self._most]
        return batch

    def _is_enough(self) -> bool:
        return len(self._waiting) >= self._expected

    def _hand_over(self, done: int) -> None:
        """The first of those who wait works next."""
        with self._more:
            self._expected = min((done + len(self._waiting) + 1) * 3 // 4, self._most)
            self._is_led = bool(self._waiting)
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].is_told.release()
