"""What tests of themes are made of."""

from __future__ import annotations

from typing import Any

from advocacy.models import CommentTheme, ReasonTheme, Theme, ThemeRule
from tests.factories import make_reason, make_response, make_theme


def make_theme_rule(words: str = "pricey", **fields: Any) -> ThemeRule:
    """Words in English, one a line, that tell a theme."""
    if "theme" not in fields:
        fields["theme"] = make_theme()
    return ThemeRule.objects.create(**{"language": "en", "words": words, **fields})


def make_reason_theme(theme: Theme | None = None, key: str = "dear") -> ReasonTheme:
    """A reason that is a theme."""
    known = {"theme": theme or make_theme()}
    return ReasonTheme.objects.update_or_create(reason=make_reason(key, en=key), defaults=known)[0]


def make_mention(**fields: Any) -> CommentTheme:
    """An answer carries a theme, because a person said so."""
    if "response" not in fields:
        fields["response"] = make_response()
    if "theme" not in fields:
        fields["theme"] = make_theme()
    return CommentTheme.objects.create(**{"origin": "person", **fields})
