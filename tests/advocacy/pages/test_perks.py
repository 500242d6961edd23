"""The pages where perks are planned, guests invited, and who came is noted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import trail
from advocacy.enums import GuestStatus, PerkKind, PerkStatus
from advocacy.models import Perk, PerkGuest, PerkLetter, PerkText
from surveys.models import Event, Message
from tests.advocacy.pages.casework import text_of
from tests.factories import make_advocate, make_brand, make_contact, make_guest, make_perk, make_request
from tests.surveys.pages.public import HOSTILE_TEXT

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def fields_of(**changed: Any) -> dict[str, Any]:
    """What somebody types who plans an event."""
    starts_at = timezone.now() + 20 * DAY
    return {
        "kind": "event",
        "name": "Tasting",
        "brand": make_brand().pk,
        "starts_at": f"{starts_at:%Y-%m-%d}T18:00",
        "ends_at": f"{starts_at:%Y-%m-%d}T20:30",
        "time_zone": "Asia/Tokyo",
        "place": "Hall 1",
        "address": "",
        "capacity": 12,
        "respond_by": "",
        "owner": "",
        "language": "es",
        "title": "Una cata",
        "text": "Seis cafés.",
        **changed,
    }


def press(client: Client, perk: Perk, verb: str, **fields: Any) -> Any:
    return client.post(f"/perks/{perk.pk}/{verb}/", {"seen": trail.version(perk), **fields})


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Perk, PerkText, PerkGuest, PerkLetter, Event)]


def test_perk_is_planned_in_the_time_of_its_place(client: Client, alice: User) -> None:
    client.force_login(alice)
    fields = fields_of()

    answer = client.post("/perks/new/", fields)

    perk = Perk.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/perks/{perk.pk}/")
    assert (perk.status, perk.capacity, perk.texts.get().title) == (PerkStatus.DRAFT, 12, "Una cata")
    assert f"{perk.starts_at.astimezone(dt.UTC):%H:%M}" == "09:00"
    form = client.get(f"/perks/{perk.pk}/edit/").content.decode()
    assert f'value="{fields["starts_at"]}"' in form


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"capacity": "0"}, "greater than or equal to 1"),
        ({"capacity": "-5"}, "greater than or equal to"),
        ({"capacity": "x" * 100}, "Enter a whole number."),
        ({"ends_at": "2000-01-01T10:00"}, "Choose a day within ten years."),
        ({"starts_at": "0001-01-01T00:00"}, "Choose a day within ten years."),
        ({"starts_at": "9999-12-31T23:59"}, "Choose a day within ten years."),
        ({"starts_at": "nonsense"}, "Enter a valid date/time."),
        ({"time_zone": "Mars/Olympus"}, "is no time zone"),
        ({"address": "javascript:alert(1)"}, "begins with https://"),
        ({"address": "http://plain.example.com"}, "begins with https://"),
        ({"title": "\u200b"}, "Write a title"),
        ({"title": ""}, "Write a title"),
        ({"text": "x" * 100_000}, "at most 2000 characters"),
        ({"language": "xx"}, "Choose one of the languages."),
        ({"name": "x" * 121}, "at most 120 characters"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    client: Client, alice: User, changed: dict[str, str], words: str
) -> None:
    client.force_login(alice)

    answer = client.post("/perks/new/", fields_of(**changed))

    assert (answer.status_code, words in text_of(answer), Perk.objects.count()) == (422, True, 0)


def test_it_has_to_end_after_it_begins(client: Client, alice: User) -> None:
    client.force_login(alice)
    fields = fields_of()

    answers = [
        client.post("/perks/new/", {**fields, "ends_at": fields["starts_at"]}),
        client.post("/perks/new/", {**fields, "respond_by": fields["ends_at"].replace("T20", "T21")}),
    ]

    assert "It has to end after it begins." in text_of(answers[0])
    assert "Nobody can answer after it has ended." in text_of(answers[1])


def test_edit_refuses_fewer_places_than_are_taken_and_an_old_picture(client: Client, alice: User) -> None:
    perk = make_perk(capacity=2, place="Hall 1")
    for _number in range(2):
        make_guest(perk=perk, status=GuestStatus.ACCEPTED)
    client.force_login(alice)
    page = client.get(f"/perks/{perk.pk}/edit/")
    known = {name: page.context["form"][name].value() for name in page.context["form"].Meta.fields}
    data = {name: "" if value is None else value for name, value in known.items()}
    for name in ("starts_at", "ends_at"):
        data[name] = f"{data[name]:%Y-%m-%dT%H:%M}"

    fewer = client.post(f"/perks/{perk.pk}/edit/", {**data, "capacity": 1, "seen": "0"})
    assert (fewer.status_code, Perk.objects.get().capacity) == (409, 2)
    assert "Not saved: 2 guests have a place already." in text_of(fewer)
    assert client.post(f"/perks/{perk.pk}/edit/", {**data, "place": "Hall 2", "seen": "0"}).status_code == 302
    stale = client.post(f"/perks/{perk.pk}/edit/", {**data, "place": "Hall 3", "seen": "0"})

    assert (stale.status_code, Perk.objects.get().place) == (409, "Hall 2")


def test_text_is_written_in_each_language(client: Client, alice: User) -> None:
    perk = make_perk()
    client.force_login(alice)

    answer = client.post(
        f"/perks/{perk.pk}/texts/ar/", {"seen": trail.version(perk), "title": "أمسية تذوق", "text": HOSTILE_TEXT}
    )

    assert answer.status_code == 302
    assert perk.texts.get(language="ar").title == "أمسية تذوق"
    assert "<script>alert" not in client.get(f"/perks/{perk.pk}/texts/ar/").content.decode()
    assert client.post(f"/perks/{perk.pk}/texts/ar/", {"seen": "", "title": ""}).status_code == 422
    tagged = {"seen": trail.version(perk), "title": "Dear {{ first_name }}", "text": "Come, {{name}}!"}
    refused = client.post(f"/perks/{perk.pk}/texts/ar/", tagged)
    assert refused.status_code == 422
    for tag in ("{{ first_name }}", "{{name}}"):
        assert f"{tag} would stand in the mail as it is" in text_of(refused)
    assert client.get(f"/perks/{perk.pk}/texts/xx/").status_code == 404


def test_it_is_opened_closed_and_cancelled_with_a_reason(client: Client, alice: User) -> None:
    perk = make_perk(status=PerkStatus.DRAFT)
    client.force_login(alice)

    answers = [press(client, perk, verb).status_code for verb in ("open", "close", "open")]
    assert (answers, press(client, perk, "cancel", reason="").status_code) == ([302] * 3, 422)
    assert press(client, perk, "cancel", reason="<b>Rain</b>").status_code == 302
    again = press(client, perk, "open")

    assert (again.status_code, Perk.objects.get().status) == (409, PerkStatus.CANCELLED)
    assert "<b>Rain</b>" not in again.content.decode()


def test_advocates_are_chosen_and_who_is_left_out_is_named(client: Client, alice: User) -> None:
    perk = make_perk()
    ana, ben = (make_advocate(contact=make_contact(name=name)) for name in ("Ana Free", "Ben Free"))
    never = make_advocate(contact=make_contact(name="Nina Never"), do_not_ask=True)
    client.force_login(alice)

    page = text_of(client.get(f"/perks/{perk.pk}/invite/"))
    assert ("Ana Free" in page, "Nina Never" in page) == (True, False)
    left_out = text_of(client.get(f"/perks/{perk.pk}/invite/?view=left-out"))
    assert ("Nina Never" in left_out, "do not ask" in left_out) == (True, True)
    assert "Ben Free" not in text_of(client.get(f"/perks/{perk.pk}/invite/?name=ana&tier=nonsense&segment=x"))

    ticked = client.post(
        f"/perks/{perk.pk}/invite/send/?name=a", {"advocate": [ana.pk, never.pk, "x", "9" * 30]}, follow=True
    )
    assert "1 invitation leaves now." in text_of(ticked)
    assert "Not invited: Nina Never: do not ask." in text_of(ticked)
    client.post(f"/perks/{perk.pk}/invite/send/", {"all": "1", "shown": [ben.pk]})

    assert list(perk.guests.order_by("pk").values_list("contact__name", flat=True)) == ["Ana Free", "Ben Free"]
    assert Message.objects.filter(letter="perk_invitation").count() == 2
    assert "tick whom to invite" in text_of(client.post(f"/perks/{perk.pk}/invite/send/", follow=True))


def test_nobody_is_invited_to_a_draft(client: Client, alice: User) -> None:
    perk, advocate = make_perk(status=PerkStatus.DRAFT), make_advocate()
    client.force_login(alice)

    answer = client.post(f"/perks/{perk.pk}/invite/send/", {"advocate": [advocate.pk]})

    assert (answer.status_code, PerkGuest.objects.count()) == (409, 0)


def test_page_shows_guests_by_status_and_findings(client: Client, alice: User) -> None:
    yesterday = timezone.now() - DAY
    perk = make_perk(kind=PerkKind.BETA, starts_at=yesterday, ends_at=yesterday + 9 * DAY, capacity=1)
    ana = make_guest(perk=perk, contact=make_contact(name="Ana"), status=GuestStatus.ACCEPTED)
    make_guest(perk=perk, contact=make_contact(name="Ben"), status=GuestStatus.WAITING)
    make_request(perk=perk, response=None, contact=ana.contact, quote="It freezes", kind="problem", origin="beta")
    client.force_login(alice)

    page = text_of(client.get(f"/perks/{perk.pk}/"))
    assert all(words in page for words in ("1 of 1 places", "1 waits", "Ana", "Ben", "It freezes", "Findings 1"))
    waiting = text_of(client.get(f"/perks/{perk.pk}/?status=waiting"))
    assert ("Ben" in waiting, "Took part" in waiting) == (True, False)
    assert client.get(f"/perks/{perk.pk}/?status=nonsense").status_code == 404
    assert "Found in" in text_of(client.get("/requests/?view=all"))

    def note(verb: str) -> tuple[int, str]:
        status = client.post(f"/guests/{ana.pk}/{verb}/", {"status": "accepted"}).status_code
        return status, PerkGuest.objects.get(pk=ana.pk).status

    assert [note("attended"), note("give-back")] == [(302, "attended"), (409, "attended")]
    assert [note("not-attended"), note("give-back")] == [(302, "accepted"), (302, "cancelled")]
    assert perk.guests.get(contact__name="Ben").status == GuestStatus.ACCEPTED


def test_file_holds_the_guests_and_is_an_event(client: Client, alice: User) -> None:
    perk = make_perk()
    make_guest(perk=perk, contact=make_contact(name="=SUM(A1)"))
    client.force_login(alice)

    file = client.post(f"/perks/{perk.pk}/export/")

    assert "'=SUM(A1)" in file.content.decode()
    assert trail.sentence(trail.events(perk)[0])[0] == "The guests were exported as a file"


def test_reader_reads_and_changes_nothing(client: Client, bob: User, carol: User) -> None:
    perk = make_perk()
    guest = make_guest(perk=perk, status=GuestStatus.ACCEPTED)
    before = rows()
    client.force_login(bob)

    pages = [client.get(address).status_code for address in ("/perks/", f"/perks/{perk.pk}/")]
    refused = {press(client, perk, verb).status_code for verb in ("open", "close", "cancel", "export", "invite/send")}
    refused |= {client.post(f"/guests/{guest.pk}/{verb}/").status_code for verb in ("attended", "give-back")}
    refused |= {client.get(f"/perks/{perk.pk}/{page}/").status_code for page in ("edit", "texts/en", "invite")}
    assert (pages, refused, client.get("/perks/new/").status_code) == ([200, 200], {403}, 403)
    assert client.get(f"/perks/{perk.pk}/open/").status_code == 405
    client.force_login(carol)
    assert client.get("/perks/").status_code == 403
    client.logout()
    assert client.get("/perks/").status_code == 302
    assert rows() == before


def test_lists_take_the_same_number_of_statements(
    client: Client, alice: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(alice)
    first = make_perk(capacity=9)
    addresses = ("/perks/", f"/perks/{first.pk}/", f"/perks/{first.pk}/invite/?view=left-out")
    client.get("/perks/")  # what is looked up once for all pages
    counted: dict[str, list[int]] = {}
    for number in (1, 3):
        while PerkGuest.objects.count() < number:
            make_perk()
            make_guest(perk=first, contact=make_advocate().contact, status=GuestStatus.ACCEPTED)
        for address in addresses:
            with django_assert_max_num_queries(60) as queries:
                client.get(address)
            counted.setdefault(address, []).append(len(queries))

    assert all(few == many for few, many in counted.values()), counted


def test_empty_lists_and_unknown_views(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "Nothing is planned" in text_of(client.get("/perks/"))
    assert client.get("/perks/?view=past&page=99").status_code == 200
    assert client.get("/perks/?view=nonsense").status_code == 404
    assert "Perks: beta tests and events" in text_of(client.get("/programmes/"))


def test_admin_looks_up(client: Client, alice: User) -> None:
    guest = make_guest()
    client.force_login(alice)

    addresses = ["perk/", "perkguest/", f"perk/{guest.perk_id}/change/", f"perkguest/{guest.pk}/change/"]
    assert {client.get(f"/admin/advocacy/{address}").status_code for address in addresses} == {200}


def test_who_waits_is_listed_in_line_with_the_number(client: Client, alice: User) -> None:
    client.force_login(alice)
    perk, now = make_perk(capacity=1), timezone.now()
    for number, name in enumerate(["Zoe", "Ana", "Ben"], start=1):
        make_guest(
            perk=perk,
            contact=make_contact(name=name),
            status=GuestStatus.WAITING,
            waiting_since=now + dt.timedelta(minutes=number),
        )

    page = text_of(client.get(f"/perks/{perk.pk}/"))

    places = [
        page.index(words) for words in ("Zoe", "list, number 1", "Ana", "list, number 2", "Ben", "list, number 3")
    ]
    assert places == sorted(places)
