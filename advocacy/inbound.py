"""Mail that comes in: reports go to `surveys.reported`, a person's reply to its contact and case, the rest is dropped.

A reply is known by the number in the address it was sent to, or by that of the mail it answers; never by its sender,
which anybody can write. Nothing is ever answered from here, so no loop can begin.
"""

from __future__ import annotations

import hashlib
import html
import logging
import re
from collections.abc import Iterable
from email.message import Message as Mail
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses, parseaddr
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags

from advocacy import cases, snoozing
from advocacy.enums import News
from advocacy.models import Case, Reply
from surveys import dsn, reported
from surveys.models import Brand, Contact, Message

logger = logging.getLogger(__name__)

MAX_SIZE = 1024 * 1024  # of a longer mail so much is read: the text stands before what is attached
MAX_TEXT = 20_000
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_KEYS_OF_OURS = re.compile(r"/([ru])/[A-Za-z0-9_-]{22}")
_BULK = {"bulk", "list", "junk", "auto_reply"}
# Of robots that know no Auto-Submitted, and of mailing lists.
_ROBOT_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id", "List-Unsubscribe", "X-Mailing-List")


class Taken(StrEnum):
    """What became of a mail."""

    REPORT = "report"
    REPLY = "reply"
    AGAIN = "came again"
    AUTOMATIC = "dropped: written by a machine"
    UNKNOWN = "dropped: it answers no mail of ours"
    EMPTY = "dropped: it says nothing"
    UNREADABLE = "dropped: it cannot be read"


def take(raw: bytes, *, recipient: str = "") -> Taken:
    """Deal with one mail; the same again changes nothing. Raises only the database's trouble: then it is not taken.

    `recipient` is the address of its envelope, where the mail server says it.
    """
    try:
        # The old policy: the new one parses each header as it is read, and some cannot be.
        mail = BytesParser(policy=compat32).parsebytes(raw[:MAX_SIZE])
        with transaction.atomic():
            taken = _take(mail, raw, recipient)
    except DatabaseTrouble:
        raise
    except Exception as error:  # the edge of a batch: strangers write these mails
        logger.warning("inbound.unreadable error=%s", type(error).__name__)
        return Taken.UNREADABLE
    if taken not in (Taken.REPORT, Taken.REPLY):
        logger.info("inbound.%s", taken.name.lower())
    return taken


def _take(mail: Mail, raw: bytes, recipient: str) -> Taken:
    if not raw.strip():
        return Taken.EMPTY
    if reported.take(mail, recipients=[recipient, *_recipients(mail)]):
        return Taken.REPORT
    if is_automatic(mail):
        return Taken.AUTOMATIC
    answered = _answered(mail, recipient)
    if answered is None or answered.contact is None:
        return Taken.UNKNOWN
    words = text_of(mail)
    if not words:
        return Taken.EMPTY
    return _keep(mail, raw, answered, answered.contact, words)


def _keep(mail: Mail, raw: bytes, answered: Message, contact: Contact, words: str) -> Taken:
    known_by = dsn.header(mail, "Message-ID").strip().encode() or raw
    case = Case.objects.open().filter(contact=contact).first()
    _reply, is_new = Reply.objects.get_or_create(
        key=hashlib.sha256(str(answered.pk).encode() + b"\x1f" + known_by).hexdigest(),
        defaults={
            "contact": contact,
            "case": case,
            "message": answered,
            "sender": _storable(parseaddr(dsn.header(mail, "From"))[1])[:320],
            "subject": _storable(" ".join(dsn.header(mail, "Subject").split()))[:400],
            "text": words,
            "at": timezone.now(),  # ours, since any date may stand in the mail
        },
    )
    if is_new and case is not None:
        snoozing.hear(case, News.REPLY)
        cases.go_on(case)
    return Taken.REPLY if is_new else Taken.AGAIN


# ----------------------------------------------------------------------------------------------------- who wrote it


def is_automatic(mail: Mail) -> bool:
    """Whether a machine wrote it (RFC 3834): an absence note, a list, a receipt, our own mail come back."""
    if dsn.header(mail, "Auto-Submitted").split(";")[0].strip().lower() not in ("", "no"):
        return True
    if dsn.header(mail, "Precedence").strip().lower() in _BULK or any(mail.get(name) for name in _ROBOT_HEADERS):
        return True
    if mail.get_content_type() == "multipart/report" or dsn.looks_like_bounce(mail):
        return True
    sender = parseaddr(dsn.header(mail, "From"))[1].lower()
    return not sender or Brand.objects.filter(from_email__iexact=sender).exists()


def _answered(mail: Mail, recipient: str) -> Message | None:
    """Which of our mails it answers: by the address it came to, else by the mail it names."""
    if message := reported.by_token(_tokens([recipient, *_recipients(mail)])):
        return message
    named = f"{dsn.header(mail, 'In-Reply-To')} {dsn.header(mail, 'References')}"
    return reported.by_number(named, among=[parseaddr(dsn.header(mail, "From"))[1]])


def _recipients(mail: Mail) -> list[str]:
    values = [str(value) for name in _TO for value in mail.get_all(name, [])]
    return [address for _name, address in getaddresses(values)]


def _tokens(recipients: Iterable[str]) -> list[str]:
    """The tokens in those addresses that are made like REPLY_ADDRESS."""
    if not settings.REPLY_ADDRESS:
        return []
    before, _token, after = settings.REPLY_ADDRESS.partition("{token}")
    made_so = re.compile(f"(?i:{re.escape(before)})([A-Za-z0-9_-]{{22}})(?i:{re.escape(after)})")
    return [found[1] for address in recipients if (found := made_so.fullmatch(address.strip()))]


# ---------------------------------------------------------------------------------------------------- what it says


def text_of(mail: Mail) -> str:
    """What the person wrote, as text: nothing attached, nothing quoted, no key of a page of ours."""
    plain = _first(mail, "text/plain")
    words = dsn.content(plain) if plain is not None else _without_markup(_first(mail, "text/html"))
    lines = [line.rstrip() for line in words.splitlines() if not line.lstrip().startswith(">")]
    own = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return _KEYS_OF_OURS.sub(r"/\1/…", _storable(own))[:MAX_TEXT]


def _first(mail: Mail, kind: str) -> Mail | None:
    for part in mail.walk():
        if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
            return part
    return None


def _without_markup(part: Mail | None) -> str:
    if part is None:
        return ""
    markup = re.sub(r"(?is)<(style|script|head|blockquote)\b.*?</\1\s*>", " ", dsn.content(part)[: 8 * MAX_TEXT])
    markup = re.sub(r"(?i)<br\s*/?>|</(?:p|div|li|tr|h[1-6])\s*>", "\n", markup)
    try:
        return html.unescape(strip_tags(markup))
    except SuspiciousOperation:  # too deep
        return ""


def _storable(text: str) -> str:
    # PostgreSQL refuses NUL in text; other controls only confuse who reads it.
    kept = "".join(char for char in text if char in "\n\t" or ord(char) >= 32)
    return kept.encode("utf-8", "replace").decode()
