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


def test_closed_case_is_open_again_with_the_reason_in_its_history(client: Client, alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)
    client.force_login(alice)

    response = post(client, case, "reopen", reason="The pump broke again", view="closed")

    assert (response.status_code, response["Location"]) == (302, f"/cases/{case.pk}/?view=closed")
    case.refresh_from_db()
    assert (case.status, case.outcome) == (CaseStatus.OPEN, "")
    said = text_of(client.get(response["Location"]))
    assert "Noted: the case is open again" in said
    assert "Reopened· Alice The pump broke again" in said


def test_reason_is_asked_for(client: Client, alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)
    client.force_login(alice)

    response = post(client, case, "reopen", reason=" ")

    assert response.status_code == 422
    assert '<a href="#reopen-reason">Why</a>: Say why: colleagues read it in the history.' in html_of(response)


def test_refused_while_the_contact_has_another_open_case(client: Client, alice: User) -> None:
    contact = make_contact(name="<b>Íñigo</b>")
    closed = make_case(contact=contact, response=None, status=CaseStatus.CLOSED)
    make_case(contact=contact, response=None)
    client.force_login(alice)

    response = post(client, closed, "reopen", reason="again")

    page = html_of(response)
    assert response.status_code == 409
    assert "Not reopened: &lt;b&gt;Íñigo&lt;/b&gt; has another open case. Go on there." in page
    assert "again</textarea>" in page
    closed.refresh_from_db()
    assert closed.status == CaseStatus.CLOSED


def test_case_reopened_meanwhile_is_refused_and_the_reason_becomes_a_note(client: Client, alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)
    seen = cases.version(case)
    cases.reopen(case, by=make_user("karim", first_name="Karim", last_name="Haddad"), reason="called")
    client.force_login(alice)

    response = post(client, case, "reopen", seen=seen, reason="my reason")

    assert response.status_code == 409
    assert "Not saved: Karim Haddad reopened this case at" in text_of(response)
    page = html_of(response)
    assert f'action="/cases/{case.pk}/note/"' in page
    assert "my reason</textarea>" in page


def test_stranger_reader_and_outsider_reopen_nothing(client: Client, bob: User, carol: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)
    before = rows()

    assert post(client, case, "reopen", reason="x")["Location"].startswith("/accounts/login/")
    for user in (bob, carol):
        client.force_login(user)
        assert post(client, case, "reopen", reason="x").status_code == 403

    assert rows() == before


def test_wrong_method_and_missing_rows_are_refused(client: Client, alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)
    client.force_login(alice)

    assert client.get(f"/cases/{case.pk}/reopen/").status_code == 405
    assert post(client, Case(pk=case.pk + 1), "reopen", reason="x", seen="0-0-0-0").status_code == 404
