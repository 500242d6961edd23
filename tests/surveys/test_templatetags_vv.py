from __future__ import annotations

import pytest

from surveys.templatetags import vv


@pytest.mark.parametrize(
    ("value", "look", "words"),
    [
        (0, "det", "of 10, detractor"),
        (6, "det", "of 10, detractor"),
        (7, "pas", "of 10, passive"),
        (8, "pas", "of 10, passive"),
        (9, "pro", "of 10, promoter"),
        (10, "pro", "of 10, promoter"),
    ],
)
def test_score_has_a_shape_and_words_beside_its_colour(value: int, look: str, words: str) -> None:
    assert vv.score(value) == f'<span class="score {look}">{value}<span class="visually-hidden"> {words}</span></span>'


def test_score_comes_in_sizes() -> None:
    assert vv.score(9, "lg").startswith('<span class="score pro lg">9')


def test_icon_is_hidden_from_whoever_listens() -> None:
    assert vv.icon("clock") == ('<svg class="i" aria-hidden="true"><use href="/static/surveys/icons.svg#clock"/></svg>')


def test_icon_that_points_can_be_turned() -> None:
    assert vv.icon("next", "turn").startswith('<svg class="i turn" aria-hidden="true">')


@pytest.mark.parametrize(("number", "words"), [(0, "0"), (999, "999"), (1000, "1,000"), (12480, "12,480")])
def test_count_is_grouped(number: int, words: str) -> None:
    assert vv.grouped(number) == words
