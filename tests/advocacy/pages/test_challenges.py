from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy import challenges, ideas
from advocacy.enums import WinnerBy
from advocacy.models import Challenge
from advocacy.models.ideas import organisations_day
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_challenge, make_user

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


@pytest.fixture
def emil(db: None) -> User:
    return make_user("emil", "Employee", first_name="Emil", last_name="Novák")


@pytest.fixture
def dana(db: None) -> User:
    return make_user("dana", "Support lead", first_name="Dana", last_name="Whitfield")


def over(**fields: object) -> Challenge:
    """A challenge that ended yesterday."""
    today = organisations_day()
    return make_challenge(**{"opens_on": today - 9 * A_DAY, "closes_on": today - A_DAY, **fields})


def test_question_is_put_to_the_house(client: Client, dana: User) -> None:
    today = organisations_day()
    client.force_login(dana)
    data = {"title": "Mornings", "question": "What is loud?", "opens_on": today, "winner_by": "votes"}

    wrong = client.post("/challenges/new/", {**data, "closes_on": today - A_DAY})
    done = client.post("/challenges/new/", {**data, "closes_on": today + A_DAY})

    challenge = Challenge.objects.get()
    assert wrong.status_code == 422
    assert done.headers["Location"] == f"/challenges/{challenge.pk}/"
    assert (challenge.title, challenge.opens_on, challenge.closes_on) == ("Mornings", today, today + A_DAY)


def test_jury_is_asked_for_where_a_person_chooses(client: Client, dana: User) -> None:
    today = organisations_day()
    client.force_login(dana)
    data = {"title": "M", "question": "?", "opens_on": today, "closes_on": today, "winner_by": "jury"}

    response = client.post("/challenges/new/", data)

    assert response.status_code == 422
    assert "Say who chooses the winner." in text_of(response)


def test_open_challenge_takes_part_in_and_tells_the_rule(client: Client, emil: User) -> None:
    challenge = make_challenge(title="Mornings")
    ideas.vote(ideas.post(title="Ring", challenge=challenge, by=emil), by=emil)
    client.force_login(emil)

    page = client.get(f"/challenges/{challenge.pk}/")

    assert f'href="/ideas/new/?challenge={challenge.pk}"' in html_of(page)
    assert "of equals the one posted first" in text_of(page)
    assert "1 votes Ring Emil Novák" in text_of(page)
    assert "/edit/" not in html_of(page)


def test_after_closing_no_idea_comes_in(client: Client, emil: User) -> None:
    challenge = over()
    client.force_login(emil)

    response = client.post("/ideas/new/", {"title": "Late", "challenge": challenge.pk})

    assert response.status_code == 422
    assert "This challenge takes no ideas in today." in text_of(response)
    assert "Take part" not in text_of(client.get(f"/challenges/{challenge.pk}/"))


def test_jury_chooses_on_the_page_and_everybody_reads_why(client: Client, emil: User, dana: User) -> None:
    today = organisations_day()
    challenge = make_challenge(winner_by=WinnerBy.JURY, jury=emil)
    fix = ideas.post(title="Ring", challenge=challenge, by=dana)
    Challenge.objects.update(closes_on=today - A_DAY, opens_on=today - 2 * A_DAY)
    address = f"/challenges/{challenge.pk}/choose/"
    client.force_login(dana)
    refused = client.post(address, {"winner": fix.pk, "reason": "Mine"})
    client.force_login(emil)

    missing = client.post(address, {"winner": fix.pk})
    done = client.post(address, {"winner": fix.pk, "reason": "Cheap & quick"})

    page = text_of(client.get(f"/challenges/{challenge.pk}/"))
    assert (refused.status_code, missing.status_code, done.status_code) == (409, 422, 302)
    assert "Not chosen: somebody else says who wins this one." in text_of(refused)
    assert "The winner: Ring· Dana Whitfield Cheap &amp; quick" in page


def test_decided_challenge_is_changed_no_more(client: Client, dana: User) -> None:
    challenge = over()
    challenges.settle()
    client.force_login(dana)
    today = organisations_day()
    data = {"title": "M", "question": "?", "opens_on": today, "closes_on": today, "winner_by": "votes"}

    response = client.post(f"/challenges/{challenge.pk}/edit/", data)

    assert response.status_code == 409
    assert "Nobody won: no idea had a vote." in text_of(client.get(f"/challenges/{challenge.pk}/"))


@pytest.mark.parametrize("address", ["/challenges/new/", "/challenges/{pk}/edit/"])
def test_employee_puts_no_questions(client: Client, emil: User, address: str) -> None:
    address = address.format(pk=make_challenge().pk)

    assert client.get(address).headers["Location"].startswith("/accounts/login/")
    client.force_login(emil)
    assert client.get(address).status_code == 403
    assert client.post(address, {"title": "x"}).status_code == 403


def test_stranger_sees_no_challenge(client: Client, carol: User) -> None:
    address = f"/challenges/{make_challenge().pk}/"

    assert client.get(address).headers["Location"].startswith("/accounts/login/")
    client.force_login(carol)
    assert [client.get(address).status_code, client.get(f"{address}choose/").status_code] == [403, 405]
