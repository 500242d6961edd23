"""What a person tells us through a door, and how staff set one up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from surveys import addresses, languages, mergetags, sites, texts
from surveys.doors import Who
from surveys.enums import DoorKind
from surveys.fields import SaidField
from surveys.forms import AnswerForm
from surveys.models import Door, DoorText
from surveys.models.fields import is_list_of_origins
from surveys.responses import Answer

if TYPE_CHECKING:
    DoorFields = forms.ModelForm[Door]
else:
    DoorFields = forms.ModelForm


class OpenAnswerForm(AnswerForm):
    """The answer of somebody we do not know. Who they are counts only with the wish for a reply."""

    contact = phone = when = None  # type: ignore[assignment]
    reply = forms.BooleanField(required=False)
    name = SaidField(clean=mergetags.header, longest=200)
    email = SaidField(clean=mergetags.header, longest=addresses.MAX_LENGTH + 1)

    def __init__(self, *args: Any, asks_who: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_who = asks_who

    def clean_email(self) -> str:
        email = addresses.normalise(self.cleaned_data["email"])
        if self._wants_reply and not addresses.is_valid(email):
            raise ValidationError("", code="email_fault")
        return email

    @property
    def _wants_reply(self) -> bool:
        return self.asks_who and bool(self.cleaned_data.get("reply"))

    @property
    def said(self) -> Answer:
        given = self.cleaned_data
        return Answer(score=given["score"], comment=given["comment"], wants_contact=self._wants_reply)

    @property
    def who(self) -> Who | None:
        return Who(self.cleaned_data["email"], self.cleaned_data["name"]) if self._wants_reply else None


class DoorForm(DoorFields):
    """A door as staff set it up."""

    class Meta:
        model = Door
        fields = ["name", "kind", "style", "asks_who", "origins", "an_hour"]
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "kind": forms.RadioSelect,
            "origins": forms.Textarea(attrs={"rows": 3, "dir": "ltr"}),
        }
        error_messages = {"name": {"required": _("Give it a name.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["an_hour"].min_value = 1
        fields["kind"].choices = DoorKind.choices
        if self.instance.pk is not None:
            del fields["kind"]

    def clean_origins(self) -> str:
        """One spelling of each site: a browser compares them letter by letter."""
        text: str = self.cleaned_data["origins"]
        is_list_of_origins(text)
        return "\n".join(sites.origins(text))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        name, campaign = given.get("name"), self.instance.campaign_id
        if name and Door.objects.filter(campaign=campaign, name=name).exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("Another door of this campaign has this name."))
        return given

    def setup(self) -> dict[str, Any]:
        """What `doors.create` and `doors.change` take."""
        return {name: self.cleaned_data[name] for name in self.fields}


class DoorWordsForm(forms.Form):
    """The door's own heading and sentence in each language that is offered; a blank one leaves the standard words."""

    def __init__(self, *args: Any, door: Door, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.door = door
        known = {text.language: text for text in door.texts.all()}
        for tag in texts.OFFERED:
            for field in ("heading", "text"):
                column: Any = DoorText._meta.get_field(field)
                self.fields[f"{field}-{tag}"] = forms.CharField(
                    label=capfirst(str(column.verbose_name)),
                    required=False,
                    max_length=column.max_length,
                    initial=getattr(known.get(tag), field, ""),
                    widget=forms.TextInput(attrs={"lang": tag, "dir": languages.get(tag).direction}),
                )

    def clean(self) -> dict[str, Any]:
        """The fault of a text stands at its own field."""
        for tag, said in self.words.items():
            text = DoorText(door=self.door, language=tag, **said)
            try:
                text.clean()
            except ValidationError as faults:
                for field, errors in faults.message_dict.items():
                    self.add_error(f"{field}-{tag}", errors)
        return self.cleaned_data

    @property
    def words(self) -> dict[str, dict[str, str]]:
        given = self.cleaned_data
        return {tag: {field: given.get(f"{field}-{tag}", "") for field in ("heading", "text")} for tag in texts.OFFERED}

    @property
    def by_language(self) -> list[tuple[languages.Language, list[forms.BoundField]]]:
        return [
            (languages.get(tag), [self[f"{field}-{tag}"] for field in ("heading", "text")]) for tag in texts.OFFERED
        ]
