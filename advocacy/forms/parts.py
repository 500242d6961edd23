"""What forms of several things share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy import timeline

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

    Choice = forms.ModelChoiceField[Any]
else:
    Choice = forms.ModelChoiceField

LONGEST = 10_000
NAMELESS = _("Every employee reads this: leave out who asked.")
STALE = _("It does not say which state it is about. Look at the page as it is now, and press again.")


class PersonField(Choice):
    def label_from_instance(self, obj: User) -> str:
        return timeline.name_of(obj)


def reason_field(label: StrOrPromise, *, required: StrOrPromise, rows: int = 2, **kwargs: Any) -> forms.CharField:
    errors = {"required": required}
    return forms.CharField(label=label, max_length=1000, widget=lines(rows), error_messages=errors, **kwargs)


def lines(number: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": number, "dir": "auto"})


def to_come(day: dt.date) -> dt.date:
    if day < timezone.localdate():
        raise forms.ValidationError(_("Choose today or a later day."))
    if day.year > timezone.localdate().year + 20:
        raise forms.ValidationError(_("Choose a day within twenty years."))
    return day


class WrittenForm(forms.Form):
    @property
    def is_written(self) -> bool:
        """Whether something is typed into it: a form of buttons has nothing to lose. Those fields have no label."""
        return any(field.label for field in self.visible_fields())


class MoveForm(WrittenForm):
    """A form that changes a request, a fix or an advocate. It carries what its page had seen of the log."""

    seen = forms.RegexField(
        r"\A[0-9]{1,18}\Z", widget=forms.HiddenInput, error_messages={"required": STALE, "invalid": STALE}
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        # Several forms share the page: each has ids of its own.
        super().__init__(data, auto_id=f"{type(self).__name__.removesuffix('Form').lower()}-%s", **kwargs)


class ReasonForm(MoveForm):
    """What is asked for every other decision about an advocate."""

    reason = reason_field(_("Why"), required=_("Say why: colleagues read it in the history."))


class RemarkForm(ReasonForm):
    """The same along with a decision that needs no reason."""

    reason = forms.CharField(label=_("Why"), max_length=1000, required=False, widget=lines(2))
