"""What staff type about asks and programmes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from advocacy import programmes
from advocacy.enums import AskKind, AskStage
from advocacy.forms.parts import MoveForm, PersonField, WrittenForm, reason_field, to_come
from advocacy.models import Advocate, Programme
from surveys import schedule

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Programme]
else:
    ModelForm = forms.ModelForm


class MoveAskForm(MoveForm):
    stage = forms.ChoiceField(label="", choices=AskStage.choices)
    reason = forms.CharField(label=_("Why (optional)"), max_length=300, required=False)

    def clean_stage(self) -> AskStage:
        return AskStage(self.cleaned_data["stage"])


class EditAskForm(MoveForm):
    owner = PersonField(label=_("Owner"), queryset=None, required=False, empty_label=_("Nobody"))
    next_step = forms.CharField(
        label=_("Next step"), max_length=160, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    due_on = forms.DateField(
        label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["owner"].queryset = programmes.owners()  # type: ignore[attr-defined]


class PlanAskForm(MoveForm):
    kind = forms.ChoiceField(label=_("Ask for"), choices=AskKind.choices)
    planned_on = forms.DateField(
        label=_("On (empty: today)"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason_why = forms.CharField(
        label=_("Why this advocate (optional)"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    override_reason = forms.CharField(
        label=_("Why a rule is overridden (optional)"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Your name stands beside it. “Do not ask” is never overridden."),
    )

    def clean_planned_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["planned_on"]
        return to_come(day) if day else None

    @property
    def planned_for(self) -> dt.datetime | None:
        day = self.cleaned_data["planned_on"]
        return schedule.local_instant(day, dt.time(9), settings.TIME_ZONE) if day else None


class NominateForm(WrittenForm):
    reason = reason_field(_("Why"), required=_("Say why: colleagues read it in the history."))

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="nominate-%s", **kwargs)


class DescribeForm(MoveForm):
    site = Advocate._meta.get_field("site").formfield()
    handles = forms.CharField(
        label=_("Social handles"),
        max_length=500,
        required=False,
        help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class ProgrammeForm(ModelForm):
    class Meta:
        model = Programme
        fields = ["name", "kind", "owner", "is_active", "is_automatic", "delay_days", "segment", "daily_cap"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = PersonField(
            label=_("Owner"), queryset=programmes.owners(), required=False, empty_label=_("Nobody")
        )
        if self.instance.pk:  # its slips stand in the columns of its kind
            self.fields["kind"].disabled = True
