"""An SMTP server on a real socket of 127.0.0.1 that misbehaves on request, in each phase of a mail.

Each mail takes the next fault of the script; when the script is over, or says OK, all goes well. What the server has
accepted, whatever it said about it, stands in its journal of Message-IDs.
"""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from email.parser import BytesHeaderParser
from enum import Enum
from types import TracebackType
from typing import BinaryIO

PATIENCE = 20.0


class Fault(Enum):
    OK = "no fault"
    BANNER_421 = "421 in the banner"
    BANNER_SILENT = "the banner never comes"
    AUTH_454 = "454 to AUTH"
    AUTH_535 = "535 to AUTH"
    MAIL_451 = "451 to MAIL"
    MAIL_550 = "550 to MAIL"
    RCPT_450 = "450 to RCPT"
    RCPT_421 = "421 to RCPT, then drop"
    RCPT_550 = "550 to RCPT"
    RCPT_POLICY = "550 5.7.26 to RCPT"
    DATA_451 = "451 to DATA"
    DATA_DROP = "drop at DATA"
    BODY_DROP = "drop in the middle of the body"
    BODY_SLOW = "the body is read at one byte a second"
    DOT_451 = "451 after the final dot"
    DOT_554 = "554 after the final dot"
    DOT_DROP = "accepted, then drop before 250"
    DOT_SILENT = "accepted, then silence"
    DOT_STRANGE = "accepted, then nonsense"
    DOT_251 = "accepted with 251"
    SENT_DROP = "250, then drop"
    QUIT_STALL = "QUIT gets no answer"


AT_CONNECT = {Fault.BANNER_421, Fault.BANNER_SILENT, Fault.AUTH_454, Fault.AUTH_535}
REPLIES = {
    Fault.MAIL_451: b"451 4.3.0 try later",
    Fault.MAIL_550: b"550 5.1.8 we know no such sender",
    Fault.RCPT_450: b"450 4.2.0 greylisted",
    Fault.RCPT_550: b"550 5.1.1 no such user",
    Fault.RCPT_POLICY: b"550 5.7.26 this mail is unauthenticated",
    Fault.DATA_451: b"451 4.3.2 not now",
    Fault.DOT_451: b"451 4.3.0 try later",
    Fault.DOT_554: b"554 5.6.0 we do not like it",
    Fault.DOT_STRANGE: b"banana",
    Fault.DOT_251: b"251 will forward",
    Fault.SENT_DROP: b"250 taken",
}


class Gone(Exception):
    """This connection is over."""


class SmtpServer:
    def __init__(self, extensions: Sequence[str] = ()) -> None:
        self.extensions = extensions
        self.script: deque[Fault] = deque()
        self.journal: list[str] = []
        self.commands: list[str] = []
        self.connections = 0
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> SmtpServer:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=[client])
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE)
        with client, client.makefile("rb") as lines, suppress(Gone, OSError):
            Session(self, client, lines).run()

    def next_fault(self, *, at_connect: bool) -> Fault:
        if self.script and (self.script[0] in AT_CONNECT) == at_connect:
            return self.script.popleft()
        return Fault.OK


class Session:
    """One connection, in a thread of its own."""

    def __init__(self, server: SmtpServer, client: socket.socket, lines: BinaryIO) -> None:
        self.server = server
        self.client = client
        self.lines = lines
        self.fault = Fault.OK
        self.in_mail = False
        self.has_recipient = False

    def say(self, words: bytes) -> None:
        self.client.sendall(words + b"\r\n")

    def wait_until_client_leaves(self) -> None:
        while self.client.recv(65_536):
            pass
        raise Gone

    def run(self) -> None:
        self.at_connect = self.server.next_fault(at_connect=True)
        if self.at_connect is Fault.BANNER_SILENT:
            self.wait_until_client_leaves()
        if self.at_connect is Fault.BANNER_421:
            self.say(b"421 4.3.2 too busy")
            raise Gone
        self.say(b"220 sink.test ready")
        while line := self.lines.readline():
            command = line.decode("ascii", "replace").strip()
            self.server.commands.append(command)
            verb = command.split(" ", 1)[0].split(":", 1)[0].upper()
            handler = getattr(self, f"on_{verb.lower()}", None)
            if handler is None:
                self.say(b"502 5.5.1 unknown command")
            else:
                handler()

    def on_ehlo(self) -> None:
        self.say(b"250-sink.test")
        for offered in self.server.extensions:
            self.say(f"250-{offered}".encode())
        self.say(b"250 AUTH PLAIN")

    def on_auth(self) -> None:
        if self.at_connect is Fault.AUTH_454:
            self.say(b"454 4.7.0 try later")
        elif self.at_connect is Fault.AUTH_535:
            self.say(b"535 5.7.8 wrong password")
        else:
            self.say(b"235 2.7.0 welcome")

    def on_rset(self) -> None:
        self.in_mail = False
        self.say(b"250 forgotten")

    def on_noop(self) -> None:
        self.say(b"250 still here")

    def on_quit(self) -> None:
        if self.fault is Fault.QUIT_STALL:
            self.wait_until_client_leaves()
        self.say(b"221 bye")
        raise Gone

    def on_mail(self) -> None:
        if self.in_mail:
            self.say(b"503 5.5.1 nested MAIL command")
            return
        self.fault = self.server.next_fault(at_connect=False)
        self.in_mail = self.fault not in (Fault.MAIL_451, Fault.MAIL_550)
        self.say(b"250 go on" if self.in_mail else REPLIES[self.fault])

    def on_rcpt(self) -> None:
        if self.fault is Fault.RCPT_421:
            self.say(b"421 4.3.2 shutting down")
            raise Gone
        if not self.in_mail:
            self.say(b"503 5.5.1 MAIL first")
            return
        refused = self.fault in (Fault.RCPT_450, Fault.RCPT_550, Fault.RCPT_POLICY)
        self.has_recipient = not refused
        self.say(REPLIES[self.fault] if refused else b"250 go on")

    def on_data(self) -> None:
        if self.fault is Fault.RCPT_450 and self.in_mail and not self.has_recipient:
            self.say(b"354 go on, for what it is worth")  # RFC 2920 3.1 lets a server say so, and refuse the mail after
            self.read_message()
            self.in_mail = False
            self.say(b"554 5.5.1 no valid recipients")
            return
        if not self.in_mail or not self.has_recipient:
            self.say(b"503 5.5.1 RCPT first")
            return
        if self.fault is Fault.DATA_451:
            self.say(REPLIES[self.fault])
            return
        if self.fault is Fault.DATA_DROP:
            raise Gone
        self.say(b"354 go on")
        if self.fault is Fault.BODY_DROP:
            self.client.recv(1_000)
            raise Gone
        if self.fault is Fault.BODY_SLOW:
            while self.client.recv(1):
                if self.server._stopped.wait(1):
                    break
            raise Gone
        self.take(self.read_message())

    def read_message(self) -> bytes:
        parts = []
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                raise Gone
            parts.append(line[1:] if line.startswith(b".") else line)
        return b"".join(parts)

    def take(self, raw: bytes) -> None:
        self.in_mail = False
        if self.fault not in (Fault.DOT_451, Fault.DOT_554):
            self.server.journal.append(BytesHeaderParser().parsebytes(raw)["Message-ID"])
        if self.fault is Fault.DOT_DROP:
            raise Gone
        if self.fault is Fault.DOT_SILENT:
            self.wait_until_client_leaves()
        self.say(REPLIES.get(self.fault, b"250 taken"))
        if self.fault is Fault.SENT_DROP:
            raise Gone
