"""Drafts of languages that somebody decided on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy

from config.admin import ReadOnlyAdmin
from surveys import languages
from surveys.models import LanguageReview


@admin.register(LanguageReview)
class LanguageReviewAdmin(ReadOnlyAdmin):
    """Looked up here; accepted and taken back on the console's page, which writes the event."""

    list_display = ["own_name", "tag", "accepted_by", "accepted_at"]
    list_filter = [("accepted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["accepted_by"]
    search_fields = ["tag"]
    fields = ["own_name", "tag", "accepted_by", "accepted_at"]
    readonly_fields = ["own_name"]

    @admin.display(description=gettext_lazy("own name"), ordering="tag")
    def own_name(self, review: LanguageReview) -> str:
        return languages.get(review.tag).own_name

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return reverse("surveys:languages")
