"""The page without a login where an advocate says yes or no."""

from __future__ import annotations

import pytest
from django.test import Client

from advocacy import mail
from advocacy.enums import AskKind, AskStatus
from advocacy.models import Advocate, Ask, ReferralLink
from surveys import texts, tokens
from tests.advocacy.pages.casework import text_of
from tests.factories import make_advocate, make_ask, make_brand, make_contact, make_message, make_offer
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
