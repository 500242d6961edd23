"""Thank-yous and answers from the knowledge base are written in the console; here they are looked up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy.models import Announcement, AnnouncementText, Draft, EntryAnswer
from config.admin import ReadOnlyAdmin, list_of, page_of


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    list_display = ["fix", "status", "gift", "ask_with", "created_at", "finished_at"]
    list_filter = ["status"]
    list_select_related = ["fix", "ask_with"]
    search_fields = ["fix__title", "gift"]
    fields = [
        "its_fix", "status", "gift", "ask_with", "rest_by", "its_texts", "its_thanks", "created_at", "finished_at",
    ]  # fmt: skip
    readonly_fields = ["its_fix", "its_texts", "its_thanks", "created_at"]

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return reverse("advocacy:thanks", args=[obj.fix_id]) if obj is not None else None

    @admin.display(description=gettext_lazy("fix"))
    def its_fix(self, announcement: Announcement) -> str:
        return page_of(announcement.fix)

    @admin.display(description=gettext_lazy("texts"))
    def its_texts(self, announcement: Announcement) -> str:
        return list_of(AnnouncementText, _("Show"), announcement__id__exact=announcement.pk)

    @admin.display(description=gettext_lazy("thank-yous"))
    def its_thanks(self, announcement: Announcement) -> str:
        return list_of(Draft, _("Show"), announcement__id__exact=announcement.pk)


@admin.register(AnnouncementText)
class AnnouncementTextAdmin(ReadOnlyAdmin):
    list_display = ["announcement", "language", "subject", "news"]
    list_filter = ["language"]
    list_select_related = ["announcement__fix"]
    search_fields = ["announcement__fix__title", "subject", "body", "news"]
    fields = ["its_announcement", "language", "subject", "body", "news"]
    readonly_fields = ["its_announcement"]

    @admin.display(description=gettext_lazy("announcement"))
    def its_announcement(self, text: AnnouncementText) -> str:
        return page_of(text.announcement)


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = ["contact", "announcement", "status", "stop_reason", "language", "decided_by", "decided_at"]
    list_filter = ["status", "stop_reason", "language"]
    list_select_related = ["contact", "announcement__fix", "decided_by"]
    search_fields = ["contact__name", "contact__email", "announcement__fix__title"]
    fields = [
        "its_contact", "its_announcement", "its_request", "language", "status", "stop_reason", "reason",
        "subject", "body", "its_message", "decided_by", "decided_at", "asked_at", "its_invitation",
    ]  # fmt: skip
    readonly_fields = ["its_contact", "its_announcement", "its_request", "its_message", "its_invitation"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("contact__properties", "contact__tags")

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, draft: Draft) -> str:
        return page_of(draft.contact)

    @admin.display(description=gettext_lazy("announcement"))
    def its_announcement(self, draft: Draft) -> str:
        return page_of(draft.announcement)

    @admin.display(description=gettext_lazy("request"))
    def its_request(self, draft: Draft) -> str:
        return page_of(draft.request)

    @admin.display(description=gettext_lazy("mail"))
    def its_message(self, draft: Draft) -> str:
        return page_of(draft.message)

    @admin.display(description=gettext_lazy("asked again with"))
    def its_invitation(self, draft: Draft) -> str:
        return page_of(draft.invitation)


@admin.register(EntryAnswer)
class EntryAnswerAdmin(ReadOnlyAdmin):
    list_display = ["at", "subject", "entry", "language", "by"]
    list_filter = ["language"]
    list_select_related = ["entry", "by"]
    search_fields = ["subject", "body", "entry__name", "request__contact__name", "request__contact__email"]
    fields = ["its_request", "its_entry", "language", "subject", "body", "its_message", "by", "at"]
    readonly_fields = ["its_request", "its_entry", "its_message"]

    @admin.display(description=gettext_lazy("request"))
    def its_request(self, answer: EntryAnswer) -> str:
        return page_of(answer.request)

    @admin.display(description=gettext_lazy("entry"))
    def its_entry(self, answer: EntryAnswer) -> str:
        return page_of(answer.entry)

    @admin.display(description=gettext_lazy("mail"))
    def its_message(self, answer: EntryAnswer) -> str:
        return page_of(answer.message)
