"""Mail that waits, left, or did not."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy

from config.admin import NOTHING, ReadOnlyAdmin, page_of
from surveys.models import DeliveryEvent, Message, TestMail


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What became of each mail. Its token stays out: whoever has it can unsubscribe the recipient."""

    list_display = ["pk", "letter", "contact", "status", "attempts", "sent_at", "error"]
    list_filter = ["status", "purpose"]
    list_select_related = ["contact"]
    search_fields = ["contact__email", "contact__name", "provider_id__exact"]
    readonly_fields = ["its_contact", "its_invitation", "created_at"]
    fieldsets = [
        (None, {"fields": ["letter", "purpose", "status", "error", "its_contact", "its_invitation", "user"]}),
        (gettext_lazy("What was promised"), {"fields": ["promise", "priority", "not_before", "retry_at", "attempts"]}),
        (
            gettext_lazy("What we were told"),
            {
                "fields": ["dispatched_at", "sent_at", "delivered_at", "bounced_at", "complained_at", "provider_id"],
                "description": gettext_lazy("Each is written down once, when the mail server or the provider says so."),
            },
        ),
        (gettext_lazy("Record"), {"fields": ["created_at", "language", "text_version", "claim_id", "lease_until"]}),
    ]

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, message: Message) -> str:
        return page_of(message.contact)

    @admin.display(description=gettext_lazy("invitation"))
    def its_invitation(self, message: Message) -> str:
        return page_of(message.invitation)


@admin.register(TestMail)
class TestMailAdmin(ReadOnlyAdmin):
    """Who sent the mail of which campaign to a colleague."""

    list_display = ["at", "campaign", "by", "its_recipient", "its_status"]
    list_filter = ["campaign"]
    list_select_related = ["campaign", "by", "message__user"]
    search_fields = ["campaign__name", "by__username", "by__email"]
    readonly_fields = ["its_campaign", "its_message", "its_recipient", "its_status"]
    fields = ["at", "its_campaign", "by", "its_recipient", "its_status", "its_message"]

    @admin.display(description=gettext_lazy("campaign"))
    def its_campaign(self, sent: TestMail) -> str:
        return page_of(sent.campaign)

    @admin.display(description=gettext_lazy("message"))
    def its_message(self, sent: TestMail) -> str:
        return page_of(sent.message)

    @admin.display(description=gettext_lazy("to"))
    def its_recipient(self, sent: TestMail) -> str:
        return str(sent.message.user or NOTHING)

    @admin.display(description=gettext_lazy("status"))
    def its_status(self, sent: TestMail) -> str:
        return sent.message.get_status_display()


@admin.register(DeliveryEvent)
class DeliveryEventAdmin(ReadOnlyAdmin):
    """What providers and mail servers reported, as it came, and what was made of it."""

    list_display = ["received_at", "provider", "type", "message_pk", "outcome", "note", "processed_at"]
    list_filter = ["provider", "type", "outcome"]
    search_fields = ["message_pk__exact", "message_id__exact", "recipient_hash__exact", "event_id__exact"]
    search_help_text = gettext_lazy("The number of a mail here or at the provider, or the keyed hash of an address.")
    readonly_fields = ["its_message", "received_at"]
    fieldsets = [
        (None, {"fields": ["provider", "type", "reject_reason", "diagnosis", "at", "its_message", "recipient_hash"]}),
        (gettext_lazy("What was made of it"), {"fields": ["outcome", "note", "processed_at", "retry_at"]}),
        (gettext_lazy("As it came"), {"fields": ["received_at", "event_id", "message_id", "key", "payload"]}),
    ]

    @admin.display(description=gettext_lazy("message"))
    def its_message(self, event: DeliveryEvent) -> str:
        """It may name anything: a mail that is not there is no link."""
        return page_of(Message.objects.filter(pk=event.message_pk).first()) if event.message_pk else NOTHING
