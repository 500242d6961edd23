"""Many mails over one SMTP connection with one round trip for each, instead of four (RFC 2920).

While the end of one mail is on its way, the envelope of the next is behind it. Which phase each mail had reached when
something broke is as well known as with one command at a time; see `surveys.smtp` for why that matters.
"""

from __future__ import annotations

import math
import smtplib
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, NamedTuple, cast

from surveys.smtp import DeliveryUnknown, MessageDropped

LONGEST_REPLY = 8_192
GOES_ON = 354
MAIL, RCPT, DATA = range(3)


class Parcel(NamedTuple):
    """A mail as it leaves: whole, with CRLF at the end of each line, not yet dot-stuffed (RFC 5321 4.5.2)."""

    key: int
    sender: str
    recipient: str
    raw: bytes
    is_dotless: bool = False  # known to have no line that begins with a dot; else it is looked for


class Reply(NamedTuple):
    code: int
    text: bytes


Refusal = smtplib.SMTPException


class Pipeline:
    """One connection that has said EHLO and, where asked for, has signed in."""

    def __init__(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        self.client = client
        self.is_pipelined = client.has_extn("pipelining")
        self.takes_8bit = client.has_extn("8bitmime")
        self._socket = cast("socket.socket", client.sock)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if client.file is None:
            client.file = self._socket.makefile("rb")
        self._replies = cast("BinaryIO", client.file)
        self.is_closed = False
        self._heard = MAIL  # the command whose answer was last waited for
        self._later: list[bytes] = []

    def can_take(self, raw: bytes) -> bool:
        """Whether the mail may leave as it is; else it has to be encoded for a server of 7 bits (RFC 6152)."""
        return self.takes_8bit or raw.isascii()

    def send(
        self, parcels: Sequence[Parcel], *, is_over: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[int, Exception | None]]:
        """Send one after the other; yields the key of each that was tried, and what went wrong or None.

        Ends early when the connection is lost, or when `is_over` says so: asked before an envelope leaves and after
        each yield. What was not yielded was not tried.
        """
        ahead = False
        for number, parcel in enumerate(parcels):
            following = parcels[number + 1] if number + 1 < len(parcels) and not is_over() else None
            try:
                if not ahead:
                    self._write(self._envelope(parcel))
                refusal: Exception | None = self._read_envelope(parcel)
            except OSError as error:
                # Not one byte of it had left: whatever happened here, the server does not have it.
                self._close()
                yield parcel.key, MessageDropped(str(error)) if self._heard == DATA else _lost(error)
                return
            if refusal is None:
                refusal, ahead = self._hand_over(parcel, following)
            else:
                ahead = False
            yield parcel.key, refusal
            if refusal is not None and not self._is_usable(refusal):
                self._close()
                return
            if is_over():
                if ahead:  # the server waits for a mail that is not to come
                    self._close()
                return

    def _envelope(self, parcel: Parcel) -> bytes:
        body = b"" if parcel.raw.isascii() or not self.takes_8bit else b" BODY=8BITMIME"
        sender, recipient = parcel.sender.encode("ascii"), parcel.recipient.encode("ascii")
        commands = [b"MAIL FROM:<%b>%b\r\n" % (sender, body), b"RCPT TO:<%b>\r\n" % recipient, b"DATA\r\n"]
        if self.is_pipelined:
            return b"".join(commands)
        self._later = commands[1:]
        return commands[0]

    def _read_envelope(self, parcel: Parcel) -> Refusal | None:
        """The answers to MAIL, RCPT and DATA; the first that refuses it. The server then waits for a new MAIL."""
        refusal: Refusal | None = None
        for number in (MAIL, RCPT, DATA):
            self._heard = number
            if not self.is_pipelined and number:
                self._write(self._later[number - 1])
            reply = self._read()
            refusal = refusal or _refusal(number, reply, parcel)
            if refusal is not None and (not self.is_pipelined or reply.code == 421):
                break
        if refusal is None or _ends(refusal):
            return refusal
        if self.is_pipelined and reply.code == GOES_ON:
            self._write(b".\r\n")  # it took no recipient and waits for a mail all the same (RFC 2920 3.1)
            self._read()
        else:
            self._write(b"RSET\r\n")
            self._read()
        return refusal

    def _hand_over(self, parcel: Parcel, following: Parcel | None) -> tuple[Exception | None, bool]:
        """The mail itself. What went wrong, and whether the envelope of the one that follows is on its way."""
        mail = parcel.raw if parcel.is_dotless else stuffed(parcel.raw)
        ahead = following is not None and self.is_pipelined
        envelope = self._envelope(following) if ahead and following is not None else b""
        try:
            # Together, so that the server wakes up once. What broke off before the end of the mail has not left.
            self._write(b"".join((mail, b".\r\n", envelope)), needed=len(mail) + 3)
        except OSError as error:
            return MessageDropped(str(error)), False
        try:
            reply = self._read()
        except OSError as error:
            return DeliveryUnknown(str(error)), False
        if reply.code // 100 == 2:
            return None, ahead
        if reply.code // 100 in (4, 5):
            return smtplib.SMTPDataError(reply.code, reply.text), ahead
        return DeliveryUnknown(f"the server answered {reply.code} to the end of the message"), ahead

    def _is_usable(self, refusal: Exception) -> bool:
        return not isinstance(refusal, DeliveryUnknown | MessageDropped) and not _ends(refusal)

    def _write(self, data: bytes, *, needed: int | None = None) -> None:
        """Raises OSError where less of it left than `needed`, or all. What is lost later shows when its answer is
        read."""
        view, left = memoryview(data), 0
        until = time.monotonic() + (self._socket.gettimeout() or math.inf)  # for all of it, as with `sendall`
        try:
            while left < len(data):
                left += self._socket.send(view[left:])
                if left < len(data) and time.monotonic() > until:
                    raise TimeoutError("timed out")
        except OSError:
            if left < (len(data) if needed is None else needed):
                raise

    def _read(self) -> Reply:
        """One reply (RFC 5321 4.2). Raises OSError when the connection is lost or says what is no reply."""
        lines: list[bytes] = []
        while True:
            line = self._replies.readline(LONGEST_REPLY + 1)
            if not line:
                raise smtplib.SMTPServerDisconnected("the server closed the connection")
            if len(line) > LONGEST_REPLY:
                raise smtplib.SMTPServerDisconnected("the server says a line that is no reply")
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                break
        return Reply(int(line[:3]) if line[:3].isdigit() else -1, b"\n".join(lines))

    def is_alive(self) -> bool:
        """Whether the server still listens, after a pause."""
        try:
            return self.client.noop()[0] // 100 == 2
        except OSError:
            return False

    def _close(self) -> None:
        self.is_closed = True
        with suppress(OSError):
            self.client.close()


def stuffed(raw: bytes) -> bytes:
    """With a second dot where a line begins with one."""
    if raw.startswith(b"."):
        raw = b"." + raw
    return raw.replace(b"\r\n.", b"\r\n..") if b"\r\n." in raw else raw


def _refusal(number: int, reply: Reply, parcel: Parcel) -> Refusal | None:
    if number == DATA:
        return None if reply.code == GOES_ON else smtplib.SMTPDataError(reply.code, reply.text)
    if reply.code // 100 == 2:
        return None
    if number == MAIL:
        return smtplib.SMTPSenderRefused(reply.code, reply.text, parcel.sender)
    return smtplib.SMTPRecipientsRefused({parcel.recipient: (reply.code, reply.text)})


def _ends(refusal: Exception) -> bool:
    """421: the server closes the connection, whatever it was asked (RFC 5321 3.8)."""
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        return any(code == 421 for code, _text in refusal.recipients.values())
    return isinstance(refusal, smtplib.SMTPResponseException) and refusal.smtp_code == 421


def _lost(error: OSError) -> Refusal:
    return error if isinstance(error, smtplib.SMTPServerDisconnected) else smtplib.SMTPServerDisconnected(str(error))
