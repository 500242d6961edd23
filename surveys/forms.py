"""What a person or a file may tell us: checked and cleaned, never saved here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from surveys import mergetags, windows
from surveys.doctor import letters
from surveys.enums import Basis, CampaignKind
from surveys.fields import SaidField
from surveys.importing import columns
from surveys.models import Campaign

if TYPE_CHECKING:
    CampaignFields = forms.ModelForm[Campaign]
else:
    CampaignFields = forms.ModelForm

MAX_COMMENT = 5000
MOST_DAYS = 3650
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
        comment: str = self.cleaned_data["comment"]
        self.is_cut = len(comment) > MAX_COMMENT
        return comment[:MAX_COMMENT].rstrip()

    def answer(self) -> dict[str, Any]:
        """What `responses.record` takes. Without the wish to be contacted the fields below it are not ours to keep."""
        given = self.cleaned_data
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


class WeekdaysField(forms.MultipleChoiceField):
    """Days of the week to tick; its value is their digits, from 1 for Monday, as `Campaign.window_days` has them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[(str(number), name) for number, name in enumerate(WEEKDAYS_ABBR.values(), 1)], **options
        )

    def prepare_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return "".join(sorted(super().clean(value)))


class CampaignForm(CampaignFields):
    """The set-up of a campaign. It carries the version it was opened with, so that nobody overwrites a colleague."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)
    window_days = WeekdaysField(
        label=_("Mails leave on"),
        initial=windows.EVERY_DAY,
        error_messages={"required": _("Choose at least one day: else no mail ever leaves.")},
    )

    class Meta:
        model = Campaign
        fields = [
            "name",
            "brand",
            "touchpoint",
            "subject",
            "segment",
            "kind",
            "starts_on",
            "every",
            "unit",
            "send_at",
            "timezone",
            "delay_hours",
            "window_days",
            "window_opens",
            "window_closes",
            "window_zone",
            "throttle_days",
            "account_cap",
            "min_relation_days",
            "reminders",
            "reminder_days",
            "open_days",
            "style",
        ]
        labels = {
            "segment": _("Ask (segment)"),
            "kind": _("How often"),
            "starts_on": _("First day"),
            "window_opens": _("From"),
            "window_closes": _("Until"),
            "window_zone": _("On whose clock"),
        }
        help_texts = {
            "subject": _("The product or service, if the question is about one."),
            "style": _("Colours shift answers by themselves: keep to one look, or find out by how much."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "send_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "window_opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "window_closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "reminders": forms.Select(choices=[(0, _("None")), (1, _("One")), (2, _("Two"))]),
        }
        error_messages = {
            "name": {"required": _("Give it a name."), "unique": _("Another campaign has this name.")},
            "brand": {"required": _("Choose who it speaks for.")},
            "touchpoint": {"required": _("Choose the moment it asks about.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "brand": _("Choose…"),
            "touchpoint": _("Choose…"),
            "subject": _("None"),
            "segment": _("Every contact"),
        }
        for name, label in choices.items():
            self.fields[name].empty_label = label  # type: ignore[attr-defined]
        for name in ("throttle_days", "min_relation_days", "open_days"):
            self.fields[name].validators.append(MaxValueValidator(MOST_DAYS))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("kind") == CampaignKind.PERIODIC and not given.get("starts_on") and "starts_on" not in self.errors:
            self.add_error("starts_on", _("A periodic campaign needs its first day."))
        return given

    def setup(self) -> dict[str, Any]:
        """What `campaigns.create` and `campaigns.change` take."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


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
