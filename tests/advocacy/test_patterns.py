from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from advocacy import patterns, tagging
from advocacy.models import Theme
from advocacy.patterns import Effect
from surveys.analytics.selection import Selection
from surveys.enums import Band
from surveys.models import Response
from surveys.scoring import Counts
from tests.advocacy.theming import make_theme_rule
from tests.factories import make_campaign, make_fix, make_response, make_theme, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)
YEAR = Selection(since=dt.date(2025, 4, 1), until=dt.date(2026, 3, 20))


@pytest.fixture(autouse=True)
def themes(db: None) -> None:
    """Two themes, each told by a word of its own."""
    Theme.objects.all().delete()
    make_theme_rule("pricey", theme=make_theme("Price"))
    make_theme_rule("slow", theme=make_theme("Speed"))


def said(comment: str, *scores: int, days_ago: int = 1, **fields: Any) -> list[Response]:
    """Answers with these scores and this comment, tagged."""
    at = NOW - dt.timedelta(days=days_ago)
    rows = [make_response(score=score, comment=comment, at=at, **fields) for score in scores]
    tagging.tag([row.pk for row in rows], tagging.current())
    return rows


def counted(found: patterns.Patterns) -> list[tuple[str, int, int]]:
    return [(row.theme.name, row.count, row.base) for row in found.themes]


def test_themes_are_counted_with_their_base() -> None:
    said("slow", 1, 2, 3, 4, 9)
    said("pricey", 1, 7, 7, 9, 10, 10)
    said("hm", 5, 6)
    make_response(score=9, at=NOW - dt.timedelta(days=1))

    found = patterns.of(YEAR)

    assert counted(found) == [("Price", 6, 13), ("Speed", 5, 13)]
    assert (found.answers, found.base) == (Counts(5, 2, 7), Counts(4, 2, 7))
    assert (found.untold, found.silent) == (Counts(0, 0, 2), Counts(1, 0, 0))


def test_contributions_add_up_to_the_score_exactly() -> None:
    said("slow", 1, 2, 3, 4, 9)
    said("pricey and slow", 1, 7, 9, 10, 10)
    said("pricey", 0)
    said("hm", 5, 6)
    make_response(score=10, at=NOW - dt.timedelta(days=1))
    make_theme_rule("rare", theme=make_theme("Rare"))
    said("rare pricey slow", 10)

    found = patterns.of(YEAR)

    net_price = Fraction(3 - 1, 2) - 1 + Fraction(1, 3)
    assert found.themes[1].driver.contribution == 100 * net_price / 15
    assert found.total == found.answers.nps
    assert (found.others, found.untold_contribution, found.silent_contribution) == (
        *(Fraction(100, 45), Fraction(-200, 15), Fraction(100, 15)),
    )


def test_impact_is_the_score_of_the_base_less_that_without_the_theme() -> None:
    said("slow", 1, 2, 3, 4, 5)
    said("pricey", 9, 9, 10, 10, 10)

    slow = next(row for row in patterns.of(YEAR).themes if row.theme.name == "Speed")

    told = [slow.driver.impact, slow.driver.contribution, slow.driver.score]
    assert told == [Fraction(-100), Fraction(-50), Fraction(-100)]


def test_theme_of_few_mentions_is_not_ranked() -> None:
    said("slow", 1, 2, 3, 4)
    said("pricey", 9, 9, 10, 10, 10)

    found = patterns.of(YEAR)

    assert counted(found) == [("Price", 5, 9)]
    assert (found.others, found.total) == (Fraction(-400, 9), found.answers.nps)


def test_equal_themes_stand_by_name() -> None:
    said("slow pricey", 1, 2, 3, 4, 5)

    assert [row.theme.name for row in patterns.of(YEAR).themes] == ["Price", "Speed"]


def test_each_band_has_a_list_with_a_base_of_its_own() -> None:
    said("slow", 1, 2, 3, 4, 5, 9, 9, 9)
    said("pricey", 0, 9, 9)

    found = [(band, base, [(row.label, row.count) for row in rows]) for band, base, rows in patterns.of(YEAR).lists]

    assert found == [(Band.DETRACTOR, 6, [("Speed", 5)]), (Band.PROMOTER, 5, [])]


def test_few_answers_show_nothing() -> None:
    said("slow", 1, 2, 3, 4)

    found = patterns.of(YEAR)

    assert (found.is_hidden, found.themes, found.lists) == (True, (), ())


