from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import Settings

from surveys import mail
from surveys.doctor import letters
from surveys.doctor.findings import Finding, Grade
from surveys.doctor.lookup import Lookup
from tests.dns_server import Trouble, txt
from tests.factories import make_brand, make_message
from tests.surveys.doctor.zone import DOMAIN, SIGNATURE, received, rsa_key

pytestmark = pytest.mark.django_db

Ask = Callable[..., Lookup]
BOTH = "Signature over both unsubscribe headers"


def look(lookup: Lookup, **changes: str | None) -> list[Finding]:
    make_brand(from_email=f"hello@{DOMAIN}")
    return letters.check(received(**changes), lookup)


def amiss(findings: list[Finding]) -> list[tuple[Grade, str, str]]:
    return [(each.grade, each.name, each.found) for each in findings if each.grade is not Grade.OK]


def test_mail_that_arrived_as_it_should_is_well(ask: Ask) -> None:
    findings = look(ask())

    assert {finding.name: finding.found for finding in findings} == {
        "From of the mail": f"It is the domain of a brand: {DOMAIN}.",
        "List-Unsubscribe": "It is as it left.",
        "List-Unsubscribe-Post": "It is as it left.",
        BOTH: "The signature of the sender's domain covers both.",
        f"Signature of {DOMAIN}": "It is of the sender's domain and covers From.",
        f"DKIM key s1 of {DOMAIN}": "A key of 2048 bits (rsa).",
        "Return-Path of the mail": f"Bounces go to {DOMAIN}, which belongs to From.",
    }
    assert amiss(findings) == []


def test_letter_of_ours_has_both_headers_as_the_doctor_wants_them(ask: Ask) -> None:
    raw = mail.invitation(make_message()).message().as_bytes()

    found = {finding.name: finding.grade for finding in letters.check(raw, ask())}

    assert (found["List-Unsubscribe"], found["List-Unsubscribe-Post"]) == (Grade.OK, Grade.OK)
    assert found[BOTH] is Grade.BAD


@pytest.mark.parametrize(
    ("covered", "found"),
    [
        ("from:to:subject", "No signature covers both."),
        ("from:list-unsubscribe", "No signature covers both."),
        ("from:list-unsubscribe-post", "No signature covers both."),
        ("from:list-unsubscribe:list-unsubscribe-postal", "No signature covers both."),
    ],
)
def test_signature_must_cover_both_headers(ask: Ask, covered: str, found: str) -> None:
    signature = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={DOMAIN}; s=s1; h={covered}; b=x"

    assert amiss(look(ask(), DKIM_Signature=signature)) == [(Grade.BAD, BOTH, found)]


def test_signature_is_read_over_its_folds_and_whatever_its_case(ask: Ask) -> None:
    signature = SIGNATURE.replace("; ", ";\n\t").replace("h=from:to", "h=From : To\n :").replace("list-u", "List-U")

    assert amiss(look(ask(), DKIM_Signature=signature)) == []


def test_mail_without_a_signature_is_bad(ask: Ask) -> None:
    assert amiss(look(ask(), DKIM_Signature=None)) == [(Grade.BAD, BOTH, "The mail has no DKIM signature.")]


def test_signature_of_another_domain_is_not_enough(ask: Ask) -> None:
    other = {("s1._domainkey.provider.example", "TXT"): [txt(f"p={rsa_key(2048)}")]}

    findings = look(ask(other), DKIM_Signature=SIGNATURE.replace(DOMAIN, "provider.example"))

    assert amiss(findings) == [
        (Grade.WARNING, BOTH, "Only the signature of another domain covers both: provider.example."),
        (Grade.WARNING, "Signature of provider.example", f"It is of another domain than From ({DOMAIN})."),
    ]


@pytest.mark.parametrize(("mode", "grades"), [("r", []), ("s", [Grade.WARNING, Grade.WARNING])])
def test_policy_may_ask_for_the_very_same_domain(ask: Ask, mode: str, grades: list[Grade]) -> None:
    place = f"mail.{DOMAIN}"
    zone = {
        (f"_dmarc.{DOMAIN}", "TXT"): [txt(f"v=DMARC1; p=reject; adkim={mode}")],
        (f"s1._domainkey.{place}", "TXT"): [txt(f"p={rsa_key(2048)}")],
    }

    findings = look(ask(zone), DKIM_Signature=SIGNATURE.replace(DOMAIN, place))

    assert [finding.grade for finding in findings if finding.grade is not Grade.OK] == grades


@pytest.mark.parametrize(
    ("old", "new", "grade", "found"),
    [
        ("h=from:", "h=", Grade.BAD, "It does not cover From, so it is void."),
        ("rsa-sha256", "rsa-sha1", Grade.BAD, "It is made by rsa-sha1, which receivers no longer accept."),
        ("a=rsa-sha256; ", "", Grade.BAD, "It is made by ?, which receivers no longer accept."),
        ("bh=", "l=100; bh=", Grade.WARNING, "It covers only a part of the text (l=)."),
        (
            "relaxed/relaxed",
            "simple/relaxed",
            Grade.WARNING,
            "It breaks when a server on the way touches the white space of a header.",
        ),
        (
            "c=relaxed/relaxed; ",
            "",
            Grade.WARNING,
            "It breaks when a server on the way touches the white space of a header.",
        ),
    ],
)
def test_form_of_the_signature(ask: Ask, old: str, new: str, grade: Grade, found: str) -> None:
    findings = look(ask(), DKIM_Signature=SIGNATURE.replace(old, new))

    assert amiss(findings) == [(grade, f"Signature of {DOMAIN}", found)]


