"""Saved replies and macros; the look-up of letters, mentions and promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from advocacy import replying
from advocacy.models import CaseLetter, Macro, Mention, Pledge, SavedReply, SavedReplyText
from config.admin import HistoryAdmin, ReadOnlyAdmin, page_of
from surveys.admin.campaigns import OffersLanguages

if TYPE_CHECKING:
    Inline = admin.StackedInline[SavedReplyText, SavedReply]
    TextModelForm = ModelForm[SavedReplyText]
else:
    Inline, TextModelForm = admin.StackedInline, ModelForm

TAGS_HELP = gettext_lazy("A tag stands for what is known of the contact; one that is not known can have a fallback:")


class TextForm(TextModelForm):
    """A text whose tags can all be filled in."""

    class Meta:
        model = SavedReplyText
        fields = ["language", "subject", "text"]

    def clean_subject(self) -> str:
        return self._with_known_tags("subject")

    def clean_text(self) -> str:
        return self._with_known_tags("text")

    def _with_known_tags(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if fault := replying.faults(text):
            raise ValidationError(fault)
        return text


class SavedReplyTextInline(OffersLanguages, Inline):
    model = SavedReplyText
    form = TextForm
    extra = 1


@admin.register(SavedReply)
class SavedReplyAdmin(HistoryAdmin):
    list_display = ["name", "is_offered", "its_languages"]
    list_filter = ["is_offered"]
    search_fields = ["name", "texts__subject", "texts__text"]
    inlines = [SavedReplyTextInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("texts")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        told = [f"{{{{ {name} }}}}: {words}" for name, words in replying.TAGS.items()]
        example = '{{ first_name|fallback:"there" }}'
        return [
            (None, {"fields": ["name", "is_offered"], "description": f"{TAGS_HELP} {example} · {' · '.join(told)}"})
        ]

    @admin.display(description=gettext_lazy("languages"))
    def its_languages(self, reply: SavedReply) -> str:
        return ", ".join(sorted(text.language for text in reply.texts.all()))


@admin.register(Macro)
class MacroAdmin(HistoryAdmin):
    list_display = ["name", "is_offered", "saved_reply", "owner_change", "theme", "waits", "snooze_hours"]
    list_filter = ["is_offered"]
    list_select_related = ["saved_reply", "theme"]
    search_fields = ["name", "note"]
    fieldsets = [
        (None, {"fields": ["name", "is_offered"]}),
        (gettext_lazy("To the contact"), {"fields": ["saved_reply"]}),
        (
            gettext_lazy("On the case"),
            {"fields": [("owner_change", "owner"), "theme", "waits", "snooze_hours", "note"]},
        ),
    ]


@admin.register(CaseLetter)
class CaseLetterAdmin(ReadOnlyAdmin):
    list_display = ["at", "case", "by", "subject", "language"]
    list_filter = ["language"]
    list_select_related = ["case", "by"]
    search_fields = ["subject", "text", "case__contact__name", "case__contact__email"]
    fields = ["its_case", "at", "by", "language", "subject", "text", "its_message"]
    readonly_fields = ["its_case", "its_message"]

    @admin.display(description=gettext_lazy("case"))
    def its_case(self, letter: CaseLetter) -> str:
        return page_of(letter.case)

    @admin.display(description=gettext_lazy("mail"))
    def its_message(self, letter: CaseLetter) -> str:
        return page_of(letter.message)


@admin.register(Mention)
class MentionAdmin(ReadOnlyAdmin):
    list_display = ["at", "user", "note", "seen_at"]
    list_select_related = ["user", "note"]
    search_fields = ["user__username", "note__text"]
    fields = ["at", "user", "its_note", "seen_at"]
    readonly_fields = ["its_note"]

    @admin.display(description=gettext_lazy("note"))
    def its_note(self, mention: Mention) -> str:
        return page_of(mention.note)


@admin.register(Pledge)
class PledgeAdmin(ReadOnlyAdmin):
    list_display = ["text", "case", "by", "due_on", "kept_at", "broken_at"]
    list_select_related = ["case", "by"]
    date_hierarchy = "due_on"
    search_fields = ["text", "case__contact__name", "case__contact__email"]
    fields = ["its_case", "by", "text", "due_on", "at", "kept_at", "broken_at", "reason"]
    readonly_fields = ["its_case"]

    @admin.display(description=gettext_lazy("case"))
    def its_case(self, pledge: Pledge) -> str:
        return page_of(pledge.case)
