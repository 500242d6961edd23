from __future__ import annotations

from collections.abc import Callable

import pytest

from surveys.doctor import dmarc
from surveys.doctor.findings import Grade
from surveys.doctor.lookup import Lookup
from tests.dns_server import Records, Trouble, txt
from tests.surveys.doctor.zone import DOMAIN

Ask = Callable[..., Lookup]


def policy(**records: str) -> Records:
    """A DMARC record for each name; `a_b` is a.b."""
    return {(f"_dmarc.{name.replace('_', '.')}", "TXT"): [txt(record)] for name, record in records.items()}


def test_good_policy_is_well(ask: Ask) -> None:
    finding = dmarc.check(ask(), DOMAIN)

    said = f"The policy at _dmarc.{DOMAIN} is “quarantine”, with reports."
    assert (finding.grade, finding.found, finding.means) == (Grade.OK, said, "")


def test_policy_of_the_organisation_holds_below(ask: Ask) -> None:
    zone = policy(example_org="v=DMARC1;p=none;rua=mailto:d@example.org")

    finding = dmarc.check(ask(zone), "news.mail.example.org")

    said = "The policy at _dmarc.example.org is “none”, with reports."
    advice = "It only watches. When the reports show that all of your own mail passes, set p=quarantine."
    assert (finding.grade, finding.found, finding.means) == (Grade.OK, said, advice)


@pytest.mark.parametrize(
    ("records", "grade", "found"),
    [
        ([], Grade.BAD, "There is no DMARC record."),
        (["hello", "v=DMARC2; p=none"], Grade.BAD, "There is no DMARC record."),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], Grade.BAD, f"There are 2 DMARC records at _dmarc.{DOMAIN}."),
        (["v=DMARC1; p=maybe"], Grade.BAD, f"The record at _dmarc.{DOMAIN} has no policy that receivers know."),
        (["v=DMARC1"], Grade.BAD, f"The record at _dmarc.{DOMAIN} has no policy that receivers know."),
        (["v=DMARC1; p=reject"], Grade.WARNING, "The policy is “reject”, and no address is told what comes in."),
        (["v=DMARC1; p=none; rua=x"], Grade.WARNING, "The policy is “none”, and no address is told what comes in."),
    ],
)
def test_other_records(ask: Ask, records: list[str], grade: Grade, found: str) -> None:
    finding = dmarc.check(ask({(f"_dmarc.{DOMAIN}", "TXT"): [txt(record) for record in records]}), DOMAIN)

    assert (finding.grade, finding.found) == (grade, found)
    assert finding.mend != ""


def test_no_answer_is_a_warning(ask: Ask) -> None:
    assert dmarc.check(ask({(f"_dmarc.{DOMAIN}", "TXT"): Trouble.SERVFAIL}), DOMAIN).grade is Grade.WARNING


def test_walk_up_a_long_name_is_short(ask: Ask) -> None:
    lookup = ask(policy(example_org="v=DMARC1; p=none; rua=mailto:d@example.org"))

    finding = dmarc.check(lookup, ".".join("abcdefghijklmnopqrstuvwxyz") + ".example.org")

    assert finding.grade is Grade.OK
    assert len(lookup._known) == 7


@pytest.mark.parametrize(
    ("sender", "other", "together"),
    [
        ("example.org", "example.org", True),
        ("Example.org", "example.org.", True),
        ("news.example.org", "example.org", True),
        ("news.example.org", "mail.example.org", True),
        ("example.org", "example.net", False),
        ("example.org", "badexample.org", False),
        ("one.shops.example.com", "two.shops.example.com", False),  # a public suffix has customers, not parts
        ("a.one.shops.example.com", "b.one.shops.example.com", True),
        ("nowhere.example", "mail.nowhere.example", True),  # without any record: one within the other
        ("one.nowhere.example", "two.nowhere.example", False),
    ],
)
def test_alignment_is_about_the_organisation(ask: Ask, sender: str, other: str, together: bool) -> None:
    zone = policy(
        example_org="v=DMARC1; p=none",
        example_net="v=DMARC1; p=none",
        shops_example_com="v=DMARC1; p=none; psd=y",
    )

    assert dmarc.are_aligned(ask(zone), sender, other) is together


def test_part_may_be_an_organisation_of_its_own(ask: Ask) -> None:
    zone = policy(example_org="v=DMARC1; p=none", own_example_org="v=DMARC1; p=none; psd=n")

    assert dmarc.are_aligned(ask(zone), "a.own.example.org", "example.org") is False
