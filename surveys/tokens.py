"""The short form of a token in a public address: 22 characters instead of the 36 of a UUID."""

from __future__ import annotations

import base64
import binascii
import re
from uuid import UUID

# 22 characters carry 132 bits. The last 4 are no part of the 128 and must be 0, or sixteen texts would name one token.
_CANONICAL = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def encode(token: UUID) -> str:
    """Write a token as 22 characters of base64url (RFC 4648, section 5) without padding."""
    return written(token).decode("ascii")


def written(token: UUID) -> bytes:
    """The same as bytes."""
    return binascii.b2a_base64(token.int.to_bytes(16), newline=False)[:22].translate(_URL_SAFE)


def decode(text: str) -> UUID | None:
    """Read a token back, or return None for any text that `encode()` does not write. Never raises.

    Case matters, so changing it gives None or another token, which is as unknown as a guessed one.
    """
    if not _CANONICAL.fullmatch(text):
        return None
    return UUID(bytes=base64.urlsafe_b64decode(f"{text}=="))
