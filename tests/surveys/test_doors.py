"""Doors: set up, opened and closed; who comes in, and how many."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from advocacy import routing
from advocacy.enums import RoutedTo
from advocacy.models import Case
from surveys import contacts, doors, privacy
from surveys.analytics import rates
from surveys.doors import TooMany, Who
from surveys.enums import CampaignStatus, Channel, DoorKind, Evidence, SuppressionReason
from surveys.models import Contact, DailyCount, Door, DoorText, Event, NetworkCount, Response
from surveys.responses import Answer, NotOpen
from surveys.transitions import WrongState
from tests.factories import make_campaign, make_contact, make_door, make_invitation, make_message
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
NETWORK = "203.0.113.0/24"


def answer(door: Door, score: int = 3, *, key: str = "", **fields: Any) -> Response:
    said = Answer(score=score, comment=fields.pop("comment", ""), wants_contact="who" in fields)
    key = key or f"key{Response.objects.count()}"
    return doors.answer(door, said, key=key, **{"network": NETWORK, "language": "en", **fields})


# -------------------------------------------------------------------------------------------------------------- set up


def test_create_makes_an_open_door_with_a_token_an_event_and_a_history(alice: User) -> None:
    door = doors.create(make_campaign(), by=alice, name="Harbour Street shop", kind=DoorKind.KIOSK)

    event = Event.objects.get()
    assert (door.is_open, door.token.version, door.channel) == (True, Door.objects.get().token.version, Channel.KIOSK)
    assert (event.kind, event.object_id, event.went_to, event.by) == ("surveys.door", str(door.pk), "open", alice)
    assert [row.history_user for row in door.history.all()] == [alice]
    assert not hasattr(door.history.get(), "token")


def test_create_refuses_a_second_door_of_a_name_and_an_archived_campaign(alice: User) -> None:
    door = make_door(name="Shop")

    with pytest.raises(WrongState, match="has this name"):
        doors.create(door.campaign, by=alice, name="Shop")
    with pytest.raises(WrongState, match="archived"):
        doors.create(make_campaign(status=CampaignStatus.ARCHIVED), by=alice, name="Shop")
    assert Door.objects.count() == 1


def test_close_and_open_move_once_with_an_event(alice: User) -> None:
    door = make_door()

    doors.close(door, by=alice)
    with pytest.raises(WrongState, match=f"{door} is closed already"):
        doors.close(Door.objects.get(), by=alice)
    doors.open_(Door.objects.get(), by=alice)
    with pytest.raises(WrongState, match=f"{door} is open already"):
        doors.open_(door, by=alice)

    assert list(Event.objects.order_by("pk").values_list("came_from", "went_to")) == [
        ("open", "closed"),
        ("closed", "open"),
    ]


def test_door_of_an_archived_campaign_does_not_open(alice: User) -> None:
    door = make_door(campaign=make_campaign(status=CampaignStatus.ARCHIVED), is_open=False)

    with pytest.raises(WrongState, match="archived"):
        doors.open_(door, by=alice)


def test_write_keeps_words_with_their_author_and_lets_blank_ones_go(alice: User) -> None:
    door = make_door()

    doors.write(door, {"en": {"heading": "Hello", "text": ""}, "es": {"heading": "", "text": ""}}, by=alice)
    doors.write(door, {"en": {"heading": "Hello", "text": ""}}, by=alice)
    assert list(DoorText.objects.values_list("language", "heading", "text")) == [("en", "Hello", "")]
    doors.write(door, {"en": {"heading": "", "text": ""}}, by=alice)

    assert list(DoorText.objects.all()) == []
    past = DoorText.history.order_by("history_id")
    assert [(row.history_type, row.history_user) for row in past] == [("+", alice), ("-", alice)]


def test_words_of_a_door_know_the_company_and_nobody_by_name() -> None:
    text = DoorText(door=make_door(), language="en", heading="Hello {{ first_name }}", text="Of {{ company }}")

    with pytest.raises(ValidationError) as refused:
        text.full_clean()

    assert list(refused.value.message_dict) == ["heading"]


@pytest.mark.parametrize(
    ("kind", "an_hour", "limit"), [("link", None, 30), ("embed", None, 30), ("kiosk", None, 120), ("link", 5, 5)]
)
def test_limit_is_that_of_its_kind_unless_it_has_its_own(kind: str, an_hour: int | None, limit: int) -> None:
    assert make_door(kind=kind, an_hour=an_hour).limit == limit


# ------------------------------------------------------------------------------------------------------------ the form


def test_seal_is_good_from_two_seconds_to_twelve_hours() -> None:
    door = make_door()
    with time_machine.travel(NOW, tick=False):
        sealed = doors.seal(door)

    ages = {"0": 0, "1.9": 1.9, "2": 2, "12 h": 12 * 3600, "later": 12 * 3600 + 1, "before": -5}
    good = {}
    for name, seconds in ages.items():
        with time_machine.travel(NOW + dt.timedelta(seconds=seconds), tick=False):
            good[name] = bool(doors.key_of(door, sealed))

    assert good == {"0": False, "1.9": False, "2": True, "12 h": True, "later": False, "before": False}


def test_seal_of_another_door_or_a_broken_one_is_none() -> None:
    door = make_door()
    with time_machine.travel(NOW, tick=False):
        sealed = doors.seal(door)
        other = doors.seal(make_door())

    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        texts = (other, sealed + "x", sealed[1:], "", "\x00", "é" * 9_000)
        assert [doors.key_of(door, text) for text in texts] == [""] * 6


@pytest.mark.parametrize(("kind", "seconds"), [("link", 1800), ("embed", 1800), ("kiosk", 60)])
def test_thank_you_page_is_shown_for_a_while(kind: str, seconds: int) -> None:
    door = make_door(kind=kind)
    response = answer(door)
    with time_machine.travel(NOW, tick=False):
        reference = doors.reference(response, door)
        assert doors.thanked(door, reference) == response
        assert doors.thanked(make_door(), reference) is None
        assert doors.thanked(door, reference[:-1]) is None

    with time_machine.travel(NOW + dt.timedelta(seconds=seconds + 1), tick=False):
        assert doors.thanked(door, reference) is None


# ---------------------------------------------------------------------------------------------------------- the answer


@pytest.mark.parametrize("kind", DoorKind)
def test_answer_is_recorded_with_its_channel_version_and_count(kind: DoorKind) -> None:
    door = make_door(kind=kind, style="neutral")

    with time_machine.travel(NOW, tick=False):
        response = answer(door, 9, comment="Good coffee", language="es")

    kept = Response.objects.values(
        "channel", "door", "campaign", "contact", "invitation", "style", "language", "score", "comment", "evidence"
    ).get()
    assert kept == {
        "channel": kind.value,
        "door": door.pk,
        "campaign": door.campaign_id,
        "contact": None,
        "invitation": None,
        "style": "neutral",
        "language": "es",
        "score": 9,
        "comment": "Good coffee",
        "evidence": Evidence.SUBMITTED,
    }
    assert response.settles_at == NOW
    assert list(response.revisions.values_list("number", "score")) == [(1, 9)]
    assert list(DailyCount.objects.values_list("campaign", "language", "promoters")) == [(door.campaign_id, "es", 1)]


def test_same_form_twice_is_one_answer() -> None:
    door = make_door()

    first = answer(door, 3, key="same")
    second = answer(door, 9, key="same")

    assert (first, first.score) == (second, second.score) == (Response.objects.get(), 3)
    assert NetworkCount.objects.get().answers == 1


def test_closed_door_takes_nothing(alice: User) -> None:
    door = make_door()
    doors.close(door, by=alice)
    archived = make_door(campaign=make_campaign(status=CampaignStatus.ARCHIVED))

    for each in (door, archived):
        with pytest.raises(NotOpen):
            answer(each)

    assert (Response.objects.count(), NetworkCount.objects.count()) == (0, 0)


@pytest.mark.parametrize("score", [-1, 11])
def test_score_that_is_none_is_refused(score: int) -> None:
    with pytest.raises(ValueError, match="score"):
        answer(make_door(), score)


# ------------------------------------------------------------------------------------------------------------ how many


def test_network_is_counted_for_an_hour_and_then_forgotten() -> None:
    door = make_door(an_hour=2)
    with time_machine.travel(NOW, tick=False):
        answer(door)
        answer(door)
        with pytest.raises(TooMany) as refused:
            answer(door)
        answer(door, network="198.51.100.0/24")
        answer(make_door(), network=NETWORK)

    assert refused.value.until == NOW + dt.timedelta(hours=1)
    assert NETWORK not in str(list(NetworkCount.objects.values()))
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        answer(door)
        assert doors.sweep() == 2
    assert list(NetworkCount.objects.values_list("answers", flat=True)) == [1]


@pytest.mark.usefixtures("shared_database")
def test_many_at_once_do_not_pass_the_limit_together() -> None:
    door = make_door(an_hour=3)

    results = at_once(*(partial(answer, door, key=f"form{number}") for number in range(8)))

    assert sorted(type(result).__name__ for result in results) == ["Response"] * 3 + ["TooMany"] * 5
    assert (Response.objects.count(), NetworkCount.objects.get().answers) == (3, 3)
    assert DailyCount.objects.get().detractors == 3


@pytest.mark.usefixtures("shared_database")
def test_one_form_sent_twenty_times_at_once_is_one_answer() -> None:
    door = make_door()

    results = at_once(*(partial(answer, door, number % 11, key="same") for number in range(20)))

    assert results == [Response.objects.get()] * 20
    assert NetworkCount.objects.get().answers == 1


# ----------------------------------------------------------------------------------------------------------------- who


def test_unknown_person_becomes_a_contact_whom_no_survey_asks() -> None:
    with time_machine.travel(NOW, tick=False):
        response = answer(make_door(), who=Who("Mira@Example.com", "Mira Lind"), language="ar")

    contact = Contact.objects.get()
    assert (response.contact, response.is_self_named, response.wants_contact) == (contact, True, True)
    assert (contact.email, contact.name, contact.language) == ("mira@example.com", "Mira Lind", "ar")
    assert (contact.basis, contact.basis_source, contact.basis_at) == ("", "open link", NOW)


def test_known_address_is_the_known_contact_and_changes_nothing_of_it() -> None:
    contact = make_contact(email="mira@example.com", name="Mira Lind", language="es")
    before = Contact.objects.values().get()

    response = answer(make_door(), who=Who("MIRA@example.com", "Somebody Else"))

    assert (response.contact, response.is_self_named) == (contact, True)
    assert Contact.objects.values().get() == before


def test_nobody_named_is_nobody() -> None:
    response = answer(make_door())

    receipt = routing.route(response.pk)

    assert (response.contact, response.is_self_named) == (None, False)
    assert receipt is not None
    assert receipt.routed_to == RoutedTo.NO_CONTACT


def test_suppressed_address_is_answered_as_a_case() -> None:
    contacts.suppress("mira@example.com", reason=SuppressionReason.UNSUBSCRIBED)
    response = answer(make_door(), 2, who=Who("mira@example.com"))

    receipt = routing.route(response.pk)

    assert receipt is not None
    assert (receipt.routed_to, Case.objects.get().contact) == (RoutedTo.CASE, response.contact)


# ------------------------------------------------------------------------------------------------- beside invitations


def test_answers_through_doors_do_not_enter_the_response_rate() -> None:
    invitation = make_invitation()
    make_message(invitation=invitation, status="sent", sent_at=timezone.now())
    door = make_door(campaign=invitation.wave.campaign)

    answer(door, 10)
    answer(door, 10, who=Who(invitation.contact.email))

    today = timezone.localdate()
    assert rates.of_period(today, today) == rates.Rate(scored=0, delivered=1)
    assert rates.of_wave(invitation.wave) == rates.Rate(scored=0, delivered=1)
    assert DailyCount.objects.get().promoters == 2


def test_person_takes_the_answer_along(alice: User) -> None:
    keep = make_contact()
    response = answer(make_door(name="Shop"), who=Who("mira@example.com"), comment="My secret")
    privacy.merge(keep, Contact.objects.get(email="mira@example.com"), by=alice)
    response.refresh_from_db()
    assert response.contact == keep

    (known,) = privacy.export(keep, by=alice)["answers"]
    assert (known["channel"], known["door"], known["is_self_named"]) == ("link", "Shop", True)

    privacy.erase(keep, by=alice)
    response.refresh_from_db()
    assert [response.contact, response.comment, response.is_self_named] == [None, "", False]
    assert response.revisions.get().comment == ""
