"""The conditions of a segment as a form that works without script: each round trip adds or drops a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from surveys import languages, segments
from surveys.enums import Band
from surveys.models import Segment

if TYPE_CHECKING:
    NameBase = forms.ModelForm[Segment]
else:
    NameBase = forms.ModelForm

_ROW = re.compile(r"c(\d{1,3})-what")


class NameForm(NameBase):
    class Meta:
        model = Segment
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"dir": "auto"})}
        error_messages = {"name": {"unique": _("Another segment has this name.")}}


class ConditionForm(forms.Form):
    """One condition. What its value looks like follows from the condition; whether it is one, `segments` says."""

    what = forms.CharField(widget=forms.Select(attrs={"class": "form-select", "aria-label": _("Condition")}))
    key = forms.CharField(
        required=False,
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "aria-label": _("Name of the property"),
                "placeholder": _("name"),
                "dir": "auto",
            }
        ),
    )
    value = forms.CharField(required=False)

    def __init__(self, data: Mapping[str, str], *, prefix: str, what: str) -> None:
        super().__init__(data, prefix=prefix, auto_id=f"{prefix}-%s")
        field, op = what.split(".")
        alike = [(name, label) for name, label in segments.CONDITIONS.items() if name.startswith(f"{field}.")]
        field_of: Any = self.fields
        field_of["what"].widget.choices = alike
        self.chosen, self.error = what, ""
        if field != "property":
            del self.fields["key"]
        if op in segments.WITHOUT_VALUE:
            del self.fields["value"]
        else:
            self.fields["value"].widget = _widget(field)

    @property
    def condition(self) -> segments.Condition:
        field, op = self.chosen.split(".")
        return {"field": field, "op": op, "value": self._given("value"), "key": self._given("key")}

    @property
    def is_complete(self) -> bool:
        return "key" not in self.fields and "value" not in self.fields

    def _given(self, name: str) -> str:
        return str(self.data.get(f"{self.prefix}-{name}", ""))


def _widget(field: str) -> forms.Widget:
    label = {"aria-label": _("Value")}
    choices = _choices(field)
    if choices:
        return forms.Select(attrs={"class": "form-select", **label}, choices=[("", _("Choose…")), *choices])
    attrs = {"class": "form-control", **label}
    if field in ("customer_since", "created"):
        return forms.DateInput(attrs={**attrs, "type": "date"})
    if field == "last_answered":
        return forms.NumberInput(attrs={**attrs, "min": "1", "max": str(segments.A_CENTURY)})
    return forms.TextInput(attrs={**attrs, "dir": "auto", "maxlength": str(segments.LONGEST)})


def _choices(field: str) -> list[tuple[str, object]]:
    if field == "language":
        return [(tag, languages.get(tag).own_name) for tag in languages.tags()]
    if field == "owner":
        users = get_user_model().objects.filter(is_active=True).order_by("first_name", "last_name", "username")
        return [(str(user.pk), user.get_full_name() or user.get_username()) for user in users]
    if field == "last_band":
        return list(Band.choices)
    if field == "basis":
        return [(key, basis.label) for key, basis in segments.BASES.items()]
    return []


class SegmentForm:
    """The name and the rows, from an address, a post, or the segment as it is stored."""

    def __init__(self, data: Mapping[str, str], *, segment: Segment | None = None, is_post: bool = False) -> None:
        if not data and segment is not None:
            data = as_data(segment.conditions)
        self.name = NameForm(data if is_post else None, instance=segment, initial=_name(data))
        self.rows = [ConditionForm(data, prefix=prefix, what=what) for prefix, what in _rows(data)]
        self.conditions: list[segments.Condition] = []
        self.error = ""
        # A row that was added just now waits for its value: until it is saved that is no mistake.
        is_asked = is_post or data.get("add", "") not in segments.CONDITIONS or self.rows[-1].is_complete
        self._check(self.rows if is_asked else self.rows[:-1])

    def _check(self, rows: list[ConditionForm]) -> None:
        try:
            self.conditions = segments.clean([row.condition for row in rows])
        except segments.BadConditions as bad:
            for place, error in bad.errors.items():
                if place < len(rows):
                    rows[place].error = error
                else:
                    self.error = error

    @property
    def can_be_asked(self) -> bool:
        return not self.error and not any(row.error for row in self.rows)

    def is_valid(self) -> bool:
        return self.name.is_valid() and self.can_be_asked

    @property
    def addable(self) -> list[tuple[str, object]]:
        return list(segments.CONDITIONS.items())


def _name(data: Mapping[str, str]) -> dict[str, str]:
    name = data.get("name", "").replace("\x00", "")
    return {"name": name} if name else {}


def _rows(data: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The rows in their order, less the one to drop, and the one to add last."""
    places = sorted(int(match[1]) for name in data if (match := _ROW.fullmatch(name)))
    for place in places:
        prefix = f"c{place}"
        what = data.get(f"{prefix}-what", "")
        if what in segments.CONDITIONS and data.get("drop") != prefix:
            yield prefix, what
    if (what := data.get("add", "")) in segments.CONDITIONS:
        yield f"c{max(places, default=-1) + 1}", what


def as_data(conditions: object) -> Mapping[str, str]:
    """Stored conditions as the form would send them; those that cannot be read are left out."""
    return dict(_pairs(conditions))


def as_query(conditions: object) -> str:
    return urlencode(_pairs(conditions))


def _pairs(conditions: object) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for place, condition in enumerate(conditions if isinstance(conditions, list) else []):
        if isinstance(condition, dict) and segments.name_of(condition) in segments.CONDITIONS:
            pairs.append((f"c{place}-what", segments.name_of(condition)))
            pairs += [(f"c{place}-{part}", str(condition[part])) for part in ("key", "value") if part in condition]
    return pairs
