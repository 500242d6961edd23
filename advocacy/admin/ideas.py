"""Departments, who belongs to them, and challenges are set up here; votes and comments stay with their ideas."""

from __future__ import annotations

from django.contrib import admin

from advocacy.models import Challenge, Department, Profile
from config.admin import HistoryAdmin


@admin.register(Department)
class DepartmentAdmin(HistoryAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    fields = ["name"]


@admin.register(Profile)
class ProfileAdmin(HistoryAdmin):
    list_display = ["user", "department", "wants_news", "wants_digest"]
    list_filter = ["department"]
    list_select_related = ["user", "department"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "user__email"]
    autocomplete_fields = ["user"]
    fields = ["user", "department", "wants_news", "wants_digest"]


@admin.register(Challenge)
class ChallengeAdmin(HistoryAdmin):
    list_display = ["title", "opens_on", "closes_on", "winner_by", "winner"]
    list_filter = ["winner_by"]
    list_select_related = ["winner"]
    search_fields = ["title", "question"]
    autocomplete_fields = ["jury"]
    fields = ["title", "question", "opens_on", "closes_on", "winner_by", "jury", "winner", "reason", "decided_at"]
    readonly_fields = ["winner", "reason", "decided_at"]
