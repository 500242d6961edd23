"""Pictures of case studies and places where one was published: looked up here, decided in the console."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from advocacy.models import Picture, StudyPlace
from config.admin import ReadOnlyAdmin, page_of


@admin.register(Picture)
class PictureAdmin(ReadOnlyAdmin):
    list_display = ["alt", "study", "content_type", "size", "rights_holder", "rights_until", "added_at"]
    list_filter = ["content_type", ("rights_until", admin.EmptyFieldListFilter)]
    list_select_related = ["study"]
    search_fields = ["alt", "credit", "rights_holder", "digest", "study__title"]
    date_hierarchy = "rights_until"
    readonly_fields = ["its_study", "its_warning"]
    fieldsets = [
        (None, {"fields": ["its_study", "alt", "credit"]}),
        (gettext_lazy("Rights"), {"fields": ["rights_holder", "rights_until", "warned_of", "its_warning"]}),
        (gettext_lazy("File"), {"fields": ["digest", "content_type", ("width", "height"), "size"]}),
        (gettext_lazy("Times"), {"fields": ["added_at", "added_by"]}),
    ]

    @admin.display(description=gettext_lazy("case study"))
    def its_study(self, picture: Picture) -> str:
        return page_of(picture.study)

    @admin.display(description=gettext_lazy("message"))
    def its_warning(self, picture: Picture) -> str:
        return page_of(picture.warning)


@admin.register(StudyPlace)
class StudyPlaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "study", "address", "trouble", "misses", "checked_at", "found_at", "cleaned_at"]
    list_filter = ["trouble", ("cleaned_at", admin.EmptyFieldListFilter), ("missing_since", admin.EmptyFieldListFilter)]
    list_select_related = ["study"]
    search_fields = ["name", "address", "study__title"]
    readonly_fields = ["its_study", "its_message"]
    fieldsets = [
        (None, {"fields": ["its_study", "name", "address", "added_at", "added_by"]}),
        (
            gettext_lazy("Link to the customer"),
            {"fields": ["checked_at", "found_at", "missing_since", "misses", "trouble", "status_code"]},
        ),
        (gettext_lazy("Who was told"), {"fields": ["told_at", "its_message"]}),
        (gettext_lazy("Cleaned"), {"fields": ["cleaned_at", "cleaned_by"]}),
    ]

    @admin.display(description=gettext_lazy("case study"))
    def its_study(self, place: StudyPlace) -> str:
        return page_of(place.study)

    @admin.display(description=gettext_lazy("message"))
    def its_message(self, place: StudyPlace) -> str:
        return page_of(place.message)
