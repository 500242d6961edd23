from __future__ import annotations

import datetime as dt
import gzip
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.template import engines
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page as BrowserPage
from pytest_django import DjangoAssertNumQueries
from pytest_django.live_server_helper import LiveServer

import surveys
from surveys import languages, mail, responses, texts, tokens
from surveys.enums import Style
from surveys.forms import MAX_COMMENT
from surveys.models import CampaignText, Click, Contact, Invitation, PageText, Response, Revision
from tests.factories import (
    make_brand,
    make_campaign,
    make_contact,
    make_invitation,
    make_message,
    make_response,
    make_wave,
)
from tests.looks import faults
from tests.sizes import pairs
from tests.surveys.pages.public import (
    HOSTILE_TEXT,
    Page,
    all_rows,
    answer_url,
    exit_url,
    foreign,
    nonce_of,
    page_of,
    send,
    strict_client,
    thanks_url,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
BANDS = [("detractor", "red", 3), ("passive", "yellow", 8), ("promoter", "green", 10)]
BAD_SCORES = ["-1", "11", "5.5", "5%00", "%D9%A7", "1000000000", "05", "5%20", "+5", "5e0", "²", "x" * 10_000, "5/"]


@pytest.fixture
def client() -> Client:
    return strict_client()


def asked(**fields: Any) -> Invitation:
    return make_message(invitation=make_invitation(**fields)).invitation  # type: ignore[return-value]


# ----------------------------------------------------------------------------------------------------------------- GET


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize(("band", "tone", "score"), BANDS)
def test_get_shows_the_page_of_the_band_with_the_score_chosen(
    client: Client, band: str, tone: str, score: int, tag: str
) -> None:
    invitation = asked(contact=make_contact(language=tag))

    page = page_of(client.get(answer_url(invitation, score)))

    assert page.language == (tag, languages.get(tag).direction)
    assert [main["class"] for main in page.find("main")] == [f"split {tone}"]
    assert page.text("h1") == texts.table(tag)[band]["heading"]
    assert languages.get(tag).prompts[band] in page.text("form")
    assert page.chosen == [str(score)]
    assert [field["value"] for field in page.find("input", name="score")] == [str(number) for number in range(11)]
    assert [field["name"] for field in page.find("input", type="tel")] == (["phone"] if band == "detractor" else [])


@pytest.mark.once
@pytest.mark.parametrize(("tag", "score"), pairs(texts.OFFERED, [3, 8, 10]))
def test_no_word_of_a_page_is_missing(client: Client, monkeypatch: pytest.MonkeyPatch, score: int, tag: str) -> None:
    brand = make_brand(privacy_url="https://aurora.example.com/privacy", contact_email="hello@aurora.example.com")
    invitation = asked(wave=make_wave(campaign=make_campaign(brand=brand)), contact=make_contact(language=tag))
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "MISSING")  # type: ignore[attr-defined]

    pages = [
        client.get(answer_url(invitation, score)),
        send(client, invitation, score, {"comment": "kept"}),
        send(client, invitation, score, {"score": score, "contact": "1"}, follow=True),
        send(client, invitation, score, {"score": score, "comment": "x" * 6000}, follow=True),
        client.get("/r/nowhere/3"),
    ]

    assert [page.status_code for page in pages] == [200, 400, 200, 200, 404]
    assert [b"MISSING" in page.content for page in pages] == [False] * 5


def test_get_stores_a_click_and_nothing_else(client: Client) -> None:
    invitation = asked()
    before = all_rows()

    client.get(answer_url(invitation, 3))

    assert list(Click.objects.values_list("invitation", "score")) == [(invitation.pk, 3)]
    assert all_rows() == before