def test_what_a_person_took_off_is_not_counted() -> None:
    rows = said("slow pricey", 1, 2, 3, 4, 5, 6)
    by, price = make_user("lead"), Theme.objects.get(name="Price")
    for row in rows[:2]:
        tagging.remove(row, theme=price, by=by)

    found = patterns.of(YEAR)

    assert counted(found) == [("Speed", 6, 6)]
    assert found.total == found.answers.nps


def test_only_the_chosen_days_campaign_and_language_count() -> None:
    campaign = make_campaign()
    said("slow", 1, 2, 3, 4, 5)
    said("slow", *range(5), days_ago=900)
    said("slow", 1, 1, 1, 1, 1, invitation=None, campaign=campaign, language="en-GB", style="coloured")

    assert counted(patterns.of(YEAR)) == [("Speed", 10, 10)]
    chosen = Selection(since=YEAR.since, until=YEAR.until, campaign=campaign.pk, language="en-GB")
    narrowed = patterns.of(chosen)
    assert counted(narrowed) == [("Speed", 5, 5)]
    assert [getattr(quote, "language", "") for row in narrowed.themes for quote in row.quotes] == ["en-GB"]


def test_months_are_shares_and_one_of_few_answers_is_a_gap() -> None:
    said("slow", *[3] * 15, days_ago=40)
    said("hm", *[9] * 15, days_ago=40)
    said("slow", *[3] * 6, days_ago=1)

    months = patterns.of(YEAR).themes[0].months

    assert [(month.first, month.count, month.base, month.is_few) for month in months] == [
        (dt.date(2026, 2, 1), 15, 30, False),
        (dt.date(2026, 3, 1), 6, 6, True),
    ]
    assert months[0].share == 50


def test_quotes_are_the_latest_words_of_the_bands_with_most_mentions() -> None:
    said("slow, the first", 1, 2, 3)
    said("slow, the last", 4)
    said("slow and fine", 9, 10)
    said("slow so so", 7)

    quotes = patterns.of(YEAR).themes[0].quotes

    assert [(quote.excerpt, quote.score) for quote in quotes] == [("slow, the last", 4), ("slow and fine", 10)]  # type: ignore[attr-defined]


def test_fixes_of_a_theme_stand_beside_it_without_declined_and_merged() -> None:
    said("slow", 1, 2, 3, 4, 5)
    speed = Theme.objects.get(name="Speed")
    names = [make_fix(theme=speed, status=status) for status in ("idea", "declined", "shipped", "planned", "merged")]

    assert list(patterns.of(YEAR).themes[0].fixes) == [names[3], names[2]]


def test_as_many_statements_for_many_themes_as_for_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    said("slow", 1, 2, 3, 4, 5)
    with django_assert_num_queries(7):
        patterns.of(YEAR)
    said("slow pricey", 1, 7, 9, 9, 9)

    with django_assert_num_queries(7):
        assert len(patterns.of(YEAR).themes) == 2


# ------------------------------------------------------------------------------------------------------------ over time


def test_contribution_of_a_theme_in_a_stretch_of_time() -> None:
    said("slow pricey", 1, 9, days_ago=10)
    said("slow", 1, days_ago=10)
    said("hm", 10, 10, days_ago=10)
    said("slow", 9, days_ago=100)
    speed = Theme.objects.get(name="Speed")

    assert patterns.contribution(speed, NOW - dt.timedelta(days=11), NOW) == Effect(3, 5, Fraction(-20))
    assert patterns.contribution(speed, NOW, NOW + dt.timedelta(days=1)) == Effect(0, 0, None)


def test_fix_has_a_time_before_and_after_it_shipped() -> None:
    speed = Theme.objects.get(name="Speed")
    said("slow", 1, days_ago=40)
    said("slow", 9, days_ago=10)
    fix = make_fix(theme=speed, status="shipped", shipped_at=NOW - dt.timedelta(days=20))

    with time_machine.travel(NOW, tick=False):
        assert patterns.before_and_after(fix) == (Effect(1, 1, Fraction(-100)), Effect(1, 1, Fraction(100)))
        assert patterns.before_and_after(make_fix(theme=speed)) is None
        assert patterns.before_and_after(make_fix(shipped_at=NOW)) is None
