"""SMTP that knows how far it came. The class of an exception does not tell "not accepted" from "accepted"."""

from __future__ import annotations

import email
import io
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from email.charset import QP, Charset
from email.generator import BytesGenerator
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

_QUOTED = Charset("utf-8")
_QUOTED.body_encoding = QP


class DeliveryUnknown(Exception):
    """The connection was lost after the end of the message had left: the server may have taken it."""


class MessageDropped(smtplib.SMTPServerDisconnected):
    """The connection was lost while the message was leaving, before its end: the server did not take it."""


class Client(smtplib.SMTP):
    """Plain SMTP, with STARTTLS where asked for. Only `data()` differs: it knows the end of the message."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        raw = msg.encode("ascii") if isinstance(msg, str) else msg
        try:
            _send_message(self, raw if self.has_extn("8bitmime") else seven_bit(raw))
        except smtplib.SMTPServerDisconnected as error:
            raise MessageDropped(str(error)) from error
        # From here the server may have the whole message, whatever happens to the connection.
        try:
            code, reply = self.getreply()
        except OSError as error:
            self.close()
            raise DeliveryUnknown(str(error)) from error
        if code // 100 not in (2, 4, 5):
            self.close()
            raise DeliveryUnknown(f"the server answered {code} to the end of the message")
        return (250 if code // 100 == 2 else code), reply  # smtplib takes any other 2xx for a refusal


def _send_message(client: smtplib.SMTP, raw: bytes) -> None:
    client.putcmd("data")
    code, reply = client.getreply()
    if code != 354:
        # The transaction is still open: without a reset the server refuses the sender of the next mail.
        with suppress(smtplib.SMTPServerDisconnected):
            client.close() if code == 421 else client.rset()
        raise smtplib.SMTPDataError(code, reply)
    # In one piece: a short second one would wait for the answer to the first (Nagle). On an error the end has not left.
    client.send(_dot_stuffed(raw) + b".\r\n")


def _dot_stuffed(raw: bytes) -> bytes:
    body = b"\r\n".join(raw.splitlines()) + b"\r\n"
    if body.startswith(b"."):
        body = b"." + body
    return body.replace(b"\r\n.", b"\r\n..")


def seven_bit(raw: bytes) -> bytes:
    """The same mail with quoted-printable parts where it has 8 bits: for a server that does not offer RFC 6152."""
    if raw.isascii():
        return raw
    mail = email.message_from_bytes(raw)
    for part in mail.walk():
        if not part.is_multipart() and str(part["Content-Transfer-Encoding"]).lower() == "8bit":
            text = part.get_payload(decode=True)
            del part["Content-Transfer-Encoding"]
            part.set_payload(text.decode("utf-8", "replace") if isinstance(text, bytes) else text, _QUOTED)
    written = io.BytesIO()
    policy = mail.policy.clone(linesep="\r\n", max_line_length=0)
    BytesGenerator(written, mangle_from_=False, policy=policy).flatten(mail)
    return written.getvalue()


class SecureClient(smtplib.SMTP_SSL):
    """SMTP over TLS from the first byte."""

    data = Client.data


class EmailBackend(smtp.EmailBackend):
    """Django's SMTP backend with these clients. `send_messages` raises DeliveryUnknown where nobody can know."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return SecureClient if self.use_ssl else Client

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        try:
            return super().send_messages(email_messages)
        finally:
            if self.connection is not None and self.connection.sock is None:
                self.connection = None  # the server has hung up: `open` makes a new one for the next mail
