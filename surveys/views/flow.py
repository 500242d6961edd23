"""Who moved between the bands: two waves of a campaign, or two periods. It names nobody."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys import charts, scoring
from surveys.analytics import flow as questions
from surveys.analytics import flowsheet
from surveys.analytics.flow import BANDS, Flow, Series
from surveys.analytics.reports import FEWEST
from surveys.analytics.selection import Selection
from surveys.enums import CampaignKind, WaveStatus
from surveys.models import Campaign, Wave
from surveys.reportforms import DAYS, PeriodsForm, WavesForm
from surveys.templatetags.vv import LOOKS
from surveys.views.reports import BYTE_ORDER_MARK, may_read

STARTED = (WaveStatus.SENDING, WaveStatus.PAUSED, WaveStatus.FINISHED)
WAVES, PERIODS = "waves", "periods"
MOST_WAVES = 100
RANKS = {CampaignKind.PERIODIC: 0, CampaignKind.ONCE: 1}
ENDS = ("first", "second")


@dataclass(frozen=True)
class Chosen:
    """What the address asks for: the form, and where nothing was refused the flow with the names of its ends."""

    by: str
    form: WavesForm | PeriodsForm
    found: Flow | None = None
    first: str = ""
    second: str = ""
    about: tuple[tuple[str, str], ...] = ()
    query: str = ""
    others: int = 0


@require_safe
@may_read
def flow(request: HttpRequest) -> HttpResponse:
    """`?by=waves`, the usual one, or `?by=periods`."""
    chosen = _chosen(request)
    context: dict[str, Any] = {"chosen": chosen, "form": chosen.form, "found": chosen.found}
    if chosen.found is not None and not chosen.found.is_hidden:
        context |= _shown(chosen.found)
    return render(request, "surveys/flow.html", {**context, "needed": scoring.FEW, "fewest": FEWEST})


@require_safe
@may_read
def flow_csv(request: HttpRequest) -> HttpResponse:
    """The numbers of the page as a table. What the page would refuse, it says on the page."""
    chosen = _chosen(request)
    if chosen.found is None:
        return redirect(f"{reverse('surveys:flow')}?{request.GET.urlencode()}")
    headers = {"Content-Disposition": 'attachment; filename="flow.csv"'}
    response = HttpResponse(BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=headers)
    csv.writer(response).writerows(flowsheet.lines(chosen.found, list(chosen.about)))
    return response


def _chosen(request: HttpRequest) -> Chosen:
    return _of_periods(request) if request.GET.get("by") == PERIODS else _of_waves(request)


def _of_waves(request: HttpRequest) -> Chosen:
    """Three statements."""
    campaigns = _campaigns_with_waves()
    wished = request.GET.get("campaign", "")
    campaign = int(wished) if wished.isdecimal() and wished.isascii() and len(wished) < 18 else None
    if campaign not in campaigns:
        campaign = next(iter(campaigns), None)
    waves = _waves_of(campaign)
    given = request.GET.dict()
    if not wished or wished == str(campaign):
        given["campaign"] = str(campaign or "")
    own = [given.get(name, "") for name in ENDS]
    if not all(pk in map(str, waves) for pk in own):
        # Those of the campaign that was shown before are not those of this one.
        given |= dict(zip(ENDS, map(str, _usual_pair(list(waves.values()))), strict=False))
    form = WavesForm(given, campaigns, {pk: _day(wave) for pk, wave in waves.items()})
    if len(waves) < 2 or not form.is_valid():
        return Chosen(WAVES, form)
    pair = sorted((waves[form.cleaned_data[name]] for name in ENDS), key=lambda wave: (wave.day, wave.pk))
    names = [_day(wave) for wave in pair]
    return Chosen(
        by=WAVES,
        form=form,
        found=questions.between_waves(*pair),
        first=names[0],
        second=names[1],
        about=(
            (_("Campaign"), campaigns[campaign or 0]),
            (_("Waves"), " / ".join(wave.day.isoformat() for wave in pair)),
        ),
        query=urlencode({"campaign": campaign, "first": pair[0].pk, "second": pair[1].pk}),
    )


def _usual_pair(waves: Sequence[Wave]) -> list[int]:
    """The latest wave, and before it the latest that it could ask the same people as: a throttle lies between."""
    if len(waves) < 2:
        return []
    last, *earlier = waves
    throttle = dt.timedelta(days=last.campaign.throttle_days)
    first = next((wave for wave in earlier if last.day - wave.day >= throttle), earlier[0])
    return [first.pk, last.pk]


def _campaigns_with_waves() -> dict[int, str]:
    """Those with two waves or more: first the periodic ones, whose waves ask the same people, last those that are
    continuous or follow events; among them the one that asked last on top."""
    started = Q(waves__status__in=STARTED)
    rows = Campaign.objects.annotate(number=Count("waves", filter=started), last=Max("waves__day", filter=started))
    found = rows.filter(number__gte=2).order_by("-last", "-pk").only("name", "kind")
    return {row.pk: row.name for row in sorted(found, key=lambda row: RANKS.get(CampaignKind(row.kind), 2))}


def _waves_of(campaign: int | None) -> dict[int, Wave]:
    """The latest first."""
    rows = Wave.objects.filter(campaign=campaign, status__in=STARTED).select_related("campaign").order_by("-day", "-pk")
    return {wave.pk: wave for wave in rows[:MOST_WAVES]}


def _day(wave: Wave) -> str:
    return date_format(wave.day, "j M Y")


def _of_periods(request: HttpRequest) -> Chosen:
    """Three statements."""
    campaigns = dict(Campaign.objects.values_list("pk", "name"))
    form = PeriodsForm(request.GET, campaigns)
    periods = form.periods
    if periods is None:
        return Chosen(PERIODS, form)
    shown = {"series": Series.RELATIONAL, **request.GET.dict(), **_days_of(periods)}
    series = Series(form.cleaned_data["series"] or Series.RELATIONAL)
    campaign = periods[0].campaign
    days = _days_of(periods)
    name = campaigns[campaign] if campaign is not None else str(series.label)
    return Chosen(
        by=PERIODS,
        form=PeriodsForm(shown, campaigns),
        found=questions.between_periods(*periods, series=series),
        first=_span(periods[0]),
        second=_span(periods[1]),
        about=((_("Asked about"), name), (_("Answers first given"), " / ".join(days.values()))),
        query=urlencode({"by": PERIODS, "series": series, "campaign": campaign or "", **days}),
        others=questions.other_scales(*periods),
    )


def _days_of(periods: Sequence[Selection]) -> dict[str, str]:
    """The four days by the names of their fields."""
    days = [day.isoformat() for period in periods for day in (period.since, period.until)]
    return dict(zip(DAYS, days, strict=True))


def _span(period: Selection) -> str:
    return f"{date_format(period.since, 'j M Y')} – {date_format(period.until, 'j M Y')}"


def _shown(found: Flow) -> dict[str, Any]:
    """The picture, the table beside it, and the figures."""
    moved = [[found.of(was, became) for became in BANDS] for was in BANDS]
    rows = [
        (was.label, row, sum(row), found.lost.get(was, 0), found.silent.get(was, 0))
        for was, row in zip(BANDS, moved, strict=True)
    ]
    return {
        "labels": [band.label for band in BANDS],
        "streams": charts.flow([(LOOKS[band], str(band.label)) for band in BANDS], moved),
        "rows": rows,
        "after": [sum(column) for column in zip(*moved, strict=True)],
        "new": [found.new.get(band, 0) for band in BANDS],
        "figures": flowsheet.figures(found),
        "change": found.matched_change,
    }
