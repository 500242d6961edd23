"""Mail addresses: one spelling, one keyed hash, and what is wrong with a bad one. No database."""

from __future__ import annotations

import hmac
import re

from django.conf import settings

MAX_LENGTH = 254
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_GOOD = re.compile(
    rf"(?!.{{255}})[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@(?:{_LABEL}\.)+{_LABEL}\Z"
)


def normalise(address: str) -> str:
    """The one spelling we store and compare: without surrounding space, in lower case."""
    return address.strip().lower()


def is_valid(address: str) -> bool:
    """Whether a normalised address is one we can mail: an unquoted ASCII local part and a domain with a dot."""
    return (
        len(address) <= MAX_LENGTH
        and address.partition("@")[0] != ""
        and len(address.partition("@")[0]) <= 64
        and _GOOD.match(address) is not None
    )


def keyed_hash(address: str) -> str:
    """HMAC-SHA256 of the normalised address, 64 hexadecimal digits; empty without an address.

    The key is a secret of its own: with SECRET_KEY a rotation would lift every suppression.
    """
    normal = normalise(address)
    if not normal:
        return ""
    key = settings.ADDRESS_HASH_KEY.encode()
    return hmac.digest(key, normal.encode("utf-8", "surrogatepass"), "sha256").hex()
