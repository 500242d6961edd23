"""What staff type about testimonials on the wall, and what an advocate writes who was asked for one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.blocks import TickField
from advocacy.forms.parts import MoveForm, WrittenForm, lines
from advocacy.models.stories import LONGEST_DISCLOSURE, LONGEST_NAME, LONGEST_ROLE, LONGEST_WORDS
from advocacy.stories import Wording
from surveys import languages, mergetags, texts
from surveys.fields import SaidField


class PublishForm(MoveForm):
    disclosure = forms.CharField(
        label=_("What the person received, or is to us (optional)"),
        max_length=LONGEST_DISCLOSURE,
        required=False,
        help_text=_("It stands under the quote, so in its language, such as: Received a bag of beans as thanks."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    is_lead = forms.BooleanField(label=_("Large, on top of the wall"), required=False)


class TranslationForm(MoveForm):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[(tag, languages.get(tag).own_name) for tag in texts.OFFERED],
        error_messages={"required": _("Choose the language."), "invalid_choice": _("Choose one of the languages.")},
    )
    words = forms.CharField(
        label=_("The words in that language"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Write the words in that language.")},
    )
    agreed_on = forms.DateField(
        label=_("The person agreed to it on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say when the person agreed: without that it cannot be shown.")},
    )
    agreed_how = forms.CharField(
        label=_("How we know"),
        max_length=200,
        widget=lines(2),
        error_messages={"required": _("Say how we know that the person agreed, such as: by mail.")},
    )

    def clean_agreed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["agreed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Nobody has agreed on a day to come."))
        return day


class PlaceForm(WrittenForm):
    name = forms.CharField(
        label=_("Where it was used"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say where it was used, such as: leaflet of the spring fair.")},
    )
    address = forms.URLField(
        label=_("Address (optional)"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        error_messages={"invalid": _("Write a web address that begins with https:// or http://, or leave it out.")},
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if address and not texts.link(address):
            raise forms.ValidationError(self.fields["address"].error_messages["invalid"])
        return address


class WordsForm(forms.Form):
    """The words of an advocate, with the consent to exactly `shown`. An error is the key of a public text."""

    words = SaidField(clean=mergetags.plain)
    quote_name = SaidField(clean=mergetags.header, longest=LONGEST_NAME)
    quote_role = SaidField(clean=mergetags.header, longest=LONGEST_ROLE)

    def __init__(self, *args: Any, shown: Wording, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quote"] = TickField(version=shown.version)

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if not words:
            raise forms.ValidationError("words_missing")
        if len(words) > LONGEST_WORDS:
            raise forms.ValidationError("words_long")
        return words

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("quote") and "quote" not in self.errors:
            self.add_error(None, "words_tick")
        return given

    @property
    def faults(self) -> list[str]:
        """Without those of the tick, which are told beside it."""
        return [str(text) for name, errors in self.errors.items() if name != "quote" for text in errors]
