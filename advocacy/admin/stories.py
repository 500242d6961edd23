"""Testimonials are decided in the console and looked up here; the knowledge base is written here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from advocacy.models import Entry, EntryAnswer, EntryText, StoryPlace, StoryTranslation, Testimonial
from config.admin import HistoryAdmin, ReadOnlyAdmin, list_of, page_of
from surveys.admin.campaigns import OffersLanguages
from surveys.admin.contacts import LanguageFilter

if TYPE_CHECKING:
    Inline = admin.StackedInline[EntryText, Entry]
else:
    Inline = admin.StackedInline


@admin.register(Testimonial)
class TestimonialAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "shown_name", "contact", "brand", "status", "language"]
    list_filter = ["status", "brand", LanguageFilter]
    list_select_related = ["contact", "brand"]
    search_fields = ["words", "shown_name", "contact__name", "contact__email"]
    readonly_fields = ["its_contact", "its_response", "its_consent"]
    console_page = "advocacy:testimonial"
    fieldsets = [
        (
            None,
            {"fields": ["words", "language", "shown_name", "shown_role", "disclosure", "is_lead", "brand", "status"]},
        ),
        (gettext_lazy("Where it comes from"), {"fields": ["its_contact", "its_response", "its_consent"]}),
        (gettext_lazy("Times"), {"fields": ["received_at", "published_at"]}),
    ]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, story: Testimonial) -> str:
        return page_of(story.contact)

    @admin.display(description=gettext_lazy("answer"))
    def its_response(self, story: Testimonial) -> str:
        return page_of(story.response)

    @admin.display(description=gettext_lazy("consent"))
    def its_consent(self, story: Testimonial) -> str:
        return page_of(story.consent)


@admin.register(StoryTranslation)
class StoryTranslationAdmin(ReadOnlyAdmin):
    list_display = ["testimonial", "language", "agreed_on", "agreed_how", "by"]
    list_filter = [LanguageFilter]
    list_select_related = ["testimonial__contact", "by"]
    search_fields = ["words", "testimonial__shown_name", "agreed_how"]


@admin.register(StoryPlace)
class StoryPlaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "testimonial", "address", "added_at", "added_by", "cleaned_at"]
    list_filter = [("cleaned_at", admin.EmptyFieldListFilter)]
    list_select_related = ["testimonial__contact", "added_by"]
    search_fields = ["name", "address", "testimonial__shown_name"]


class EntryTextInline(OffersLanguages, Inline):
    model = EntryText
    extra = 1
    show_change_link = True


@admin.register(Entry)
class EntryAdmin(HistoryAdmin):
    list_display = ["name", "brand", "is_offered_on_yellow", "position", "its_texts", "opened", "used"]
    list_filter = ["is_offered_on_yellow", "brand"]
    list_select_related = ["brand"]
    search_fields = ["name", "texts__title"]
    inlines = [EntryTextInline]
    fields = ["name", "brand", ("is_offered_on_yellow", "position"), "used"]
    readonly_fields = ["used"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        answers = EntryAnswer.objects.filter(entry=OuterRef("pk")).order_by().values("entry")
        answered = Coalesce(Subquery(answers.annotate(n=Count("pk")).values("n")), 0)
        rows: QuerySet[Any] = super().get_queryset(request).annotate(visited=Sum("visits__count"), answered=answered)
        return rows

    @admin.display(description=gettext_lazy("texts"))
    def its_texts(self, entry: Entry) -> str:
        return list_of(EntryText, _("Show"), entry__id__exact=entry.pk)

    @admin.display(description=gettext_lazy("opened"), ordering="visited")
    def opened(self, entry: Any) -> int:
        return entry.visited or 0

    @admin.display(description=gettext_lazy("used in answers"), ordering="answered")
    def used(self, entry: Any) -> str:
        """How many questions were answered with it."""
        n = getattr(entry, "answered", 0)
        said = ngettext("used %(n)d time", "used %(n)d times", n) % {"n": n}
        return list_of(EntryAnswer, said, entry__id__exact=entry.pk) if n else said


@admin.register(EntryText)
class EntryTextAdmin(OffersLanguages, HistoryAdmin):
    """The texts alone, for their history; they are written on the page of the entry, too."""

    list_display = ["title", "entry", "language", "address"]
    list_filter = [LanguageFilter]
    list_select_related = ["entry"]
    search_fields = ["title", "text", "entry__name"]
    autocomplete_fields = ["entry"]
