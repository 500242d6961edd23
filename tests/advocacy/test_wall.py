from __future__ import annotations

import datetime as dt
import json
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from advocacy import rewards, stories, wall
from advocacy.enums import RewardKind, StoryStatus
from advocacy.models import StoryTranslation, Testimonial
from surveys import texts
from surveys.models import Brand
from tests.factories import (
    make_brand,
    make_budget,
    make_campaign,
    make_consent,
    make_contact,
    make_item,
    make_response,
    make_reward,
    make_testimonial,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture
def brand(db: None) -> Brand:
    return make_brand(name="Aurora Coffee", short_name="Aurora")


def make(brand: Brand, words: str = "It never lets me down.", *, language: str = "en", **fields: Any) -> Testimonial:
    """A testimonial on the wall of the brand."""
    response = make_response(campaign=make_campaign(brand=brand), score=10, comment=words, language=language)
    shown = {"status": StoryStatus.PUBLISHED, "published_at": timezone.now(), **fields}
    return make_testimonial(response=response, **shown)


def numbers(brand: Brand, tag: str = "en", page: int = 1) -> list[int]:
    return [quote.number for quote in wall.page(brand, tag, page).quotes]


def test_only_what_is_published_and_stands_on_a_consent_is_shown(brand: Brand) -> None:
    shown = make(brand)
    for status in StoryStatus:
        if status != StoryStatus.PUBLISHED:
            make(brand, status=status)
    make(make_brand())
    ago = timezone.now() - dt.timedelta(days=800)
    for consent in ({"withdrawn_at": timezone.now()}, {"at": ago}):
        response = make_response(campaign=make_campaign(brand=brand), contact=make_contact(), score=9, comment="x")
        gone = make_testimonial(response=response, consent=make_consent(contact=response.contact, **consent))
        Testimonial.objects.filter(pk=gone.pk).update(status=StoryStatus.PUBLISHED, published_at=NOW)

    assert numbers(brand) == [shown.pk]
    assert [wall.one(brand, "en", story.pk) is not None for story in Testimonial.objects.order_by("pk")] == [
        True,
        *[False] * 8,
    ]


def test_lead_stands_first_then_the_latest(brand: Brand) -> None:
    days = [NOW + dt.timedelta(days=day) for day in range(3)]
    lead, older, newer = (
        make(brand, published_at=at, is_lead=is_lead) for at, is_lead in zip(days, (True, False, False), strict=True)
    )

    assert numbers(brand) == [lead.pk, newer.pk, older.pk]


def test_wall_comes_in_pages(brand: Brand) -> None:
    made = [make(brand, published_at=NOW + dt.timedelta(minutes=number)).pk for number in range(wall.PAGE + 1)]

    first, second = wall.page(brand, "en"), wall.page(brand, "en", 2)

    assert [quote.number for quote in first.quotes + second.quotes] == made[::-1]
    assert (len(first.quotes), first.has_next, second.has_next) == (wall.PAGE, True, False)


def test_translation_is_shown_in_its_language_and_says_of_what(brand: Brand) -> None:
    story = make(brand, "Nunca me falla.", language="es")
    StoryTranslation.objects.create(
        testimonial=story, language="ar", words="لا تخذلني أبدا", agreed_on=NOW.date(), agreed_how="by mail"
    )

    arabic, english = wall.one(brand, "ar", story.pk), wall.one(brand, "en", story.pk)

    assert arabic
    assert english
    assert (arabic.words, arabic.language, arabic.direction) == ("لا تخذلني أبدا", "ar", "rtl")
    assert (arabic.original, arabic.original_language, arabic.original_name) == ("Nunca me falla.", "es", "Español")
    assert (english.words, english.language, english.original) == ("Nunca me falla.", "es", "")


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_what_the_person_was_given_stands_beside_the_words(brand: Brand, alice: User, tag: str) -> None:
    """By hand, by the words of the thing, or in general; not what is only proposed, and no longer once taken back."""
    story = make(brand, disclosure="A partner of ours.")
    bag = make_item(name="Bag", disclosure="Got a bag of coffee.")
    proposed, given, other = (
        make_reward(contact=story.contact, item=item, status=status, budget=make_budget())
        for item, status in ((make_item(), "pending"), (bag, "approved"), (None, "approved"))
    )

    def told() -> tuple[str, str]:
        quote = wall.one(brand, tag, story.pk)
        assert quote
        return quote.disclosure, quote.gifted

    general = texts.table(tag)["wall"]["gifted"].replace("{{ company }}", "Aurora")
    assert told() == ("A partner of ours.", "")
    rewards.issue(given, by=alice)
    assert told() == ("A partner of ours. Got a bag of coffee.", "")
    rewards.issue(other, by=alice)
    assert told() == ("A partner of ours. Got a bag of coffee.", general)
    (in_feed,) = json.loads(wall.feed(brand, tag, address=str))["stories"]
    assert in_feed["disclosure"] == f"A partner of ours. Got a bag of coffee. {general}"
    rewards.reverse(other, by=alice, reason="x")
    assert told() == ("A partner of ours. Got a bag of coffee.", "")
    assert proposed.status == "pending"


def test_note_of_thanks_is_no_gift(brand: Brand, alice: User) -> None:
    story = make(brand)
    note = make_item(kind=RewardKind.NOTE, amount=0)
    rewards.issue(make_reward(contact=story.contact, item=note, status="approved"), by=alice)

    (quote,) = wall.page(brand, "en").quotes
    assert (quote.disclosure, quote.gifted) == ("", "")


def test_wall_is_made_anew_when_something_is_given_or_taken_back(
    brand: Brand, alice: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    reward = make_reward(contact=make(brand).contact, status="approved")
    seen = [wall.kept(("wall",), lambda: b"before")]
    for verb in (partial(rewards.issue, reward, by=alice), partial(rewards.reverse, reward, by=alice, reason="x")):
        with django_capture_on_commit_callbacks(execute=True):
            verb()
        seen.append(wall.kept(("wall",), lambda: b"after %d" % len(seen)))

    assert seen == [b"before", b"after 1", b"after 2"]


@pytest.mark.parametrize(
    ("words", "shown", "is_cut"),
    [
        ("x" * 600, "x" * 600, False),
        ("word " * 200, ("word " * 120).strip() + "…", True),
        ("机" * 700, "机" * 600 + "…", True),
    ],
)
def test_long_words_are_shortened_on_the_wall_and_whole_on_their_own(
    brand: Brand, words: str, shown: str, is_cut: bool
) -> None:
    story = make(brand, words)

    (quote,) = wall.page(brand, "en").quotes
    whole = wall.one(brand, "en", story.pk)

    assert (quote.words, quote.is_cut) == (shown, is_cut)
    assert whole
    assert (whole.words, whole.is_cut) == (words, False)


def test_feed_says_what_it_is_and_leaves_no_contact_behind(brand: Brand) -> None:
    story = make(brand, disclosure="Received a bag of beans as thanks", published_at=NOW)

    told = json.loads(wall.feed(brand, "en", address=lambda pk: f"https://ask.example.com/{pk}"))

    assert told == {
        "label": "Selected customer stories",
        "brand": "Aurora Coffee",
        "language": "en",
        "stories": [
            {
                "url": f"https://ask.example.com/{story.pk}",
                "words": "It never lets me down.",
                "language": "en",
                "name": "Mira K.",
                "role": "",
                "disclosure": "Received a bag of beans as thanks",
                "published_on": "2026-11-23",
            }
        ],
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_three_statements(
    brand: Brand, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        make(brand)

    with django_assert_num_queries(3):
        assert len(wall.page(brand, "ar").quotes) == rows


# ---------------------------------------------------------------------------------------------------------- kept ready


def test_what_is_kept_is_made_once_until_something_changes(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(len(made))
        return str(len(made)).encode()

    first = [wall.kept(("a",), make), wall.kept(("a",), make), wall.kept(("b",), make)]
    with django_capture_on_commit_callbacks(execute=True):
        wall.changed()
        before = wall.kept(("a",), make)
    after = wall.kept(("a",), make)

    assert (first, before, after) == ([b"1", b"1", b"2"], b"1", b"3")


def test_another_process_sees_the_change_at_once(brand: Brand) -> None:
    assert wall.kept(("a",), lambda: b"old") == b"old"

    theirs = wall._kept.copy()  # what another process has kept
    wall._renew()
    wall._kept.update(theirs)

    assert wall.kept(("a",), lambda: b"new") == b"new"


def test_what_is_kept_is_made_anew_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 1000.0)
    assert [wall.kept(("a",), lambda: b"old"), wall.kept(("a",), lambda: b"new")] == [b"old", b"old"]
    monkeypatch.setattr("time.monotonic", lambda: 1000.0 + wall.KEPT)
    assert wall.kept(("a",), lambda: b"new") == b"new"


def test_without_a_stamp_nothing_is_kept(settings: Settings, brand: Brand) -> None:
    nowhere = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:1",
        "OPTIONS": {"socket_connect_timeout": 0.2},
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "stamps": nowhere}

    assert [wall.kept(("a",), lambda: b"old"), wall.kept(("a",), lambda: b"new")] == [b"old", b"new"]
    wall._renew()


def test_withdrawal_is_told_to_all_when_it_is_kept(
    brand: Brand, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    story = make(brand)
    before = wall._stamp()

    with django_capture_on_commit_callbacks(execute=True):
        stories.withdraw(story)

    assert wall._stamp() != before
    assert numbers(brand) == []
