from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.enums import Band
from surveys.scoring import Counts, Interval, Share, band, difference, rounded, share_difference, signed

a_score = st.integers(0, 10)
any_counts = st.builds(Counts, *[st.integers(0, 10**6)] * 3)
some_counts = any_counts.filter(lambda counts: counts.n > 0)
a_confidence = st.floats(0.5, 0.999)
a_method = st.sampled_from(["adjusted_wald", "wald"])


def mirrored(counts: Counts) -> Counts:
    return Counts(counts.detractors, counts.passives, counts.promoters)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        *[(score, Band.DETRACTOR) for score in range(7)],
        *[(score, Band.PASSIVE) for score in (7, 8)],
        *[(score, Band.PROMOTER) for score in (9, 10)],
    ],
)
def test_band_of_each_score(score: int, expected: Band) -> None:
    assert band(score) is expected


@pytest.mark.parametrize(
    "score",
    [-1, 11, 10**9, 5.5, 9.0, math.nan, "9", "05", "٧", "", b"9", None, True, False, [9], Decimal(9), Fraction(9)],
)
def test_band_refuses_what_is_no_score(score: Any) -> None:
    with pytest.raises(ValueError, match=r"^A score is an integer from 0 to 10\.$"):
        band(score)


def test_counts_of_scores_counts_each_band() -> None:
    assert Counts.of(range(11)) == Counts(promoters=2, passives=2, detractors=7)
    alike = [Counts.alike(Band.PROMOTER, 2), Counts.alike(Band.PASSIVE, 2), Counts.alike(Band.DETRACTOR, 7)]
    assert sum(alike, Counts()) == Counts.of(range(11))


def test_counts_of_scores_refuses_a_missing_score() -> None:
    scores: list[Any] = [9, None, 3]

    with pytest.raises(ValueError, match="A score"):
        Counts.of(scores)


