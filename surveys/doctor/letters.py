"""A mail of ours as it was received: only there stands what the mail server signed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message as Mail
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from django.conf import settings
from django.utils.translation import gettext as _

from surveys.doctor import dkim, dmarc, tags
from surveys.doctor.domains import sender_domains
from surveys.doctor.findings import Finding, bad, ok, warning
from surveys.doctor.lookup import Lookup

MAX_SIZE = 2_000_000
MOST_SIGNATURES = 10
UNSUBSCRIBE = ("List-Unsubscribe", "List-Unsubscribe-Post")
ONE_CLICK = "List-Unsubscribe=One-Click"
_VERDICT = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.I)


@dataclass(frozen=True)
class Signature:
    """What a DKIM-Signature says of itself. Whether it is true only the receiver has checked."""

    domain: str
    selector: str
    covered: frozenset[str]
    algorithm: str
    is_header_relaxed: bool
    has_length: bool

    @property
    def covers_exit(self) -> bool:
        return self.covered.issuperset(name.lower() for name in UNSUBSCRIBE)


def check(raw: bytes, lookup: Lookup) -> list[Finding]:
    """`raw` is a whole mail, as a mail program saves its source."""
    mail = _parsed(raw)
    senders = getaddresses([_one_line(text) for text in _all(mail, "From")])
    domain = _domain_of(senders[0][1]) if len(senders) == 1 else ""
    if not domain:
        mend = _("Save the source of a received mail, with all of its headers, as a file.")
        return [bad("mail", _("Mail"), _("It has not one sender: this is no mail as it was received."), mend=mend)]
    signatures = _signatures(mail)
    return [
        _sender(domain),
        *(_header(mail, name) for name in UNSUBSCRIBE),
        _coverage(signatures, domain, lookup),
        *(finding for each in signatures for finding in _of_signature(each, domain, lookup)),
        *_envelope(mail, domain, lookup),
        *_verdicts(mail),
    ]


def signing_domains(raw: bytes) -> set[str]:
    """Whose keys `check` looks at."""
    return {signature.domain for signature in _signatures(_parsed(raw))}


# ---------------------------------------------------------------------------------------------------------- the headers


def _parsed(raw: bytes) -> Mail:
    return BytesHeaderParser().parsebytes(raw[:MAX_SIZE].lstrip())


def _all(mail: Mail, name: str) -> list[str]:
    return [str(value) for value in mail.get_all(name, [])]


def _domain_of(address: str) -> str:
    _name, at, domain = address.rpartition("@")
    return domain.lower() if at else ""


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n]+\s*", " ", text).strip()


def _sender(domain: str) -> Finding:
    name = _("From of the mail")
    if domain in sender_domains():
        return ok("mail_from", name, _("It is the domain of a brand: %(domain)s.") % {"domain": domain})
    means = _("Then it says little about your own letters.")
    found = _("No brand sends from %(domain)s.") % {"domain": domain}
    return warning("mail_from", name, found, means=means, mend=_("Take a mail that a wave has sent."))


def _header(mail: Mail, name: str) -> Finding:
    values = _all(mail, name)
    means = _("Then providers show no button for unsubscribing, and large ones refuse bulk mail without one.")
    mend = _("See that nothing on the way takes it out, repeats or rewrites it.")
    if len(values) != 1:
        found = (
            _("It stands there %(n)d times instead of once.") % {"n": len(values)} if values else _("It is missing.")
        )
        return bad("unsubscribe", name, found, means=means, mend=mend, records=values)
    text = _one_line(values[0])
    if "\n" in values[0] or "\r" in values[0]:
        found = _("It was broken over several lines on the way.")
        folded = _("Some servers that sign break their own signature at such a place.")
        relay = _("Let the mail server leave headers as they are, or use a shorter PUBLIC_BASE_URL.")
        return warning("unsubscribe", name, found, means=folded, mend=relay, records=[text])
    if name == UNSUBSCRIBE[1]:
        is_right = text == ONE_CLICK
    else:
        is_right = f"<{settings.PUBLIC_BASE_URL}/u/" in text and "<https://" in text
    if is_right:
        return ok("unsubscribe", name, _("It is as it left."), records=[text])
    return bad("unsubscribe", name, _("It is not what Viva Voce writes."), means=means, mend=mend, records=[text])


# ------------------------------------------------------------------------------------------------------- the signatures


def _signatures(mail: Mail) -> list[Signature]:
    return [_signature(text) for text in _all(mail, "DKIM-Signature")[:MOST_SIGNATURES]]


def _signature(text: str) -> Signature:
    said = tags.read(_one_line(text))
    return Signature(
        domain="".join(said.get("d", "").lower().split()),
        selector="".join(said.get("s", "").lower().split()),
        covered=frozenset(name.strip().lower() for name in said.get("h", "").split(":")),
        algorithm=said.get("a", "").lower(),
        is_header_relaxed=said.get("c", "simple").lower().startswith("relaxed"),
        has_length="l" in said,
    )


def _coverage(signatures: list[Signature], domain: str, lookup: Lookup) -> Finding:
    """RFC 8058: a signature must cover both headers, or the button must not be shown."""
    name = _("Signature over both unsubscribe headers")
    mend = _("Add list-unsubscribe and list-unsubscribe-post to the headers that your mail server signs (h=).")
    means = _("Then providers do not trust the button for unsubscribing and do not show it.")
    if not signatures:
        found = _("The mail has no DKIM signature.")
        unsigned = _("Large providers refuse bulk mail without one.")
        switch = _("Switch DKIM on in your mail server, or at your provider for your own domain.")
        return bad("coverage", name, found, means=unsigned, mend=switch)
    covering = [each for each in signatures if each.covers_exit]
    if not covering:
        return bad("coverage", name, _("No signature covers both."), means=means, mend=mend)
    if not any(_is_aligned(lookup, domain, each.domain, "adkim") for each in covering):
        found = _("Only the signature of another domain covers both: %(domain)s.") % {"domain": covering[0].domain}
        return warning("coverage", name, found, means=means, mend=_("Let your own domain sign them as well."))
    return ok("coverage", name, _("The signature of the sender's domain covers both."))


def _is_aligned(lookup: Lookup, sender: str, other: str, tag: str) -> bool:
    if dmarc.is_strict(lookup, sender, tag):
        return sender == other
    return dmarc.are_aligned(lookup, sender, other)


def _of_signature(signature: Signature, domain: str, lookup: Lookup) -> list[Finding]:
    name = _("Signature of %(domain)s") % {"domain": signature.domain or "?"}
    if not signature.domain or not signature.selector:
        mend = _("See how your mail server is set up to sign.")
        return [bad("signature", name, _("It names no domain or no selector."), mend=mend)]
    return [_form(name, signature, domain, lookup), dkim.check(lookup, signature.selector, signature.domain)]


def _form(name: str, signature: Signature, domain: str, lookup: Lookup) -> Finding:
    if "from" not in signature.covered:
        mend = _("Add from to the headers that your mail server signs (h=).")
        return bad("signature", name, _("It does not cover From, so it is void."), mend=mend)
    if signature.algorithm not in ("rsa-sha256", "ed25519-sha256"):
        found = _("It is made by %(algorithm)s, which receivers no longer accept.") % {
            "algorithm": signature.algorithm or "?"
        }
        return bad("signature", name, found, mend=_("Set your mail server to rsa-sha256."))
    if not _is_aligned(lookup, domain, signature.domain, "adkim"):
        found = _("It is of another domain than From (%(domain)s).") % {"domain": domain}
        means = _("For DMARC it does not count.")
        return warning("signature", name, found, means=means, mend=_("Let your own domain sign as well."))
    if signature.has_length:
        found = _("It covers only a part of the text (l=).")
        means = _("Anybody may add to a mail so signed, and some receivers take it for unsigned.")
        return warning("signature", name, found, means=means, mend=_("Switch the length tag off in your mail server."))
    if not signature.is_header_relaxed:
        found = _("It breaks when a server on the way touches the white space of a header.")
        means = _("So a part of your mail may arrive as unsigned.")
        mend = _("Set canonicalisation to relaxed/relaxed in your mail server.")
        return warning("signature", name, found, means=means, mend=mend)
    return ok("signature", name, _("It is of the sender's domain and covers From."))


# --------------------------------------------------------------------------------------------------- what the way shows


def _envelope(mail: Mail, domain: str, lookup: Lookup) -> list[Finding]:
    """Where bounces go: SPF is about that domain, and counts for DMARC only where it belongs to From."""
    name = _("Return-Path of the mail")
    found = getaddresses(_all(mail, "Return-Path")[:1])
    other = _domain_of(found[0][1]) if found else ""
    if not other:
        return []
    if _is_aligned(lookup, domain, other, "aspf"):
        return [ok("envelope", name, _("Bounces go to %(domain)s, which belongs to From.") % {"domain": other})]
    means = _("SPF then does not count for DMARC, so everything hangs on the signature.")
    mend = _("Where your provider offers it, set up a bounce domain below your own.")
    return [warning("envelope", name, _("Bounces go to %(domain)s.") % {"domain": other}, means=means, mend=mend)]


def _verdicts(mail: Mail) -> list[Finding]:
    """The uppermost is by the server that was last, that is the receiver's; those below anybody may have written."""
    name = _("What the receiver found")
    results = _all(mail, "Authentication-Results")[:1]
    if not results:
        return []
    text = _one_line(results[0])
    verdicts = [(test.lower(), verdict.lower()) for test, verdict in _VERDICT.findall(text)]
    said = ", ".join(f"{test} {verdict}" for test, verdict in verdicts[:10]) or _("nothing that is known here")
    passed = {test for test, verdict in verdicts if verdict == "pass"}
    if passed >= {"dmarc"} or passed >= {"dkim", "spf"}:
        return [ok("verdict", name, said, records=[text])]
    mend = _("Mend SPF, DKIM and DMARC first, then send another mail and look again.")
    means = _("A receiver that could not confirm the sender may refuse the mail or call it spam.")
    return [warning("verdict", name, said, means=means, mend=mend, records=[text])]
