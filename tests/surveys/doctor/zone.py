"""The records of a domain whose mail arrives, and a mail that was received from it."""

from __future__ import annotations

import base64

from tests.dns_server import Records, txt

DOMAIN = "aurora.example.com"
SPF = "v=spf1 mx ip4:192.0.2.0/24 include:spf.provider.example ~all"
DMARC = f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{DOMAIN}"


def rsa_key(bits: int, *, is_bare: bool = False) -> str:
    """A public key in base64 with a modulus so long; no key that anybody could use."""
    key = _element(0x30, _element(0x02, b"\x00" + ((1 << bits) - 1).to_bytes((bits + 7) // 8, "big")) + b"\x02\x01\x03")
    if not is_bare:
        algorithm = _element(0x30, bytes.fromhex("06092a864886f70d0101010500"))
        key = _element(0x30, algorithm + _element(0x03, b"\x00" + key))
    return base64.b64encode(key).decode()


def _element(tag: int, value: bytes) -> bytes:
    length = len(value)
    if length < 128:
        return bytes([tag, length]) + value
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + value


def good_zone() -> Records:
    return {
        ("ask.example.com", "A"): ["192.0.2.10"],
        (DOMAIN, "MX"): ["10 mx.aurora.example.com."],
        (DOMAIN, "TXT"): [txt("some-proof=1"), txt(SPF)],
        ("spf.provider.example", "TXT"): [txt("v=spf1 ip4:198.51.100.0/24 -all")],
        (f"_dmarc.{DOMAIN}", "TXT"): [txt(DMARC)],
        (f"s1._domainkey.{DOMAIN}", "TXT"): [txt(f"v=DKIM1; k=rsa; p={rsa_key(2048)}")],
    }


SIGNATURE = (
    "v=1; a=rsa-sha256; c=relaxed/relaxed; d=aurora.example.com; s=s1; "
    "h=from:to:subject:list-unsubscribe:list-unsubscribe-post; bh=aGFzaA==; b=c2lnbmF0dXJl"
)


def received(**changes: str | None) -> bytes:
    """A mail as it was received. A change names a header with _ for -, and gives another text or None to leave it out;
    one with a line break is folded there."""
    headers = {
        "Return_Path": f"<bounce@{DOMAIN}>",
        "DKIM_Signature": SIGNATURE,
        "From": f"Aurora <hello@{DOMAIN}>",
        "To": "mira@example.com",
        "Subject": "One question",
        "List_Unsubscribe": "<https://ask.example.com/u/AAAAAAAAAAAAAAAAAAAAAA>",
        "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
    } | changes
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value is not None]
    return ("\r\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n\r\nHow likely?\r\n").encode()
