"""Band, NPS and its uncertainty: pure functions on numbers.

NPS figures, margins and intervals are points from -100 to 100. Counts stay exact (`Fraction`) until a standard error
needs a square root, and a figure is rounded once, when it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Literal, NamedTuple

from surveys.enums import Band

Method = Literal["adjusted_wald", "wald"]

# Fewer answers than this carry no headline score and no verdict on a difference.
FEW = 30
SIGNIFICANCE = 0.05
# Added to promoters and to detractors, and twice to passives: 3 imagined answers in all for the adjusted interval.
_PSEUDO_COUNT: Mapping[Method, Fraction] = {"adjusted_wald": Fraction(3, 4), "wald": Fraction(0)}
_MINUS = "\N{MINUS SIGN}"
_NO_VALUE = "\N{EN DASH}"


def band(score: int) -> Band:
    """Return the band of one score: detractor 0-6, passive 7-8, promoter 9-10.

    Raises ValueError for anything but an integer from 0 to 10; True, 9.0 and "9" are refused too.
    """
    if type(score) is not int or not 0 <= score <= 10:
        raise ValueError("A score is an integer from 0 to 10.")
    if score >= 9:
        return Band.PROMOTER
    return Band.PASSIVE if score >= 7 else Band.DETRACTOR


class Interval(NamedTuple):
    """A confidence interval in points."""

    low: float
    high: float


class _Estimate(NamedTuple):
    """The net share, promoters less detractors from -1 to 1, with its variances."""

    net: Fraction
    variance: Fraction
    variance_of_mean: Fraction


@dataclass(frozen=True, slots=True)
class Counts:
    """How many answers fell into each band. Counts add up: `sum(several, Counts())`.

    Every figure is None where there are no answers: no answers is not a score of 0.
    Raises ValueError for a count that is negative or not an integer.
    """

    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    def __post_init__(self) -> None:
        for count in (self.promoters, self.passives, self.detractors):
            if type(count) is not int or count < 0:
                raise ValueError("A count is an integer of 0 or more.")

    @classmethod
    def of(cls, scores: Iterable[int]) -> Counts:
        """Count scores from 0 to 10. Raises ValueError as `band()` does: a missing score is no answer, leave it out."""
        bands = [band(score) for score in scores]
        return cls(bands.count(Band.PROMOTER), bands.count(Band.PASSIVE), bands.count(Band.DETRACTOR))

    @classmethod
    def alike(cls, band: Band, n: int) -> Counts:
        """So many answers of one band."""
        return cls(n * (band == Band.PROMOTER), n * (band == Band.PASSIVE), n * (band == Band.DETRACTOR))

    def __add__(self, other: object) -> Counts:
        if not isinstance(other, Counts):
            return NotImplemented
        return Counts(
            self.promoters + other.promoters, self.passives + other.passives, self.detractors + other.detractors
        )

    @property
    def n(self) -> int:
        """Answers in all."""
        return self.promoters + self.passives + self.detractors

    @property
    def is_few(self) -> bool:
        """Whether these are too few answers for a headline score."""
        return self.n < FEW

    @property
    def nps(self) -> Fraction | None:
        """The exact score in points: share of promoters less share of detractors."""
        return Fraction(100 * (self.promoters - self.detractors), self.n) if self.n else None

    @property
    def display(self) -> int | None:
        """The score in whole points, half away from zero: 87.5 is 88 and -37.5 is -38."""
        return None if self.nps is None else int(rounded(self.nps))

    @property
    def variance(self) -> Fraction | None:
        """The variance of one answer worth -1, 0 or 1, in its population form (divided by n, not n - 1); 0 to 1.

        Source: variance of the difference of two multinomial proportions, p + d - (p - d)^2.
        """
        return self._estimate("wald").variance if self.n else None

    def margin(self, confidence: float = 0.95, method: Method = "wald") -> float | None:
        """Half the width of the unclipped interval, in points.

        Raises ValueError for a confidence not between 0 and 1 and for an unknown method.
        Source: Wald interval for a difference of multinomial proportions, z * sqrt(variance / n).
        """
        z = _quantile(confidence)
        if method not in _PSEUDO_COUNT:
            raise ValueError(f"Unknown method {method!r}: it is one of {', '.join(_PSEUDO_COUNT)}.")
        return 100 * z * math.sqrt(self._estimate(method).variance_of_mean) if self.n else None

    def interval(self, confidence: float = 0.95, method: Method = "adjusted_wald") -> Interval | None:
        """The confidence interval in points, clipped to -100 and 100.

        The adjusted one is centred on a score drawn towards 0, so it need not lie evenly around `nps`, and with very
        few answers it may leave `nps` out. Raises ValueError as `margin()` does.
        Source: adjusted Wald interval for a difference of multinomial proportions, with 3/4, 3/2 and 3/4
        pseudo-observations (B. Rocks, Interval Estimation for the "Net Promoter Score", The American Statistician 70,
        2016).
        """
        margin = self.margin(confidence, method)
        if margin is None:
            return None
        centre = 100 * float(self._estimate(method).net)
        return Interval(max(centre - margin, -100.0), min(centre + margin, 100.0))

    def _estimate(self, method: Method) -> _Estimate:
        extra = _PSEUDO_COUNT[method]
        n = self.n + 4 * extra
        promoters, detractors = (self.promoters + extra) / n, (self.detractors + extra) / n
        net = promoters - detractors
        variance = promoters + detractors - net**2
        return _Estimate(net, variance, variance / n)


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the score of one group lies above that of another: points, except `z` and `p`.

    All figures are adjusted as the default interval is, so `delta` is not the difference of the headline scores.
    `low` and `high` are the 95 % interval, `p` is two-sided.
    `significant` is None where either group has too few answers for a verdict.
    """

    delta: float
    se: float
    z: float
    p: float
    low: float
    high: float
    significant: bool | None


