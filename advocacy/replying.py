"""Saved replies, and how a letter is filled in: which tags there are, what stands for each, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy.models import Case, Pledge, SavedReply
from surveys import languages, mergetags, texts

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

TAGS: dict[str, StrOrPromise] = {
    "first_name": gettext_lazy("the contact's first name"),
    "name": gettext_lazy("the contact's name"),
    "account": gettext_lazy("the contact's account"),
    "company": gettext_lazy("the short name of the brand"),
    "product": gettext_lazy("the product that was asked about"),
    "agent": gettext_lazy("your name"),
    "case": gettext_lazy("the number of the case"),
    "due": gettext_lazy("the day of the next promise of the case"),
}
# What marks a value in a text until it is shown: nothing that somebody types has them, see `mergetags.plain`.
_OPEN, _CLOSE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def known_tags() -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in TAGS)


def faults(text: str) -> str:
    """What cannot be filled in a text that staff keep, naming it and the tags there are; empty: it may be kept."""
    if unknown := mergetags.unknown(text, TAGS):
        words = _("%(tags)s is no tag. There are: %(known)s.")
        return words % {"tags": ", ".join(unknown), "known": known_tags()}
    return ""


def values(case: Case, *, by: User, language: str) -> dict[str, str]:
    """What stands for each tag in a letter from this case; empty where nothing is known."""
    contact, asked = case.contact, case.response
    brand = asked.campaign.brand if asked else None
    subject = (asked.subject or asked.campaign.subject) if asked else None
    promise = Pledge.objects.open().filter(case=case).order_by("due_on", "pk").first()
    return {
        "first_name": mergetags.safe_name(contact.first_name),
        "name": mergetags.safe_name(contact.name),
        "account": mergetags.safe_name(contact.account.name) if contact.account else "",
        "company": brand.short_name if brand else "",
        "product": subject.name if subject else "",
        "agent": by.get_full_name() or by.get_username(),
        "case": str(case.pk),
        "due": texts.day(texts.language(language), promise.due_on) if promise else "",
    }


def fill(text: str, known: Mapping[str, str]) -> str:
    return mergetags.fill(text, known, escape=mergetags.plain)


# ---------------------------------------------------------------------------------------------------------- saved ones


@dataclass(frozen=True)
class Chosen:
    """A saved reply in the language it was found in; `is_fallback`: the contact speaks another."""

    reply: SavedReply
    language: str
    subject: str
    text: str
    is_fallback: bool


def offered() -> Any:
    return SavedReply.objects.filter(is_offered=True, texts__isnull=False).distinct().order_by("name")


def choose(reply: SavedReply, *, language: str) -> Chosen | None:
    """The text for a contact of this language: in it, or in what it may fall back to, else English, else the first."""
    found = {each.language: each for each in reply.texts.order_by("language")}
    if not found:
        return None
    wished = list(languages.chain(language)) if language else []
    tag = next((tag for tag in [*wished, languages.FALLBACK] if tag in found), min(found))
    taken = found[tag]
    return Chosen(reply, tag, taken.subject, taken.text, is_fallback=bool(wished) and tag not in wished)


# ------------------------------------------------------------------------------------------------------------- preview


def shown(text: str, known: Mapping[str, str]) -> list[str]:
    """The paragraphs of a text for the preview: what was filled in is marked, and so is what is missing."""
    missing = {name: f"{{{{ {name} }}}}" for name in mergetags.holes(text, known)}
    marked = mergetags.fill(text, {**known, **missing}, escape=_marked)
    return [_html(part) for part in marked.split("\n\n") if part.strip()]


def _marked(value: str) -> str:
    return f"{_OPEN}{mergetags.plain(value)}{_CLOSE}" if value else ""


def _html(text: str) -> str:
    pieces: list[tuple[str, str]] = []
    rest = text
    while _OPEN in rest:
        before, _mark, rest = rest.partition(_OPEN)
        value, _mark, rest = rest.partition(_CLOSE)
        pieces.append((before, format_html("<mark>{}</mark>", value)))
    return format_html_join("", "{}{}", pieces) + escape(rest)
