"""One function per letter: subject, text, html, headers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.urls import reverse

from surveys import addresses, compiled, languages, mergetags, paragraphs, scoring, texts, tokens, typefaces
from surveys.enums import Band, Basis, Style
from surveys.models import Brand, Campaign, Contact, Invitation, Message, Wave

# An @ in a name looks like a forged address; the others end or open something in an address header.
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('@:,;"<>()[]\\', " "))
_NAME_LENGTH = 60


class CannotRender(Exception):
    """This message has no letter: what it would be made of is missing or wrong. Says so without the address."""


class Letter(EmailMultiAlternatives):
    """A mail with our id for the provider, who gives it back with each event."""

    metadata: dict[str, str]

    def message(self, *args: Any, **kwargs: Any) -> Any:
        """Without folding: a receiver that looks for List-Unsubscribe may know it on one line only, and a signature
        may break on a fold. Names and subjects beyond ASCII are folded all the same, inside their encoding."""
        wire = super().message(*args, **kwargs)
        wire.policy = wire.policy.clone(max_line_length=0)
        return wire


@dataclass(frozen=True)
class Cell:
    """One of the eleven numbers, with all that a mail program must be told about it."""

    score: int
    url: str
    name: str
    line: str
    tone: str
    paper: str
    ink: str


# The class and a pair of colours of at least 4.5:1.
_TONES = {
    Band.DETRACTOR: ("d", "#b42318", "#ffffff"),
    Band.PASSIVE: ("p", "#fec84b", "#1d2939"),
    Band.PROMOTER: ("g", "#067647", "#ffffff"),
}
# What fills the line of a list of mails behind the preheader, where the words of the mail itself would follow it.
_NO_MORE = "\N{COMBINING GRAPHEME JOINER}\N{FIGURE SPACE}" * 100


def invitation(message: Message) -> Letter:
    """The one question, with eleven links. Raises CannotRender without an invitation or an address we can mail."""
    asked = _asked(message)
    campaign = asked.wave.campaign
    words = _words_of_campaign(asked, campaign)
    rhythm = words.plain(_rhythm(campaign.throttle_days)) if campaign.throttle_days > 1 else ""
    context = {**_question(asked, words), "rhythm": rhythm}
    return compose("invitation", message, to=asked.contact.email, brand=campaign.brand, words=words, context=context)


def reminder(message: Message) -> Letter:
    """The same question once more, and whether this is the last time. Raises CannotRender likewise."""
    asked = _asked(message)
    campaign = asked.wave.campaign
    tag = asked.spoken
    # The rest of its words bids the first welcome.
    own = {"question": campaign.own_words(tag, asked.asked_in).get("question", "")}
    words = texts.Words(tag, "mail", "reminder", values=asked.merge_values, own=own, asked=asked.asked_in)
    is_last = message.letter == "second_reminder" or campaign.reminders < 2
    context = {**_question(asked, words), "rhythm": words.plain("last") if is_last else ""}
    return compose("reminder", message, to=asked.contact.email, brand=campaign.brand, words=words, context=context)


def _asked(message: Message) -> Invitation:
    asked = message.invitation
    if asked is None:
        raise CannotRender("the message has no invitation")
    if message.contact is not None:
        asked.contact = message.contact  # the same row, and the outbox has it at hand
    return asked


def _question(asked: Invitation, words: texts.Words) -> dict[str, Any]:
    """The eleven numbers, a link that only a robot opens, and why the contact is asked."""
    consented = asked.contact.basis == Basis.CONSENT
    return {
        "cells": [_cell(asked, words, score) for score in range(11)],
        "decoy_url": public_url("decoy", asked.token),
        "why": words.plain("why_consent" if consented else "why_customer"),
    }


def compile_invitation(
    campaign: Campaign, *, language: str, asked_in: str, style: str, basis: str, is_named: bool
) -> compiled.Compiled | None:
    """The invitation of `campaign` for everybody with these languages, style and basis, with or without a name."""
    contact = Contact(email=compiled.ADDRESS, name=compiled.NAME if is_named else "", language=language, basis=basis)
    asked = Invitation(
        token=compiled.TOKEN, style=style, language=asked_in, wave=Wave(campaign=campaign), contact=contact
    )
    message = Message(letter="invitation", token=compiled.EXIT_TOKEN, invitation=asked, contact=contact)
    return compiled.compile_letter(
        invitation(message),
        token=tokens.encode(compiled.TOKEN),
        exit_token=tokens.encode(compiled.EXIT_TOKEN),
        number=message_number(compiled.EXIT_TOKEN),
        sender=campaign.brand.from_email,
    )


def _words_of_campaign(asked: Invitation, campaign: Campaign) -> texts.Words:
    tag = asked.spoken
    values = {**asked.merge_values, "days": str(campaign.throttle_days)}
    own = campaign.own_words(tag, asked.asked_in)
    return texts.Words(tag, "mail", values=values, own=own, asked=asked.asked_in)


def _rhythm(days: int) -> str:
    # Arabic counts days in another form from three to ten.
    return "rhythm_few" if 3 <= days % 100 <= 10 else "rhythm"


def _cell(asked: Invitation, words: texts.Words, score: int) -> Cell:
    end = {0: "low_label", 10: "high_label"}.get(score)
    said = {"number": str(score), "label": words.plain(end) if end else ""}
    tone, paper, ink = _TONES[scoring.band(score)]
    if asked.style == Style.NEUTRAL:
        tone, paper, ink = "n", asked.wave.campaign.brand.colour, "#ffffff"
    return Cell(
        score=score,
        url=public_url("answer", asked.token, score),
        name=words.plain("cell_labelled" if end else "cell", **said),
        line=words.plain("line_labelled" if end else "line", **said),
        tone=tone,
        paper=paper,
        ink=ink,
    )


def compose(
    name: str, message: Message, *, to: str, brand: Brand, words: texts.Words, context: dict[str, Any]
) -> Letter:
    """The three templates of letter `name`, and the headers that bulk mail must carry."""
    if not addresses.is_valid(to):
        raise CannotRender("the contact has no address that can be mailed")
    if not _is_address(brand.from_email):
        raise CannotRender("the sender address of the brand is none")
    stop_url = public_url("unsubscribe", message.token)
    context |= {
        "words": words,
        "no_more": _NO_MORE,
        "plain": {key: words.plain(key) for key in words},
        "unsubscribe_url": stop_url,
        **_surroundings(message, brand, tag=words.tag, said_in=words.tag),
    }
    headers = _headers(message, brand, stop_url)
    return _letter(name, message, context, to=to, sender=_sender(brand), headers=headers)


def personal(
    message: Message,
    *,
    to: str,
    brand: Brand,
    subject: str,
    text: str,
    tag: str,
    sender: str = "",
    words: texts.Words | None = None,
) -> Letter:
    """A letter that a person wrote to one contact, or read before it left: their words in the look of the language.

    With a `sender` it comes from that person, and no machine is named as its writer; with `words` it says why it comes
    and carries what bulk mail must. `text` is filled in already. Raises CannotRender for what cannot be mailed.
    """
    if not addresses.is_valid(to) or not _is_address(brand.from_email):
        raise CannotRender("the contact has no address that can be mailed, or the brand has none")
    said_in = words.tag if words else texts.language(tag, brand.default_language)
    context = {
        "subject": subject,
        "text": text,
        "paragraphs": paragraphs.of(text),
        "why": words.plain("why") if words else "",
        "privacy": texts.Words(said_in, "mail").plain("privacy"),
        **_surroundings(message, brand, tag=tag, said_in=said_in),
    }
    headers = _own_headers(message, brand)
    if words:
        headers = _headers(message, brand, public_url("unsubscribe", message.token))
    return _letter("personal", message, context, to=to, sender=_sender(brand, sender), headers=headers)


def _surroundings(message: Message, brand: Brand, *, tag: str, said_in: str) -> dict[str, Any]:
    """What stands around the words of every letter: who speaks, the look of the language, and the ways out in one that
    is offered."""
    spoken = languages.get(tag)
    return {
        "brand": brand,
        "initial": initial(brand.name),
        "home": languages.get(brand.default_language),
        "spoken": spoken,
        "said_in": languages.get(said_in),
        "look": typefaces.of(spoken.tag),
        "start": "right" if spoken.direction == "rtl" else "left",
        "end": "left" if spoken.direction == "rtl" else "right",
        "exit_url": exit_url(message.token),
        "exit_link": texts.table(said_in)["exit"]["link"],
        "privacy_url": texts.link(brand.privacy_url),
    }


def _letter(
    name: str, message: Message, context: dict[str, Any], *, to: str, sender: str, headers: dict[str, str]
) -> Letter:
    """The three templates of letter `name`."""
    letter = Letter(
        subject=mergetags.header(render_to_string(f"emails/{name}-subject.txt", context)),
        body=mergetags.plain(render_to_string(f"emails/{name}-text.txt", context)),
        from_email=sender,
        to=[to],
        reply_to=_reply_to(message, context["brand"]),
        headers=headers,
    )
    letter.attach_alternative(render_to_string(f"emails/{name}-html.html", context), "text/html")
    letter.metadata = {"message": str(message.pk)}
    return letter


def _own_headers(message: Message, brand: Brand) -> dict[str, str]:
    """Those of every mail."""
    domain = brand.from_email.rpartition("@")[2]
    return {
        "Message-ID": f"<{message_number(message.token)}@{domain}>",
        "Feedback-ID": _feedback_id(message, brand, domain),
    }


def _headers(message: Message, brand: Brand, stop_url: str) -> dict[str, str]:
    domain = brand.from_email.rpartition("@")[2]
    return {
        **_own_headers(message, brand),
        "List-Unsubscribe": f"<{stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-ID": f"<surveys.{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }


def headers_of_staff(message: Message) -> dict[str, str]:
    """Those of a mail to a colleague that a machine wrote."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return {
        "Message-ID": f"<{message_number(message.token)}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }


