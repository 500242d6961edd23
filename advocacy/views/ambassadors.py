"""The report on ambassadors: what comes of asking promoters, and whether promoters promote. It names nobody."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import ambassadors, trailwords
from advocacy.ambassadors import Report
from advocacy.views.touchpoints import OFFERED
from surveys import scoring
from surveys.analytics import selection
from surveys.analytics.flow import Series
from surveys.analytics.reports import FEWEST
from surveys.analytics.selection import Period, Selection
from surveys.importing.errorfile import harmless
from surveys.scoring import Counts, Share, rounded
from surveys.transitions import record
from surveys.views.reports import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import QueryDict

READ = ["surveys.read_report", "advocacy.view_advocate"]
EXPORT = [*READ, "advocacy.export_ask"]
HEADER = ("part", "item", "n", "count", "share_or_nps", "low_95", "high_95", "amount", "currency", "note")
Cells = dict[str, object]


@require_safe
@permission_required(READ, raise_exception=True)
def report(request: HttpRequest) -> HttpResponse:
    """`?period=` as in the other reports, and `?series=` of which answers."""
    chosen, series = _chosen(request.GET)
    found = ambassadors.of(chosen, series=series)
    context = {
        "found": found,
        "chosen": chosen,
        "series": series,
        "periods": [(each.label, each.value, each == chosen.period) for each in OFFERED],
        "kinds": [(each.label, each.value, each == series) for each in Series],
        "needed": scoring.FEW,
        "fewest": FEWEST,
        "can_export": request.user.has_perms(EXPORT),
        "said_of": [(_("Came by a referral"), found.referred), (_("All others"), found.others)],
    }
    return render(request, "advocacy/ambassadors.html", context)


@require_POST
@permission_required(EXPORT, raise_exception=True)
def export(request: HttpRequest) -> HttpResponse:
    """The numbers of the page as a table; that they left as a file is an event."""
    chosen, series = _chosen(request.POST)
    days = f"{chosen.since.isoformat()}-{chosen.until.isoformat()}"
    headers = {"Content-Disposition": f'attachment; filename="ambassadors-{days}.csv"', "Cache-Control": "no-store"}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    lines = list(_lines(ambassadors.of(chosen, series=series), series))
    csv.writer(response).writerows([HEADER, *([_cell(line.get(column, "")) for column in HEADER] for line in lines)])
    user = cast("User", request.user)
    record(user, went_to=trailwords.EXPORTED, by=user, reason=f"ambassadors {days}: {len(lines)}")
    return response


def _chosen(given: QueryDict) -> tuple[Selection, Series]:
    """What is unknown is the usual."""
    wished, asked_about = given.get("period", ""), given.get("series", "")
    period = Period(wished) if wished in OFFERED else Period.YEAR
    since, until = selection.days_of(period)
    series = Series(asked_about) if asked_about in Series else Series.RELATIONAL
    return Selection(since=since, until=until, period=period), series


# ----------------------------------------------------------------------------------------------------------- the file


def _cell(value: object) -> str:
    return harmless(value) if isinstance(value, str) else "" if value is None else str(value)


def _lines(found: Report, series: Series) -> Iterator[Cells]:
    for step in found.steps:
        held = _("%(n)s held for now") % {"n": step.held} if step.held else ""
        yield {"part": "advocates", "item": str(step.label), "n": step.n, "note": held}
    for row in found.asked:
        yield {"part": "asks", "item": row.kind.value, **_share(row.share), "note": _sent(row.sent, row.share)}
    for key, number in found.stories.items():
        yield {"part": "stories", "item": key, "n": number}
    for key, number in found.studies.items():
        yield {"part": "case studies", "item": key, "n": number}
    for month in found.months:
        item = f"{month.first:%Y-%m}"
        yield {"part": "referrals", "item": item, "n": month.came, "count": month.customers}
        for currency, amount in month.revenue.items():
            yield {
                "part": "revenue",
                "item": item,
                "amount": f"{amount:.2f}",
                "currency": currency,
                "note": _("a year"),
            }
    for cost in found.costs:
        money: Cells = {"item": cost.reason.value, "currency": cost.currency}
        yield {"part": "rewards", **money, "n": cost.outcomes, "count": cost.given, "amount": f"{cost.amount:.2f}"}
        yield {"part": "cost of one", **money, "amount": cost.each}
    yield from _promoting(found)
    for item, counts in (("referred", found.referred), ("others", found.others)):
        yield {"part": f"nps {series.value}", "item": item, **_score(counts)}


def _sent(sent: int, share: Share) -> str:
    said = _("%(n)s sent") % {"n": sent}
    return f"{said}; {_few(share.whole)}" if share.is_few else said


def _few(number: int) -> str:
    return _("too few to say, %(n)s of %(needed)s") % {"n": number, "needed": scoring.FEW}


def _share(share: Share) -> Cells:
    """With its interval; of few their number alone, and of fewer still not how many said yes."""
    if share.whole < FEWEST:
        return {"n": share.whole, "note": _few(share.whole)}
    ends = share.interval()
    if share.is_few or ends is None:
        return {"n": share.whole, "count": share.part, "note": _few(share.whole)}
    low, high = (rounded(Fraction(end), 1) for end in ends)
    return {"n": share.whole, "count": share.part, "share_or_nps": share.percent, "low_95": low, "high_95": high}


def _promoting(found: Report) -> Iterator[Cells]:
    few = _("fewer than %(n)s, or beside such: not shown, so that nobody is recognised") % {"n": FEWEST}
    for row in found.promoting:
        stated: Cells = {"note": few} if row.hides_stated else _share(row.stated)
        yield {"part": "say they recommended us", "item": row.band.value, **stated}
    for row in found.promoting:
        real: Cells = {"note": few} if row.hides_real else _share(row.real)
        yield {"part": "brought somebody by a link", "item": row.band.value, **real}


def _score(counts: Counts) -> Cells:
    ends = counts.interval()
    if counts.n < FEWEST:
        return {"note": _("fewer than %(n)s") % {"n": FEWEST}}
    if counts.is_few or ends is None or counts.nps is None:
        return {"n": counts.n, "note": _few(counts.n)}
    low, high = (rounded(Fraction(end), 1) for end in ends)
    return {"n": counts.n, "share_or_nps": rounded(counts.nps, 1), "low_95": low, "high_95": high}
