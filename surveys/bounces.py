"""What a refusal says of the address: is it dead, or did the mail fail for another reason? Pure functions on words."""

from __future__ import annotations

import re

from surveys.enums import DeliveryType

# Why a provider says that it was not delivered, where that may be the address's fault; empty: it does not say.
_MAYBE_DEAD = {"bounced", "invalid", ""}
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")  # RFC 3463
_BASIC = re.compile(r"(?<![\d.])([45])\d\d(?!\.?\d)")  # RFC 5321 4.2.1
# Of class 5, and yet not about the address: sender addresses, a full mailbox, systems, loops and time, contents, rules.
_NOT_ABOUT_ADDRESS = re.compile(r"1\.[78]$|2\.[234]|3\.|4\.(?:[5-7]|300|31[26])$|6\.|7\.")
_ABOUT_US = re.compile(
    r"spam|blocked|block ?list|black ?list|reputation|polic(y|ies)|dmarc|\bspf\b|dkim|\brbl\b|quota|mailbox (is )?full",
    re.IGNORECASE,
)


def is_dead(kind: str, *, reject_reason: str, diagnosis: str) -> bool:
    """Whether mail to the address is of no use for good.

    The enhanced status code counts most, then the words, then the basic code. A report with neither is believed only
    where the provider names the address as the reason: that it bounced alone is no proof.
    """
    if kind == DeliveryType.REJECTED:
        return reject_reason in _MAYBE_DEAD - {""}
    if kind != DeliveryType.BOUNCED or reject_reason not in _MAYBE_DEAD:
        return False
    if status := _ENHANCED.search(diagnosis):
        return status[1] == "5" and not _NOT_ABOUT_ADDRESS.match(f"{status[2]}.{status[3]}")
    if _ABOUT_US.search(diagnosis):
        return False
    if code := _BASIC.search(diagnosis):
        return code[1] == "5"
    return reject_reason != ""
