from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from advocacy import tasks
from advocacy.enums import AskStatus
from advocacy.models import Ask, Routing
from surveys.models import Message
from tests.factories import make_advocate, make_ask, make_programme, make_response

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


def test_ticks_plan_queue_follow_and_end_asks_and_once() -> None:
    make_programme(is_automatic=True, delay_days=0)
    free = make_advocate()
    old = make_ask(status=AskStatus.SENT, sent_at=timezone.now() - dt.timedelta(days=31))

    for _ in range(2):
        assert [tasks.run_programmes(), tasks.queue_due_asks(), tasks.follow_asks()] == [False] * 3

    old.refresh_from_db()
    assert (old.status, Ask.objects.get(advocate=free).status) == ("expired", AskStatus.PLANNED)
    assert Message.objects.filter(letter="ask", contact=free.contact).count() == 1
