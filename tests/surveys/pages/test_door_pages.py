"""What whoever comes in by a door sees: open link, kiosk, frame."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest
import time_machine
from django.conf import settings as project
from django.template import engines
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from surveys import content, languages, texts, tokens
from surveys.enums import DoorKind
from surveys.forms import MAX_COMMENT
from surveys.models import CampaignText, Contact, Door, DoorText, NetworkCount, Response
from tests.factories import make_brand, make_campaign, make_contact, make_door
from tests.sizes import pairs
from tests.surveys.pages.public import all_rows, page_of, strict_client
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
HOSTILE = "</textarea><script>alert(1)</script>{{ 7*7 }}\u202e<img src=x onerror=alert(2)>\"'>"
BAD_SCORES = ["", "-1", "11", "5.5", "5\x00", "٧", "1000000000", "05", " 5", "²", "x" * 10_000]


@pytest.fixture
def client() -> Client:
    return strict_client()


def url_of(door: Door) -> str:
    return f"/{'embed' if door.is_embedded else 'o'}/{tokens.encode(door.token)}"


def opened(client: Client, door: Door, **fields: Any) -> dict[str, Any]:
    """What a browser sends of the page with these fields filled in: its hidden fields go along."""
    page = page_of(client.get(url_of(door)))
    return {**{field["name"]: field["value"] for field in page.find("input", type="hidden")}, **fields}


def send(client: Client, door: Door, *, after: float = 10, **fields: Any) -> Any:
    """Open the page and send it so many seconds later."""
    with time_machine.travel(NOW, tick=False):
        form = opened(client, door, **fields)
    with time_machine.travel(NOW + dt.timedelta(seconds=after), tick=False):
        return client.post(url_of(door), form)


def follow(client: Client, response: Any, *, after: float = 11, **fields: Any) -> Any:
    with time_machine.travel(NOW + dt.timedelta(seconds=after), tick=False):
        return client.post(response.headers["Location"], fields) if fields else client.get(response.headers["Location"])


# ----------------------------------------------------------------------------------------------------------------- GET


@pytest.mark.once
@pytest.mark.parametrize("tag", texts.OFFERED)
def test_get_asks_with_no_number_chosen(client: Client, tag: str) -> None:
    page = page_of(client.get(url_of(make_door()), headers={"Accept-Language": tag}))

    assert page.language == (tag, languages.get(tag).direction)
    assert page.text("h1") == texts.table(tag)["door"]["heading"]
    assert (len(page.find("input", name="score")), page.chosen) == (11, [])
    assert [field["name"] for field in page.find("input", type="email")] == ["email"]
    assert texts.table(tag)["door"]["reply_text"] in page.text()


@pytest.mark.once
@pytest.mark.parametrize(("tag", "kind"), pairs(texts.OFFERED, list(DoorKind)))
def test_no_word_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch, kind: str, tag: str) -> None:
    brand = make_brand(privacy_url="https://aurora.example.com/privacy", contact_email="hello@aurora.example.com")
    door = make_door(kind=kind, campaign=make_campaign(brand=brand))
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "MISSING")  # type: ignore[attr-defined]
    pages = [send(client, door, spoken=tag, score=score, comment="x" * 6000) for score in (3, 8, 10)]
    pages = [follow(client, page) for page in pages]
    pages += [
        send(client, door, spoken=tag, comment="kept"),
        send(client, door, spoken=tag, score=3, reply="1", email="no"),
        send(client, door, spoken=tag, score=3, after=1),
        send(client, door, score=3, language=tag),
    ]

    assert [page.status_code for page in pages] == [200, 200, 200, 400, 400, 400, 200]
    assert [page_of(page).language[0] for page in pages] == [tag] * 7
    assert [b"MISSING" in page.content for page in pages] == [False] * 7


def test_get_changes_nothing_and_asks_the_database_twice(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    door = make_door()
    content.forget()
    client.get(url_of(door))
    before = all_rows()

    with django_assert_num_queries(2):
        response = client.get(url_of(door))

    assert all_rows() == before
    assert (dict(response.cookies), page_of(response).find("script"), len(response.content) < 12_000) == ({}, [], True)
    assert {name: response.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")} == {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }


def test_words_of_the_door_and_of_the_campaign_stand_on_the_page(client: Client) -> None:
    door = make_door()
    DoorText.objects.create(door=door, language="en", heading="Welcome to {{ company }}", text=HOSTILE)
    CampaignText.objects.create(campaign=door.campaign, language="en", question="Would you come again?")

    response = client.get(url_of(door))

    page = page_of(response)
    assert (page.text("h1"), page.text("legend").startswith("Would you come again?")) == ("Welcome to Aurora", True)
    assert b"<script>alert" not in response.content
    assert "{{ 7*7 }}" in page.text()


def test_door_that_does_not_ask_who_has_no_fields_for_it(client: Client) -> None:
    door = make_door(asks_who=False)

    page = page_of(client.get(url_of(door)))
    send(client, door, score=3, reply="1", name="Mira", email="mira@example.com")

    assert (page.find("input", type="email"), page.find("input", name="reply")) == ([], [])
    assert (Response.objects.get().contact, Contact.objects.count()) == (None, 0)


@pytest.mark.parametrize(("kind", "prefix"), [("link", "embed"), ("kiosk", "embed"), ("embed", "o")])
def test_door_has_one_address(client: Client, kind: str, prefix: str) -> None:
    door = make_door(kind=kind)

    assert client.get(f"/{prefix}/{tokens.encode(door.token)}").status_code == 404


def test_closed_and_unknown_doors_look_the_same(client: Client) -> None:
    closed, archived = make_door(is_open=False), make_door(campaign=make_campaign(status="archived"))
    addresses = [
        url_of(closed),
        url_of(archived),
        "/o/Zk3v9QmT0aYx7bLr2NcPdg",
        "/o/nothing",
        f"{url_of(closed)}/thanks/x",
    ]

    pages = [client.get(address) for address in addresses] + [client.post(url_of(closed), {"score": "3"})]

    assert {(page.status_code, page.content) for page in pages} == {(404, pages[0].content)}
    assert Response.objects.count() == 0


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("options", 405), ("put", 405), ("delete", 405)])
def test_other_methods_store_nothing(client: Client, method: str, status: int) -> None:
    door = make_door()
    before = all_rows()

    assert getattr(client, method)(url_of(door)).status_code == status
    assert all_rows() == before


# ---------------------------------------------------------------------------------------------------------------- POST


@pytest.mark.parametrize(
    ("kind", "band", "score"), [("link", "detractor", 3), ("kiosk", "passive", 8), ("embed", "promoter", 10)]
)
def test_post_records_and_thanks_by_band(client: Client, kind: str, band: str, score: int) -> None:
    door = make_door(kind=kind)

    response = send(client, door, score=score, comment="Good coffee")
    page = page_of(follow(client, response))

    kept = Response.objects.get()
    assert (response.status_code, response.headers["Location"].startswith(f"{url_of(door)}/thanks/")) == (303, True)
    assert (kept.channel, kept.door, kept.score, kept.comment, kept.contact) == (kind, door, score, "Good coffee", None)
    assert page.text("h1") == texts.table("en")[band]["thanks_heading"]


def test_post_without_a_number_keeps_every_word(client: Client) -> None:
    door = make_door()

    response = send(client, door, comment=HOSTILE, reply="1", name="Mira", email="mira@example.com")

    page = page_of(response)
    assert (response.status_code, Response.objects.count(), Contact.objects.count()) == (400, 0, 0)
    assert page.comment == HOSTILE
    assert [field.get("value") for field in page.find("input") if field["name"] in ("name", "email")] == [
        "Mira",
        "mira@example.com",
    ]
    assert "Choose a number from 0 to 10. Your comment is still here." in page.text("form")
    assert b"<script>" not in response.content


@pytest.mark.parametrize("score", BAD_SCORES)
def test_score_that_is_none_is_refused(client: Client, score: str) -> None:
    response = send(client, make_door(), score=score, comment="kept")

    assert (response.status_code, page_of(response).comment, Response.objects.count()) == (400, "kept", 0)


@pytest.mark.parametrize(
    ("comment", "kept"),
    [
        ("x" * 100_000, "x" * MAX_COMMENT),
        (" \n\t ", ""),
        ("\u200b\u200d", ""),
        ("a\u202eb", "ab"),
        ("😀𠮷 e\u0301", "😀𠮷 e\u0301"),
        ("nul\x00", "nul"),
    ],
)
def test_comment_is_cleaned_and_cut_with_a_word(client: Client, comment: str, kept: str) -> None:
    response = send(client, make_door(), score=3, comment=comment)

    assert Response.objects.get().comment == kept
    assert ("We kept the first 5000." in page_of(follow(client, response)).text()) == (len(comment) > MAX_COMMENT)


@pytest.mark.parametrize("after", [0, 1.9, 12 * 3600 + 1])
def test_form_that_comes_too_soon_or_too_late_is_asked_for_once_more(client: Client, after: float) -> None:
    door = make_door()

    response = send(client, door, after=after, score=3, comment="kept")
    page = page_of(response)
    with time_machine.travel(NOW + dt.timedelta(seconds=after + 3), tick=False):
        hidden = {field["name"]: field["value"] for field in page.find("input", type="hidden")}
        again = client.post(url_of(door), {**hidden, "score": page.chosen[0], "comment": page.comment})

    assert (response.status_code, page.chosen, page.comment) == (400, ["3"], "kept")
    assert "Please press the button once more." in page.text("form")
    assert (again.status_code, Response.objects.get().comment) == (303, "kept")


@pytest.mark.parametrize("seal", [None, "", "nonsense", "1.a:b", "\x00"])
def test_form_without_our_seal_is_no_answer(client: Client, seal: str | None) -> None:
    fields = {"score": "3"} if seal is None else {"score": "3", "seal": seal}

    response = client.post(url_of(make_door()), fields)

    assert (response.status_code, page_of(response).chosen, Response.objects.count()) == (400, ["3"], 0)


def test_form_sent_twice_is_one_answer(client: Client) -> None:
    door = make_door()
    with time_machine.travel(NOW, tick=False):
        form = opened(client, door, score=3)

    with time_machine.travel(NOW + dt.timedelta(seconds=5), tick=False):
        first, second = client.post(url_of(door), form), client.post(url_of(door), {**form, "score": 9})

    assert (first.headers["Location"], Response.objects.get().score) == (second.headers["Location"], 3)


@pytest.mark.usefixtures("shared_database")
def test_twenty_people_at_once_are_twenty_answers() -> None:
    door = make_door()
    with time_machine.travel(NOW, tick=False):
        forms = [opened(Client(), door, score=number % 11) for number in range(20)]

    with time_machine.travel(NOW + dt.timedelta(seconds=5), tick=False):
        results = at_once(*(partial(Client().post, url_of(door), form) for form in forms))

    assert [getattr(result, "status_code", result) for result in results] == [303] * 20
    assert (Response.objects.count(), NetworkCount.objects.get().answers) == (20, 20)


def test_many_answers_of_one_network_are_asked_to_wait_with_the_text_kept(client: Client) -> None:
    door = make_door(an_hour=1)
    send(client, door, score=9)

    response = send(client, door, score=3, comment="kept")

    page = page_of(response)
    assert (response.status_code, page.comment, page.chosen) == (429, "kept", ["3"])
    assert "Many answers came from here.Try again in an hour. Everything you typed is still here." in page.text("form")
    assert (response.headers["Retry-After"], Response.objects.count()) == ("3600", 1)


@pytest.mark.parametrize(("proxies", "taken"), [(0, 1), (1, 2)])
def test_network_is_read_from_the_proxy_only_where_there_is_one(settings: Settings, proxies: int, taken: int) -> None:
    settings.PROXIES = proxies
    door = make_door(an_hour=1)

    for address in ("203.0.113.9", "198.51.100.7"):
        send(Client(headers={"X-Forwarded-For": address}), door, score=9)

    assert Response.objects.count() == taken


# ----------------------------------------------------------------------------------------------------------------- who


def test_wish_for_a_reply_names_a_contact(client: Client) -> None:
    door = make_door()

    response = send(client, door, score=3, reply="1", name=" Mira\nLind ", email=" Mira@Example.COM ")
    page = page_of(follow(client, response))

    kept = Response.objects.select_related("contact").get()
    assert kept.contact is not None
    assert (kept.contact.email, kept.contact.name) == ("mira@example.com", "Mira Lind")
    assert (kept.wants_contact, kept.is_self_named) == (True, True)
    assert "We write to m•••@example.com." in page.text()


@pytest.mark.parametrize("email", ["", "mira", "mira@example", "mira@example.com, eve@example.com", "a" * 400])
def test_reply_without_an_address_is_asked_for(client: Client, email: str) -> None:
    response = send(client, make_door(), score=3, comment="kept", reply="1", name="Mira", email=email)

    page = page_of(response)
    assert (response.status_code, page.chosen, page.comment) == (400, ["3"], "kept")
    assert "Write an e-mail address that we can answer" in page.text("form")
    assert [link["href"] for link in page.find("a") if link["href"].startswith("#e")] == ["#email"]


def test_address_without_the_wish_is_not_kept(client: Client) -> None:
    send(client, make_door(), score=3, name="Mira", email="mira@example.com")

    assert (Response.objects.get().wants_contact, Contact.objects.count()) == (False, 0)


def test_thank_you_page_tells_nothing_of_a_known_person(client: Client) -> None:
    make_contact(email="mira@example.com", name="Secret Name", phone="0123456789")

    page = follow(client, send(client, make_door(), score=3, reply="1", name="Eve", email="mira@example.com"))

    assert [secret in page.content.decode() for secret in ("Secret Name", "0123456789", "mira@")] == [False] * 3


# ------------------------------------------------------------------------------------------------------------ language


def test_language_switch_keeps_what_was_typed_and_the_answer_has_the_language(client: Client) -> None:
    door = make_door()
    typed: dict[str, Any] = {"score": "3", "comment": HOSTILE, "reply": "1", "email": "mira@", "language": "ar"}

    page = page_of(send(client, door, **typed))
    hidden = {field["name"]: field["value"] for field in page.find("input", type="hidden")}

    assert (page.language, page.chosen, page.comment) == (("ar", "rtl"), ["3"], HOSTILE)
    with time_machine.travel(NOW + dt.timedelta(seconds=30), tick=False):
        response = client.post(url_of(door), {**hidden, "score": "3"})
    assert Response.objects.get().language == "ar"
    assert page_of(follow(client, response, after=31)).language == ("ar", "rtl")
    assert page_of(follow(client, response, after=31, language="es")).language == ("es", "ltr")


# -------------------------------------------------------------------------------------------------------------- thanks


def test_thanks_of_somebody_else_leads_to_the_question(client: Client) -> None:
    door, other = make_door(), make_door()
    location = send(client, door, score=3, comment="secret").headers["Location"]
    reference = location.rpartition("/")[2]

    for address in (
        f"{url_of(other)}/thanks/{reference}",
        f"{url_of(door)}/thanks/{reference}x",
        f"{url_of(door)}/thanks/1",
    ):
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (303, address.partition("/thanks")[0])


def test_thanks_is_shown_for_half_an_hour(client: Client) -> None:
    response = send(client, make_door(), score=3)

    assert [follow(client, response, after=seconds).status_code for seconds in (1800, 1815)] == [200, 303]


# --------------------------------------------------------------------------------------------------------------- kiosk


def test_kiosk_keeps_nothing_of_the_last_person(client: Client) -> None:
    door = make_door(
        kind="kiosk", campaign=make_campaign(brand=make_brand(default_language="es", contact_email="a@b.example.com"))
    )

    page = page_of(client.get(url_of(door), headers={"Accept-Language": "ar"}))
    thanks = follow(
        client, send(client, door, score=3, comment="secret", reply="1", email="mira@example.com", spoken="it")
    )

    assert page.language == ("es", "ltr")
    assert {field["autocomplete"] for field in page.find("input") if field["name"] in ("name", "email")} == {"off"}
    assert [form.get("autocomplete") for form in page.find("form", id="answer")] == ["off"]
    assert page_of(thanks).language == ("it", "ltr")
    refresh = f"12;url={url_of(door)}"
    assert [meta["content"] for meta in page_of(thanks).find("meta") if meta.get("http-equiv") == "refresh"] == [
        refresh
    ]
    assert [secret in thanks.content.decode() for secret in ("secret", "@example.com")] == [False, False]
    assert (thanks.headers["Cache-Control"], page.find("a", class_="logo"), page.find("nav")) == ("no-store", [], [])


# --------------------------------------------------------------------------------------------------------------- frame


def framing(response: Any) -> tuple[str, str]:
    policy = response.headers["Content-Security-Policy"].split("; ")
    (ancestors,) = [rule.partition(" ")[2] for rule in policy if rule.startswith("frame-ancestors")]
    return ancestors, response.headers.get("X-Frame-Options", "")


def test_only_its_own_sites_may_frame_an_embedded_door(client: Client) -> None:
    door = make_door(kind="embed", origins="https://www.example.com\nhttps://shop.example.com")
    sites = "https://www.example.com https://shop.example.com"
    answered = send(client, door, score=3)

    pages = [client.get(url_of(door)), send(client, door), answered, follow(client, answered)]

    assert [framing(page) for page in pages] == [(sites, "")] * 4
    Door.objects.update(is_open=False)
    closed = client.get(url_of(door))
    assert (closed.status_code, framing(closed)) == (404, (sites, ""))


@pytest.mark.parametrize("origins", ["", "https://x.example.com; script-src *\nnonsense"])
def test_embedded_door_without_sites_is_framed_by_nobody(client: Client, origins: str) -> None:
    assert framing(client.get(url_of(make_door(kind="embed", origins=origins)))) == ("'none'", "")


@pytest.mark.parametrize("kind", ["link", "kiosk"])
def test_other_doors_are_never_framed(client: Client, kind: str) -> None:
    door = make_door(kind=kind, origins="https://www.example.com")

    assert framing(client.get(url_of(door))) == ("'none'", "DENY")
    assert framing(client.get("/embed/nothing")) == ("'none'", "DENY")


def test_forms_stay_in_the_frame_and_links_leave_it(client: Client) -> None:
    page = page_of(client.get(url_of(make_door(kind="embed"))))

    assert [base["target"] for base in page.find("base")] == ["_blank"]
    assert {form["target"] for form in page.find("form")} == {"_self"}


def test_script_for_other_sites_is_small_and_needs_nothing() -> None:
    script = (project.BASE_DIR / "surveys" / "static" / "surveys" / "embed.js").read_text(encoding="utf-8")

    assert len(script.encode()) < 2_000
    assert "import" not in script
