from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import publishing, stories, trail, trailwords
from advocacy.enums import StoryStatus
from advocacy.models import StoryPlace, StoryTranslation, Testimonial
from surveys import consents, privacy
from surveys.models import Consent, Event
from surveys.transitions import WrongState
from tests.factories import make_brand, make_campaign, make_deletion_request, make_response, make_testimonial

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 2)
AGREED: dict[str, Any] = {"agreed_on": DAY, "agreed_how": "mail of 2 November"}


def make(status: StoryStatus = StoryStatus.APPROVED, **fields: Any) -> Testimonial:
    return make_testimonial(status=status, **fields)


def log(story: Testimonial) -> list[tuple[str, str, str]]:
    rows = Event.objects.filter(kind=trail.STORY_KIND, object_id=str(story.pk)).order_by("pk")
    return list(rows.values_list("came_from", "went_to", "reason"))


def test_publish_shows_it_with_its_disclosure(alice: User) -> None:
    story = make()

    publishing.publish(story, by=alice, disclosure="Is our dealer", is_lead=True)

    story.refresh_from_db()
    assert (story.status, story.disclosure, story.is_lead) == (StoryStatus.PUBLISHED, "Is our dealer", True)
    assert story.published_at
    assert log(story) == [("approved", "published", "Is our dealer")]


def test_publish_again_changes_how_it_is_shown_and_not_since_when(alice: User) -> None:
    story = make()
    publishing.publish(story, by=alice)
    since = story.published_at

    publishing.publish(story, by=alice, disclosure="Is our dealer")
    publishing.publish(story, by=alice, disclosure="Is our dealer")

    story.refresh_from_db()
    assert (story.published_at, story.disclosure) == (since, "Is our dealer")
    assert log(story) == [("approved", "published", ""), ("", "", f"{trail.SHOWN_OTHERWISE}Is our dealer")]


def test_one_of_a_brand_leads(alice: User) -> None:
    brand = make_brand()
    first, second = (
        make(response=make_response(campaign=make_campaign(brand=brand), score=9, comment="Good.")) for _ in range(2)
    )
    other = make()
    for story in (first, other, second):
        publishing.publish(story, by=alice, is_lead=True)

    assert set(Testimonial.objects.filter(is_lead=True)) == {other, second}


@pytest.mark.parametrize("status", [each for each in StoryStatus if each not in ("approved", "published")])
def test_publish_needs_an_approval(alice: User, status: StoryStatus) -> None:
    story = make(status)

    with pytest.raises(WrongState, match="approve it first"):
        publishing.publish(story, by=alice)

    assert (Testimonial.objects.get().status, log(story)) == (status, [])


@pytest.mark.parametrize("over", ["withdrawn", "expired"])
def test_publish_needs_a_consent_that_stands(alice: User, over: str) -> None:
    story = make()
    if over == "withdrawn":
        consents.withdraw(story.consent)
    else:
        now = timezone.now()
        Consent.objects.filter(pk=story.consent_id).update(at=now - dt.timedelta(730), expires_at=now)

    with pytest.raises(WrongState, match="the consent was withdrawn, or is over"):
        publishing.publish(story, by=alice)

    assert Testimonial.objects.get().status == StoryStatus.APPROVED


def test_publish_refuses_what_was_decided_on_an_old_picture(alice: User, bob: User) -> None:
    story = make()
    seen = trail.version(story)
    stories.reject(story, by=bob, reason="Names a colleague")

    with pytest.raises(trail.Changed):
        publishing.publish(story, by=alice, seen=seen)


def test_take_off_leaves_it_approved(alice: User) -> None:
    story = make()
    publishing.publish(story, by=alice)

    publishing.take_off(story, by=alice, reason="The autumn is over")

    story.refresh_from_db()
    assert (story.status, story.published_at) == (StoryStatus.APPROVED, None)
    assert log(story)[-1] == ("published", "approved", "The autumn is over")
    with pytest.raises(WrongState, match="it is not on the wall"):
        publishing.take_off(story, by=alice, reason="again")


