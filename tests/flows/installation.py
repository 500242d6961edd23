"""One installation for a test: a directory, a database, an environment, and the processes that run it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from django.conf import settings

PATIENCE = 300.0
# A wave of so many people whose mail left yesterday: who answers within seconds of it is held for a program. `wave` is
# it, and the tokens of its links are printed.
ASKED = """
import datetime as dt
from django.utils import timezone
from surveys import addresses, tokens, waves
from surveys.models import Brand, Campaign, Contact, Message, Touchpoint
brand = Brand.objects.create(name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="x")
point = Touchpoint.objects.create(key="use", name="Use")
people = [f"person{n}@example.com" for n in range(PEOPLE)]
Contact.objects.bulk_create(
    Contact(email=address, address_hash=addresses.keyed_hash(address), basis="customer") for address in people)
wave = waves.launch(Campaign.objects.create(name="Before", brand=brand, touchpoint=point))
Message.objects.update(status="sent", sent_at=timezone.now() - dt.timedelta(days=1))
for token in wave.invitations.order_by("pk").values_list("token", flat=True):
    print(tokens.encode(token))
"""
DATABASE = "vivavoce.sqlite3"
_migrated: list[bytes] = []


@dataclass
class Installation:
    directory: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def in_directory(cls, directory: Path, **environment: str) -> Installation:
        """An installation whose data lie in `directory`; nothing of our own environment reaches it."""
        base = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(settings.BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(directory / "data"),
        }
        return cls(directory, {**base, **environment})

    def migrate(self) -> None:
        """Bring the database to its present form; the SQLite file is made once and copied, for it takes seconds."""
        if "DATABASE_URL" in self.environment:
            self.manage("manage.py", "migrate", "--verbosity", "0")
            return
        path = self.directory / "data" / DATABASE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(migrated_file())

    def run(self, code: str) -> str:
        """Run Python with the project set up; what it printed."""
        return self.manage("-c", f"import django; django.setup()\n{code}")

    def ask(self, people: int, *, then: str = "") -> list[str]:
        """The tokens of so many people who were asked yesterday, in an installation that had nobody yet."""
        return self.run(f"PEOPLE = {people}\n{ASKED}{then}").split()

    def manage(self, *arguments: str) -> str:
        """Run one command to its end; what it printed. A failure fails the test with its last words."""
        done = subprocess.run(
            [sys.executable, *arguments],
            check=False,
            env=self.environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def look_up(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database says, past the project: to start Python with it takes seconds from what is watched."""
        if url := self.environment.get("DATABASE_URL"):
            with psycopg.connect(url) as database:
                return database.execute(sql.encode()).fetchall()
        with closing(sqlite3.connect(self.directory / "data" / DATABASE, timeout=20)) as database:
            return database.execute(sql).fetchall()

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a process that goes on, in a group of its own, and log what it says."""
        with (self.directory / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def log(self) -> str:
        path = self.directory / "log"
        return path.read_text() if path.exists() else ""

    def stop_all(self) -> None:
        for process in self.processes:
            kill(process)


def keep_migrated(content: bytes) -> None:
    """To be called with the tests' own SQLite database before the first test: it has come from the same migrations."""
    _migrated[:] = [content]


def migrated_file() -> bytes:
    """The SQLite database of an installation in which nothing has happened yet."""
    if not _migrated:
        with TemporaryDirectory() as directory:
            made = Installation.in_directory(Path(directory))
            made.manage("manage.py", "migrate", "--verbosity", "0")
            with closing(sqlite3.connect(made.directory / "data" / DATABASE)) as database:
                keep_migrated(database.serialize())
    return _migrated[0]


def kill(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of the process and of whatever it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(is_done: Callable[[], bool], what: str, *, patience: float = PATIENCE, pause: float = 0.2) -> None:
    deadline = time.monotonic() + patience
    while not is_done():
        assert time.monotonic() < deadline, f"no {what} within {patience:.0f} s"
        time.sleep(pause)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
