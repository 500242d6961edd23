from __future__ import annotations

from decimal import Decimal

import pytest

from advocacy import urgency
from advocacy.models import Case
from surveys.models import Response
from tests.factories import make_account, make_case, make_contact, make_response

pytestmark = pytest.mark.django_db


def seen(response: Response) -> Case:
    case = make_case(response=response)
    return Case.objects.with_past().get(pk=case.pk)


@pytest.mark.parametrize(
    ("score", "wants_contact", "revenue", "priority"),
    [
        (0, False, None, 10),
        (6, False, None, 46),
        (2, True, None, 14),
        (2, False, Decimal(0), 22),
        (2, False, Decimal("9.99"), 21),
        (2, False, Decimal(84_770), 17),
        (0, True, Decimal(999_999_999_999), 1),
    ],
)
def test_priority_is_small_for_bad_scores_wishes_and_revenue(
    score: int, wants_contact: bool, revenue: Decimal | None, priority: int
) -> None:
    contact = make_contact(account=make_account(revenue=revenue))

    response = make_response(score=score, wants_contact=wants_contact, contact=contact)

    assert urgency.weigh(response, urgency.past_of(response))[0] == priority


@pytest.mark.parametrize(
    ("before", "priority", "reasons"),
    [
        ([], 22, ["score 2"]),
        ([7, 8], 22, ["score 2"]),
        ([6], 18, ["score 2", "second bad score"]),
        ([9], 19, ["score 2", "was a promoter"]),
        ([0, 10, 5], 15, ["score 2", "second bad score", "was a promoter"]),
    ],
)
def test_history_makes_a_case_more_urgent_and_is_named(before: list[int], priority: int, reasons: list[str]) -> None:
    contact = make_contact()
    for score in before:
        make_response(contact=contact, score=score)
    make_response(score=0)  # of somebody else
    response = make_response(contact=contact, score=2)

    assert urgency.weigh(response, urgency.past_of(response)) == (priority, reasons)
    assert urgency.of(seen(response)) == (priority, reasons)


def test_all_reasons_are_named_in_their_order() -> None:
    contact = make_contact(account=make_account(revenue=Decimal(84_770)))
    make_response(contact=contact, score=6)
    response = make_response(contact=contact, score=2, wants_contact=True)

    assert urgency.weigh(response, urgency.past_of(response))[1] == [
        "score 2",
        "asks for a call",
        "84,770 a year",
        "second bad score",
    ]


def test_case_without_an_answer_has_no_reasons() -> None:
    case = make_case(response=None, contact=make_contact(), priority=33)

    assert urgency.of(case) == (33, [])
    assert urgency.winnable(case) == ""


@pytest.mark.parametrize(
    ("before", "wants_contact", "sentence"),
    [
        ([], False, ""),
        ([], True, "Winnable: asks for a call"),
        ([10], True, "Winnable: asks for a call, was a promoter"),
        ([10, 3], False, "Winnable: was a promoter. Second bad score"),
        ([3], False, "Hard to win: second bad score, and no call wanted"),
    ],
)
def test_who_is_winnable_is_said_in_a_sentence(before: list[int], wants_contact: bool, sentence: str) -> None:
    contact = make_contact()
    for score in before:
        make_response(contact=contact, score=score)

    assert urgency.winnable(seen(make_response(contact=contact, score=2, wants_contact=wants_contact))) == sentence
