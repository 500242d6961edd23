from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from advocacy import cases
from advocacy.enums import CaseStatus
from tests.advocacy.pages.casework import html_of, post, rows, text_of
from tests.factories import make_case, make_contact, make_response

pytestmark = pytest.mark.django_db

MONDAY = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@time_machine.travel(MONDAY)
def test_case_waits_and_goes_on(client: Client, alice: User) -> None:
    case = make_case(status=CaseStatus.CONTACTED, resolve_by=MONDAY + dt.timedelta(hours=2))
    client.force_login(alice)

    waits = post(client, case, "wait")
    page = text_of(client.get(waits["Location"]))
    goes_on = post(client, case, "go-on")

    assert (waits.status_code, waits["Location"]) == (302, f"/cases/{case.pk}/")
    assert "Noted: it waits for the customer." in page
    assert "Resolution waits for the customer, 1 h 59 min left" in page
    assert "Go on" in page
    assert "Waits for the customer: the time to resolve it stands still· Alice" in page
    again = text_of(client.get(goes_on["Location"]))
    assert "Noted: the time to resolve it runs again." in again
    assert "Wait for the customer" in again


@time_machine.travel(MONDAY)
def test_page_shows_both_clocks_and_who_is_winnable(client: Client, alice: User) -> None:
    contact = make_contact()
    make_response(contact=contact, score=10, at=MONDAY - dt.timedelta(days=99))
    response = make_response(contact=contact, score=2, wants_contact=True)
    hour = dt.timedelta(hours=1)
    case = make_case(response=response, due_at=MONDAY + hour, resolve_by=MONDAY + 5 * hour)
    client.force_login(alice)

    page = text_of(client.get(f"/cases/{case.pk}/"))

    assert "First contact 59 min left" in page
    assert "Resolution 4 h left" in page
    assert "Urgent because: score 2, asks for a call, was a promoter Winnable: asks for a call, was a promoter" in page


@pytest.mark.parametrize("verb", ["wait", "go-on"])
def test_old_picture_is_refused_with_the_news(client: Client, alice: User, verb: str) -> None:
    case = make_case()
    seen = cases.version(case)
    cases.add_note(case, by=alice, text="He has written")
    client.force_login(alice)

    response = post(client, case, verb, seen=seen)

    assert response.status_code == 409
    assert "Alice wrote a note at" in text_of(response)


def test_closed_case_does_not_wait(client: Client, alice: User) -> None:
    case = make_case(status=CaseStatus.CLOSED)
    client.force_login(alice)

    response = post(client, case, "wait")

    assert response.status_code == 409
    assert "Not changed: this case is closed." in text_of(response)
    assert "/wait/" not in html_of(client.get(f"/cases/{case.pk}/"))


@pytest.mark.parametrize("verb", ["wait", "go-on"])
def test_form_without_a_version_changes_nothing(client: Client, alice: User, verb: str) -> None:
    case = make_case()
    client.force_login(alice)
    before = rows()

    answers = [post(client, case, verb, seen=seen).status_code for seen in ("", "<b>", "1-1")]

    assert (answers, rows()) == ([422, 422, 422], before)


@pytest.mark.parametrize("verb", ["wait", "go-on"])
def test_stranger_reader_and_wrong_method(client: Client, alice: User, bob: User, verb: str) -> None:
    case = make_case()
    address = f"/cases/{case.pk}/{verb}/"

    stranger = client.post(address)
    client.force_login(bob)
    reader = client.post(address)
    client.force_login(alice)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={address}")
    assert reader.status_code == 403
    assert client.get(address).status_code == 405
    assert client.post(f"/cases/987654/{verb}/").status_code == 404
