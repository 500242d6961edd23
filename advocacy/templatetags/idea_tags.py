"""Words of the idea hub."""

from __future__ import annotations

from django import template

from advocacy import quoting

register = template.Library()


@register.filter
def nameless(words: str | None) -> str:
    """Without mail addresses and telephone numbers."""
    return quoting.nameless(words or "")
