from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep

import pytest

from surveys.together import Together
from tests.threads import PATIENCE


class Gate:
    """Work that doubles numbers, and waits the first time until it may go on."""

    def __init__(self) -> None:
        self.goes: list[list[int]] = []
        self.is_working, self.may_end = Event(), Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.goes.append(list(numbers))
        self.is_working.set()
        assert self.may_end.wait(PATIENCE)
        return [number * 2 for number in numbers]


def wait_for(together: Together[int, int], number: int) -> None:
    deadline = monotonic() + PATIENCE
    while len(together._waiting) < number:
        assert monotonic() < deadline
        sleep(0.001)


def test_one_alone_is_done_at_once() -> None:
    gate = Gate()
    gate.may_end.set()
    together = Together(gate, most=9, patience=PATIENCE)

    assert [together.do(1), together.do(2)] == [2, 4]
    assert gate.goes == [[1], [2]]


@pytest.mark.parametrize(("most", "sizes"), [(9, [1, 5]), (2, [1, 2, 2, 1])])
def test_what_comes_meanwhile_is_done_in_one_go(most: int, sizes: list[int]) -> None:
    gate = Gate()
    together = Together(gate, most=most, patience=0.001)

    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(together.do, 1)
        assert gate.is_working.wait(PATIENCE)
        others = [pool.submit(together.do, number) for number in range(2, 7)]
        wait_for(together, 5)
        gate.may_end.set()

    assert [each.result() for each in (first, *others)] == [2, 4, 6, 8, 10, 12]
    assert [len(go) for go in gate.goes] == sizes
    assert sorted(number for go in gate.goes for number in go) == [1, 2, 3, 4, 5, 6]


def test_failure_is_raised_once_and_the_next_ones_are_done() -> None:
    gate = Gate()

    def work(numbers: Sequence[int]) -> list[int]:
        if 0 in numbers:
            gate(numbers)
            raise ValueError(numbers)
        return list(numbers)

    together = Together(work, most=9, patience=0.001)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(together.do, 0)
        assert gate.is_working.wait(PATIENCE)
        others = [pool.submit(together.do, number) for number in (0, 5)]
        wait_for(together, 2)
        gate.may_end.set()

    assert isinstance(first.exception(), ValueError)
    outcomes = [type(each.exception()).__name__ if each.exception() else each.result() for each in others]
    assert sorted(outcomes, key=str) == [None, "ValueError"]  # the one that worked, and the one it worked for
    assert together.do(7) == 7


def test_after_many_a_go_waits_for_half_as_many_and_no_longer_than_the_patience() -> None:
    gate = Gate()
    together = Together(gate, most=9, patience=1)
    with ThreadPoolExecutor(9) as pool:
        pool.submit(together.do, 1)
        assert gate.is_working.wait(PATIENCE)
        for number in range(2, 8):
            pool.submit(together.do, number)
        wait_for(together, 6)
        gate.may_end.set()
    with ThreadPoolExecutor(3) as pool:  # of the six of the last go
        assert list(pool.map(together.do, (8, 9, 10))) == [16, 18, 20]

    started = monotonic()
    assert together.do(11) == 22  # alone now
    first = monotonic() - started
    assert together.do(12) == 24

    assert 0.9 < first < PATIENCE / 2
    assert [len(go) for go in gate.goes] == [1, 6, 3, 1, 1]
