"""The set-up of a campaign, a form for each step of it, and its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import CharField
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from surveys import languages, windows, words
from surveys.enums import CampaignKind
from surveys.models import Brand, Campaign, Touchpoint
from surveys.words import Text

if TYPE_CHECKING:
    CampaignFields = forms.ModelForm[Campaign]
else:
    CampaignFields = forms.ModelForm

MOST_DAYS = 3650


def seen_field() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)


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


class StepForm(CampaignFields):
    """A part of the set-up. It carries the version it was opened with, so that nobody overwrites a colleague."""

    EMPTY_LABELS: dict[str, Any] = {}

    seen = seen_field()

    class Meta:
        model = Campaign
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.EMPTY_LABELS.items():
            self.fields[name].empty_label = label  # type: ignore[attr-defined]

    def add_error(self, field: str | None, error: Any) -> None:
        """Of what a field has refused the campaign knows nothing, so that what it says of it is left out."""
        if field is None and hasattr(error, "error_dict"):
            error = ValidationError({name: said for name, said in error.error_dict.items() if name not in self.errors})
        super().add_error(field, error)

    def setup(self) -> dict[str, Any]:
        """What `campaigns.create` and `campaigns.change` take."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or []}


class SetUpForm(StepForm):
    """Who asks about what."""

    EMPTY_LABELS = {"brand": _("Choose…"), "touchpoint": _("Choose…"), "subject": _("None")}

    class Meta:
        model = Campaign
        fields = ["name", "brand", "touchpoint", "subject"]
        help_texts = {
            "name": _("For you and your colleagues: customers never see it."),
            "brand": _("Its name, sender and colours stand in the mail and on the pages."),
            "touchpoint": _("The moment that the question is about, such as a delivery or a call."),
            "subject": _("The product or service, if the question is about one."),
        }
        widgets = {"name": forms.TextInput(attrs={"dir": "auto"})}
        error_messages = {
            "name": {"required": _("Give it a name."), "unique": _("Another campaign has this name.")},
            "brand": {"required": _("Choose who it speaks for.")},
            "touchpoint": {"required": _("Choose the moment it asks about.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            for name, model in (("brand", Brand), ("touchpoint", Touchpoint)):
                self.fields[name].initial = _only_one(model)


def _only_one(model: type[Brand | Touchpoint]) -> int | None:
    """The one there is: where nothing can be chosen, nobody has to."""
    found = list(model._default_manager.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


class AudienceForm(StepForm):
    """Who is asked, and who is left in peace."""

    EMPTY_LABELS = {"segment": _("Every contact")}

    class Meta:
        model = Campaign
        fields = ["segment", "throttle_days", "account_cap", "min_relation_days"]
        labels = {
            "segment": _("Ask (segment)"),
            "throttle_days": _("Not again within days (throttle)"),
            "account_cap": _("At most so many people per account"),
            "min_relation_days": _("Only customers for at least so many days"),
        }
        help_texts = {"segment": _("A segment is a saved choice of contacts; make one under Segments.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("throttle_days", "min_relation_days"):
            self.fields[name].validators.append(MaxValueValidator(MOST_DAYS))


class ScheduleForm(StepForm):
    """When the mails leave, and until when an answer can be given."""

    window_days = WeekdaysField(
        label=_("Mails leave on"),
        initial=windows.EVERY_DAY,
        error_messages={"required": _("Choose at least one day: else no mail ever leaves.")},
    )

    class Meta:
        model = Campaign
        fields = [
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
            "reminders",
            "reminder_days",
            "open_days",
            "style",
        ]
        labels = {
            "kind": _("How often"),
            "starts_on": _("First day"),
            "window_opens": _("From"),
            "window_closes": _("Until"),
            "window_zone": _("On whose clock"),
        }
        help_texts = {
            "style": _("Colours shift answers by themselves: keep to one look, or find out by how much."),
        }
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "send_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "window_opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "window_closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "reminders": forms.Select(choices=[(0, _("None")), (1, _("One")), (2, _("Two"))]),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["open_days"].validators.append(MaxValueValidator(MOST_DAYS))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("kind") == CampaignKind.ONCE and given.get("starts_on") and "starts_on" in self.changed_data:
            if self._is_over(given):
                self.add_error("starts_on", _("This day is over. Choose one to come, or none and launch it by hand."))
            elif self.instance.pk and self.instance.waves.exists():
                self.add_error(
                    "starts_on", _("It has asked before, so no day starts it. Launch it by hand, or copy it.")
                )
        return given

    def _is_over(self, given: dict[str, Any]) -> bool:
        day, zone = given.get("starts_on"), given.get("timezone")
        return day is not None and zone is not None and day < timezone.localdate(timezone=ZoneInfo(zone))


class WordsForm(forms.Form):
    """The own words of a mail or page in one language: a field for each text of its model, the standard words in it as
    long as it is empty. What is refused is a tag that nobody would fill in."""

    seen = seen_field()

    def __init__(self, *args: Any, text: Text, row: Any = None, **kwargs: Any) -> None:
        """`row` is what stands now, if there is one."""
        super().__init__(*args, **kwargs)
        self.text, spoken, standard = text, languages.get(text.language), words.standard(text)
        missing = words.missing(text)
        for name in words.fields(text.model):
            self.fields[name] = _text_field(text, name)
            self.fields[name].initial = getattr(row, name, "")
            look = {"placeholder": standard.get(name, ""), "dir": spoken.direction, "lang": spoken.tag}
            self.fields[name].widget.attrs.update(look)
            if name in missing:
                self.fields[name].help_text = _("Missing here: another language has its own words for this.")
            elif self.fields[name].initial and name in standard:
                apart = format_html('<bdi dir="{}" lang="{}">{}</bdi>', spoken.direction, spoken.tag, standard[name])
                self.fields[name].help_text = SafeString(_("Standard words: %(words)s") % {"words": apart})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        written = self.words(given)
        for name, fault in (words.unknown_tags(written) | words.invitations(self.text, written)).items():
            self.add_error(name, fault)
        return given

    def words(self, given: dict[str, Any] | None = None) -> dict[str, str]:
        """What `words.write` takes."""
        given = self.cleaned_data if given is None else given
        names = [name for name in words.fields(self.text.model) if name in given]
        return {name: given[name].replace("\r\n", "\n") for name in names}


def _text_field(text: Text, name: str) -> forms.CharField:
    column: Any = text.model._meta.get_field(name)
    is_line = isinstance(column, CharField)
    return forms.CharField(
        label=str(column.verbose_name)[:1].upper() + str(column.verbose_name)[1:],
        required=False,
        max_length=column.max_length if is_line else words.LONGEST,
        widget=forms.TextInput() if is_line else forms.Textarea(attrs={"rows": 3}),
    )
