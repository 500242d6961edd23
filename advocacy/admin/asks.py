"""Programmes are set up here or in the console; asks are worked in the console and looked up here."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from advocacy.models import Ask, Programme
from config.admin import HistoryAdmin, ReadOnlyAdmin, page_of


@admin.register(Programme)
class ProgrammeAdmin(HistoryAdmin):
    list_display = ["name", "kind", "is_active", "is_automatic", "daily_cap", "owner"]
    list_filter = ["kind", "is_active", "is_automatic"]
    list_select_related = ["owner"]
    search_fields = ["name"]
    autocomplete_fields = ["owner", "segment"]
    console_page = "advocacy:programme"
    fields = [("name", "kind"), "owner", "is_active", ("is_automatic", "delay_days", "daily_cap"), "segment"]


@admin.register(Ask)
class AskAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "advocate", "kind", "status", "stage", "programme", "owner"]
    list_filter = ["kind", "status", "is_automatic", "programme"]
    list_select_related = ["advocate__contact", "programme", "owner"]
    date_hierarchy = "created_at"
    search_fields = ["advocate__contact__name", "advocate__contact__email"]
    readonly_fields = ["its_advocate", "its_message"]
    console_page = "advocacy:ask"
    fieldsets = [
        (None, {"fields": ["its_advocate", "kind", "programme", "status", "stage", "owner", "next_step", "due_on"]}),
        (gettext_lazy("Why"), {"fields": ["reason_why", "by", "is_automatic", "override_by", "override_reason"]}),
        (
            gettext_lazy("Times"),
            {"fields": ["planned_for", "sent_at", "answered_at", "answer", "ended_at", "its_message"]},
        ),
    ]

    @admin.display(description=gettext_lazy("advocate"))
    def its_advocate(self, ask: Ask) -> str:
        return page_of(ask.advocate)

    @admin.display(description=gettext_lazy("message"))
    def its_message(self, ask: Ask) -> str:
        return page_of(ask.message)
