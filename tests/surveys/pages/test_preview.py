"""Mail and pages as they would be, and the mail to a colleague."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from surveys.enums import Band
from surveys.models import Campaign, CampaignText, Click, Contact, Message, PageText, Response, TestMail
from surveys.models import languages as known
from tests.factories import make_account, make_brand, make_campaign, make_contact

pytestmark = pytest.mark.django_db

HOSTILE = ["</textarea><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 70000000|add:7 }}"]
FRAMES = ["preview/mail/light", "preview/mail/dark", *(f"preview/page/{band}" for band in Band)]
INERT = {"default-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'", "sandbox"}


def get(client: Client, campaign: Campaign, step: str, status: int = 200) -> str:
    response = client.get(f"/campaigns/{campaign.pk}/{step}")
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def send(client: Client, campaign: Campaign, **fields: Any) -> Any:
    return client.post(f"/campaigns/{campaign.pk}/test/", {"lang": "en", **fields})


@pytest.mark.parametrize("frame", FRAMES)
def test_frame_is_inert(client: Client, bob: User, frame: str) -> None:
    client.force_login(bob)
    campaign = make_campaign()

    response = client.get(f"/campaigns/{campaign.pk}/{frame}")
    refused = client.post(f"/campaigns/{campaign.pk}/{frame}", {"score": "9"})

    policy = set(re.sub(r"\s+", " ", response.headers["Content-Security-Policy"]).split("; "))
    assert policy >= INERT
    assert '<base target="_blank">' in response.content.decode()
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert refused.status_code == 405
    assert (Response.objects.count(), Click.objects.count(), Message.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("show", "frames"),
    [
        ("mail", ["mail/light", "mail/dark", "mail/light"]),
        ("text", []),
        ("detractor", ["page/detractor", "page/detractor"]),
        ("promoter-thanks", ["page/promoter", "page/promoter"]),
    ],
)
def test_page_frames_what_was_chosen(client: Client, bob: User, show: str, frames: list[str]) -> None:
    client.force_login(bob)

    page = get(client, make_campaign(), f"preview/?show={show}&lang=ar")

    assert re.findall(r'<iframe [^>]*src="/campaigns/\d+/preview/([\w/]+)\?lang=ar[^"]*"[^>]* sandbox>', page) == frames


def test_text_part_is_shown_as_it_is_sent(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign(brand=make_brand(short_name="Aurora"))

    page = get(client, campaign, "preview/?show=text&lang=es")

    assert "<dt>Subject</dt><dd><bdi>Una pregunta de Aurora</bdi></dd>" in page
    assert f"/campaigns/{campaign.pk}/preview/?show=detractor" in page


def test_own_words_stand_in_mail_and_pages(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    CampaignText.objects.create(campaign=campaign, language="ar", question="كيف كان؟")
    PageText.objects.create(
        campaign=campaign, language="ar", band=Band.PASSIVE, heading="قريب", thanks_heading="شكراً لك"
    )

    assert "كيف كان؟" in get(client, campaign, "preview/mail/light?lang=ar")
    assert "قريب" in get(client, campaign, "preview/page/passive?lang=ar")
    assert "شكراً لك" in get(client, campaign, "preview/page/passive?lang=ar&thanks=1")


def test_contact_is_found_by_name_or_address_and_chosen(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    fatima = make_contact(name="فاطمة البكري", email="fatima@example.com", account=make_account(), language="ar")
    make_contact(name="Ben")

    by_name = get(client, campaign, "preview/?q=البكري")
    by_address = get(client, campaign, "preview/?q=FATIMA@")
    chosen = get(client, campaign, f"preview/?contact={fatima.pk}")

    link = f'<a href="?show=mail&amp;contact={fatima.pk}"><bdi>فاطمة البكري</bdi></a>'
    assert (link in by_name, link in by_address, ">Ben<" in by_name) == (True, True, False)
    assert "As <b><bdi>فاطمة البكري</bdi></b>, in العربية." in chosen
    assert 'lang="ar" dir="rtl"' in get(client, campaign, f"preview/mail/light?contact={fatima.pk}")


def test_preview_of_a_draft_says_what_is_shown_instead(client: Client, bob: User) -> None:
    known.forget()
    client.force_login(bob)
    campaign = make_campaign()
    hodaya = make_contact(language="iw")

    pages = [get(client, campaign, f"preview/?{query}") for query in ("lang=he", f"contact={hodaya.pk}", "lang=it")]

    said = (
        "<b><bdi>עברית</bdi> is a draft: nobody is asked in it until it is accepted.</b>"
        " Until then, whoever speaks it is asked in <bdi>English</bdi>."
    )
    assert [said in page for page in pages] == [True, True, False]
    assert ">עברית (draft)</option>" in pages[2]
    assert "/languages/" not in pages[0]


def test_nobody_found_is_said(client: Client, bob: User) -> None:
    client.force_login(bob)

    assert "No contact has that name or address." in get(client, make_campaign(), "preview/?q=%00nobody")


def test_contacts_are_for_those_who_may_see_them(client: Client, carol: User) -> None:
    carol.user_permissions.add(Permission.objects.get(codename="view_campaign"))
    client.force_login(carol)
    secret = make_contact(name="Secret Person")

    pages = [get(client, make_campaign(), f"preview/{query}") for query in (f"?contact={secret.pk}", "?q=Secret")]

    assert ["Secret Person" in page for page in pages] == [False, False]
    assert "As Robin Example, who is made up" in pages[0]


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ("preview/?show=nothing", 404),
        ("preview/?contact=987654", 404),
        ("preview/?contact=99999999999999999999", 200),
        ("preview/?contact=x", 200),
        ("preview/?lang=xx", 200),
        ("preview/mail/sepia", 404),
        ("preview/page/nobody", 404),
    ],
)
def test_odd_choices_lead_somewhere(client: Client, bob: User, step: str, status: int) -> None:
    client.force_login(bob)

    get(client, make_campaign(), step, status)


def test_brand_without_a_sender_is_told(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign(brand=make_brand(from_email="none"))

    assert "There would be no mail:" in get(client, campaign, "preview/")
    assert get(client, campaign, "preview/mail/light", 409) == "the sender address of the brand is none"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_inert(client: Client, bob: User, text: str) -> None:
    client.force_login(bob)
    campaign = make_campaign(name=text, brand=make_brand(name=text, short_name=text[:60]))
    CampaignText.objects.create(campaign=campaign, language="en", subject=text, question=text, sentence=text)
    words = dict.fromkeys(("heading", "text", "prompt", "thanks_heading", "thanks_text"), text)
    PageText.objects.create(campaign=campaign, language="en", band=Band.PASSIVE, **words)
    contact = make_contact(name=text)

    steps = ["preview/", "preview/?show=text", "preview/mail/light", "preview/page/passive"]
    steps = [f"{step}{'&' if '?' in step else '?'}contact={contact.pk}&lang=en" for step in steps]
    steps.append("preview/page/passive?thanks=1&lang=en")
    pages = [get(client, campaign, step) for step in steps]

    assert [page.count("<script>alert") + page.count("<img src=x") + page.count("70000007") for page in pages] == [
        0
    ] * 5


def test_preview_changes_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign, contact = make_campaign(), make_contact()

    for step in ("preview/", "preview/?q=a", "preview/mail/dark", "preview/page/passive?thanks=1"):
        get(client, campaign, step)

    assert (Contact.objects.get(), Campaign.objects.get()) == (contact, campaign)
    assert (Message.objects.count(), TestMail.objects.count()) == (0, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_search_takes_as_many_statements_for_one_as_for_three(
    client: Client, bob: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    for number in range(rows):
        make_contact(name=f"Ana {number}", account=make_account())
    get(client, campaign, "preview/?q=ana")

    # Session, user, rights (2), frame; campaign, words of the mail, search.
    with django_assert_num_queries(5 + 3):
        get(client, campaign, "preview/?q=ana")


# ----------------------------------------------------------------------------------------------------------- test mail


def test_test_mail_is_queued_for_a_colleague(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()

    response = client.post(f"/campaigns/{campaign.pk}/test/", {"to": bob.pk, "lang": "ar"}, follow=True)

    sent = TestMail.objects.get()
    assert response.redirect_chain == [(f"/campaigns/{campaign.pk}/preview/?lang=ar", 302)]
    assert "A test mail leaves for bob@example.com." in response.content.decode()
    assert (sent.by, sent.message.user, sent.message.language) == (alice, bob, "ar")


def test_without_a_mail_server_it_says_where_the_mail_is(client: Client, alice: User, settings: Settings) -> None:
    client.force_login(alice)
    settings.EMAIL_BACKEND = "surveys.inbox.EmailBackend"

    send(client, campaign := make_campaign(), to=alice.pk)

    assert "No mail server is set, so it is kept in the Inbox." in get(client, campaign, "preview/")


@pytest.mark.parametrize("to", ["", "x", "999999", "9" * 30, "stranger@example.com", "٣"])
def test_test_mail_goes_to_nobody_but_those_on_the_list(client: Client, alice: User, to: str) -> None:
    client.force_login(alice)

    response = send(client, make_campaign(), to=to)

    assert (response.status_code, Message.objects.count()) == (409, 0)
    assert "Not sent: Choose one of your colleagues." in response.content.decode()


def test_test_mail_to_somebody_outside_is_not_sent(client: Client, alice: User, carol: User) -> None:
    client.force_login(alice)

    assert send(client, make_campaign(), to=carol.pk).status_code == 409
    assert send(client, make_campaign(), to=alice.pk, lang="xx").status_code == 404
    assert Message.objects.count() == 0


def test_test_mail_beyond_the_limit_is_refused_in_words(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    for _ in range(20):
        send(client, campaign, to=alice.pk)

    response = send(client, campaign, to=alice.pk)

    assert (response.status_code, TestMail.objects.count()) == (409, 20)
    assert "Not sent: At most 20 test mails leave in an hour." in response.content.decode()


# -------------------------------------------------------------------------------------------------------------- rights


@pytest.mark.parametrize("step", ["preview/", *FRAMES])
def test_previews_are_for_readers_of_campaigns(client: Client, bob: User, carol: User, step: str) -> None:
    address = f"/campaigns/{make_campaign().pk}/{step}"
    statuses = [client.get(address).status_code]
    for user in (carol, bob):
        client.force_login(user)
        statuses.append(client.get(address).status_code)

    assert statuses == [302, 403, 200]
    assert client.post(address).status_code == 405


def test_only_those_who_may_change_send_test_mails_and_only_by_post(
    client: Client, alice: User, bob: User, carol: User
) -> None:
    campaign = make_campaign()
    statuses = [send(client, campaign, to=alice.pk).status_code]
    for user in (carol, bob):
        client.force_login(user)
        statuses.append(send(client, campaign, to=alice.pk).status_code)
    client.force_login(alice)
    statuses.append(client.get(f"/campaigns/{campaign.pk}/test/").status_code)

    assert (statuses, Message.objects.count()) == ([302, 403, 403, 405], 0)
