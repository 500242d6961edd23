"""A case is worked in the console; here it is looked up."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from advocacy.models import Attempt, Case, CaseNote, Escalation, Routing
from config.admin import ReadOnlyAdmin, ReadOnlyInline, page_of


class AttemptInline(ReadOnlyInline):
    model = Attempt
    fields = ["at", "by", "channel", "reached", "note"]
    ordering = ["-at"]


class CaseNoteInline(ReadOnlyInline):
    model = CaseNote
    fields = ["at", "by", "text"]
    ordering = ["-at"]


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ["pk", "contact", "status", "owner", "team", "due_at", "outcome", "theme"]
    list_filter = ["status", "outcome", "theme", "team"]
    list_select_related = ["contact", "owner", "theme", "team"]
    search_fields = ["contact__name", "contact__email", "contact__account__name"]
    inlines = [AttemptInline, CaseNoteInline]
    console_page = "advocacy:case"
    readonly_fields = ["its_contact", "its_response"]
    fieldsets = [
        (None, {"fields": ["its_contact", "its_response", "status", "theme", "outcome"]}),
        (gettext_lazy("Who works on it"), {"fields": ["team", "owner", "priority"]}),
        (
            gettext_lazy("Times"),
            {
                "fields": [
                    ("opened_at", "closed_at"),
                    ("warn_at", "due_at", "contacted_at"),
                    "owner_due_at",
                    ("resolve_by", "waiting_since"),
                    "snoozed_until",
                ]
            },
        ),
        (gettext_lazy("Promise"), {"fields": ["promise", "promise_due_on"]}),
    ]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, case: Case) -> str:
        return page_of(case.contact)

    @admin.display(description=gettext_lazy("response"))
    def its_response(self, case: Case) -> str:
        return page_of(case.response)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ["at", "case", "by", "channel", "reached"]
    list_filter = ["channel", "reached"]
    list_select_related = ["case", "by"]
    search_fields = ["note", "case__contact__name", "case__contact__email"]
    fields = ["its_case", "at", "by", "channel", "reached", "note"]
    readonly_fields = ["its_case"]

    @admin.display(description=gettext_lazy("case"))
    def its_case(self, attempt: Attempt) -> str:
        return page_of(attempt.case)


@admin.register(CaseNote)
class CaseNoteAdmin(ReadOnlyAdmin):
    list_display = ["at", "case", "by"]
    list_select_related = ["case", "by"]
    search_fields = ["text", "case__contact__name", "case__contact__email"]
    fields = ["its_case", "at", "by", "text"]
    readonly_fields = ["its_case"]

    @admin.display(description=gettext_lazy("case"))
    def its_case(self, note: CaseNote) -> str:
        return page_of(note.case)


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    """What leads were told of."""

    list_display = ["at", "case", "clock", "level", "due_at", "lead"]
    list_filter = ["clock", "level", "case__team"]
    list_select_related = ["case", "lead"]
    search_fields = ["case__contact__name", "case__contact__email"]
    fields = ["its_case", "clock", "level", "due_at", "at", "lead", "its_message"]
    readonly_fields = ["its_case", "its_message"]

    @admin.display(description=gettext_lazy("case"))
    def its_case(self, escalation: Escalation) -> str:
        return page_of(escalation.case)

    @admin.display(description=gettext_lazy("mail"))
    def its_message(self, escalation: Escalation) -> str:
        return page_of(escalation.message)


@admin.register(Routing)
class RoutingAdmin(ReadOnlyAdmin):
    """The receipts: what became of each answer."""

    list_display = ["at", "response", "revision", "band", "routed_to"]
    list_filter = ["band", "routed_to"]
    list_select_related = ["response"]
    search_fields = ["response__contact__name", "response__contact__email"]
    fields = ["at", "its_response", "revision", "band", "routed_to", "its_case", "its_request", "its_advocate"]
    readonly_fields = ["its_response", "its_case", "its_request", "its_advocate"]

    @admin.display(description=gettext_lazy("response"))
    def its_response(self, routing: Routing) -> str:
        return page_of(routing.response)

    @admin.display(description=gettext_lazy("case"))
    def its_case(self, routing: Routing) -> str:
        return page_of(routing.case)

    @admin.display(description=gettext_lazy("request"))
    def its_request(self, routing: Routing) -> str:
        return page_of(routing.request)

    @admin.display(description=gettext_lazy("advocate"))
    def its_advocate(self, routing: Routing) -> str:
        return page_of(routing.advocate)
