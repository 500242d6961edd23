"""Testimonials: take in, approve, reject, withdraw. What is shown stands on a consent that stands itself.

Verbs of staff that take `seen` refuse, with Changed, what was decided on an old picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, TextChoices
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advocacy import deletions, trail, wall
from advocacy.enums import STORY_MOVES, StoryStatus
from advocacy.models import Ask, Testimonial
from advocacy.models.deletions import wants_to_be_forgotten
from advocacy.models.stories import LONGEST_WORDS
from surveys import consents, texts
from surveys.enums import ConsentPurpose
from surveys.models import Brand, Consent, Contact, Response
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import User

    from advocacy.models.stories import TestimonialQuerySet

EXCERPT = 300
UNDECIDED = (StoryStatus.RECEIVED, StoryStatus.REJECTED)
SCOPE = ("words", "name", "role", "own website", "24 months", "shortened or translated only after approval")
SOURCE, ASK_SOURCE = "landing page", "ask page"
# Reasons that the program writes itself, told in words by `trail`.
BY_PERSON, NOTHING_LEFT, TAKEN_UP = trail.BY_PERSON, trail.NOTHING_LEFT, trail.TAKEN_UP


# --------------------------------------------------------------------------------------------------------- the consent


@dataclass(frozen=True)
class Wording:
    """The consent as it is shown and kept: `shown` is `text` for HTML; `version` is the value of the tick."""

    text: str
    shown: str
    language: str
    version: str


def wording(brand: Brand, tag: str) -> Wording:
    """The consent to be quoted by a brand, in an offered language."""
    text, values = texts.table(tag)["quote"]["quote_text"], {"company": brand.short_name}
    plain = texts.plain(text, values)
    return Wording(text=plain, shown=texts.html(text, values), language=tag, version=consents.hash_of(plain)[:16])


def agree(response: Response, shown: Wording) -> Consent:
    """Keep that whoever answered has agreed to exactly this. Raises ValueError where nobody knows who that is."""
    if response.contact is None:
        raise ValueError("only a known contact can agree")
    return _agreed(response.contact, shown, source=f"{SOURCE}, answer {response.pk}", at=response.submitted_at)


def _agreed(contact: Contact, shown: Wording, *, source: str, at: dt.datetime) -> Consent:
    return consents.record(
        contact,
        purpose=ConsentPurpose.QUOTE,
        text=shown.text,
        language=shown.language,
        scope=SCOPE,
        source=source,
        at=at,
    )


# ----------------------------------------------------------------------------------------------- what a customer does


def receive(
    response: Response, *, consent: Consent, shown_name: str = "", shown_role: str = "", at: dt.datetime | None = None
) -> Testimonial:
    """Keep the comment of an answer as a testimonial. While one of it is still `received`, that one is brought up to
    date; one that somebody has decided on is never touched, and the changed words become a new one.

    Raises ValueError for an answer without words or contact, or with more words than fit.
    """
    if not response.comment or response.contact is None or len(response.comment) > LONGEST_WORDS:
        raise ValueError("a testimonial needs the words of a known contact, and not too many")
    said = {"words": response.comment, "language": response.language}
    said |= {"shown_name": shown_name, "shown_role": shown_role}
    with transaction.atomic():
        standing = Testimonial.objects.select_for_update().live().filter(response=response).order_by("-pk").first()
        if standing and all(getattr(standing, name) == value for name, value in said.items()):
            return standing
        if standing and standing.status == StoryStatus.RECEIVED:
            return _bring_up_to_date(standing, {**said, "consent": consent})
        story = Testimonial.objects.create(
            contact=response.contact,
            brand=response.campaign.brand,
            response=response,
            consent=consent,
            received_at=at or timezone.now(),
            **said,
        )
        record(story, went_to=StoryStatus.RECEIVED)
        return story


def receive_asked(
    ask: Ask, *, brand: Brand, shown: Wording, words: str, shown_name: str = "", shown_role: str = ""
) -> Testimonial:
    """Keep what was written on the page of an ask, with the consent to exactly `shown`. While it is still `received`,
    other words bring it up to date; one that somebody has decided on stays as it is. Call it with the ask locked.

    Raises ValueError without words, or with more than fit.
    """
    if not words or len(words) > LONGEST_WORDS:
        raise ValueError("a testimonial needs words, and not too many")
    now, contact = timezone.now(), ask.advocate.contact
    said = {"words": words, "language": shown.language, "shown_name": shown_name, "shown_role": shown_role}
    with transaction.atomic():
        standing = of_ask(ask).live().select_for_update().first()
        is_same = standing is not None and all(getattr(standing, name) == value for name, value in said.items())
        if standing and (is_same or standing.status != StoryStatus.RECEIVED):
            return standing
        if standing and standing.consent.is_standing:
            return _bring_up_to_date(standing, said)
        consent = _agreed(contact, shown, source=_source(ask), at=now)
        if standing:
            return _bring_up_to_date(standing, {**said, "consent": consent})
        story = Testimonial.objects.create(contact=contact, brand=brand, consent=consent, received_at=now, **said)
        record(story, went_to=StoryStatus.RECEIVED)
        return story


def of_ask(ask: Ask) -> TestimonialQuerySet:
    """What was written on the page of an ask, the latest first."""
    rows = Testimonial.objects.filter(contact=ask.advocate.contact_id, consent__source=_source(ask))
    return rows.order_by("-pk")


def _source(ask: Ask) -> str:
    return f"{ASK_SOURCE}, ask {ask.pk}"


def _bring_up_to_date(story: Testimonial, said: dict[str, Any]) -> Testimonial:
    for name, value in said.items():
        setattr(story, name, value)
    story.save(update_fields=list(said))
    record(story, reason=TAKEN_UP)
    return story


def withdraw(story: Testimonial, *, by: User | None = None, reason: str = BY_PERSON) -> None:
    """Take it off everywhere, at once, with the consent it stands on. What shows nothing any more stays as it is."""
    with transaction.atomic():
        consents.withdraw(story.consent)
        same = Testimonial.objects.filter(consent=story.consent_id).exclude(status__in=ENDED).order_by("pk")
        for each in same:
            move(each, STORY_MOVES, StoryStatus.WITHDRAWN, by=by, reason=reason)
        wall.changed()
    story.refresh_from_db(fields=["status"])


def let_go(response: Response) -> None:
    """What was received with an answer that no longer carries it goes; the consent stands, and so does what a person
    has decided on."""
    for story in Testimonial.objects.received().filter(response=response):
        move(story, STORY_MOVES, StoryStatus.WITHDRAWN, reason=NOTHING_LEFT)


def live_of(response: Response) -> Testimonial | None:
    """What an answer shows, or may come to show; the latest."""
    return Testimonial.objects.live().select_related("consent").filter(response=response).order_by("-pk").first()


# ---------------------------------------------------------------------------------------------------- what staff decide


def approve(story: Testimonial, *, by: User, reason: str = "", seen: str = "") -> None:
    """Say that it may be published. Raises WrongState where the consent no longer stands, or the person has asked to
    be deleted."""
    with transaction.atomic():
        trail.lock(story, seen=seen)
        if why := deletions.why_not_public(story.contact):
            raise WrongState(_("Not approved: %(reason)s.") % {"reason": why})
        consent = Consent.objects.select_for_update().get(pk=story.consent_id)
        if not consent.is_standing:
            raise WrongState(_("Not approved: the consent was withdrawn, or is over."))
        if story.status == StoryStatus.PUBLISHED:
            raise WrongState(_("Not approved: it is on the wall already."))
        move(story, STORY_MOVES, StoryStatus.APPROVED, by=by, reason=reason)


def reject(story: Testimonial, *, by: User, reason: str, seen: str = "") -> None:
    """Say that it will not be shown, and why. What was shown is taken off."""
    with transaction.atomic():
        trail.lock(story, seen=seen)
        move(story, STORY_MOVES, StoryStatus.REJECTED, by=by, reason=reason)
        wall.changed()


# ---------------------------------------------------------------------------------------------------------------- lists


class StoryView(TextChoices):
    """The views of the testimonials; the value stands in the URL."""

    RECEIVED = "received", gettext_lazy("To decide")
    APPROVED = "approved", gettext_lazy("Approved")
    PUBLISHED = "published", gettext_lazy("Published")
    REJECTED = "rejected", gettext_lazy("Rejected")
    ENDED = "ended", gettext_lazy("Withdrawn or over")


ENDED = (StoryStatus.WITHDRAWN, StoryStatus.EXPIRED)


def stories_of(view: StoryView) -> QuerySet[Testimonial]:
    """The testimonials of a view, what came last on top."""
    statuses = ENDED if view == StoryView.ENDED else (StoryStatus(view.value),)
    return Testimonial.objects.filter(status__in=statuses).order_by("-received_at", "-pk")


def shown(stories: QuerySet[Testimonial]) -> QuerySet[Any]:
    """What a row shows beside: who said it, how it begins, the score that the contact gave last, and whether the
    contact has asked to be deleted."""
    answers = Response.objects.filter(contact=OuterRef("contact")).order_by("-submitted_at", "-pk")
    rows = stories.select_related("contact__account", "consent", "brand")
    found: QuerySet[Any] = rows.defer("contact__properties", "contact__tags", "words").annotate(
        excerpt=Left("words", EXCERPT),
        latest_score=Subquery(answers.values("score")[:1]),
        is_to_be_deleted=wants_to_be_forgotten(),
    )
    return found


def short_name(name: str) -> str:
    """A name as most people want it in public: `Mira K.`. One without a space stays as it is."""
    first, *rest = name.split()[:1] + name.split()[1:][-1:] or [""]
    return f"{first} {rest[0][0].upper()}." if rest else first
