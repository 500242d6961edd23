"""The doors of a campaign, as staff see them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys import tokens
from surveys.models import Campaign, Door, DoorText, Event
from tests.factories import make_brand, make_campaign, make_door, make_response
from tests.surveys.pages.public import page_of

pytestmark = pytest.mark.django_db

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
FIELDS = {"name": "Harbour Street shop", "kind": "link", "style": "banded", "asks_who": "on"}
PAGES = [
    "/doors/{pk}/",
    "/doors/{pk}/card/",
    "/doors/{pk}/code.svg",
    "/doors/{pk}/code.png",
    "/campaigns/{campaign}/doors/",
]
ACTIONS = [
    "/doors/{pk}/change/",
    "/doors/{pk}/words/",
    "/doors/{pk}/open/",
    "/doors/{pk}/close/",
    "/campaigns/{campaign}/doors/create/",
]


def doors_of(campaign: Campaign) -> str:
    return f"/campaigns/{campaign.pk}/doors/"


def text_of(response: Any) -> str:
    return page_of(response).text("main")


def filled(template: str, door: Door) -> str:
    return template.format(pk=door.pk, campaign=door.campaign_id)


# -------------------------------------------------------------------------------------------------------------- rights


@pytest.mark.parametrize("address", PAGES)
def test_page_is_for_readers_of_campaigns(client: Client, bob: User, carol: User, address: str) -> None:
    page = filled(address, make_door())
    stranger = client.get(page)
    client.force_login(carol)
    outside = client.get(page)
    client.force_login(bob)

    assert (stranger.status_code, urlsplit(stranger.headers["Location"]).path) == (302, "/accounts/login/")
    assert (outside.status_code, client.get(page).status_code, client.post(page).status_code) == (403, 200, 405)


@pytest.mark.parametrize("address", ACTIONS)
def test_action_is_for_whoever_changes_campaigns(client: Client, alice: User, bob: User, address: str) -> None:
    door = make_door()
    page, before = filled(address, door), Door.objects.values().get()
    client.force_login(bob)

    assert client.post(page, {**FIELDS, "name": "Other"}).status_code == 403
    assert Door.objects.values().get() == before
    client.force_login(alice)
    assert client.get(page).status_code == 405


@pytest.mark.parametrize("address", [*PAGES, "/doors/{pk}/code.gif"])
def test_row_that_is_not_there_is_not_found(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)

    assert client.get(address.format(pk=987654, campaign=987654)).status_code == 404


# ---------------------------------------------------------------------------------------------------------------- list


def test_list_tells_each_door_with_its_answers(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    make_door(campaign=campaign, name="Shut", is_open=False)
    shop = make_door(campaign=campaign, name=HOSTILE, kind="kiosk")
    make_response(invitation=None, campaign=campaign, door=shop, channel="kiosk", style="banded", score=9)

    response = client.get(doors_of(campaign))

    rows = [" ".join(row.split()) for row in response.content.decode().split("<tr ")[2:]]
    assert ["Kiosk" in rows[0], "Open" in rows[0], "1 of 30" in rows[0], "Closed" in rows[1]] == [True] * 4
    assert b"<script>alert" not in response.content
    assert page_of(response).find("form", method="post", action=f"{doors_of(campaign)}create/") == []


def test_list_asks_as_often_for_three_as_for_one(
    client: Client, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    make_door(campaign=campaign)
    client.get(doors_of(campaign))

    with django_assert_num_queries(8) as one:
        client.get(doors_of(campaign))
    make_door(campaign=campaign)
    make_door(campaign=campaign)
    with django_assert_num_queries(len(one)):
        client.get(doors_of(campaign))


def test_campaign_leads_to_its_doors(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign()

    page = page_of(client.get(f"/campaigns/{campaign.pk}/"))

    assert doors_of(campaign) in page.all("a", "href")
    assert "No door yet" in text_of(client.get(doors_of(campaign)))


# -------------------------------------------------------------------------------------------------------------- set up


def test_new_door_is_open_and_shows_its_address(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()

    response = client.post(f"{doors_of(campaign)}create/", FIELDS, follow=True)

    door = Door.objects.get()
    assert (door.campaign, door.name, door.kind, door.is_open, door.an_hour) == (
        campaign,
        FIELDS["name"],
        "link",
        True,
        None,
    )
    assert response.redirect_chain == [(f"/doors/{door.pk}/", 302)]
    assert f"https://ask.example.com/o/{tokens.encode(door.token)}" in text_of(response)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "Taken"}, "Another door of this campaign has this name."),
        ({"kind": "sms"}, "Select a valid choice."),
        ({"origins": "https://www.example.com\n*"}, "“*” is no site"),
        ({"an_hour": "0"}, "With 0 nobody could answer"),
        ({"an_hour": "-1"}, "greater than or equal to"),
        ({"an_hour": "1e9"}, "Enter a whole number."),
    ],
)
def test_what_is_wrong_is_told_with_the_rest_kept(
    client: Client, alice: User, fields: dict[str, str], said: str
) -> None:
    client.force_login(alice)
    door = make_door(name="Taken")
    typed = {**FIELDS, "name": HOSTILE, **fields}

    response = client.post(f"{doors_of(door.campaign)}create/", typed)

    assert (response.status_code, Door.objects.count()) == (422, 1)
    assert said in text_of(response)
    assert b"<script>alert" not in response.content
    assert [field["value"] for field in page_of(response).find("input", name="name") if typed["name"]] == [
        name for name in [typed["name"]] if name
    ]


def test_archived_campaign_gets_no_door(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(status="archived")

    response = client.post(f"{doors_of(campaign)}create/", FIELDS)

    assert (response.status_code, Door.objects.count()) == (409, 0)
    assert "This campaign is archived" in text_of(response)


def test_change_keeps_kind_and_address_and_has_an_author(client: Client, alice: User) -> None:
    client.force_login(alice)
    door = make_door(kind="embed")
    fields = {
        "name": "New",
        "style": "neutral",
        "origins": "https://Www.Example.com/\nhttps://www.example.com",
        "kind": "link",
    }

    client.post(f"/doors/{door.pk}/change/", fields)

    changed = Door.objects.get()
    assert (changed.name, changed.style, changed.asks_who, changed.origins) == (
        "New",
        "neutral",
        False,
        "https://www.example.com",
    )
    assert (changed.kind, changed.token) == ("embed", door.token)
    assert changed.history.latest().history_user == alice


def test_words_are_kept_and_unknown_tags_refused_with_all_kept(client: Client, alice: User) -> None:
    client.force_login(alice)
    door = make_door()
    typed = {"heading-en": "Hello from {{ company }}", "text-ar": "{{ first_name }}"}

    refused = client.post(f"/doors/{door.pk}/words/", typed)
    assert (refused.status_code, DoorText.objects.count()) == (422, 0)
    assert "Not known: {{ first_name }}. Understood are {{ company }}, {{ product }}." in text_of(refused)
    assert [field["value"] for field in page_of(refused).find("input", name="heading-en")] == [typed["heading-en"]]

    client.post(f"/doors/{door.pk}/words/", {**typed, "text-ar": ""})
    assert list(DoorText.objects.values_list("language", "heading", "text")) == [("en", typed["heading-en"], "")]


def test_close_and_open_again_say_what_happened(client: Client, alice: User) -> None:
    client.force_login(alice)
    door = make_door(name="Shop")

    said = [text_of(client.post(f"/doors/{door.pk}/{step}/", follow=True)) for step in ("close", "close", "open")]

    words = ["It is closed.", "Shop is closed already", "It is open"]
    assert [word in page for word, page in zip(words, said, strict=True)] == [True] * 3
    assert list(Event.objects.order_by("pk").values_list("went_to", flat=True)) == ["closed", "open"]


# ------------------------------------------------------------------------------------------------- what is taken along


def test_snippet_of_an_embedded_door_can_be_copied(client: Client, bob: User) -> None:
    client.force_login(bob)
    door = make_door(kind="embed", campaign=make_campaign(brand=make_brand(default_language="ar")))

    page = page_of(client.get(f"/doors/{door.pk}/"))

    assert page.comment.splitlines() == [
        f'<div data-viva-voce="{tokens.encode(door.token)}" data-title="سؤال واحد"></div>',
        '<script async src="https://ask.example.com/static/surveys/embed.js"></script>',
    ]
    assert "No site may show it yet." in page.text("main")
    assert [client.get(f"/doors/{door.pk}/{part}").status_code for part in ("code.svg", "card/")] == [404, 404]


@pytest.mark.parametrize(("kind", "content_type"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_code_is_shown_or_taken_along(client: Client, bob: User, kind: str, content_type: str) -> None:
    client.force_login(bob)
    door = make_door()

    shown, taken = client.get(f"/doors/{door.pk}/code.{kind}"), client.get(f"/doors/{door.pk}/code.{kind}?download")

    assert (shown.headers["Content-Type"], "Content-Disposition" in shown.headers) == (content_type, False)
    assert taken.headers["Content-Disposition"] == f'attachment; filename="door-{door.pk}.{kind}"'
    assert shown.content == taken.content


@pytest.mark.parametrize(("query", "tag"), [("", "es"), ("?language=ar", "ar"), ("?language=xx", "es")])
def test_card_speaks_the_language_of_the_brand_or_another(client: Client, bob: User, query: str, tag: str) -> None:
    client.force_login(bob)
    door = make_door(campaign=make_campaign(brand=make_brand(default_language="es")))
    DoorText.objects.create(door=door, language="ar", heading="أهلًا بك")

    page = page_of(client.get(f"/doors/{door.pk}/card/{query}"))

    address = f"ask.example.com/o/{tokens.encode(door.token)}"
    assert (page.language[0], address in page.text("main")) == (tag, True)
    assert page.text("h1") == ("أهلًا بك" if tag == "ar" else "Una pregunta, diez segundos.")
    assert [image["src"] for image in page.find("img")] == [f"/doors/{door.pk}/code.svg"]
