"""What staff write to a contact from a case, promise, and run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy import macros, replying
from advocacy.forms.cases import CaseForm
from advocacy.forms.parts import LONGEST, Choice, to_come
from advocacy.models import Case
from advocacy.models.letters import LONGEST_SUBJECT
from surveys import languages

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def language_of(case: Case) -> str:
    """The language of a letter to the contact, where nobody chooses another."""
    return languages.get(case.contact.language).tag


class ReplyForm(CaseForm):
    saved = Choice(label=_("Saved reply"), queryset=None, required=False, empty_label=_("Write it yourself"))
    language = forms.ChoiceField(
        label=_("Language of the letter"), error_messages={"invalid_choice": _("Choose one of the languages.")}
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=LONGEST_SUBJECT,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Write a subject.")},
    )
    text = forms.CharField(
        label=_("Your reply"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto"}),
        error_messages={"required": _("Write something to send.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["saved"].queryset = replying.offered()  # type: ignore[attr-defined]
        spoken = [(tag, languages.own_name(tag)) for tag in languages.tags()]
        self.fields["language"].choices = spoken  # type: ignore[attr-defined]

    @property
    def kept(self) -> str:
        return "\n\n".join(part for part in (self.said("subject"), self.said("text")) if part)

    @property
    def tags(self) -> list[tuple[str, StrOrPromise]]:
        """What is filled in, as it is written."""
        return [(f"{{{{ {name} }}}}", words) for name, words in replying.TAGS.items()]

    @property
    def spoken(self) -> languages.Language:
        """The language as it is chosen now: the fields are written in its direction."""
        return languages.get(self.said("language") or str(self.initial.get("language", "")))


class PromiseForm(CaseForm):
    text = forms.CharField(
        label=_("You promise"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say what you promise.")},
    )
    due_on = forms.DateField(
        label=_("By"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say by when you keep the promise.")},
    )

    def clean_due_on(self) -> dt.date:
        return to_come(self.cleaned_data["due_on"])

    @property
    def kept(self) -> str:
        return self.said("text")


class BrokenForm(CaseForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say why: colleagues read it in the history.")},
    )

    @property
    def kept(self) -> str:
        return self.said("reason")


class MacroForm(CaseForm):
    is_written = False
    macro = Choice(
        label=_("Macro"),
        queryset=None,
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose a macro.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["macro"].queryset = macros.offered()  # type: ignore[attr-defined]
