from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy import cases
from advocacy.enums import CaseStatus
from advocacy.models import Case
from tests.advocacy.pages.casework import html_of, post, rows, text_of
from tests.factories import make_case, make_contact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(db: None) -> User:
    return make_user("lin", "Support", first_name="Lin", last_name="Yue")


def test_lead_gives_a_case_to_somebody(client: Client, lin: User) -> None:
    case = make_case(contact=make_contact(name="陈伟"), response=None)
    client.force_login(make_user("dana", "Support lead"))

    response = post(client, case, "assign", to=lin.pk, view="unassigned")

    assert (response.status_code, response["Location"]) == (302, "/cases/?view=unassigned")
    case.refresh_from_db()
    assert case.owner == lin
    assert "Noted: 陈伟 assigned to Lin Yue." in text_of(client.get(response["Location"]))


def test_lead_puts_a_case_back(client: Client, lin: User) -> None:
    case = make_case(owner=lin)
    client.force_login(make_user("dana", "Support lead"))

    post(client, case, "assign", to="")

    case.refresh_from_db()
    assert case.owner is None


def test_support_takes_a_case_but_gives_none_away(client: Client, lin: User) -> None:
    case, karim = make_case(owner=make_user("karim", "Support")), make_user("tom", "Support")
    client.force_login(lin)

    for to in (karim.pk, ""):
        assert post(client, case, "assign", to=to).status_code == 403
    taken = post(client, case, "assign", to=lin.pk)

    assert taken.status_code == 302
    case.refresh_from_db()
    assert case.owner == lin


def test_who_cannot_work_cases_is_no_choice(client: Client, alice: User, bob: User) -> None:
    case = make_case()
    client.force_login(alice)

    response = post(client, case, "assign", to=bob.pk)

    assert response.status_code == 422
    assert "Select a valid choice." in text_of(response)
    case.refresh_from_db()
    assert case.owner is None


def test_case_that_somebody_took_meanwhile_is_not_given_away(client: Client, alice: User, lin: User) -> None:
    case = make_case()
    seen = cases.version(case)
    cases.assign(case, to=lin, by=lin)
    client.force_login(alice)

    response = post(client, case, "assign", seen=seen, to=alice.pk)

    assert response.status_code == 409
    assert "Not saved: Taken by Lin Yue (" in text_of(response)
    case.refresh_from_db()
    assert case.owner == lin


def test_second_press_after_the_refusal_works(client: Client, alice: User, lin: User) -> None:
    case = make_case()
    seen = cases.version(case)
    cases.assign(case, to=lin, by=lin)
    client.force_login(alice)
    page = html_of(post(client, case, "assign", seen=seen, to=alice.pk))

    fresh = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    response = post(client, case, "assign", seen=fresh, to=alice.pk)

    assert response.status_code == 302
    case.refresh_from_db()
    assert case.owner == alice


def test_closed_case_is_given_to_nobody(client: Client, alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)
    client.force_login(alice)

    response = post(client, case, "assign", to=alice.pk)

    assert response.status_code == 409
    assert "Not assigned: this case is closed." in text_of(response)


def test_stranger_reader_and_outsider_assign_nothing(client: Client, bob: User, carol: User) -> None:
    case = make_case()
    before = rows()

    assert post(client, case, "assign", to="")["Location"].startswith("/accounts/login/")
    for user in (bob, carol):
        client.force_login(user)
        assert post(client, case, "assign", to=user.pk).status_code == 403

    assert rows() == before


def test_wrong_method_and_missing_rows_are_refused(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    assert client.get(f"/cases/{case.pk}/assign/").status_code == 405
    assert post(client, Case(pk=case.pk + 1), "assign", to=alice.pk, seen="0-0-0-0").status_code == 404
