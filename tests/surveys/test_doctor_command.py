from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from surveys.models import Tick
from tests.dns_server import DnsServer, txt
from tests.factories import make_brand
from tests.surveys.doctor.zone import DOMAIN, good_zone, received

pytestmark = pytest.mark.django_db

HOSTILE = "v=spf1 \x1b]0;owned\x07\x1b[2J<script>\N{RIGHT-TO-LEFT OVERRIDE}\nok SPF -all"


@pytest.fixture
def server(settings: Settings) -> Iterator[DnsServer]:
    """All is well."""
    settings.DKIM_SELECTORS = ["s1"]
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "a-long-random-word:another-one"}
    Tick.objects.create(name="start_due_waves", at=timezone.now())
    make_brand(name="Aurora", reply_to="answers@aurora.example.com")
    with DnsServer(good_zone()) as server:
        yield server


def doctor(*arguments: str) -> str:
    out = StringIO()
    call_command("doctor", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_all_is_well(server: DnsServer) -> None:
    said = doctor("--nameserver", server.place)

    grades = {line.split()[0] for line in said.splitlines() if line.startswith("  ") and line[2] != " "}
    assert grades == {"ok"}
    assert f"  ok       SPF of {DOMAIN}: One record, with 2 of at most 10 look-ups." in said.splitlines()


def test_bad_finding_says_how_to_mend_it_and_ends_with_one(server: DnsServer) -> None:
    server.records[(DOMAIN, "TXT")] = []
    out = StringIO()

    with pytest.raises(CommandError) as caught:
        call_command("doctor", "--nameserver", server.place, stdout=out, no_color=True)

    assert caught.value.returncode == 1
    assert str(caught.value) == "1 of 13 findings are bad."
    lines = out.getvalue().splitlines()
    place = lines.index(f"  bad      SPF of {DOMAIN}: There is no SPF record.")
    assert [line.strip()[:12] for line in lines[place + 1 : place + 3]] == ["Mailbox prov", "→ Add a TXT "]


def test_json_is_for_programs(server: DnsServer) -> None:
    found: dict[str, Any] = json.loads(doctor("--nameserver", server.place, "--json"))

    assert found["counts"] == {"ok": 13, "warning": 0, "bad": 0}
    (spf,) = [finding for finding in found["findings"] if finding["check"] == "spf"]
    assert spf == {
        "part": "Names in DNS",
        "check": "spf",
        "grade": "ok",
        "name": f"SPF of {DOMAIN}",
        "found": "One record, with 2 of at most 10 look-ups.",
        "means": "",
        "mend": "",
        "records": ["v=spf1 mx ip4:192.0.2.0/24 include:spf.provider.example ~all"],
    }


def test_received_mail_is_looked_at(server: DnsServer, tmp_path: Path) -> None:
    file = tmp_path / "mail.eml"
    file.write_bytes(received(DKIM_Signature=None))

    with pytest.raises(CommandError, match="1 of 18 findings are bad"):
        doctor("--nameserver", server.place, "--message", str(file))


def test_hostile_record_cannot_speak_to_the_terminal(server: DnsServer) -> None:
    server.records[(DOMAIN, "TXT")] = [txt(HOSTILE)]
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("doctor", "--nameserver", server.place, stdout=out, no_color=True)

    said = out.getvalue()
    assert "<script>" in said
    assert all(line.isprintable() for line in said.split("\n"))


def test_mail_server_is_spoken_with_on_demand_only(server: DnsServer, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    doctor("--nameserver", server.place)
    with pytest.raises(CommandError, match="1 of 14 findings are bad"):
        doctor("--nameserver", server.place, "--smtp")


def test_file_that_cannot_be_read_is_told(server: DnsServer, tmp_path: Path) -> None:
    empty = tmp_path / "empty.eml"
    empty.touch()
    large = tmp_path / "large.eml"
    large.write_bytes(b"x" * 2_000_001)

    with pytest.raises(CommandError, match=r"gone\.eml cannot be read: No such file or directory\."):
        doctor("--message", str(tmp_path / "gone.eml"))
    with pytest.raises(CommandError, match=r"empty\.eml is empty\."):
        doctor("--message", str(empty))
    with pytest.raises(CommandError, match=r"larger than 2 MB"):
        doctor("--message", str(large))
