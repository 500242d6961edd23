"""What staff decide about advocates and about who asked to be forgotten."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.forms.parts import MoveForm, reason_field, to_come


class PauseForm(MoveForm):
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say until which day.")},
    )
    reason = reason_field(_("Why"), required=_("Say why: colleagues read it in the history."))

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come."))
        return to_come(until)


class KeepForm(forms.Form):
    """Why a person who asked to be forgotten is kept."""

    reason = forms.CharField(
        label=_("Why this person is kept"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say why: this person asked to be forgotten.")},
    )
