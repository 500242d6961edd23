from __future__ import annotations

import datetime as dt
import importlib.metadata

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from surveys import doctor
from surveys.doctor import installation
from surveys.doctor.findings import Finding, Grade
from surveys.models import Campaign, DeliveryEvent, Tick
from tests.factories import make_brand, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(settings: Settings) -> None:
    settings.PRODUCTION = True
    settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.example.com", 587
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = True, False
    Tick.objects.create(name="start_due_waves", at=timezone.now())
    settings.IMAP_URL = "imaps://viva:secret-word@mail.example.com/INBOX"
    make_brand(name="Aurora", reply_to="answers@aurora.example.com")


def amiss(findings: list[Finding]) -> list[tuple[Grade, str, str]]:
    return [(each.grade, each.name, each.found) for each in findings if each.grade is not Grade.OK]


def test_good_installation_is_well(well: None) -> None:
    findings = installation.check()

    assert amiss(findings) == []
    assert "secret-word" not in str(findings)
    assert [finding.name for finding in findings] == [
        "PUBLIC_BASE_URL",
        "Way out",
        "Reports of bounces",
        "Worker",
        "Time zones",
        "Sender of Aurora",
        "Postal address of Aurora",
        "Replies to Aurora",
    ]


def test_everything_amiss_says_how_to_mend_it(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "http://localhost:8000"
    settings.EMAIL_BACKEND = "surveys.inbox.EmailBackend"

    findings = [finding for finding in installation.check() if finding.grade is not Grade.OK]

    assert [finding.name for finding in findings] == ["PUBLIC_BASE_URL", "Way out", "Worker", "Brand"]
    assert all(finding.mend for finding in findings)


@pytest.mark.parametrize(
    ("address", "here", "live"),
    [
        ("https://ask.example.com/vv", Grade.OK, Grade.OK),
        ("http://ask.example.com", Grade.WARNING, Grade.BAD),
        ("https://localhost", Grade.WARNING, Grade.BAD),
        ("http://127.0.0.1:8000", Grade.WARNING, Grade.BAD),
        ("http://[::1]:8000", Grade.WARNING, Grade.BAD),
        ("ask.example.com", Grade.BAD, Grade.BAD),
        ("ftp://ask.example.com", Grade.BAD, Grade.BAD),
        ("", Grade.BAD, Grade.BAD),
    ],
)
def test_base_url(settings: Settings, address: str, here: Grade, live: Grade) -> None:
    settings.PUBLIC_BASE_URL = address
    grades = []
    for settings.PRODUCTION in (False, True):
        grades.append(installation.base_url().grade)

    assert grades == [here, live]


@pytest.mark.parametrize(
    ("changes", "grade", "found"),
    [
        ({"EMAIL_BACKEND": "surveys.inbox.EmailBackend"}, Grade.BAD, "The local Inbox."),
        ({}, Grade.OK, "SMTP at mail.example.com:587, encrypted."),
        ({"EMAIL_USE_TLS": False}, Grade.WARNING, "SMTP at mail.example.com:587, not encrypted."),
        (
            {"EMAIL_USE_TLS": False, "EMAIL_HOST": "127.0.0.1"},
            Grade.OK,
            "SMTP at 127.0.0.1:587, on this machine.",
        ),
        ({"EMAIL_BACKEND": "anymail.backends.mailgun.EmailBackend"}, Grade.OK, "The provider mailgun."),
        ({"EMAIL_BACKEND": "house.Backend"}, Grade.WARNING, "Another backend: house.Backend."),
    ],
)
def test_way_out(well: None, settings: Settings, changes: dict[str, object], grade: Grade, found: str) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)

    finding = installation.backend()

    assert (finding.grade, finding.found) == (grade, found)


@pytest.mark.parametrize(
    ("anymail", "grade"),
    [
        ({}, Grade.BAD),
        ({"WEBHOOK_SECRET": ""}, Grade.BAD),
        ({"WEBHOOK_SECRET": "short:x"}, Grade.WARNING),
        ({"WEBHOOK_SECRET": "no-colon-but-very-long-indeed"}, Grade.WARNING),
        ({"WEBHOOK_SECRET": "a-long-random-word:another-one"}, Grade.OK),
        ({"WEBHOOK_SECRET": ["a-long-random-word:another-one", "a-second-one:of-some-length"]}, Grade.OK),
    ],
)
def test_provider_needs_a_secret(settings: Settings, anymail: dict[str, object], grade: Grade) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = anymail

    (finding,) = installation.webhooks()

    assert finding.grade is grade
    assert "long-random-word" not in str(finding)


def test_secret_is_not_asked_for_without_a_provider(well: None) -> None:
    assert installation.webhooks() == []


def test_reports_come_by_mailbox_or_by_pipe(well: None, settings: Settings) -> None:
    settings.IMAP_URL = ""
    (none,) = installation.reports()
    DeliveryEvent.objects.create(key="k", provider="mail", type="bounced", at=timezone.now())
    (piped,) = installation.reports()

    assert [none.grade, piped.grade] == [Grade.WARNING, Grade.OK]


def test_worker_is_known_by_its_last_sign() -> None:
    none = installation.worker()
    Tick.objects.create(name="old", at=timezone.now() - dt.timedelta(minutes=10))
    old = installation.worker()
    Tick.objects.create(name="new", at=timezone.now())
    new = installation.worker()

    assert [each.grade for each in (none, old, new)] == [Grade.BAD, Grade.BAD, Grade.OK]
    assert old.found == "The last sign of it is 10 minutes old."


def test_zone_that_this_machine_does_not_know_is_named(settings: Settings) -> None:
    Campaign.objects.filter(pk=make_campaign().pk).update(timezone="Mars/Olympus")
    settings.TIME_ZONE = "Europe/Berlin"

    (finding,) = installation.zones()

    assert (finding.grade, finding.found) == (Grade.BAD, "Not known here: Mars/Olympus.")


@pytest.mark.parametrize("version", ["2019.3", "strange"])
def test_old_zones_are_a_warning(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: version)

    (finding,) = installation.zones()

    assert finding.grade is Grade.WARNING


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"from_email": "nobody"}, [(Grade.BAD, "Sender of Aurora", "It is no address: nobody")]),
        ({"from_email": "aurora@gmail.com"}, [(Grade.BAD, "Sender of Aurora", "It is aurora@gmail.com.")]),
        ({"postal_address": " "}, [(Grade.BAD, "Postal address of Aurora", "There is none.")]),
        ({"reply_to": ""}, [(Grade.WARNING, "Replies to Aurora", "No address is named for them.")]),
    ],
)
def test_brand(fields: dict[str, str], found: list[tuple[Grade, str, str]]) -> None:
    brand = make_brand(**{"name": "Aurora", "reply_to": "answers@aurora.example.com", **fields})

    assert amiss(installation.of_brand(brand)) == found


def test_address_for_each_mail_takes_replies(settings: Settings) -> None:
    settings.REPLY_ADDRESS = "reply+{token}@ask.example.com"

    assert amiss(installation.of_brand(make_brand(reply_to=""))) == []


def test_number_of_statements_does_not_grow(well: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(3):
        make_campaign()

    with django_assert_num_queries(3):
        installation.check()


def test_database_that_does_not_answer_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def fail() -> list[Finding]:
        raise OperationalError("could not connect to server: secret")

    monkeypatch.setattr(installation, "check", fail)

    (finding,) = doctor.of_installation().findings

    assert (finding.grade, finding.found, finding.records) == (Grade.BAD, "It cannot be read.", ("OperationalError",))
