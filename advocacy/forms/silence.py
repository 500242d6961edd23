"""What is typed after a call to an account that does not answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.forms.parts import WrittenForm, lines
from surveys.models import Contact


class CallForm(WrittenForm):
    contact = forms.TypedChoiceField(
        label=_("Whom you called"),
        coerce=int,
        error_messages={"required": _("Say whom."), "invalid_choice": _("This contact is not of the account.")},
    )
    note = forms.CharField(label=_("What was said (optional)"), max_length=1000, required=False, widget=lines(2))

    def __init__(self, people: Iterable[Contact], data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["contact"].choices = [(str(each.pk), str(each)) for each in people]  # type: ignore[attr-defined]
