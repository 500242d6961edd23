"""Who works together, and when they are there."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from advocacy.models import Team
from config.admin import HistoryAdmin


@admin.register(Team)
class TeamAdmin(HistoryAdmin):
    list_display = ["name", "lead", "timezone", "opens_at", "closes_at", "weekdays"]
    list_select_related = ["lead"]
    search_fields = ["name"]
    autocomplete_fields = ["lead", "members"]
    fieldsets = [
        (None, {"fields": ["name", "lead", "members"]}),
        (
            gettext_lazy("When they are there"),
            {
                "fields": ["timezone", ("opens_at", "closes_at"), "weekdays"],
                "description": gettext_lazy("The first contact of a case is due within these hours."),
            },
        ),
    ]
