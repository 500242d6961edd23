from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys.analytics import doors
from surveys.models import Door
from surveys.scoring import Counts
from tests.factories import make_door, make_response

pytestmark = pytest.mark.django_db


def answer(door: Door, score: int) -> None:
    make_response(
        invitation=None, campaign=door.campaign, door=door, channel=door.channel, style=door.style, score=score
    )


def test_answers_are_counted_by_door_in_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    shop, site, unused = make_door(), make_door(kind="embed"), make_door(kind="kiosk")
    for score in (0, 6, 7, 8, 9, 10, 10):
        answer(shop, score)
    answer(site, 3)
    answer(make_door(), 5)

    with django_assert_num_queries(1):
        found = doors.answers_of([shop, site, unused])

    assert found == {shop.pk: Counts(promoters=3, passives=2, detractors=2), site.pk: Counts(detractors=1)}
