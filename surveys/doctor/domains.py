"""What DNS says of the names that stand in our mails."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from surveys import addresses
from surveys.doctor import dkim, dmarc, spf
from surveys.doctor.findings import Finding, bad, ok, warning
from surveys.doctor.installation import LOCAL_HOSTS, sender_domain
from surveys.doctor.lookup import Lookup
from surveys.models import Brand


def check(lookup: Lookup, *, signed: Collection[str] = ()) -> list[Finding]:
    """`signed` are domains whose keys are looked at elsewhere, since a mail names their selectors."""
    found = base_host(lookup)
    for domain in sender_domains():
        found += [mail_exchange(lookup, domain), spf.check(lookup, domain), dmarc.check(lookup, domain)]
        found += [dkim.check(lookup, selector, domain) for selector in settings.DKIM_SELECTORS]
        if not settings.DKIM_SELECTORS and domain not in signed:
            found.append(dkim.unnamed(domain))
    return found


def sender_domains() -> list[str]:
    """Each once. What is no address has a finding of its own, and nothing to ask DNS for."""
    brands = Brand.objects.order_by("pk")
    valid = [brand for brand in brands if addresses.is_valid(brand.from_email.strip().lower())]
    return sorted({sender_domain(brand) for brand in valid})


def base_host(lookup: Lookup) -> list[Finding]:
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or ""
    if not host or host in LOCAL_HOSTS or _is_number(host):
        return []
    name = _("Host %(host)s of PUBLIC_BASE_URL") % {"host": host}
    found = _addresses(lookup, name, host)
    if found:
        return [found]
    means = _("No link in a mail can be opened.")
    mend = _("Add an A or AAAA record for %(host)s, or correct PUBLIC_BASE_URL.") % {"host": host}
    return [bad("base_host", name, _("DNS knows no address of it."), means=means, mend=mend)]


def _addresses(lookup: Lookup, name: str, host: str, check: str = "base_host") -> Finding | None:
    """The finding where there is one, or nobody can tell; None where the host has no address."""
    for kind in ("A", "AAAA"):
        answer = lookup.ask(host, kind)
        if answer.trouble:
            return warning(check, name, answer.trouble, mend=_("Check again in a while."))
        if answer.records:
            return ok(check, name, _("DNS knows its address."), records=answer.records)
    return None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def mail_exchange(lookup: Lookup, domain: str) -> Finding:
    name = _("Mail server of %(domain)s") % {"domain": domain}
    answer = lookup.ask(domain, "MX")
    if answer.trouble:
        return warning("mx", name, answer.trouble, mend=_("Check again in a while."))
    if any(record.split()[-1:] == ["."] for record in answer.records):
        means = _("Receivers refuse mail from a sender that cannot be answered, and no bounce reaches you.")
        mend = _("Send from a domain that takes mail, or replace the MX record by one of your mail server.")
        found = _("The domain says that it takes no mail (MX “.”).")
        return bad("mx", name, found, means=means, mend=mend, records=answer.records)
    if answer.records:
        return ok("mx", name, _("It is named in DNS."), records=answer.records)
    found_address = _addresses(lookup, name, domain, "mx")
    if found_address:
        return found_address
    means = _("Receivers refuse mail from a domain that does not exist or takes no mail.")
    mend = _("Add an MX record for %(domain)s, or correct the sender address of the brand.") % {"domain": domain}
    return bad("mx", name, _("DNS knows neither an MX record nor an address."), means=means, mend=mend)
