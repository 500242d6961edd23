"""Configuration and look-ups. What customers said and what was sent is read here, never changed."""

from __future__ import annotations

from surveys.admin import answers, campaigns, consents, contacts, doors, imports, languages, outbox, suppressions

__all__ = [
    "answers",
    "campaigns",
    "consents",
    "contacts",
    "doors",
    "imports",
    "languages",
    "outbox",
    "suppressions",
]
