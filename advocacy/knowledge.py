"""The knowledge base: which entries a page offers, in which language, and how often each is opened."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from advocacy.models import Entry, EntryText, EntryVisit
from surveys import languages
from surveys.models import Brand

MOST_OFFERED = 3


@dataclass(frozen=True)
class Offered:
    """An entry as a link: its title, and the language of it, which may be another than that of the page."""

    pk: int
    title: str
    language: str
    direction: str


def offered(brand: Brand, tag: str) -> list[Offered]:
    """The first entries for a brand that have words in the language `tag`, or in one to fall back on."""
    texts: defaultdict[Entry, list[EntryText]] = defaultdict(list)
    rows = EntryText.objects.filter(Q(entry__brand=brand) | Q(entry__brand=None), entry__is_offered_on_yellow=True)
    for text in rows.select_related("entry").defer("text").order_by("entry__position", "entry__name", "pk"):
        texts[text.entry].append(text)
    chosen = [_best(found, tag, brand.default_language) for found in list(texts.values())[:MOST_OFFERED]]
    return [Offered(text.entry_id, text.title, text.language, _direction(text.language)) for text in chosen]


def text_of(entry: Entry, tag: str) -> EntryText | None:
    """The words of an entry in the language `tag`, or in the nearest one that there is."""
    texts = list(entry.texts.order_by("pk"))
    otherwise = entry.brand.default_language if entry.brand else ""
    return _best(texts, tag, otherwise) if texts else None


def _best(texts: list[EntryText], *wishes: str) -> EntryText:
    by_tag = {text.language: text for text in texts}
    tags = (tag for wish in (*wishes, languages.FALLBACK) for tag in languages.chain(wish))
    return next((by_tag[tag] for tag in tags if tag in by_tag), texts[0])


def _direction(tag: str) -> str:
    return languages.get(tag).direction


def count_visit(text: EntryText) -> None:
    """One more opened today. Update first: nearly always the row is there."""
    key = {"entry_id": text.entry_id, "language": text.language, "day": timezone.localdate()}
    if EntryVisit.objects.filter(**key).update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():  # a savepoint: another first visit of the day may win the race
            EntryVisit.objects.create(**key, count=1)
    except IntegrityError:
        EntryVisit.objects.filter(**key).update(count=F("count") + 1)
