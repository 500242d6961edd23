from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys import scoring
from surveys.analytics import reasons
from surveys.analytics.reasons import NO_REASON, Driver, Mention, Ranked
from surveys.analytics.selection import Selection
from surveys.enums import Band
from surveys.models import Response, ResponseReason
from surveys.scoring import Counts
from tests.factories import make_campaign, make_reason, make_response

P, A, D = Band.PROMOTER, Band.PASSIVE, Band.DETRACTOR
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SELECTION = Selection(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
Answers = list[tuple[int, tuple[str, ...]]]


def mentions_of(answers: Answers) -> list[Mention]:
    return [Mention(key, scoring.band(score), len(keys), 1) for score, keys in answers for key in keys]


def counted(answers: Answers) -> tuple[list[Mention], Counts, Counts]:
    given = [score for score, keys in answers if keys]
    return mentions_of(answers), Counts.of(given), Counts.of(score for score, _keys in answers)


# ---------------------------------------------------------------------------------------------------------------- pure


def test_ranking_is_by_count_then_key_and_leaves_out_few() -> None:
    mentions = [
        Mention("repair", D, 1, 7),
        Mention("billing", D, 2, 4),
        Mention("billing", D, 1, 3),
        Mention("app", D, 1, 4),
        Mention("delivery", D, 1, 5),
        Mention("delivery", P, 1, 90),
    ]

    assert reasons.ranking(mentions, D) == [("billing", 7), ("repair", 7), ("delivery", 5)]
    assert reasons.ranking(mentions, P) == [("delivery", 90)]
    assert reasons.ranking(mentions, A) == []


def test_drivers_of_a_small_example() -> None:
    answers: Answers = [(10, ("a", "b")), (9, ("a",)), (8, ("b",)), (2, ("b",)), (0, ())]

    found = reasons.drivers(*counted(answers))

    assert found == [
        Driver("a", Counts(promoters=2), Fraction(25) + 50, Fraction(150, 5)),
        Driver("b", Counts(1, 1, 1), Fraction(25 - 100), Fraction(-50, 5)),
        Driver(NO_REASON, Counts(detractors=1), None, Fraction(-100, 5)),
    ]
    assert found[0].score == 100


def test_impact_is_none_where_every_answer_carries_the_reason() -> None:
    (driver,) = reasons.drivers(*counted([(10, ("a",)), (2, ("a",))]))

    assert driver.impact is None
    assert driver.contribution == 0


def test_no_answers_have_no_drivers() -> None:
    assert reasons.drivers([], Counts(), Counts()) == []


@pytest.mark.parametrize("seed", range(20))
def test_contributions_add_up_to_the_score_exactly(seed: int) -> None:
    chance = random.Random(seed)
    answers: Answers = [
        (chance.randint(0, 10), tuple(chance.sample("abcdefg", chance.randint(0, 3))))
        for _ in range(chance.randint(1, 200))
    ]
    mentions, given, everybody = counted(answers)

    found = reasons.drivers(mentions, given, everybody)

    assert sum(driver.contribution for driver in found) == everybody.nps


@pytest.mark.parametrize("seed", range(20))
def test_impact_is_the_score_with_less_the_score_without(seed: int) -> None:
    chance = random.Random(seed)
    answers: Answers = [(chance.randint(0, 10), tuple(chance.sample("abcd", chance.randint(1, 3)))) for _ in range(60)]

    for driver in reasons.drivers(*counted(answers)):
        whole = Counts.of(score for score, _keys in answers).nps
        without = Counts.of(score for score, keys in answers if driver.key not in keys).nps
        assert whole is not None
        assert without is not None
        assert driver.impact == whole - without


# ---------------------------------------------------------------------------------------------------------- the report


def answer(score: int, *keys: str, **fields: object) -> Response:
    response = make_response(score=score, **{"at": NOON, **fields})
    rows = [ResponseReason(response=response, reason=make_reason(key)) for key in keys]
    ResponseReason.objects.bulk_create(rows)
    return response


def report(**fields: object) -> reasons.Why:
    selection = Selection(**{**vars(SELECTION), **fields})
    scores: dict[int, int] = {}
    for row in Response.objects.filter(selection.answers, answered_at__gte=selection.starts_at, scale="0-10"):
        scores[row.score] = scores.get(row.score, 0) + 1
    return reasons.of(selection, scores, "en")


@pytest.mark.django_db
def test_report_ranks_three_for_and_against_with_count_share_and_base() -> None:
    for _ in range(6):
        answer(10, "repair", "delivery")
    for _ in range(2):
        answer(9, "app")
    answer(10)
    for _ in range(5):
        answer(3, "billing")
    answer(8, "app")

    why = report()

    assert why.lists == (
        (P, 8, (Ranked("delivery", "Delivery", 6, 8), Ranked("repair", "Repair", 6, 8))),
        (D, 5, (Ranked("billing", "Billing", 5, 5),)),
    )
    assert why.lists[0][2][0].share == 75
    assert [driver.key for _label, driver in why.drivers] == ["billing", "delivery", "repair"]
    everybody = Counts(promoters=9, passives=1, detractors=5)
    assert sum(driver.contribution for _label, driver in why.drivers) + why.rest == everybody.nps


@pytest.mark.django_db
def test_report_counts_only_what_is_chosen() -> None:
    campaign = make_campaign()
    answer(3, "billing", at=NOON - dt.timedelta(days=30))
    answer(3, "billing", scale="1-10")
    for _ in range(5):
        answer(3, "delivery")

    assert [label for label, _driver in report().drivers] == ["Delivery"]
    assert report(campaign=campaign.pk) == reasons.Why()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 30])
def test_report_takes_three_statements(number: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(number):
        answer(3, "billing", "delivery")

    with django_assert_num_queries(3):
        reasons.of(SELECTION, {3: number}, "en")
