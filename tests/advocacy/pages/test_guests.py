"""The page without a login where a guest answers, takes the calendar file and says what was found."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import perks
from advocacy.enums import GuestStatus, PerkKind, PerkStatus
from advocacy.models import CustomerRequest, PerkGuest
from surveys import texts, tokens
from tests.advocacy.pages.casework import text_of
from tests.factories import make_brand, make_contact, make_guest, make_perk
from tests.surveys.pages.public import HOSTILE_TEXT, all_rows, page_of, strict_client

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
UNKNOWN = "/p/AAAAAAAAAAAAAAAAAAAAAA/"


@pytest.fixture
def client() -> Client:
    make_brand(short_name="Aurora", from_email="hello@aurora.example.com")
    return strict_client()


def url(guest: PerkGuest) -> str:
    return f"/p/{tokens.encode(guest.token)}/"


def make_tester(**fields: Any) -> PerkGuest:
    yesterday = timezone.now() - DAY
    perk = make_perk(kind=PerkKind.BETA, starts_at=yesterday, ends_at=yesterday + 30 * DAY)
    return make_guest(perk=perk, status=GuestStatus.ACCEPTED, **fields)


@pytest.mark.parametrize("status", list(GuestStatus))
def test_looking_changes_nothing(client: Client, status: GuestStatus) -> None:
    guest = make_guest(perk=make_perk(place="Hall 1", text="Six coffees."), status=status)
    before = all_rows()

    pages = [client.get(url(guest)), client.head(url(guest)), client.get(f"{url(guest)}calendar.ics")]

    assert [page.status_code for page in pages[:2]] == [200, 200]
    assert all(words in text_of(pages[0]) for words in ("An evening of tasting", "Six coffees.", "Hall 1", "(UTC)"))
    assert all_rows() == before


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_page_speaks_the_language_of_the_guest(client: Client, tag: str) -> None:
    guest = make_guest(contact=make_contact(language=tag))

    response = client.get(url(guest))

    assert " ".join(texts.table(tag)["perk"]["legend"].split()) in text_of(response)
    assert (response.headers["Content-Language"], page_of(response).language[0]) == (tag, tag)
    assert "{{" not in response.content.decode()


def test_guests_answer_wait_and_give_back(client: Client) -> None:
    perk = make_perk(capacity=1)
    ana, ben = make_guest(perk=perk), make_guest(perk=perk)

    assert "You have a place." in text_of(client.post(url(ana), {"answer": "yes"}))
    assert "All places are taken." in text_of(client.get(url(ben)))
    assert "Your number is 1." in text_of(client.post(url(ben), {"answer": "yes"}))
    assert "Noted: you do not take part." in text_of(client.post(url(ana), {"answer": "no"}))
    assert "You have a place." in text_of(client.get(url(ben)))

    assert list(perk.guests.order_by("pk").values_list("status", flat=True)) == ["cancelled", "accepted"]


def test_switch_of_language_decides_nothing_and_is_kept(client: Client) -> None:
    guest = make_guest()

    switched = client.post(url(guest), {"language": "de", "answer": "yes"})
    assert "Sind Sie dabei?" in text_of(switched)
    assert PerkGuest.objects.get().status == GuestStatus.INVITED
    (spoken,) = page_of(switched).find("input", name="spoken")
    assert "Sie haben einen Platz." in text_of(client.post(url(guest), {"answer": "yes", "spoken": spoken["value"]}))


@pytest.mark.parametrize("said", ["", "maybe", HOSTILE_TEXT, "x" * 100_000])
def test_what_is_no_answer_is_asked_again(client: Client, said: str) -> None:
    guest = make_guest()

    response = client.post(url(guest), {"answer": said})

    assert (response.status_code, "Choose yes or no." in text_of(response)) == (400, True)
    assert "<script>alert" not in response.content.decode()
    assert PerkGuest.objects.get().status == GuestStatus.INVITED


def test_too_late_is_told(client: Client) -> None:
    guest = make_guest(perk=make_perk(respond_by=timezone.now() - DAY))

    responses = [client.get(url(guest)), client.post(url(guest), {"answer": "yes"})]

    assert [response.status_code for response in responses] == [200, 409]
    assert all("The time to answer is over." in text_of(response) for response in responses)
    assert page_of(responses[0]).find("button", name="answer") == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_and_draft_are_closed_pages(client: Client, method: str) -> None:
    draft = make_guest(perk=make_perk(status=PerkStatus.DRAFT))

    unknown = getattr(client, method)(UNKNOWN)
    response = getattr(client, method)(url(draft))

    assert (response.status_code, response.content) == (404, unknown.content)
    assert client.get(f"{url(draft)}calendar.ics").content == unknown.content
    assert client.get("/p/").status_code == 404
    assert client.get("/p/%00/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)(url(make_guest())).status_code == 405
    assert client.post(f"{url(make_guest(status='accepted'))}calendar.ics").status_code == 405


def test_link_to_join_is_for_who_has_a_place(client: Client) -> None:
    perk = make_perk(address="https://meet.example.com/room")
    placed, invited = make_guest(perk=perk, status=GuestStatus.ACCEPTED), make_guest(perk=perk)

    assert "https://meet.example.com/room" in client.get(url(placed)).content.decode()
    assert "https://meet.example.com/room" not in client.get(url(invited)).content.decode()


# ------------------------------------------------------------------------------------------------------- calendar file


def test_calendar_file_is_for_who_has_a_place(client: Client) -> None:
    starts_at = dt.datetime(2030, 6, 9, 16, 0, tzinfo=dt.UTC)
    perk = make_perk(starts_at=starts_at, place="Hall 1\r\nX-EVIL: 1", title="T; ok\r\nATTENDEE:mailto:m@evil.example")
    guest = make_guest(perk=perk, status=GuestStatus.ACCEPTED)

    response = client.get(f"{url(guest)}calendar.ics")

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8; method=PUBLISH"
    lines = response.content.decode().replace("\r\n ", "").split("\r\n")
    perk.refresh_from_db()
    assert f"UID:{perk.uid}@ask.example.com" in lines
    assert ["DTSTART:20300609T160000Z" in lines, "DTEND:20300609T190000Z" in lines] == [True, True]
    assert [line for line in lines if line.startswith(("X-EVIL", "ATTENDEE"))] == []
    assert tokens.encode(guest.token) not in response.content.decode()
    for status in (GuestStatus.INVITED, GuestStatus.WAITING, GuestStatus.DECLINED, GuestStatus.CANCELLED):
        other = make_guest(perk=perk, status=status)
        assert client.get(f"{url(other)}calendar.ics").status_code == 404


def test_calendar_file_follows_what_moved_and_what_was_cancelled(client: Client, alice: User) -> None:
    perk = make_perk()
    guest = make_guest(perk=perk, status=GuestStatus.ACCEPTED)

    def lines() -> list[str]:
        wanted = ("METHOD", "SEQUENCE", "STATUS", "LOCATION")
        file = client.get(f"{url(guest)}calendar.ics").content.decode().split("\r\n")
        return [line for line in file if line.startswith(wanted)]

    assert lines() == ["METHOD:PUBLISH", "SEQUENCE:0", "STATUS:CONFIRMED"]
    perks.edit(perk, by=alice, place="Hall 2")
    assert lines() == ["METHOD:PUBLISH", "SEQUENCE:1", "LOCATION:Hall 2", "STATUS:CONFIRMED"]
    perks.cancel(perk, reason="Ill", by=alice)

    assert lines() == ["METHOD:CANCEL", "SEQUENCE:2", "LOCATION:Hall 2", "STATUS:CANCELLED"]
    page = text_of(client.get(url(guest)))
    assert ("This does not take place." in page, "Ill" in page) == (True, False)


# ------------------------------------------------------------------------------------------------------------ findings


def test_finding_becomes_a_request_in_the_language_of_the_page(client: Client) -> None:
    guest = make_tester(contact=make_contact(language="ar"))

    response = client.post(url(guest), {"find": "1", "kind": "problem", "words": "يتجمد التطبيق", "spoken": "ar"})

    request = CustomerRequest.objects.get()
    assert (response.status_code, request.kind, request.language) == (200, "problem", "ar")
    assert (request.contact, request.perk, request.quote) == (guest.contact, guest.perk, "يتجمد التطبيق")
    assert texts.table("ar")["perk"]["found"].split(".")[0] in text_of(response)
    assert page_of(response).comment == ""


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "problem", "words": " \n "}, "Write what you found."),
        ({"kind": "problem", "words": "\u200b"}, "Write what you found."),
        ({"kind": "problem", "words": "x" * 1001}, "It is too long"),
        ({"kind": "problem", "words": "x" * 100_000}, "It is too long"),
        ({"kind": "", "words": "It freezes"}, "Choose one of the three."),
        ({"kind": "none", "words": "It freezes"}, "Choose one of the three."),
        ({"kind": HOSTILE_TEXT, "words": HOSTILE_TEXT}, "Choose one of the three."),
    ],
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(client: Client, said: dict[str, str], words: str) -> None:
    response = client.post(url(make_tester()), {"find": "1", **said})

    assert (response.status_code, words in text_of(response)) == (400, True)
    assert page_of(response).comment.strip() == said["words"].strip()
    assert "<script>alert" not in response.content.decode()
    assert CustomerRequest.objects.count() == 0


def test_hostile_finding_is_text_everywhere(client: Client, alice: User) -> None:
    guest = make_tester()
    console = Client()
    console.force_login(alice)

    client.post(url(guest), {"find": "1", "kind": "question", "words": HOSTILE_TEXT})

    request = CustomerRequest.objects.get()
    for address in (f"/perks/{guest.perk_id}/", f"/requests/{request.pk}/"):
        page = console.get(address)
        assert "<script>alert" not in page.content.decode()
        assert "javascript:alert(4)" in text_of(page)


def test_form_is_for_testers_while_the_test_runs(client: Client) -> None:
    event = make_guest(status=GuestStatus.ACCEPTED)

    assert page_of(client.get(url(make_tester()))).find("form", id="finding") != []
    assert page_of(client.get(url(event))).find("form", id="finding") == []
    assert client.post(url(event), {"find": "1", "kind": "problem", "words": "x"}).status_code == 409
    assert CustomerRequest.objects.count() == 0
