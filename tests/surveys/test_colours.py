from __future__ import annotations

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import colours

PAPER = ("#ffffff", "#faf7f2")
NIGHT = ("#14110f", "#191614")
COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def hue(colour: str) -> float:
    return colorsys.rgb_to_hls(*(value / 255 for value in bytes.fromhex(colour[1:])))[0]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#ffffff", "#b42318", "6.57"),
        ("#1d2939", "#fec84b", "9.50"),
        ("#ffffff", "#067647", "5.69"),
        ("#ffffff", "#ffc107", "1.63"),
        ("#ffffff", "#28a745", "3.13"),
        ("#000000", "#ffffff", "21.00"),
        ("#1D4E5F", "#1d4e5f", "1.00"),
    ],
)
def test_contrast_of_the_tested_pairs(one: str, other: str, ratio: str) -> None:
    assert f"{colours.contrast(one, other):.2f}" == ratio
    assert colours.contrast(one, other) == colours.contrast(other, one)


def test_contrast_is_not_shown_better_than_it_is() -> None:
    assert [colours.shown(ratio) for ratio in (4.4999, 4.5, 3.127, 21.0)] == ["4.49", "4.50", "3.12", "21.00"]


@pytest.mark.parametrize(
    ("colour", "grounds", "worst"),
    [("#1d4e5f", PAPER, ""), ("#8fcbdb", NIGHT, ""), ("#28a745", PAPER, "#faf7f2"), ("#1d4e5f", NIGHT, "#191614")],
)
def test_colour_is_judged_by_the_worst_ground(colour: str, grounds: tuple[str, ...], worst: str) -> None:
    assert colours.unreadable(colour, *grounds) == worst


def test_readable_colour_stays_as_it_is_written() -> None:
    assert colours.nearest("#1D4E5F", *PAPER) == "#1D4E5F"


def test_nearest_shade_is_only_just_readable() -> None:
    shade = colours.nearest("#28a745", *PAPER)

    assert shade == "#1f8336"
    assert 4.5 <= colours.contrast(shade, "#faf7f2") < 4.6


@given(colour=COLOURS)
@pytest.mark.parametrize("grounds", [PAPER, NIGHT])
def test_every_colour_has_a_readable_shade_of_its_hue(grounds: tuple[str, ...], colour: str) -> None:
    shade = colours.nearest(colour, *grounds)

    assert min(colours.contrast(shade, ground) for ground in grounds) >= 4.5
    grey = len(set(bytes.fromhex(shade[1:]))) == 1
    distance = abs(hue(shade) - hue(colour))
    # Eight bits a channel leave a dark or pale shade little choice of hue.
    assert grey or min(distance, 1 - distance) < 0.1


def test_colour_between_grounds_that_leave_no_room_has_no_shade() -> None:
    with pytest.raises(ValueError, match="No shade"):
        colours.nearest("#777777", "#333333", "#cccccc")
