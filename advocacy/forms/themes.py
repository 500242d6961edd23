"""What staff say about themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.forms.parts import LONGEST, Choice, lines
from advocacy.models import Theme
from surveys import languages


class ThemeForm(forms.Form):
    """Which theme an answer is about, or not."""

    theme = Choice(
        queryset=Theme.objects.all(),
        error_messages={
            "required": _("Not saved: choose a theme."),
            "invalid_choice": _("Not saved: this theme is not there any more."),
        },
    )


class TryForm(forms.Form):
    """A comment to be held against the words."""

    language = forms.ChoiceField(
        label=_("Language of the survey"),
        error_messages={"invalid_choice": _("There are no words in this language.")},
    )
    text = forms.CharField(
        label=_("A comment"),
        max_length=LONGEST,
        widget=lines(3),
        error_messages={"required": _("Type a comment to try the words on.")},
    )

    def __init__(self, data: Any = None, *, spoken: Sequence[str], **kwargs: Any) -> None:
        super().__init__(data, auto_id="try-%s", **kwargs)
        field: Any = self.fields["language"]
        field.choices = [(tag, languages.own_name(tag)) for tag in spoken]
