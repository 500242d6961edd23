"""The public wall: published testimonials of a brand, kept ready until one of them changes.

What is ready is kept in this process under a stamp that all processes share, so whatever is published, changed or taken
off here shows everywhere with the next page. Should a process die between its commit and the new stamp, the pages are
made anew after a minute all the same.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.db import transaction
from django.db.models import Prefetch

from advocacy.enums import RewardKind
from advocacy.models import Reward, StoryTranslation, Testimonial
from surveys import languages, texts
from surveys.models import Brand, Contact

PAGE = 18
SHORT = 600  # characters; what is longer goes on at its own address
FEED = 100
KEPT = 60.0  # seconds
MOST_KEPT = 500
STAMP = "wall"

_kept: OrderedDict[tuple[Any, ...], tuple[str, float, bytes]] = OrderedDict()


@dataclass(frozen=True)
class Quote:
    """A testimonial as the wall shows it in one language; `original` is there where these words are a translation."""

    number: int
    words: str
    language: str
    direction: str
    is_cut: bool
    name: str
    role: str
    disclosure: str
    gifted: str
    is_lead: bool
    published_on: str
    original: str = ""
    original_language: str = ""
    original_direction: str = ""
    original_name: str = ""


@dataclass(frozen=True)
class Page:
    quotes: list[Quote]
    number: int
    has_next: bool


def page(brand: Brand, tag: str, number: int = 1) -> Page:
    """The wall in a language, `PAGE` at a time: what leads on top, then what was published last. Three statements."""
    start = (number - 1) * PAGE
    rows = list(_rows(brand, tag).order_by("-is_lead", "-published_at", "-pk")[start : start + PAGE + 1])
    gifted = _gifted(brand, tag)
    return Page([_quote(row, gifted, longest=SHORT) for row in rows[:PAGE]], number, len(rows) > PAGE)


def one(brand: Brand, tag: str, pk: int) -> Quote | None:
    """One published testimonial, whole."""
    row = _rows(brand, tag).filter(pk=pk).first()
    return _quote(row, _gifted(brand, tag)) if row else None


def feed(brand: Brand, tag: str, *, address: Callable[[int], str]) -> str:
    """The wall as JSON for another page of the same organisation: never called reviews, and never all there are."""
    rows = _rows(brand, tag).order_by("-is_lead", "-published_at", "-pk")[:FEED]
    gifted = _gifted(brand, tag)
    return json.dumps(
        {
            "label": "Selected customer stories",
            "brand": brand.name,
            "language": tag,
            "stories": [_told(_quote(row, gifted), address(row.pk)) for row in rows],
        },
        ensure_ascii=False,
    )


def _told(quote: Quote, address: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "url": address,
        "words": quote.words,
        "language": quote.language,
        "name": quote.name,
        "role": quote.role,
        "disclosure": " ".join(filter(None, [quote.disclosure, quote.gifted])),
        "published_on": quote.published_on,
    }
    return told | {"translated_from": quote.original_language, "original": quote.original} if quote.original else told


def _rows(brand: Brand, tag: str) -> Any:
    into = StoryTranslation.objects.filter(language=tag)
    rows = Testimonial.objects.published().filter(brand=brand).select_related("contact")
    given = Prefetch("contact__rewards", queryset=_gifts(), to_attr="given")
    return rows.prefetch_related(Prefetch("translations", queryset=into, to_attr="in_language"), given)


def _gifts() -> Any:
    """What has to be told beside the words of whoever got it: all but a note of thanks."""
    return Reward.objects.given().exclude(kind=RewardKind.NOTE).select_related("item").order_by("pk")


def _gifted(brand: Brand, tag: str) -> str:
    return texts.Words(tag, "wall", values={"company": brand.short_name}).plain("gifted")


def gifts_told(contact: Contact) -> list[str]:
    """What stands beside the words of this person because of what they were given; an empty one is said in general."""
    return list(dict.fromkeys(gift.item.disclosure for gift in _gifts().filter(contact=contact)))


def _quote(row: Any, gifted: str, *, longest: int = 0) -> Quote:
    """`gifted` is told where something was given that has no words of its own for it."""
    translation = next(iter(row.in_language), None)
    spoken = languages.get((translation or row).language)
    words, is_cut = _shortened((translation or row).words, longest)
    told = [gift.item.disclosure for gift in row.contact.given]
    known: dict[str, str] = {}
    if translation:
        source = languages.get(row.language)
        known = {"original": row.words, "original_language": source.tag, "original_name": source.own_name}
        known |= {"original_direction": source.direction}
    return Quote(
        number=row.pk,
        words=words,
        language=spoken.tag,
        direction=spoken.direction,
        is_cut=is_cut,
        name=row.shown_name,
        role=row.shown_role,
        disclosure=" ".join(dict.fromkeys(filter(None, [row.disclosure, *told]))),
        gifted="" if all(told) else gifted,
        is_lead=row.is_lead,
        published_on=f"{row.published_at:%Y-%m-%d}",
        **known,
    )


def _shortened(words: str, longest: int) -> tuple[str, bool]:
    """The beginning, up to the last space in reach; scripts without spaces are cut where they are."""
    if not longest or len(words) <= longest:
        return words, False
    start = words[:longest]
    at_word, _space, _rest = start.rpartition(" ")
    return (at_word if len(at_word) > longest // 2 else start).rstrip() + "…", True


# ---------------------------------------------------------------------------------------------------------- kept ready


def kept(key: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
    """What `make` made for the key since the last change, or what it makes now. Asks the database nothing by itself."""
    stamp = _stamp()
    found = _kept.get(key)
    if stamp and found and found[0] == stamp and time.monotonic() < found[1]:
        _kept.move_to_end(key)
        return found[2]
    made = make()
    if stamp:  # read before the rows were: a change between the two is already under another
        _kept[key] = (stamp, time.monotonic() + KEPT, made)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def changed() -> None:
    """Something that the wall shows is different once this transaction is over."""
    transaction.on_commit(_renew)


def forget() -> None:
    """Forget what this process has kept."""
    _kept.clear()


def _troubles() -> tuple[type[Exception], ...]:
    """What Redis may answer, if there is one. Without it the library, which is large, is not even loaded."""
    from redis.exceptions import RedisError  # noqa: PLC0415

    return (RedisError, OSError)


def _stamp() -> str:
    """What all processes agree on; empty where nobody can be asked, and then nothing is kept."""
    try:
        found: str | None = caches["stamps"].get(STAMP)
        return found or _renew()
    except _troubles():
        return ""


def _renew() -> str:
    stamp = uuid.uuid4().hex
    try:
        caches["stamps"].set(STAMP, stamp, None)
    except _troubles():
        return ""
    return stamp
