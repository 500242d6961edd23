"""SPF (RFC 7208): which servers may send in the name of a domain."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from surveys.doctor.findings import Finding, bad, ok, warning
from surveys.doctor.lookup import Lookup

MOST_LOOKUPS = 10
ASKING = {"include", "a", "mx", "ptr", "exists"}
_MECHANISM = re.compile(r"(?P<sign>[-+~?]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)(?P<rest>[:/].*)?\Z", re.I)
_MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9_.-]*)=(?P<value>.*)\Z", re.I)
_HOSTS = re.compile(r"(:[^/]+)?(/\d{1,2})?(//\d{1,3})?\Z", re.ASCII)


def check(lookup: Lookup, domain: str) -> Finding:
    name = _("SPF of %(domain)s") % {"domain": domain}
    answer = lookup.ask(domain, "TXT")
    if answer.trouble:
        return warning("spf", name, answer.trouble, mend=_("Check again in a while."))
    records = [record for record in answer.records if _is_spf(record)]
    if not records:
        return bad(
            "spf",
            name,
            _("There is no SPF record."),
            means=_("Mailbox providers do not know which servers may send for you, and large ones refuse such mail."),
            mend=_("Add a TXT record at %(domain)s. Your mail server or provider tells its text, such as %(example)s.")
            % {"domain": domain, "example": "v=spf1 include:spf.provider.example ~all"},
        )
    if len(records) > 1:
        return bad(
            "spf",
            name,
            _("There are %(n)d SPF records.") % {"n": len(records)},
            means=_("With more than one, receivers take none of them."),
            mend=_("Put everything into one record and delete the others."),
            records=records,
        )
    return _judge(name, Walk(lookup), domain, records[0])


def _judge(name: str, walk: Walk, domain: str, record: str) -> Finding:
    every = walk.read(domain, record)
    if walk.fault:
        return bad(
            "spf",
            name,
            walk.fault,
            means=_("Receivers treat the whole record as broken."),
            mend=_("Correct the record, or ask whoever runs the included one."),
            records=[record],
        )
    if every == "+" or walk.includes_everybody:
        return bad(
            "spf",
            name,
            _("The record allows every server in the world to send for you (+all)."),
            means=_("Whoever forges your name passes, and providers trust the domain less for it."),
            mend=_("End the record with ~all or -all."),
            records=[record],
        )
    if walk.trouble:
        return warning("spf", name, walk.trouble, mend=_("Check again in a while."), records=[record])
    if every in ("", "?"):
        return warning(
            "spf",
            name,
            _("The record does not say what holds for all other servers."),
            means=_("Then it keeps nobody from forging your name."),
            mend=_("End the record with ~all or -all."),
            records=[record],
        )
    said = _("One record, with %(n)d of at most %(most)d look-ups.") % {"n": walk.lookups, "most": MOST_LOOKUPS}
    return ok("spf", name, said, records=[record])


class Walk:
    """Reads a record and what it includes, and counts as receivers do. Stops at the first fault."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self.lookups = 0
        self.fault = ""
        self.trouble = ""
        self.includes_everybody = False

    def read(self, domain: str, record: str) -> str:
        """The sign before `all`: what holds for everybody else; empty when the record does not say."""
        every, redirect = "", ""
        for term in record.split()[1:]:
            if self.fault:
                return ""
            if match := _MECHANISM.match(term):
                mechanism, rest = match["name"].lower(), match["rest"] or ""
                self._take(domain, mechanism, rest, term)
                if mechanism == "all" and not every:
                    every = match["sign"] or "+"
            elif match := _MODIFIER.match(term):
                if match["name"].lower() == "redirect":
                    redirect = match["value"]
            else:
                self._spoil(domain, term)
        if redirect and not every and not self.fault:
            return self._follow(redirect)
        return every

    def _take(self, domain: str, mechanism: str, rest: str, term: str) -> None:
        if not FORMS[mechanism](rest):
            self._spoil(domain, term)
        elif mechanism == "include":
            self.includes_everybody |= self._follow(rest[1:]) == "+"
        elif mechanism in ASKING:
            self._count()

    def _follow(self, domain: str) -> str:
        self._count()
        if self.fault or "%" in domain:  # a macro: only a receiver can fill it in
            return "~"
        answer = self._lookup.ask(domain, "TXT")
        if answer.trouble:
            self.trouble = f"{domain}: {answer.trouble}"
            return "~"
        records = [record for record in answer.records if _is_spf(record)]
        if len(records) != 1:
            self.fault = _("It includes %(domain)s, which has %(n)d SPF records instead of one.") % {
                "domain": domain,
                "n": len(records),
            }
            return ""
        return self.read(domain, records[0])

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            self.fault = _("It needs more than %(most)d look-ups.") % {"most": MOST_LOOKUPS}

    def _spoil(self, domain: str, term: str) -> None:
        self.fault = _("The record of %(domain)s has a part that cannot be read: %(part)s") % {
            "domain": domain,
            "part": term[:80],
        }


def _is_spf(record: str) -> bool:
    return record.lower().split(" ", 1)[0] == "v=spf1"


def _is_network(version: int) -> Callable[[str], bool]:
    def is_network(rest: str) -> bool:
        try:
            return rest.startswith(":") and ipaddress.ip_network(rest[1:], strict=False).version == version
        except ValueError:
            return False

    return is_network


def _names_a_domain(rest: str) -> bool:
    return len(rest) > 1 and rest.startswith(":") and "/" not in rest


FORMS: dict[str, Callable[[str], bool]] = {
    "all": lambda rest: not rest,
    "include": _names_a_domain,
    "exists": _names_a_domain,
    "a": lambda rest: bool(_HOSTS.match(rest)),
    "mx": lambda rest: bool(_HOSTS.match(rest)),
    "ptr": lambda rest: not rest or _names_a_domain(rest),
    "ip4": _is_network(4),
    "ip6": _is_network(6),
}
