"""Review sites and what the rules of each allow. What they forbid is no field here, and is refused with the reason."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from advocacy.models import ReviewClick, ReviewPolicy, ReviewSite
from config.admin import HistoryAdmin, ReadOnlyAdmin, list_of, page_of


@admin.register(ReviewSite)
class ReviewSiteAdmin(HistoryAdmin):
    list_display = ["name", "brand", "kind", "is_shown", "position", "its_clicks"]
    list_filter = ["is_shown", "kind", "brand"]
    list_select_related = ["brand"]
    search_fields = ["name", "address"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(clicked=Count("clicks"))
        return rows

    def get_fields(self, request: HttpRequest, obj: ReviewSite | None = None) -> list[Any]:
        """To whom it is shown is a question only where the policy lets one ask it."""
        fields: list[Any] = ["brand", "kind", "name", "address", ("is_shown", "position")]
        policy = ReviewPolicy.of(obj.kind) if obj else ReviewPolicy()
        allowed = [("shown_to", policy.gating_allowed), ("is_rewarded", policy.incentives_allowed)]
        return fields + [name for name, is_allowed in allowed if is_allowed]

    @admin.display(description=gettext_lazy("clicks"), ordering="clicked")
    def its_clicks(self, site: Any) -> str:
        return list_of(ReviewClick, str(site.clicked), site__id__exact=site.pk)


@admin.register(ReviewPolicy)
class ReviewPolicyAdmin(HistoryAdmin):
    list_display = ["kind", "gating_allowed", "incentives_allowed", "checked_on"]
    search_fields = ["note"]
    fieldsets = [
        (None, {"fields": ["kind", "note", "checked_on"]}),
        (
            gettext_lazy("What it allows"),
            {
                "fields": ["gating_allowed", "incentives_allowed", "disclosure"],
                "description": gettext_lazy("Look the rule up before you allow anything, and note the day."),
            },
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Without its record a site would lose what was looked up."""
        return False


@admin.register(ReviewClick)
class ReviewClickAdmin(ReadOnlyAdmin):
    list_display = ["at", "site"]
    list_filter = ["site"]
    list_select_related = ["site"]
    fields = ["at", "its_site", "its_invitation"]
    readonly_fields = ["its_site", "its_invitation"]

    @admin.display(description=gettext_lazy("review site"))
    def its_site(self, click: ReviewClick) -> str:
        return page_of(click.site)

    @admin.display(description=gettext_lazy("invitation"))
    def its_invitation(self, click: ReviewClick) -> str:
        return page_of(click.invitation)
