"""The form that DKIM and DMARC share: `name=value; name=value`."""

from __future__ import annotations


def read(text: str) -> dict[str, str]:
    """Names in lower case, values without white space round them; of a repeated name the first counts."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), value.strip())
    return found
