"""Questions to DNS, with an end: three seconds for each, twenty for all of them."""

from __future__ import annotations

import ipaddress
import re
import time
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.resolver
from django.utils.translation import gettext as _
from dns.rdtypes.ANY.TXT import TXT

SECONDS_EACH = 3.0
SECONDS_IN_ALL = 20.0
OFF = "off"
MOST_RECORDS = 100
_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<four>[0-9.]+))(?::(?P<port>\d{1,5}))?\Z", re.ASCII)


@dataclass(frozen=True)
class Answer:
    """What a name holds. `trouble` says why nobody can tell: then no records is not the same as none."""

    records: tuple[str, ...] = ()
    trouble: str = ""


class Lookup:
    """Asks one name server, or those of the system, and each question once. Never raises."""

    def __init__(self, nameserver: str = "", *, each: float = SECONDS_EACH, in_all: float = SECONDS_IN_ALL) -> None:
        self._each = each
        self._until = time.monotonic() + in_all
        self._known: dict[tuple[str, str], Answer] = {}
        self._resolver: dns.resolver.Resolver | None = None
        self._trouble = ""
        self._prepare(nameserver)

    def ask(self, name: str, kind: str) -> Answer:
        question = (name.lower().rstrip("."), kind)
        if question not in self._known:
            self._known[question] = self._ask(*question)
        return self._known[question]

    def _prepare(self, nameserver: str) -> None:
        if nameserver == OFF:
            self._trouble = _("DNS is not asked from here (DNS_NAMESERVER is “off”).")
            return
        try:
            resolver = dns.resolver.Resolver(configure=not nameserver)
        except (dns.resolver.NoResolverConfiguration, OSError, ValueError):
            self._trouble = _("This machine names no DNS server. Set DNS_NAMESERVER.")
            return
        if nameserver:
            place = _place(nameserver)
            if place is None:
                self._trouble = _("The name server must be given as an address such as 192.0.2.53 or 192.0.2.53:5353.")
                return
            host, resolver.port = place
            resolver.nameservers = [host]
        resolver.timeout = self._each / 2  # so that one lost packet is asked for again
        resolver.use_edns(0, 0, 1232)
        self._resolver = resolver

    def _ask(self, name: str, kind: str) -> Answer:
        if self._resolver is None:
            return Answer(trouble=self._trouble)
        left = self._until - time.monotonic()
        if left <= 0:
            return Answer(trouble=_("The time for DNS was over before this was asked."))
        try:
            absolute = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):
            return Answer()  # no name at all, so it holds nothing
        return self._resolve(self._resolver, absolute, kind, min(self._each, left))

    def _resolve(self, resolver: dns.resolver.Resolver, name: dns.name.Name, kind: str, seconds: float) -> Answer:
        try:
            found = resolver.resolve(name, kind, lifetime=seconds, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN:
            return Answer()
        except dns.resolver.LifetimeTimeout:
            return Answer(trouble=_("The name server did not answer in time."))
        except dns.resolver.NoNameservers:
            return Answer(trouble=_("The name server reports a failure, or its answer is broken."))
        except dns.exception.DNSException as error:
            return Answer(trouble=_("The question could not be asked: %(why)s.") % {"why": type(error).__name__})
        rows = list(found.rrset or [])[:MOST_RECORDS]
        return Answer(records=tuple(sorted(_text(row) for row in rows)))  # they come in any order


def _text(row: object) -> str:
    if isinstance(row, TXT):
        return b"".join(row.strings).decode("utf-8", "replace")
    return str(row)


def _place(nameserver: str) -> tuple[str, int] | None:
    if match := _ADDRESS.match(nameserver):
        host, port = match["six"] or match["four"], int(match["port"] or 53)
    else:
        host, port = nameserver, 53  # an IPv6 address without a port needs no brackets
    try:
        return (str(ipaddress.ip_address(host)), port) if 0 < port < 65536 else None
    except ValueError:
        return None
