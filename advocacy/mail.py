"""Letters of this side: one function each. They leave through the outbox."""

from __future__ import annotations

from surveys import mail, texts
from surveys.models import Brand, Contact, Message
from surveys.models.languages import languages_in_use


def exit_link(message: Message) -> mail.Letter:
    """A fresh link to the page where a contact sees and stops everything. Raises CannotRender without a contact."""
    contact = message.contact
    brand = brand_of(contact) if contact else None
    if contact is None or brand is None:
        raise mail.CannotRender("the message has no contact, or nobody to speak for")
    tag = texts.language(contact.language, brand.default_language, in_use=languages_in_use())
    words = texts.Words(tag, "mail", "exit_mail", values={"company": brand.short_name})
    return mail.compose("exit_link", message, to=contact.email, brand=brand, words=words, context={})


def brand_of(contact: Contact) -> Brand | None:
    """Who asked the contact last; else the first brand there is."""
    latest = Brand.objects.filter(campaigns__waves__invitations__contact=contact)
    return latest.order_by("-campaigns__waves__invitations__pk").first() or Brand.objects.order_by("pk").first()
