"""What staff type about requests and fixes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy import fixes
from advocacy.enums import RequestKind
from advocacy.forms.parts import LONGEST, NAMELESS, Choice, MoveForm, PersonField, WrittenForm, reason_field, to_come
from advocacy.models import Fix, Theme
from surveys import languages, texts


class SortForm(MoveForm):
    kind = forms.TypedChoiceField(
        label="",
        choices=[choice for choice in RequestKind.choices if choice[0]],
        coerce=RequestKind,
        error_messages={"required": _("Say what it is."), "invalid_choice": _("Say what it is.")},
    )


class LinkForm(MoveForm):
    fix = Choice(
        label="",
        queryset=Fix.objects.all(),
        error_messages={"required": _("Choose a fix."), "invalid_choice": _("This fix is not there any more.")},
    )


class IdeaForm(WrittenForm):
    title = forms.CharField(
        label=_("What would be better"),
        max_length=160,
        help_text=NAMELESS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say in a line what would be better.")},
    )
    description = forms.CharField(
        label=_("More about it (optional)"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    theme = Choice(
        label=_("Theme (optional)"), queryset=Theme.objects.all(), required=False, empty_label=_("Not known yet")
    )


class NewFixForm(IdeaForm, MoveForm):
    """A fix that is opened for a request."""


class PlanForm(MoveForm):
    owner = PersonField(
        label=_("Owner"),
        queryset=None,
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose who makes it true."), "invalid_choice": _("Choose who makes it true.")},
    )
    due_on = forms.DateField(
        label=_("Due on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say by which day.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["owner"].queryset = fixes.owners()  # type: ignore[attr-defined]

    def clean_due_on(self) -> dt.date:
        return to_come(self.cleaned_data["due_on"])


class ReplanForm(PlanForm):
    reason = reason_field(_("Why it changes"), required=_("Say why: whoever asked waits for it."), help_text=NAMELESS)


class ShipForm(MoveForm):
    reason = reason_field(
        _("What is different for customers now"),
        required=_("Say what is different: whoever asked will be told."),
        help_text=_("It stands in the thank-yous of this language. Every employee reads this: leave out who asked."),
    )
    language = forms.ChoiceField(
        label=_("Language of this sentence"),
        choices=[(tag, languages.get(tag).own_name) for tag in texts.OFFERED],
        error_messages={"required": _("Choose the language."), "invalid_choice": _("Choose one of the languages.")},
    )


class DeclineForm(MoveForm):
    reason = reason_field(_("Why not"), required=_("Say why not: its author reads it."), help_text=NAMELESS)
