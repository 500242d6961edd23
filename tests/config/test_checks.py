from __future__ import annotations

import pytest
from pytest_django import Settings

from config import checks


def test_tests_have_their_secrets() -> None:
    assert checks.secrets_are_set() == []


def test_missing_secrets_are_named(settings: Settings) -> None:
    settings.ADDRESS_HASH_KEY = ""
    settings.SECRET_KEY = "unset-abc"

    found = checks.secrets_are_set()

    assert [finding.id for finding in found] == ["config.E001", "config.E002"]


@pytest.mark.parametrize("address", ["", "reply+{token}@ask.example.com", "{token}@ask.example.com"])
def test_reply_address_may_be_left_out_or_name_the_mail(settings: Settings, address: str) -> None:
    settings.REPLY_ADDRESS = address

    assert checks.reply_address_names_the_mail() == []


@pytest.mark.parametrize(
    "address",
    [
        "reply@ask.example.com",
        "reply@{token}.example.com",
        "{token}+{token}@ask.example.com",
        "{token}",
        "a b+{token}@ask.example.com",
        "reply+{token}@ask.example.com\nBcc: evil@example.com",
        f"{'r' * 60}+{{token}}@ask.example.com",
    ],
)
def test_reply_address_that_names_no_mail_is_refused(settings: Settings, address: str) -> None:
    settings.REPLY_ADDRESS = address

    assert [finding.id for finding in checks.reply_address_names_the_mail()] == ["config.E003"]


POSTMARK = "anymail.backends.postmark.EmailBackend"


@pytest.mark.parametrize(
    ("production", "backend", "secret", "found"),
    [
        (True, POSTMARK, [], ["config.E004"]),
        (True, POSTMARK, "", ["config.E004"]),
        (True, POSTMARK, ["hooks:a-long-random-password"], []),
        (True, POSTMARK, "hooks:a-long-random-password", []),
        (True, "surveys.smtp.EmailBackend", [], []),
        (False, POSTMARK, [], []),
        (False, POSTMARK, ["no-colon-in-this-long-secret"], ["config.E005"]),
        (True, POSTMARK, ["hooks:a-long-random-password", "hooks:short"], ["config.E005"]),
    ],
)
def test_webhooks_need_a_secret(
    settings: Settings, production: bool, backend: str, secret: str | list[str], found: list[str]
) -> None:
    settings.PRODUCTION, settings.EMAIL_BACKEND = production, backend
    settings.ANYMAIL = {"WEBHOOK_SECRET": secret}

    assert [finding.id for finding in checks.webhooks_are_closed()] == found


@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("PUBLIC_BASE_URL", "http://ask.example.com", "config.W001"),
        ("EMAIL_BACKEND", "surveys.inbox.EmailBackend", "config.W003"),
    ],
)
def test_what_would_hurt_in_production_is_named(settings: Settings, name: str, value: str, finding: str) -> None:
    setattr(settings, name, value)

    assert finding in [found.id for found in checks.production_is_meant()]
