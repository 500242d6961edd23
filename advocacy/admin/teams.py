"""Who works together, and when they are there."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from advocacy.models import Absence, Team
from config.admin import HistoryAdmin


@admin.register(Team)
class TeamAdmin(HistoryAdmin):
    list_display = ["name", "lead", "timezone", "opens_at", "closes_at", "weekdays", "capacity"]
    list_select_related = ["lead"]
    search_fields = ["name"]
    autocomplete_fields = ["lead", "members"]
    fieldsets = [
        (None, {"fields": ["name", "lead", "members"]}),
        (
            gettext_lazy("When they are there"),
            {
                "fields": ["timezone", ("opens_at", "closes_at"), "weekdays", "own_hours", "holidays"],
                "description": gettext_lazy(
                    "The clocks of a case run within these hours. What is due already stays due when they change."
                ),
            },
        ),
        (gettext_lazy("How the work is shared"), {"fields": ["capacity", "key_revenue", "resolution_hours"]}),
    ]


@admin.register(Absence)
class AbsenceAdmin(HistoryAdmin):
    list_display = ["user", "starts_on", "ends_on"]
    list_filter = ["starts_on"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    autocomplete_fields = ["user"]
