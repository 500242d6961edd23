"""Sites that may show a frame of ours, as a browser names them. Pure."""

from __future__ import annotations

import re

MOST_SITES = 50
_NAME = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
# Only the machine itself is believed without encryption: there a site is tried out.
_SITE = re.compile(
    rf"(?:https://(?!.{{254}})(?:{_NAME}\.)+{_NAME}|https?://(?:localhost|127\.0\.0\.1))(?::[1-9][0-9]{{0,4}})?"
)


def origins(text: str) -> list[str]:
    """The sites of a text, one a line, each once. Raises ValueError with the first line that is none, or one too many.

    They go into a header as they are, so whatever could mean more than one site is none: no path, no wildcard.
    """
    found: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        site = line.lower().removesuffix("/")
        if not _SITE.fullmatch(site) or len(found) == MOST_SITES:
            raise ValueError(line[:80])
        if site not in found:
            found.append(site)
    return found
