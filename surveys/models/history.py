"""What people change is kept with who changed it and when, by django-simple-history."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from simple_history import manager, models


class HistoryManager(manager.HistoryManager):  # type: ignore[misc]
    """Made for each row that is saved, from a class that is made once: theirs makes a class for each row as well, which
    takes longer than to write the row."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[Any], class_name: str | None = None) -> type[HistoryManager]:
        kind: type[HistoryManager] = super().from_queryset(queryset_class, class_name)
        return kind


HistoricalRecords = partial(models.HistoricalRecords, history_manager=HistoryManager)
