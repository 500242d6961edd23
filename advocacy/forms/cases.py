"""What staff type about cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from advocacy import cases, mentions
from advocacy.enums import AttemptChannel, Outcome
from advocacy.forms.parts import LONGEST, Choice, PersonField
from advocacy.models import Theme

TOO_OLD = _("It does not say which state of the case it is about. Look at the page as it is now, and press again.")


class CaseForm(forms.Form):
    """A form of the case page. It carries the version of the case it was opened with; the template writes that field
    afresh, so that after a refusal the second press is about what the page shows now."""

    seen = forms.RegexField(
        r"\A[0-9]{1,18}(-[0-9]{1,18}){3}\Z",
        widget=forms.HiddenInput,
        error_messages={"required": TOO_OLD, "invalid": TOO_OLD},
    )

    is_written = True  # whether there is something in it that one may fear for

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        # Several forms share the page: each has ids of its own.
        super().__init__(data, auto_id=f"{type(self).__name__.removesuffix('Form').lower()}-%s", **kwargs)

    @property
    def kept(self) -> str:
        """What was typed, as one text: it goes into a note where the form has no place on the page any more."""
        return ""

    def said(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()


class AttemptForm(CaseForm):
    reached = forms.TypedChoiceField(
        label=_("How did it go?"),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it went.")},
    )
    channel = forms.TypedChoiceField(
        label=_("By"), choices=AttemptChannel, coerce=AttemptChannel, initial=AttemptChannel.CALL
    )
    note = forms.CharField(
        label=_("What was said (optional)"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, attempts: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        tried = _("Not reached (%(number)d of %(needed)d)") % {
            "number": attempts + 1,
            "needed": max(cases.ATTEMPTS_NEEDED, attempts + 1),
        }
        self.fields["reached"].choices = [("yes", _("Reached")), ("no", tried)]  # type: ignore[attr-defined]

    @property
    def kept(self) -> str:
        return self.said("note")


class NoteForm(CaseForm):
    text = forms.CharField(
        label=_("Note"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": _("Write something to keep.")},
    )
    tell = PersonField(
        label=_("Tell (optional)"),
        queryset=None,
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Or write @ and the name a colleague signs in with."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["tell"].queryset = mentions.readers()  # type: ignore[attr-defined]

    @property
    def kept(self) -> str:
        return self.said("text")


class AssignForm(CaseForm):
    is_written = False
    to = PersonField(label=_("Owner"), queryset=None, required=False, empty_label=_("Nobody"))

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["to"].queryset = cases.workers()  # type: ignore[attr-defined]


class ClockForm(CaseForm):
    """A button that stops a clock of the case, or lets it run again."""

    is_written = False


class CloseForm(CaseForm):
    outcome = forms.TypedChoiceField(
        label=_("Outcome"),
        coerce=Outcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    theme = Choice(
        label=_("Root cause"),
        queryset=Theme.objects.all(),
        empty_label=_("Choose…"),
        help_text=_("What lies behind it. Admins keep the list."),
        error_messages={"required": _("Choose a root cause.")},
    )
    promise = forms.CharField(
        label=_("You promised (optional)"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    promise_due_on = forms.DateField(
        label=_("By (optional)"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, attempts: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        so_far = _("%(outcome)s (%(attempts)d so far)") % {"outcome": Outcome.NOT_REACHED.label, "attempts": attempts}
        choices = [(value, so_far if value == Outcome.NOT_REACHED else label) for value, label in Outcome.choices]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        due_on = given.get("promise_due_on")
        if due_on and due_on < timezone.localdate():
            self.add_error("promise_due_on", _("Choose today or a later day."))
        if given.get("promise") and not due_on and "promise_due_on" not in self.errors:
            self.add_error("promise_due_on", _("Say by when you keep the promise."))
        if due_on and not given.get("promise") and "promise" not in self.errors:
            self.add_error("promise", _("Say what you promised by that day."))
        return given

    @property
    def kept(self) -> str:
        outcome, theme = self.cleaned_data.get("outcome"), self.cleaned_data.get("theme")
        due_on = self.cleaned_data.get("promise_due_on")
        parts = [outcome and outcome.label, theme and theme.name, self.said("promise")]
        parts.append(due_on and date_format(due_on, "j M Y"))
        return " · ".join(str(part) for part in parts if part)


class ReopenForm(CaseForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        error_messages={"required": _("Say why: colleagues read it in the history.")},
    )

    @property
    def kept(self) -> str:
        return self.said("reason")
