from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy import stories, trail
from advocacy.enums import StoryStatus
from advocacy.models import Testimonial
from surveys.models import Event
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import (
    make_account,
    make_contact,
    make_deletion_request,
    make_response,
    make_testimonial,
    make_user,
)

pytestmark = pytest.mark.django_db

PAGE = "/testimonials/"
HOSTILE = "</textarea><script>alert(1)</script>{{ 7*7 }}"
READ = "view_testimonial"


def read(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return html_of(response)


def names(page: str) -> list[str]:
    return re.findall(r'<a class="q" href="/testimonials/\d+/"><bdi[^>]*>(.*?)</bdi>', page)


def post(client: Client, story: Testimonial, verb: str, *, seen: str | None = None, **fields: Any) -> Any:
    data = {"seen": trail.version(story) if seen is None else seen, **fields}
    return client.post(f"{PAGE}{story.pk}/{verb}/", data)


def make_named(name: str = "Mira K.", **fields: Any) -> Testimonial:
    contact = make_contact(name="ميرا كمال", language="ar", account=make_account())
    response = make_response(contact=contact, score=10, comment="آلة رائعة لا تتعطل", language="ar")
    return make_testimonial(response=response, shown_name=name, shown_role="دبي", **fields)


# ----------------------------------------------------------------------------------------------------------------- list


def test_list_tells_score_name_words_in_their_script_and_consent(client: Client, alice: User) -> None:
    story = make_named()
    client.force_login(alice)

    page = read(client)

    assert names(page) == ["Mira K."]
    assert '<div class="voice clamp m-0" dir="auto" lang="ar">آلة رائعة لا تتعطل</div>' in page
    ends = story.consent.expires_at
    told = text_of(client.get(PAGE))
    assert ends
    assert all(words in told for words in ("10 of 10, promoter", "دبي", f"until {ends:%-d %b %Y}", "1 to decide"))


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("received", ["received"]),
        ("approved", ["approved"]),
        ("published", ["published"]),
        ("rejected", ["rejected"]),
        ("ended", ["expired", "withdrawn"]),
    ],
)
def test_each_view_shows_its_testimonials(client: Client, alice: User, view: str, expected: list[str]) -> None:
    for status in StoryStatus.values:
        make_named(status, status=status)
    client.force_login(alice)

    page = read(client, f"{PAGE}?view={view}")

    assert names(page) == expected
    assert re.findall(r'\?view=([a-z]+)" aria-current="page"', page) == [view]


@pytest.mark.parametrize(
    ("view", "heading"),
    [
        ("received", "Nothing is to be decided"),
        ("approved", "Nothing is approved"),
        ("published", "Nothing is published yet"),
        ("rejected", "Nothing was rejected"),
        ("ended", "Nothing was withdrawn"),
    ],
)
def test_empty_view_says_what_will_come(client: Client, alice: User, view: str, heading: str) -> None:
    client.force_login(alice)

    assert f"<h2>{heading}</h2>" in read(client, f"{PAGE}?view={view}")
    assert "<h2>Nothing follows here</h2>" in read(client, f"{PAGE}?view={view}&page=9")
    assert client.get(f"{PAGE}?view=nonsense").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_one_as_for_three(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        make_named()
    client.force_login(alice)

    with django_assert_num_queries(6):  # session, user, counts, brands, rows, frame
        read(client)


# ----------------------------------------------------------------------------------------------------------------- page


def test_page_tells_words_consent_and_history(client: Client, alice: User) -> None:
    story = make_named()
    stories.approve(story, by=alice, reason="Lovely")
    client.force_login(alice)

    told = text_of(client.get(f"{PAGE}{story.pk}/"))

    assert all(
        words in told
        for words in (
            "آلة رائعة لا تتعطل", "Mira K.", "دبي", story.consent.text, story.consent.text_hash, "landing page",
            "Testimonial: approved", "Lovely", str(story.contact.account), "Alice",
        )
    )  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_database_as_often_however_much_happened(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    story = make_named()
    for _ in range(rows):
        stories.approve(story, by=alice)
        stories.reject(story, by=alice, reason="No")
    client.force_login(alice)

    # session, user, testimonial, version, log, latest score, deletion, translations, places, frame
    with django_assert_num_queries(10):
        read(client, f"{PAGE}{story.pk}/")


def test_low_score_since_is_told_before_one_decides(client: Client, alice: User) -> None:
    story = make_named()
    make_response(contact=story.contact, score=2)
    client.force_login(alice)

    assert "Gave 2 since: ask before you publish it." in text_of(client.get(f"{PAGE}{story.pk}/"))


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("received", ["Approve", "Reject"]),
        ("approved", ["Reject"]),
        ("published", ["Reject"]),
        ("rejected", ["Approve"]),
        ("withdrawn", []),
        ("expired", []),
    ],
)
def test_page_offers_what_can_be_decided(client: Client, alice: User, status: str, buttons: list[str]) -> None:
    story = make_named(status=status)
    client.force_login(alice)

    page = read(client, f"{PAGE}{story.pk}/")

    assert re.findall(r'<button class="btn btn-(?:primary|stop)"[^>]*>(\w+)</button>', page) == buttons


def test_hostile_words_stay_words(client: Client, alice: User) -> None:
    story = make_testimonial(words=HOSTILE, shown_name=HOSTILE[:80], shown_role=HOSTILE)
    client.force_login(alice)

    pages = [read(client), read(client, f"{PAGE}{story.pk}/"), read(client, f"/contacts/{story.contact_id}/")]

    assert [page.count("<script>alert") for page in pages] == [0] * 3
    assert "{{ 7*7 }}" in pages[0]


