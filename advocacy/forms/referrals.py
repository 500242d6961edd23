"""What somebody who comes by a personal link fills in, and what is noted when they become a customer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.forms.parts import RemarkForm, WrittenForm
from surveys import addresses, mergetags


class LeadForm(forms.Form):
    """Its errors are keys of the public texts: the page is in the language of the reader."""

    name = forms.CharField(max_length=120, error_messages={"required": "missing_name", "max_length": "missing_name"})
    email = forms.CharField(max_length=254, error_messages={"required": "bad_email", "max_length": "bad_email"})
    company = forms.CharField(max_length=120, required=False, error_messages={"max_length": "wrong"})
    agree = forms.BooleanField(error_messages={"required": "missing_agree"})

    def clean_name(self) -> str:
        name = mergetags.plain(self.cleaned_data["name"]).strip()
        if not name:
            raise forms.ValidationError("missing_name")
        return name

    def clean_company(self) -> str:
        return mergetags.plain(self.cleaned_data["company"]).strip()

    def clean_email(self) -> str:
        address = addresses.normalise(self.cleaned_data["email"])
        if not addresses.is_valid(address):
            raise forms.ValidationError("bad_email")
        return address


class InvitedForm(WrittenForm):
    """Somebody whom an advocate has named."""

    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Write the name of whoever was named.")}
    )
    email = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        help_text=_("We write nothing to it. It tells whose they are when they come."),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": _("Write their mail address: it tells whose they are when they come.")},
    )

    def clean_name(self) -> str:
        name = mergetags.plain(self.cleaned_data["name"]).strip()
        if mergetags.is_blank(name):
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name

    def clean_email(self) -> str:
        address = addresses.normalise(self.cleaned_data["email"])
        if not addresses.is_valid(address):
            raise forms.ValidationError(_("Write a whole mail address, such as lea@example.com."))
        return address


class ConvertForm(RemarkForm):
    """What they bring in a year may stay open; with an amount its currency is named."""

    revenue = forms.DecimalField(
        label=_("Revenue a year (optional)"),
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"min_value": _("Write 0 or more.")},
    )
    currency = forms.RegexField(
        r"\A[A-Z]{3}\Z",
        label=_("Currency"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 3, "autocapitalize": "characters"}),
        error_messages={"invalid": _("Write three capitals, such as EUR.")},
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("revenue") is not None and not given.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Name the currency too."))
        if given.get("revenue") is None:
            given["currency"] = ""
        return given
