"""What somebody who comes by a personal link fills in."""

from __future__ import annotations

from django import forms

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
