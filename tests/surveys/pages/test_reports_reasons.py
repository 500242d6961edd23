"""The reasons on the report: three for and three against, each with count, share and base."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from surveys import responses
from surveys.models import ResponseReason
from tests.factories import make_invitation, make_reason, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def emil() -> User:
    return make_user("emil", "Employee")


def answer(score: int, *keys: str) -> None:
    response = responses.record(make_invitation(), score=score, language="en", at=timezone.now())
    for key in keys:
        ResponseReason.objects.create(response=response, reason=make_reason(key, en=f"<b>{key}</b>"))


def read(client: Client, user: User) -> str:
    client.force_login(user)
    return " ".join(client.get("/reports/").content.decode().split())


def test_report_shows_reasons_with_count_share_and_base(client: Client, emil: User) -> None:
    for _ in range(6):
        answer(10, "repair")
    answer(9, "delivery")
    answer(7)

    page = read(client, emil)

    assert '<bdi>&lt;b&gt;repair&lt;/b&gt;</bdi> <b>85.7 %</b> <span class="dim">6 of 7</span>' in page
    assert "Reasons not to" not in page  # fewer than five detractors named one
    assert "&lt;b&gt;delivery&lt;/b&gt;" not in page  # named by fewer than five
    assert "<bdi>+75.0</bdi>" in page  # six of eight answers
    assert "Others, of fewer than 5 each" in page


def test_report_of_too_few_answers_shows_no_reason(client: Client, emil: User) -> None:
    for _ in range(4):
        answer(10, "repair")

    page = read(client, emil)

    assert ("repair" in page, "Reasons to recommend us" in page) == (False, False)


def test_report_without_reasons_says_nothing_of_them(client: Client, emil: User) -> None:
    for _ in range(6):
        answer(10)

    assert "What each reason does to the score" not in read(client, emil)
