"""Put testimonials on the wall and take them off, in other languages too; and the places that only people can clean.

Verbs that take `seen` refuse, with Changed, what was decided on an old picture.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import deletions, tiers, trail, trailwords, wall
from advocacy.enums import LIVE_STORY_STATUSES, STORY_MOVES, StoryStatus
from advocacy.models import Advocate, StoryPlace, StoryTranslation, Testimonial
from surveys import languages
from surveys.models import Consent
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SLICE = 100


def publish(story: Testimonial, *, by: User, disclosure: str = "", is_lead: bool = False, seen: str = "") -> None:
    """Show it on the wall of its brand. Raises WrongState where it was not approved, the consent no longer stands, or
    the person has asked to be deleted.

    Of those published of a brand one stands large on top: the last that was said to.
    """
    with transaction.atomic():
        trail.lock(story, seen=seen)
        if why := deletions.why_not_public(story.contact):
            raise WrongState(_("Not published: %(reason)s.") % {"reason": why})
        consent = Consent.objects.select_for_update().get(pk=story.consent_id)
        if not consent.is_standing:
            raise WrongState(_("Not published: the consent was withdrawn, or is over."))
        if story.status not in (StoryStatus.APPROVED, StoryStatus.PUBLISHED):
            raise WrongState(_("Not published: approve it first."))
        if is_lead:
            Testimonial.objects.filter(brand=story.brand_id, is_lead=True).exclude(pk=story.pk).update(is_lead=False)
        if story.status == StoryStatus.PUBLISHED:
            _change(story, by=by, disclosure=disclosure, is_lead=is_lead)
        else:
            shown = {"published_at": timezone.now(), "disclosure": disclosure, "is_lead": is_lead}
            move(story, STORY_MOVES, StoryStatus.PUBLISHED, by=by, reason=disclosure, **shown)
            tiers.settle(Advocate.objects.filter(contact=story.contact_id).values_list("pk", flat=True))
        wall.changed()


def _change(story: Testimonial, *, by: User, disclosure: str, is_lead: bool) -> None:
    if (story.disclosure, story.is_lead) == (disclosure, is_lead):
        return
    story.disclosure, story.is_lead = disclosure, is_lead
    story.save(update_fields=["disclosure", "is_lead"])
    record(story, by=by, reason=trail.SHOWN_OTHERWISE + disclosure)


def take_off(story: Testimonial, *, by: User, reason: str, seen: str = "") -> None:
    """Off the wall, though it may be shown again: the consent stands."""
    with transaction.atomic():
        trail.lock(story, seen=seen)
        if story.status != StoryStatus.PUBLISHED:
            raise WrongState(_("Not taken off: it is not on the wall."))
        move(story, STORY_MOVES, StoryStatus.APPROVED, by=by, reason=reason, published_at=None)
        wall.changed()


def expire(*, at: dt.datetime | None = None) -> bool:
    """End testimonials whose consent has ended; whether more wait. The wall has not shown them since that moment."""
    over = list(Testimonial.objects.over(at).order_by("pk")[:SLICE])
    for story in over:
        with transaction.atomic():
            try:
                move(story, STORY_MOVES, StoryStatus.EXPIRED, reason=trail.CONSENT_OVER)
            except WrongState:  # somebody has ended it meanwhile
                continue
            wall.changed()
    return len(over) == SLICE


# -------------------------------------------------------------------------------------------------- in other languages


def translate(
    story: Testimonial, *, language: str, words: str, agreed_on: dt.date, agreed_how: str, by: User, seen: str = ""
) -> StoryTranslation:
    """Keep the words in another language, to which the person has agreed; instead of earlier ones in that language."""
    with transaction.atomic():
        trail.lock(story, seen=seen)
        if language == story.language:
            raise WrongState(_("Not kept: this is the language in which it was said."))
        if story.status not in LIVE_STORY_STATUSES:
            raise WrongState(_("Not kept: it is not shown any more."))
        if why := deletions.why_not_public(story.contact):
            raise WrongState(_("Not kept: %(reason)s.") % {"reason": why})
        said = {"words": words, "agreed_on": agreed_on, "agreed_how": agreed_how, "by": by}
        row, _is_new = StoryTranslation.objects.update_or_create(testimonial=story, language=language, defaults=said)
        record(story, by=by, reason=f"{trail.TRANSLATED}{languages.get(language).own_name}\n{agreed_how}")
        wall.changed()
        return row


# -------------------------------------------------------------------------------------------------- places out of reach


def note_place(story: Testimonial, *, name: str, address: str = "", by: User) -> StoryPlace:
    """Keep where else it was used, so that after a withdrawal somebody knows what to clean."""
    with transaction.atomic():
        trail.lock(story)
        if story.status not in LIVE_STORY_STATUSES:
            raise WrongState(_("Not noted: it may not be used any more."))
        place = StoryPlace.objects.create(testimonial=story, name=name, address=address, added_by=by)
        record(story, by=by, reason=trailwords.PLACED + name)
        return place


def clean_place(place: StoryPlace, *, by: User) -> None:
    """It no longer stands there. A second time changes nothing."""
    with transaction.atomic():
        place.refresh_from_db(from_queryset=StoryPlace.objects.select_for_update())
        if place.cleaned_at is not None:
            return
        place.cleaned_at, place.cleaned_by = timezone.now(), by
        place.save(update_fields=["cleaned_at", "cleaned_by"])
        if place.testimonial:
            record(place.testimonial, by=by, reason=trailwords.CLEANED + place.name)
