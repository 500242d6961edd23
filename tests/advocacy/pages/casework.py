"""What the tests of the case pages share."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from advocacy import cases
from advocacy.models import Attempt, Case, CaseNote
from surveys.models import Event, Touch


def text_of(response: Any) -> str:
    """The words of a page, without its marks."""
    words = re.sub(r"<[^>]*>", " ", response.content.decode()).replace("\xa0", " ")
    return re.sub(r"\s+([.,:·])", r"\1", " ".join(words.split()))


def html_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def post(client: Client, case: Case, verb: str, *, seen: str | None = None, **fields: Any) -> Any:
    """Send a form of the case page, opened just now or at the version `seen`."""
    data = {"seen": cases.version(case) if seen is None else seen, **fields}
    return client.post(f"/cases/{case.pk}/{verb}/", data)


def rows() -> list[Any]:
    """Everything that work on cases may write."""
    models = (Case, Attempt, CaseNote, Event, Touch)
    return [list(model.objects.order_by("pk").values()) for model in models]
