"""What contacts agreed to, word for word."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from config.admin import ReadOnlyAdmin, page_of
from surveys.admin.contacts import LanguageFilter
from surveys.models import Consent


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["at", "contact", "purpose", "language", "expires_at", "withdrawn_at"]
    list_filter = ["purpose", LanguageFilter]
    list_select_related = ["contact"]
    search_fields = ["contact__name", "contact__email", "text_hash"]
    readonly_fields = ["its_contact"]
    fieldsets = [
        (None, {"fields": ["its_contact", "purpose", "basis"]}),
        (gettext_lazy("What was agreed to"), {"fields": ["text", "language", "scope", "text_hash"]}),
        (gettext_lazy("Record"), {"fields": ["source", "at", "expires_at", "withdrawn_at"]}),
    ]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, consent: Consent) -> str:
        return page_of(consent.contact)
