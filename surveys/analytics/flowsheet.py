"""The flow between bands as rows: what the page shows and the table carries, rounded once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from surveys import scoring
from surveys.analytics.flow import BANDS, Estimate, Flow
from surveys.analytics.reports import FEWEST
from surveys.importing.errorfile import harmless
from surveys.scoring import Share

HEADER = ("part", "item", "value", "low_95", "high_95", "n", "note")


@dataclass(frozen=True)
class Line:
    """One figure: a share in percent or a change in points, with its interval and its base. Of few people it has the
    base alone."""

    key: str
    label: str
    is_change: bool
    n: int
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_few(self) -> bool:
        return self.value is None


def figures(found: Flow) -> list[Line]:
    """Everything that is said about the flow."""
    return [
        _share("recovery", _("Detractors who recovered"), found.recovery),
        _share("full_recovery", _("Detractors who became promoters"), found.full_recovery),
        _share("conversion", _("Passives who became promoters"), found.conversion),
        _share("retention", _("Promoters who stayed promoters"), found.retention),
        _share("slippage", _("Promoters who slipped"), found.slippage),
        _change("matched", _("Change of NPS, the same people"), found.matched_change),
        _change("mix", _("Change because others answered"), found.mix_effect),
        _change("total", _("Change of NPS, everybody"), found.total_change),
    ]


def _share(key: str, label: str, share: Share) -> Line:
    interval = share.interval()
    if share.is_few or interval is None:
        return Line(key, label, is_change=False, n=share.whole)
    return Line(key, label, False, share.whole, share.percent, *map(_rounded, interval))


def _change(key: str, label: str, change: Estimate | None) -> Line:
    if change is None or change.is_few:
        return Line(key, label, is_change=True, n=change.n if change else 0)
    return Line(key, label, True, change.n, _rounded(change.value), *map(_rounded, change.interval))


def _rounded(value: float) -> Decimal:
    return scoring.rounded(Fraction(value), 1)


def lines(found: Flow, about: list[tuple[str, str]]) -> Iterator[list[str]]:
    """The header and everything below it; `about` says what was compared. What people typed cannot run as a formula."""
    yield list(HEADER)
    for item, name in about:
        yield ["about", harmless(item), "", "", "", "", harmless(name)]
    if found.is_hidden:
        note = _("fewer than %(fewest)s answers: not shown, so that nobody is recognised") % {"fewest": FEWEST}
        yield ["flow", "", "", "", "", "", note]
        return
    for was in BANDS:
        for became in BANDS:
            yield ["moved", f"{was.value} > {became.value}", "", "", "", str(found.of(was, became)), ""]
    for part, counts in (("not asked again", found.lost), ("no answer", found.silent), ("new", found.new)):
        for band in BANDS:
            yield [part, band.value, "", "", "", str(counts.get(band, 0)), ""]
    for line in figures(found):
        few = _("too few to say, %(n)s of %(needed)s") % {"n": line.n, "needed": scoring.FEW}
        ends = ["" if value is None else str(value) for value in (line.value, line.low, line.high)]
        yield ["change" if line.is_change else "share", line.key, *ends, str(line.n), few if line.is_few else ""]
