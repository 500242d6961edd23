"""What pages ask beside the score: reasons, and extra questions. Set up in the console; mended here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import HistoryAdmin, list_of, page_of
from surveys import languages, texts
from surveys.admin.campaigns import OffersLanguages
from surveys.models import BandReason, Question, QuestionText, Reason, Response

if TYPE_CHECKING:
    ReasonFields = forms.ModelForm[Reason]
    Inline = admin.TabularInline[Any, Question]
else:
    ReasonFields, Inline = forms.ModelForm, admin.TabularInline

LONGEST_LABEL = 60


def _attributes(tag: str) -> dict[str, str]:
    spoken = languages.get(tag)
    name = spoken.own_name
    return {"placeholder": name, "aria-label": name, "lang": tag, "dir": spoken.direction, "class": "vTextField"}


class LabelsWidget(forms.MultiWidget):
    """One text for each offered language."""

    def __init__(self) -> None:
        super().__init__([forms.TextInput(attrs=_attributes(tag)) for tag in texts.OFFERED])

    def decompress(self, value: dict[str, str] | None) -> list[str]:
        return [(value or {}).get(tag, "") for tag in texts.OFFERED]


class LabelsField(forms.MultiValueField):
    widget = LabelsWidget

    def __init__(self, **options: Any) -> None:
        fields = [forms.CharField(max_length=LONGEST_LABEL, required=False) for _tag in texts.OFFERED]
        super().__init__(fields, require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        return dict(zip(texts.OFFERED, data_list, strict=False))


class ReasonForm(ReasonFields):
    labels = LabelsField(
        label=gettext_lazy("Words"),
        help_text=gettext_lazy("In each language. Where a word is missing, the page shows another language."),
        error_messages={"required": gettext_lazy("Write the words in one language at least.")},
    )

    class Meta:
        model = Reason
        fields = ["key", "labels", "is_active"]

    def clean_labels(self) -> dict[str, str]:
        """Words in a language that is not offered stay."""
        known = {**self.instance.labels, **self.cleaned_data["labels"]}
        return {tag: text for tag, text in known.items() if text}


@admin.register(Reason)
class ReasonAdmin(HistoryAdmin):
    form = ReasonForm
    list_display = ["key", "words", "missing", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["key", "labels"]
    readonly_fields = ["its_answers"]

    def get_readonly_fields(self, request: HttpRequest, obj: Reason | None = None) -> list[str]:
        """The key stands in reports and exports, so it stays what it was."""
        return ["its_answers", "key"] if obj else ["its_answers"]

    @admin.display(description=gettext_lazy("words"))
    def words(self, reason: Reason) -> str:
        return str(reason)

    @admin.display(description=gettext_lazy("words missing in"))
    def missing(self, reason: Reason) -> str:
        return ", ".join(tag for tag in texts.OFFERED if not reason.labels.get(tag)) or "–"

    @admin.display(description=gettext_lazy("responses"))
    def its_answers(self, reason: Reason) -> str:
        return list_of(Response, _("Show"), reasons__reason__id__exact=reason.pk)


@admin.register(BandReason)
class BandReasonAdmin(HistoryAdmin):
    list_display = ["campaign", "band", "position", "reason"]
    list_filter = ["band", "campaign"]
    list_select_related = ["campaign", "reason"]
    autocomplete_fields = ["campaign", "reason"]
    search_fields = ["campaign__name", "reason__key"]


class QuestionTextInline(OffersLanguages, Inline):
    model = QuestionText
    extra = 0
    show_change_link = True


@admin.register(Question)
class QuestionAdmin(HistoryAdmin):
    list_display = ["campaign", "band", "position", "kind", "ready_made", "words", "is_asked"]
    list_filter = ["band", "kind", "is_asked", "campaign"]
    list_select_related = ["campaign"]
    search_fields = ["campaign__name", "texts__text"]
    autocomplete_fields = ["campaign"]
    inlines = [QuestionTextInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        return super().get_queryset(request).prefetch_related("texts")

    @admin.display(description=gettext_lazy("words"))
    def words(self, question: Question) -> str:
        return " / ".join(row.text for row in question.texts.all()) or "–"


@admin.register(QuestionText)
class QuestionTextAdmin(OffersLanguages, HistoryAdmin):
    """The words alone, for their history; they are written on the page of the question, too."""

    list_display = ["text", "language", "its_question"]
    list_select_related = ["question"]
    search_fields = ["text", "question__campaign__name"]
    autocomplete_fields = ["question"]

    @admin.display(description=gettext_lazy("question"))
    def its_question(self, words: QuestionText) -> str:
        return page_of(words.question)
