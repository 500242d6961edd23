from __future__ import annotations

import time

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from surveys import drafts, languages, texts
from surveys.enums import LanguageState
from surveys.models import Event, LanguageReview
from surveys.models import languages as known
from surveys.transitions import WrongState
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_accepted() -> None:
    known.forget()


@pytest.fixture
def ada() -> User:
    return make_user("ada")


def state_of(tag: str) -> LanguageState:
    return next(line.state for line in drafts.lines("Aurora") if line.language.tag == tag)


def test_drafts_are_not_in_use_before_they_are_accepted(ada: User) -> None:
    before = known.languages_in_use()
    drafts.accept("et", by=ada)
    after = known.languages_in_use()

    assert before == languages.sure()
    assert after == languages.sure() | {"et"}


def test_accepting_says_who_and_writes_the_event(ada: User) -> None:
    accepted = drafts.accept("he", by=ada)

    review, event = LanguageReview.objects.get(), Event.objects.get()
    assert accepted.tag == "he"
    assert (review.tag, review.accepted_by, review.accepted_at is not None) == ("he", ada, True)
    assert (event.kind, event.object_id) == ("surveys.languagereview", str(review.pk))
    assert (event.came_from, event.went_to, event.by) == ("draft", "accepted", ada)
    assert review.history.first().history_user == ada


def test_withdrawing_holds_at_once_and_keeps_the_trail(ada: User) -> None:
    ben = make_user("ben")
    drafts.accept("he", by=ada)

    drafts.withdraw("he", by=ben)

    review = LanguageReview.objects.get()
    assert known.languages_in_use() == languages.sure()
    assert (review.accepted_by, review.accepted_at, state_of("he")) == (None, None, LanguageState.DRAFT)
    moves = list(Event.objects.order_by("pk").values_list("object_id", "came_from", "went_to", "by__username"))
    assert moves == [(str(review.pk), "draft", "accepted", "ada"), (str(review.pk), "accepted", "draft", "ben")]


def test_decided_twice_is_refused_and_changes_nothing(ada: User) -> None:
    with pytest.raises(WrongState, match="עברית is a draft already"):
        drafts.withdraw("he", by=ada)
    drafts.accept("he", by=ada)
    with pytest.raises(WrongState, match="עברית is accepted already"):
        drafts.accept("he", by=make_user("ben"))

    assert LanguageReview.objects.get().accepted_by == ada
    assert Event.objects.count() == 1


@pytest.mark.parametrize("tag", ["en", "sv", "xx", "", "<script>", "he\x00", "x" * 10_000])
def test_what_is_no_draft_is_not_decided_on(ada: User, tag: str) -> None:
    for decide in (drafts.accept, drafts.withdraw):
        with pytest.raises(LookupError):
            decide(tag, by=ada)

    assert (LanguageReview.objects.count(), Event.objects.count()) == (0, 0)


def test_what_others_accept_is_known_after_a_few_seconds(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with django_assert_num_queries(1):
        known.languages_in_use()
        known.languages_in_use()
    LanguageReview.objects.create(tag="hi", accepted_at="2026-11-29T10:00Z")

    soon = known.languages_in_use()
    clock[0] += known.KEPT
    later = known.languages_in_use()

    assert (soon, later) == (languages.sure(), languages.sure() | {"hi"})


def test_review_of_a_language_that_is_no_draft_takes_nothing_away_and_adds_nothing() -> None:
    LanguageReview.objects.create(tag="en")
    LanguageReview.objects.create(tag="tlh", accepted_at="2026-11-29T10:00Z")

    assert known.languages_in_use() == languages.sure()


def test_each_language_has_a_line(ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    drafts.accept("hi", by=ada)

    with django_assert_num_queries(1):
        lines = drafts.lines("Aurora")
        people = [line.review.accepted_by for line in lines if line.review]

    states = {line.language.tag: line.state for line in lines}
    assert sorted(states) == sorted(languages.tags())
    assert [line.language.tag for line in lines if line.has_every_word] == sorted(texts.OFFERED, key=list(states).index)
    assert [line.has_every_word for line in lines] == [True] * 12 + [False] * 23
    assert [states[tag] for tag in ("sv", "he", "hi")] == ["in_use", "draft", "accepted"]
    assert people == [ada]
    assert [line.language.tag for line in lines if line.is_reviewed] == ["en"]


def test_line_speaks_to_staff_and_shows_what_is_asked() -> None:
    line = next(line for line in drafts.lines("A & B") if line.language.tag == "sr-Cyrl")

    assert line.name == "Serbian"
    assert line.words["question"] == (
        "Колико је вероватно да бисте препоручили компанију <bdi>A &amp; B</bdi> пријатељу или колеги?"
    )
    assert [band.value for band, _prompt in line.prompts] == ["detractor", "passive", "promoter"]
