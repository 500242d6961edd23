from __future__ import annotations

import datetime as dt

from advocacy.models import CommentTheme, Theme
from advocacy.patterns import Month
from advocacy.templatetags import theme_tags
from advocacy.templatetags.theme_tags import Place


def hit(start: int, length: int, theme: str = "Price") -> CommentTheme:
    return CommentTheme(theme=Theme(name=theme), start=start, length=length)


def test_words_that_hit_are_marked_and_all_is_escaped() -> None:
    text = "<b>dear</b>\nand \N{RIGHT-TO-LEFT OVERRIDE}slow & sad"

    marked = theme_tags.marked(text, [hit(3, 4), hit(18, 4, '"><script>')])

    assert marked == (
        '&lt;b&gt;<mark title="Price">dear</mark>&lt;/b&gt;<br>and \N{RIGHT-TO-LEFT OVERRIDE}s'
        '<mark title="&quot;&gt;&lt;script&gt;">low </mark>&amp; sad'
    )


def test_places_that_overlap_or_lie_outside_are_left_out() -> None:
    assert theme_tags.marked("dear", hit(0, 4), hit(2, 2), hit(3, 9), hit(0, 0)) == ('<mark title="Price">dear</mark>')
    assert theme_tags.marked("", hit(0, 4)) == ""
    assert theme_tags.marked("a\r\nb\rc", [Place(0, 1, "x")]) == '<mark title="x">a</mark><br>b<br>c'


def test_line_of_months_breaks_at_a_gap() -> None:
    first = dt.date(2026, 1, 1)
    months = [Month(first, count, base) for count, base in [(15, 30), (30, 30), (1, 4), (0, 30)]]

    assert theme_tags.spark(months) == {"lines": ["0.0,12.0 40.0,2.0"], "dots": [["120.0", "22.0"]]}
    assert theme_tags.spark([]) == {"lines": [], "dots": []}
