"""The one seam upwards: what the layer above registers in its `AppConfig.ready()`.

`surveys` never imports `advocacy`; what it must ask or tell goes through these registers, or through rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMultiAlternatives
from django.db.models import Model, Q
from django.forms import Field, Form

from surveys.enums import Band, Place, Purpose, TouchKind
from surveys.models import Campaign, Contact, Message, Response
from surveys.pipeline import Parcel

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Renderer = Callable[[Message], EmailMultiAlternatives]
Guard = Callable[[dt.datetime], Q]
Exporter = Callable[[Contact], dict[str, Any]]
Eraser = Callable[[Contact], None]
Merger = Callable[[Contact, Contact], None]
Promiser = Callable[[Contact, int, dt.datetime], dt.datetime | None]
CallerFinder = Callable[[Contact], "User | None"]
Filler = Callable[[Message], Parcel | None]
Splicer = Callable[[Sequence[Message]], Filler]


@dataclass(frozen=True)
class Visit:
    """Who looks at a page, as far as it is known, and what was answered before."""

    campaign: Campaign
    band: Band
    language: str
    contact: Contact | None
    response: Response | None
    at: dt.datetime
    seed: str = ""  # tells this visitor from others and is the same on each visit; empty: the visitor has no token
    mark: Callable[[str], str] | None = None  # while a page is made for everybody: see `Block.order`


class Block:
    """A part of the landing page of a band and of its thank-you page: what it shows, and what becomes of its fields.

    Its template on the landing page gets `words`, `form`, `faults` and, as `offer`, what `arranged` makes of the offer;
    those on the thank-you page get `words` and, as `shown`, what `thanks` gives. Its fields begin with its name, are
    never required, and give the key of a public text as the code of an error.
    """

    name = ""
    place = Place.QUESTIONS
    sections: tuple[str, ...] = ()  # of the public texts that its templates use
    written: tuple[type[Model], ...] = ()  # with a history; an edit of one makes the pages anew
    template = ""  # on the landing page; empty: nothing stands there
    thanks_template = ""
    told_template = ""  # on the thank-you page, under what they told us

    def offer(self, campaign: Campaign, band: Band, language: str) -> Any:
        """What it shows to everybody on the pages of this campaign, band and language; nothing: it is left out.

        It is kept in memory, so nothing in it may be about a person, and no query in it may be open.
        """
        return None

    def fields(self, offer: Any) -> dict[str, Field]:
        """The fields that it adds to the answer form, by name."""
        return {}

    def given(self, offer: Any, visit: Visit) -> dict[str, Any]:
        """What its fields hold when the page is opened. Asks the database only where there is an answer already."""
        return {}

    def arranged(self, offer: Any, visit: Visit, form: Form) -> Any:
        """The offer as its template takes it, with what stands in the form. Asks the database nothing.

        A page is kept for all who have said nothing yet: nothing of it may be about the person, but for the text in
        the fields, which `given` gives, and the `order`."""
        return offer

    def order(self, offer: Any, visit: Visit) -> Sequence[int]:
        """The places of the parts of its list in the order of this visitor, where each visitor sees another.

        A page is rendered once for everybody: with `visit.mark`, `arranged` gives the parts as they come, and its
        template writes `visit.mark(name)` before and behind each, and nothing between two."""
        return ()

    def says(self, offer: Any, said: Mapping[str, Any]) -> bool:
        """Whether `keep` has anything to do for a first answer with these values."""
        return type(self).keep is not Block.keep

    def keep(self, offer: Any, response: Response, said: Mapping[str, Any]) -> None:
        """Keep the cleaned values of its fields, in the transaction of the answer. The band of the page may be another
        than that of the score that was given on it."""

    def thanks(self, offer: Any, visit: Visit) -> Any:
        """What it shows on the thank-you page; nothing: it is left out."""
        return None


_blocks: dict[str, Block] = {}
_letters: dict[str, Renderer] = {}
_splicers: dict[Renderer, Splicer] = {}
_guards: dict[Purpose, list[Guard]] = {purpose: [] for purpose in Purpose}
exporters: list[Exporter] = []
erasers: list[Eraser] = []
mergers: list[Merger] = []
_promisers: list[Promiser] = []
_caller_finders: list[CallerFinder] = []
touches: dict[str, TouchKind] = {}


def register_letter(name: str, renderer: Renderer, *, splicer: Splicer | None = None) -> None:
    """The outbox calls `renderer(message)` when the letter leaves. A second one of a name is a mistake.

    `splicer(messages)` looks at a batch and gives a function that makes the same mails as bytes with CRLF, of those
    that it can make faster, and None of the others.
    """
    if _letters.setdefault(name, renderer) is not renderer:
        raise ValueError(f"the letter {name!r} already has a renderer")
    if splicer is not None:
        _splicers[renderer] = splicer


def register_touch(letter: str, kind: TouchKind) -> None:
    """Whoever gets the letter is touched by it: one row in the ledger of attention for each that leaves."""
    touches[letter] = kind


def render(message: Message) -> EmailMultiAlternatives:
    """The mail of `message`. Raises LookupError for a letter nobody registered."""
    return _letters[message.letter](message)


def splicer(messages: Sequence[Message]) -> Filler:
    """What makes those of the mails that need no rendering, one by one; None for each of the others."""
    found = {letter: _splicers.get(_letters.get(letter, render)) for letter in {each.letter for each in messages}}
    fillers = {each: each([it for it in messages if found[it.letter] is each]) for each in found.values() if each}
    by_letter = {letter: fillers[each] for letter, each in found.items() if each}

    def fill(message: Message) -> Parcel | None:
        filler = by_letter.get(message.letter)
        return filler(message) if filler else None

    return fill


def letters() -> list[str]:
    """The names of all letters there are."""
    return sorted(_letters)


def register_block(block: Block) -> None:
    """Blocks of one place stand in the order in which they were registered. A second one of a name is a mistake."""
    if _blocks.setdefault(block.name, block) is not block:
        raise ValueError(f"there is a block {block.name!r} already")


def blocks() -> list[Block]:
    return list(_blocks.values())


def register_promise(promiser: Promiser) -> None:
    """`promiser(contact, score, at)` gives by when a person has reached the contact who gave this score then, or None.

    A page asks for each visitor, so it asks the database for nothing that can be kept in mind.
    """
    if promiser not in _promisers:
        _promisers.append(promiser)


def promised(contact: Contact, score: int, at: dt.datetime) -> dt.datetime | None:
    """The latest of what is promised."""
    return max((by for promiser in _promisers if (by := promiser(contact, score, at))), default=None)


def register_caller(finder: CallerFinder) -> None:
    """`finder(contact)` gives who takes care of an unhappy contact, as far as that is sure now, or None.

    Like a promise it asks the database for nothing that can be kept in mind.
    """
    if finder not in _caller_finders:
        _caller_finders.append(finder)


def caller(contact: Contact) -> User | None:
    """The first that is sure."""
    return next((user for finder in _caller_finders if (user := finder(contact))), None)


def register_guard(purpose: Purpose, guard: Guard) -> None:
    """`guard(at)` gives a condition on Message, without joins, that must hold in the statement that dispatches then.

    It may compare with moments at a fixed distance from `at`, and looks at no other clock: it is written down once.
    """
    _guards[purpose].append(guard)


def guard_names() -> tuple[str, ...]:
    """Which guards there are: what was made of them is good for as long as this stays."""
    return tuple(f"{purpose}{id(guard)}" for purpose, each in _guards.items() for guard in each)


def guards(at: dt.datetime, purposes: Collection[str] = tuple(Purpose)) -> Q:
    """All conditions under which a message may leave then, if it has one of these purposes."""
    allowed = Q()
    for purpose, purpose_guards in _guards.items():
        for guard in purpose_guards if purpose in purposes else ():
            allowed &= ~Q(purpose=purpose) | guard(at)
    return allowed


def register_exporter(exporter: Exporter) -> None:
    """`exporter(contact)` gives what else is known of the person, by headings of its own, as JSON can say it."""
    exporters.append(exporter)


def register_eraser(eraser: Eraser) -> None:
    """`eraser(contact)` removes or makes nameless what else is known of the person, in the transaction of the erasure.

    Afterwards the contact is deleted, and whatever still points at it goes too.
    """
    erasers.append(eraser)


def register_merger(merger: Merger) -> None:
    """`merger(keep, gone)` gives everything of `gone` to `keep`, in the transaction of the merge; `gone` is deleted."""
    mergers.append(merger)
