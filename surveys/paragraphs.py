"""The parts of a letter that a person wrote. Pure.

A line that begins with `> ` is what the contact said; empty lines part paragraphs.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import NamedTuple

_PARTED = re.compile(r"\n[ \t]*\n\s*")


class Paragraph(NamedTuple):
    """A part of a letter; `is_quote`: in the words of the contact, so in a direction of its own."""

    text: str
    is_quote: bool


def parted(text: str) -> list[str]:
    return [part for part in _PARTED.split(text.strip()) if part.strip()]


def of(text: str) -> list[Paragraph]:
    """The parts of a letter as they are shown."""
    return [
        Paragraph("\n".join(line.removeprefix(">").strip() if is_quote else line for line in lines), is_quote)
        for part in parted(text)
        for is_quote, lines in groupby(part.split("\n"), key=_is_quote)
    ]


def _is_quote(line: str) -> bool:
    return line.startswith(">")
