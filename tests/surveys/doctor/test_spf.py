from __future__ import annotations

from collections.abc import Callable

import pytest

from surveys.doctor import spf
from surveys.doctor.findings import Grade
from surveys.doctor.lookup import Lookup
from tests.dns_server import Records, Trouble, txt
from tests.surveys.doctor.zone import DOMAIN, SPF

Ask = Callable[..., Lookup]


def with_spf(*records: str, **others: str) -> Records:
    here: Records = {(DOMAIN, "TXT"): [txt(record) for record in records]}
    return here | {(f"{name}.example", "TXT"): [txt(record)] for name, record in others.items()}


def test_good_record_is_well(ask: Ask) -> None:
    finding = spf.check(ask(), DOMAIN)

    assert (finding.grade, finding.found) == (Grade.OK, "One record, with 2 of at most 10 look-ups.")
    assert finding.records == (SPF,)


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([], "There is no SPF record."),
        (["v=spf10 -all", "spf2.0/pra -all", "v=spf1-all"], "There is no SPF record."),
        (["v=spf1 -all", "V=SPF1 mx ~all"], "There are 2 SPF records."),
        (["v=spf1 +all"], "The record allows every server in the world to send for you (+all)."),
        (["v=spf1 mx all"], "The record allows every server in the world to send for you (+all)."),
        (["v=spf1 include:open.example -all"], "The record allows every server in the world to send for you (+all)."),
        (["v=spf1 redirect=open.example"], "The record allows every server in the world to send for you (+all)."),
        (
            ["v=spf1 include:none.example -all"],
            "It includes none.example, which has 0 SPF records instead of one.",
        ),
        ([f"v=spf1 {'a ' * 11}-all"], "It needs more than 10 look-ups."),
        (["v=spf1 include:loop.example -all"], "It needs more than 10 look-ups."),
    ],
)
def test_what_receivers_do_not_accept_is_bad(ask: Ask, records: list[str], found: str) -> None:
    zone = with_spf(*records, open="v=spf1 +all", loop="v=spf1 include:loop.example -all")

    finding = spf.check(ask(zone), DOMAIN)

    assert (finding.grade, finding.found) == (Grade.BAD, found)
    assert finding.means != ""
    assert finding.mend != ""


@pytest.mark.parametrize(
    "part",
    ["ip4:300.1.1.1", "ip4:2001:db8::1", "ip6:192.0.2.1", "ip4", "include:", "al", "-include", "a:x/99999", "all:x"],
)
def test_part_that_cannot_be_read_is_named(ask: Ask, part: str) -> None:
    finding = spf.check(ask(with_spf(f"v=spf1 {part} ~all")), DOMAIN)

    said = f"The record of {DOMAIN} has a part that cannot be read: {part}"
    assert (finding.grade, finding.found) == (Grade.BAD, said)


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 -all",
        "V=SPF1 A MX:mail.example.net/24//64 ptr ~ALL",
        "v=spf1 ip6:2001:db8::/32 ip4:192.0.2.1 exists:%{i}._spf.example.net -all exp=why.example.net",
        "v=spf1 include:%{d}.example.net -all",
        "v=spf1 ?include:open.example redirect=provider.example unknown-thing=x",
    ],
)
def test_every_legal_form_is_read(ask: Ask, record: str) -> None:
    zone = with_spf(record, provider="v=spf1 -all", open="v=spf1 ?all")

    assert spf.check(ask(zone), DOMAIN).grade is Grade.OK


@pytest.mark.parametrize("record", ["v=spf1 mx", "v=spf1 mx ?all", "v=spf1"])
def test_record_without_an_end_is_a_warning(ask: Ask, record: str) -> None:
    finding = spf.check(ask(with_spf(record)), DOMAIN)

    assert (finding.grade, finding.found) == (
        Grade.WARNING,
        "The record does not say what holds for all other servers.",
    )


@pytest.mark.parametrize("name", [DOMAIN, "spf.provider.example"])
@pytest.mark.parametrize("trouble", [Trouble.SERVFAIL, Trouble.SILENCE])
def test_no_answer_is_a_warning(ask: Ask, name: str, trouble: Trouble) -> None:
    assert spf.check(ask({(name, "TXT"): trouble}), DOMAIN).grade is Grade.WARNING
