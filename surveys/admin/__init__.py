"""Configuration and look-ups. What customers said and what was sent is read here, never changed."""

from __future__ import annotations

from surveys.admin import (
    answers,
    asking,
    campaigns,
    consents,
    contacts,
    doors,
    imports,
    languages,
    outbox,
    suppressions,
)

__all__ = [
    "answers",
    "asking",
    "campaigns",
    "consents",
    "contacts",
    "doors",
    "imports",
    "languages",
    "outbox",
    "suppressions",
]
