"""A PostgreSQL and a Redis of our own, which may be killed and emptied: never those that somebody else uses."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from tests.flows.installation import free_port

PATIENCE = 60.0
# Each commit has its time, so that the checker knows which of two came first.
OPTIONS = "-c listen_addresses=127.0.0.1 -c track_commit_timestamp=on -c max_connections=60"


def missing() -> str:
    """What is not installed here, or nothing."""
    if not _binaries():
        return "needs the programs of a PostgreSQL server (Debian: postgresql)"
    if shutil.which("redis-server") is None:
        return "needs redis-server (Debian: redis-server)"
    return ""


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return found[-1] if found else (Path(on_path).parent if on_path else None)


@contextmanager
def started() -> Iterator[tuple[Path, PostgreSQL, Redis]]:
    """Both, and the directory they live in."""
    with directory() as place:
        postgresql, broker = PostgreSQL.start(place), Redis(place)
        try:
            broker.start()
            yield place, postgresql, broker
        finally:
            broker.stop()
            postgresql.stop()


@contextmanager
def directory() -> Iterator[Path]:
    """A place with a short name, since a socket's path may have about a hundred characters, that all may enter."""
    place = Path(tempfile.mkdtemp(prefix="vv-chaos-"))
    place.chmod(0o755)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@dataclass
class PostgreSQL:
    data: Path
    port: int

    @classmethod
    def start(cls, place: Path) -> PostgreSQL:
        home = place / "postgresql"
        home.mkdir()
        if os.geteuid() == 0:  # initdb refuses to work for root
            os.chown(home, pwd.getpwnam("postgres").pw_uid, -1)
        server = cls(home / "data", free_port())
        server._run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        server._run(
            "pg_ctl", "-s", "-w", "-l", str(home / "log"), "-o", f"-p {server.port} -k {home} {OPTIONS}", "start"
        )
        return server

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def restart_at_once(self) -> None:
        """As a crash: connections are cut, and what was not committed is gone."""
        self._run("pg_ctl", "-s", "-w", "-m", "immediate", "-l", str(self.data.parent / "log"), "restart")

    def stop(self) -> None:
        self._run("pg_ctl", "-s", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [f"{_binaries()}/{program}", "-D", str(self.data), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.data.parent)


@dataclass
class Redis:
    place: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> str:
        return str(self.place / "redis.sock")

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self) -> None:
        options = [
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--dir",
            str(self.place),
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self.process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline, "Redis does not answer"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=self.socket) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def empty(self) -> None:
        with redis.Redis(unix_socket_path=self.socket) as client:
            client.flushall()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
