"""Letters that a person has read before they leave: filled from a text, kept as they were sent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import mail
from advocacy.enums import Outcome, StopReason
from advocacy.models import Advocate, Case, DeletionRequest
from surveys import addresses, languages, mergetags, paragraphs, texts
from surveys import mail as letters
from surveys.enums import ConsentPurpose, Promise, Purpose, SuppressionScope
from surveys.models import Brand, Consent, Contact, Message, Suppression
from surveys.models.languages import languages_in_use
from surveys.wishes import NO_OFFERS

QUOTE = "> "
LONGEST_QUOTE = 500
HELD = dt.timedelta(seconds=10)
PRIORITY = 30  # before surveys, after what somebody waits for
SUBJECT_LETTERS = 200
BODY_LETTERS = 10_000
# A paragraph whose tag has nothing to say is left out, so that no "You wrote to us:" stands before nothing.
MAY_BE_LEFT_OUT = frozenset({"quote", "news", "gift", "answer"})
# What others wrote stands in a letter as they wrote it: braces in it are no tag.
OF_OTHERS = ("quote", "answer")

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")


@dataclass(frozen=True)
class Draft:
    """A letter as it would leave."""

    subject: str
    body: str


# ------------------------------------------------------------------------------------------------------------ the words


def language_of(contact: Contact, spoken: str, brand: Brand | None) -> str:
    """The language of a letter: that of the person's own words, else the one on record, else the brand's."""
    otherwise = brand.default_language if brand else ""
    return texts.language(spoken, contact.language, otherwise, in_use=languages_in_use())


def table(tag: str, section: str) -> Mapping[str, str]:
    """The ready-made texts of a letter."""
    found: Mapping[str, str] = texts.table(tag)[section]
    return found


def values(contact: Contact, brand: Brand | None, tag: str, **more: str) -> dict[str, str]:
    """What the merge tags of a letter stand for."""
    name = mergetags.safe_name(contact.first_name)
    words = texts.table(tag)["personal"]
    greeting = words["greeting" if name else "greeting_nameless"]
    return {
        "greeting": texts.plain(greeting, {"first_name": name}),
        "first_name": name,
        "company": brand.short_name if brand else "",
        **more,
    }


def filled(subject: str, body: str, known: Mapping[str, str]) -> Draft:
    said = [part for part in paragraphs.parted(mergetags.plain(body)) if not _says_nothing(part, known)]
    text = "\n\n".join(texts.plain(part, known) for part in said)
    return Draft(subject=mergetags.header(texts.plain(subject, known)), body=text)


def _says_nothing(paragraph: str, known: Mapping[str, str]) -> bool:
    return any(mergetags.is_blank(known.get(tag, "")) for tag in mergetags.used(paragraph) & MAY_BE_LEFT_OUT)


def fault(subject: str, body: str, known: Mapping[str, str]) -> str:
    """What keeps the tags of a letter that a person wrote from being filled in, in words; empty: nothing does."""
    both = f"{subject}\n{_tagged(body, known)}"
    theirs = mergetags.unknown("\n".join(known.get(name, "") for name in OF_OTHERS), ())
    if strange := [tag for tag in mergetags.unknown(both, known) if tag not in theirs]:
        words = _("%(tags)s is no tag. There are: %(known)s.")
        return words % {"tags": ", ".join(strange), "known": _braced(known)}
    if missing := mergetags.holes(both, known):
        words = _("nothing is known for %(tags)s. Write it yourself, or take it out.")
        return words % {"tags": _braced(missing)}
    return ""


def written(subject: str, body: str, known: Mapping[str, str]) -> Draft:
    """A letter that a person wrote, with its tags filled in. All of it stays, even a paragraph that says nothing."""
    text = texts.plain(_tagged(body, known), known)
    return Draft(subject=mergetags.header(texts.plain(subject, known)), body=text)


def _tagged(body: str, known: Mapping[str, str]) -> str:
    """The body with the tag where it has the words of others, which are not read for tags."""
    text = mergetags.plain(body).strip()
    for name in OF_OTHERS:
        theirs = mergetags.plain(known.get(name, "")).strip()
        if mergetags.used(theirs):  # one word of theirs may stand anywhere, within a tag too
            text = text.replace(theirs, f"{{{{ {name} }}}}")
    return text


def _braced(names: Iterable[str]) -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


def quoted(words: str) -> str:
    """What a contact said, on one line and not too long, cut at the end of a sentence where there is one."""
    line = " ".join(mergetags.plain(words).split())
    if len(line) <= LONGEST_QUOTE:
        return line
    kept = ""
    for sentence in _SENTENCE.split(line[: LONGEST_QUOTE + 1])[:-1]:
        kept = f"{kept} {sentence}".strip()
    return kept or line[: LONGEST_QUOTE - 1].rstrip() + "…"


# -------------------------------------------------------------------------------------------------------- may it leave


def why_not(contact: Contact, *, is_gift: bool = False, at: dt.datetime | None = None) -> StopReason:
    """Why this person gets no letter; the first that holds. A gift makes it marketing, which needs a consent."""
    at = at or timezone.now()
    stopped = Suppression.objects.filter(address_hash=contact.address_hash)
    latest = Case.objects.filter(contact=contact).order_by("-opened_at", "-pk").values_list("outcome", flat=True)
    if not addresses.is_valid(contact.email):
        return StopReason.NO_ADDRESS
    if stopped.filter(scope=SuppressionScope.ALL).exists():
        return StopReason.NO_CONTACT
    if DeletionRequest.objects.waiting().filter(contact=contact).exists():
        return StopReason.ERASURE
    if latest.first() in {Outcome.LEFT, Outcome.WRONG_PERSON}:
        return StopReason.LEFT
    return _why_no_gift(contact, is_stopped=stopped.exists(), at=at) if is_gift else StopReason.NONE


def _why_no_gift(contact: Contact, *, is_stopped: bool, at: dt.datetime) -> StopReason:
    if is_stopped:
        return StopReason.SUPPRESSED
    if contact.mail_wish in NO_OFFERS:
        return StopReason.NO_OFFERS
    if Advocate.objects.filter(contact=contact, forbids_gifts=True).exists():
        return StopReason.NO_GIFTS
    agreed = Consent.objects.standing(at).filter(contact=contact, purpose=ConsentPurpose.MARKETING)
    return StopReason.NONE if agreed.exists() else StopReason.NO_CONSENT


# ---------------------------------------------------------------------------------------------------------- the message


def queue(letter: str, contact: Contact, *, language: str, at: dt.datetime, is_gift: bool = False) -> Message:
    """The mail in the outbox, held for ten seconds."""
    return Message.objects.create(
        letter=letter,
        purpose=Purpose.MARKETING if is_gift else Purpose.SERVICE,
        promise=Promise.AT_MOST_ONCE if is_gift else Promise.AT_LEAST_ONCE,
        priority=PRIORITY,
        contact=contact,
        address_hash=contact.address_hash,
        language=language,
        not_before=at + HELD,
    )


def render(message: Message, *, draft: Draft, section: str) -> letters.Letter:
    """The mail of what was kept. Raises CannotRender without a contact, or without anybody to speak for."""
    contact = message.contact
    brand = mail.brand_of(contact) if contact else None
    if contact is None or brand is None:
        raise letters.CannotRender("the message has no contact, or nobody to speak for")
    words = texts.Words(message.language or languages.FALLBACK, "mail", section)
    said = {"subject": draft.subject, "text": draft.body}
    return letters.personal(message, to=contact.email, brand=brand, tag=words.tag, words=words, **said)
