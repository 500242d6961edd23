from __future__ import annotations

import imaplib
import ssl
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from advocacy import inbound, mailbox, tasks
from advocacy.mailbox import Address, BadAddress

URL = "imaps://reports%40example.com:p%3Ass@mail.example.com/In%20box"


class Server:
    """An IMAP server with mails that nobody has seen; how it was talked to stands in `said`."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = {str(number).encode(): raw for number, raw in enumerate(mails, start=1)}
        self.seen: list[str] = []
        self.said: list[Any] = []
        self.answer = "OK"

    def login(self, user: str, password: str) -> None:
        self.said.append((user, password))

    def starttls(self, context: ssl.SSLContext) -> None:
        self.said.append(context.verify_mode)

    def select(self, folder: str) -> tuple[str, list[bytes]]:
        self.said.append(folder)
        return self.answer, [b"1"]

    def uid(self, command: str, *args: str) -> tuple[str, list[Any]]:
        if command == "SEARCH":
            unseen = [uid for uid in self.mails if uid.decode() not in self.seen]
            return "OK", [b" ".join(unseen)]
        if command == "STORE":
            self.seen.append(args[0])
            return "OK", [None]
        raw = self.mails[args[0].encode()]
        return "OK", [(b"1 (UID 1 BODY[]<0> {5}", raw), b")"] if raw else [None]

    def logout(self) -> None:
        self.said.append("bye")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[bytes]:
    """What was handed on."""
    settings.IMAP_URL = URL
    mails: list[bytes] = []
    monkeypatch.setattr(inbound, "take", mails.append)
    return mails


def serve(monkeypatch: pytest.MonkeyPatch, server: Any, name: str = "IMAP4_SSL") -> list[tuple[Any, ...]]:
    calls: list[tuple[Any, ...]] = []

    def connect(host: str, port: int, **options: Any) -> Any:
        calls.append((host, port, options))
        if isinstance(server, Exception):
            raise server
        return server

    monkeypatch.setattr(imaplib, name, connect)
    return calls


def test_unseen_mail_is_taken_and_marked(monkeypatch: pytest.MonkeyPatch, taken: list[bytes]) -> None:
    server = Server(b"one", b"two")
    calls = serve(monkeypatch, server)

    assert not tasks.fetch_mail()

    assert (taken, server.seen) == ([b"one", b"two"], ["1", "2"])
    assert server.said == [("reports@example.com", "p:ss"), '"In box"', "bye"]
    (host, port, options) = calls[0]
    assert (host, port, options["timeout"]) == ("mail.example.com", 993, 30)
    assert options["ssl_context"].verify_mode == ssl.CERT_REQUIRED
    tasks.fetch_mail()
    assert taken == [b"one", b"two"]


def test_password_never_goes_without_tls(
    monkeypatch: pytest.MonkeyPatch, taken: list[bytes], settings: Settings
) -> None:
    settings.IMAP_URL = "imap://ana:secret@mail.example.com"
    server = Server()
    calls = serve(monkeypatch, server, "IMAP4")

    mailbox.fetch()

    assert server.said == [ssl.CERT_REQUIRED, ("ana", "secret"), '"INBOX"', "bye"]
    assert calls[0][1] == 143


def test_more_than_a_slice_is_taken_by_and_by(monkeypatch: pytest.MonkeyPatch, taken: list[bytes]) -> None:
    serve(monkeypatch, Server(b"1", b"2", b"3"))

    assert [mailbox.fetch(size=2) for _ in range(2)] == [True, False]

    assert taken == [b"1", b"2", b"3"]


def test_mail_that_is_gone_meanwhile_is_passed_over(monkeypatch: pytest.MonkeyPatch, taken: list[bytes]) -> None:
    serve(monkeypatch, Server(b"", b"two"))

    mailbox.fetch()

    assert taken == [b"two"]


def test_mail_that_could_not_be_stored_stays_unseen(monkeypatch: pytest.MonkeyPatch, taken: list[bytes]) -> None:
    def fail(_raw: bytes) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(inbound, "take", fail)
    server = Server(b"one")
    serve(monkeypatch, server)

    with pytest.raises(OperationalError):
        mailbox.fetch()

    assert server.seen == []


def test_without_the_setting_nobody_looks(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IMAP_URL = ""
    calls = serve(monkeypatch, Server(b"one"))

    assert not tasks.fetch_mail()

    assert calls == []


@pytest.mark.parametrize("error", [OSError("refused"), TimeoutError(), imaplib.IMAP4.error("bad password: secret")])
def test_server_that_is_away_is_told_of_without_secrets(
    monkeypatch: pytest.MonkeyPatch, taken: list[bytes], caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    serve(monkeypatch, error)

    assert not mailbox.fetch()

    assert "mailbox.unreached" in caplog.text
    assert "secret" not in caplog.text


def test_folder_that_is_not_there_is_told_of(
    monkeypatch: pytest.MonkeyPatch, taken: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    server = Server(b"one")
    server.answer = "NO"
    serve(monkeypatch, server)

    assert not mailbox.fetch()

    assert (taken, "mailbox.no_such_folder" in caplog.text) == ([], True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, Address("imaps", "mail.example.com", 993, "reports@example.com", "p:ss", "In box")),
        ("imaps://a:b@[::1]:1993", Address("imaps", "::1", 1993, "a", "b", "INBOX")),
        ("imap://a:b@host/x", Address("imap", "host", 143, "a", "b", "x")),
    ],
)
def test_address_of_the_mailbox(url: str, expected: Address) -> None:
    assert mailbox.address(url) == expected


@pytest.mark.parametrize(
    "url", ["mail.example.com", "https://a:secret@host", "imaps://host", "imaps://a:secret@", "imaps://a:secret@h:x"]
)
def test_bad_address_says_how_to_write_it_and_not_the_password(url: str) -> None:
    with pytest.raises(BadAddress) as found:
        mailbox.address(url)

    assert str(found.value) == "IMAP_URL is not imaps://user:password@host/folder"
