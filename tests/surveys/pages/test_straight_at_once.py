"""Answers that come at the same time, each by a connection of its own: some share a commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from surveys import evidence, responses
from surveys.enums import MessageStatus
from surveys.models import DailyCount, HeldAnswer, Invitation, Response, Revision
from tests.factories import make_invitation, make_message, make_wave
from tests.surveys.pages.public import answer_url, page_of
from tests.threads import at_once, held_open, meanwhile, wait_until_blocked

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def asked(**fields: Any) -> Invitation:
    invitation = make_invitation(**fields)
    make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=NOW - dt.timedelta(days=1))
    return invitation


def opened(*invitations: Invitation) -> list[str]:
    """What the forms of their pages carry, a minute ago."""
    pages = [page_of(Client().get(answer_url(each, 9))) for each in invitations]
    return [page.find("input", name="nonce")[0]["value"] for page in pages]


def post(invitation: Invitation, nonce: str, score: int = 9) -> Callable[[], int]:
    data = {"nonce": nonce, "score": str(score)}
    return lambda: Client().post(answer_url(invitation, 9), data).status_code


def test_many_at_once_are_all_there_and_counted(clock: Any, ways: list[bool]) -> None:
    people = [asked(wave=wave) for wave in (make_wave(), make_wave()) for _ in range(8)]
    nonces = opened(*people)
    clock.shift(60)

    replies = at_once(*[post(each, nonce) for each, nonce in zip(people, nonces, strict=True)])

    assert (replies, ways) == ([303] * 16, [True] * 16)
    assert list(DailyCount.objects.values_list("promoters", flat=True)) == [8, 8]
    assert set(Response.objects.values_list("invitation", flat=True)) == {each.pk for each in people}
    assert Revision.objects.count() == 16


def test_one_form_posted_at_once_with_different_scores_is_one_answer_with_every_version(clock: Any) -> None:
    invitation = asked()
    (nonce,) = opened(invitation)
    clock.shift(60)

    replies = at_once(*[post(invitation, nonce, score) for score in range(8)])

    given = Response.objects.get()
    versions = list(given.revisions.order_by("number").values_list("number", "score"))
    assert (replies, given.revision) == ([303] * 8, 8)
    assert sorted(score for _number, score in versions) == list(range(8))
    assert (versions[-1], len(versions)) == ((8, given.score), 8)
    counted = DailyCount.objects.get()
    assert counted.promoters + counted.passives + counted.detractors == 1


def test_answer_waits_for_whoever_holds_the_invitation_and_sees_what_was_written(clock: Any, ways: list[bool]) -> None:
    invitation = asked()
    (nonce,) = opened(invitation)
    clock.shift(60)
    before = held_open(lambda: responses.record(invitation, score=2, language="en"))
    with before as commit, meanwhile(post(invitation, nonce)) as reply:
        wait_until_blocked()
        commit()

    assert (reply.result(), ways) == (303, [False])
    assert list(Revision.objects.order_by("number").values_list("score", flat=True)) == [2, 9]


def test_gesture_that_is_just_written_is_forgotten_too(clock: Any, ways: list[bool]) -> None:
    invitation = asked()
    (nonce,) = opened(invitation)
    clock.shift(60)
    before = held_open(lambda: evidence.gesture(invitation, score=9, language="en"))
    with before as commit, meanwhile(post(invitation, nonce)) as reply:
        wait_until_blocked()
        commit()

    assert (reply.result(), ways, HeldAnswer.objects.count()) == (303, [True], 0)


def test_connection_that_was_lost_costs_no_answer(clock: Any, ways: list[bool]) -> None:
    invitation = asked()
    (nonce,) = opened(invitation)
    clock.shift(60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    at_once(end)
    health: Any = connection
    health.health_check_enabled, health.health_check_done = True, False
    reply = post(invitation, nonce)()

    assert (reply, ways, Response.objects.count()) == (303, [False], 1)
