from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from advocacy import tasks
from advocacy.models import Routing
from tests.factories import make_response

pytestmark = pytest.mark.django_db


def test_tick_routes_what_settled_lately_and_once() -> None:
    response = make_response(score=2)

    more = [tasks.route_settled_responses() for _ in range(2)]

    assert more == [False, False]
    assert Routing.objects.get().response == response


def test_answer_of_any_age_is_found_in_the_end() -> None:
    make_response(score=2, settles_at=timezone.now() - dt.timedelta(days=30))

    tasks.route_settled_responses()
    lately = Routing.objects.count()
    tasks.route_overlooked_responses()
    tasks.route_overlooked_responses()

    assert (lately, Routing.objects.count()) == (0, 1)
