"""The page without a login where an advocate says yes or no."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from advocacy import mail, stories
from advocacy.enums import AskKind, AskStage, AskStatus
from advocacy.models import Advocate, Ask, ReferralLink, Testimonial
from surveys import consents, texts, tokens
from surveys.models import Consent
from tests.advocacy.pages.casework import text_of
from tests.factories import (
    make_advocate,
    make_ask,
    make_brand,
    make_contact,
    make_deletion_request,
    make_message,
    make_offer,
)
from tests.looks import faults
from tests.surveys.pages.public import all_rows, page_of, strict_client

pytestmark = pytest.mark.django_db

UNKNOWN = "/a/AAAAAAAAAAAAAAAAAAAAAA"
HOSTILE = ["</textarea><script>alert(1)</script>", "{{ 7|add:7 }}", "\u202eevil", "x" * 100_000]


@pytest.fixture
def client() -> Client:
    make_brand(short_name="Aurora")
    return strict_client()


def make_sent(**fields: object) -> Ask:
    contact = make_contact(email="mira@example.com", name="Mira", language=fields.pop("language", "en"))
    message = make_message(invitation=None, contact=contact, letter="ask", purpose="marketing", status="sent")
    fields = {"advocate": make_advocate(contact=contact), "status": AskStatus.SENT, "message": message, **fields}
    return make_ask(**fields)


def url(ask: Ask) -> str:
    return f"/a/{tokens.encode(ask.token)}"


@pytest.mark.parametrize("kind", AskKind.values)
def test_page_asks_for_one_favour_and_looking_changes_nothing(client: Client, kind: str) -> None:
    ask = make_sent(kind=kind)
    before = all_rows()

    response = client.get(url(ask))

    page, words = page_of(response), texts.table("en")[f"ask_{kind}"]
    assert words["sentence"].replace("{{ company }}", "Aurora") in text_of(response).replace("  ", " ")
    assert [field["value"] for field in page.find("input", name="answer")] == ["yes", "will", "not_now", "never"]
    assert all_rows() == before


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_page_speaks_the_language_of_the_advocate(client: Client, tag: str) -> None:
    response = client.get(url(make_sent(language=tag)))

    assert " ".join(texts.table(tag)["ask"]["legend"].split()) in text_of(response)
    assert response.headers["Content-Language"] == tag


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ("yes", "sent", "A person from our team gets in touch with you soon."),
        ("will", "sent", "Take your time. We send no reminder."),
        ("not_now", "declined", "We do not ask for this again for half a year."),
        ("never", "declined", "If you change your mind, write to us."),
    ],
)
def test_post_is_kept_and_told(client: Client, said: str, status: str, words: str) -> None:
    ask = make_sent()

    responses = [client.post(url(ask), {"answer": said}) for _ in range(2)]

    assert [response.status_code for response in responses] == [200, 200]
    assert all(words in text_of(response) for response in responses)
    assert (Ask.objects.get().status, Ask.objects.get().answer) == (status, said)
    assert Advocate.objects.get().do_not_ask is (said == "never")


@pytest.mark.parametrize("tag", ["en", "ar"])
@pytest.mark.parametrize("said", ["yes", "will"])
def test_whoever_will_recommend_us_gets_the_personal_link(client: Client, said: str, tag: str) -> None:
    ask = make_sent(language=tag)
    make_offer(brand=mail.brand_of(ask.contact))

    posted, again = (client.post(url(ask), {"answer": said}) for _time in range(2))
    seen = client.get(url(ask))

    link, words = ReferralLink.objects.get(), texts.table(tag)["referral"]
    for response in (posted, again, seen):
        page = page_of(response)
        addresses = page.all("a", "href")
        assert f"/f/own/{tokens.encode(link.token)}" in addresses
        assert sum(address.endswith(f"/f/{link.code}") for address in addresses) == 1
        assert all(words[key] in page.text() for key in ("own_sentence", "own_title"))


@pytest.mark.parametrize(
    ("kind", "said", "is_open"),
    [
        ("referral", "not_now", True),
        ("referral", "never", True),
        ("testimonial", "yes", True),
        ("referral", "yes", False),
    ],
)
def test_nobody_else_is_shown_a_link(client: Client, kind: str, said: str, is_open: bool) -> None:
    ask = make_sent(kind=kind)
    make_offer(brand=mail.brand_of(ask.contact), is_open=is_open)

    response = client.post(url(ask), {"answer": said})

    assert "/f/" not in response.content.decode()
    assert ReferralLink.objects.count() == (0 if is_open else 1)


def test_switch_of_language_decides_nothing(client: Client) -> None:
    ask = make_sent()

    response = client.post(url(ask), {"language": "de", "answer": "yes"})

    assert "Ein Gefallen" in response.content.decode()
    assert Ask.objects.get().answer == ""


@pytest.mark.parametrize("said", ["", "maybe", *HOSTILE])
def test_what_is_no_answer_is_asked_again(client: Client, said: str) -> None:
    ask = make_sent()

    response = client.post(url(ask), {"answer": said})

    assert (response.status_code, "Choose one of the four." in text_of(response)) == (400, True)
    assert "<script>alert" not in response.content.decode()
    assert Ask.objects.get().answer == ""


@pytest.mark.parametrize("status", ["planned", "expired", "dropped", "done"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_over_or_not_sent_is_a_closed_page(client: Client, status: str, method: str) -> None:
    ask = make_sent(status=status)

    response = getattr(client, method)(url(ask), {"answer": "yes"})
    unknown = getattr(client, method)(UNKNOWN, {"answer": "yes"})

    assert (response.status_code, response.content) == (404, unknown.content)
    assert Ask.objects.get().answer == ""


def test_hostile_name_is_text(client: Client) -> None:
    ask = make_sent()
    ask.contact.name = "<script>alert(1)</script>"
    ask.contact.save(update_fields=["name"])

    assert "<script>alert" not in client.get(url(ask)).content.decode()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)(url(make_sent())).status_code == 405


# ------------------------------------------------------------------------------------------- the words of a testimonial

WORDS = "It never lets me down."


def make_asked(**fields: object) -> Ask:
    return make_sent(kind=AskKind.TESTIMONIAL, **fields)


def wording(ask: Ask, tag: str = "en") -> stories.Wording:
    brand = mail.brand_of(ask.contact)
    assert brand
    return stories.wording(brand, tag)


def write(client: Client, ask: Ask, *, tag: str = "en", **fields: Any) -> Any:
    """Post the form of the page with words, a tick and a name, but for what is said otherwise."""
    said = {"tag": tag, "words": WORDS, "quote": wording(ask, tag).version, "quote_name": "Mira K.", "quote_role": ""}
    return client.post(url(ask), {name: value for name, value in {**said, **fields}.items() if value is not None})


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_ask_for_words_takes_them_with_an_empty_tick_and_the_whole_wording(client: Client, tag: str) -> None:
    ask = make_asked(language=tag)
    before = all_rows()

    page = page_of(client.get(url(ask)))

    (tick,) = page.find("input", name="quote")
    assert ("checked" in tick, tick["value"]) == (False, wording(ask, tag).version)
    assert [field["maxlength"] for field in page.find("textarea", name="words")] == ["5000"]
    assert [field["value"] for field in page.find("input", name="quote_name")] == ["Mira"]
    told = " ".join(page.text("form").replace("\u00a0", " ").split())
    consent = " ".join(wording(ask, tag).text.replace("\u00a0", " ").split())
    assert consent in told
    assert all(texts.table(tag)["ask_testimonial"][key] in told for key in ("words_send", "yes", "will"))
    assert all_rows() == before


@pytest.mark.parametrize("kind", [kind for kind in AskKind if kind != AskKind.TESTIMONIAL])
def test_no_other_favour_takes_words(client: Client, kind: AskKind) -> None:
    ask = make_sent(kind=kind)

    response = write(client, ask)

    assert page_of(client.get(url(ask))).find("textarea") == []
    assert (response.status_code, Testimonial.objects.count(), Consent.objects.count()) == (400, 0, 0)


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_words_and_consent_make_a_testimonial_and_end_the_ask(client: Client, tag: str) -> None:
    ask = make_asked(language=tag)

    response = write(client, ask, tag=tag, words="آلة رائعة", quote_role="دبي")

    story, consent = Testimonial.objects.get(), Consent.objects.get()
    assert (story.words, story.language, story.shown_name, story.shown_role) == ("آلة رائعة", tag, "Mira K.", "دبي")
    assert (story.status, story.contact, story.response, story.consent) == ("received", ask.contact, None, consent)
    shown = wording(ask, tag)
    assert (consent.text, consent.text_hash, consent.language) == (shown.text, consents.hash_of(shown.text), tag)
    assert (consent.scope, consent.source, consent.purpose) == ([*stories.SCOPE], f"ask page, ask {ask.pk}", "quote")
    ask.refresh_from_db()
    assert (ask.status, ask.stage, ask.answer) == (AskStatus.DONE, AskStage.DONE, "yes")
    seen, leave = page_of(client.get(url(ask))), ask.message
    assert leave
    for page in (page_of(response), seen):
        assert texts.table(tag)["ask_testimonial"]["noted_words"] in page.text("main")
        assert "آلة رائعة" in page.text("blockquote")
        assert page.find("textarea") == []
        assert f"/x/{tokens.encode(leave.token)}" in page.all("a", "href")


def test_name_may_be_left_out(client: Client) -> None:
    write(client, make_asked(), quote_name=None)

    assert Testimonial.objects.get().shown_name == ""


@pytest.mark.parametrize("said", ["", "yes", "will"])
def test_words_may_come_after_another_answer(client: Client, said: str) -> None:
    ask = make_asked()
    if said:
        client.post(url(ask), {"answer": said})
        assert page_of(client.get(url(ask))).find("textarea", name="words") != []

    assert write(client, ask).status_code == 200
    assert (Testimonial.objects.count(), Ask.objects.get().status) == (1, "done")


def test_same_words_twice_make_one(client: Client) -> None:
    ask = make_asked()
    write(client, ask)
    before = all_rows()

    again = write(client, ask)

    assert (again.status_code, all_rows()) == (200, before)


def test_other_words_are_taken_up_until_somebody_has_decided(client: Client) -> None:
    ask = make_asked()
    write(client, ask)

    write(client, ask, words="Even better now.")
    Testimonial.objects.update(status="approved")
    write(client, ask, words="Too late.")

    assert list(Testimonial.objects.values_list("words", flat=True)) == ["Even better now."]
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"words": ""}, "words_missing"),
        ({"words": " \u200b\n"}, "words_missing"),
        ({"words": "x" * 5001}, "words_long"),
        ({"quote": None}, "words_tick"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client: Client, fields: dict[str, Any], key: str) -> None:
    ask = make_asked()

    response = write(client, ask, **{"quote_name": "Mira of Kavarna", **fields})

    page = page_of(response)
    assert (response.status_code, texts.table("en")["ask_testimonial"][key] in page.text("main")) == (400, True)
    assert [field["value"] for field in page.find("input", name="quote_name")] == ["Mira of Kavarna"]
    assert fields.get("words", WORDS).strip("\n") in response.content.decode()
    assert (Testimonial.objects.count(), Consent.objects.count(), Ask.objects.get().answer) == (0, 0, "")


@pytest.mark.parametrize("version", ["1", "on", "x" * 1000])
def test_nobody_agrees_to_another_wording(client: Client, version: str) -> None:
    ask = make_asked()

    response = write(client, ask, quote=version)

    (tick,) = page_of(response).find("input", name="quote")
    assert (response.status_code, "checked" in tick, tick["value"]) == (400, False, wording(ask).version)
    assert texts.table("en")["quote"]["quote_changed"] in text_of(response)
    assert Consent.objects.count() == 0


def test_consent_of_another_language_does_not_count(client: Client) -> None:
    ask = make_asked()

    response = write(client, ask, tag="de", quote=wording(ask, "en").version)

    assert (response.status_code, Consent.objects.count()) == (400, 0)


def test_switch_of_language_keeps_what_was_typed_and_asks_for_the_tick_anew(client: Client) -> None:
    ask = make_asked()
    before = all_rows()

    response = write(client, ask, language="de")

    (tick,) = page_of(response).find("input", name="quote")
    assert (WORDS in response.content.decode(), "checked" in tick) == (True, False)
    assert tick["value"] == wording(ask, "de").version
    assert (page_of(response).find("input", name="tag")[0]["value"], all_rows() == before) == ("de", True)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_are_text(client: Client, hostile: str) -> None:
    ask = make_asked()

    refused = write(client, ask, words=hostile, quote_name=hostile, quote_role=hostile, quote=None)
    taken = write(client, ask, words=hostile, quote_name=hostile, quote_role=hostile)

    for page in (refused, taken):
        assert "<script>alert" not in page.content.decode()
        assert "{{ 7|add:7 }}" in page.content.decode() or "7|add" not in hostile
    story = Testimonial.objects.first()
    assert (story is None) is (len(hostile) > 5000)
    if story:
        assert "\u202e" not in story.words + story.shown_name + story.shown_role


@pytest.mark.parametrize("status", ["planned", "declined", "expired", "dropped", "done"])
def test_nobody_writes_for_what_is_over(client: Client, status: str) -> None:
    ask = make_asked(status=status, answer="not_now" if status == "declined" else "")

    response = write(client, ask)

    assert (response.status_code, Testimonial.objects.count(), Consent.objects.count()) == (404, 0, 0)


def test_words_taken_back_do_not_come_again_by_an_old_page(client: Client) -> None:
    ask = make_asked()
    write(client, ask)
    stories.withdraw(Testimonial.objects.get())

    again = write(client, ask)

    assert (again.status_code, Testimonial.objects.count(), Consent.objects.count()) == (404, 1, 1)
    assert WORDS not in client.get(url(ask)).content.decode()


def test_who_asked_to_be_deleted_is_not_quoted_after_all(client: Client) -> None:
    ask = make_asked()
    make_deletion_request(contact=ask.contact)

    response = write(client, ask)

    assert (response.status_code, Testimonial.objects.count()) == (404, 0)
    assert page_of(client.get(url(ask))).find("textarea") == []


def test_staff_are_led_from_the_ask_to_the_words(client: Client, alice: Any) -> None:
    ask, staff = make_asked(), Client()
    staff.force_login(alice)
    waiting = text_of(staff.get(f"/asks/{ask.pk}/"))
    write(client, ask)

    told = staff.get(f"/asks/{ask.pk}/")

    assert "they write and agree on the page that the mail leads to" in waiting
    assert f'href="/testimonials/{Testimonial.objects.get().pk}/"' in told.content.decode()
    assert "Wrote the words and agreed to be quoted, by the link" in text_of(told)


@pytest.mark.browser
@pytest.mark.parametrize("tag", ["en", "ar"])
def test_words_are_written_without_a_script(live_server: LiveServer, browser: Browser, tag: str) -> None:
    make_brand(short_name="Aurora")
    ask = make_asked(language=tag)
    page = browser.new_context(java_script_enabled=False).new_page()

    page.goto(live_server.url + url(ask))
    page.locator("#own-words").fill(WORDS)
    page.locator("#quote").check()
    page.locator("form#words button.btn").click()

    assert page.locator("blockquote").inner_text().strip() == WORDS
    assert (Testimonial.objects.get().words, Ask.objects.get().status) == (WORDS, "done")


@pytest.mark.browser
@pytest.mark.parametrize("tag", ["en", "ar"])
def test_page_for_words_has_no_barrier(live_server: LiveServer, browser: Browser, tag: str) -> None:
    make_brand(short_name="Aurora")
    page = browser.new_page()

    page.goto(live_server.url + url(make_asked(language=tag)))
    page.locator("#quote").check()

    assert faults(page) == []
