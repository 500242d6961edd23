"""DMARC: what receivers are to do with mail that only claims to come from a domain, and who is told of it.

The organisation behind a name is found as the present version of DMARC does it: by walking up the names, without a
list of public suffixes.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.doctor import tags
from surveys.doctor.findings import Finding, bad, ok, warning
from surveys.doctor.lookup import Answer, Lookup

POLICIES = ("none", "quarantine", "reject")
MOST_STEPS = 8


def check(lookup: Lookup, domain: str) -> Finding:
    name = _("DMARC of %(domain)s") % {"domain": domain}
    for place in _upwards(domain):
        answer = lookup.ask(f"_dmarc.{place}", "TXT")
        if answer.trouble:
            return warning("dmarc", name, answer.trouble, mend=_("Check again in a while."))
        if records := _records(answer):
            return _judge(name, place, records)
    return bad(
        "dmarc",
        name,
        _("There is no DMARC record."),
        means=_("Large providers refuse bulk mail without one, and nobody tells you who forges your name."),
        mend=_("Add a TXT record at _dmarc.%(domain)s: %(example)s")
        % {"domain": domain, "example": f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"},
    )


def _judge(name: str, place: str, records: list[str]) -> Finding:
    if len(records) > 1:
        return bad(
            "dmarc",
            name,
            _("There are %(n)d DMARC records at _dmarc.%(place)s.") % {"n": len(records), "place": place},
            means=_("With more than one, receivers take none of them."),
            mend=_("Keep one of them and delete the others."),
            records=records,
        )
    said = tags.read(records[0])
    policy = said.get("p", "").lower()
    if policy not in POLICIES:
        return bad(
            "dmarc",
            name,
            _("The record at _dmarc.%(place)s has no policy that receivers know.") % {"place": place},
            means=_("They may take it as if there were none."),
            mend=_("Write p=none, p=quarantine or p=reject behind v=DMARC1."),
            records=records,
        )
    if not said.get("rua", "").lower().startswith("mailto:"):
        return warning(
            "dmarc",
            name,
            _("The policy is “%(policy)s”, and no address is told what comes in.") % {"policy": policy},
            means=_("You would not learn that your own mail fails, nor who forges your name."),
            mend=_("Add rua=mailto: and an address that somebody reads, or a service that sums the reports up."),
            records=records,
        )
    advice = _("It only watches. When the reports show that all of your own mail passes, set p=quarantine.")
    found = _("The policy at _dmarc.%(place)s is “%(policy)s”, with reports.") % {"place": place, "policy": policy}
    return ok("dmarc", name, found, means=advice if policy == "none" else "", records=records)


def are_aligned(lookup: Lookup, sender: str, other: str) -> bool:
    """Whether `other`, which signed or bounces, counts as the same organisation as the address in From."""
    sender, other = sender.lower().rstrip("."), other.lower().rstrip(".")
    if sender == other:
        return True
    homes = [_home(lookup, sender), _home(lookup, other)]
    if all(homes):
        return homes[0] == homes[1]
    # Without a record nobody says where the organisation begins.
    return sender.endswith(f".{other}") or other.endswith(f".{sender}")


def is_strict(lookup: Lookup, domain: str, tag: str) -> bool:
    """Whether the policy asks for the very same domain: `adkim` for signatures, `aspf` for the envelope."""
    for place in _upwards(domain):
        if len(records := _records(lookup.ask(f"_dmarc.{place}", "TXT"))) == 1:
            return tags.read(records[0]).get(tag, "").lower() == "s"
    return False


def _home(lookup: Lookup, domain: str) -> str:
    """The organisation's own domain, or nothing where no record stands on the way up."""
    below, home = "", ""
    for place in _upwards(domain):
        records = _records(lookup.ask(f"_dmarc.{place}", "TXT"))
        if len(records) == 1:
            mark = tags.read(records[0]).get("psd", "").lower()
            if mark == "n":
                return place
            if mark == "y":
                return below or place
            home = place
        below = place
    return home


def _upwards(domain: str) -> Iterator[str]:
    """The name and those above it, down to two labels; of a very long name the upper part only."""
    labels = domain.lower().rstrip(".").split(".")
    yield ".".join(labels)
    for start in range(max(1, len(labels) - MOST_STEPS + 1), len(labels) - 1):
        yield ".".join(labels[start:])


def _records(answer: Answer) -> list[str]:
    return [record for record in answer.records if record.replace(" ", "").lower().startswith("v=dmarc1")]
