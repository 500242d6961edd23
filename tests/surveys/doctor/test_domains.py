from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import Settings

from surveys.doctor import domains
from surveys.doctor.findings import Finding, Grade
from surveys.doctor.lookup import Lookup
from tests.dns_server import DnsServer, Records, Trouble
from tests.factories import make_brand
from tests.surveys.doctor.zone import DOMAIN

pytestmark = pytest.mark.django_db

Ask = Callable[..., Lookup]
NULL_MX: Records = {(DOMAIN, "MX"): ["0 ."]}


def told(findings: list[Finding]) -> dict[str, Grade]:
    return {finding.name: finding.grade for finding in findings}


def test_good_names_are_well(ask: Ask, settings: Settings) -> None:
    settings.DKIM_SELECTORS = ["s1"]
    make_brand()

    assert told(domains.check(ask())) == {
        "Host ask.example.com of PUBLIC_BASE_URL": Grade.OK,
        f"Mail server of {DOMAIN}": Grade.OK,
        f"SPF of {DOMAIN}": Grade.OK,
        f"DMARC of {DOMAIN}": Grade.OK,
        f"DKIM key s1 of {DOMAIN}": Grade.OK,
    }


def test_nothing_in_dns_is_bad_all_over(ask: Ask) -> None:
    make_brand(from_email="hello@nowhere.example")

    assert told(domains.check(ask({("ask.example.com", "A"): []}))) == {
        "Host ask.example.com of PUBLIC_BASE_URL": Grade.BAD,
        "Mail server of nowhere.example": Grade.BAD,
        "SPF of nowhere.example": Grade.BAD,
        "DMARC of nowhere.example": Grade.BAD,
        "DKIM key of nowhere.example": Grade.WARNING,
    }


@pytest.mark.parametrize("trouble", [Trouble.SERVFAIL, Trouble.SILENCE])
def test_no_answer_is_a_warning_all_over(trouble: Trouble) -> None:
    make_brand()
    names = ["ask.example.com", DOMAIN, f"_dmarc.{DOMAIN}"]

    with DnsServer({(name, kind): trouble for name in names for kind in ("A", "MX", "TXT")}) as server:
        found = domains.check(Lookup(server.place, each=0.3))

    assert [finding.grade for finding in found] == [Grade.WARNING] * 5


def test_each_domain_is_asked_for_once_and_none_for_what_is_no_address(ask: Ask) -> None:
    for address in (f"a@{DOMAIN}", f"b@{DOMAIN.upper()}", "nobody", "x@gone.example"):
        make_brand(from_email=address)

    assert domains.sender_domains() == [DOMAIN, "gone.example"]


@pytest.mark.parametrize(
    ("records", "grade", "found"),
    [
        ({}, Grade.OK, "It is named in DNS."),
        ({(DOMAIN, "MX"): [], (DOMAIN, "A"): ["192.0.2.1"]}, Grade.OK, "DNS knows its address."),
        ({(DOMAIN, "MX"): [], (DOMAIN, "AAAA"): ["2001:db8::1"]}, Grade.OK, "DNS knows its address."),
        ({(DOMAIN, "MX"): []}, Grade.BAD, "DNS knows neither an MX record nor an address."),
        (NULL_MX, Grade.BAD, "The domain says that it takes no mail (MX “.”)."),
    ],
)
def test_sender_can_be_answered(ask: Ask, records: Records, grade: Grade, found: str) -> None:
    finding = domains.mail_exchange(ask(records), DOMAIN)

    assert (finding.grade, finding.found) == (grade, found)


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://192.0.2.1", "http://[2001:db8::1]/", ""])
def test_host_without_a_name_is_not_looked_up(settings: Settings, address: str) -> None:
    settings.PUBLIC_BASE_URL = address

    assert domains.base_host(Lookup("off")) == []


def test_selector_is_not_asked_for_where_a_mail_names_it(ask: Ask) -> None:
    make_brand()

    asked, named = domains.check(ask()), domains.check(ask(), signed={DOMAIN})

    assert told(asked).keys() - told(named).keys() == {f"DKIM key of {DOMAIN}"}
