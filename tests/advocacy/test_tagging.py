from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import lifeline, routing, tagging, tasks, timeline, trail
from advocacy.models import CommentTheme, CustomerRequest, ReasonTheme, Tagging, Theme, ThemeRule
from surveys import privacy, responses
from surveys.enums import ReasonOrigin
from surveys.models import Event, Response, ResponseReason
from tests.advocacy.theming import make_reason_theme, make_theme_rule
from tests.factories import make_campaign, make_case, make_contact, make_request, make_response, make_theme, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bare_rules(db: None) -> None:
    """Without the words that a migration brings."""
    Theme.objects.all().delete()
    ReasonTheme.objects.all().delete()


@pytest.fixture
def by(db: None) -> User:
    return make_user("lead")


def tag(response: Response) -> list[tuple[Any, ...]]:
    """What an answer carries after it was looked at."""
    tagging.tag([response.pk], tagging.current())
    return carried(response)


def carried(response: Response) -> list[tuple[Any, ...]]:
    rows = CommentTheme.objects.filter(response=response).order_by("theme__name")
    return list(rows.values_list("theme__name", "origin", "word", "is_removed"))


def test_words_and_chosen_reasons_tell_themes() -> None:
    price, speed = make_theme("Price"), make_theme("Speed")
    make_theme_rule("pricey", theme=price)
    reason = make_reason_theme(speed).reason
    response = make_response(comment="A bit pricey")
    ResponseReason.objects.create(response=response, reason=reason)

    assert tag(response) == [("Price", "rule", "pricey", False), ("Speed", "respondent", "", False)]
    row = CommentTheme.objects.get(theme=price)
    assert (row.start, row.length, row.is_negated, row.version) == (6, 6, False, tagging.current().version)
    assert Tagging.objects.values_list("response", "revision", "version", "themes").get() == (
        *(response.pk, 1, tagging.current().version, 2),
    )


def test_reason_and_word_of_one_theme_are_one_row_that_the_respondent_chose() -> None:
    rule = make_theme_rule("pricey", theme=make_theme("Price"))
    response = make_response(comment="A bit pricey")
    ResponseReason.objects.create(response=response, reason=make_reason_theme(rule.theme).reason)

    assert tag(response) == [("Price", "respondent", "pricey", False)]


def test_second_look_changes_nothing() -> None:
    make_theme_rule("pricey")
    response = make_response(comment="Pricey")
    tag(response)
    before = list(CommentTheme.objects.values())

    tag(response)

    assert list(CommentTheme.objects.values()) == before


def test_other_rules_take_away_what_they_do_not_find() -> None:
    rule = make_theme_rule("pricey", theme=make_theme("Price"))
    response = make_response(comment="A bit pricey, a bit slow")
    tag(response)

    rule.words = "dear"
    rule.save(update_fields=["words"])
    make_theme_rule("slow", theme=make_theme("Speed"))

    assert tag(response) == [("Speed", "rule", "slow", False)]
    assert Tagging.objects.get().themes == 1


def test_what_a_person_took_off_no_rule_brings_back(by: User) -> None:
    rule = make_theme_rule("pricey", theme=make_theme("Price"))
    response = make_response(comment="A bit pricey")
    tag(response)

    tagging.remove(response, theme=rule.theme, by=by)
    ThemeRule.objects.filter(pk=rule.pk).update(words="pricey\nbit")

    assert tag(response) == [("Price", "person", "bit", True)]
    assert (Tagging.objects.get().themes, CommentTheme.objects.get().by) == (0, by)


def test_what_a_person_said_no_rule_takes_away(by: User) -> None:
    theme = make_theme("Price")
    response = make_response(comment="Hm")
    tagging.add(response, theme=theme, by=by)
    tagging.add(response, theme=theme, by=by)

    assert tag(response) == [("Price", "person", "", False)]
    assert Tagging.objects.get().themes == 1


def test_person_may_think_again(by: User) -> None:
    theme, response = make_theme("Price"), make_response(comment="Hm")
    tagging.add(response, theme=theme, by=by)
    tagging.remove(response, theme=theme, by=by)
    assert (carried(response), Tagging.objects.get().themes) == ([("Price", "person", "", True)], 0)

    tagging.add(response, theme=theme, by=by)

    assert (carried(response), Tagging.objects.get().themes) == ([("Price", "person", "", False)], 1)


