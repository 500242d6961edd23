"""What the environment makes of the settings, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SMTP = "surveys.smtp.EmailBackend"


def printed(expression: str, environment: dict[str, str], data_dir: Path) -> str:
    """What a process with only this environment prints of its settings."""
    done = subprocess.run(
        [sys.executable, "-c", f"from config import settings; print({expression})"],
        check=True,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **environment},
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("environment", "backend"),
    [
        ({}, "surveys.inbox.EmailBackend"),
        ({"EMAIL_URL": "smtp+tls://viva:secret@mail.example.com:587"}, SMTP),
        ({"EMAIL_URL": "consolemail://"}, "django.core.mail.backends.console.EmailBackend"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}, SMTP),
        ({"EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend"}, "anymail.backends.postmark.EmailBackend"),
    ],
)
def test_plain_smtp_always_goes_by_the_backend_that_knows_the_phases(
    environment: dict[str, str], backend: str, tmp_path: Path
) -> None:
    assert printed("settings.EMAIL_BACKEND", environment, tmp_path) == backend


@pytest.mark.parametrize(
    ("environment", "seconds"), [({}, "5"), ({"DATABASE_URL": "postgres://viva@127.0.0.1/viva"}, "60")]
)
def test_connections_are_kept(environment: dict[str, str], seconds: str, tmp_path: Path) -> None:
    """To open one takes longer than most pages."""
    assert printed("settings.DATABASES['default']['CONN_MAX_AGE']", environment, tmp_path) == seconds


@pytest.mark.parametrize(
    ("environment", "anymail"),
    [
        ({}, "{}"),
        ({"ANYMAIL_WEBHOOK_SECRET": "a:one"}, "{'WEBHOOK_SECRET': ['a:one']}"),
        (
            {"ANYMAIL": '{"POSTMARK_SERVER_TOKEN": "x"}', "ANYMAIL_WEBHOOK_SECRET": "a:one,a:two"},
            "{'POSTMARK_SERVER_TOKEN': 'x', 'WEBHOOK_SECRET': ['a:one', 'a:two']}",
        ),
    ],
)
def test_secret_of_the_webhooks_has_a_name_of_its_own(
    environment: dict[str, str], anymail: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.ANYMAIL)"],
        check=True,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
    )

    assert done.stdout.strip() == anymail
