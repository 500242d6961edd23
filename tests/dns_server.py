"""A name server on loopback, with the records of a test, that also knows how to be of no help.

What it does not know does not exist. It speaks UDP only: an answer that says it is cut off can be had nowhere.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import Enum
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

# What fits into one string of a TXT record.
STRING = 255


class Trouble(Enum):
    SERVFAIL = "reports a failure"
    SILENCE = "never answers"
    GARBAGE = "answers with no DNS message"
    CUT_OFF = "says that the rest is to be had by TCP"


Records = dict[tuple[str, str], list[str] | Trouble]


class DnsServer:
    """Answers from `records`, by name and kind. `asked` keeps the questions in the order they came."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.asked: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def place(self) -> str:
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def __enter__(self) -> DnsServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread where the system allows it
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                query, place = self._socket.recvfrom(65_535)
                if reply := self._reply(query):
                    self._socket.sendto(reply, place)
            except TimeoutError:
                continue
            except OSError:  # closed, perhaps while an answer was made
                return

    def _reply(self, query: bytes) -> bytes:
        message = dns.message.from_wire(query)
        (question,) = message.question
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        known = self.records.get((name, kind), [])
        if known is Trouble.SILENCE:
            return b""
        if known is Trouble.GARBAGE:
            return query[:2] + b"\xff" * 30
        reply = dns.message.make_response(message)
        if known is Trouble.SERVFAIL:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif known is Trouble.CUT_OFF:
            reply.flags |= dns.flags.TC
        elif known:
            reply.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", kind, known))
        elif not any(each == name for each, _kind in self.records):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire(max_size=65_535)


def txt(text: str | bytes) -> str:
    """A TXT record as a zone file has it, in as many strings as the text needs; each byte as it is."""
    raw = text.encode() if isinstance(text, str) else text
    parts = [raw[start : start + STRING] for start in range(0, len(raw), STRING)] or [b""]
    return " ".join('"' + "".join(f"\\{byte:03d}" for byte in part) + '"' for part in parts)
