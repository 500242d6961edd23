from __future__ import annotations

import pytest
from django.test import Client

from advocacy.models import Referral
from surveys import texts, tokens
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_advocate, make_contact, make_item, make_link, make_offer, make_referral

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"
LEAD = {"name": "Lea", "email": "Lea@Shop.example.org", "company": "Shop", "agree": "on"}


@pytest.fixture
def code() -> str:
    make_offer(advocate_item=make_item(name="A bag of beans"), lead_item=make_item(name="A mug"))
    contact = make_contact(name="Mira K", language="en")
    return make_link(advocate=make_advocate(response=None, contact=contact), code="mira2345").code


def test_invitation_says_who_and_what_before_anything_is_done(client: Client, code: str) -> None:
    page = client.get(f"/f/{code}", headers={"Accept-Language": "en"})

    said = text_of(page)
    assert "Mira thought of you." in said
    assert "You get: A mug. Whoever sent you the link gets: A bag of beans." in said
    assert (page.cookies, page.headers["Cache-Control"], Referral.objects.count()) == ({}, "no-store", 0)


def test_lead_leaves_an_address(client: Client, code: str) -> None:
    page = client.post(f"/f/{code}", LEAD, headers={"Accept-Language": "en"})

    lead = Referral.objects.get()
    assert (page.status_code, "Tom Okafor writes to you soon." in text_of(page)) == (200, True)
    assert (lead.name, lead.email, lead.company, lead.language) == ("Lea", "lea@shop.example.org", "Shop", "en")
    assert lead.consent_text.startswith("Aurora may write to me about this. One person writes to you.")


def test_known_and_unknown_get_the_same_page(client: Client, code: str) -> None:
    make_contact(email="old@customer.example.com")

    pages = [
        client.post(f"/f/{code}", {**LEAD, "email": email}) for email in (LEAD["email"], "old@customer.example.com")
    ]

    assert text_of(pages[0]) == text_of(pages[1])


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"name": " "}, "Write your name."),
        ({"email": "nobody"}, "Write an e-mail address such as name@example.com."),
        ({"email": "x" * 100_000}, "Write an e-mail address such as name@example.com."),
        ({"agree": ""}, "Without your yes we may not write to you."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_stays(
    client: Client, code: str, fault: dict[str, str], said: str
) -> None:
    page = client.post(f"/f/{code}", {**LEAD, "company": HOSTILE, **fault}, headers={"Accept-Language": "en"})

    assert (page.status_code, Referral.objects.count()) == (400, 0)
    assert said in text_of(page)
    assert ("&lt;script&gt;" in html_of(page), HOSTILE in html_of(page)) == (True, False)


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_invitation_speaks_each_language(client: Client, code: str, tag: str) -> None:
    page = client.post(f"/f/{code}", {"language": tag, "name": "Lea"})

    assert (page.status_code, page.headers["Content-Language"]) == (200, tag)
    assert texts.table(tag)["referral"]["legend"] in page.content.decode()
    assert ('value="Lea"' in html_of(page), Referral.objects.count()) == (True, 0)


def test_unknown_code_closed_offer_and_erased_advocate_are_the_closed_page(client: Client, code: str) -> None:
    unknown = client.get("/f/nothere2")
    link = make_link()
    assert link.advocate
    link.advocate.delete()

    assert (unknown.status_code, client.get(f"/f/{link.code}").content) == (404, unknown.content)
    assert client.get("/f/own/nothing").content == unknown.content


def test_qr_code_is_a_drawing(client: Client, code: str) -> None:
    page = client.get(f"/f/{code}/qr.svg")

    assert (page.status_code, page.headers["Content-Type"], b"<svg" in page.content) == (200, "image/svg+xml", True)
    assert client.post(f"/f/{code}/qr.svg").status_code == 405


def test_own_page_shows_states_and_nobody(client: Client, code: str) -> None:
    link = make_referral(link=make_link(code="second22"), name="Secret Lea", company="Hidden Shop").link

    page = client.get(f"/f/own/{tokens.encode(link.token)}")

    said = text_of(page)
    assert ("Has left an address" in said, "second22" in said) == (True, True)
    assert ("Secret" in said, "Hidden" in said, "@shop" in said) == (False, False, False)
