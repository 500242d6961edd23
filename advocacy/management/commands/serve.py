"""Sets everything up and runs it: one command from a fresh checkout to a working product."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from advocacy import demo

READY_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.3
PORT_WAIT_SECONDS = 3.0
QUICK_DEATH_SECONDS = 10.0
QUICK_DEATHS = 5


class Child:
    """A part of the product in a process group of its own. It is started again when it dies."""

    def __init__(self, lifeline: int, *arguments: str) -> None:
        self.lifeline = lifeline
        self.arguments = arguments
        self.quick_deaths = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *self.arguments]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--lifeline", str(self.lifeline)], pass_fds=[self.lifeline], start_new_session=True
        )
        self.started_at = time.monotonic()

    def keep_alive(self) -> None:
        """Start it again if it has died. Raises CommandError when it keeps dying at once."""
        if self.process.poll() is None:
            return
        self._kill_group()  # what it had started must not outlive it
        quick = time.monotonic() - self.started_at < QUICK_DEATH_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        if self.quick_deaths >= QUICK_DEATHS:
            raise CommandError(
                f"`manage.py {self.arguments[0]}` ends at once, again and again: its reason stands above."
            )
        self.start()

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def finish(self, deadline: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        self._kill_group()
        self.process.wait()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Stop(Exception):
    """A signal, or the end of the parent, asks to stop."""


class Command(BaseCommand):
    help = "Set up the database, load the demo into an empty one, and run web server and worker until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument(
            "--stop-with-parent", action="store_true", help="Stop when the process that began this ends."
        )
        parser.add_argument("--no-demo", action="store_true", help="Do not load the demo organisation.")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.parent = os.getppid() if options["stop_with_parent"] else None
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, self.stop)
        try:
            port = free_port(options["host"], settings.PORT)
            check_data_dir(settings.DATA_DIR)
            self.prepare(with_demo=not options["no_demo"])
            self.run(options["host"], port)
        except Stop:
            self.stderr.write("Stopped.")

    def stop(self, *_: Any) -> None:
        raise Stop

    def prepare(self, *, with_demo: bool) -> None:
        self.check()
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}. Check DATABASE_URL.") from None
        if with_demo and demo.is_wanted():
            self.stderr.write("Loading the demo organisation, once ...")
            demo.load()
        call_command("collectstatic", interactive=False, verbosity=0)
        connections.close_all()

    def run(self, host: str, port: int) -> None:
        read_end, write_end = os.pipe()  # only we hold the write end: the kernel closes it however we end
        children: list[Child] = []
        try:
            children.append(Child(read_end, "web", "--host", host, "--port", str(port)))
            children.append(Child(read_end, "worker"))
            wait_until_it_answers(host, port, children[0])
            self.stdout.write(ready_line())
            self.stdout.flush()
            while self.parent in (None, os.getppid()):
                for child in children:
                    child.keep_alive()
                time.sleep(POLL_SECONDS)
        finally:
            for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(name, signal.SIG_IGN)  # a second Ctrl-C must not leave a child behind
            deadline = time.monotonic() + STOP_SECONDS
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.finish(deadline)
            os.close(write_end)


def ready_line() -> str:
    sign_ins = demo.sign_ins()
    words = f" - sign in as {' or '.join(sign_ins)}, password {demo.PASSWORD}" if sign_ins else ""
    return f"Viva Voce is ready: {settings.PUBLIC_BASE_URL}/{words}. Ctrl-C stops it."


def free_port(host: str, text: str) -> int:
    """The port of `text`, free to listen on. Waits a moment for one that is just being given up."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise CommandError(f"PORT must be a number from 1 to 65535, not {text!r}. Try: make run PORT=8001")
    deadline = time.monotonic() + PORT_WAIT_SECONDS
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, int(text)))
                return int(text)
            except PermissionError:
                raise CommandError(f"Port {text} needs rights you do not have. Try: make run PORT=8001") from None
            except OSError as error:
                if time.monotonic() > deadline:
                    words = f"Port {text} of {host} cannot be used ({error.strerror}); perhaps something listens there."
                    raise CommandError(f"{words} Try: make run PORT={int(text) % 65535 + 1}") from None
        time.sleep(POLL_SECONDS)


def check_data_dir(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        words = f"DATA_DIR {path} cannot be written to ({error.strerror})."
        raise CommandError(f"{words} Choose another: make run DATA_DIR=~/viva-voce") from None


def wait_until_it_answers(host: str, port: int, web: Child) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with socket.create_connection((host, port), timeout=1):
                return
        except OSError:
            web.keep_alive()
            time.sleep(0.1)
    raise CommandError(f"The web server did not answer on port {port} within {READY_SECONDS:.0f} seconds.")
