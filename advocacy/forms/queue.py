"""What staff type in the queue: what narrows it, what is done to several cases, and the names of saved views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy import cases, snoozing, timeline
from advocacy.enums import Outcome
from advocacy.filters import NOBODY, Filters
from advocacy.forms.cases import CaseForm
from advocacy.forms.parts import Choice, PersonField
from advocacy.models import SavedView, Team, Theme
from surveys.models import Campaign, Touchpoint

if TYPE_CHECKING:
    from advocacy.worklist import Viewer

    SavedViewModelForm = forms.ModelForm[SavedView]
else:
    SavedViewModelForm = forms.ModelForm

MORE_THAN_YEARS = dt.timedelta(days=3 * 365)


class When(forms.Form):
    """Until when a case is put aside: one of the moments on offer, or one's own."""

    when = forms.ChoiceField(
        label=_("Until"),
        error_messages={"required": _("Choose until when."), "invalid_choice": _("Choose until when.")},
    )
    own = forms.DateTimeField(
        label=_("Date and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write a day and a time.")},
    )

    def offer(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.moments = snoozing.moments(viewer.at, viewer.zone)
        self.fields["when"].choices = [(each.value, each.value) for each in snoozing.Until]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = given.get("when")
        if not chosen or "own" in self.errors:
            return given
        if chosen == snoozing.Until.OWN:
            until = given.get("own")
            if until is None:
                self.add_error("own", _("Write a day and a time."))
        else:
            until = self.moments.get(snoozing.Until(chosen))
            if until is None:
                self.add_error("when", _("Today is nearly over: choose another time."))
        if until is not None and until <= self.viewer.at:
            self.add_error("own", _("This time is over: choose a time to come."))
        elif until is not None and until > self.viewer.at + MORE_THAN_YEARS:
            self.add_error("own", _("Choose a time within three years."))
        return {**given, "until": until}


class SnoozeForm(When, CaseForm):
    """The same for one case, on its page."""

    is_written = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.offer(viewer)


class BulkSnoozeForm(When):
    def __init__(self, data: Mapping[str, Any] | None = None, *, viewer: Viewer) -> None:
        super().__init__(data, auto_id="bulk-%s")
        self.offer(viewer)


class BulkAssignForm(forms.Form):
    to = PersonField(label=_("Owner"), queryset=None, required=False, empty_label=_("Nobody"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, viewer: Viewer) -> None:
        super().__init__(data, auto_id="bulk-%s")
        self.fields["to"].queryset = cases.workers()  # type: ignore[attr-defined]
        self.fields["to"].widget.attrs["autofocus"] = True


class BulkCloseForm(forms.Form):
    outcome = forms.TypedChoiceField(
        label=_("Outcome"),
        coerce=Outcome,
        choices=[("", _("Choose…")), *Outcome.choices],
        widget=forms.Select(attrs={"autofocus": True}),
        error_messages={"required": _("Choose what came of it.")},
    )
    theme = Choice(
        label=_("Root cause"),
        queryset=Theme.objects.all(),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose a root cause.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, viewer: Viewer) -> None:
        super().__init__(data, auto_id="bulk-%s")


class FilterForm(forms.Form):
    """What narrows a view. It is read from the address, so what is wrong there narrows nothing and says so."""

    q = forms.CharField(label=_("Words"), max_length=100, required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    team = Choice(label=_("Team"), queryset=Team.objects.order_by("name"), required=False, empty_label=_("Any team"))
    theme = Choice(label=_("Root cause"), queryset=Theme.objects.all(), required=False, empty_label=_("Any"))
    low = forms.IntegerField(label=_("Score from"), min_value=0, max_value=10, required=False)
    high = forms.IntegerField(label=_("to"), min_value=0, max_value=10, required=False)
    account = forms.CharField(label=_("Account begins with"), max_length=100, required=False)
    language = forms.RegexField(r"\A[A-Za-z0-9-]{2,35}\Z", label=_("Language"), required=False)
    touchpoint = Choice(
        label=_("Touchpoint"), queryset=Touchpoint.objects.order_by("name"), required=False, empty_label=_("Any")
    )
    campaign = Choice(
        label=_("Campaign"), queryset=Campaign.objects.order_by("name"), required=False, empty_label=_("Any")
    )
    key = forms.BooleanField(label=_("Key accounts only"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="filter-%s")
        people = [(str(user.pk), timeline.name_of(user)) for user in cases.workers()]
        self.fields["owner"].choices = [("", _("Anybody")), (NOBODY, _("Nobody")), *people]  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs |= {"type": "search"}

    def chosen(self) -> Filters:
        """What of it can be understood; from 9 to 3 is from 3 to 9."""
        self.is_valid()
        given = self.cleaned_data
        low, high = given.get("low"), given.get("high")
        if low is not None and high is not None:
            low, high = sorted((low, high))
        return Filters(
            **{name: row.pk for name in ("team", "theme", "touchpoint", "campaign") if (row := given.get(name))},
            owner=given.get("owner") or "",
            low=low,
            high=high,
            account=given.get("account") or "",
            key=bool(given.get("key")),
            language=given.get("language") or "",
            q=given.get("q") or "",
        )


class SavedViewForm(SavedViewModelForm):
    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        labels = {"name": _("Name"), "is_shared": _("For everybody who sees cases")}
        error_messages = {"name": {"required": _("Give it a name.")}}
