"""From an invitation to a beta test to a request: accepted, full, waiting, given back, moved up, calendar, found."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from advocacy import trail
from advocacy.enums import PerkKind, PerkStatus
from advocacy.models import CustomerRequest, Perk
from surveys import outbox
from tests.advocacy.pages.casework import text_of
from tests.factories import make_advocate, make_contact, make_perk

pytestmark = pytest.mark.django_db


def sent() -> list[Any]:
    return list(mail.outbox)


def links() -> dict[str, str]:
    """Whose page the mails that have left lead to."""
    found = {letter.to[0]: re.search(r"https://ask\.example\.com(/p/[\w-]{22}/)", letter.body) for letter in sent()}
    return {address: link[1] for address, link in found.items() if link}


def subjects(address: str) -> list[str]:
    return [letter.subject for letter in sent() if letter.to == [address]]


def test_from_invitation_to_a_place_that_is_given_back_to_a_finding(client: Client, alice: User) -> None:
    client.force_login(alice)
    perk = make_perk(kind=PerkKind.BETA, status=PerkStatus.DRAFT, capacity=1, title="Descaling app")
    people = [f"{name}@example.com" for name in ("ana", "ben", "cleo")]
    advocates = [make_advocate(contact=make_contact(email=each, name=each[:3].title())) for each in people]
    ana, ben, cleo = people

    client.post(f"/perks/{perk.pk}/open/", {"seen": trail.version(perk)})
    client.post(f"/perks/{perk.pk}/invite/send/", {"advocate": [each.pk for each in advocates]})
    outbox.send_batch()
    link, guest = links(), Client()
    assert sorted(link) == people
    said = [text_of(guest.post(link[each], {"answer": "yes"})) for each in people]
    assert ["You have a place." in page for page in said] == [True, False, False]
    assert [f"Your number is {number}." in page for number, page in enumerate(said)] == [False, True, True]
    assert [guest.get(f"{link[each]}calendar.ics").status_code for each in people] == [200, 404, 404]

    for _time in range(2):
        guest.post(link[ana], {"answer": "no"})
        outbox.send_batch()
    assert subjects(ben) == ["An invitation: Descaling app", "You have a place: Descaling app"]
    assert (len(subjects(ana)), len(subjects(cleo))) == (1, 1)
    file = guest.get(f"{link[ben]}calendar.ics")
    assert (b"SUMMARY" in file.content, file.headers["Content-Type"][:13]) == (True, "text/calendar")

    with time_machine.travel(Perk.objects.get().starts_at + dt.timedelta(hours=1), tick=False):
        client.force_login(alice)
        finding = {"find": "1", "kind": "problem", "words": "It freezes at step 3.", "spoken": "en"}
        assert guest.post(link[ana], finding).status_code == 409  # gave the place back
        assert "Our team has it." in text_of(guest.post(link[ben], finding))
        request = CustomerRequest.objects.get()
        triage = text_of(client.get("/requests/?view=waiting"))
        staff = text_of(client.get(f"/perks/{perk.pk}/"))

    assert (request.contact.email, request.perk, request.kind) == (ben, perk, "problem")
    assert ("It freezes at step 3." in triage, "It freezes at step 3." in staff) == (True, True)
    assert request.due_at > timezone.now()
