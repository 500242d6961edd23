"""Themes beside words: the word that hit is marked in the voice, and people say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from advocacy import patterns
from advocacy.models import CommentTheme, Fix
from advocacy.patterns import Month
from surveys.models import Response

register = template.Library()

WIDTH, HEIGHT = 120.0, 24.0
BREAK = SafeString("<br>")


class Place(NamedTuple):
    """Where a word that hit stands, and the theme that it tells."""

    start: int
    length: int
    theme: str


@register.simple_tag
def marked(text: str, *hits: Any) -> SafeString:
    """The words of a person with those marked that tell a theme: all of it escaped, and line ends kept."""
    parts: list[SafeString] = []
    end = 0
    for place in sorted(_places(hits)):
        if place.start < end or place.start + place.length > len(text):
            continue
        parts.append(_lines(text[end : place.start]))
        end = place.start + place.length
        parts.append(format_html('<mark title="{}">{}</mark>', place.theme, _lines(text[place.start : end])))
    return format_html_join("", "{}", [(part,) for part in [*parts, _lines(text[end:])]])


def _places(hits: Iterable[Any]) -> list[Place]:
    """Of rows of themes, one by one or in lists; those without a word are nowhere."""
    found: list[Place] = []
    for hit in hits:
        if isinstance(hit, list | tuple) and not isinstance(hit, Place):
            found += _places(hit)
        elif isinstance(hit, Place):
            found.append(hit)
        elif hit and hit.length:
            found.append(Place(hit.start, hit.length, str(hit.theme)))
    return found


def _lines(text: str) -> SafeString:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return format_html_join(BREAK, "{}", [(conditional_escape(line),) for line in lines])


@register.simple_tag
def hits_of(tried: dict[str, Any]) -> list[Place]:
    """What was found in a comment that is tried out."""
    return [Place(hit.start, hit.length, name) for name, hit in tried["hits"]]


@register.simple_tag
def themes_of(answer: Response) -> list[CommentTheme]:
    """The themes of an answer in the order of its words, without those taken off; from what was fetched with it."""
    standing = [row for row in answer.themes.all() if not row.is_removed]
    return sorted(standing, key=lambda row: (not row.length, row.start, row.theme.name))


@register.simple_tag
def before_and_after(fix: Fix) -> tuple[patterns.Effect, patterns.Effect] | None:
    return patterns.before_and_after(fix)


@register.inclusion_tag("advocacy/_spark.html")
def spark(months: Sequence[Month]) -> dict[str, Any]:
    """The share of a theme month by month, as lines between the gaps."""
    shown = [month.share for month in months if not month.is_few]
    most, step = max([*shown, Fraction(1)]), WIDTH / max(len(months) - 1, 1)
    runs: list[list[str]] = [[]]
    for place, month in enumerate(months):
        if month.is_few:
            runs.append([])
        else:
            y = HEIGHT - 2 - float(month.share / most) * (HEIGHT - 4)
            runs[-1].append(f"{place * step:.1f},{y:.1f}")
    return {
        "lines": [" ".join(run) for run in runs if len(run) > 1],
        "dots": [run[0].split(",") for run in runs if len(run) == 1],
    }
