"""What staff type about cases, requests, fixes and advocates: checked and cleaned, never saved here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from advocacy import cases, fixes, timeline
from advocacy.enums import AttemptChannel, Outcome, RequestKind
from advocacy.models import Fix, Theme

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

    Choice = forms.ModelChoiceField[Any]
else:
    Choice = forms.ModelChoiceField

LONGEST = 10_000
TOO_OLD = _("It does not say which state of the case it is about. Look at the page as it is now, and press again.")


class CaseForm(forms.Form):
    """A form of the case page. It carries the version of the case it was opened with; the template writes that field
    afresh, so that after a refusal the second press is about what the page shows now."""

    seen = forms.RegexField(
        r"\A[0-9]{1,18}(-[0-9]{1,18}){3}\Z",
        widget=forms.HiddenInput,
        error_messages={"required": TOO_OLD, "invalid": TOO_OLD},
    )

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


class PersonField(Choice):
    def label_from_instance(self, obj: User) -> str:
        return timeline.name_of(obj)


class AssignForm(CaseForm):
    to = PersonField(label=_("Owner"), queryset=None, required=False, empty_label=_("Nobody"))

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["to"].queryset = cases.workers()  # type: ignore[attr-defined]


class ClockForm(CaseForm):
    """A button that stops a clock of the case, or lets it run again."""


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


# ----------------------------------------------------------------------------------------- requests, fixes, advocates

NAMELESS = _("Every employee reads this: leave out who asked.")
STALE = _("It does not say which state it is about. Look at the page as it is now, and press again.")


def _text(label: StrOrPromise, *, required: StrOrPromise, rows: int = 2, **kwargs: Any) -> forms.CharField:
    errors = {"required": required}
    return forms.CharField(label=label, max_length=1000, widget=_rows(rows), error_messages=errors, **kwargs)


def _rows(number: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": number, "dir": "auto"})


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


class SortForm(MoveForm):
    kind = forms.TypedChoiceField(
        label="",
        choices=[choice for choice in RequestKind.choices if choice[0]],
        coerce=RequestKind,
        error_messages={"required": _("Say what it is."), "invalid_choice": _("Say what it is.")},
    )


class LinkForm(MoveForm):
    fix = Choice(
        label="",
        queryset=Fix.objects.all(),
        error_messages={"required": _("Choose a fix."), "invalid_choice": _("This fix is not there any more.")},
    )


class IdeaForm(WrittenForm):
    title = forms.CharField(
        label=_("What would be better"),
        max_length=160,
        help_text=NAMELESS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say in a line what would be better.")},
    )
    description = forms.CharField(
        label=_("More about it (optional)"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    theme = Choice(
        label=_("Theme (optional)"), queryset=Theme.objects.all(), required=False, empty_label=_("Not known yet")
    )


class NewFixForm(IdeaForm, MoveForm):
    """A fix that is opened for a request."""


class PlanForm(MoveForm):
    owner = PersonField(
        label=_("Owner"),
        queryset=None,
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose who makes it true."), "invalid_choice": _("Choose who makes it true.")},
    )
    due_on = forms.DateField(
        label=_("Due on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say by which day.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["owner"].queryset = fixes.owners()  # type: ignore[attr-defined]

    def clean_due_on(self) -> dt.date:
        return _to_come(self.cleaned_data["due_on"])


class ReplanForm(PlanForm):
    reason = _text(_("Why it changes"), required=_("Say why: whoever asked waits for it."), help_text=NAMELESS)


class ShipForm(MoveForm):
    reason = _text(
        _("What is different for customers now"),
        required=_("Say what is different: whoever asked will be told."),
        help_text=NAMELESS,
    )


class DeclineForm(MoveForm):
    reason = _text(_("Why not"), required=_("Say why not: its author reads it."), help_text=NAMELESS)


class PauseForm(MoveForm):
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Say until which day.")},
    )
    reason = _text(_("Why"), required=_("Say why: colleagues read it in the history."))

    def clean_until(self) -> dt.date:
        until: dt.date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come."))
        return _to_come(until)


class ReasonForm(MoveForm):
    """What is asked for every other decision about an advocate."""

    reason = _text(_("Why"), required=_("Say why: colleagues read it in the history."))


class RemarkForm(ReasonForm):
    """The same along with a decision that needs no reason."""

    reason = forms.CharField(label=_("Why"), max_length=1000, required=False, widget=_rows(2))


def _to_come(day: dt.date) -> dt.date:
    if day < timezone.localdate():
        raise forms.ValidationError(_("Choose today or a later day."))
    if day.year > timezone.localdate().year + 20:
        raise forms.ValidationError(_("Choose a day within twenty years."))
    return day


class KeepForm(forms.Form):
    """Why a person who asked to be forgotten is kept."""

    reason = forms.CharField(
        label=_("Why this person is kept"),
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        error_messages={"required": _("Say why: this person asked to be forgotten.")},
    )
