"""Doors and their words. They are made and opened in the console, beside their campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import HistoryAdmin, list_of, page_of
from surveys.admin.campaigns import OffersLanguages
from surveys.models import Door, DoorText, Response

if TYPE_CHECKING:
    Inline = admin.TabularInline[Any, Door]
else:
    Inline = admin.TabularInline


class DoorTextInline(OffersLanguages, Inline):
    model = DoorText
    extra = 0
    show_change_link = True


@admin.register(Door)
class DoorAdmin(HistoryAdmin):
    """Its kind and its campaign stay as they were made: the address is printed and built into pages."""

    list_display = ["name", "campaign", "kind", "is_open", "style", "asks_who"]
    list_filter = ["kind", "is_open", "campaign"]
    list_select_related = ["campaign"]
    search_fields = ["name", "campaign__name"]
    inlines = [DoorTextInline]
    fieldsets = [
        (None, {"fields": ["name", "kind", "its_campaign", "is_open", "its_responses"]}),
        (gettext_lazy("What it shows"), {"fields": ["style", "asks_who"]}),
        (gettext_lazy("Who comes in"), {"fields": ["origins", "an_hour"]}),
    ]
    readonly_fields = ["kind", "its_campaign", "is_open", "its_responses"]
    console_page = "surveys:door"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("campaign"))
    def its_campaign(self, door: Door) -> str:
        return page_of(door.campaign)

    @admin.display(description=gettext_lazy("responses"))
    def its_responses(self, door: Door) -> str:
        return list_of(Response, _("Show"), door__id__exact=door.pk)


@admin.register(DoorText)
class DoorTextAdmin(OffersLanguages, HistoryAdmin):
    list_display = ["door", "language", "heading", "text"]
    list_filter = ["door__campaign"]
    list_select_related = ["door"]
    search_fields = ["door__name", "heading", "text"]
    autocomplete_fields = ["door"]
