"""Advocates, what contacts wrote back, and wishes to be forgotten: worked in the console, looked up here."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from advocacy.models import Advocate, DeletionRequest, Reply
from config.admin import ReadOnlyAdmin, page_of


@admin.register(Advocate)
class AdvocateAdmin(ReadOnlyAdmin):
    list_display = ["contact", "paused_until", "do_not_ask", "forbids_gifts"]
    list_filter = ["do_not_ask", "forbids_gifts"]
    list_select_related = ["contact"]
    search_fields = ["contact__name", "contact__email", "contact__account__name"]
    fields = [
        "its_contact",
        "its_response",
        "paused_until",
        "do_not_ask",
        "forbids_gifts",
        "site",
        "handles",
        "nominated_at",
        "nominated_by",
        "created_at",
    ]
    readonly_fields = ["its_contact", "its_response", "created_at"]
    console_page = "advocacy:advocate"

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, advocate: Advocate) -> str:
        return page_of(advocate.contact)

    @admin.display(description=gettext_lazy("the answer it began with"))
    def its_response(self, advocate: Advocate) -> str:
        return page_of(advocate.response)


@admin.register(Reply)
class ReplyAdmin(ReadOnlyAdmin):
    list_display = ["at", "contact", "subject", "case"]
    list_select_related = ["contact", "case__contact"]
    search_fields = ["contact__name", "contact__email", "subject", "text"]
    fields = ["at", "sender", "subject", "text", "its_contact", "its_case", "its_message", "key"]
    readonly_fields = ["its_contact", "its_case", "its_message"]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, reply: Reply) -> str:
        return page_of(reply.contact)

    @admin.display(description=gettext_lazy("case"))
    def its_case(self, reply: Reply) -> str:
        return page_of(reply.case)

    @admin.display(description=gettext_lazy("answers the mail"))
    def its_message(self, reply: Reply) -> str:
        return page_of(reply.message)


@admin.register(DeletionRequest)
class DeletionRequestAdmin(ReadOnlyAdmin):
    """Settled in the console, under Deletions."""

    list_display = ["asked_at", "contact", "done_at", "by"]
    list_select_related = ["contact", "by"]
    list_filter = ["done_at"]
    date_hierarchy = "asked_at"
    search_fields = ["contact__name", "contact__email"]
    fields = ["asked_at", "its_contact", "its_message", "done_at", "by", "reason"]
    readonly_fields = ["its_contact", "its_message"]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, request: DeletionRequest) -> str:
        return page_of(request.contact)

    @admin.display(description=gettext_lazy("asked by the link of the mail"))
    def its_message(self, request: DeletionRequest) -> str:
        return page_of(request.message)
