from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import huddles, trail
from advocacy.models import Huddle, HuddleAction
from tests.factories import make_action, make_case, make_contact, make_huddle, make_response, make_team, make_user
from tests.surveys.pages.public import page_of

pytestmark = pytest.mark.django_db

URL = "/huddles/"
HOSTILE = "<script>alert(1)</script> شكرا \u202e" + "x" * 100_000


@pytest.fixture
def dana(client: Client) -> User:
    dana = make_user("Dana", "Support lead")
    client.force_login(dana)
    return dana


def test_one_press_makes_the_agenda(client: Client, dana: User) -> None:
    team = make_team(name="Care", members=[dana])
    make_case(contact=make_contact(name="Ana Ruiz"), team=team)

    answer = client.post("/huddles/make/", {"team": team.pk}, follow=True)

    page = page_of(answer)
    assert "Care" in page.text("h1")
    assert "Ana Ruiz" in page.text("section")
    assert page_of(client.get(URL)).text("tbody").startswith(f"{timezone.localdate():%-d %b %Y}Care–0 of 0")


def test_decision_people_and_actions_are_noted_and_shown_on_paper(client: Client, dana: User) -> None:
    huddle = make_huddle(team=make_team(members=[dana]))
    due_on = timezone.localdate() + dt.timedelta(days=2)
    seen = trail.version(huddle)

    client.post(f"/huddles/{huddle.pk}/write/", {"seen": seen, "decision": "Call first.", "present": [dana.pk]})
    client.post(f"/huddles/{huddle.pk}/action/", {"text": "Write it down", "owner": dana.pk, "due_on": due_on})

    paper = page_of(client.get(f"/huddles/{huddle.pk}/print/"))
    assert "Call first." in paper.text("p")
    assert "Dana" in paper.text("p")
    assert "Write it down" in paper.text("li")
    assert paper.find("form") == []
    assert "Write it down" in page_of(client.get("/")).text("li")


def test_action_is_ticked_off_on_the_start_page_and_opened_again(client: Client, dana: User) -> None:
    action = make_action(owner=dana, text="Write it down")

    answer = client.post(f"/huddles/actions/{action.pk}/tick/", {"next": "/"})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "Write it down" not in client.get("/").content.decode()
    answer = client.post(f"/huddles/actions/{action.pk}/tick/", {"again": "1", "next": "https://evil.example.com/"})
    assert answer["Location"] == f"/huddles/{action.huddle_id}/"
    assert HuddleAction.objects.get().done_at is None


def test_what_is_missing_is_said_and_what_was_typed_stays(client: Client, dana: User) -> None:
    huddle = make_huddle()

    bad_day = client.post(f"/huddles/{huddle.pk}/action/", {"text": "Typed", "owner": dana.pk, "due_on": "2001-01-01"})
    no_team = client.post("/huddles/make/", {"team": 987_654})
    too_long = client.post(f"/huddles/{huddle.pk}/write/", {"seen": "0", "decision": HOSTILE})

    assert (bad_day.status_code, no_team.status_code, too_long.status_code) == (422, 422, 422)
    assert "Choose today or a later day." in bad_day.content.decode()
    assert "Typed" in bad_day.content.decode()
    assert "This team is not there any more." in no_team.content.decode()
    assert "<script>alert" not in too_long.content.decode()


def test_who_wrote_meanwhile_is_named_and_nothing_is_lost(client: Client, dana: User) -> None:
    huddle = make_huddle()
    huddles.write(huddle, decision="Theirs", present=[], by=make_user("Kim"))

    answer = client.post(f"/huddles/{huddle.pk}/write/", {"seen": "0", "decision": "Mine"})

    assert answer.status_code == 409
    page = page_of(answer)
    assert "Not saved: this changed meanwhile." in page.text("p")
    assert "Kim" in page.text("li")
    assert "Mine" in page.text("textarea")
    assert Huddle.objects.get().decision == "Theirs"


def test_hostile_words_stay_text(client: Client, dana: User) -> None:
    team = make_team(name="<b>team</b>")
    contact = make_contact(name="<script>alert(2)</script>")
    make_case(response=make_response(contact=contact, score=1, comment=HOSTILE), team=team)
    huddle = huddles.make(team, by=dana)
    make_action(huddle=huddle, text="<img src=x>", owner=dana)

    for address in (URL, f"{URL}{huddle.pk}/", f"{URL}{huddle.pk}/print/"):
        body = client.get(address).content.decode()
        assert not [tag for tag in ("<script>alert", "<b>team", "<img src=x>") if tag in body]
        assert len(body) < 60_000


def test_support_reads_and_holds_nothing(client: Client) -> None:
    huddle = make_huddle()
    mine, other = make_user("Sam", "Support"), make_user("Kim", "Support")
    action = make_action(huddle=huddle, owner=other)
    client.force_login(mine)

    page = page_of(client.get(f"{URL}{huddle.pk}/"))
    posts = [
        client.post(f"{URL}{path}").status_code for path in ("make/", f"{huddle.pk}/write/", f"{huddle.pk}/action/")
    ]
    answer = client.post(f"/huddles/actions/{action.pk}/tick/", follow=True)

    assert page.find("textarea") == []
    assert posts == [403, 403, 403]
    assert "Not saved: only its owner" in answer.content.decode()


def test_stranger_signs_in_and_nobody_without_the_right_reads(client: Client) -> None:
    huddle = make_huddle()
    stranger = client.get(URL).status_code
    client.force_login(make_user("Eve", "Marketing"))

    assert (stranger, client.get(URL).status_code, client.get(f"{URL}{huddle.pk}/").status_code) == (302, 403, 403)
    client.force_login(make_user("Dana", "Support lead"))
    assert (client.get(f"{URL}make/").status_code, client.post(URL).status_code) == (405, 405)
    assert client.get(f"{URL}987654/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_statements_for_many_rows(
    client: Client, dana: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    team = make_team(members=[dana])
    earlier = make_huddle(team=team, on=timezone.localdate() - dt.timedelta(days=1))
    for _each in range(rows):
        make_case(team=team, owner=dana)
        make_action(huddle=earlier, owner=dana)
    huddle = huddles.make(team, by=dana)
    client.get(URL)

    with django_assert_num_queries(8):
        client.get(URL)
    with django_assert_num_queries(15):
        client.get(f"{URL}{huddle.pk}/")
