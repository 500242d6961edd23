"""What staff type about thank-yous, requests noted by hand, and answers from the knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import announcing, personal
from advocacy.enums import RequestKind
from advocacy.forms.parts import STALE, Choice, MoveForm, WrittenForm, lines
from advocacy.models import Entry, Theme
from surveys import languages, mergetags
from surveys.models import Subject

QUOTE_LETTERS = 1000


def _subject() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=personal.SUBJECT_LETTERS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": gettext_lazy("Write a subject.")},
    )


def _body() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Letter"),
        max_length=personal.BODY_LETTERS,
        widget=lines(12),
        error_messages={"required": gettext_lazy("Write the letter.")},
        help_text=gettext_lazy("Empty lines part paragraphs; a line that begins with > is a quotation."),
    )


class SendForm(WrittenForm):
    read = forms.RegexField(
        r"\A[0-9a-f]{16}\Z", widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE}
    )


class EditForm(SendForm):
    subject = _subject()
    body = _body()


class SkipForm(WrittenForm):
    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=300,
        widget=lines(2),
        error_messages={"required": gettext_lazy("Say why: colleagues read it in the history.")},
    )


class RestForm(WrittenForm):
    count = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class SetUpForm(WrittenForm):
    gift = forms.CharField(
        label=gettext_lazy("Gift (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("With a gift the letter is marketing: only who has agreed to offers gets it."),
    )
    ask_with = Choice(
        label=gettext_lazy("Asked again with (optional)"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Nobody is asked by this"),
        help_text=gettext_lazy(
            "A campaign that follows an event. It asks two weeks later, or when the throttle allows."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["ask_with"].queryset = announcing.campaigns()  # type: ignore[attr-defined]


class TextForm(WrittenForm):
    subject = _subject()
    body = _body()
    news = forms.CharField(
        label=gettext_lazy("What is different now, in this language (optional)"),
        max_length=1000,
        required=False,
        widget=lines(2),
        help_text=gettext_lazy("It stands where the letter says {{ news }}; without it that paragraph is left out."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("subject", "body", "news"):
            if strange := mergetags.unknown(cleaned.get(name, ""), () if name == "news" else announcing.TAGS):
                self.add_error(name, _("No such tag here: %(tags)s.") % {"tags": ", ".join(strange)})
        return cleaned


class NoteForm(WrittenForm):
    """A wish that a person heard."""

    quote = forms.CharField(
        label=gettext_lazy("In their words"),
        max_length=QUOTE_LETTERS,
        widget=lines(3),
        help_text=gettext_lazy(
            "This is given back to them when it is there. Leave only the sentence that asks for it."
        ),
        error_messages={"required": gettext_lazy("Say what they asked for, in their words.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of these words"), required=False)
    kind = forms.TypedChoiceField(
        label=gettext_lazy("What is it?"),
        choices=[choice for choice in RequestKind.choices if choice[0] not in ("", RequestKind.NO_WISH)],
        coerce=RequestKind,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what it is.")},
    )
    theme = Choice(
        label=gettext_lazy("Theme (optional)"),
        queryset=Theme.objects.all(),
        required=False,
        empty_label=gettext_lazy("Not known yet"),
    )
    subject = Choice(
        label=gettext_lazy("Product or service (optional)"),
        queryset=Subject.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("None"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        known = [(tag, languages.get(tag).own_name) for tag in languages.tags()]
        self.fields["language"].choices = [("", _("Not known")), *known]  # type: ignore[attr-defined]


class AnswerForm(MoveForm):
    """An answer from the knowledge base, as a person has read it."""

    entry = Choice(label="", queryset=Entry.objects.all(), widget=forms.HiddenInput)
    subject = _subject()
    body = _body()