@pytest.mark.parametrize("header", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_fetching_ahead_stores_nothing(client: Client, header: str) -> None:
    invitation = asked()

    response = client.get(answer_url(invitation, 3), headers={header: "prefetch;prerender"})

    assert (response.status_code, Click.objects.count()) == (200, 0)


@pytest.mark.parametrize(("method", "status"), [("head", 200), ("options", 405), ("put", 405), ("delete", 405)])
def test_other_methods_store_nothing(client: Client, method: str, status: int) -> None:
    invitation = asked()
    before = all_rows()

    response = getattr(client, method)(answer_url(invitation, 3))

    assert (response.status_code, Click.objects.count()) == (status, 0)
    assert all_rows() == before


def test_page_is_kept_by_nobody_and_needs_neither_cookie_nor_script(client: Client) -> None:
    invitation = asked()

    response = client.get(answer_url(invitation, 3))

    page = page_of(response)
    kept = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    assert {name: response.headers[name] for name in kept} == kept
    assert response.headers["Content-Language"] == "en"
    assert (dict(response.cookies), foreign(page)) == ({}, [])
    assert len(response.content) < 12_000


def test_page_takes_the_colours_of_the_brand_under_a_nonce(client: Client) -> None:
    brand = make_brand(colour="#123456", colour_dark="#fedcba")
    invitation = asked(wave=make_wave(campaign=make_campaign(brand=brand)))

    response = client.get(answer_url(invitation, 3))

    page = page_of(response)
    (style,) = page.find("style")
    assert page.text("style") == ":root{--brand:#123456;--brand-dark:#fedcba}"
    assert f"'nonce-{style['nonce']}'" in response.headers["Content-Security-Policy"]


def test_neutral_page_has_no_colour_of_a_band(client: Client) -> None:
    invitation = asked(style=Style.NEUTRAL)

    page = page_of(client.get(answer_url(invitation, 3)))

    assert [main["class"] for main in page.find("main")] == ["split "]
    assert page.find("fieldset")[0]["class"] == "scale neutral"


def test_page_speaks_the_words_of_the_campaign(client: Client) -> None:
    invitation = asked(contact=make_contact(name="Mira Khan"))
    campaign = invitation.wave.campaign
    CampaignText.objects.create(campaign=campaign, language="en", question="Would you recommend {{ company }}?")
    PageText.objects.create(
        campaign=campaign,
        language="en",
        band="detractor",
        heading="We are sorry, {{ first_name }}.",
        text="First.\n\nSecond <b>.",
    )

    page = page_of(client.get(answer_url(invitation, 3)))

    assert page.text("h1") == "We are sorry, Mira."
    assert "Would you recommend Aurora?" in page.text("form")
    assert "First. Second <b>." in page.text("main")
    assert "What is the main thing we should improve?" in page.text("form")


@pytest.mark.parametrize(
    ("zone", "closes_at", "shown"),
    [
        ("UTC", dt.datetime(2026, 12, 7, 14, tzinfo=dt.UTC), "6 December"),
        ("Pacific/Auckland", dt.datetime(2026, 12, 7, 14, tzinfo=dt.UTC), "7 December"),
        ("Nowhere/Town", dt.datetime(2026, 12, 7, 14, tzinfo=dt.UTC), "6 December"),
        ("Asia/Tokyo", NOW + dt.timedelta(hours=1), "24 November, 23:00"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_page_says_until_when_an_answer_can_be_changed(
    client: Client, zone: str, closes_at: dt.datetime, shown: str
) -> None:
    invitation = asked(contact=make_contact(timezone=zone), closes_at=closes_at)

    page = page_of(client.get(answer_url(invitation, 3)))

    assert f"You can change it until {shown}." in page.text("form")


def test_page_shows_the_answer_that_stands_with_the_score_of_the_link(client: Client) -> None:
    invitation = asked()
    responses.record(
        invitation,
        score=3,
        comment="\nToo <slow>",
        language="en",
        wants_contact=True,
        phone="+44 20",
        good_time="Mondays",
    )

    page = page_of(client.get(answer_url(invitation, 6)))

    assert (page.chosen, page.comment) == (["6"], "\nToo <slow>")
    assert ["checked" in field for field in page.find("input", name="contact")] == [True]
    assert [field["value"] for field in page.find("input", name="phone")] == ["+44 20"]
    assert [field["value"] for field in page.find("input", name="when")] == ["Mondays"]


def test_page_asks_the_database_a_fixed_number_of_times(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, second = asked(), asked()
    client.get(answer_url(first, 3))

    # The invitation with all that belongs to it, and the click: what the campaign shows is kept in memory.
    with django_assert_num_queries(2):
        client.get(answer_url(first, 3))

    # What it shows was not read yet: words of mail and page, own and standard reasons, questions, review sites.
    with django_assert_num_queries(8):
        client.get(answer_url(second, 3))


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize("score", [3, 8, 10])
def test_page_with_its_style_sheet_weighs_less_than_twelve_kilobytes(client: Client, score: int, tag: str) -> None:
    invitation = asked(contact=make_contact(language=tag))
    sheet = (Path(surveys.__path__[0]) / "static" / "surveys" / "public.css").read_bytes()

    page = client.get(answer_url(invitation, score)).content

    assert len(gzip.compress(page)) + len(gzip.compress(sheet)) <= 12_000


def test_edit_of_a_text_shows_on_the_next_page(client: Client) -> None:
    invitation = asked()
    text = PageText.objects.create(
        campaign=invitation.wave.campaign, language="en", band="detractor", heading="As it was"
    )
    before = page_of(client.get(answer_url(invitation, 3))).text("h1")

    text.heading = "As it is"
    text.save(update_fields=["heading"])
    after = page_of(client.get(answer_url(invitation, 3))).text("h1")
    text.delete()

    assert (before, after) == ("As it was", "As it is")
    assert page_of(client.get(answer_url(invitation, 3))).text("h1") == texts.table("en")["detractor"]["heading"]


# ---------------------------------------------------------------------------------------------------------------- POST


@pytest.mark.parametrize(("band", "tone", "score"), BANDS)
def test_post_records_the_answer_and_leads_to_the_thank_you_page(
    client: Client, band: str, tone: str, score: int
) -> None:
    invitation = asked(contact=make_contact(language="it"))

    response = send(client, invitation, score, {"score": str(score), "comment": "  Line 1\r\nLine 2  "})

    assert (response.status_code, response.headers["Location"]) == (303, thanks_url(invitation))
    given = Response.objects.get()
    assert (given.invitation, given.score, given.band, given.language) == (invitation, score, band, "it")
    assert given.comment == "Line 1\nLine 2"
    assert dict(response.cookies) == {}


def test_post_takes_the_score_that_was_sent_not_the_one_of_the_link(client: Client) -> None:
    invitation = asked()

    response = send(client, invitation, 3, {"score": "9"}, follow=True)

    assert Response.objects.get().score == 9
    assert [main["class"] for main in page_of(response).find("main")] == ["split green"]


def test_post_keeps_the_wish_to_be_contacted(client: Client) -> None:
    invitation = asked()

    send(
        client,
        invitation,
        3,
        {"score": "3", "contact": "1", "phone": " +44 20\r\n7946 0041 ", "when": "Mondays\x00 " + "x" * 200},
    )

    given = Response.objects.get()
    assert (given.wants_contact, given.phone) == (True, "+44 20 7946 0041")
    assert given.good_time == "Mondays " + "x" * 112


def test_post_without_the_wish_keeps_no_phone_number(client: Client) -> None:
    invitation = asked()

    send(client, invitation, 3, {"score": "3", "phone": "+44 20 7946 0041", "when": "Mondays"})

    given = Response.objects.get()
    assert (given.wants_contact, given.phone, given.good_time) == (False, "", "")


def test_same_answer_sent_twice_is_one_version(client: Client) -> None:
    invitation = asked()

    for _ in range(2):
        send(client, invitation, 3, {"score": "3", "comment": "Slow"})

    assert (Response.objects.count(), Revision.objects.count()) == (1, 1)


def test_two_tabs_make_one_answer_with_the_history_of_both(client: Client) -> None:
    invitation = asked()

    send(client, invitation, 3, {"score": "3", "comment": "Slow"})
    send(client, invitation, 9, {"score": "9", "comment": "Mended"})

    assert Response.objects.get().score == 9
    assert list(Revision.objects.order_by("number").values_list("score", "comment")) == [(3, "Slow"), (9, "Mended")]


def test_many_answers_at_once_make_one_with_the_history_of_all(shared_database: None) -> None:
    invitation = asked()

    sent = at_once(*[partial(send, Client(), invitation, 3, {"score": str(number % 11)}) for number in range(20)])

    assert [getattr(answer, "status_code", answer) for answer in sent] == [303] * 20
    given = Response.objects.get()
    numbers = list(Revision.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, given.revision + 1))
    assert Revision.objects.get(number=given.revision).score == given.score


@pytest.mark.parametrize("score", [None, "", "11", "-1", "05", "٧", "5.5", "5\x00", "x"])
def test_post_without_a_score_asks_again_and_keeps_what_was_typed(client: Client, score: str | None) -> None:
    invitation = asked()
    typed = {"comment": "I would like to <pause>.", "contact": "1", "phone": "+44 20", "when": "Mondays"}

    response = send(client, invitation, 3, typed | ({} if score is None else {"score": score}))

    page = page_of(response)
    message = "Choose a number from 0 to 10. Your comment is still here."
    assert (response.status_code, Response.objects.count()) == (400, 0)
    assert page.text("main").count(message) == 2
    assert [field["role"] for field in page.find("div", class_="error")] == ["alert"]
    assert [field["aria-describedby"] for field in page.find("fieldset", class_="scale bad")] == ["score-error"]
    assert (page.chosen, page.comment) == ([], "I would like to <pause>.")
    assert [field["value"] for field in page.find("input", name="phone")] == ["+44 20"]
    assert ["checked" in field for field in page.find("input", name="contact")] == [True]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("   \r\n\t ", ""),
        ("\N{ZERO WIDTH SPACE}\N{ZERO WIDTH JOINER}", ""),
        ("\x00a\x00", "a"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}abc", "abc"),
        ("a\N{ZERO WIDTH SPACE}b", "a\N{ZERO WIDTH SPACE}b"),
        ("👍🏽 👩‍👩‍👧", "👍🏽 👩‍👩‍👧"),
        ("𠜎𠜱 很好", "𠜎𠜱 很好"),
        ("e" + "\N{COMBINING ACUTE ACCENT}" * 100, "e" + "\N{COMBINING ACUTE ACCENT}" * 100),
        (HOSTILE_TEXT, HOSTILE_TEXT),
        ("\ud800x", "x"),
    ],
)
def test_comment_is_stored_as_it_was_meant(client: Client, typed: str, stored: str) -> None:
    invitation = asked()
    body = f"nonce={nonce_of(invitation)}&score=3&comment={_quoted(typed)}"

    response = client.post(
        answer_url(invitation, 3), body, content_type="application/x-www-form-urlencoded", follow=True
    )

    assert (response.status_code, Response.objects.get().comment.replace("\ufffd", "")) == (200, stored)


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("length", "kept", "address"),
    [(MAX_COMMENT, MAX_COMMENT, ""), (MAX_COMMENT + 1, MAX_COMMENT, "?cut=1"), (100_000, MAX_COMMENT, "?cut=1")],
)
def test_comment_that_is_too_long_is_cut_with_a_notice(client: Client, length: int, kept: int, address: str) -> None:
    invitation = asked()

    response = send(client, invitation, 3, {"score": "3", "comment": "很" * length})

    assert Response.objects.get().comment == "很" * kept
    assert response.headers["Location"] == thanks_url(invitation) + address


def test_hostile_comment_is_inert_on_every_page_that_shows_it(client: Client) -> None:
    invitation = asked()

    pages = [
        page_of(send(client, invitation, 3, {"comment": HOSTILE_TEXT})),
        page_of(send(client, invitation, 3, {"comment": HOSTILE_TEXT, "language": "es"})),
        page_of(send(client, invitation, 3, {"comment": HOSTILE_TEXT, "score": "3"}, follow=True)),
        page_of(client.get(answer_url(invitation, 3))),
    ]

    assert [HOSTILE_TEXT in page.text("main") for page in pages] == [True] * 4
    assert [foreign(page) for page in pages] == [[]] * 4
    assert [name for page in pages for _, attrs in page.tags for name in attrs if name.startswith("on")] == []


def test_hostile_names_are_inert(client: Client) -> None:
    brand = make_brand(
        name=HOSTILE_TEXT[:120], short_name=HOSTILE_TEXT[:60], postal_address=HOSTILE_TEXT,
        site_url="javascript:alert(1)", privacy_url="data:text/html,<script>alert(1)</script>",
    )  # fmt: skip
    contact = make_contact(name=HOSTILE_TEXT.replace(" ", "_"), properties={HOSTILE_TEXT: HOSTILE_TEXT})
    invitation = asked(wave=make_wave(campaign=make_campaign(brand=brand)), contact=contact)
    PageText.objects.create(
        campaign=invitation.wave.campaign,
        language="en",
        band="detractor",
        heading="{{ first_name }}",
        text=HOSTILE_TEXT,
    )

    page = page_of(client.get(answer_url(invitation, 3)))

    assert page.text("h1") == contact.first_name
    assert foreign(page) == []
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []
    assert [link["href"] for link in page.find("a") if not link["href"].startswith(("#", "/"))] == []


# ------------------------------------------------------------------------------------------------------------ language


def test_language_is_changed_without_losing_what_was_typed(client: Client) -> None:
    invitation = asked()
    known = Contact.objects.get()
    before = all_rows()
    typed = {"score": "5", "comment": "Typed <here>\nand there", "contact": "1", "phone": "+44", "when": "Mondays"}

    page = page_of(send(client, invitation, 3, {**typed, "language": "ar"}))

    assert page.language == ("ar", "rtl")
    assert (page.chosen, page.comment) == (["5"], "Typed <here>\nand there")
    assert [field["value"] for field in page.find("input", name="phone")] == ["+44"]
    invitation.refresh_from_db()
    assert (invitation.language, invitation.contact.language) == ("ar", "ar")
    Invitation.objects.update(language="")
    Contact.objects.update(language="", updated_at=known.updated_at)
    assert (all_rows(), Click.objects.count()) == (before, 0)


def test_language_stays_chosen(client: Client) -> None:
    invitation = asked(contact=make_contact(language="es"))
    send(client, invitation, 3, {"language": "zh-Hans"})

    page = page_of(client.get(answer_url(invitation, 3)))

    assert page.language == ("zh-Hans", "ltr")


@pytest.mark.parametrize("wish", ["", "xx", "sv", "<script>", "a" * 10_000, "\x00"])
def test_language_that_is_not_offered_changes_nothing(client: Client, wish: str) -> None:
    invitation = asked(contact=make_contact(language="es"))

    response = send(client, invitation, 3, {"language": wish, "score": "3"})

    assert (response.status_code, page_of(response).language) == (200, ("es", "ltr"))
    assert (Invitation.objects.get().language, Response.objects.count()) == ("", 0)


def test_language_buttons_belong_to_the_form_and_enter_does_not_press_them(client: Client) -> None:
    invitation = asked()

    page = page_of(client.get(answer_url(invitation, 3)))

    buttons = [attrs for attrs in page.find("button") if attrs.get("form") == "answer"]
    assert [button.get("name", "") for button in buttons] == ["", *["language"] * len(texts.OFFERED)]
    assert [button["value"] for button in buttons[1:]] == list(texts.OFFERED)
    assert ["formnovalidate" in button for button in buttons] == [False, *[True] * len(texts.OFFERED)]


# -------------------------------------------------------------------------------------------------------------- closed


def closed_addresses() -> dict[str, str]:
    """An address for each way in which a link is not open."""
    past = timezone.now() - dt.timedelta(seconds=1)
    erased = make_invitation(contact=make_contact())
    token = tokens.encode(make_invitation().token)
    addresses = {
        "expired": answer_url(make_invitation(closes_at=past), 3),
        "skipped": answer_url(make_invitation(skip_reason="throttled"), 3),
        "erased": answer_url(erased, 3),
        "unknown": "/r/AAAAAAAAAAAAAAAAAAAAAA/3",
        "malformed": "/r/nonsense/3",
        "truncated": f"/r/{token[:-1]}/3",
        "upper case": f"/r/{token.upper()}/3",
        "very long": f"/r/{'x' * 10_000}/3",
        "no score": f"/r/{token}",
        "empty score": f"/r/{token}/",
        "not answered": f"/r/{token}/thanks",
        "nothing": "/r/",
        **{f"score {number}": f"/r/{token}/{score}" for number, score in enumerate(BAD_SCORES)},
    }
    erased.contact.delete()
    del addresses["nothing"]  # no address of ours: Django's own page
    return addresses


@pytest.mark.parametrize("method", ["get", "post"])
def test_whatever_is_not_open_gets_the_same_page(client: Client, method: str) -> None:
    addresses = closed_addresses()
    before = all_rows()

    pages = {
        why: getattr(client, method)(url, {"score": "3", "comment": "x"} if method == "post" else {})
        for why, url in addresses.items()
    }

    assert {why: page.status_code for why, page in pages.items()} == dict.fromkeys(pages, 404)
    bodies = {page.content for page in pages.values()}
    headers = {tuple(sorted(page.headers.items())) for page in pages.values()}
    assert (len(bodies), len(headers)) == (1, 1)
    assert b"This link is not open." in bodies.pop()
    assert (all_rows(), Click.objects.count(), Response.objects.count()) == (before, 0, 0)


@pytest.mark.parametrize(("accepted", "language"), [("ar;q=0.9, sv", "ar"), ("es-MX", "es"), ("sv", "it"), ("", "it")])
def test_closed_page_speaks_the_language_of_the_browser_then_of_the_brand(
    client: Client, accepted: str, language: str
) -> None:
    make_brand(default_language="it")

    page = page_of(client.get("/r/nonsense/3", headers={"Accept-Language": accepted}))

    assert page.language[0] == language


def test_closed_page_changes_its_language(client: Client) -> None:
    response = client.post("/r/nonsense/3", {"language": "ar"})

    assert (response.status_code, page_of(response).language) == (404, ("ar", "rtl"))


def test_closed_page_names_the_only_brand_and_none_of_several(client: Client) -> None:
    make_brand(name="Aurora", contact_email="hello@aurora.example.com")
    alone = page_of(client.get("/r/nonsense/3"))
    make_brand(name="Borealis")
    together = page_of(client.get("/r/nonsense/3"))

    assert alone.text("title") == "Link not open – Aurora"
    assert [link["href"] for link in alone.find("a", class_="btn")] == ["mailto:hello@aurora.example.com"]
    assert together.text("title") == "Link not open"
    assert "Aurora" not in together.text()


def test_answer_that_comes_after_the_end_is_not_taken(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    invitation = asked()
    unknown = client.get("/r/nonsense/3").content

    def closes_meanwhile(*_args: Any, **_kwargs: Any) -> None:
        raise responses.NotOpen

    monkeypatch.setattr(responses, "lock", closes_meanwhile)
    response = send(client, invitation, 3, {"score": "3"})

    assert (response.status_code, response.content) == (404, unknown)


# --------------------------------------------------------------------------------------------- acceptance: every link


@pytest.mark.parametrize(("tag", "method"), pairs(texts.OFFERED, ["get", "head"]))
def test_opening_every_link_of_a_mail_changes_nothing_but_clicks(client: Client, method: str, tag: str) -> None:
    brand = make_brand(privacy_url="https://ask.example.com/r/not-ours")
    wave = make_wave(campaign=make_campaign(brand=brand))
    message = make_message(invitation=make_invitation(wave=wave, contact=make_contact(language=tag)))
    make_response(invitation=message.invitation)
    letter = mail.invitation(message)
    links = [attrs["href"] for attrs in Page(str(letter.alternatives[0][0])).find("a")]
    links += [word for word in str(letter.body).split() if word.startswith("https://")]
    links += [letter.extra_headers["List-Unsubscribe"].strip("<>")]
    before = all_rows()

    statuses = [getattr(client, method)(link.removeprefix("https://ask.example.com")).status_code for link in links]

    assert len(links) == 2 * (11 + 3) + 1 + 1  # the decoy is in the HTML part alone
    assert set(statuses) == {200, 404}
    assert all_rows() == before
    assert Click.objects.count() == (2 * 11 + 1 if method == "get" else 0)


# ------------------------------------------------------------------------------------------------------------- browser


@pytest.mark.browser
def test_page_in_a_browser_without_script(live_server: LiveServer, page: BrowserPage) -> None:
    invitation = asked(contact=make_contact(language="ar"))
    context = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    phone = context.new_page()
    phone.set_viewport_size({"width": 320, "height": 640})

    phone.goto(live_server.url + answer_url(invitation, 3))
    phone.fill("#comment", "بطيء")
    phone.check("#contact")
    phone.wait_for_timeout(2100)  # sooner, no person has read the page
    phone.fill("#phone", "+44 20 7946 0041")
    phone.press("#phone", "Enter")
    phone.wait_for_url("**/thanks")

    given = Response.objects.get()
    assert (given.score, given.comment, given.phone) == (3, "بطيء", "+44 20 7946 0041")
    assert context.cookies() == []
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("tag", ["en", "ar", "es"])
def test_page_in_a_narrow_browser_never_scrolls_sideways(live_server: LiveServer, page: BrowserPage, tag: str) -> None:
    invitation = asked(contact=make_contact(language=tag))
    responses.record(invitation, score=3, comment="x" * 500 + " e" + "\N{COMBINING ACUTE ACCENT}" * 200, language=tag)
    page.set_viewport_size({"width": 320, "height": 640})

    widths = []
    for url in (answer_url(invitation, 3), answer_url(invitation, 10), thanks_url(invitation), "/r/nonsense/3"):
        page.goto(live_server.url + url)
        widths.append(page.evaluate("document.documentElement.scrollWidth"))

    assert widths == [320] * 4


@pytest.mark.browser
@pytest.mark.parametrize("tag", ["en", "ar"])
def test_pages_have_no_barrier_that_axe_knows(live_server: LiveServer, page: BrowserPage, tag: str) -> None:
    message = make_message(invitation=make_invitation(contact=make_contact(language=tag)))
    invitation = message.invitation
    assert invitation is not None
    responses.record(invitation, score=3, comment="Slow", language=tag, wants_contact=True)

    found = {}
    for url in (
        answer_url(invitation, 3),
        answer_url(invitation, 8),
        thanks_url(invitation),
        exit_url(message),
        "/r/x/3",
    ):
        page.goto(live_server.url + url)
        found[url] = faults(page)

    assert found == {url: [] for url in found}


def test_form_that_comes_back_is_as_old_as_when_it_was_shown(client: Client) -> None:
    invitation = make_invitation()
    old, second = nonce_of(invitation), nonce_of(invitation, is_second=True)

    pages = [send(client, invitation, 9, {"score": "", "nonce": nonce}).content.decode() for nonce in (old, second)]
    answered = send(client, invitation, 9, {"score": "9", "nonce": old})

    assert [old in pages[0], second in pages[1]] == [True, False]
    assert (answered.status_code, Response.objects.get().score) == (303, 9)
