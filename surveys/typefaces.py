"""What each script is set in by a mail, which has no style sheet that could say it by language. Pure.

The names need no quotes in CSS, and quotes in an attribute would be entities.
"""

from __future__ import annotations

from typing import NamedTuple

from surveys import languages


class Typeface(NamedTuple):
    """Fonts, the line height of a heading and of a text, and the one font for Outlook: its Windows edition takes Times
    where it does not know the first of several."""

    fonts: str
    heading: str
    text: str
    outlook: str


LATIN = Typeface("-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif", "1.35", "1.6", "Arial")
# Scripts with marks above and below a line, and those without spaces, need more room between lines.
_OTHERS = {
    "ar": Typeface("Segoe UI,Geeza Pro,Noto Sans Arabic,Tahoma,Arial,sans-serif", "1.6", "1.85", "Arial"),
    "he": Typeface("Segoe UI,Arial Hebrew,Noto Sans Hebrew,Tahoma,Arial,sans-serif", "1.4", "1.7", "Arial"),
    "hi": Typeface("Nirmala UI,Kohinoor Devanagari,Noto Sans Devanagari,Arial,sans-serif", "1.55", "1.8", "Nirmala UI"),
    "ja": Typeface(
        "Hiragino Sans,Yu Gothic UI,Meiryo,Noto Sans JP,Noto Sans CJK JP,Arial,sans-serif", "1.5", "1.75", "Meiryo"
    ),
    "ko": Typeface(
        "Apple SD Gothic Neo,Malgun Gothic,Noto Sans KR,Noto Sans CJK KR,Arial,sans-serif",
        "1.45",
        "1.75",
        "Malgun Gothic",
    ),
    "th": Typeface("Leelawadee UI,Thonburi,Noto Sans Thai,Tahoma,Arial,sans-serif", "1.55", "1.8", "Leelawadee UI"),
    "zh-Hans": Typeface(
        "PingFang SC,Hiragino Sans GB,Microsoft YaHei,Noto Sans CJK SC,Arial,sans-serif",
        "1.5",
        "1.75",
        "Microsoft YaHei",
    ),
    "zh-Hant": Typeface(
        "PingFang TC,Hiragino Sans CNS,Microsoft JhengHei,Noto Sans CJK TC,Arial,sans-serif",
        "1.5",
        "1.75",
        "Microsoft JhengHei",
    ),
}


def of(tag: str) -> Typeface:
    """That of the language, or of the nearest one it may fall back to; Latin covers Greek and Cyrillic too."""
    return next((_OTHERS[candidate] for candidate in languages.chain(tag) if candidate in _OTHERS), LATIN)
