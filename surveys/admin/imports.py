"""Files that brought contacts, and what came of them. The console imports and takes back."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from config.admin import ReadOnlyAdmin
from surveys.models import Import


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ["name", "status", "by", "rows", "created", "updated", "rejected", "created_at"]
    list_filter = ["status"]
    list_select_related = ["by"]
    search_fields = ["name", "source", "by__email"]
    console_page = "surveys:import_"
    fieldsets = [
        (None, {"fields": ["name", "status", "by", "source", "basis", "error"]}),
        (gettext_lazy("The file"), {"fields": ["size", "encoding", "delimiter", "mapping"]}),
        (
            gettext_lazy("Its rows"),
            {"fields": ["rows", "created", "updated", "unchanged", "merged", "rejected", "blank", "warnings"]},
        ),
        (gettext_lazy("Taken back"), {"fields": ["undone_at", "undone_deleted", "undone_restored", "undone_kept"]}),
        (gettext_lazy("Record"), {"fields": ["created_at", "started_at", "finished_at", "attempts", "lease_until"]}),
    ]
    readonly_fields = ["created_at"]
