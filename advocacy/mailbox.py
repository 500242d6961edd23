"""Fetches the mail that came in, over IMAP with TLS, for whoever has no pipe and no webhook."""

from __future__ import annotations

import imaplib
import logging
import ssl
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings

from advocacy import inbound

logger = logging.getLogger(__name__)

SLICE = 20
TIMEOUT = 30  # seconds for each answer of the server
PORTS = {"imaps": 993, "imap": 143}
TROUBLE = (OSError, imaplib.IMAP4.error)


class BadAddress(ValueError):
    """IMAP_URL is none: says how to write it, and not what was written, since that holds the password."""


@dataclass(frozen=True)
class Address:
    """Where the mail lies."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str


def address(url: str) -> Address:
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS[parts.scheme]
        host, user, password = parts.hostname or "", parts.username or "", parts.password or ""
    except (KeyError, ValueError) as error:
        raise BadAddress("IMAP_URL is not imaps://user:password@host/folder") from error
    if not host or not user:
        raise BadAddress("IMAP_URL is not imaps://user:password@host/folder")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    return Address(parts.scheme, host, port, unquote(user), unquote(password), folder)


def fetch(*, size: int = SLICE) -> bool:
    """Take what nobody has seen yet, and mark each mail once it is dealt with. Whether more may wait.

    A server that is away is told of in the log, and asked again at the next tick.
    """
    if not settings.IMAP_URL:
        return False
    where = address(settings.IMAP_URL)
    try:
        server = connect(where)
    except TROUBLE as error:
        logger.warning("mailbox.unreached error=%s", type(error).__name__)
        return False
    try:
        return _fetch(server, where.folder, size)
    except TROUBLE as error:
        logger.warning("mailbox.broken_off error=%s", type(error).__name__)
        return False
    finally:
        with suppress(*TROUBLE):
            server.logout()


def connect(where: Address) -> imaplib.IMAP4:
    """Signed in. Never without TLS: the password goes this way."""
    trusted = ssl.create_default_context()
    if where.scheme == "imaps":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(where.host, where.port, ssl_context=trusted, timeout=TIMEOUT)
    else:
        server = imaplib.IMAP4(where.host, where.port, timeout=TIMEOUT)
        server.starttls(trusted)
    server.login(where.user, where.password)
    return server


def _fetch(server: imaplib.IMAP4, folder: str, size: int) -> bool:
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, _answer = server.select(quoted)
    if status != "OK":
        logger.error("mailbox.no_such_folder")
        return False
    _status, found = server.uid("SEARCH", "UNSEEN")
    uids = (found[0] or b"").split() if found else []
    for uid in uids[:size]:
        raw = _body(server, uid.decode())
        if raw is not None:
            inbound.take(raw)
        # Only now: what goes down with its worker is fetched again, and known by what it is.
        server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")
    return len(uids) > size


def _body(server: imaplib.IMAP4, uid: str) -> bytes | None:
    """As much of the mail as is read of any; None where it is gone meanwhile."""
    _status, answer = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{inbound.MAX_SIZE}>)")
    return next((part[1] for part in answer if isinstance(part, tuple) and len(part) > 1), None)
