"""What staff type about the pictures of case studies, and about places where one was published."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy import linkback
from advocacy.forms.parts import MoveForm, to_come
from advocacy.models.pictures import LONGEST_ALT, LONGEST_CREDIT
from surveys import texts

TOO_LARGE = _("It is larger than 10 MB. Save it smaller, and choose that.")


def rights_until() -> forms.DateField:
    return forms.DateField(
        label=_("May be shown until (optional)"),
        required=False,
        help_text=_("From the day after it is on no page any more. Empty: without an end."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write a day, such as 2027-06-30, or leave it out.")},
    )


def rights_holder() -> forms.CharField:
    return forms.CharField(
        label=_("Who holds the rights"),
        max_length=LONGEST_CREDIT,
        help_text=_("Not shown: whom to ask when they end."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say who holds the rights, such as: the customer.")},
    )


class RightsForm(MoveForm):
    rights_holder = rights_holder()
    rights_until = rights_until()

    def clean_rights_until(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["rights_until"]
        return to_come(day) if day else None


class PictureForm(RightsForm):
    field_order = ["file", "alt", "credit", "rights_holder", "rights_until", "seen"]

    file = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG, JPEG or WebP, at most 10 MB. It is drawn anew: place and camera are left out."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={
            "required": _("Choose a picture."),
            "invalid": _("Choose a picture."),
            "missing": _("Choose a picture."),
            "empty": _("This file is empty. Choose another."),
        },
    )
    alt = forms.CharField(
        label=_("What is to be seen"),
        max_length=LONGEST_ALT,
        help_text=_("In the language of the study. Read out to whoever does not see the picture."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        error_messages={"required": _("Say what is to be seen: without it some readers miss the picture.")},
    )
    credit = forms.CharField(
        label=_("Credit (optional)"),
        max_length=LONGEST_CREDIT,
        required=False,
        help_text=_("It stands under the picture, such as: Photo: Ana Horvat."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_large:  # it was dropped as it came in
            self.fields["file"].error_messages["required"] = TOO_LARGE

    def clean_alt(self) -> str:
        return " ".join(self.cleaned_data["alt"].split())


class StudyPlaceForm(MoveForm):
    name = forms.CharField(
        label=_("Where it was published"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say where it was published, such as: our blog.")},
    )
    address = forms.URLField(
        label=_("Address of the page"),
        max_length=500,
        assume_scheme="https",
        help_text=_("It is looked at each week: does it answer, and does it link to the customer’s site?"),
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        error_messages={
            "required": _("Write the address of the page."),
            "invalid": _("Write a web address that begins with https://."),
        },
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if not texts.link(address):
            raise forms.ValidationError(self.fields["address"].error_messages["invalid"])
        parts, limits = urlsplit(address), linkback.limits()
        is_of_tests = (parts.hostname, parts.port) in limits.loopback
        if parts.scheme != "https" and not limits.has_http and not is_of_tests:
            raise forms.ValidationError(self.fields["address"].error_messages["invalid"])
        return address
