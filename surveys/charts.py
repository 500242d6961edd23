"""Where the lines and bars of a chart lie: pure geometry. Templates draw it and compute nothing.

Coordinates are texts, so that no language writes them with a comma. Time runs from left to right in every language.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH, TREND_HEIGHT, BARS_HEIGHT = 440, 200, 170
LEFT, RIGHT, TOP, BOTTOM = 44.0, 428.0, 14.0, 166.0
# More lines than this would be read as a pattern.
MOST_LINES, STEPS = 6, (10, 20, 50)
MOST_LABELS = 12
BASE_LINE, TALLEST = 140.0, 110.0
# Where the bands of a flow stand, how wide they are, and how much room lies between them.
FLOW_LEFT, FLOW_RIGHT, FLOW_TOP, FLOW_TALL, FLOW_WIDE, FLOW_GAP = 116.0, 324.0, 10.0, 166.0, 12.0, 12.0
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Point:
    """One place in time; without a value it is a gap that no line crosses."""

    label: str
    value: float | None = None
    low: float = 0
    high: float = 0
    shown: str = ""


@dataclass(frozen=True)
class Mark:
    """A text, or the end of a line, at a place."""

    x: str
    y: str
    text: str = ""
    anchor: str = "middle"
    is_zero: bool = False
    is_optional: bool = False


@dataclass(frozen=True)
class Run:
    """Points without a gap between them."""

    band: str
    line: str


@dataclass(frozen=True)
class Trend:
    grid: list[Mark]
    gaps: list[str]
    gap_labels: list[Mark]
    runs: list[Run]
    dots: list[Mark]
    labels: list[Mark]
    last: Mark | None


@dataclass(frozen=True)
class Bar:
    look: str
    label: str
    count: str
    x: str
    y: str
    height: str
    middle: str
    above: str


@dataclass(frozen=True)
class Block:
    """A band on one side of a flow: where its bar stands, and where its name and its count are written."""

    look: str
    label: str
    x: str
    y: str
    height: str
    middle: str
    count: int


@dataclass(frozen=True)
class Ribbon:
    look: str
    line: str


@dataclass(frozen=True)
class Streams:
    left: list[Block]
    right: list[Block]
    ribbons: list[Ribbon]


def flow(bands: Sequence[tuple[str, str]], moved: Sequence[Sequence[int]]) -> Streams:
    """How many go from each band on the left, a row, to each on the right, a column; both in the order of `bands`, of
    which each has its look and its label."""
    total = sum(map(sum, moved)) or 1
    scale = FLOW_TALL / total
    rows, columns = [sum(row) for row in moved], [sum(column) for column in zip(*moved, strict=True)]
    tops_left, tops_right = _tops(rows, scale), _tops(columns, scale)
    from_y, to_y = list(tops_left), list(tops_right)
    ribbons = []
    for row, (look, _label) in enumerate(bands):
        for column, count in enumerate(moved[row]):
            height = count * scale
            if count:
                ribbons.append(Ribbon(look, _ribbon(from_y[row], to_y[column], height)))
            from_y[row] += height
            to_y[column] += height
    return Streams(
        left=_blocks(bands, rows, tops_left, scale, x=FLOW_LEFT - FLOW_WIDE),
        right=_blocks(bands, columns, tops_right, scale, x=FLOW_RIGHT),
        ribbons=ribbons,
    )


def _tops(counts: Sequence[int], scale: float) -> list[float]:
    tops, y = [], FLOW_TOP
    for count in counts:
        tops.append(y)
        y += count * scale + FLOW_GAP
    return tops


def _blocks(
    bands: Sequence[tuple[str, str]], counts: Sequence[int], tops: Sequence[float], scale: float, *, x: float
) -> list[Block]:
    return [
        Block(look, label, _text(x), _text(top), _text(count * scale), _text(top + count * scale / 2 + 4), count)
        for (look, label), count, top in zip(bands, counts, tops, strict=True)
    ]


def _ribbon(left: float, right: float, height: float) -> str:
    middle = _text((FLOW_LEFT + FLOW_RIGHT) / 2)
    start, end = _text(FLOW_LEFT), _text(FLOW_RIGHT)
    a, b, c, d = (_text(y) for y in (left, right, right + height, left + height))
    return f"M{start} {a}C{middle} {a} {middle} {b} {end} {b}V{c}C{middle} {c} {middle} {d} {start} {d}Z"


def trend(points: Sequence[Point]) -> Trend:
    """The interval as a band, the values as a line with dots, and a mark where there are too few answers."""
    low, high, step = _scale(points)
    xs = [_x(place, len(points)) for place in range(len(points))]

    def y(value: float) -> float:
        return BOTTOM - (value - low) * (BOTTOM - TOP) / (high - low)

    dots = [
        Mark(_text(x), _text(y(point.value)), point.shown)
        for x, point in zip(xs, points, strict=True)
        if point.value is not None
    ]
    lines = range(low, high + 1, step)
    return Trend(
        grid=[Mark("", _text(y(value)), _signed(value), is_zero=value == 0) for value in lines],
        gaps=[_text(x) for x, point in zip(xs, points, strict=True) if point.value is None],
        gap_labels=[_at_gap(xs[first], xs[last]) for first, last in _stretches(points, has_value=False)],
        runs=[
            Run(
                band=_band([(xs[at], y(points[at].low), y(points[at].high)) for at in range(first, last + 1)]),
                line=" ".join(f"{_text(xs[at])},{_text(y(points[at].value or 0))}" for at in range(first, last + 1)),
            )
            for first, last in _stretches(points, has_value=True)
        ],
        dots=dots,
        labels=list(_labels(points, xs)),
        last=_beside(dots) if dots else None,
    )


def bars(counts: Sequence[tuple[str, str, int, str]]) -> list[Bar]:
    """A bar for each look, label, count and the count as it is written."""
    most = max((count for _look, _label, count, _shown in counts), default=0) or 1
    width = WIDTH / max(len(counts), 1)
    found = []
    for place, (look, label, count, shown) in enumerate(counts):
        height = TALLEST * count / most
        x, y = place * width + 4, BASE_LINE - height
        found.append(
            Bar(
                look=look,
                label=label,
                count=shown,
                x=_text(x),
                y=_text(y),
                height=_text(height),
                middle=_text(x + (width - 8) / 2),
                above=_text(y - 6),
            )
        )
    return found


def bar_width(number: int) -> str:
    return _text(WIDTH / max(number, 1) - 8)


def _scale(points: Sequence[Point]) -> tuple[int, int, int]:
    """Ends and distance of the lines: from the data, and always with 0."""
    known = [point for point in points if point.value is not None]
    low = min([0.0, *(min(point.low, point.value or 0) for point in known)])
    high = max([0.0, *(max(point.high, point.value or 0) for point in known)])
    for step in STEPS:
        bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
        if (top - bottom) // step < MOST_LINES:
            break
    return bottom, top if top > bottom else bottom + step, step


def _x(place: int, number: int) -> float:
    return LEFT + place * (RIGHT - LEFT) / (number - 1) if number > 1 else (LEFT + RIGHT) / 2


def _stretches(points: Sequence[Point], *, has_value: bool) -> Iterator[tuple[int, int]]:
    """First and last place of each row of points that all have a value, or all have none."""
    for found, places in groupby(range(len(points)), key=lambda place: points[place].value is not None):
        row = list(places)
        if found == has_value:
            yield row[0], row[-1]


def _band(sides: Sequence[tuple[float, float, float]]) -> str:
    if len(sides) == 1:  # alone it would have no width
        ((x, low, high),) = sides
        sides = [(x - 3, low, high), (x + 3, low, high)]
    upper = [f"{_text(x)},{_text(high)}" for x, _low, high in sides]
    lower = [f"{_text(x)},{_text(low)}" for x, low, _high in reversed(sides)]
    return " ".join([*upper, *lower])


def _at_gap(first: float, last: float) -> Mark:
    """Words in the middle of a gap, and inside the picture."""
    x = (first + last) / 2
    anchor = "end" if x > RIGHT - 20 else "start" if x < LEFT + 20 else "middle"
    return Mark(_text(x), _text(TOP + 10), anchor=anchor, is_optional=True)


def _labels(points: Sequence[Point], xs: Sequence[float]) -> Iterator[Mark]:
    """As many as can be read, counted from the last; a phone shows every third of them."""
    every = max(math.ceil(len(points) / MOST_LABELS), 1)
    last = len(points) - 1
    for place in range(last % every, len(points), every):
        is_last = place == last and last > 0
        yield Mark(
            x=_text(WIDTH if is_last else xs[place]),
            y=_text(BOTTOM + 20),
            text=points[place].label,
            anchor="end" if is_last else "middle",
            is_optional=(last - place) // every % 3 != 0,
        )


def _beside(dots: Sequence[Mark]) -> Mark:
    """The last value on the side of its dot that the line does not come from, and inside the picture."""
    dot, y = dots[-1], float(dots[-1].y)
    is_falling = len(dots) > 1 and float(dots[-2].y) < y
    is_below = y < TOP + 12 or (is_falling and y < BOTTOM - 22)
    near_edge = float(dot.x) > RIGHT - 30
    return Mark(dot.x, _text(y + 18 if is_below else y - 9), dot.text, "end" if near_edge else "middle")


def _signed(value: int) -> str:
    return f"+{value}" if value > 0 else f"{_MINUS}{-value}" if value < 0 else "0"


def _text(number: float) -> str:
    return f"{number:.1f}"
