"""What is typed in a huddle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy import huddles, timeline
from advocacy.forms.parts import LONGEST, Choice, MoveForm, PersonField, WrittenForm, lines, to_come
from advocacy.models import Huddle, Team

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    Choices = forms.ModelMultipleChoiceField[Any]
else:
    Choices = forms.ModelMultipleChoiceField


class PeopleField(Choices):
    def label_from_instance(self, obj: User) -> str:
        return timeline.name_of(obj)


class MakeForm(WrittenForm):
    team = Choice(
        label=_("Team"),
        queryset=Team.objects.all(),
        empty_label=None,
        error_messages={"required": _("Choose a team."), "invalid_choice": _("This team is not there any more.")},
    )


class HuddleForm(MoveForm):
    present = PeopleField(
        label=_("Who is there (optional)"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose people of the team.")},
    )
    decision = forms.CharField(
        label=_("What we decide (optional)"), max_length=LONGEST, required=False, widget=lines(3)
    )

    def __init__(self, huddle: Huddle, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["present"].queryset = huddles.people_of(huddle.team)  # type: ignore[attr-defined]


class ActionForm(WrittenForm):
    text = forms.CharField(
        label=_("What is done"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say in a line what is done.")},
    )
    owner = PersonField(
        label=_("Owner"),
        queryset=None,
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose who does it."), "invalid_choice": _("Choose who does it.")},
    )
    due_on = forms.DateField(
        label=_("Due on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say by which day.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="action-%s", **kwargs)
        self.fields["owner"].queryset = huddles.owners()  # type: ignore[attr-defined]

    def clean_due_on(self) -> dt.date:
        return to_come(self.cleaned_data["due_on"])