@pytest.mark.parametrize("name", ["promoters", "passives", "detractors"])
@pytest.mark.parametrize("value", [-1, 1.0, True, None, "1"])
def test_counts_refuse_what_is_no_count(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^A count is an integer of 0 or more\.$"):
        Counts(**{name: value})


def test_counts_cannot_be_changed() -> None:
    counts: Any = Counts(1, 2, 3)

    with pytest.raises(FrozenInstanceError):
        counts.promoters = 9


def test_counts_add_up() -> None:
    several = [Counts(1, 2, 3), Counts(10, 20, 30)]

    assert sum(several, Counts()) == Counts(11, 22, 33)


def test_counts_do_not_add_to_numbers() -> None:
    counts: Any = Counts(1, 2, 3)

    with pytest.raises(TypeError):
        counts + 1


def test_no_answers_have_no_figures() -> None:
    nobody = Counts()

    assert nobody.n == 0
    assert nobody.nps is None
    assert nobody.display is None
    assert nobody.variance is None
    assert nobody.margin() is None
    assert nobody.interval() is None
    assert nobody.interval(method="wald") is None


@pytest.mark.parametrize(
    ("counts", "nps", "display"),
    [
        pytest.param(Counts(10, 5, 5), 25, 25, id="vector 1"),
        pytest.param(Counts.of([0, 7, 7, 9, 9, 9]), Fraction(100, 3), 33, id="vector 2"),
        pytest.param(Counts.of([1, 9]), 0, 0, id="vector 3"),
        pytest.param(Counts.of([0]), -100, -100, id="vector 4, detractor"),
        pytest.param(Counts.of([7]), 0, 0, id="vector 4, passive"),
        pytest.param(Counts.of([10]), 100, 100, id="vector 4, promoter"),
        pytest.param(Counts(291, 476, 395), Fraction(-5200, 581), -9, id="vector 5"),
        pytest.param(Counts(50, 20, 30), 20, 20, id="vector 6"),
        pytest.param(Counts(120, 45, 30), Fraction(600, 13), 46, id="vector 7"),
        pytest.param(Counts(600, 200, 200), 40, 40, id="vector 8"),
        pytest.param(Counts(40, 10, 50), -10, -10, id="vector 9"),
        pytest.param(Counts(7, 1, 0), Fraction(175, 2), 88, id="vector 10, up"),
        pytest.param(Counts(2, 1, 5), Fraction(-75, 2), -38, id="vector 10, down"),
        pytest.param(Counts(5, 0, 0), 100, 100, id="vector 11"),
        pytest.param(Counts.of([10, 9, 6, 8, 3, 10, 10, 9]), Fraction(75, 2), 38, id="vector 13, by responses"),
        pytest.param(Counts(20, 10, 10), 25, 25, id="vector 14, before"),
        pytest.param(Counts(23, 11, 6), Fraction(85, 2), 43, id="vector 14, after"),
    ],
)
def test_nps_is_exact_and_rounded_once(counts: Counts, nps: Fraction | int, display: int) -> None:
    assert (counts.nps, counts.display) == (nps, display)
    assert isinstance(counts.nps, Fraction)
    assert isinstance(counts.display, int)


@pytest.mark.parametrize(
    ("scores", "variance", "standard_error"),
    [
        pytest.param([0, 7, 7, 9, 9, 9], Fraction(5, 9), 0.304, id="vector 2"),
        pytest.param([1, 9], Fraction(1), 0.707, id="vector 3"),
        pytest.param([0], Fraction(0), 0, id="vector 4, detractor"),
        pytest.param([7], Fraction(0), 0, id="vector 4, passive"),
        pytest.param([10], Fraction(0), 0, id="vector 4, promoter"),
    ],
)
def test_variance_is_that_of_one_answer(scores: list[int], variance: Fraction, standard_error: float) -> None:
    counts = Counts.of(scores)

    assert counts.variance == variance
    assert round(math.sqrt(variance / counts.n), 3) == standard_error


@pytest.mark.parametrize(
    ("counts", "wald", "adjusted", "low", "high"),
    [
        pytest.param(Counts(291, 476, 395), 4.39, 4.38, -13.31, -4.55, id="vector 5"),
        pytest.param(Counts(50, 20, 30), 17.09, 16.76, 2.65, 36.18, id="vector 6"),
    ],
)
def test_margin_and_interval(counts: Counts, wald: float, adjusted: float, low: float, high: float) -> None:
    margin, adjusted_margin, interval = counts.margin(), counts.margin(method="adjusted_wald"), counts.interval()

    assert margin == pytest.approx(wald, abs=0.005)
    assert adjusted_margin == pytest.approx(adjusted, abs=0.005)
    assert interval == pytest.approx((low, high), abs=0.005)


def test_interval_of_promoters_only_is_clipped() -> None:
    counts = Counts(5, 0, 0)

    interval = counts.interval()

    assert counts.margin() == 0
    assert counts.interval(method="wald") == Interval(100, 100)
    assert interval is not None
    assert interval.low == pytest.approx(17.49, abs=0.005)
    assert interval.high == 100


def test_wald_interval_lies_evenly_around_the_score() -> None:
    counts = Counts(50, 20, 30)

    assert counts.interval(method="wald") == pytest.approx((2.91, 37.09), abs=0.005)


def test_confidence_chooses_the_normal_quantile() -> None:
    counts = Counts(50, 20, 30)
    variance = counts.variance
    assert variance is not None
    standard_error = 100 * math.sqrt(variance / counts.n)

    assert counts.margin(0.95) == pytest.approx(1.959964 * standard_error, rel=1e-6)
    assert counts.margin(0.90) == pytest.approx(1.644854 * standard_error, rel=1e-6)


@pytest.mark.parametrize("counts", [Counts(), Counts(50, 20, 30)])
@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95, math.nan])
def test_confidence_out_of_range_is_refused(counts: Counts, confidence: float) -> None:
    with pytest.raises(ValueError, match="A confidence lies between 0 and 1"):
        counts.interval(confidence)


@pytest.mark.parametrize("counts", [Counts(), Counts(50, 20, 30)])
def test_unknown_method_is_refused(counts: Counts) -> None:
    method: Any = "guess"

    with pytest.raises(ValueError, match=r"^Unknown method 'guess': it is one of adjusted_wald, wald\.$"):
        counts.interval(method=method)


