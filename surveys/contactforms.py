"""What staff type about contacts: their details, what to look for, which address to stop. Checked, never saved here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from surveys import addresses, languages, segments
from surveys.enums import Band, SuppressionScope
from surveys.models import Account, Contact, Segment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    ContactBase = forms.ModelForm[Contact]
    Choice = forms.ModelChoiceField[Any]
else:
    ContactBase = forms.ModelForm
    Choice = forms.ModelChoiceField

NEVER = "never"
TOO_OLD = _("It does not say which state of the contact it is about. Look at the page as it is now, and save again.")


def colleagues() -> QuerySet[User]:
    return get_user_model().objects.filter(is_active=True).order_by("first_name", "last_name", "username")


class PersonField(Choice):
    def label_from_instance(self, obj: User) -> str:
        return obj.get_full_name() or obj.get_username()


# ------------------------------------------------------------------------------------------------------------- details


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 2, "dir": "auto"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(item) for item in value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _lines(str(self.prepare_value(initial) or "")) != _lines(data or "")

    def clean(self, value: Any) -> Any:
        return list(dict.fromkeys(_lines(super().clean(value))))


class PairsField(forms.CharField):
    """Names with their values, one `name: value` a line."""

    widget = forms.Textarea(attrs={"rows": 3, "dir": "auto"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{key}: {item}" for key, item in value.items()) if isinstance(value, dict) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _lines(str(self.prepare_value(initial) or "")) != _lines(data or "")

    def clean(self, value: Any) -> Any:
        pairs = {}
        for line in _lines(super().clean(value)):
            key, colon, item = line.partition(":")
            if not colon or not key.strip():
                raise forms.ValidationError(
                    _("Write “name: value” on each line. This is none: %(line)s"), params={"line": line}
                )
            pairs[key.strip()] = item.strip()
        return pairs


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class AccountField(forms.CharField):
    """An account by its name: there may be too many to choose from a list."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return Account.objects.filter(pk=value).values_list("name", flat=True).first() or ""
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != (data or "").strip()

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        if not name:
            return None
        account = Account.objects.filter(segments.written("name__iexact", name)).order_by("pk").first()
        if account is None:
            raise forms.ValidationError(_("No account has this name."))
        return account


