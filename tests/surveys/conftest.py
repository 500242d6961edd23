"""What the tests of the survey side share: a small letter, a server that misbehaves, a database for many threads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.db import connection, connections
from pytest_django import Settings

from surveys import ports
from tests.smtp_server import SmtpServer
from tests.surveys.sending import Connect, Server, small_letter


@pytest.fixture
def letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The outbox renders this small letter, so that its tests do not depend on the words of the real one."""
    monkeypatch.setitem(ports._letters, "invitation", small_letter)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Connect:
    """The outbox sends through a Server that behaves so: `connect(behave)`, or `connect({address: error})`."""

    def connect(behave: Callable[[EmailMessage], None] | dict[str, Exception] | None = None) -> Server:
        errors = behave if isinstance(behave, dict) else {}

        def raise_error(mail: EmailMessage) -> None:
            if error := errors.get(mail.to[0]):
                raise error

        server = Server(behave if callable(behave) else raise_error)
        monkeypatch.setattr(django_mail, "get_connection", lambda: server)
        return server

    return connect


@pytest.fixture(params=[(), ("PIPELINING", "8BITMIME")], ids=["plain", "pipelining"])
def smtp_server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[SmtpServer]:
    """The outbox sends to this server, through the project's own backend; it waits at most a second for an answer."""
    with SmtpServer(extensions=request.param) as server:
        settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = server.port
        settings.EMAIL_TIMEOUT = 1
        yield server


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that many threads can use at once, as in production.

    In memory SQLite shares one cache and locks whole tables at once, so there it is a copy in a file.
    """
    if connection.vendor != "sqlite":
        yield
        return
    memory = connections["default"]
    memory.ensure_connection()
    path = tmp_path / "shared.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        memory.connection.backup(copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connections.settings["default"], "NAME", str(path))
        connections["default"] = connections.create_connection("default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = memory
