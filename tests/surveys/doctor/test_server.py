from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from surveys.doctor import server
from surveys.doctor.findings import Finding, Grade
from tests.smtp_server import Fault, SmtpServer


@pytest.fixture
def smtp(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpServer]:
    monkeypatch.setattr(server, "SECONDS", 0.5)
    with SmtpServer(["PIPELINING", "8BITMIME"]) as running:
        settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "viva", "a-password-of-mine"
        yield running


def grades(findings: list[Finding]) -> list[tuple[str, Grade]]:
    return [(finding.check, finding.grade) for finding in findings]


def test_good_server_is_well_and_gets_no_mail(smtp: SmtpServer) -> None:
    assert grades(server.check()) == [
        ("smtp", Grade.OK),
        ("smtp_tls", Grade.OK),
        ("smtp_login", Grade.OK),
        ("smtp_pipelining", Grade.OK),
        ("smtp_8bit", Grade.OK),
    ]
    assert {line.split(" ")[0].upper() for line in smtp.commands} <= {"EHLO", "AUTH", "QUIT"}


def test_what_the_server_does_not_offer_is_a_warning(smtp: SmtpServer) -> None:
    smtp.extensions = []

    assert grades(server.check())[-2:] == [("smtp_pipelining", Grade.WARNING), ("smtp_8bit", Grade.WARNING)]


def test_encryption_that_is_asked_for_and_not_offered_is_bad(smtp: SmtpServer, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True

    findings = server.check()

    assert ("smtp_tls", Grade.BAD) in grades(findings)
    assert [line.split(" ")[0].upper() for line in smtp.commands] == ["EHLO"]


def test_wrong_password_is_bad_and_not_repeated(smtp: SmtpServer) -> None:
    smtp.script.append(Fault.AUTH_535)

    (finding,) = [each for each in server.check() if each.check == "smtp_login"]

    assert (finding.grade, finding.records) == (Grade.BAD, ("535 5.7.8 wrong password",))
    assert "a-password-of-mine" not in str(finding)


@pytest.mark.parametrize("fault", [Fault.BANNER_SILENT, Fault.BANNER_421])
def test_server_that_does_not_greet_is_bad(smtp: SmtpServer, fault: Fault) -> None:
    smtp.script.append(fault)

    assert grades(server.check()) == [("smtp", Grade.BAD)]


def test_server_that_is_not_there_is_bad(smtp: SmtpServer, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.EMAIL_PORT = taken.getsockname()[1]

    (finding,) = server.check()

    assert (finding.grade, finding.found) == (Grade.BAD, "It cannot be reached.")


def test_plain_server_behind_smtps_is_bad(smtp: SmtpServer, settings: Settings) -> None:
    settings.EMAIL_USE_SSL = True

    assert grades(server.check()) == [("smtp", Grade.BAD)]


def test_nothing_is_asked_without_smtp(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "surveys.inbox.EmailBackend"

    assert server.check() == []
