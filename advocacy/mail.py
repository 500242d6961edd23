"""Letters of this side: one function each. They leave through the outbox."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from advocacy.models import Ask, Release
from surveys import mail, texts, tokens
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


def ask(message: Message) -> mail.Letter:
    """One favour, asked by name. Raises CannotRender without an ask, or nobody to speak for."""
    asked = Ask.objects.select_related("advocate__contact").filter(message=message).first()
    brand = brand_of(asked.contact) if asked else None
    if asked is None or brand is None:
        raise mail.CannotRender("the message has no ask, or nobody to speak for")
    words = words_of_ask(asked, brand)
    base: str = settings.PUBLIC_BASE_URL
    context = {"ask_url": base + reverse("advocacy:ask_page", args=[tokens.encode(asked.token)])}
    return mail.compose("ask", message, to=asked.contact.email, brand=brand, words=words, context=context)


def words_of_ask(asked: Ask, brand: Brand, *wishes: str) -> texts.Words:
    """The words of its letter and its page, in the language of the contact."""
    contact, in_use = asked.contact, languages_in_use()
    tag = texts.language(*wishes, contact.language, brand.default_language, in_use=in_use)
    # A greeting without a name is another one: a comma would be left over.
    values = {"company": brand.short_name, "first_name": contact.first_name}
    own = {"greeting": texts.table(tag)["ask"]["hello_named" if contact.first_name else "hello"]}
    return texts.Words(tag, "mail", "page", "ask", f"ask_{asked.kind}", values=values, own=own)


def release(message: Message) -> mail.Letter:
    """A case study to be read, or to be signed for. Raises CannotRender where its link is gone."""
    asked = Release.objects.select_related("study__contact", "study__brand").filter(message=message).first()
    if asked is None:
        raise mail.CannotRender("the message has no release")
    base: str = settings.PUBLIC_BASE_URL
    context = {"release_url": base + reverse("advocacy:release", args=[tokens.encode(asked.token)])}
    study = asked.study
    words = words_of_release(asked)
    return mail.compose("release", message, to=study.contact.email, brand=study.brand, words=words, context=context)


def words_of_release(asked: Release, *wishes: str, **more: str) -> texts.Words:
    """The words of its letter and its page, in the language of the contact."""
    study, contact = asked.study, asked.study.contact
    tag = texts.language(*wishes, contact.language, study.brand.default_language, in_use=languages_in_use())
    values = {"company": study.brand.short_name, "first_name": contact.first_name, "title": study.title, **more}
    own = {"greeting": texts.table(tag)["release"]["hello_named" if contact.first_name else "hello"]}
    return texts.Words(tag, "mail", "page", "release", f"release_{asked.step}", values=values, own=own)
