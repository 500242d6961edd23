"""Knowledge-base entries on the yellow pages, and their own pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.models import Entry, EntryText, EntryVisit
from surveys import texts
from tests.factories import make_brand, make_contact, make_entry, make_invitation
from tests.surveys.pages.public import all_rows, answer_url, foreign, page_of, send, strict_client, thanks_url

pytestmark = pytest.mark.django_db

HOSTILE = "</h1><script>alert(1)</script>{{ 7*7 }}{% now %}"


@pytest.fixture
def client() -> Client:
    return strict_client()


def entries_on(page: Any) -> list[str]:
    return [link["href"] for link in page.find("a") if link["href"].startswith("/k/")]


def visits() -> list[tuple[int, str, int]]:
    return list(EntryVisit.objects.order_by("pk").values_list("entry", "language", "count"))


def rows() -> dict[str, list[Any]]:
    return {name: found for name, found in all_rows().items() if name != "advocacy.EntryVisit"}


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_yellow_pages_offer_entries_and_the_others_none(client: Client, tag: str) -> None:
    entry = make_entry("en: How to pause a delivery")
    found = {}
    for score in (3, 8, 10):
        invitation = make_invitation(contact=make_contact(language=tag))
        send(client, invitation, score, {"score": score})
        found[score] = [entries_on(page_of(client.get(url(invitation)))) for url in (thanks_url,)]
        found[score] += [entries_on(page_of(client.get(answer_url(invitation, score))))]

    assert found == {3: [[], []], 8: [[f"/k/{entry.pk}/{tag}"]] * 2, 10: [[], []]}


def test_entry_in_another_language_says_so(client: Client) -> None:
    make_entry("en: How to pause a delivery")
    invitation = make_invitation(contact=make_contact(language="ar"))

    page = page_of(client.get(answer_url(invitation, 8)))

    assert [(name["lang"], name["dir"]) for name in page.find("bdi") if "dir" in name] == [("en", "ltr")]
    (link,) = [link for link in page.find("a") if link["href"].startswith("/k/")]
    assert (link["target"], link["rel"]) == ("_blank", "noopener")
    assert texts.table("ar")["help"]["help_new_tab"] in page.text("a")


def test_edit_of_an_entry_shows_on_the_next_page(client: Client) -> None:
    entry, invitation = make_entry("en: As it was"), make_invitation()
    before = page_of(client.get(answer_url(invitation, 8))).text("ul")

    text = entry.texts.get()
    text.title = "As it is"
    text.save()
    after = page_of(client.get(answer_url(invitation, 8))).text("ul")
    entry.is_offered_on_yellow = False
    entry.save()
    gone = page_of(client.get(answer_url(invitation, 8))).text("ul")

    assert ["As it was" in before, "As it is" in after, gone] == [True, True, ""]


def test_page_shows_the_words_and_counts_that_somebody_read_them(client: Client) -> None:
    brand = make_brand()
    entry = make_entry("en: Pause a delivery", "ar: إيقاف التوصيل", brand=brand)
    before = rows()

    english, arabic = client.get(f"/k/{entry.pk}/en"), client.get(f"/k/{entry.pk}/ar")
    client.get(f"/k/{entry.pk}/en")

    page = page_of(english)
    assert (page.language, page.text("h1")) == (("en", "ltr"), "Pause a delivery")
    assert page.text("p").startswith("Pause a delivery.Like this.")
    assert page_of(arabic).language == ("ar", "rtl")
    assert page.text("title") == f"Pause a delivery – {brand.name}"
    assert visits() == [(entry.pk, "en", 2), (entry.pk, "ar", 1)]
    assert EntryVisit.objects.first().day == timezone.localdate()  # type: ignore[union-attr]
    assert rows() == before
    assert (english.headers["Cache-Control"], dict(english.cookies)) == ("no-store", {})


def test_words_in_another_language_than_asked_for_are_marked(client: Client) -> None:
    entry = make_entry("ar: إيقاف التوصيل")

    page = page_of(client.get(f"/k/{entry.pk}/en"))

    assert page.language == ("en", "ltr")
    assert [(article["lang"], article["dir"]) for article in page.find("article")] == [("ar", "rtl")]
    assert visits() == [(entry.pk, "ar", 1)]


def test_language_is_changed_without_counting_again(client: Client) -> None:
    entry = make_entry("en: Pause a delivery", "ar: إيقاف التوصيل")

    page = page_of(client.post(f"/k/{entry.pk}/en", {"language": "ar"}))

    assert (page.language, page.text("h1"), visits()) == (("ar", "rtl"), "إيقاف التوصيل", [])


@pytest.mark.parametrize(("method", "status"), [("get", 302), ("head", 302), ("post", 303)])
def test_entry_elsewhere_leads_there(client: Client, method: str, status: int) -> None:
    entry = make_entry()
    EntryText.objects.update(address="https://help.example.com/pause", text="")

    response = getattr(client, method)(f"/k/{entry.pk}/en?url=https://evil.example")

    assert (response.status_code, response.headers["Location"]) == (status, "https://help.example.com/pause")
    assert visits() == ([(entry.pk, "en", 1)] if method == "get" else [])


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}])
def test_what_is_fetched_ahead_is_not_counted(client: Client, headers: dict[str, str]) -> None:
    entry = make_entry()

    response = client.get(f"/k/{entry.pk}/en", headers=headers)

    assert (response.status_code, client.head(f"/k/{entry.pk}/en").status_code, visits()) == (200, 200, [])


@pytest.mark.parametrize("address", ["/k/987654/en", "/k/1e3/en", "/k/1/"])
def test_entry_that_is_not_there_looks_like_any_closed_link(client: Client, address: str) -> None:
    Entry.objects.all().delete()

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("tag", ["xx", "e" * 5000, "../../etc", "ar'--", "%00"])
def test_unknown_language_gets_the_words_there_are(client: Client, tag: str) -> None:
    entry = make_entry()

    response = client.get(f"/k/{entry.pk}/{tag}")

    assert response.status_code in ({200} if "/" not in tag else {404})


def test_hostile_words_stay_words(client: Client) -> None:
    entry, invitation = make_entry(f"en: {HOSTILE}"), make_invitation()

    page, landing = page_of(client.get(f"/k/{entry.pk}/en")), page_of(client.get(answer_url(invitation, 8)))

    assert (foreign(page), foreign(landing)) == ([], [])
    assert page.text("h1") == HOSTILE
    assert HOSTILE in landing.text("ul")
