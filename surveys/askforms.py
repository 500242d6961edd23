"""The form of what a page asks beside the score: reasons, and extra questions with their words in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys import asking, languages, mergetags, reasons, texts
from surveys.asking import Addition, Change, Wording
from surveys.enums import Band, QuestionKind, ReadyMade
from surveys.models import Campaign, Question, Reason

STANDARD, OWN = "standard", "own"
LAST = 999
FEWEST_OPTIONS, MOST_OPTIONS, LONGEST_OPTION = 2, 12, 80
WITH_OPTIONS = (QuestionKind.ONE, QuestionKind.MANY, QuestionKind.SCALE)


def _place(initial: int | None) -> forms.IntegerField:
    attrs = {"class": "form-control place", "min": "1", "inputmode": "numeric"}
    widget = forms.NumberInput(attrs=attrs)
    return forms.IntegerField(
        label=gettext_lazy("Place"), required=False, min_value=1, max_value=LAST, initial=initial, widget=widget
    )


@dataclass(frozen=True)
class Line:
    """One reason on the form."""

    reason: Reason
    is_chosen: bool
    missing: str


class AskForm(forms.Form):
    """Which reasons are offered, and which question is added. It carries the version it was opened with."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)
    use = forms.ChoiceField(
        label=gettext_lazy("Reasons"),
        choices=[(STANDARD, gettext_lazy("The standard reasons")), (OWN, gettext_lazy("Those ticked below"))],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    add = forms.ChoiceField(
        label=gettext_lazy("Add a question"),
        required=False,
        choices=[
            ("", gettext_lazy("Nothing")),
            (gettext_lazy("Ready-made, in every language"), ReadyMade.choices),
            (gettext_lazy("In your own words"), QuestionKind.choices),
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, data: Any = None, *, campaign: Campaign, band: Band) -> None:
        use = OWN if campaign.band_reasons.filter(band=band).exists() else STANDARD
        super().__init__(data, initial={"use": use, "seen": asking.version(campaign, band)})
        offered = [row.pk for row in reasons.offered(campaign, band)]
        known = Reason.objects.filter(is_active=True)
        self.reasons = sorted(known, key=lambda row: (row.pk not in offered, str(row)))
        self.fields["reason"] = forms.MultipleChoiceField(
            required=False,
            choices=[(str(row.pk), str(row)) for row in self.reasons],
            initial=[str(pk) for pk in offered],
        )

    def lines(self) -> Iterator[Line]:
        chosen = self["reason"].value() or []
        for row in self.reasons:
            missing = ", ".join(tag for tag in texts.OFFERED if not row.labels.get(tag))
            yield Line(row, str(row.pk) in chosen, missing)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("use") == OWN and not given.get("reason"):
            self.add_error("reason", _("Tick one reason at least, or choose the standard ones."))
        return given

    def chosen(self) -> list[Reason]:
        """None: the standard ones. Their order says nothing, since each respondent sees another."""
        wanted = set(self.cleaned_data["reason"]) if self.cleaned_data["use"] == OWN else set()
        return [row for row in self.reasons if str(row.pk) in wanted]

    def addition(self) -> Addition | None:
        chosen = self.cleaned_data["add"]
        return Addition.read(chosen) if chosen else None


class QuestionForm(forms.Form):
    """The place of a question and, of one's own, its words in each offered language."""

    remove = forms.BooleanField(label=gettext_lazy("Remove"), required=False)

    def __init__(self, data: Any = None, *, question: Question, language: str) -> None:
        super().__init__(data, prefix=_prefix(question))
        self.question, self.language = question, language
        self.fields["place"] = _place(question.position or None)
        self.tags = () if question.ready_made else tuple(sorted(texts.OFFERED, key=lambda tag: tag != language))
        self.has_options = question.kind in WITH_OPTIONS
        words = {row.language: row for row in question.texts.all()}
        self.missing = ", ".join(tag for tag in self.tags if tag not in words)
        for tag in self.tags:
            row = words.get(tag)
            self.fields[f"text_{tag}"] = _words(tag, row.text if row else "")
            if self.has_options:
                self.fields[f"options_{tag}"] = _options(tag, row.options if row else "", self.is_scale)

    @staticmethod
    def is_in(data: Mapping[str, Any], question: Question) -> bool:
        return f"{_prefix(question)}-place" in data

    @property
    def is_scale(self) -> bool:
        return self.question.kind == QuestionKind.SCALE

    def languages(self) -> Iterator[tuple[str, forms.BoundField, forms.BoundField | None]]:
        """Own name, question and options; the language of the brand first."""
        for tag in self.tags:
            options = self[f"options_{tag}"] if self.has_options else None
            yield languages.get(tag).own_name, self[f"text_{tag}"], options

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("remove"):
            return given
        counts = {tag: len(_lines(given.get(f"options_{tag}", ""))) for tag in self.tags if given.get(f"text_{tag}")}
        for tag in self.tags:
            self._check(tag, given)
        if self.has_options and len(set(counts.values())) > 1:
            self.add_error(None, _("The options are not equally many in every language. Each is known by its place."))
        return given

    def _check(self, tag: str, given: Mapping[str, Any]) -> None:
        text, options = given.get(f"text_{tag}", ""), _lines(given.get(f"options_{tag}", ""))
        if options and not text:
            self.add_error(f"text_{tag}", _("There are options, so write the question, too."))
        found = mergetags.unknown(f"{text}\n{given.get(f'options_{tag}', '')}", ())
        if found:
            said = _("A question is the same for everybody, so nothing is filled in: take out %(found)s.")
            self.add_error(f"text_{tag}", said % {"found": ", ".join(found)})
        if text and self.has_options and (wrong := self._wrong(options)):
            self.add_error(f"options_{tag}", wrong)

    def _wrong(self, options: list[str]) -> str:
        if self.is_scale:
            return "" if len(options) in {0, 2} else _("Write the words at 0 and at 10, one a line, or nothing.")
        if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
            numbers = {"fewest": FEWEST_OPTIONS, "most": MOST_OPTIONS}
            return _("Write from %(fewest)d to %(most)d options, one a line.") % numbers
        if max(len(line) for line in options) > LONGEST_OPTION:
            return _("An option is at most %(n)d characters long.") % {"n": LONGEST_OPTION}
        return ""

    def change(self) -> Change:
        given = self.cleaned_data
        words = {}
        for tag in self.tags:
            options = "\n".join(_lines(given.get(f"options_{tag}", "")))
            words[tag] = Wording(mergetags.plain(given[f"text_{tag}"]), mergetags.plain(options))
        return Change(given["place"] or LAST, given["remove"], words)


def _prefix(question: Question) -> str:
    return f"question-{question.pk}"


def _lines(options: str) -> list[str]:
    return [line.strip() for line in options.splitlines() if line.strip()]


def _words(tag: str, initial: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "lang": tag, "dir": "auto"})
    return forms.CharField(label=_("Question"), required=False, max_length=200, initial=initial, widget=widget)


def _options(tag: str, initial: str, is_scale: bool) -> forms.CharField:
    label = _("Words at 0 and at 10, one a line") if is_scale else _("Options, one a line")
    widget = forms.Textarea(attrs={"class": "form-control", "rows": 3, "lang": tag, "dir": "auto"})
    return forms.CharField(label=label, required=False, max_length=2_000, initial=initial, widget=widget)
