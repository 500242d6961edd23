"""Saved views of the queue are made and changed in the console, and looked up here."""

from __future__ import annotations

from django.contrib import admin

from advocacy.models import SavedView
from config.admin import ReadOnlyAdmin


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "is_shared", "view", "query"]
    list_filter = ["is_shared", "view"]
    list_select_related = ["owner"]
    search_fields = ["name", "owner__username"]
