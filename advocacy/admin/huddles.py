"""A huddle is held in the console; here it is looked up."""

from __future__ import annotations

from django.contrib import admin

from advocacy.models import Huddle, HuddleAction
from config.admin import ReadOnlyAdmin, ReadOnlyInline


class HuddleActionInline(ReadOnlyInline):
    model = HuddleAction
    fields = ["text", "owner", "due_on", "done_at", "done_by"]
    ordering = ["due_on"]


@admin.register(Huddle)
class HuddleAdmin(ReadOnlyAdmin):
    list_display = ["team", "on", "made_by"]
    list_filter = ["team", "on"]
    list_select_related = ["team", "made_by"]
    search_fields = ["team__name", "decision"]
    inlines = [HuddleActionInline]
    fields = ["team", "on", "made_at", "made_by", "decision"]
    console_page = "advocacy:huddle"
