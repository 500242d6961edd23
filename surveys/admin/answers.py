"""What customers answered, and who moved what."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from config.admin import ReadOnlyAdmin, ReadOnlyInline, page_of
from surveys.admin.contacts import LanguageFilter, own_language
from surveys.enums import Band
from surveys.models import Event, HeldAnswer, QuestionAnswer, Response, ResponseReason, Revision


class RevisionInline(ReadOnlyInline):
    model = Revision
    fields = ["number", "score", "comment", "wants_contact", "evidence", "at"]
    ordering = ["-number"]


class ReasonInline(ReadOnlyInline):
    model = ResponseReason
    fields = ["reason", "origin"]
    readonly_fields = ["origin"]


class ExtraInline(ReadOnlyInline):
    model = QuestionAnswer
    fields = ["question", "value", "text"]


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin):
    list_display = ["score", "band", "contact", "campaign", own_language, "evidence", "submitted_at"]
    list_filter = ["campaign", "evidence", "channel", LanguageFilter]
    list_select_related = ["contact", "campaign"]
    search_fields = ["comment", "contact__name", "contact__email"]
    inlines = [ReasonInline, ExtraInline, RevisionInline]
    readonly_fields = ["its_contact", "its_campaign", "band"]
    fieldsets = [
        (None, {"fields": ["score", "band", "comment", "its_contact", "its_campaign", "subject"]}),
        (gettext_lazy("Wish to be contacted"), {"fields": ["wants_contact", "phone", "good_time"]}),
        (
            gettext_lazy("How it came"),
            {"fields": ["channel", "door", "is_self_named", "language", "style", "scale", "evidence", "revision"]},
        ),
        (gettext_lazy("Times"), {"fields": ["answered_at", "submitted_at", "settles_at"]}),
    ]

    @admin.display(description=gettext_lazy("band"), ordering="score")
    def band(self, response: Response) -> str:
        return str(Band(response.band).label)

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, response: Response) -> str:
        return page_of(response.contact)

    @admin.display(description=gettext_lazy("campaign"))
    def its_campaign(self, response: Response) -> str:
        return page_of(response.campaign)


@admin.register(HeldAnswer)
class HeldAnswerAdmin(ReadOnlyAdmin):
    list_display = ["at", "score", "its_contact", "its_campaign", "evidence", "veto", "due_at"]
    list_filter = ["evidence", "veto"]
    list_select_related = ["invitation__contact", "invitation__wave__campaign"]
    search_fields = ["invitation__contact__name", "invitation__contact__email"]
    fields = ["score", "its_contact", "its_campaign", "evidence", "veto", "is_repeated", "language", "at", "due_at"]
    readonly_fields = ["its_contact", "its_campaign"]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, held: HeldAnswer) -> str:
        return page_of(held.invitation.contact)

    @admin.display(description=gettext_lazy("campaign"))
    def its_campaign(self, held: HeldAnswer) -> str:
        return page_of(held.invitation.wave.campaign)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "object_id", "came_from", "went_to", "by", "reason"]
    list_filter = ["kind"]
    list_select_related = ["by"]
    search_fields = ["reason", "object_id__exact", "contact__name", "contact__email"]
    search_help_text = gettext_lazy("A reason, the number of the thing, or a contact.")
    fields = ["at", "kind", "object_id", "came_from", "went_to", "reason", "by", "its_contact", "its_account"]
    readonly_fields = ["its_contact", "its_account"]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, event: Event) -> str:
        return page_of(event.contact)

    @admin.display(description=gettext_lazy("account"))
    def its_account(self, event: Event) -> str:
        return page_of(event.account)
