from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from advocacy import lists
from advocacy.models import Theme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("1", 1),
        ("17", 17),
        ("0", 1),
        ("-3", 1),
        ("²", 1),
        ("١", 1),
        ("1\0", 1),
        ("99999999", lists.LAST_PAGE),
        ("9" * 40, 1),
    ],
)
def test_page_number_is_never_an_error(text: str, number: int) -> None:
    assert lists.page_number(text) == number


def test_page_tells_whether_another_follows(django_assert_num_queries: Callable[[int], Any]) -> None:
    Theme.objects.all().delete()
    Theme.objects.bulk_create([Theme(name=f"{number}") for number in range(5)])
    rows = Theme.objects.order_by("pk")

    with django_assert_num_queries(4):
        pages = [lists.page(rows, number, size=2) for number in (1, 2, 3, 4)]

    assert [[theme.name for theme in page.rows] for page in pages] == [["0", "1"], ["2", "3"], ["4"], []]
    assert [(page.number, page.following, page.has_next) for page in pages] == [
        (1, 2, True),
        (2, 3, True),
        (3, 4, False),
        (4, 5, False),
    ]


def test_counts_are_one_statement_and_end_at_the_limit(
    alice: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    Theme.objects.all().delete()
    Theme.objects.bulk_create([Theme(name=f"{number}") for number in range(1100)])

    with django_assert_num_queries(1):
        counts = lists.counts(alice, all=Theme.objects.all(), some=Theme.objects.filter(name__lt="1"))

    assert counts == {"all": 1000, "some": 1}
