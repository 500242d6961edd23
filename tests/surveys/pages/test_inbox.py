from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys.models import InboxMail
from tests.factories import make_inbox_mail

pytestmark = pytest.mark.django_db

SESSION_AND_USER = 2
PERMISSIONS = 2
FRAME = 1


def subjects(client: Client, address: str = "/inbox/") -> list[str]:
    page = client.get(address).content.decode()
    return re.findall(r'<a class="q" href="/inbox/\d+/"><bdi>(.*?)</bdi></a>', page)


def test_mails_are_listed_newest_first(client: Client, bob: User) -> None:
    client.force_login(bob)
    for subject in ("one", "two", "three"):
        make_inbox_mail(subject=subject)

    assert subjects(client) == ["three", "two", "one"]


def test_list_goes_on_where_the_page_before_ended(client: Client, bob: User) -> None:
    client.force_login(bob)
    mails = [make_inbox_mail(subject=f"mail {number}") for number in range(101)]
    newest_first = [mail.subject for mail in reversed(mails)]

    first = subjects(client)
    make_inbox_mail(subject="came meanwhile")
    second = subjects(client, f"/inbox/?before={mails[51].pk}")
    third = subjects(client, f"/inbox/?before={mails[1].pk}")

    assert (first, second, third) == (newest_first[:50], newest_first[50:100], newest_first[100:])


def test_page_names_its_successor_only_when_there_is_one(client: Client, bob: User) -> None:
    client.force_login(bob)
    mails = [make_inbox_mail() for _ in range(50)]
    exactly_full = client.get("/inbox/").content.decode()
    make_inbox_mail()

    more = client.get("/inbox/").content.decode()

    assert "?before=" not in exactly_full
    assert f'href="?before={mails[1].pk}"' in more


@pytest.mark.parametrize("place", ["", "x", "-1", "1e9", "9" * 40, "٣"])
def test_place_nobody_gave_out_starts_at_the_top(client: Client, bob: User, place: str) -> None:
    client.force_login(bob)
    make_inbox_mail(subject="one")

    assert subjects(client, f"/inbox/?before={place}") == ["one"]


def test_end_of_the_list_says_so(client: Client, bob: User) -> None:
    client.force_login(bob)
    mail = make_inbox_mail()

    page = client.get(f"/inbox/?before={mail.pk}").content.decode()

    assert "<h2>No older mail</h2>" in page


def test_empty_inbox_says_what_will_appear(client: Client, bob: User, settings: LazySettings) -> None:
    client.force_login(bob)
    settings.EMAIL_BACKEND = "surveys.inbox.EmailBackend"
    kept_here = client.get("/inbox/").content.decode()
    settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"

    sent_away = client.get("/inbox/").content.decode()

    assert "Each mail of a wave appears here as its contact would get it" in kept_here
    assert "Mail leaves by your mail server, so none is kept here." in sent_away


def test_mail_shows_text_headers_and_a_locked_up_html_part(client: Client, bob: User) -> None:
    client.force_login(bob)
    mail = make_inbox_mail(recipient="ana@example.com", text="How likely?\n0", headers="Subject: x\nX-Y: z")

    page = client.get(f"/inbox/{mail.pk}/").content.decode()

    assert "to <bdi>ana@example.com</bdi>" in page
    assert '<pre class="raw" dir="auto" tabindex="0">How likely?\n0</pre>' in page
    assert '<pre class="raw" dir="ltr" tabindex="0">Subject: x\nX-Y: z</pre>' in page
    assert f'<iframe class="letter" src="/inbox/{mail.pk}/html"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>' in page
    assert f'href="/inbox/{mail.pk}/html" target="_blank" rel="noopener"' in page


def test_mail_without_html_has_no_frame(client: Client, bob: User) -> None:
    client.force_login(bob)
    mail = make_inbox_mail(html="")

    page = client.get(f"/inbox/{mail.pk}/").content.decode()

    assert "<iframe" not in page
    assert "Open as recipient" not in page


@pytest.mark.parametrize(
    ("html", "served"),
    [
        (
            "<html><head><title>x</title></head></html>",
            '<html><head><base target="_blank"><title>x</title></head></html>',
        ),
        ('<HEAD lang="ar">x', '<HEAD lang="ar"><base target="_blank">x'),
        ("<header>x</header>", '<base target="_blank"><header>x</header>'),
        ("سؤال", '<base target="_blank">سؤال'),
    ],
)
def test_links_of_the_mail_leave_the_frame(client: Client, bob: User, html: str, served: str) -> None:
    client.force_login(bob)
    mail = make_inbox_mail(html=html)

    assert client.get(f"/inbox/{mail.pk}/html").content.decode() == served


def test_nothing_in_a_mail_can_run_load_or_post(client: Client, bob: User) -> None:
    client.force_login(bob)
    mail = make_inbox_mail(html="<script>alert(1)</script>")

    headers = client.get(f"/inbox/{mail.pk}/html").headers

    assert sorted(headers["Content-Security-Policy"].split("; ")) == [
        "base-uri 'none'",
        "default-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "img-src data:",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "style-src 'unsafe-inline'",
    ]
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>']
)
def test_hostile_mail_is_inert_on_our_pages(client: Client, bob: User, text: str) -> None:
    client.force_login(bob)
    mail = make_inbox_mail(subject=text, recipient=text, text=text, headers=text, html=text)
    escaped = text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")

    listed, shown = (client.get(address).content.decode() for address in ("/inbox/", f"/inbox/{mail.pk}/"))

    assert (listed.count(text), shown.count(text)) == (0, 0)
    assert (listed.count(escaped), shown.count(escaped)) == (2, 5)


@pytest.mark.parametrize("address", ["/inbox/999999/", "/inbox/999999/html", "/inbox/99999999999999999999/"])
def test_no_such_mail(client: Client, bob: User, address: str) -> None:
    client.force_login(bob)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/inbox/", "/inbox/{pk}/", "/inbox/{pk}/html"])
def test_person_without_the_right_is_refused(client: Client, carol: User, address: str) -> None:
    client.force_login(carol)
    mail = make_inbox_mail(subject="for Ana only", html="for Ana only")

    response = client.get(address.format(pk=mail.pk))

    assert response.status_code == 403
    assert "<h1>This is not open to you</h1>" in response.content.decode()
    assert "for Ana only" not in response.content.decode()


@pytest.mark.parametrize("address", ["/inbox/", "/inbox/{pk}/", "/inbox/{pk}/html"])
def test_inbox_takes_no_post(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)
    mail = make_inbox_mail()

    assert client.post(address.format(pk=mail.pk)).status_code == 405
    assert InboxMail.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_statements_for_one_as_for_three(
    client: Client, bob: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    for _ in range(rows):
        make_inbox_mail()

    with django_assert_num_queries(SESSION_AND_USER + PERMISSIONS + FRAME + 1):
        assert len(subjects(client)) == rows
