"""Perks and their guests are looked up here; what changes them goes through the console, which minds the places."""

from __future__ import annotations

from django.contrib import admin

from advocacy.models import Perk, PerkGuest, PerkLetter, PerkText
from config.admin import ReadOnlyAdmin, ReadOnlyInline


class PerkTextInline(ReadOnlyInline):
    model = PerkText


@admin.register(Perk)
class PerkAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "status", "starts_at", "ends_at", "capacity", "owner"]
    list_filter = ["kind", "status", "brand"]
    list_select_related = ["owner"]
    search_fields = ["name", "texts__title", "place"]
    inlines = [PerkTextInline]
    console_page = "advocacy:perk"


class PerkLetterInline(ReadOnlyInline):
    model = PerkLetter
    fields = ["kind", "message", "at"]


@admin.register(PerkGuest)
class PerkGuestAdmin(ReadOnlyAdmin):
    list_display = ["contact", "perk", "status", "invited_at", "answered_at", "waiting_since"]
    list_filter = ["status", "perk"]
    list_select_related = ["contact", "perk"]
    search_fields = ["contact__name", "contact__email", "perk__name"]
    fields = ["perk", "contact", "status", "invited_by", "invited_at", "answered_at", "waiting_since"]
    inlines = [PerkLetterInline]
