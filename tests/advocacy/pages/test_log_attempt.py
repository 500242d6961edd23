from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy import cases
from advocacy.enums import CaseStatus, Outcome
from advocacy.models import Attempt, Case
from tests.advocacy.pages.casework import html_of, post, rows, text_of
from tests.factories import make_case, make_theme, make_user

pytestmark = pytest.mark.django_db

CALL = {"reached": "yes", "channel": "call", "note": "Calm, but tired of waiting."}


def test_logged_call_makes_the_first_contact_and_goes_back_to_the_case(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    response = post(client, case, "attempt", **CALL, view="mine")

    assert (response.status_code, response["Location"]) == (302, f"/cases/{case.pk}/?view=mine")
    attempt = Attempt.objects.get()
    assert (attempt.case, attempt.by, attempt.channel, attempt.reached, attempt.note) == (
        case,
        alice,
        "call",
        True,
        "Calm, but tired of waiting.",
    )
    case.refresh_from_db()
    assert (case.status, case.contacted_at) == (CaseStatus.CONTACTED, attempt.at)
    assert "Noted: the attempt is in the history." in text_of(client.get(response["Location"]))


def test_call_that_reached_nobody_is_counted_on_the_next_form(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    response = post(client, case, "attempt", reached="no", channel="call")

    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    assert "Not reached (2 of 3)" in text_of(client.get(response["Location"], {"write": "call"}))


def test_missing_answer_is_named_and_the_text_is_kept(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    response = post(client, case, "attempt", channel="call", note="Calm & tired")

    page = html_of(response)
    assert response.status_code == 422
    assert '<a href="#attempt-reached_0">How did it go?</a>: Choose how it went.' in page
    assert 'id="attempt-reached_0"' in page
    assert "Calm &amp; tired</textarea>" in page
    assert Attempt.objects.count() == 0


def test_call_on_a_case_closed_meanwhile_is_refused_and_its_text_becomes_a_note(client: Client, alice: User) -> None:
    case = make_case()
    seen = cases.version(case)
    karim = make_user("karim", "Support", first_name="Karim", last_name="Haddad")
    cases.close(case, by=karim, outcome=Outcome.LEFT, theme=make_theme())
    client.force_login(alice)

    response = post(client, case, "attempt", seen=seen, **CALL)

    said, page = text_of(response), html_of(response)
    assert response.status_code == 409
    assert "Not logged: this case is closed." in said
    assert "Karim Haddad closed this case at" in said
    assert f'action="/cases/{case.pk}/note/"' in page
    assert "Calm, but tired of waiting.</textarea>" in page
    assert Attempt.objects.count() == 0


def test_colleagues_note_does_not_stop_a_call(client: Client, alice: User) -> None:
    case = make_case()
    seen = cases.version(case)
    cases.add_note(case, by=alice, text="meanwhile")
    client.force_login(alice)

    assert post(client, case, "attempt", seen=seen, **CALL).status_code == 302
    assert Attempt.objects.count() == 1


def test_stranger_reader_and_outsider_log_nothing(client: Client, bob: User, carol: User) -> None:
    case = make_case()
    before = rows()

    assert post(client, case, "attempt", **CALL)["Location"].startswith("/accounts/login/")
    for user in (bob, carol):
        client.force_login(user)
        assert post(client, case, "attempt", **CALL).status_code == 403

    assert rows() == before


def test_wrong_method_and_missing_rows_are_refused(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    assert client.get(f"/cases/{case.pk}/attempt/").status_code == 405
    assert post(client, Case(pk=case.pk + 1), "attempt", **CALL, seen="0-0-0-0").status_code == 404
