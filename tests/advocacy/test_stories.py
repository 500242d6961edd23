from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from advocacy import deletions, lifeline, stories, trail
from advocacy.enums import LIVE_STORY_STATUSES, STORY_MOVES, StoryStatus
from advocacy.models import Testimonial
from advocacy.stories import StoryView
from surveys import privacy
from surveys.models import Consent, Event, Response
from surveys.transitions import WrongState, move
from tests.factories import (
    make_consent,
    make_contact,
    make_deletion_request,
    make_response,
    make_testimonial,
    make_user,
)

pytestmark = pytest.mark.django_db

LIVE = [status.value for status in LIVE_STORY_STATUSES]


def make_praise(**fields: object) -> Response:
    return make_response(**{"score": 9, "comment": "It never lets me down.", "language": "en", **fields})


def events(story: Testimonial) -> list[tuple[str, str, str]]:
    return list(trail.events(story).order_by("pk").values_list("came_from", "went_to", "reason"))


# -------------------------------------------------------------------------------------------------------------- receive


def test_received_words_stand_with_consent_and_event() -> None:
    praise = make_praise(language="ar", comment="آلة رائعة")
    consent = make_consent(contact=praise.contact)

    story = stories.receive(praise, consent=consent, shown_name="ميرا ك.", shown_role="مقهى")

    assert Testimonial.objects.get() == story
    assert (story.contact, story.response, story.consent) == (praise.contact, praise, consent)
    assert (story.words, story.language, story.brand) == ("آلة رائعة", "ar", praise.campaign.brand)
    assert (story.shown_name, story.shown_role, story.status) == ("ميرا ك.", "مقهى", StoryStatus.RECEIVED)
    assert events(story) == [("", "received", "")]
    assert Event.objects.get().contact == praise.contact


def test_same_words_twice_make_one() -> None:
    praise = make_praise()
    consent = make_consent(contact=praise.contact)

    first, again = (stories.receive(praise, consent=consent, shown_name="Mira K.") for _ in range(2))

    assert (first, Testimonial.objects.count(), len(events(first))) == (again, 1, 1)


def test_changed_words_bring_a_received_one_up_to_date() -> None:
    praise = make_praise()
    consent = make_consent(contact=praise.contact)
    story = stories.receive(praise, consent=consent, shown_name="Mira K.")

    praise.comment = "Even better now."
    stories.receive(praise, consent=consent, shown_name="Mira")

    story.refresh_from_db()
    assert (story.words, story.shown_name, Testimonial.objects.count()) == ("Even better now.", "Mira", 1)
    assert events(story) == [("", "received", ""), ("", "", "the contact changed it")]


@pytest.mark.parametrize("status", [StoryStatus.APPROVED, StoryStatus.PUBLISHED, StoryStatus.REJECTED])
def test_changed_words_never_change_what_was_decided(status: StoryStatus) -> None:
    story = make_testimonial(status=status)
    praise, before = story.response, Testimonial.objects.values().get()
    assert praise

    praise.comment = "Even better now."
    new = stories.receive(praise, consent=story.consent, shown_name="Mira K.")

    assert new != story
    assert (new.words, new.status) == ("Even better now.", StoryStatus.RECEIVED)
    assert Testimonial.objects.filter(pk=story.pk).values().get() == before


@pytest.mark.parametrize("fields", [{"comment": ""}, {"comment": "x" * 5001}, {"contact": None}])
def test_words_that_are_missing_nobodys_or_too_many_are_refused(fields: dict[str, object]) -> None:
    praise, consent = make_praise(), make_consent()
    for name, value in fields.items():
        setattr(praise, name, value)

    with pytest.raises(ValueError, match="words"):
        stories.receive(praise, consent=consent)

    assert Testimonial.objects.count() == 0


def test_one_received_for_an_answer_whoever_writes_it() -> None:
    story = make_testimonial()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_testimonial(response=story.response)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_testimonial(words="")


# ------------------------------------------------------------------------------------------------------------- withdraw


@pytest.mark.parametrize("status", [*LIVE, "rejected"])
def test_withdrawn_shows_nothing_any_more_and_its_consent_is_over(status: str) -> None:
    story = make_testimonial(status=status)

    stories.withdraw(story)
    stories.withdraw(story)

    assert (story.status, Consent.objects.get().withdrawn_at is None) == (StoryStatus.WITHDRAWN, False)
    assert events(story) == [(status, "withdrawn", "the contact took it back")]
    assert not Testimonial.objects.live().exists()


def test_withdrawing_takes_all_that_stands_on_the_consent() -> None:
    published = make_testimonial(status=StoryStatus.PUBLISHED)
    newer = make_testimonial(response=published.response, consent=published.consent, words="More")
    other = make_testimonial(contact=published.contact)

    stories.withdraw(newer)

    assert list(Testimonial.objects.live()) == [other]


def test_letting_go_takes_what_was_received_and_leaves_the_consent() -> None:
    story = make_testimonial()
    approved = make_testimonial(response=story.response, consent=story.consent, status=StoryStatus.APPROVED)
    assert story.response

    stories.let_go(story.response)

    story.refresh_from_db()
    assert (story.status, story.consent.is_standing) == (StoryStatus.WITHDRAWN, True)
    assert list(Testimonial.objects.live()) == [approved]


