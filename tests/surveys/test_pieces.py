from __future__ import annotations

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from surveys import pieces
from surveys.pieces import cut, mark

PAGE = Template(
    "<p title='{{ name }}'>{{ name }}, {{ when }}</p>"
    "{% for each in chips %}{{ edge }}<b>{{ each }}</b>{{ edge }}{% endfor %}."
)


def render(name: str, when: str, chips: list[str], *, edge: str = "") -> str:
    return PAGE.render(Context({"name": name, "when": when, "chips": chips, "edge": edge}))


@given(st.text(), st.text(), st.permutations(["a", "<b>", "é"]))
def test_filled_page_is_the_rendered_one(name: str, when: str, chips: list[str]) -> None:
    steady = ["a", "<b>", "é"]
    made = cut(render(mark("name"), mark("when"), steady, edge=mark("chips")), ["chips"])

    filled = made.fill({"name": name, "when": when}, {"chips": [steady.index(chip) for chip in chips]})

    assert filled.decode("utf-8", "surrogatepass") == render(name, when, chips)


def test_value_that_looks_like_a_mark_is_none() -> None:
    made = cut(f"{mark('name')}|{mark('when')}")

    assert made.fill({"name": mark("when"), "when": "now"}, {}) == f"{mark('when')}|now".encode()


def test_page_without_marks_stays_as_it_is() -> None:
    assert cut("<p>é</p>").fill({}, {}) == "<p>é</p>".encode()


def test_parts_must_follow_each_other() -> None:
    edge = mark("chips")

    for page in (f"{edge}one{edge} and {edge}two{edge}", f"{edge}one {mark('name')}{edge}"):
        with pytest.raises(ValueError, match="do not follow"):
            cut(page, ["chips"])


def test_marks_differ_and_are_nothing_but_letters_and_digits() -> None:
    marks = {mark(name) for name in ("name", "first_name", "field:quote_name", "")}

    assert len(marks) == 4
    assert all(each.isascii() and each.isalnum() for each in marks)
    assert pieces._MARK.sub("", "".join(sorted(marks))) == ""
