"""What a report is to be about, from its address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from surveys.analytics import selection
from surveys.analytics.flow import Series
from surveys.analytics.selection import Catalogue, Period, Selection
from surveys.enums import Scale

# Beyond these days lie typing errors, and dates that cannot be counted with.
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
STANDARD = Period.YEAR
DAYS = ("first_since", "first_until", "second_since", "second_until")
NO_DAY = _("This is no day we know. Write it as 2026-11-23.")


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        required=False,
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": NO_DAY},
    )


def _choice(label: Any, unknown: Any, *, coerce: Any = str, empty: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        coerce=coerce,
        empty_value=empty,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": unknown},
    )


class ReportForm(forms.Form):
    """Days that are those of the period it also names are that period: so it goes on rolling with the calendar."""

    period = forms.ChoiceField(
        choices=Period.choices, required=False, error_messages={"invalid_choice": _("There is no such period.")}
    )
    since = _day(_("From"))
    until = _day(pgettext_lazy("last day", "To"))
    campaign = _choice(_("Campaign"), _("There is no such campaign."), coerce=int, empty=None)
    touchpoint = _choice(_("Touchpoint"), _("There is no such touchpoint."), coerce=int, empty=None)
    subject = _choice(_("Subject"), _("There is no such subject."), coerce=int, empty=None)
    language = _choice(_("Language"), _("Nobody answered in this language."))
    scale = _choice(_("Scale"), _("There are no answers on this scale."), empty=Scale.ZERO_TO_TEN.value)

    def __init__(self, data: Mapping[str, Any], names: Catalogue) -> None:
        super().__init__(data, auto_id="report-%s")
        fields: dict[str, Any] = self.fields
        campaigns = [(str(pk), campaign.name) for pk, campaign in names.campaigns.items()]
        fields["campaign"].choices = [("", _("All campaigns")), *campaigns]
        fields["touchpoint"].choices = [("", _("All touchpoints")), *_texts(names.touchpoints)]
        fields["subject"].choices = [("", _("All subjects")), *_texts(names.subjects)]
        fields["language"].choices = [("", _("All languages")), *_texts(names.languages)]
        fields["scale"].choices = [(scale, selection.scale_name(scale)) for scale in names.scales]
        if len(names.scales) == 1:
            fields["scale"].widget = forms.HiddenInput()

    def clean_since(self) -> dt.date | None:
        return _known(self.cleaned_data["since"])

    def clean_until(self) -> dt.date | None:
        return _known(self.cleaned_data["until"])

    def clean(self) -> dict[str, Any]:
        """Raises no error of its own about a day that was refused already."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if "since" not in self.errors and "until" not in self.errors:
            if until and not since:
                self.add_error("since", _("Name the first day too."))
            elif since and since > selection.local_today():
                self.add_error("since", _("This day has not come yet."))
            elif since and until and since > until:
                self.add_error("since", _("The first day lies after the last."))
        return self.cleaned_data

    @property
    def selection(self) -> Selection | None:
        """None where something was refused."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        period, since, until = self._days()
        narrowed = {name: given[name] for name in ("campaign", "touchpoint", "subject", "language", "scale")}
        return Selection(since=since, until=until, period=period, **narrowed)

    def _days(self) -> tuple[Period, dt.date, dt.date]:
        today = selection.local_today()
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        named = Period(self.cleaned_data["period"] or STANDARD)
        period = STANDARD if named == Period.OWN else named
        days = selection.days_of(period, today=today)
        if since is None or (since, until) == days:
            return period, *days
        return Period.OWN, since, min(until or today, today)


def _known(day: dt.date | None) -> dt.date | None:
    if day is not None and not EARLIEST <= day <= LATEST:
        raise forms.ValidationError(NO_DAY)
    return day


def _texts(names: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in names.items()]


class WavesForm(forms.Form):
    """Two waves of a campaign. Without a choice, or with waves of another campaign, its last two are meant."""

    campaign = _choice(_("Campaign"), _("There is no such campaign."), coerce=int, empty=None)
    first = _choice(_("From the wave of"), _("This campaign has no such wave."), coerce=int, empty=None)
    second = _choice(_("to the wave of"), _("This campaign has no such wave."), coerce=int, empty=None)

    def __init__(self, data: Mapping[str, Any], campaigns: Mapping[int, str], waves: Mapping[int, str]) -> None:
        super().__init__(data, auto_id="flow-%s")
        fields: dict[str, Any] = self.fields
        fields["campaign"].choices = _texts(campaigns)
        for name in ("first", "second"):
            fields[name].choices = _texts(waves)

    def clean(self) -> dict[str, Any]:
        first, second = self.cleaned_data.get("first"), self.cleaned_data.get("second")
        if first and first == second:
            self.add_error("second", _("These are the same wave."))
        return self.cleaned_data


class PeriodsForm(forms.Form):
    """Two stretches of days, the second after the first."""

    series = forms.ChoiceField(
        label=_("Asked about"),
        choices=Series.choices,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _("There are no such answers.")},
    )
    campaign = _choice(_("Campaign"), _("There is no such campaign."), coerce=int, empty=None)
    first_since, first_until = _day(_("From")), _day(pgettext_lazy("last day", "To"))
    second_since, second_until = _day(_("and from")), _day(pgettext_lazy("last day", "To"))

    def __init__(self, data: Mapping[str, Any], campaigns: Mapping[int, str]) -> None:
        super().__init__(data, auto_id="flow-%s")
        fields: dict[str, Any] = self.fields
        fields["campaign"].choices = [("", _("All campaigns")), *_texts(campaigns)]

    def clean(self) -> dict[str, Any]:
        days = [self.cleaned_data.get(name) for name in DAYS]
        if any(day is not None and not EARLIEST <= day <= LATEST for day in days):
            raise forms.ValidationError(NO_DAY)
        known = [day for day in days if day is not None]
        if not self.errors and len(known) == len(DAYS) and not days[0] <= days[1] < days[2] <= days[3]:  # type: ignore[operator]
            raise forms.ValidationError(_("Write the four days in their order: the second period follows the first."))
        if not self.errors and 0 < len(known) < len(DAYS):
            raise forms.ValidationError(_("Write all four days."))
        return self.cleaned_data

    @property
    def periods(self) -> tuple[Selection, Selection] | None:
        """None where something was refused; without days the last 90 beside the 90 before."""
        if not self.is_valid():
            return None
        days: list[dt.date] = [self.cleaned_data[name] for name in DAYS if self.cleaned_data[name]]
        if not days:
            today = selection.local_today()
            second = today - 89 * selection.A_DAY
            days = [second - 90 * selection.A_DAY, second - selection.A_DAY, second, today]
        campaign = self.cleaned_data["campaign"]
        return Selection(days[0], days[1], campaign=campaign), Selection(days[2], days[3], campaign=campaign)
