"""The words that tell a theme, and which theme a reason is: set up here, looked at and tried out in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from advocacy.enums import RuleOrigin
from advocacy.models import ReasonTheme, ThemeRule
from config.admin import HistoryAdmin
from surveys import languages


@admin.register(ThemeRule)
class ThemeRuleAdmin(HistoryAdmin):
    list_display = ["theme", "its_language", "its_words", "origin"]
    list_filter = ["language", "origin"]
    list_select_related = ["theme"]
    search_fields = ["theme__name", "words"]
    autocomplete_fields = ["theme"]
    fields = ["theme", "language", "words", "origin"]
    readonly_fields = ["origin"]

    @admin.display(description=_("language"), ordering="language")
    def its_language(self, rule: ThemeRule) -> str:
        return languages.own_name(rule.language)

    @admin.display(description=_("words"))
    def its_words(self, rule: ThemeRule) -> int:
        return len(rule.lines)

    def save_model(self, request: HttpRequest, obj: ThemeRule, form: Any, change: bool) -> None:
        obj.origin = RuleOrigin.EDITED
        form.changed_data.append("origin")
        super().save_model(request, obj, form, change)


@admin.register(ReasonTheme)
class ReasonThemeAdmin(HistoryAdmin):
    list_display = ["reason", "theme"]
    list_select_related = ["reason", "theme"]
    search_fields = ["reason__key", "theme__name"]
    autocomplete_fields = ["theme"]
    fields = ["reason", "theme"]