def test_difference_of_two_groups() -> None:
    found = difference(Counts(50, 20, 30), Counts(40, 10, 50))

    assert found is not None
    assert found.delta == pytest.approx(29.13, abs=0.005)
    assert found.se == pytest.approx(12.59, abs=0.005)
    assert found.z == pytest.approx(2.31, abs=0.005)
    assert found.p == pytest.approx(0.0207, abs=0.00005)
    assert (found.low, found.high) == pytest.approx((4.45, 53.80), abs=0.005)
    assert found.significant is True


def test_difference_of_equal_groups_is_not_significant() -> None:
    found = difference(Counts(50, 20, 30), Counts(50, 20, 30))

    assert found is not None
    assert (found.delta, found.z, found.p, found.significant) == (0, 0, 1, False)


@pytest.mark.parametrize(("few", "verdict"), [(29, None), (30, True)])
def test_difference_has_no_verdict_below_thirty_answers(few: int, verdict: bool | None) -> None:
    small, large = Counts(few, 0, 0), Counts(0, 0, 1000)

    one_way, other_way = difference(small, large), difference(large, small)

    assert one_way is not None
    assert other_way is not None
    assert one_way.p < 0.05
    assert (one_way.significant, other_way.significant) == (verdict, verdict)
    assert small.is_few is (verdict is None)


@pytest.mark.parametrize(("a", "b"), [(Counts(), Counts(1, 1, 1)), (Counts(1, 1, 1), Counts()), (Counts(), Counts())])
def test_difference_needs_answers_on_both_sides(a: Counts, b: Counts) -> None:
    assert difference(a, b) is None


def test_difference_keeps_a_tiny_p_value() -> None:
    found = difference(Counts(10**6, 0, 0), Counts(5 * 10**5, 0, 5 * 10**5))

    assert found is not None
    assert found.z > 30
    assert 0 <= found.p < 1e-100


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (Fraction(175, 2), 0, "88"),
        (Fraction(-75, 2), 0, "-38"),
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(-49, 100), 0, "0"),
        (Fraction(600, 13), 1, "46.2"),
        (Fraction(-1, 20), 1, "-0.1"),
        (Fraction(-1, 100), 1, "0.0"),
        (Fraction(40), 1, "40.0"),
    ],
)
def test_rounding_is_half_away_from_zero(value: Fraction, digits: int, expected: str) -> None:
    assert str(rounded(value, digits)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (40, "+40"),
        (0, "0"),
        (-9, "\N{MINUS SIGN}9"),
        (None, "\N{EN DASH}"),
        (-100, "\N{MINUS SIGN}100"),
        (Decimal("46.2"), "+46.2"),
        (Decimal("-0.1"), "\N{MINUS SIGN}0.1"),
        (Decimal("0.0"), "0.0"),
    ],
)
def test_signed_shows_the_sign(value: int | Decimal | None, expected: str) -> None:
    assert signed(value) == expected


@given(st.lists(a_score, max_size=50))
def test_counting_is_independent_of_order_and_of_parts(scores: list[int]) -> None:
    half = len(scores) // 2

    assert Counts.of(reversed(scores)) == Counts.of(scores)
    assert Counts.of(scores[:half]) + Counts.of(scores[half:]) == Counts.of(scores)
    assert Counts.of(scores).n == len(scores)


@given(some_counts, a_confidence, a_method)
def test_figures_stay_in_bounds(counts: Counts, confidence: float, method: Any) -> None:
    interval, margin = counts.interval(confidence, method), counts.margin(confidence, method)

    assert counts.nps is not None
    assert counts.display is not None
    assert counts.variance is not None
    assert interval is not None
    assert margin is not None
    assert -100 <= counts.nps <= 100
    assert abs(counts.display - counts.nps) <= Fraction(1, 2)
    assert 0 <= counts.variance <= 1
    assert margin >= 0
    assert -100 <= interval.low <= interval.high <= 100


@given(some_counts, a_confidence, a_method)
def test_swapping_promoters_and_detractors_mirrors_everything(counts: Counts, confidence: float, method: Any) -> None:
    swapped = mirrored(counts)

    interval, mirror = counts.interval(confidence, method), swapped.interval(confidence, method)

    assert interval is not None
    assert mirror is not None
    assert counts.nps is not None
    assert counts.display is not None
    assert (swapped.nps, swapped.display, swapped.variance) == (-counts.nps, -counts.display, counts.variance)
    assert (-mirror.high, -mirror.low) == pytest.approx(interval)


