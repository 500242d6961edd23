"""DKIM (RFC 6376): the public keys by which receivers check the signature of the mail server."""

from __future__ import annotations

import base64
import binascii

from django.utils.translation import gettext as _

from surveys.doctor import tags
from surveys.doctor.findings import Finding, bad, ok, warning
from surveys.doctor.lookup import Lookup

FEWEST_BITS, GOOD_BITS = 1024, 2048
SEQUENCE, INTEGER, BIT_STRING = 0x30, 0x02, 0x03


def check(lookup: Lookup, selector: str, domain: str) -> Finding:
    """Whether the key of this selector stands in DNS and is of use."""
    place = f"{selector}._domainkey.{domain}"
    name = _("DKIM key %(selector)s of %(domain)s") % {"selector": selector, "domain": domain}
    answer = lookup.ask(place, "TXT")
    if answer.trouble:
        return warning("dkim", name, answer.trouble, mend=_("Check again in a while."))
    publish = _("Publish the TXT or CNAME record at %(place)s that your mail server or provider shows.") % {
        "place": place
    }
    if not answer.records:
        found = _("There is no key at %(place)s.") % {"place": place}
        return bad("dkim", name, found, means=_("Receivers cannot check the signature."), mend=publish)
    if len(answer.records) > 1:
        found = _("There are %(n)d records at %(place)s.") % {"n": len(answer.records), "place": place}
        means = _("Receivers may take any of them, or none.")
        return bad("dkim", name, found, means=means, mend=_("Keep one of them."), records=answer.records)
    return _judge(name, answer.records[0], publish)


def unnamed(domain: str) -> Finding:
    """Selectors cannot be found out: DNS lists nothing."""
    return warning(
        "dkim",
        _("DKIM key of %(domain)s") % {"domain": domain},
        _("Not looked at: nobody has said under which selector your mail is signed."),
        means=_("Without a signature large providers refuse bulk mail."),
        mend=_("Name the selectors in DKIM_SELECTORS, or give a mail that you have received."),
    )


def _judge(name: str, record: str, publish: str) -> Finding:
    said = tags.read(record)
    key, kind = "".join(said.get("p", "").split()), said.get("k", "rsa").lower()
    if "p" not in said or said.get("v", "DKIM1") != "DKIM1":
        return bad("dkim", name, _("The record holds no key."), mend=publish, records=[record])
    if not key:
        found = _("The key was withdrawn: p= is empty.")
        means = _("Receivers treat every signature by it as false.")
        return bad("dkim", name, found, means=means, mend=publish, records=[record])
    try:
        bits = key_bits(base64.b64decode(key, validate=True), kind)
    except (binascii.Error, ValueError):
        found = _("The key cannot be read.")
        means = _("Often a part was lost when a long record was pasted in.")
        return bad("dkim", name, found, means=means, mend=publish, records=[record])
    return _weigh(name, record, bits, kind, is_test="y" in said.get("t", "").lower().split(":"))


def _weigh(name: str, record: str, bits: int, kind: str, *, is_test: bool) -> Finding:
    found = _("A key of %(bits)d bits (%(kind)s).") % {"bits": bits, "kind": kind}
    longer = _("Make a new key of 2,048 bits under a new selector, publish it, then let the mail server sign with it.")
    if kind == "rsa" and bits < FEWEST_BITS:
        means = _("Receivers do not accept a key so short.")
        return bad("dkim", name, found, means=means, mend=longer, records=[record])
    if is_test:
        means = _("It is marked as a test (t=y): receivers may treat signed mail as unsigned.")
        return warning("dkim", name, found, means=means, mend=_("Take t=y out of the record."), records=[record])
    if kind == "rsa" and bits < GOOD_BITS:
        means = _("It is accepted today; 2,048 bits are advised.")
        return warning("dkim", name, found, means=means, mend=longer, records=[record])
    return ok("dkim", name, found, records=[record])


def key_bits(key: bytes, kind: str) -> int:
    """How long a public key is. Raises ValueError for what is none."""
    if kind == "ed25519":
        if len(key) != 32:
            raise ValueError("an Ed25519 key has 32 bytes")
        return 256
    if kind != "rsa":
        raise ValueError("no kind of key that is known")
    body, _rest = _element(key, SEQUENCE)
    if body[:1] == bytes([SEQUENCE]):  # SubjectPublicKeyInfo: the algorithm, then the key as a bit string
        _algorithm, rest = _element(body, SEQUENCE)
        bit_string, _rest = _element(rest, BIT_STRING)
        body, _rest = _element(bit_string[1:], SEQUENCE)
    modulus, _rest = _element(body, INTEGER)
    return int.from_bytes(modulus, "big").bit_length()


def _element(der: bytes, tag: int) -> tuple[bytes, bytes]:
    """The value of the first element, which must have this tag, and what follows it."""
    if len(der) < 2 or der[0] != tag:
        raise ValueError("not what a key is made of")
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    if start + length > len(der):
        raise ValueError("cut off")
    return der[start : start + length], der[start + length :]