def test_contact_page_leads_to_the_testimonial_and_tells_the_consent(client: Client, alice: User) -> None:
    story = make_named()
    client.force_login(alice)

    page = client.get(f"/contacts/{story.contact_id}/")

    assert f'<a href="/testimonials/{story.pk}/">Testimonial</a>' in html_of(page)
    assert "May be quoted" in text_of(page)


# --------------------------------------------------------------------------------------------------------------- decide


def test_approving_needs_no_reason_and_rejecting_one(client: Client, alice: User) -> None:
    story = make_named()
    client.force_login(alice)

    approved = post(client, story, "approve")
    refused = post(client, story, "reject", reason=" ")
    rejected = post(client, story, "reject", reason="Names a child")

    assert [answer.status_code for answer in (approved, refused, rejected)] == [302, 422, 302]
    assert "Say why: colleagues read it in the history." in text_of(refused)
    moves = Event.objects.filter(kind=trail.STORY_KIND).order_by("pk").values_list("went_to", "reason", "by")
    assert list(moves) == [("approved", "", alice.pk), ("rejected", "Names a child", alice.pk)]


def test_stale_decision_is_refused_and_what_was_typed_stays(client: Client, alice: User) -> None:
    story = make_named()
    seen = trail.version(story)
    stories.withdraw(story)
    client.force_login(alice)

    response = post(client, story, "approve", seen=seen, reason=HOSTILE)

    assert response.status_code == 409
    assert "Not saved: this changed meanwhile." in text_of(response)
    assert "the contact took it back" in text_of(response)
    assert Testimonial.objects.get().status == StoryStatus.WITHDRAWN


def test_withdrawn_consent_is_not_approved(client: Client, alice: User) -> None:
    story = make_named()
    stories.withdraw(story)
    Testimonial.objects.update(status=StoryStatus.REJECTED)
    client.force_login(alice)

    response = post(client, story, "approve")

    assert (response.status_code, Testimonial.objects.get().status) == (409, StoryStatus.REJECTED)
    assert "Not approved: the consent was withdrawn, or is over." in text_of(response)


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_reader_and_stranger_decide_nothing(client: Client, bob: User, verb: str) -> None:
    story = make_named()
    logged_out = post(client, story, verb, reason="No")
    client.force_login(bob)

    page, refused = read(client, f"{PAGE}{story.pk}/"), post(client, story, verb, reason="No")

    assert logged_out.headers["Location"].startswith("/accounts/login/")
    assert ("Reject</button>" in page, refused.status_code) == (False, 403)
    assert client.get(f"{PAGE}{story.pk}/{verb}/").status_code == 405
    assert Testimonial.objects.get().status == StoryStatus.RECEIVED


def test_pages_are_closed_to_whom_they_are_not_for(client: Client, bob: User, carol: User) -> None:
    story, addresses = make_named(), [PAGE]
    addresses.append(f"{PAGE}{story.pk}/")
    logged_out = [client.get(address).status_code for address in addresses]
    client.force_login(carol)
    stranger = [client.get(address).status_code for address in addresses]
    bob.user_permissions.remove(Permission.objects.get(codename=READ))
    client.force_login(bob)
    without = [client.get(address).status_code for address in addresses]

    assert (logged_out, stranger, without) == ([302, 302], [403, 403], [403, 403])
    assert "testimonials" not in html_of(client.get(f"/contacts/{story.contact_id}/"))
    assert client.post(PAGE).status_code == 405


# ------------------------------------------------------------------------------------------ whoever wants to be deleted


@pytest.mark.parametrize(
    ("status", "verb"), [("received", "approve"), ("approved", "publish"), ("published", "publish")]
)
def test_page_says_that_the_person_asked_to_be_deleted_and_publishes_nothing(
    client: Client, alice: User, status: str, verb: str
) -> None:
    story = make_named(status=status)
    make_deletion_request(contact=story.contact)
    client.force_login(alice)

    page = read(client, f"{PAGE}{story.pk}/")
    refused = post(client, story, verb)

    assert "nothing of this person is shown in public, and nothing can be approved or published" in page
    assert all(f"/testimonials/{story.pk}/{each}/" not in page for each in ("approve", "publish", "translate"))
    assert (refused.status_code, "the person asked to be deleted" in text_of(refused)) == (409, True)
    assert Testimonial.objects.get().status == status
    assert "asked to be deleted" in text_of(client.get(f"{PAGE}?view={status}"))


def test_only_who_may_erase_is_led_to_the_deletions(client: Client, alice: User) -> None:
    story, mar = make_named(), make_user("mar", "Marketing")
    asked = make_deletion_request(contact=story.contact)
    there = f"/deletions/#deletion-{asked.pk}"

    client.force_login(alice)
    assert there in read(client, f"{PAGE}{story.pk}/")
    client.force_login(mar)
    assert there not in read(client, f"{PAGE}{story.pk}/")


# -------------------------------------------------------------------------------------------------------------- no name


def test_list_shows_no_name_where_the_wall_shows_none(client: Client, alice: User) -> None:
    story = make_named("")
    client.force_login(alice)

    page = read(client)

    assert names(page) == ["no name"]
    assert f"the words of {story.contact.name}" in text_of(client.get(PAGE))


@pytest.mark.parametrize(("name", "is_told"), [("", True), ("Mira K.", False)])
def test_page_says_before_publishing_that_no_name_is_shown(
    client: Client, alice: User, name: str, is_told: bool
) -> None:
    story = make_named(name, status="approved")
    client.force_login(alice)

    told = text_of(client.get(f"{PAGE}{story.pk}/"))

    assert ("It stands on the wall without a name" in told) is is_told
