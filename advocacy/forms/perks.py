"""What staff type about perks, and what guests type on their page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy import inviting, programmes
from advocacy.enums import PerkStatus, RequestKind
from advocacy.forms.parts import Choice, MoveForm, PersonField, WrittenForm
from advocacy.models import Perk, PerkText, Tier
from surveys import languages, mergetags, schedule, texts
from surveys.models import Brand, Segment

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Perk]
else:
    ModelForm = forms.ModelForm

LONGEST_FINDING = 1000
LONGEST_TYPED = 20_000  # with all its white space
WITHIN_YEARS = 10
MOMENTS = ("starts_at", "ends_at", "respond_by")
SET_ONCE = ("kind", "brand")  # what guests know it as


class PerkForm(ModelForm):
    """Its times are typed, and shown, as the clock goes at the place itself."""

    is_written = True  # as a WrittenForm says it
    seen = forms.RegexField(r"\A[0-9]{1,18}\Z", widget=forms.HiddenInput, required=False)

    class Meta:
        model = Perk
        fields = [
            *("kind", "name", "brand", "starts_at", "ends_at", "time_zone", "place", "address"),
            *("capacity", "respond_by", "owner"),
        ]
        error_messages = {
            "address": {"invalid": _("Write an address that begins with https://, such as https://example.com/help.")}
        }
        widgets = {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M") for name in MOMENTS
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Perk | None = None) -> None:
        typed = str((data or {}).get("time_zone", ""))
        known = instance.time_zone if instance else settings.TIME_ZONE
        self.zone = ZoneInfo(typed if typed in schedule.time_zones() else known)
        given = {name: getattr(instance, name) for name in MOMENTS} if instance else {}
        local = {name: at.astimezone(self.zone).replace(tzinfo=None) for name, at in given.items() if at}
        super().__init__(data, instance=instance, initial={"time_zone": known, **local})
        self.fields["owner"] = PersonField(
            label=_("Owner"), queryset=programmes.owners(), required=False, empty_label=_("Nobody")
        )
        brands = list(Brand.objects.order_by("pk")[:2])
        if not instance and len(brands) == 1:
            self.initial["brand"] = brands[0].pk
        if instance and instance.status != PerkStatus.DRAFT:
            for name in SET_ONCE:
                self.fields[name].disabled = True

    def full_clean(self) -> None:
        with timezone.override(self.zone):
            super().full_clean()

    def clean_starts_at(self) -> dt.datetime:
        return _near(self.cleaned_data["starts_at"])

    def clean_ends_at(self) -> dt.datetime:
        return _near(self.cleaned_data["ends_at"])

    def clean_respond_by(self) -> dt.datetime | None:
        at: dt.datetime | None = self.cleaned_data["respond_by"]
        return _near(at) if at else None

    @property
    def said(self) -> dict[str, Any]:
        """The fields of the perk itself."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


def _near(at: dt.datetime) -> dt.datetime:
    if abs(at.year - timezone.localdate().year) > WITHIN_YEARS:
        raise forms.ValidationError(_("Choose a day within ten years."))
    return at


class WordsForm(WrittenForm):
    """What the invitation says in one language."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[(tag, languages.get(tag).own_name) for tag in texts.OFFERED],
        error_messages={"required": _("Choose the language."), "invalid_choice": _("Choose one of the languages.")},
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Write a title: it is the subject of the mail.")},
    )
    text = forms.CharField(
        label=_("Text (optional)"),
        max_length=PerkText._meta.get_field("text").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("What it is, and for whom. Empty lines part paragraphs."),
    )

    def clean_title(self) -> str:
        title = mergetags.header(self.cleaned_data["title"])
        if mergetags.is_blank(title):
            raise forms.ValidationError(_("Write a title: it is the subject of the mail."))
        return _untagged(title)

    def clean_text(self) -> str:
        return _untagged(mergetags.plain(self.cleaned_data["text"]))


def _untagged(words: str) -> str:
    """Raises ValidationError for what would reach the guests with its braces."""
    if tags := mergetags.unknown(words, ()):
        said = _("%(tag)s would stand in the mail as it is. It greets each guest by name above these words.")
        raise forms.ValidationError(said, params={"tag": tags[0]})
    return words


class TextForm(WordsForm, MoveForm):
    """The same of a perk that is there."""


class ChoiceForm(forms.Form):
    """Of whom one chooses; what it cannot read it leaves out."""

    segment = Choice(label=_("Segment"), queryset=Segment.objects.order_by("name"), required=False)
    tier = Choice(label=_("At least the tier"), queryset=Tier.objects.order_by("points"), required=False)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="choice-%s")
        self.fields["segment"].empty_label = _("All advocates")  # type: ignore[attr-defined]
        self.fields["tier"].empty_label = _("Any")  # type: ignore[attr-defined]

    @property
    def choice(self) -> inviting.Choice:
        found = self.cleaned_data if self.is_valid() or self.is_bound else {}
        return inviting.Choice(segment=found.get("segment"), tier=found.get("tier"), name=found.get("name") or "")


class FindForm(forms.Form):
    """What a tester found. Its errors are keys of the public texts: the page is in the language of the reader."""

    KINDS = (RequestKind.PROBLEM, RequestKind.QUESTION, RequestKind.SUGGESTION)

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.value) for kind in KINDS],
        error_messages={"required": "missing_kind", "invalid_choice": "missing_kind"},
    )
    words = forms.CharField(
        max_length=LONGEST_TYPED, error_messages={"required": "missing_words", "max_length": "too_long"}
    )

    def clean_kind(self) -> RequestKind:
        return RequestKind(self.cleaned_data["kind"])

    def clean_words(self) -> str:
        words = " ".join(mergetags.plain(self.cleaned_data["words"]).split())
        if mergetags.is_blank(words):
            raise forms.ValidationError("missing_words")
        if len(words) > LONGEST_FINDING:
            raise forms.ValidationError("too_long")
        return words
