"""Reports that come by mail: which of ours they are about, kept like a provider's events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from email.message import Message as Mail

from surveys import addresses, delivery, dsn, mail, tokens
from surveys.enums import DeliveryType
from surveys.models import Message

PROVIDER = "dsn"
MAX_NAMED = 50  # tokens in one mail
MAX_LOOKED_AT = 200  # mails of one contact
_TOKEN = re.compile(r"/u/([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_NUMBER = re.compile(r"(?<![0-9a-f])([0-9a-f]{32})@")
# What does no more harm than the key of the mail could do by itself, which a report on that mail holds.
_BY_KEY = {DeliveryType.COMPLAINED, DeliveryType.UNSUBSCRIBED}


def take(incoming: Mail, *, recipients: Iterable[str] = ()) -> bool:
    """Whether the mail reports of other mails; what it reports is stored like a provider's event.

    `recipients` are the addresses it came to. A report that names none of our mails is stored too, and dropped later.
    """
    findings = dsn.read(incoming)
    if not findings:
        return False
    words = dsn.text(incoming)
    named = [address for finding in findings for address in finding.recipients]
    message = by_token(_TOKEN.findall(words)) or by_number(words, among=named)
    number = dsn.header(incoming, "Message-ID").strip()
    came_to = sorted({address for address in recipients if address})
    # In ASCII each character may take twelve.
    payload = json.dumps({"to": came_to[:MAX_NAMED], "mail": words[: delivery.MAX_PAYLOAD // 13]})
    delivery.keep(
        *(
            delivery.Report(
                provider=PROVIDER,
                type=finding.type,
                event_id=number,
                message_id=number,
                message_pk=message.pk if message else None,
                recipient=_recipient(finding, message, words),
                diagnosis=finding.diagnosis,
                at=dsn.written_at(incoming),
                payload=payload,
            )
            for finding in findings
        )
    )
    return True


def _recipient(finding: dsn.Finding, message: Message | None, words: str) -> str:
    """Whom the report is about: the address that we wrote to, also where the mail was forwarded from there."""
    ours = message.contact.email if message and message.contact else ""
    if message and ours and addresses.keyed_hash(ours) == message.address_hash:
        is_named = any(addresses.normalise(each) == ours for each in finding.recipients) or ours in words.lower()
        if is_named or (finding.type in _BY_KEY and not finding.recipients):  # complaints often hide the address
            return ours
    return finding.recipients[0] if finding.recipients else ""


def by_token(texts: Iterable[str]) -> Message | None:
    """The mail of one of these texts, where one is the token of a mail."""
    keys = [key for text in texts if (key := tokens.decode(text)) is not None]
    return Message.objects.filter(token__in=keys[:MAX_NAMED]).select_related("contact").first() if keys else None


def by_number(text: str, *, among: Iterable[str]) -> Message | None:
    """The mail whose Message-ID stands in `text`, of the contacts at the addresses `among`.

    Those only say where to look: who knows the number has had the mail.
    """
    numbers = set(_NUMBER.findall(text.lower()))
    hashes = {addresses.keyed_hash(address) for address in among} - {""}
    if not numbers or not hashes:
        return None
    mails = Message.objects.filter(contact__address_hash__in=hashes).select_related("contact").order_by("-pk")
    return next((each for each in mails[:MAX_LOOKED_AT] if mail.message_number(each.token) in numbers), None)