@given(some_counts)
def test_one_more_answer_moves_the_score_its_way(counts: Counts) -> None:
    before = counts.nps
    better, worse = (counts + Counts.of([9])).nps, (counts + Counts.of([6])).nps

    assert before is not None
    assert better is not None
    assert worse is not None
    assert worse <= before <= better
    assert worse < better


@given(some_counts, st.integers(2, 50), a_method)
def test_more_of_the_same_answers_narrow_the_interval(counts: Counts, times: int, method: Any) -> None:
    more = Counts(times * counts.promoters, times * counts.passives, times * counts.detractors)

    margin, narrower = counts.margin(method=method), more.margin(method=method)

    assert margin is not None
    assert narrower is not None
    assert more.nps == counts.nps
    assert narrower <= margin


@given(some_counts, a_confidence, a_method)
def test_more_confidence_widens_the_interval(counts: Counts, confidence: float, method: Any) -> None:
    narrow, wide = counts.interval(confidence, method), counts.interval((1 + confidence) / 2, method)

    assert narrow is not None
    assert wide is not None
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@given(some_counts)
def test_wald_interval_holds_the_score(counts: Counts) -> None:
    interval = counts.interval(method="wald")

    assert interval is not None
    assert counts.nps is not None
    assert interval.low - 1e-9 <= counts.nps <= interval.high + 1e-9


@given(some_counts, some_counts)
def test_difference_turns_around_with_its_sides(a: Counts, b: Counts) -> None:
    there, back = difference(a, b), difference(b, a)

    assert there is not None
    assert back is not None
    assert (back.delta, back.z) == (-there.delta, -there.z)
    assert (back.se, back.p, back.significant) == (there.se, there.p, there.significant)
    assert (-back.high, -back.low) == (there.low, there.high)


@given(some_counts, some_counts)
def test_difference_agrees_with_itself(a: Counts, b: Counts) -> None:
    found = difference(a, b)

    assert found is not None
    assert -200 <= found.low <= found.delta <= found.high <= 200
    assert found.se > 0
    assert found.p == pytest.approx(2 * NormalDist().cdf(-abs(found.z)), abs=1e-9)
    # 0 lies outside the 95 % interval exactly where p is below 5 %.
    assert (found.p < 0.05) is not (found.low <= 0 <= found.high)


# -------------------------------------------------------------------------------------------------------------- shares


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18), (20, 20, 83.89, 100)],
)
def test_interval_of_a_share_is_that_of_wilson(part: int, whole: int, low: float, high: float) -> None:
    """The first four are the examples of Newcombe (Statistics in Medicine 17, 1998, 857-872)."""
    interval = Share(part, whole).interval()

    assert interval is not None
    assert (round(interval.low, 2), round(interval.high, 2)) == (low, high)


@pytest.mark.parametrize(
    ("a", "b", "low", "high", "significant"),
    [
        (Share(56, 70), Share(48, 80), 5.24, 33.39, True),
        (Share(9, 10), Share(3, 10), 17.05, 80.90, None),
        (Share(10, 10), Share(0, 20), 67.91, 100, None),
        (Share(5, 56), Share(0, 29), -3.81, 19.26, None),
        (Share(20, 40), Share(18, 40), -16.19, 25.58, False),
    ],
)
def test_difference_of_shares_is_that_of_newcombe(
    a: Share, b: Share, low: float, high: float, significant: bool | None
) -> None:
    """The first four are the examples of Newcombe (Statistics in Medicine 17, 1998, 873-890), method 10."""
    found = share_difference(a, b)

    assert found is not None
    assert (round(found.low, 2), round(found.high, 2), found.significant) == (low, high, significant)


def test_share_of_nothing_has_no_value() -> None:
    nothing = Share()

    assert (nothing.percent, nothing.interval(), share_difference(nothing, Share(1, 2))) == (None, None, None)


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3)])
def test_part_is_never_more_than_the_whole(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="A part is 0 or more"):
        Share(part, whole)
