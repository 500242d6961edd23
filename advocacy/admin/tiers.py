"""Tiers and what gives points are set up here; where each advocate stands is looked up."""

from __future__ import annotations

from django.contrib import admin

from advocacy.models import ActionPoints, AskTier, Tier, TierStanding
from config.admin import HistoryAdmin, ReadOnlyAdmin


@admin.register(Tier)
class TierAdmin(HistoryAdmin):
    list_display = ["name", "points", "perks"]
    search_fields = ["name"]


@admin.register(ActionPoints)
class ActionPointsAdmin(HistoryAdmin):
    list_display = ["action", "points"]


@admin.register(AskTier)
class AskTierAdmin(HistoryAdmin):
    list_display = ["kind", "tier"]
    list_select_related = ["tier"]


@admin.register(TierStanding)
class TierStandingAdmin(ReadOnlyAdmin):
    list_display = ["advocate", "tier", "points", "since", "held_until"]
    list_filter = ["tier", ("held_until", admin.EmptyFieldListFilter)]
    list_select_related = ["advocate__contact", "tier"]
    search_fields = ["advocate__contact__name", "advocate__contact__email"]
