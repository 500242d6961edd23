"""Letters of this side: one function each. They leave through the outbox. And the calendar file they speak of."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from advocacy import ics
from advocacy.enums import AskKind, PerkLetterKind, PerkStatus
from advocacy.models import Ask, Perk, PerkGuest, PerkLetter, PerkText, Release, Reward
from surveys import mail, mergetags, texts, tokens
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


def reward_code(message: Message) -> mail.Letter:
    """The code of a reward, to whom it was given. Raises CannotRender for one that was taken back meanwhile."""
    reward = Reward.objects.given().select_related("contact", "item", "code").filter(message=message).first()
    contact = reward.contact if reward else None
    brand = brand_of(contact) if contact else None
    if reward is None or contact is None or brand is None or not hasattr(reward, "code"):
        raise mail.CannotRender("the reward was taken back, or has no code, or nobody speaks for it")
    tag = texts.language(contact.language, brand.default_language, in_use=languages_in_use())
    words = texts.Words(tag, "mail", "reward_mail", values={"company": brand.short_name, "gift": reward.item.name})
    context = {"code": reward.code.code}
    return mail.compose("reward_code", message, to=contact.email, brand=brand, words=words, context=context)


def words_of_ask(asked: Ask, brand: Brand, *wishes: str) -> texts.Words:
    """The words of its letter and its page, in the language of the contact."""
    contact, in_use = asked.contact, languages_in_use()
    tag = texts.language(*wishes, contact.language, brand.default_language, in_use=in_use)
    # A greeting without a name is another one: a comma would be left over.
    values = {"company": brand.short_name, "first_name": contact.first_name}
    own = {"greeting": texts.table(tag)["ask"]["hello_named" if contact.first_name else "hello"]}
    consent = ["quote"] if asked.kind == AskKind.TESTIMONIAL else []
    return texts.Words(tag, "mail", "page", *consent, "ask", f"ask_{asked.kind}", values=values, own=own)


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


def perk(message: Message) -> mail.Letter:
    """A letter to a guest: the invitation, or what has changed since. Raises CannotRender without a guest or words."""
    rows = PerkLetter.objects.select_related("guest__perk__brand", "guest__contact")
    letter = rows.prefetch_related("guest__perk__texts").filter(message=message).first()
    if letter is None or not letter.guest.perk.texts.all():
        raise mail.CannotRender("the message has no guest, or the perk has no words")
    guest, is_invitation = letter.guest, letter.kind == PerkLetterKind.INVITATION
    tag = _language_of(guest)
    said = texts.table(tag)["perk"]
    keys = {name: f"{letter.kind}_{name}" for name in ("subject", "sentence")} | {"why": "why"}
    own = {name: said[key] for name, key in keys.items()}
    if not is_invitation:
        own["preheader"] = own["sentence"]
    own["greeting"] = texts.table(tag)["ask"]["hello_named" if guest.contact.first_name else "hello"]
    text = guest.perk.text_in(guest.contact.language, tag)
    base: str = settings.PUBLIC_BASE_URL
    context = {
        "perk": guest.perk,
        "text": text,
        "paragraphs": paragraphs(text) if is_invitation else [],
        "when": when(guest.perk, tag),
        "perk_url": base + reverse("advocacy:perk_page", args=[tokens.encode(guest.token)]),
    }
    words = words_of_guest(guest, own=own)
    return mail.compose("perk", message, to=guest.contact.email, brand=guest.perk.brand, words=words, context=context)


def words_of_guest(guest: PerkGuest, *wishes: str, own: dict[str, str] | None = None) -> texts.Words:
    """The words of a guest's letters and page, in the language of the contact."""
    perk, tag = guest.perk, _language_of(guest, *wishes)
    text = perk.text_in(*wishes, guest.contact.language, tag)
    values = {
        "company": perk.brand.short_name,
        "first_name": guest.contact.first_name,
        "name": text.title if text else perk.name,
        "when": when(perk, tag),
        "until": texts.moment(tag, perk.answers_until.astimezone(perk.zone)),
        "number": str(guest.number_in_line or ""),
    }
    return texts.Words(tag, "mail", "page", "perk", values=values, own=own)


def _language_of(guest: PerkGuest, *wishes: str) -> str:
    otherwise = guest.perk.brand.default_language
    return texts.language(*wishes, guest.contact.language, otherwise, in_use=languages_in_use())


def when(perk: Perk, tag: str) -> str:
    """From when to when, in the zone of the place, which is named."""
    starts, ends = perk.starts_at.astimezone(perk.zone), perk.ends_at.astimezone(perk.zone)
    end = f"{ends:%H:%M}" if starts.date() == ends.date() else texts.moment(tag, ends)
    return f"{texts.moment(tag, starts)} – {end} ({perk.time_zone})"


def paragraphs(text: PerkText | None) -> list[str]:
    parts = mergetags.plain(text.text if text else "").split("\n\n")
    return [part.strip() for part in parts if part.strip()]


def calendar_file(guest: PerkGuest, *, at: dt.datetime) -> bytes:
    """What a guest puts into a calendar. It holds no token: calendars are shared."""
    perk, brand = guest.perk, guest.perk.brand
    text = perk.text_in(guest.contact.language)
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname or "localhost"
    happening = ics.Happening(
        uid=f"{perk.uid}@{host}",
        sequence=perk.sequence,
        starts_at=perk.starts_at,
        ends_at=perk.ends_at,
        title=text.title if text else perk.name,
        text=text.text if text else "",
        place=perk.place,
        address=perk.address,
        organiser=brand.name,
        organiser_address=brand.reply_to or brand.from_email,
        language=text.language if text else "",
        is_cancelled=perk.status == PerkStatus.CANCELLED,
    )
    return ics.write(happening, at=at)
