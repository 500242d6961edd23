"""Advocates and what contacts wrote back: worked in the console, looked up here."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from advocacy.models import Advocate, Reply
from config.admin import ReadOnlyAdmin, page_of


@admin.register(Advocate)
class AdvocateAdmin(ReadOnlyAdmin):
    list_display = ["contact", "paused_until", "do_not_ask", "forbids_gifts"]
    list_filter = ["do_not_ask", "forbids_gifts"]
    list_select_related = ["contact"]
    search_fields = ["contact__name", "contact__email", "contact__account__name"]
    fields = ["its_contact", "its_response", "paused_until", "do_not_ask", "forbids_gifts", "created_at"]
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