def test_what_a_person_says_stands_in_the_story_of_the_answer(by: User) -> None:
    rule = make_theme_rule("pricey", theme=make_theme("Price"))
    response = make_response(comment="A bit pricey")
    tag(response)
    tagging.add(response, theme=rule.theme, by=by)
    tagging.add(response, theme=rule.theme, by=by)  # said already
    tagging.remove(response, theme=rule.theme, by=by)

    events = list(Event.objects.filter(kind="surveys.response", object_id=str(response.pk)).order_by("pk"))

    assert [(trail.sentence(event), event.by, event.contact) for event in events] == [
        (("Said what the answer is about: Price", ""), by, response.contact),
        (("Said that the answer is not about: Price", ""), by, response.contact),
    ]
    told = [entry.title for entry in timeline.of_case(make_case(contact=response.contact, response=response))]
    assert "Said that the answer is not about: Price" in told
    assert "Said that the answer is not about: Price" in [
        entry.title for entry in lifeline.of_contact(events[0].contact or make_contact(), sees_cases=True)
    ]


def test_answer_of_nobody_known_has_its_story_too(by: User) -> None:
    response = make_response(invitation=None, campaign=make_campaign(), comment="<script>")

    tagging.add(response, theme=make_theme("<script>"), by=by)

    event = Event.objects.get(kind="surveys.response")
    assert (event.contact, event.account, trail.sentence(event)[0]) == (
        None,
        None,
        "Said what the answer is about: <script>",
    )


def test_comment_in_another_script_is_held_against_the_lists_of_its_script() -> None:
    make_theme_rule("pricey", theme=make_theme("Price"))
    make_theme_rule("贵", theme=Theme.objects.get(name="Price"), language="zh-Hans")
    make_theme_rule("ho", theme=make_theme("Wrong"))

    assert tag(make_response(comment="太贵了 ho", language="en")) == [("Price", "rule", "贵", False)]


# ------------------------------------------------------------------------------------------------------------- the tick


def test_tick_looks_at_settled_answers_with_words_or_reasons_and_once() -> None:
    make_theme_rule("pricey")
    told = make_response(comment="Pricey")
    make_response(comment="")
    make_response(comment="Pricey", settles_at=timezone.now() + dt.timedelta(hours=1))
    chosen = make_response(comment="")
    ResponseReason.objects.create(response=chosen, reason=make_reason_theme().reason)

    more = [tasks.tag_settled_responses() for _ in range(2)]

    assert more == [False, False]
    assert set(Tagging.objects.values_list("response", flat=True)) == {told.pk, chosen.pk}


def test_answer_of_any_age_is_found_in_the_end() -> None:
    make_response(comment="Pricey", settles_at=timezone.now() - dt.timedelta(days=30))

    tasks.tag_settled_responses()
    lately = Tagging.objects.count()
    tasks.tag_overlooked_responses()
    tasks.tag_overlooked_responses()

    assert (lately, Tagging.objects.count()) == (0, 1)


def test_changed_answer_is_looked_at_again() -> None:
    make_theme_rule("pricey", theme=make_theme("Price"))
    make_theme_rule("slow", theme=make_theme("Speed"))
    response = make_response(comment="Pricey", invitation=None, contact=make_contact(), campaign=campaign())
    tasks.tag_settled_responses()
    answer = responses.Answer(score=3, comment="Slow")
    responses._revise(response, answer, evidence=response.evidence, at=timezone.now())  # type: ignore[arg-type]

    tasks.tag_settled_responses()

    assert carried(response) == [("Speed", "rule", "slow", False)]
    assert not tagging.untagged().exists()


def campaign() -> Any:
    return make_response().campaign


def test_comment_that_was_taken_back_takes_its_themes_along() -> None:
    make_theme_rule("pricey")
    response = make_response(comment="Pricey")
    tasks.tag_settled_responses()
    Response.objects.filter(pk=response.pk).update(comment="", revision=2)

    tasks.tag_settled_responses()

    assert carried(response) == []