class ContactForm(ContactBase):
    """The details of a contact. It carries the version it was opened with; the template writes that field afresh, so
    that after a refusal the second press is about what the page shows now."""

    seen = forms.RegexField(
        r"\A[0-9]{20}\Z", widget=forms.HiddenInput, error_messages={"required": TOO_OLD, "invalid": TOO_OLD}
    )
    language = forms.CharField(label=_("Language"), required=False, max_length=12)
    account = AccountField(label=_("Account"), required=False, max_length=200)
    owner = PersonField(label=_("Owner"), queryset=None, required=False, empty_label=_("Nobody"))
    tags = LinesField(label=_("Tags"), required=False, help_text=_("One a line."))
    properties = PairsField(label=_("Properties"), required=False, help_text=_("One a line, as in plan: Gold"))

    class Meta:
        model = Contact
        fields = [
            *("name", "email", "phone", "language", "timezone", "account", "owner", "customer_since", "external_id"),
            *("basis", "tags", "properties"),
        ]
        widgets = {
            "name": forms.TextInput(attrs={"dir": "auto"}),
            "phone": forms.TextInput(attrs={"type": "tel"}),
            "customer_since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Contact) -> None:
        super().__init__(data, instance=instance)
        field: Any = self.fields["owner"]
        # The owner of now stays a choice, even one who has left.
        field.queryset = colleagues() | get_user_model().objects.filter(pk=instance.owner_id or 0)

    def clean_language(self) -> str:
        text: str = self.cleaned_data["language"]
        tag = languages.normalise(text)
        if text and not tag:
            raise forms.ValidationError(_("Write a language tag such as es or pt-BR."))
        return tag

    def clean_phone(self) -> str:
        text: str = self.cleaned_data["phone"]
        if text and "phone" in self.changed_data and not any(character.isdigit() for character in text):
            raise forms.ValidationError(_("Write a phone number with its digits, or leave it empty."))
        return text

    @property
    def details(self) -> dict[str, Any]:
        """What was changed, as fields of Contact: what was left as it was is not written again."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self._meta.fields}  # type: ignore[operator]

    def shown(self, name: str) -> str:
        """What a field says, in words: of a choice its label."""
        value = self[name].value()
        choices: Any = getattr(self.fields[name], "choices", ())
        label = next((text for key, text in choices if str(key) == str("" if value is None else value)), value)
        # A browser sends line breaks in its own way.
        return "" if label is None else "\n".join(str(label).splitlines())


# ------------------------------------------------------------------------------------------------------------- filters


class FilterForm(forms.Form):
    """The filters of the list of contacts, from its address. What makes no sense does not filter."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=200)
    segment = Choice(label=_("Segment"), queryset=None, required=False, empty_label=_("Any segment"))
    tag = forms.CharField(label=_("Tag"), required=False, max_length=200)
    language = forms.ChoiceField(label=_("Language"), required=False)
    owner = PersonField(label=_("Owner"), queryset=None, required=False, empty_label=_("Any owner"))
    band = forms.ChoiceField(
        label=_("Last answer"),
        required=False,
        choices=[("", _("Any answer")), *Band.choices, (NEVER, _("Never answered"))],
    )
    account = forms.CharField(label=_("Account"), required=False, max_length=200)
    mail = forms.ChoiceField(
        label=_("Mail"),
        required=False,
        choices=[("", _("Mailed or not")), ("yes", _("Must not be mailed")), ("no", _("May be mailed"))],
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter-%s")
        names = [(tag, languages.get(tag).own_name) for tag in languages.tags()]
        fields: dict[str, Any] = self.fields
        fields["language"].choices = [("", _("Any language")), *names]
        fields["segment"].queryset = Segment.objects.order_by("name")
        fields["owner"].queryset = colleagues()
        self.is_valid()

    @property
    def conditions(self) -> list[segments.Condition]:
        """The filters as a segment would say them; a chosen segment stands for its own conditions."""
        given = self.cleaned_data
        chosen: Segment | None = given.get("segment")
        conditions = list(chosen.conditions) if chosen else []
        texts = {"q": "text.contains", "tag": "tag.is", "language": "language.is", "account": "account.contains"}
        conditions += [_condition(what, given[name]) for name, what in texts.items() if given.get(name)]
        if given.get("owner"):
            conditions.append(_condition("owner.is", str(given["owner"].pk)))
        if band := given.get("band"):
            conditions.append(_condition("last_band.empty" if band == NEVER else "last_band.is", band))
        if mail := given.get("mail"):
            conditions.append(_condition(f"suppressed.{mail}", ""))
        return conditions

    @property
    def is_filtered(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields)


def _condition(what: str, value: str) -> segments.Condition:
    field, op = what.split(".")
    return {"field": field, "op": op, "value": value}


# --------------------------------------------------------------------------------------------------------- suppression


class AddressForm(forms.Form):
    address = forms.CharField(
        label=_("Mail address"),
        max_length=addresses.MAX_LENGTH,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
        error_messages={"required": _("Type the address.")},
    )

    def clean_address(self) -> str:
        address = addresses.normalise(self.cleaned_data["address"])
        if not addresses.is_valid(address):
            raise forms.ValidationError(_("This is no address we can mail."))
        return address


class StopForm(AddressForm):
    """Stop mail to an address."""

    scope = forms.ChoiceField(label=_("What must not be sent"), choices=SuppressionScope, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say why: colleagues read it later.")},
    )


class LiftForm(AddressForm):
    """Let mail through to an address again."""

    reason = forms.CharField(
        label=_("Why it may be mailed again"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say why: somebody once said stop.")},
    )


# --------------------------------------------------------------------------------------------------------------- erase


class EraseForm(forms.Form):
    """Whoever erases a person types who it is: it cannot be taken back."""

    typed = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}))

    def __init__(self, data: Mapping[str, Any] | None = None, *, expected: str) -> None:
        super().__init__(data, auto_id="erase-%s")
        self.expected = expected
        self.fields["typed"].label = _now("Type %(expected)s") % {"expected": expected}

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if " ".join(typed.split()).casefold() != " ".join(self.expected.split()).casefold():
            raise forms.ValidationError(_("This is not what stands above the field."))
        return typed
