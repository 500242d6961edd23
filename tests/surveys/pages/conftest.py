"""Fixtures of more than one file here."""

from __future__ import annotations

from typing import Any

import pytest

from surveys.views import straight


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each posted form whether it was taken the straight way."""
    found: list[bool] = []
    take = straight.take

    def spy(*args: Any) -> bool | None:
        is_cut = take(*args)
        found.append(is_cut is not None)
        return is_cut

    monkeypatch.setattr(straight, "take", spy)
    return found
