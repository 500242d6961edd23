"""Which thread of the tests' server a page that was closed still waits for."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from wsgiref.handlers import SimpleHandler

import pytest

from tests.conftest import is_answering

NAME = "Thread-1 (process_request_thread)"  # as socketserver has it


@pytest.fixture
def door() -> Iterator[threading.Event]:
    door = threading.Event()
    yield door
    door.set()


def started(work: Callable[[], object], name: str = NAME) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def test_thread_that_works_for_a_request_is_waited_for(door: threading.Event) -> None:
    inside = threading.Event()

    def app(_environment: object, start_response: Callable[..., object]) -> list[bytes]:
        inside.set()
        door.wait()
        start_response("204 No Content", [])
        return []

    handler = SimpleHandler(io.BytesIO(), io.BytesIO(), io.StringIO(), {"SERVER_PROTOCOL": "HTTP/1.1"})
    thread = started(lambda: handler.run(app))
    inside.wait()

    assert is_answering(thread)
    door.set()
    thread.join()
    assert not is_answering(thread)


def test_thread_that_waits_for_the_next_request_is_not(door: threading.Event) -> None:
    assert not is_answering(started(door.wait))


def test_thread_of_anybody_else_is_not(door: threading.Event) -> None:
    assert not is_answering(threading.current_thread())
