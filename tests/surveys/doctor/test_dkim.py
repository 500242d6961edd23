from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from surveys.doctor import dkim
from surveys.doctor.findings import Finding, Grade
from surveys.doctor.lookup import Lookup
from tests.dns_server import Trouble, txt
from tests.surveys.doctor.zone import DOMAIN, rsa_key

Ask = Callable[..., Lookup]
PLACE = f"s1._domainkey.{DOMAIN}"
EDWARDS = base64.b64encode(bytes(32)).decode()


def look(ask: Ask, *records: str) -> Finding:
    return dkim.check(ask({(PLACE, "TXT"): [txt(record) for record in records]}), "s1", DOMAIN)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (f"v=DKIM1; k=rsa; p={rsa_key(2048)}", "A key of 2048 bits (rsa)."),
        (f"p={rsa_key(4096)}", "A key of 4096 bits (rsa)."),
        (f"v=DKIM1;p={rsa_key(2048, is_bare=True)}", "A key of 2048 bits (rsa)."),
        (f"v=DKIM1; p={rsa_key(2048)[:99]} {rsa_key(2048)[99:]};", "A key of 2048 bits (rsa)."),
        (f"v=DKIM1; k=ed25519; p={EDWARDS}", "A key of 256 bits (ed25519)."),
    ],
)
def test_good_key_is_well(ask: Ask, record: str, found: str) -> None:
    finding = look(ask, record)

    assert (finding.grade, finding.found) == (Grade.OK, found)


@pytest.mark.parametrize(
    ("records", "grade", "found"),
    [
        ([], Grade.BAD, f"There is no key at {PLACE}."),
        (["p=a", "p=b"], Grade.BAD, f"There are 2 records at {PLACE}."),
        (["v=DKIM1; k=rsa"], Grade.BAD, "The record holds no key."),
        (["v=DKIM2; p=AAAA"], Grade.BAD, "The record holds no key."),
        (["hello"], Grade.BAD, "The record holds no key."),
        (["v=DKIM1; p="], Grade.BAD, "The key was withdrawn: p= is empty."),
        ([f"v=DKIM1; p={rsa_key(512)}"], Grade.BAD, "A key of 512 bits (rsa)."),
        ([f"v=DKIM1; p={rsa_key(1024)}"], Grade.WARNING, "A key of 1024 bits (rsa)."),
        ([f"v=DKIM1; t=s:y; p={rsa_key(2048)}"], Grade.WARNING, "A key of 2048 bits (rsa)."),
    ],
)
def test_other_keys(ask: Ask, records: list[str], grade: Grade, found: str) -> None:
    finding = look(ask, *records)

    assert (finding.grade, finding.found) == (grade, found)
    assert finding.mend != ""


@pytest.mark.parametrize(
    "key",
    [
        rsa_key(2048)[:200],
        rsa_key(2048)[4:],
        "<script>",
        "ü",
        "AAAA",
        "MA==",
        "MIQ=",
        "MP////////8=",
        base64.b64encode(b"\x30\x84" + b"\xff" * 20).decode(),
        base64.b64encode(b"\x30" * 5000).decode(),
    ],
)
@pytest.mark.parametrize("kind", ["rsa", "ed25519", "x"])
def test_key_that_is_none_is_bad(ask: Ask, key: str, kind: str) -> None:
    finding = look(ask, f"v=DKIM1; k={kind}; p={key}")

    assert (finding.grade, finding.found) == (Grade.BAD, "The key cannot be read.")


def test_no_answer_is_a_warning(ask: Ask) -> None:
    assert dkim.check(ask({(PLACE, "TXT"): Trouble.SERVFAIL}), "s1", DOMAIN).grade is Grade.WARNING
