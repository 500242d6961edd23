"""The process that `make run` begins: ready in one line, gone without a trace however it ends, and back again."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError

from advocacy.management.commands.serve import free_port as free_port_of
from tests.flows.installation import DATABASE, free_port, is_open, migrated_file, wait_for

READY = "Viva Voce is ready: "
PATIENCE = 180.0

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def migrated(tmp_path: Path) -> None:
    """The database of an earlier start, so that this one need not make it."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / DATABASE).write_bytes(migrated_file())


@pytest.fixture
def serve(tmp_path: Path, port: int) -> Iterator[Serve]:
    """Begin `manage.py serve` with an environment of its own; whatever still runs at the end is killed."""
    begun: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        values = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), "PORT": str(port), **environment}
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--no-demo", *arguments],
            cwd=settings.BASE_DIR,
            env=values,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def wait_until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(READY):
        _out, errors = process.communicate(timeout=5)
        pytest.fail(f"not ready: {line}{errors}")
    return line


def content(database: Path) -> str:
    """A fingerprint of all rows but the heartbeat's."""
    with sqlite3.connect(database) as connection:
        lines = [line for line in connection.iterdump() if "surveys_tick" not in line]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], check=False, capture_output=True, text=True)
    return [int(line) for line in listed.stdout.split()]


def is_alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True
    ).stdout.strip()
    return state != "" and not state.startswith("Z")


def test_says_one_line_when_ready_and_ctrl_c_stops_everything(serve: Serve, port: int) -> None:
    process = serve("--stop-with-parent")
    line = wait_until_ready(process)

    # Nobody but us is the parent here, so only the wiring can be shown: it is still there while we are.
    time.sleep(1)

    assert line == f"{READY}http://localhost:{port}/. Ctrl-C stops it.\n"
    assert is_open(port)
    assert_stops(process, signal.SIGINT, port)


@pytest.mark.usefixtures("migrated")
def test_killed_worker_comes_back_and_kill_9_of_the_parent_leaves_no_orphan_and_all_data(
    serve: Serve, port: int, tmp_path: Path
) -> None:
    """One story, since each start takes seconds."""
    first = serve()
    wait_until_ready(first)
    begun = children_of(first.pid)

    os.kill(begun[1], signal.SIGKILL)
    wait_for(lambda: len(set(children_of(first.pid)) - {begun[1]}) == 2, "new worker", patience=10, pause=0.1)
    children = children_of(first.pid)
    first.kill()
    first.wait()

    wait_for(lambda: not is_open(port), "free port", patience=10, pause=0.1)
    wait_for(lambda: not any(is_alive(pid) for pid in children), "end of the children", patience=10, pause=0.1)
    before = content(tmp_path / "data" / DATABASE)

    second = serve()
    wait_until_ready(second)

    assert_stops(second, signal.SIGTERM, port)
    assert content(tmp_path / "data" / DATABASE) == before


def assert_stops(process: subprocess.Popen[str], name: signal.Signals, port: int) -> None:
    children = children_of(process.pid)

    process.send_signal(name)

    assert process.wait(timeout=20) == 0
    assert len(children) == 2
    assert [pid for pid in children if is_alive(pid)] == []
    assert not is_open(port)


def refused(process: subprocess.Popen[str]) -> str:
    """The words of a start that was refused."""
    out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert out == ""
    return errors


def test_port_in_use_is_said_in_one_line(serve: Serve, port: int, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()

        words = refused(serve())

    assert words == (
        f"CommandError: Port {port} of 127.0.0.1 cannot be used (Address already in use); perhaps something listens"
        f" there. Try: make run PORT={port % 65535 + 1}\n"
    )
    assert not (tmp_path / "data" / DATABASE).exists()


def test_bad_port_is_said_in_one_line(serve: Serve) -> None:
    words = refused(serve(PORT="eighty"))

    assert words == "CommandError: PORT must be a number from 1 to 65535, not 'eighty'. Try: make run PORT=8001\n"


@pytest.mark.parametrize("text", ["0", "70000", "-1", "", "٨٠", "8000\x00"])
def test_no_other_port_is_taken(text: str) -> None:
    with pytest.raises(CommandError, match=r"^PORT must be a number from 1 to 65535, not "):
        free_port_of("127.0.0.1", text)


def test_unwritable_data_dir_is_said_in_one_line(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")

    words = refused(serve(DATA_DIR=str(tmp_path / "file")))

    assert words == (
        f"CommandError: DATA_DIR {tmp_path / 'file'} cannot be written to (File exists)."
        " Choose another: make run DATA_DIR=~/viva-voce\n"
    )