def test_erasing_a_person_withdraws_what_is_published_first() -> None:
    by, story = make_user("admin"), make_testimonial(status=StoryStatus.PUBLISHED)

    privacy.erase(story.contact, by=by)

    moves = Event.objects.filter(kind=trail.STORY_KIND, object_id=str(story.pk))
    assert [(event.went_to, event.contact, event.reason) for event in moves] == [("withdrawn", None, "")]
    assert (Testimonial.objects.count(), Consent.objects.count()) == (0, 0)


def test_testimonial_follows_a_merge_and_stands_in_the_export() -> None:
    by, keep = make_user("admin", is_superuser=True), make_contact()
    story = make_testimonial(shown_role="Café Sol")

    privacy.merge(keep, story.contact, by=by)
    (exported,) = privacy.export(keep, by=by)["testimonials"]

    story.refresh_from_db()
    assert (story.contact, story.consent.contact) == (keep, keep)
    assert (exported["words"], exported["shown_role"], exported["status"]) == (story.words, "Café Sol", "received")


# --------------------------------------------------------------------------------------------------------------- decide


def test_approved_and_rejected_by_somebody_with_a_reason(alice: User) -> None:
    story = make_testimonial()

    stories.approve(story, by=alice)
    stories.reject(story, by=alice, reason="Names a child")

    assert story.status == StoryStatus.REJECTED
    assert events(story) == [("received", "approved", ""), ("approved", "rejected", "Names a child")]
    assert set(trail.events(story).values_list("by", flat=True)) == {alice.pk}


@pytest.mark.parametrize("fields", [{"withdrawn_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_words_without_a_standing_consent_are_not_approved(alice: User, fields: dict[str, dt.datetime]) -> None:
    consent = make_consent(at=timezone.now() - dt.timedelta(days=1), **fields)
    story = make_testimonial(consent=consent, contact=consent.contact)

    with pytest.raises(WrongState, match="the consent was withdrawn, or is over"):
        stories.approve(story, by=alice)

    assert Testimonial.objects.get().status == StoryStatus.RECEIVED


def test_decision_on_an_old_picture_is_refused(alice: User) -> None:
    story = make_testimonial()
    seen = trail.version(story)
    stories.reject(story, by=alice, reason="Names a child")

    with pytest.raises(trail.Changed):
        stories.approve(story, by=alice, seen=seen)

    assert Testimonial.objects.get().status == StoryStatus.REJECTED


@pytest.mark.parametrize(("source", "target"), list(product(StoryStatus.values, repeat=2)))
def test_each_pair_of_states_is_legal_or_refused(source: str, target: str) -> None:
    story = make_testimonial(status=source)

    if target in STORY_MOVES.get(source, ()):
        move(story, STORY_MOVES, target)
        assert story.status == target
    else:
        with pytest.raises(WrongState):
            move(story, STORY_MOVES, target)
        assert Testimonial.objects.get().status == source


# ---------------------------------------------------------------------------------------------------------------- lists


def test_each_view_holds_its_statuses() -> None:
    made = {status: make_testimonial(status=status) for status in StoryStatus.values}

    found = {view.value: {story.status for story in stories.stories_of(view)} for view in StoryView}

    assert len(made) == 6
    assert found == {
        "received": {"received"},
        "approved": {"approved"},
        "published": {"published"},
        "rejected": {"rejected"},
        "ended": {"withdrawn", "expired"},
    }


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Mira Keller", "Mira K."),
        ("Ana de la Cruz", "Ana C."),
        ("  mira   keller ", "mira K."),
        ("田中太郎", "田中太郎"),
        ("Ada", "Ada"),
        ("", ""),
    ],
)
def test_name_is_shortened_as_people_want_it(name: str, short: str) -> None:
    assert stories.short_name(name) == short


def test_timeline_tells_what_became_of_the_words(alice: User) -> None:
    praise = make_praise()
    story = stories.receive(praise, consent=make_consent(contact=praise.contact))
    stories.approve(story, by=alice)
    stories.withdraw(story)

    told = [entry.title for entry in lifeline.of_contact(story.contact, sees_cases=False)]

    assert [title for title in told if title.startswith("Testimonial")] == [
        "Testimonial withdrawn: the contact took it back",
        "Testimonial: approved",
        "Testimonial: received",
    ]


@pytest.mark.parametrize("status", [StoryStatus.RECEIVED, StoryStatus.REJECTED])
def test_nothing_is_approved_while_a_deletion_waits(alice: User, status: StoryStatus) -> None:
    story = make_testimonial(status=status)
    request = make_deletion_request(contact=story.contact)

    with pytest.raises(WrongState, match="Not approved: the person asked to be deleted"):
        stories.approve(story, by=alice)
    deletions.keep(request, reason="a mistake", by=alice)
    stories.approve(story, by=alice)

    assert [event[1] for event in events(story)] == ["approved"]
