"""One wish, in three languages by three kinds of people: a fix, three letters, one more question, three answers."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone

from advocacy import announcing, fixes, lifting, routing, tasks, trail, triage
from advocacy.enums import FixStatus, RequestKind
from advocacy.models import CustomerRequest, Draft, Fix
from surveys import outbox
from surveys.enums import Band, CampaignKind, CampaignStatus, TouchKind
from surveys.models import Campaign, Contact, Message, Response, Touch
from tests.advocacy.pages.casework import text_of
from tests.factories import (
    make_brand,
    make_campaign,
    make_contact,
    make_invitation,
    make_response,
    make_user,
    make_wave,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SAID = {
    # score, language, name, the whole comment, the sentence that asks for it
    "passive": (8, "it", "Chiara Conti", "L’app non ha la modalità scura.", ""),
    "promoter": (9, "en", "Ben Ito", "I love it. The app has no dark mode.", "The app has no dark mode."),
    "detractor": (3, "ar", "سميرة حداد", "التطبيق بلا وضع داكن.", "التطبيق بلا وضع داكن."),
}
# How each letter begins, and the sentence of theirs that stands in it.
LETTERS = {
    "passive": "Ciao Chiara,\n\nCi hai scritto:\n> L’app non ha la modalità scura.\n\nQuello che desideravi ora c’è.\n",
    "promoter": "Hello Ben,\n\nYou wrote to us:\n> The app has no dark mode.\n\nWhat you wished for is there now.\n",
    "detractor": "مرحبًا سميرة،\n\nكتبت إلينا:\n> التطبيق بلا وضع داكن.\n\nما تمنّيته صار متاحًا الآن.\n",
}
SUBJECTS = {
    "passive": "Quello che desideravi ora c’è",
    "promoter": "What you wished for is there",
    "detractor": "ما تمنّيته صار متاحًا",
}


def ask_everybody(campaign: Campaign) -> dict[str, Contact]:
    """The three answered a survey that was sent to them now."""
    wave, people = make_wave(campaign=campaign), {}
    for band, (score, language, name, comment, _sentence) in SAID.items():
        contact = make_contact(name=name, email=f"{band}@example.com")
        invitation = make_invitation(wave=wave, contact=contact, language=language)
        make_response(invitation=invitation, score=score, comment=comment, language=language)
        Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=timezone.now())
        people[band] = contact
    return people


def make_requests(people: dict[str, Contact], *, by: User) -> list[CustomerRequest]:
    """The passive's is made of the answer; a person notes the other two from theirs."""
    routing.route_settled()
    for band in ("promoter", "detractor"):
        response = Response.objects.get(contact=people[band])
        case = people[band].cases.first()
        sentence, language = SAID[band][4], SAID[band][1]
        triage.note(
            people[band],
            response=response,
            case=case,
            kind=RequestKind.SUGGESTION,
            quote=sentence,
            language=language,
            by=by,
        )
    fixes.sort(CustomerRequest.objects.get(contact=people["passive"]), kind=RequestKind.SUGGESTION, by=by)
    return list(CustomerRequest.objects.order_by("pk"))


def ship(requests: list[CustomerRequest], *, by: User) -> Fix:
    first, *others = requests
    fix = fixes.link_new(first, title="Dark mode in the app", description="", theme=None, by=by)
    for request in others:
        fixes.link(request, fix=fix, by=by)
    fixes.plan(fix, owner=by, due_on=timezone.localdate() + 30 * DAY, by=by)
    fixes.ship(fix, reason="It follows the phone.", by=by)
    return fix


def send_all() -> None:
    while outbox.send_batch():
        pass


def read_and_send(client: Client, fix: Fix) -> None:
    """Somebody reads one letter after another on the page, and sends each."""
    tasks.announce_fixes()
    for draft in Draft.objects.filter(announcement__fix=fix).order_by("pk"):
        client.get(f"/fixes/{fix.pk}/thanks/?draft={draft.pk}")
        read = announcing.mark_of(announcing.letter_of(draft))
        assert client.post(f"/thanks/{draft.pk}/send/", {"read": read}).status_code == 302


def test_wish_of_three_is_one_fix_three_letters_and_three_answers(client: Client) -> None:
    dana = make_user("dana", "Support lead")
    client.force_login(dana)
    with time_machine.travel(NOW, tick=False):
        brand = make_brand(name="Aurora", short_name="Aurora")
        people = ask_everybody(make_campaign(brand=brand))
        again = make_campaign(
            name="Better now?", brand=brand, kind=CampaignKind.EVENT, status=CampaignStatus.ACTIVE, activated_at=NOW
        )
        requests = make_requests(people, by=dana)
        assert [(each.contact.email, each.fix) for each in requests] == [
            ("passive@example.com", None),
            ("promoter@example.com", None),
            ("detractor@example.com", None),
        ]

    with time_machine.travel(NOW + 10 * DAY, tick=False):
        people["detractor"].holds.all().delete()  # the case was closed meanwhile
        fix = ship(requests, by=dana)
        read_and_send(client, fix)
        announcing.set_up(fix.announcement, gift="", ask_with=again, by=dana)
        fix.refresh_from_db()
        assert fix.status == FixStatus.ANNOUNCED
        send_all()
        assert mail.outbox == []  # held for ten seconds
    with time_machine.travel(NOW + 10 * DAY + dt.timedelta(seconds=11), tick=False):
        send_all()

    letters = {letter.to[0].partition("@")[0]: letter for letter in mail.outbox}
    assert {band: letter.subject for band, letter in letters.items()} == SUBJECTS
    for band, letter in letters.items():
        assert str(letter.body).startswith(LETTERS[band])
        spoken = f'<html lang="{SAID[band][1]}"'
        assert spoken in str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    assert CustomerRequest.objects.filter(told_at__isnull=True).count() == 0

    with time_machine.travel(NOW + 40 * DAY, tick=False):
        assert tasks.ask_again() == 0  # their survey was forty days ago, and the throttle is ninety
        assert again.waves.count() == 0
    with time_machine.travel(NOW + 91 * DAY, tick=False):
        assert tasks.ask_again() == 3
        assert tasks.ask_again() == 0
        asked = Message.objects.filter(letter="invitation", invitation__wave__campaign=again)
        assert sorted(asked.values_list("contact__email", flat=True)) == sorted(each.email for each in people.values())

    with time_machine.travel(NOW + 95 * DAY, tick=False):
        for band, score in (("passive", 10), ("promoter", 9), ("detractor", 8)):
            invitation = Draft.objects.get(contact=people[band]).invitation
            make_response(invitation=invitation, score=score)
    with time_machine.travel(NOW + 96 * DAY, tick=False):
        lift = lifting.of_fix(fix)
        said = text_of(client.get(f"/fixes/{fix.pk}/"))

    assert dict(lift.told.pairs) == {
        (Band.PASSIVE, Band.PROMOTER): 1,
        (Band.PROMOTER, Band.PROMOTER): 1,
        (Band.DETRACTOR, Band.PASSIVE): 1,
    }
    assert (lift.told.people, lift.told.n, lift.told.lifted, lift.untold.people) == (3, 3, 2, 0)
    assert "2 of 3 are in a higher band now" in said
    events = trail.events(requests[0]).filter(reason__startswith=trail.TOLD)
    assert [event.by for event in events] == [dana]
