from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from advocacy import cases
from advocacy.models import Case, CaseNote
from tests.factories import make_case, make_response

pytestmark = pytest.mark.django_db

NUMBER = "0123456789abcdef" * 2
COOKIE = f"vv-arrived-{NUMBER}"


@pytest.fixture
def desk(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def note(client: Client, case: Case, *, kept: str = NUMBER, text: str = "She calls back") -> dict[str, str]:
    """Send a note, and read what the browser is told of forms."""
    fields = {"seen": cases.version(case), "text": text, "kept": kept}
    response = client.post(f"/cases/{case.pk}/note/", fields)
    return {name: cookie.value for name, cookie in response.cookies.items() if name.startswith("vv-arrived")}


def test_form_that_arrived_is_said_to_have(desk: Client) -> None:
    told = note(desk, make_case())

    assert (told, CaseNote.objects.count()) == ({COOKIE: "1"}, 1)


def test_refused_form_is_not(desk: Client) -> None:
    assert note(desk, make_case(), text="") == {}


@pytest.mark.parametrize("kept", ["", "x", NUMBER.upper(), f"{NUMBER}0", f"{NUMBER}\n", "=; path=/; x" * 2])
def test_number_that_the_script_never_makes_is_left_alone(desk: Client, kept: str) -> None:
    assert note(desk, make_case(), kept=kept) == {}


def test_form_of_somebody_signed_out_has_not_arrived(client: Client) -> None:
    told = note(client, make_case())

    assert (told, CaseNote.objects.count()) == ({}, 0)


def test_form_that_leads_on_with_an_error_has_not_arrived_and_the_error_is_shown(desk: Client) -> None:
    response = desk.post(f"/answers/{make_response().pk}/themes/add/", {"kept": NUMBER})
    page = desk.get(response.headers["Location"]).content.decode()

    assert (response.status_code, COOKIE in response.cookies) == (302, False)
    assert page.count('<div class="say bad" role="alert">') == 1


def test_good_word_on_the_way_is_still_shown(desk: Client) -> None:
    case = make_case()

    note(desk, case)

    assert desk.get(f"/cases/{case.pk}/").content.decode().count("Noted, for colleagues only.") == 1


def test_cookie_is_for_the_script_of_this_site_and_for_a_short_time(desk: Client, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    case = make_case()

    cookie = desk.post(
        f"/cases/{case.pk}/note/", {"seen": cases.version(case), "text": "x", "kept": NUMBER}, secure=True
    ).cookies[COOKIE]

    assert (cookie["max-age"], cookie["samesite"], cookie["secure"], cookie["httponly"]) == (3600, "Lax", True, "")
