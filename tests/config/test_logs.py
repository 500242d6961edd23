from __future__ import annotations

import logging
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from config.logs import MaskTokens


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/r/Zk3v9QmT0aYx7bLr2NcPdg/3", "/r/…/3"),
        ("/u/gdPcN2rLb7xYa0TmQ9v3kQ", "/u/…"),
        ("GET /u/gdPcN2rLb7xYa0TmQ9v3kQ?x=1 HTTP/1.1", "GET /u/…?x=1 HTTP/1.1"),
        ("/o/Zk3v9QmT0aYx7bLr2NcPdg/thanks/3:abc", "/o/…/thanks/3:abc"),
        ("/embed/Zk3v9QmT0aYx7bLr2NcPdg", "/embed/…"),
        ("/cases/12/", "/cases/12/"),
    ],
)
def test_mask_tokens_hides_the_token_of_a_public_address(path: str, shown: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", path), None)

    MaskTokens().filter(record)

    assert record.getMessage() == f"Not Found: {shown}"


def test_mask_tokens_leaves_other_arguments_alone() -> None:
    record = logging.LogRecord("surveys.outbox", logging.WARNING, "", 0, "message=%s of %s", (7, None), None)

    MaskTokens().filter(record)

    assert record.getMessage() == "message=7 of None"


def test_page_that_somebody_may_not_open_writes_one_line(
    client: Client, bob: User, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(bob)

    response = client.post("/suppressions/stop/")

    (record,) = [each for each in caplog.records if each.name == "django.request"]
    formatters: Any = settings.LOGGING["formatters"]
    line = logging.Formatter(formatters["line"]["format"]).format(record)
    assert response.status_code == 403
    assert line.endswith("WARNING django.request Forbidden (Permission denied): /suppressions/stop/")
    assert "\n" not in line


@pytest.mark.django_db
def test_fault_of_ours_keeps_its_traceback(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("surveys.views.public.find", fail)

    Client(raise_request_exception=False).get("/r/Zk3v9QmT0aYx7bLr2NcPdg/3")

    (record,) = [each for each in caplog.records if each.name == "django.request"]
    assert record.exc_info