def test_signature_without_a_selector_is_bad(ask: Ask) -> None:
    findings = look(ask(), DKIM_Signature=SIGNATURE.replace("s=s1; ", ""))

    assert amiss(findings) == [(Grade.BAD, f"Signature of {DOMAIN}", "It names no domain or no selector.")]


def test_key_of_the_signature_is_looked_at(ask: Ask) -> None:
    zone = {(f"s1._domainkey.{DOMAIN}", "TXT"): [txt("v=DKIM1; p=")]}

    assert amiss(look(ask(zone))) == [
        (Grade.BAD, f"DKIM key s1 of {DOMAIN}", "The key was withdrawn: p= is empty."),
    ]


@pytest.mark.parametrize(
    ("change", "grade", "name", "found"),
    [
        ({"List_Unsubscribe": None}, Grade.BAD, "List-Unsubscribe", "It is missing."),
        (
            {"List_Unsubscribe": "<https://tracker.example/x>"},
            Grade.BAD,
            "List-Unsubscribe",
            "It is not what Viva Voce writes.",
        ),
        (
            {"List_Unsubscribe": "<https://ask.example.com/u/AAAA>\nList-Unsubscribe: <mailto:a@b.example>"},
            Grade.BAD,
            "List-Unsubscribe",
            "It stands there 2 times instead of once.",
        ),
        (
            {"List_Unsubscribe": "\n <https://ask.example.com/u/AAAAAAAAAAAAAAAAAAAAAA>"},
            Grade.WARNING,
            "List-Unsubscribe",
            "It was broken over several lines on the way.",
        ),
        (
            {"List_Unsubscribe_Post": "List-Unsubscribe=Two-Click"},
            Grade.BAD,
            "List-Unsubscribe-Post",
            "It is not what Viva Voce writes.",
        ),
    ],
)
def test_headers_must_arrive_as_they_left(
    ask: Ask, change: dict[str, str | None], grade: Grade, name: str, found: str
) -> None:
    assert amiss(look(ask(), **change)) == [(grade, name, found)]


def test_link_without_https_is_no_way_out(ask: Ask, settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "http://ask.example.com"

    findings = look(ask(), List_Unsubscribe="<http://ask.example.com/u/AAAAAAAAAAAAAAAAAAAAAA>")

    assert amiss(findings) == [(Grade.BAD, "List-Unsubscribe", "It is not what Viva Voce writes.")]


def test_mail_of_another_sender_is_told(ask: Ask) -> None:
    findings = look(ask(), From="someone@elsewhere.example")

    assert (Grade.WARNING, "From of the mail", "No brand sends from elsewhere.example.") in amiss(findings)


def test_bounce_address_of_a_provider_is_told(ask: Ask) -> None:
    findings = look(ask(), Return_Path="<b@bounces.provider.example>")

    assert amiss(findings) == [(Grade.WARNING, "Return-Path of the mail", "Bounces go to bounces.provider.example.")]


@pytest.mark.parametrize(
    ("result", "grade", "found"),
    [
        ("mx.google.com; dkim=pass header.i=@a; spf=pass; dmarc=pass", Grade.OK, "dkim pass, spf pass, dmarc pass"),
        ("mx.google.com;\n dkim=pass; spf=pass", Grade.OK, "dkim pass, spf pass"),
        ("mx.google.com; dkim=fail; spf=pass; dmarc=fail", Grade.WARNING, "dkim fail, spf pass, dmarc fail"),
        ("mx.google.com; none", Grade.WARNING, "nothing that is known here"),
    ],
)
def test_verdict_of_the_receiver_is_told(ask: Ask, result: str, grade: Grade, found: str) -> None:
    (finding,) = [each for each in look(ask(), Authentication_Results=result) if each.check == "verdict"]

    assert (finding.grade, finding.found) == (grade, found)


def test_only_the_verdict_on_top_is_the_receivers() -> None:
    raw = b"Authentication-Results: a; dmarc=fail\r\nAuthentication-Results: b; dmarc=pass\r\n" + received()

    (finding,) = [each for each in letters.check(raw, Lookup("off")) if each.check == "verdict"]

    assert (finding.grade, finding.found) == (Grade.WARNING, "dmarc fail")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 2000,
        b"%PDF-1.7 hello",
        b"\xff\xfe<\x00h\x00",
        b"From: a@b.example\r\nFrom: c@d.example\r\n\r\n",
        b"From: a@b.example, c@d.example\r\n\r\n",
        b"From: nobody\r\n\r\n",
    ],
)
def test_file_that_is_no_mail_is_told(raw: bytes) -> None:
    findings = letters.check(raw, Lookup("off"))

    assert amiss(findings) == [(Grade.BAD, "Mail", "It has not one sender: this is no mail as it was received.")]


def test_hostile_mail_is_read_to_its_end(ask: Ask) -> None:
    evil = "\x1b]0;x\x07<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}"
    raw = received(
        DKIM_Signature=f"v=1; d={evil}; s={'x' * 5000}; h={'a:' * 9000}",
        From=f"{evil} <{'a' * 300}@{'b.' * 300}example>",
        List_Unsubscribe=evil * 50,
        Return_Path=f"<a@{evil}>",
        Authentication_Results=f"{evil} dkim=pass",
    )

    findings = letters.check(raw.replace(b"script", b"\xff\xfeript") * 20, ask({("x", "TXT"): Trouble.SERVFAIL}))

    texts = [text for each in findings for text in (each.name, each.found, each.means, each.mend, *each.records)]
    assert all(text.isprintable() and len(text) <= 801 for text in texts)
