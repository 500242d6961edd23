"""Mail addresses: one spelling, one keyed hash, and what is wrong with a bad one. No database."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from django.conf import settings

MAX_LENGTH, LONGEST_LOCAL_PART = 254, 64
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_GOOD = re.compile(
    rf"(?!.{{{MAX_LENGTH + 1}}})(?=[^@]{{1,{LONGEST_LOCAL_PART}}}@)"
    rf"[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@(?:{_LABEL}\.)+{_LABEL}\Z"
)


def normalise(address: str) -> str:
    """The one spelling we store and compare: without surrounding space, in lower case."""
    return address.strip().lower()


def is_valid(address: str) -> bool:
    """Whether a normalised address is one we can mail: an unquoted ASCII local part and a domain with a dot."""
    return _GOOD.match(address) is not None


def keyed_hash(address: str) -> str:
    """HMAC-SHA256 of the normalised address, 64 hexadecimal digits; empty without an address.

    The key is a secret of its own: with SECRET_KEY a rotation would lift every suppression.
    """
    normal = normalise(address)
    if not normal:
        return ""
    inner, outer = (each.copy() for each in _begun(settings.ADDRESS_HASH_KEY))
    inner.update(normal.encode("utf-8", "surrogatepass"))
    outer.update(inner.digest())
    return outer.hexdigest()


@lru_cache(maxsize=8)
def _begun(key: str) -> tuple[hashlib._Hash, hashlib._Hash]:
    """Both hashes of HMAC with the key in them already (RFC 2104 2 and 4): this is done for each mail and each row."""
    secret = key.encode()
    block = (secret if len(secret) <= 64 else hashlib.sha256(secret).digest()).ljust(64, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    return inner, outer
