"""Themes are set up here; fixes and requests are worked in the console and looked up here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy.models import Case, CustomerRequest, Fix, Theme
from config.admin import HistoryAdmin, ReadOnlyAdmin, list_of, page_of


@admin.register(Theme)
class ThemeAdmin(HistoryAdmin):
    list_display = ["name", "its_cases", "its_fixes", "its_requests"]
    search_fields = ["name"]
    fields = ["name"]

    @admin.display(description=gettext_lazy("cases"))
    def its_cases(self, theme: Theme) -> str:
        return list_of(Case, _("Show"), theme__id__exact=theme.pk)

    @admin.display(description=gettext_lazy("fixes"))
    def its_fixes(self, theme: Theme) -> str:
        return list_of(Fix, _("Show"), theme__id__exact=theme.pk)

    @admin.display(description=gettext_lazy("requests"))
    def its_requests(self, theme: Theme) -> str:
        return list_of(CustomerRequest, _("Show"), theme__id__exact=theme.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A theme in use is renamed: without it closed cases would lose their root cause."""
        in_use = obj is not None and (obj.cases.exists() or obj.fixes.exists() or obj.requests.exists())
        return super().has_delete_permission(request, obj) and not in_use


@admin.register(Fix)
class FixAdmin(ReadOnlyAdmin):
    list_display = ["title", "status", "theme", "owner", "due_on"]
    list_filter = ["status", "theme"]
    list_select_related = ["theme", "owner"]
    search_fields = ["title", "description"]
    fields = ["title", "description", "status", "theme", "author", "owner", "due_on", "shipped_at", "its_requests"]
    readonly_fields = ["its_requests"]
    console_page = "advocacy:fix"

    @admin.display(description=gettext_lazy("requests"))
    def its_requests(self, fix: Fix) -> str:
        return list_of(CustomerRequest, _("Show"), fix__id__exact=fix.pk)


@admin.register(CustomerRequest)
class CustomerRequestAdmin(ReadOnlyAdmin):
    list_display = ["pk", "contact", "kind", "theme", "fix", "due_at", "told_at"]
    list_filter = ["kind", "theme"]
    list_select_related = ["contact", "theme", "fix"]
    search_fields = ["contact__name", "contact__email", "fix__title"]
    fields = [
        "its_contact", "its_response", "kind", "theme", "subject", "its_fix", "due_at", "told_at", "created_at",
    ]  # fmt: skip
    readonly_fields = ["its_contact", "its_response", "its_fix", "created_at"]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, request: CustomerRequest) -> str:
        return page_of(request.contact)

    @admin.display(description=gettext_lazy("response"))
    def its_response(self, request: CustomerRequest) -> str:
        return page_of(request.response)

    @admin.display(description=gettext_lazy("fix"))
    def its_fix(self, request: CustomerRequest) -> str:
        return page_of(request.fix)
