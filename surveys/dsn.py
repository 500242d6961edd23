"""Reads delivery reports (RFC 3464) and complaints (RFC 5965) out of mail; for those of no standard, flufl.bounce.

Strangers write these mails, so nothing here trusts a structure or a character set. No database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from flufl.bounce import all_failures

from surveys.enums import DeliveryType

MAX_RECIPIENTS = 20  # a report on one of our mails names one
_ACTIONS = {
    "failed": DeliveryType.BOUNCED,
    "delayed": DeliveryType.DEFERRED,
    "delivered": DeliveryType.DELIVERED,
    "relayed": DeliveryType.SENT,  # handed to a server that reports nothing
    "expanded": DeliveryType.SENT,
}
_FEEDBACK = {
    "abuse": DeliveryType.COMPLAINED,
    "fraud": DeliveryType.COMPLAINED,
    "opt-out": DeliveryType.UNSUBSCRIBED,
    "opt-out-list": DeliveryType.UNSUBSCRIBED,
}
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_REFUSAL = re.compile(r"(?<![\w.])(?:[45]\d\d(?![\w.])|#?[45]\.\d{1,3}\.\d{1,3}\b)[^\n]{0,200}")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_ROBOTS = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon", "mailerdaemon", "mdaemon", "bounce", "bounces")


@dataclass(frozen=True)
class Finding:
    """What a report says of one recipient; the addresses it may mean, the one we wrote to first."""

    type: DeliveryType
    recipients: tuple[str, ...] = ()
    diagnosis: str = ""


def read(mail: Message) -> list[Finding]:
    """What the mail reports of other mails; nothing when it is no report. May raise anything on hostile mail."""
    return _feedback(mail) or _standard(mail) or (_by_words(mail) if looks_like_bounce(mail) else [])


def looks_like_bounce(mail: Message) -> bool:
    """Whether a mail server wrote it: an answer of a person may quote a bounce as well."""
    if header(mail, "Return-Path").strip() == "<>" or mail.get("X-Failed-Recipients"):
        return True
    sender = parseaddr(header(mail, "From"))[1].partition("@")[0].lower()
    return sender in _ROBOTS or mail.get_content_type() == "multipart/report"


# -------------------------------------------------------------------------------------------------- delivery reports


def _standard(mail: Message) -> list[Finding]:
    blocks = [block for part in mail.walk() if part.get_content_type() == _DELIVERY for block in _blocks(part)]
    found = [_of_recipient(block) for block in blocks[: MAX_RECIPIENTS + 1] if _names_recipient(block)]
    return [finding for finding in found if finding is not None]


_DELIVERY, _FEEDBACK_TYPE = "message/delivery-status", "message/feedback-report"


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _names_recipient(block: Message) -> bool:
    return bool(block.get("Final-Recipient") or block.get("Original-Recipient"))


def _of_recipient(block: Message) -> Finding | None:
    status = _STATUS.search(header(block, "Status"))
    words = header(block, "Diagnostic-Code").partition(";")[2] or header(block, "Diagnostic-Code")
    action = header(block, "Action").split("(")[0].strip().lower()
    kind = _ACTIONS.get(action)
    if kind is None and status:  # the action is missing, or in the language of the server
        kind = {"2": DeliveryType.DELIVERED, "4": DeliveryType.DEFERRED, "5": DeliveryType.BOUNCED}[status[0][0]]
    if kind is None:
        return None
    # The server's own status first: what it quotes from others may say less.
    said = words if status is None or status[0] in words else f"{status[0]} {words}"
    names = (_address(header(block, name)) for name in ("Original-Recipient", "Final-Recipient"))
    return Finding(kind, tuple(dict.fromkeys(filter(None, names))), " ".join(said.split()))


def _address(value: str) -> str:
    """Of `rfc822;user+40host`, the address; xtext (RFC 3461) is undone."""
    text = value.partition(";")[2] or value
    plain = _XTEXT.sub(lambda hit: chr(int(hit[1], 16)), text.strip())
    for candidate in (text.strip(), plain):
        found = candidate.strip("<> ")
        if "@" in found and " " not in found and len(found) <= 320:
            return found
    return ""


# ---------------------------------------------------------------------------------------------------------- complaints


def _feedback(mail: Message) -> list[Finding]:
    for part in mail.walk():
        if part.get_content_type() != _FEEDBACK_TYPE:
            continue
        payload = part.get_payload()
        block = payload[0] if isinstance(payload, list) and payload else None
        kind = _FEEDBACK.get(header(block, "Feedback-Type").strip().lower()) if isinstance(block, Message) else None
        if kind is None or not isinstance(block, Message):
            return []
        named = [_address(str(value)) for value in block.get_all("Original-Rcpt-To", [])]
        return [Finding(kind, tuple(filter(None, named))[:MAX_RECIPIENTS])]
    return []


# ------------------------------------------------------------------------------------------------- everything else


def _by_words(mail: Message) -> list[Finding]:
    temporary, permanent = all_failures(mail)
    said = " ".join(found[0].split()) if (found := _REFUSAL.search(text(mail))) else ""
    return [
        Finding(kind, (address.decode("ascii", "replace"),), said)
        for kind, found_here in ((DeliveryType.BOUNCED, permanent), (DeliveryType.DEFERRED, temporary))
        for address in sorted(found_here)[:MAX_RECIPIENTS]
    ]


# ------------------------------------------------------------------------------------------------- what a mail holds


def header(mail: Message, name: str) -> str:
    """A header as text, whatever it is encoded in; the first of several."""
    value = str(mail.get(name, ""))
    with suppress(LookupError, ValueError):  # an unknown character set, or no encoding after all
        value = str(make_header(decode_header(value)))
    return value.encode("utf-8", "replace").decode()


def content(part: Message) -> str:
    """The text of one part. An unknown character set is read as UTF-8, and what does not fit is replaced."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # ValueError: a charset with a NUL in its name
        return payload.decode("utf-8", "replace")


def text(mail: Message) -> str:
    """All text of the mail, decoded, the headers of returned mails included: a number of ours may stand anywhere."""
    return "\n".join(_pieces(mail))


def _pieces(mail: Message) -> Iterator[str]:
    for part in mail.walk():
        if part is not mail:
            yield from (f"{name}: {value}" for name, value in part.items())
        if not part.is_multipart() and part.get_content_maintype() in ("text", "message"):
            yield content(part)


def written_at(mail: Message) -> dt.datetime | None:
    try:
        at = parsedate_to_datetime(str(mail.get("Date", "")))
        return at.replace(tzinfo=at.tzinfo or dt.UTC).astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
