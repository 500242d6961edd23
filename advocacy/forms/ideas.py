"""What colleagues type about ideas and challenges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy import fixes
from advocacy.forms.fixes import IdeaForm
from advocacy.forms.parts import LONGEST, NAMELESS, Choice, MoveForm, PersonField, lines, reason_field, to_come
from advocacy.models import Challenge, Department, Fix

if TYPE_CHECKING:
    import datetime as dt

    ChallengeBase = forms.ModelForm[Challenge]
else:
    ChallengeBase = forms.ModelForm

GONE = _("This idea is not there any more.")


class PostForm(IdeaForm):
    """An idea. `known` carries which ideas like it the person has been shown."""

    challenge = Choice(
        label=_("Challenge (optional)"),
        queryset=Challenge.objects.none(),
        required=False,
        empty_label=_("None"),
        error_messages={"invalid_choice": _("This challenge takes no ideas in today.")},
    )
    department = Choice(
        label=_("Your department (optional)"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=_("Not said"),
    )
    known = forms.RegexField(r"\A[0-9]{1,18}(,[0-9]{1,18})*\Z", required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["challenge"].queryset = Challenge.objects.open()  # type: ignore[attr-defined]

    def known_ones(self) -> set[int]:
        return {int(each) for each in self.cleaned_data["known"].split(",") if each}


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST,
        help_text=NAMELESS,
        widget=lines(3),
        error_messages={"required": _("Write something first.")},
    )


class MergeForm(MoveForm):
    into = Choice(
        label=_("The idea it becomes a part of"),
        queryset=Fix.objects.all(),
        widget=forms.NumberInput(attrs={"min": 1}),
        help_text=_("Its number, as in the address of its page."),
        error_messages={"required": _("Say which idea."), "invalid_choice": GONE},
    )


class SettingsForm(forms.Form):
    department = Choice(
        label=_("Your department"), queryset=Department.objects.all(), required=False, empty_label=_("Not said")
    )
    wants_news = forms.BooleanField(label=_("Mail me when an idea of mine moves"), required=False)
    wants_digest = forms.BooleanField(
        label=_("Mail me once a month what shipped, what is wanted most and what customers said"), required=False
    )


class ChallengeForm(ChallengeBase):
    class Meta:
        model = Challenge
        fields = ["title", "question", "opens_on", "closes_on", "winner_by", "jury"]
        widgets = {
            "question": lines(3),
            "opens_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closes_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        field_classes = {"jury": PersonField}
        help_texts = {
            "closes_on": _("Days where the organisation is; on both of them ideas come in."),
            "winner_by": _("By votes the most wanted idea wins; of equals the one posted first."),
            "jury": _("Only where a person chooses."),
        }

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["jury"].queryset = fixes.owners()  # type: ignore[attr-defined]

    def clean_closes_on(self) -> dt.date:
        return to_come(self.cleaned_data["closes_on"])


class WinnerForm(forms.Form):
    winner = Choice(
        label=_("The winner"),
        queryset=Fix.objects.none(),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose an idea."), "invalid_choice": GONE},
    )
    reason = reason_field(_("Why"), required=_("Say why: everybody who took part reads it."), help_text=NAMELESS)

    def __init__(self, data: Mapping[str, Any] | None = None, *, entries: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["winner"].queryset = entries  # type: ignore[attr-defined]