def test_expire_ends_what_was_agreed_to_for_a_time_once() -> None:
    published, stands, withdrawn = make(StoryStatus.PUBLISHED), make(), make(StoryStatus.WITHDRAWN)
    over = timezone.now() - dt.timedelta(seconds=1)
    Consent.objects.filter(testimonials__in=[published, withdrawn]).update(at=over - dt.timedelta(730), expires_at=over)

    assert [publishing.expire(), publishing.expire()] == [False, False]

    states = [Testimonial.objects.get(pk=story.pk).status for story in (published, stands, withdrawn)]
    assert states == ["expired", "approved", "withdrawn"]
    assert log(published) == [("published", "expired", trail.CONSENT_OVER)]


# -------------------------------------------------------------------------------------------------- in other languages


def test_translation_keeps_who_agreed_and_how_and_a_later_one_takes_its_place(alice: User) -> None:
    story = make()

    publishing.translate(story, language="ar", words="قديم", by=alice, **AGREED)
    publishing.translate(story, language="ar", words="جديد", by=alice, **AGREED)

    row = StoryTranslation.objects.get()
    assert (row.words, row.agreed_on, row.agreed_how, row.by) == ("جديد", DAY, "mail of 2 November", alice)
    assert log(story) == [("", "", f"{trail.TRANSLATED}العربية\nmail of 2 November")] * 2


@pytest.mark.parametrize(
    ("status", "language", "why"),
    [
        (StoryStatus.APPROVED, "en", "the language in which it was said"),
        (StoryStatus.WITHDRAWN, "ar", "it is not shown any more"),
    ],
)
def test_translation_is_refused_with_the_reason(alice: User, status: StoryStatus, language: str, why: str) -> None:
    story = make(status)

    with pytest.raises(WrongState, match=why):
        publishing.translate(story, language=language, words="x", by=alice, **AGREED)

    assert StoryTranslation.objects.count() == 0


# ------------------------------------------------------------------------------------------------- places out of reach


def to_clean() -> list[str]:
    return list(StoryPlace.objects.to_clean().order_by("pk").values_list("name", flat=True))


def test_places_are_to_be_cleaned_once_it_was_withdrawn(alice: User) -> None:
    story = make()
    place = publishing.note_place(story, name="Leaflet of the spring fair", by=alice)
    before = to_clean()

    stories.withdraw(story)
    after = to_clean()
    publishing.clean_place(place, by=alice)
    publishing.clean_place(place, by=alice)

    assert (before, after, to_clean()) == ([], ["Leaflet of the spring fair"], [])
    assert [reason for _from, _to, reason in log(story)].count(f"{trailwords.CLEANED}Leaflet of the spring fair") == 1


def test_place_of_an_erased_person_stays_to_be_cleaned(alice: User) -> None:
    story = make(StoryStatus.PUBLISHED)
    publishing.note_place(story, name="Partner page", by=alice)

    privacy.erase(story.contact, by=alice)

    assert (Testimonial.objects.count(), to_clean()) == (0, ["Partner page"])


def test_nothing_is_used_elsewhere_once_it_was_withdrawn(alice: User) -> None:
    story = make(StoryStatus.WITHDRAWN)

    with pytest.raises(WrongState, match="it may not be used any more"):
        publishing.note_place(story, name="Leaflet", by=alice)


# ------------------------------------------------------------------------------------------ whoever wants to be deleted


@pytest.mark.parametrize("status", [StoryStatus.APPROVED, StoryStatus.PUBLISHED])
def test_nothing_is_published_or_translated_while_a_deletion_waits(alice: User, status: StoryStatus) -> None:
    story = make(status, published_at=timezone.now() if status == StoryStatus.PUBLISHED else None)
    make_deletion_request(contact=story.contact)

    with pytest.raises(WrongState, match="Not published: the person asked to be deleted"):
        publishing.publish(story, by=alice, disclosure="Is our dealer")
    with pytest.raises(WrongState, match="Not kept: the person asked to be deleted"):
        publishing.translate(story, language="de", words="Gut.", **AGREED, by=alice)

    story.refresh_from_db()
    assert (story.status, story.disclosure, story.translations.count(), log(story)) == (status, "", 0, [])


def test_what_is_hidden_may_still_be_taken_off(alice: User) -> None:
    story = make(StoryStatus.PUBLISHED, published_at=timezone.now())
    make_deletion_request(contact=story.contact)

    publishing.take_off(story, by=alice, reason="wants to be deleted")

    assert story.status == StoryStatus.APPROVED
