from __future__ import annotations

import logging

import pytest

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
