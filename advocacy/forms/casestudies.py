"""What staff type about case studies, and what a customer types to sign for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy import programmes
from advocacy.enums import ReleaseAnswer, StudyFormatKind, StudyStatus
from advocacy.forms.parts import MoveForm, PersonField, lines, reason_field
from advocacy.models import StudyAnswer, StudyVersion
from advocacy.models.casestudies import LONGEST_ANSWER, LONGEST_SHOWN, LONGEST_TITLE, is_web_address


class NominateStudyForm(MoveForm):
    title = forms.CharField(
        label=_("Working title (empty: the account)"),
        max_length=LONGEST_TITLE,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    reason = reason_field(_("Why this customer"), required=_("Say why: colleagues read it in the history."))


class MoveStudyForm(MoveForm):
    stage = forms.ChoiceField(label="", choices=StudyStatus.choices)
    reason = forms.CharField(label="", max_length=1000, required=False)

    def clean_stage(self) -> StudyStatus:
        return StudyStatus(self.cleaned_data["stage"])


class EditStudyForm(MoveForm):
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


class AskToSignForm(MoveForm):
    """A button."""


class FormatForm(MoveForm):
    kind = forms.ChoiceField(label="", choices=StudyFormatKind.choices)
    is_done = forms.BooleanField(label="", required=False)

    def clean_kind(self) -> StudyFormatKind:
        return StudyFormatKind(self.cleaned_data["kind"])


class QuestionnaireForm(MoveForm):
    """The questions of a study, each to be worded for this customer, and the answers."""

    new_question = forms.CharField(
        label=_("A further question (optional)"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, answers: Iterable[StudyAnswer] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.rows = list(answers)
        for number, row in enumerate(self.rows, start=1):
            self.fields[f"question-{row.pk}"] = forms.CharField(
                label=_("Question %(n)s") % {"n": number},
                max_length=300,
                required=False,
                initial=row.question,
                widget=forms.TextInput(attrs={"dir": "auto"}),
            )
            self.fields[f"answer-{row.pk}"] = forms.CharField(
                label=_("Answer %(n)s") % {"n": number},
                max_length=LONGEST_ANSWER,
                required=False,
                initial=row.answer,
                widget=lines(4),
            )

    @property
    def pairs(self) -> list[tuple[StudyAnswer, forms.BoundField, forms.BoundField]]:
        return [(row, self[f"question-{row.pk}"], self[f"answer-{row.pk}"]) for row in self.rows]

    @property
    def said(self) -> dict[int, tuple[str, str]]:
        given = self.cleaned_data
        return {
            row.pk: (given[f"question-{row.pk}"], given[f"answer-{row.pk}"].replace("\r\n", "\n")) for row in self.rows
        }


_LABELS = {
    "title": _("Title"),
    "summary": _("In short (optional)"),
    "body": _("Text"),
    "quote": _("Quote (optional)"),
    "shown_name": _("Person, as shown (optional)"),
    "shown_role": _("Their role (optional)"),
    "shown_company": _("Company, as shown (optional)"),
    "site": _("Their site (optional)"),
    "handles": _("Social profiles, one a line (optional)"),
}
_ROWS = {"summary": 2, "body": 18, "quote": 3, "handles": 3}


class TextForm(MoveForm):
    """The text and the names in it: what becomes a version."""

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name, label in _LABELS.items():
            field: Any = StudyVersion._meta.get_field(name)
            options: dict[str, Any] = {"assume_scheme": "https"} if name == "site" else {}
            made = field.formfield(label=label, **options)
            made.widget = lines(_ROWS[name]) if name in _ROWS else made.widget
            made.help_text = ""
            self.fields[name] = made
        self.fields["body"].help_text = _(
            "An empty line begins a paragraph, “## ” at the start of a line a heading, “- ” an item of a list."
        )

    def clean_site(self) -> str:
        """A web address and nothing else, its scheme in small letters, as the database looks for it."""
        site: str = self.cleaned_data["site"]
        if site:
            is_web_address(site)
            scheme, mark, rest = site.partition("://")
            site = f"{scheme.lower()}{mark}{rest}"
        return site

    @property
    def text(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in _LABELS}


class ReleaseForm(forms.Form):
    """What a customer says by the link. The code of an error is the key of a public text."""

    answer = forms.ChoiceField(
        choices=[(each.value, each.value) for each in ReleaseAnswer if each],
        error_messages={"required": "choose", "invalid_choice": "choose"},
    )
    remarks = forms.CharField(max_length=5_000, required=False, error_messages={"max_length": "too_long"})
    name = forms.CharField(max_length=LONGEST_SHOWN, required=False, error_messages={"max_length": "too_long"})
    role = forms.CharField(max_length=LONGEST_SHOWN, required=False, error_messages={"max_length": "too_long"})
    content = forms.CharField(max_length=64, required=False)
    agreed = forms.CharField(max_length=64, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        answer = given.get("answer")
        if answer == ReleaseAnswer.CHANGES and not given.get("remarks") and "remarks" not in self.errors:
            self.add_error("remarks", "missing_remarks")
        if answer == ReleaseAnswer.SIGNED and not given.get("name") and "name" not in self.errors:
            self.add_error("name", "missing_name")
        if answer == ReleaseAnswer.SIGNED and not given.get("agreed"):
            self.add_error("agreed", "missing_agree")
        return given

    @property
    def faults(self) -> list[str]:
        return [str(text) for errors in self.errors.values() for text in errors]