def message_number(token: UUID) -> str:
    """What the Message-ID begins with: the same for each attempt, so that a duplicate shows itself; hashed, since the
    token is a key."""
    return hashlib.sha256(str(token).encode()).hexdigest()[:32]


def _feedback_id(message: Message, brand: Brand, domain: str) -> str:
    """Under what Gmail counts complaints: three groups and the sender. Numbers, since it stands in every mail, and
    none of them says what another does. Nothing here tells two mails of one campaign apart."""
    campaign = f"campaign-{message.invitation.wave.campaign_id}" if message.invitation else ""
    sender = hashlib.sha256(domain.lower().encode()).hexdigest()[:12]  # from 5 to 15 characters, always the same
    return f"{campaign}:{message.letter}:brand-{brand.pk}:{sender}"


def _reply_to(message: Message, brand: Brand) -> list[str] | None:
    """The address by which a reply to this one mail is known, where there is such a thing; else that of the brand."""
    if settings.REPLY_ADDRESS:
        return [settings.REPLY_ADDRESS.replace("{token}", tokens.encode(message.token))]
    return [brand.reply_to] if _is_address(brand.reply_to) else None


def _is_address(text: str) -> bool:
    """Whether staff wrote an address there; one without a dot may be right inside a house."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _sender(brand: Brand, person: str = "") -> str:
    both = f"{person} · {brand.short_name}" if person else brand.name
    name = mergetags.header(both.translate(_NOT_IN_NAMES))[:_NAME_LENGTH].rstrip()
    return f'"{name}" <{brand.from_email}>' if name else brand.from_email


def initial(name: str) -> str:
    """The letter that stands where a logo would."""
    return next((char for char in name if char.isalnum()), "").upper()


def public_url(page: str, token: UUID, *args: object) -> str:
    """The whole address of a public page, from the settings: a request could name any host."""
    base: str = settings.PUBLIC_BASE_URL
    return base + reverse(f"surveys:{page}", args=[tokens.encode(token), *args])


def exit_url(token: UUID) -> str:
    """Where the recipient of the message chooses what may be sent; the page shows both sides, so it is not ours."""
    base: str = settings.PUBLIC_BASE_URL
    return base + reverse("advocacy:exit", args=[tokens.encode(token)])