def difference(a: Counts, b: Counts) -> Difference | None:
    """Compare two independent groups or periods: a less b. None where either has no answers.

    Not for the same people asked twice (that takes paired shifts), nor, uncorrected, for many pairs at once.
    Source: two-sample z test on adjusted Wald estimates of differences of multinomial proportions.
    """
    if not (a.n and b.n):
        return None
    first, second = a._estimate("adjusted_wald"), b._estimate("adjusted_wald")
    delta = 100 * float(first.net - second.net)
    se = 100 * math.sqrt(first.variance_of_mean + second.variance_of_mean)
    z = delta / se
    # The error function keeps its digits far out, where 1 - cdf(z) would be 0.
    p = math.erfc(abs(z) / math.sqrt(2))
    margin = _quantile(1 - SIGNIFICANCE) * se
    return Difference(
        delta=delta,
        se=se,
        z=z,
        p=p,
        low=delta - margin,
        high=delta + margin,
        significant=None if a.is_few or b.is_few else p < SIGNIFICANCE,
    )


@dataclass(frozen=True, slots=True)
class Share:
    """So many of a whole. Every figure is None where the whole is empty: that is no share of 0.

    Raises ValueError for a part that is negative or more than the whole.
    """

    part: int = 0
    whole: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError("A part is 0 or more, and at most the whole.")

    @property
    def is_few(self) -> bool:
        """Whether these are too few for a share."""
        return self.whole < FEW

    @property
    def percent(self) -> Decimal | None:
        """To one decimal."""
        return rounded(Fraction(100 * self.part, self.whole), 1) if self.whole else None

    def interval(self, confidence: float = 0.95) -> Interval | None:
        """The confidence interval in percent.

        Source: score interval of E. B. Wilson (Journal of the American Statistical Association 22, 1927).
        """
        z = _quantile(confidence)
        if not self.whole:
            return None
        n, p = self.whole, self.part / self.whole
        centre, spread = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
        low, high = (100 * (centre + side * spread) / (1 + z**2 / n) for side in (-1, 1))
        return Interval(max(low, 0.0), min(high, 100.0))


@dataclass(frozen=True, slots=True)
class ShareDifference:
    """How many points the share of one group lies above that of another, with its 95 % interval.

    `significant` is None where either group is too small for a verdict.
    """

    delta: float
    low: float
    high: float
    significant: bool | None


def share_difference(a: Share, b: Share) -> ShareDifference | None:
    """Compare two independent groups: a less b. None where either is empty.

    Source: method 10 of R. G. Newcombe (Statistics in Medicine 17, 1998), from the two Wilson intervals.
    """
    first, second = a.interval(), b.interval()
    if first is None or second is None:
        return None
    p, q = 100 * a.part / a.whole, 100 * b.part / b.whole
    low = p - q - math.hypot(p - first.low, second.high - q)
    high = p - q + math.hypot(first.high - p, q - second.low)
    verdict = None if a.is_few or b.is_few else not low <= 0 <= high
    return ShareDifference(delta=p - q, low=low, high=high, significant=verdict)


def rounded(value: Fraction, digits: int = 0) -> Decimal:
    """Round to so many decimal digits, half away from zero: 87.5 is 88 and -37.5 is -38."""
    steps = math.floor(abs(value) * 10**digits + Fraction(1, 2))
    return Decimal(steps if value > 0 else -steps).scaleb(-digits)


def signed(value: int | Decimal | None) -> str:
    """Show a rounded score with its sign: "+40", "0", "−9" with a real minus sign, "–" where there is none."""
    if value is None:
        return _NO_VALUE
    sign = "+" if value > 0 else _MINUS if value < 0 else ""
    return f"{sign}{abs(value)}"


def _quantile(confidence: float) -> float:
    """Return z such that a standard normal value lies within -z and z with this probability."""
    if not 0 < confidence < 1:
        raise ValueError("A confidence lies between 0 and 1, both excluded.")
    return NormalDist().inv_cdf((1 + confidence) / 2)
