from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys.enums import ClickKind, Evidence, Veto
from surveys.models import Click, Event, HeldAnswer, Invitation, Response
from tests.factories import make_contact, make_invitation
from tests.surveys.pages.public import HOSTILE_TEXT, page_of

pytestmark = pytest.mark.django_db

URL = "/unconfirmed/"


@pytest.fixture
def desk(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def clicked(*scores: int, name: str = "Ana Ruiz", kind: ClickKind = ClickKind.LINK) -> Invitation:
    invitation = make_invitation(contact=make_contact(name=name))
    for score in scores:
        Click.objects.create(invitation=invitation, kind=kind, score=score, at=timezone.now())
    return invitation


def hold(invitation: Invitation, score: int, **fields: object) -> HeldAnswer:
    values = {"evidence": Evidence.SUBMITTED, "veto": Veto.SEVERAL, "language": "en", "at": timezone.now()}
    return HeldAnswer.objects.create(invitation=invitation, score=score, **{**values, **fields})


def test_list_shows_clicks_without_an_answer_newest_first(desk: Client) -> None:
    clicked(9)
    held = clicked(2, 9, name="陈伟")
    hold(held, 2, said={"answer": {"score": 2, "comment": "太慢"}, "fields": {}})
    answered = clicked(7, name="Answered Person")
    Response.objects.create(
        campaign=answered.wave.campaign, invitation=answered, contact=answered.contact, channel="mail", style="banded",
        language="en", score=7, evidence="submitted", answered_at=timezone.now(), submitted_at=timezone.now(),
        settles_at=timezone.now(),
    )  # fmt: skip

    page = page_of(desk.get(URL))

    assert page.text("tbody").index("陈伟") < page.text("tbody").index("Ana Ruiz")
    assert "Answered Person" not in page.text("tbody")
    assert "Several numbers of one mail were opened at once太慢" in page.text("tbody")
    assert "1 link opened, nothing sent" in page.text("tbody")


def test_list_says_that_nothing_is_unconfirmed(desk: Client) -> None:
    assert "Nothing is unconfirmed" in page_of(desk.get(URL)).text("h2")


def test_confirmed_click_counts_with_name_and_reason(desk: Client, alice: User) -> None:
    invitation = clicked(9)

    response = desk.post(
        f"{URL}{invitation.pk}/confirm/", {"score": "9", "reason": "Said so on the phone"}, follow=True
    )

    given = Response.objects.get()
    assert (given.score, given.evidence) == (9, Evidence.CONFIRMED)
    assert Event.objects.filter(kind="surveys.response", by=alice, reason="Said so on the phone").count() == 1
    assert "Counted: 9 by Ana Ruiz." in page_of(response).text()


def test_confirmation_without_a_reason_is_refused_in_its_place(desk: Client) -> None:
    invitation = clicked(9)

    response = desk.post(f"{URL}{invitation.pk}/confirm/", {"score": "9", "reason": "   "})

    assert (response.status_code, Response.objects.count()) == (422, 0)
    assert "Say how you know" in page_of(response).text("tbody")


@pytest.mark.parametrize("score", ["10", "8"])
def test_number_that_nobody_opened_is_not_counted(desk: Client, score: str) -> None:
    invitation = clicked(9)

    response = desk.post(f"{URL}{invitation.pk}/confirm/", {"score": score, "reason": "I think so"}, follow=True)

    assert Response.objects.count() == 0
    assert "Not counted: Nobody opened this number of the mail." in page_of(response).text()


def test_row_that_is_gone_is_not_found(desk: Client) -> None:
    assert desk.post(f"{URL}987654/confirm/", {"score": "9", "reason": "x"}).status_code == 404


def test_hostile_words_are_inert(desk: Client) -> None:
    invitation = clicked(2, name=HOSTILE_TEXT[:100])
    hold(invitation, 2, said={"answer": {"score": 2, "comment": HOSTILE_TEXT}, "fields": {}})

    page = page_of(desk.get(URL))

    assert HOSTILE_TEXT in page.text("tbody")
    assert [
        attrs for tag, attrs in page.tags if (tag in {"svg", "img"} and "onload" in attrs) or "onerror" in attrs
    ] == []


def test_list_asks_as_often_for_three_rows_as_for_one(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    clicked(9)
    desk.get(URL)
    with django_assert_max_num_queries(8) as one:
        desk.get(URL)
    for name in ("One", "Two"):
        hold(clicked(1, 2, name=name), 1)

    with django_assert_max_num_queries(8) as three:
        desk.get(URL)

    assert len(three) == len(one)


def test_older_ones_stand_on_the_next_page(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.views.unconfirmed.PAGE_SIZE", 2)
    for name in ("First", "Second", "Third"):
        clicked(9, name=name)

    first = page_of(desk.get(URL))
    (link,) = first.find("a", rel="next")
    second = page_of(desk.get(URL + link["href"].partition("/unconfirmed/")[2]))

    assert [name in first.text("tbody") for name in ("First", "Second", "Third")] == [False, True, True]
    assert [name in second.text("tbody") for name in ("First", "Second", "Third")] == [True, False, False]


def test_gesture_in_its_grace_time_says_so(desk: Client) -> None:
    due_at = timezone.now() + dt.timedelta(seconds=100)
    hold(clicked(9), 9, evidence=Evidence.GESTURE, veto="", due_at=due_at)

    assert "Looked at the page: judged in two minutes" in page_of(desk.get(URL)).text("tbody")


def test_reader_without_the_right_and_stranger_are_kept_out(client: Client, bob: User) -> None:
    invitation = clicked(9)

    def statuses() -> list[int]:
        confirm = client.post(f"{URL}{invitation.pk}/confirm/")
        return [client.get(URL).status_code, confirm.status_code]

    stranger = statuses()
    client.force_login(bob)
    reader = statuses()

    assert (stranger, reader) == ([302, 302], [403, 403])


def test_wrong_methods_are_refused(desk: Client) -> None:
    assert (desk.post(URL).status_code, desk.get(f"{URL}1/confirm/").status_code) == (405, 405)
