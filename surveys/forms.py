"""What a person or a file may tell us: checked and cleaned, never saved here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from surveys import mergetags
from surveys.doctor import letters
from surveys.enums import Basis
from surveys.fields import SaidField
from surveys.importing import columns

MAX_COMMENT = 5000
SCORES = {str(score): score for score in range(11)}


class AnswerForm(forms.Form):
    """The answer to the one question."""

    # The exact texts "0" to "10": neither "05" nor digits of another script, both of which int() would take.
    score = forms.TypedChoiceField(choices=[(text, text) for text in SCORES], coerce=int)
    comment = SaidField(clean=mergetags.plain)
    contact = forms.BooleanField(required=False)
    phone = SaidField(clean=mergetags.header, longest=40)
    when = SaidField(clean=mergetags.header, longest=120)

    is_cut = False

    def __init__(self, *args: Any, more: Mapping[str, forms.Field] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(more or {})

    def clean_comment(self) -> str:
        comment, self.is_cut = _cut(self.cleaned_data["comment"])
        return comment

    def answer(self) -> dict[str, Any]:
        """What `responses.record` takes."""
        return _answer(self.cleaned_data)


@dataclass(frozen=True)
class Read:
    """What a form says that has nothing wrong in it."""

    answer: Mapping[str, Any]
    said: Mapping[str, Any]
    is_cut: bool


def read(fields: Mapping[str, forms.Field], data: MultiValueDict[str, str]) -> Read | None:
    """What an AnswerForm with these fields reads from what was posted; None where it would complain. A form takes a
    copy of its fields for each person, which takes longer than to read them."""
    try:
        said = {name: field.clean(field.widget.value_from_datadict(data, {}, name)) for name, field in fields.items()}
    except forms.ValidationError:
        return None
    said["comment"], is_cut = _cut(said["comment"])
    return Read(_answer(said), said, is_cut)


def _cut(comment: str) -> tuple[str, bool]:
    return comment[:MAX_COMMENT].rstrip(), len(comment) > MAX_COMMENT


def _answer(given: Mapping[str, Any]) -> dict[str, Any]:
    """Without the wish to be contacted the fields below it are not ours to keep."""
    wishes = given["contact"]
    return {
        "score": given["score"],
        "comment": given["comment"],
        "wants_contact": wishes,
        "phone": given["phone"] if wishes else "",
        "good_time": given["when"] if wishes else "",
    }


class ConfirmForm(forms.Form):
    """Staff count an answer that nobody is sure of."""

    score = forms.TypedChoiceField(choices=[(text, text) for text in SCORES], coerce=int)
    reason = forms.CharField(
        max_length=300,
        error_messages={"required": _("Say how you know: it stands beside the answer, with your name.")},
    )


class UploadForm(forms.Form):
    """A file of contacts, and why we may ask the people in it. What the file holds is looked at elsewhere."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=1_000,
        help_text=_("CSV or XLSX, up to 64 MB, with a line of column names. Separator and encoding are recognised."),
        error_messages={"required": _("Choose a file."), "invalid": _("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
    )
    basis = forms.TypedChoiceField(
        label=_("Why may we ask them for their opinion?"),
        coerce=Basis,
        choices=[
            (Basis.CUSTOMER, _("They are customers, and a survey is about what they bought")),
            (Basis.CONSENT, _("They agreed to be asked")),
            (Basis.NONE, _("Neither, or not known: they come in, and no survey asks them")),
        ],
        initial=Basis.CUSTOMER,
        required=False,
        empty_value=Basis.NONE,
        widget=forms.RadioSelect,
        help_text=_(
            "Recorded for contacts of whom nothing is recorded yet. It is never a consent to marketing, and nobody who "
            "unsubscribed is asked again."
        ),
    )
    source = forms.CharField(
        label=_("Where they come from (optional)"),
        max_length=200,
        required=False,
        help_text=_("Such as “CRM export of 3 May”. Kept with each contact's reason; without it the file's name is."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_large:
            too_large = _("The file is larger than 64 MB. Split it, or leave out columns you do not need.")
            self.fields["file"].error_messages["required"] = too_large


FIELD_LABELS = {
    "email": _("Mail address"),
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "company": _("Account: name"),
    "website": _("Account: web site"),
    "revenue": _("Account: revenue"),
    "language": _("Language"),
    "timezone": _("Time zone"),
    "phone": _("Phone"),
    "customer_since": _("Customer since"),
    "tags": _("Tags"),
    "owner_email": _("Owner"),
    "external_id": _("External id"),
    columns.PROPERTY: _("Keep as a property"),
    columns.IGNORE: _("Leave out"),
}


class MappingForm(forms.Form):
    """What each column of a file means: one choice for each title."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, mapping: Mapping[str, str]) -> None:
        super().__init__(data)
        self._titles = {f"column-{number}": title for number, title in enumerate(mapping)}
        for name, title in self._titles.items():
            self.fields[name] = forms.ChoiceField(
                label=title, choices=list(FIELD_LABELS.items()), initial=mapping[title]
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        taken: dict[str, str] = {}
        for name, title in self._titles.items():
            meaning = given.get(name, "")
            if meaning in taken:
                said = _("“%(title)s” is that already. Only one column can be it.")
                self.add_error(name, said % {"title": taken[meaning]})
            elif meaning not in ("", columns.PROPERTY, columns.IGNORE):
                taken[meaning] = title
        if "email" not in taken and not self.errors:
            raise forms.ValidationError(_("No column is the mail address. Choose the one that holds it."))
        return given

    @property
    def mapping(self) -> dict[str, str]:
        return {title: self.cleaned_data[name] for name, title in self._titles.items()}


class ReceivedMailForm(forms.Form):
    """The source of a mail of ours, as somebody received it."""

    mail = forms.FileField(
        label=_("A mail that you have received"),
        required=False,
        allow_empty_file=True,
        max_length=1_000,
        help_text=_("Its source as a file (.eml): in most mail programs “Show original”, then “Download”."),
        error_messages={"invalid": _("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".eml,.txt,message/rfc822"}),
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_too_large = is_too_large

    def clean_mail(self) -> Any:
        mail = self.cleaned_data["mail"]
        if self._is_too_large or (mail and mail.size > letters.MAX_SIZE):
            raise forms.ValidationError(_("The file is larger than 2 MB. Take a mail without attachments."))
        return mail

    def raw(self) -> bytes:
        mail = self.cleaned_data["mail"]
        return bytes(mail.read()) if mail else b""
