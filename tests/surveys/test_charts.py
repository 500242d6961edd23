from __future__ import annotations

import pytest

from surveys import charts
from surveys.charts import Bar, Mark, Point, Run

FEW = Point("Jul")


def test_trend_has_a_band_a_line_and_a_dot_for_each_point() -> None:
    chart = charts.trend([Point("Jan", 0, -20, 20, "0"), Point("Feb", 20, 0, 40, "+20")])

    assert chart.runs == [Run(band="44.0,64.7 428.0,14.0 428.0,115.3 44.0,166.0", line="44.0,115.3 428.0,64.7")]
    assert [(dot.x, dot.y, dot.text) for dot in chart.dots] == [("44.0", "115.3", "0"), ("428.0", "64.7", "+20")]
    assert (chart.gaps, chart.gap_labels) == ([], [])


@pytest.mark.parametrize(
    ("low", "high", "lines"),
    [
        (31, 47, ["0", "+10", "+20", "+30", "+40", "+50"]),
        (-47, -31, ["−50", "−40", "−30", "−20", "−10", "0"]),
        (-5, 52, ["−20", "0", "+20", "+40", "+60"]),
        (-100, 100, ["−100", "−50", "0", "+50", "+100"]),
        (0, 0, ["0", "+10"]),
    ],
)
def test_lines_come_from_the_data_and_always_have_0(low: float, high: float, lines: list[str]) -> None:
    chart = charts.trend([Point("Jan", (low + high) / 2, low, high)])

    assert [line.text for line in chart.grid] == lines
    assert [line.text for line in chart.grid if line.is_zero] == ["0"]


def test_value_beyond_its_interval_stays_inside_the_picture() -> None:
    chart = charts.trend([Point("Jan", 100, 17, 94, "+100")])

    assert (chart.grid[-1].text, chart.dots[0].y) == ("+100", "14.0")
    assert chart.last == Mark("236.0", "32.0", "+100")


def test_no_line_crosses_a_gap_and_neighbouring_gaps_share_their_words() -> None:
    known = Point("Jan", 10, 0, 20)

    chart = charts.trend([known, known, FEW, FEW, known])

    assert [len(run.line.split()) for run in chart.runs] == [2, 1]
    assert chart.gaps == ["236.0", "332.0"]
    assert [label.x for label in chart.gap_labels] == ["284.0"]


def test_point_alone_between_gaps_has_a_band_with_a_width() -> None:
    chart = charts.trend([FEW, Point("Aug", 10, 0, 20), FEW])

    assert chart.runs == [Run(band="233.0,14.0 239.0,14.0 239.0,166.0 233.0,166.0", line="236.0,90.0")]
    assert [label.anchor for label in chart.gap_labels] == ["start", "end"]


def test_nothing_but_gaps_draws_no_line_and_nothing_at_all_draws_nothing() -> None:
    gaps, nothing = charts.trend([FEW, FEW]), charts.trend([])

    assert (gaps.runs, gaps.dots, gaps.last, len(gaps.gaps)) == ([], [], None, 2)
    assert (nothing.runs, nothing.gaps, nothing.labels) == ([], [], [])


@pytest.mark.parametrize(("months", "labels"), [(1, 1), (12, 12), (13, 7), (24, 12), (120, 12)])
def test_labels_are_never_more_than_can_be_read_and_the_last_is_there(months: int, labels: int) -> None:
    chart = charts.trend([Point(str(month), 10, 0, 20) for month in range(months)])

    assert len(chart.labels) == labels
    assert (chart.labels[-1].text, chart.labels[-1].is_optional) == (str(months - 1), False)


def test_bars_are_as_high_as_their_share_of_the_highest() -> None:
    bars = charts.bars([("det", "0", 5, "5"), ("pro", "10", 10, "10")])

    assert bars == [
        Bar("det", "0", "5", x="4.0", y="85.0", height="55.0", middle="110.0", above="79.0"),
        Bar("pro", "10", "10", x="224.0", y="30.0", height="110.0", middle="330.0", above="24.0"),
    ]
    assert charts.bar_width(2) == "212.0"


def test_bars_of_nothing_have_no_height() -> None:
    assert [bar.height for bar in charts.bars([("det", "0", 0, "0")])] == ["0.0"]
    assert charts.bars([]) == []


def test_ribbons_lie_beside_one_another_and_fill_both_sides() -> None:
    found = charts.flow([("pro", "Promoter"), ("det", "Detractor")], [[3, 1], [0, 4]])

    assert [(block.label, block.count, block.y, block.height) for block in found.left] == [
        ("Promoter", 4, "10.0", "83.0"),
        ("Detractor", 4, "105.0", "83.0"),
    ]
    assert [(block.count, block.y, block.height, block.x) for block in found.right] == [
        (3, "10.0", "62.2", "324.0"),
        (5, "84.2", "103.8", "324.0"),
    ]
    assert [ribbon.look for ribbon in found.ribbons] == ["pro", "pro", "det"]
    assert (
        found.ribbons[1].line == "M116.0 72.2C220.0 72.2 220.0 84.2 324.0 84.2V105.0C220.0 105.0 220.0 93.0 116.0 93.0Z"
    )


def test_flow_of_nobody_has_no_ribbon() -> None:
    assert charts.flow([("pro", "Promoter"), ("det", "Detractor")], [[0, 0], [0, 0]]).ribbons == []
