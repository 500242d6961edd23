from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from surveys import importing
from surveys.importing import Report

TODAY = dt.date(2026, 10, 31)

Import = Callable[..., Report]


@pytest.fixture
def run_import(db: None, tmp_path: Path) -> Import:
    """`run_import(text_or_bytes)` imports a file with that content."""

    def run(content: str | bytes, **options: Any) -> Report:
        path = tmp_path / "people.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return importing.import_contacts(path, **{"basis": "customer", "source": path.name, "today": TODAY, **options})

    return run