def test_all_is_looked_at_again_in_slices_when_the_rules_change() -> None:
    rule = make_theme_rule("pricey", theme=make_theme("Price"))
    for _ in range(3):
        make_response(comment="A bit pricey", settles_at=timezone.now() - dt.timedelta(days=900))
    while tagging.tag_settled(size=2):
        pass
    assert tagging.tag_again(size=2) is False
    ThemeRule.objects.filter(pk=rule.pk).update(words="bit")

    more = [tagging.tag_again(size=2) for _ in range(3)]

    assert more == [True, False, False]
    assert list(CommentTheme.objects.values_list("word", flat=True)) == ["bit"] * 3


def test_version_is_what_the_rules_say_and_not_when_they_were_saved() -> None:
    rule = make_theme_rule("pricey")
    before = tagging.current().version
    rule.save(update_fields=["words"])
    same = tagging.current().version
    reasoned = make_reason_theme()

    other = tagging.current().version

    assert (before, before == other, len(other)) == (same, False, 16)
    reasoned.delete()
    assert tagging.current().version == before


def test_look_takes_as_many_statements_for_one_answer_as_for_three(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_theme_rule("pricey")
    answers = [make_response(comment="Pricey").pk for _ in range(4)]
    now = tagging.current()

    for part in (answers[:1], answers[1:]):
        with django_assert_num_queries(8):
            tagging.tag(part, now)


# ---------------------------------------------------------------------------------------------------------- suggestions


def test_request_without_a_theme_takes_the_likeliest(by: User) -> None:
    price, speed = make_theme("Price"), make_theme("Speed")
    make_theme_rule("pricey", theme=price)
    make_theme_rule("slow", theme=speed)
    response = make_response(score=8, comment="Not pricey, but it was slow")
    bare, chosen = make_request(response=response), make_request(theme=price)

    tag(response)

    themes = [CustomerRequest.objects.get(pk=row.pk).theme for row in (bare, chosen)]
    assert themes == [speed, price]


def test_request_that_comes_after_the_look_has_the_theme_too() -> None:
    rule = make_theme_rule("slow")
    response = make_response(score=8, comment="Slow")
    tag(response)

    routing.route(response.pk)

    assert CustomerRequest.objects.get().theme == rule.theme


def test_word_of_a_person_and_choice_of_the_respondent_come_first() -> None:
    themes = [make_theme(name) for name in "abcd"]
    rows = [
        CommentTheme(theme=themes[0], origin=ReasonOrigin.RULE, start=0),
        CommentTheme(theme=themes[1], origin=ReasonOrigin.RESPONDENT),
        CommentTheme(theme=themes[2], origin=ReasonOrigin.PERSON),
        CommentTheme(theme=themes[3], origin=ReasonOrigin.PERSON, is_removed=True),
    ]

    assert [getattr(tagging.likeliest(rows[:size]), "theme", None) for size in range(4)] == [None, *themes[:3]]
    assert tagging.likeliest(rows[3:]) is None
    assert tagging.suggestion(None) is None


# --------------------------------------------------------------------------------------------------------------- people


def test_erasing_takes_away_what_the_words_were_about_and_reasons_are_looked_at_again(by: User) -> None:
    make_theme_rule("pricey")
    contact = make_contact()
    response = make_response(contact=contact, comment="Pricey")
    reason = make_reason_theme(make_theme("Speed")).reason
    ResponseReason.objects.create(response=response, reason=reason)
    tag(response)
    assert privacy.known(contact)["themes"][0]["word"] in {"", "pricey"}

    privacy.erase(contact, by=by)
    assert (CommentTheme.objects.count(), Tagging.objects.count()) == (0, 0)
    tasks.tag_settled_responses()

    assert carried(response) == [("Speed", "respondent", "", False)]


def test_merging_keeps_themes(by: User) -> None:
    make_theme_rule("pricey", theme=make_theme("Price"))
    keep, gone = make_contact(), make_contact()
    response = make_response(contact=gone, comment="Pricey")
    tag(response)

    privacy.merge(keep, gone, by=by)

    assert [row["theme__name"] for row in privacy.known(keep)["themes"]] == ["Price"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_person_and_tick_at_once_leave_the_word_of_the_person(by: User) -> None:
    rule = make_theme_rule("pricey")
    response = make_response(comment="Pricey")
    now = tagging.current()

    at_once(
        lambda: tagging.tag([response.pk], now),
        lambda: tagging.remove(response, theme=rule.theme, by=by),
        lambda: tagging.tag([response.pk], now),
    )

    assert CommentTheme.objects.values_list("origin", "is_removed").get() == ("person", True)
