"""The mail of a message, and what becomes of one that cannot be rendered."""

from __future__ import annotations

import logging
from email.utils import getaddresses

from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError

from surveys import addresses, lines, ports, verdicts
from surveys.enums import MESSAGE_MOVES, MessageStatus
from surveys.models import Message
from surveys.transitions import move_many

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5


def render(message: Message, fill: ports.Filler) -> lines.Mail | None:
    """The mail, or None for a message that cannot be rendered: it is marked failed and stops nobody else."""
    mail: lines.Mail | None
    try:
        if message.attempts > MAX_ATTEMPTS:
            raise RuntimeError(f"given up after {MAX_ATTEMPTS} attempts")
        mail = fill(message)
        if mail is not None:
            _follow_address(message, mail.recipient)
        else:
            mail = ports.render(message)
            mail.message()  # a bad header shows here, before anything can be doubtful
            _follow_address(message, _only_recipient(mail))
    except (OperationalError, InterfaceError):  # the database's trouble, not this mail's: it waits for the next tick
        raise
    except Exception as error:  # the edge of a batch: one bad contact must not stop the others
        logger.warning("outbox.unrenderable message=%s error=%s", message.pk, type(error).__name__)
        mine = Message.objects.filter(pk=message.pk, claim_id=message.claim_id)
        move_many(mine, MESSAGE_MOVES, MessageStatus.FAILED, error=_words(error), claim_id=None, lease_until=None)
        return None
    return mail


def _only_recipient(mail: EmailMultiAlternatives) -> str:
    found = [address for _name, address in getaddresses(mail.recipients())]
    if len(found) != 1 or not found[0]:
        raise ValueError("a message goes to one address")
    return found[0]


def _follow_address(message: Message, address: str) -> None:
    """The address may have been corrected while the mail waited: `dispatch` must look at the one it goes to."""
    present = addresses.keyed_hash(address)
    if message.contact_id and message.address_hash != present:
        Message.objects.filter(pk=message.pk, claim_id=message.claim_id).update(address_hash=present)


def _words(error: Exception) -> str:
    words = verdicts.masked(f"{type(error).__name__}: {error}")
    return words.encode("utf-8", "replace").decode().replace("\x00", "")[:300]
