from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy.enums import CaseStatus
from advocacy.models import Case, CaseNote
from tests.advocacy.pages.casework import html_of, post, rows, text_of
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", CaseStatus.values)
def test_note_is_kept_in_every_state(client: Client, alice: User, status: str) -> None:
    case = make_case(status=status)
    client.force_login(alice)

    response = post(client, case, "note", text="Pump on back order\nuntil December")

    assert (response.status_code, response["Location"]) == (302, f"/cases/{case.pk}/")
    note = CaseNote.objects.get()
    assert (note.case, note.by, note.text) == (case, alice, "Pump on back order\nuntil December")
    page = client.get(response["Location"])
    assert "Noted, for colleagues only." in text_of(page)
    assert "Pump on back order<br>until December" in html_of(page)


def test_empty_note_is_refused(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    response = post(client, case, "note", text="  ")

    assert response.status_code == 422
    assert '<a href="#note-text">Note</a>: Write something to keep.' in html_of(response)
    assert CaseNote.objects.count() == 0


def test_note_too_long_is_refused_and_kept_on_the_page(client: Client, alice: User) -> None:
    case, text = make_case(), "é" * 10_001
    client.force_login(alice)

    response = post(client, case, "note", text=text)

    assert response.status_code == 422
    assert f"{text}</textarea>" in html_of(response)


def test_form_that_names_no_state_is_refused_and_the_next_press_works(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    refused = post(client, case, "note", seen="", text="kept")
    page = html_of(refused)

    assert refused.status_code == 422
    assert "It does not say which state of the case it is about." in text_of(refused)
    assert "kept</textarea>" in page
    assert 'name="seen" value="0-0-0-0"' in page


def test_stranger_reader_and_outsider_keep_nothing(client: Client, bob: User, carol: User) -> None:
    case = make_case()
    before = rows()

    assert post(client, case, "note", text="x")["Location"].startswith("/accounts/login/")
    for user in (bob, carol):
        client.force_login(user)
        assert post(client, case, "note", text="x").status_code == 403

    assert rows() == before


def test_wrong_method_and_missing_rows_are_refused(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    assert client.get(f"/cases/{case.pk}/note/").status_code == 405
    assert post(client, Case(pk=case.pk + 1), "note", text="x", seen="0-0-0-0").status_code == 404
