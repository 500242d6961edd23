"""What staff type about rewards."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from advocacy.enums import RewardReason
from advocacy.forms.parts import Choice, MoveForm, WrittenForm, lines
from advocacy.models import Budget, RewardItem

MOST_CODES = 100_000  # characters at once


class ApproveForm(MoveForm):
    budget = Choice(
        label=_("Budget"),
        queryset=Budget.objects.order_by("-starts_on", "name"),
        required=False,
        empty_label=_("None: it costs nothing"),
    )
    reason = forms.CharField(label=_("Remark (optional)"), max_length=1000, required=False, widget=lines(2))


class ProposeForm(WrittenForm):
    """Its key makes sure that a form sent twice proposes once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    item = Choice(
        label=_("What"),
        queryset=RewardItem.objects.filter(is_active=True).order_by("name"),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose what is to be given.")},
    )
    reason = forms.ChoiceField(
        label=_("What for"),
        choices=[("", _("Choose…")), *(each for each in RewardReason.choices if each[0] != RewardReason.REFERRAL)],
        error_messages={"required": _("Choose what it is given for.")},
        help_text=_("A score or a public review is never a reason: nothing is given for those."),
    )
    note = forms.CharField(label=_("Note (optional)"), max_length=300, required=False, widget=lines(2))


class CodesForm(WrittenForm):
    codes = forms.CharField(
        label=_("Codes, one a line"),
        max_length=MOST_CODES,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": _("Paste the codes, one a line.")},
    )
