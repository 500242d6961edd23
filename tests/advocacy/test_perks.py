from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from advocacy import perks, trail
from advocacy.enums import GUEST_MOVES, GuestStatus, PerkKind, PerkLetterKind, PerkStatus, RequestKind, RequestOrigin
from advocacy.models import CustomerRequest, Perk, PerkGuest, PerkLetter
from surveys import privacy
from surveys.models import Event, Message
from surveys.transitions import WrongState
from tests.factories import make_brand, make_contact, make_guest, make_perk
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
NOW = dt.datetime(2026, 3, 4, 9, 0, tzinfo=dt.UTC)
Status = GuestStatus
OLD = "0"  # the version of a page that has seen no event


def refusal(verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(WrongState) as refused:
        verb(*args, **kwargs)
    return str(refused.value)


def statuses(perk: Perk) -> list[str]:
    return list(perk.guests.order_by("pk").values_list("status", flat=True))


def letters(perk: Perk) -> list[tuple[str, str]]:
    """Who was told what, in the order in which it was queued."""
    rows = PerkLetter.objects.filter(guest__perk=perk).order_by("pk")
    return list(rows.values_list("guest__contact__name", "kind"))


def make_guests(perk: Perk, *names: str, **fields: Any) -> list[PerkGuest]:
    return [make_guest(perk=perk, contact=make_contact(name=name), **fields) for name in names]


# ----------------------------------------------------------------------------------------------------------- answering


def test_places_go_to_who_answers_first_and_the_others_wait() -> None:
    perk = make_perk(capacity=2)
    guests = make_guests(perk, "Ana", "Ben", "Cleo", "Dan")

    for guest in guests:
        perks.accept(guest)

    assert statuses(perk) == [Status.ACCEPTED, Status.ACCEPTED, Status.WAITING, Status.WAITING]
    assert [guest.number_in_line for guest in guests] == [0, 0, 1, 2]
    assert letters(perk) == []


def test_said_again_nothing_changes() -> None:
    perk = make_perk(capacity=1)
    placed, waiting = make_guests(perk, "Ana", "Ben")

    for _time in range(3):
        perks.accept(placed)
        perks.accept(waiting)
    before = list(Event.objects.order_by("pk").values())
    perks.accept(placed)
    perks.accept(waiting)

    assert statuses(perk) == [Status.ACCEPTED, Status.WAITING]
    assert list(Event.objects.order_by("pk").values()) == before


def test_freed_place_goes_to_who_waited_longest_and_is_told_once() -> None:
    perk = make_perk(capacity=1)
    ana, ben, cleo = make_guests(perk, "Ana", "Ben", "Cleo")
    for guest in (ana, cleo, ben):
        perks.accept(guest)

    for _time in range(2):
        perks.decline(ana)

    assert statuses(perk) == [Status.CANCELLED, Status.WAITING, Status.ACCEPTED]
    assert letters(perk) == [("Cleo", PerkLetterKind.MOVED_UP)]
    message = Message.objects.get()
    assert (message.letter, message.purpose, message.promise) == ("perk_moved_up", "service", "at_least_once")
    assert [trail.sentence(event)[0] for event in trail.events(cleo)] == [
        "Guest: moved up from the waiting list",
        "Guest: on the waiting list",
    ]


def test_who_leaves_the_list_frees_nothing_and_who_comes_back_stands_at_its_end() -> None:
    perk = make_perk(capacity=1)
    ana, ben, cleo = make_guests(perk, "Ana", "Ben", "Cleo")
    for guest in (ana, ben, cleo):
        perks.accept(guest)

    perks.decline(ben)
    perks.accept(ben)
    perks.decline(ana)

    assert statuses(perk) == [Status.CANCELLED, Status.WAITING, Status.ACCEPTED]
    assert letters(perk) == [("Cleo", PerkLetterKind.MOVED_UP)]


def test_letter_of_a_place_that_was_given_back_does_not_leave() -> None:
    perk = make_perk(capacity=1)
    ana, ben = make_guests(perk, "Ana", "Ben")
    for guest in (ana, ben):
        perks.accept(guest)

    perks.decline(ana)
    perks.decline(ben)

    assert statuses(perk) == [Status.CANCELLED, Status.CANCELLED]
    assert Message.objects.get().status == "cancelled"


def test_no_before_a_yes_is_a_no_and_may_become_a_yes() -> None:
    guest = make_guest()

    perks.decline(guest)
    assert guest.status == Status.DECLINED
    perks.accept(guest)

    assert (guest.status, guest.waiting_since) == (Status.ACCEPTED, None)


@pytest.mark.parametrize("status", [PerkStatus.DRAFT, PerkStatus.CLOSED, PerkStatus.CANCELLED])
def test_nobody_says_yes_to_what_is_not_open(status: PerkStatus) -> None:
    guest = make_guest(perk=make_perk(status=status))

    assert refusal(perks.accept, guest) == "Not noted: the time to answer is over."
    assert PerkGuest.objects.get().status == Status.INVITED


def test_time_to_answer_ends_when_it_says_or_when_it_begins() -> None:
    with time_machine.travel(NOW, tick=False):
        early = make_guest(perk=make_perk(respond_by=NOW + DAY, starts_at=NOW + 3 * DAY))
        plain = make_guest(perk=make_perk(starts_at=NOW + 3 * DAY))

    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert refusal(perks.accept, early) == "Not noted: the time to answer is over."
        perks.accept(plain)
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        assert refusal(perks.accept, make_guest(perk=plain.perk)) == "Not noted: the time to answer is over."
        perks.decline(plain)  # a place can be given back until the end
    with time_machine.travel(NOW + 4 * DAY, tick=False):
        assert refusal(perks.decline, early) == "Not noted: it is over, or cancelled."

    assert (plain.status, early.status) == (Status.CANCELLED, Status.INVITED)


def test_waiting_list_moves_up_when_closed_and_not_when_over() -> None:
    with time_machine.travel(NOW, tick=False):
        perk = make_perk(capacity=1, status=PerkStatus.CLOSED, starts_at=NOW + DAY)
        ana, _ben = make_guests(perk, "Ana", status=Status.ACCEPTED) + make_guests(perk, "Ben", status=Status.WAITING)
        perks.decline(ana)

        assert statuses(perk) == [Status.CANCELLED, Status.ACCEPTED]
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        over = make_perk(capacity=2, starts_at=NOW + DAY, status=PerkStatus.CLOSED)
        make_guests(over, "Cleo", status=Status.WAITING)
        perks.fill(over)

    assert statuses(over) == [Status.WAITING]


@pytest.mark.parametrize("came_from", list(Status))
@pytest.mark.parametrize("went_to", list(Status))
def test_moves_of_guests(came_from: Status, went_to: Status) -> None:
    legal = {
        Status.INVITED: {Status.ACCEPTED, Status.WAITING, Status.DECLINED},
        Status.ACCEPTED: {Status.CANCELLED, Status.ATTENDED},
        Status.WAITING: {Status.ACCEPTED, Status.CANCELLED},
        Status.DECLINED: {Status.ACCEPTED, Status.WAITING},
        Status.CANCELLED: {Status.ACCEPTED, Status.WAITING},
        Status.ATTENDED: {Status.ACCEPTED},
    }

    assert (went_to in GUEST_MOVES[came_from]) is (went_to in legal[came_from])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_answers_at_once_never_take_more_places_than_there_are() -> None:
    perk = make_perk(capacity=7)
    guests = [make_guest(perk=perk) for _number in range(50)]

    def say_yes(guest: PerkGuest) -> Any:
        return lambda: perks.accept(PerkGuest.objects.select_related("perk").get(pk=guest.pk))

    answers = at_once(*(say_yes(guest) for guest in guests))

    assert answers == [None] * 50
    assert perks.counts(perk) == {**dict.fromkeys(Status, 0), Status.ACCEPTED: 7, Status.WAITING: 43}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_places_given_back_at_once_move_as_many_up_each_told_once() -> None:
    perk = make_perk(capacity=10)
    placed = [make_guest(perk=perk, status=Status.ACCEPTED) for _number in range(10)]
    waiting = [make_guest(perk=perk, status=Status.WAITING) for _number in range(20)]

    def call(verb: Any, guest: PerkGuest) -> Any:
        return lambda: verb(PerkGuest.objects.select_related("perk").get(pk=guest.pk))

    answers = at_once(*(call(perks.decline, guest) for guest in (*placed, *placed)))

    assert answers == [None] * 20
    moved = list(perk.guests.filter(status=Status.ACCEPTED).order_by("pk").values_list("pk", flat=True))
    assert moved == [guest.pk for guest in waiting[:10]]
    assert PerkLetter.objects.filter(kind=PerkLetterKind.MOVED_UP).count() == 10


# ------------------------------------------------------------------------------------------------------------ planning


def test_more_places_move_the_list_up_and_fewer_than_taken_are_refused(alice: User) -> None:
    perk = make_perk(capacity=1)
    for guest in make_guests(perk, "Ana", "Ben", "Cleo", "Dan"):
        perks.accept(guest)

    perks.edit(perk, by=alice, capacity=3)
    assert statuses(perk) == [Status.ACCEPTED, Status.ACCEPTED, Status.ACCEPTED, Status.WAITING]
    assert letters(perk) == [("Ben", PerkLetterKind.MOVED_UP), ("Cleo", PerkLetterKind.MOVED_UP)]
    assert refusal(perks.edit, perk, by=alice, capacity=2) == "Not saved: 3 guests have a place already."

    perk.refresh_from_db()
    assert (perk.capacity, perk.sequence) == (3, 0)


def test_another_time_raises_the_version_and_tells_who_has_a_place_once(alice: User) -> None:
    perk = make_perk(capacity=1)
    for guest in make_guests(perk, "Ana", "Ben"):
        perks.accept(guest)
    later: dict[str, Any] = {"starts_at": perk.starts_at + DAY, "ends_at": perk.ends_at + DAY}

    for _time in range(2):
        perks.edit(perk, by=alice, **later)
    perks.edit(perk, by=alice, name="Another name")

    assert (perk.sequence, letters(perk)) == (1, [("Ana", PerkLetterKind.CHANGED)])
    assert [trail.sentence(event)[0] for event in trail.events(perk)] == ["Perk changed", "Time or place changed"]


def test_draft_that_moves_tells_nobody(alice: User) -> None:
    perk = make_perk(status=PerkStatus.DRAFT)

    perks.edit(perk, by=alice, place="Hall 2")

    assert (perk.sequence, Message.objects.count()) == (0, 0)


def test_cancelled_one_tells_all_who_counted_on_it_once_and_stops_what_waits(alice: User) -> None:
    perk = make_perk(capacity=1)
    _ana, ben, cleo, _dan = make_guests(perk, "Ana", "Ben", "Cleo", "Dan")
    for guest in (ben, cleo):
        perks.accept(guest)
    perks.tell([ben], PerkLetterKind.CHANGED)

    perks.cancel(perk, reason="The hall burned down", by=alice)
    assert "cannot become cancelled" in refusal(perks.cancel, perk, reason="Again", by=alice)

    told = [("Ben", PerkLetterKind.CHANGED), ("Ben", PerkLetterKind.CANCELLED), ("Cleo", PerkLetterKind.CANCELLED)]
    assert (letters(perk), perk.sequence) == (told, 1)
    assert list(Message.objects.order_by("pk").values_list("letter", "status")) == [
        ("perk_changed", "cancelled"),
        ("perk_cancelled", "queued"),
        ("perk_cancelled", "queued"),
    ]
    assert refusal(perks.edit, perk, by=alice, place="Hall 2") == "Not saved: it is cancelled."
    assert refusal(perks.decline, ben) == "Not noted: it is over, or cancelled."


def test_told_of_a_cancellation_once_by_constraint() -> None:
    guest = make_guest()
    PerkLetter.objects.create(guest=guest, kind=PerkLetterKind.CANCELLED)

    with pytest.raises(IntegrityError), transaction.atomic():
        PerkLetter.objects.create(guest=guest, kind=PerkLetterKind.CANCELLED)


def test_who_has_no_address_is_not_written_to(alice: User) -> None:
    perk = make_perk()
    make_guest(perk=perk, contact=make_contact(email="", phone="+34 600 000 000"), status=Status.ACCEPTED)

    perks.cancel(perk, reason="No", by=alice)

    assert letters(perk) == []


def test_opens_while_there_is_time_and_closes(alice: User) -> None:
    with time_machine.travel(NOW, tick=False):
        perk = make_perk(status=PerkStatus.DRAFT, starts_at=NOW + DAY)
        perks.open_up(perk, by=alice)
        perks.close(perk, by=alice)
        assert perk.status == PerkStatus.CLOSED
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        assert refusal(perks.open_up, perk, by=alice) == "Not opened: the time to answer is over."
        assert refusal(perks.cancel, perk, reason="Late", by=alice) == "Not cancelled: it is over."


def test_old_picture_is_refused(alice: User) -> None:
    perk = make_perk(status=PerkStatus.DRAFT)
    perks.edit(perk, by=alice, place="Hall 1")

    for verb, more in (
        (perks.edit, {"place": "Hall 2"}),
        (perks.open_up, {}),
        (perks.cancel, {"reason": "x"}),
        (perks.write, {"language": "de", "title": "T", "text": ""}),
    ):
        with pytest.raises(trail.Changed):
            verb(perk, by=alice, seen=OLD, **more)
    assert Perk.objects.get().place == "Hall 1"


def test_text_falls_back_along_the_chain(alice: User) -> None:
    perk = make_perk(brand=make_brand(default_language="de"), title="English")
    perks.write(perk, language="es", title="Spanish", text="", by=alice)
    perks.write(perk, language="de", title="German", text="", by=alice)
    perks.write(perk, language="de", title="German", text="", by=alice)

    def title(*wishes: str) -> str:
        found = Perk.objects.get().text_in(*wishes)
        return found.title if found else ""

    assert [title("es-MX"), title("fr"), title("", "en-GB"), title()] == ["Spanish", "German", "English", "German"]
    assert trail.events(perk).count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"capacity": 0},
        {"capacity": 100_001},
        {"starts_at": NOW, "ends_at": NOW},
        {"starts_at": NOW, "ends_at": NOW + DAY, "respond_by": NOW + 2 * DAY},
        {"address": "javascript:alert(1)"},
        {"address": "http://plain.example.com"},
    ],
)
def test_database_refuses_what_cannot_be(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_perk(**fields)


# ------------------------------------------------------------------------------------------------------------ findings


def test_only_who_has_a_place_takes_part_and_only_once_it_has_begun(alice: User) -> None:
    with time_machine.travel(NOW, tick=False):
        perk = make_perk(capacity=1, starts_at=NOW + DAY)
        ana, ben = make_guests(perk, "Ana", "Ben")
        for guest in (ana, ben):
            perks.accept(guest)
        assert refusal(perks.attend, ana, by=alice) == "Not noted: it has not begun."
    with time_machine.travel(NOW + DAY, tick=False):
        assert refusal(perks.attend, ben, by=alice) == "Not noted: the guest has no place."
        for _time in range(2):
            perks.attend(ana, by=alice)
        assert refusal(perks.decline, ana) == "Not noted: the guest took part."
        assert (ana.status, perks.left(perk)) == (Status.ATTENDED, 0)
        perks.unattend(ana, by=alice)

    assert ana.status == Status.ACCEPTED


def make_tester(**fields: Any) -> PerkGuest:
    """Somebody who tests since yesterday."""
    yesterday = timezone.now() - DAY
    perk = make_perk(kind=PerkKind.BETA, starts_at=yesterday, ends_at=yesterday + 30 * DAY, name="Descaling app")
    return make_guest(perk=perk, **{"status": Status.ACCEPTED, **fields})


def test_finding_becomes_a_request(alice: User) -> None:
    guest = make_tester()

    for _time in range(2):
        perks.find(guest, kind=RequestKind.PROBLEM, words=" It freezes\n\nat  step 3. ", language="en")

    request = CustomerRequest.objects.get()
    assert (request.contact, request.perk, request.origin) == (guest.contact, guest.perk, RequestOrigin.BETA)
    assert (request.kind, request.quote, request.language) == ("problem", "It freezes at step 3.", "en")
    told = [trail.sentence(event) for event in trail.events(request)]
    assert told == [("Found in a beta test", "Descaling app")]


def test_findings_come_from_testers_while_the_test_runs() -> None:
    waiting = make_tester(status=Status.WAITING)
    guest = make_guest(perk=make_perk(starts_at=timezone.now() - DAY, ends_at=timezone.now() + DAY), status="accepted")
    early = make_guest(perk=make_perk(kind=PerkKind.BETA), status=Status.ACCEPTED)

    said = [
        refusal(perks.find, each, kind=RequestKind.PROBLEM, words="x", language="en")
        for each in (waiting, guest, early)
    ]

    assert set(said) == {"Not noted: the test is not running for this guest."}
    assert CustomerRequest.objects.count() == 0


def test_nobody_floods_the_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perks, "MOST_FINDINGS", 2)
    guest = make_tester()
    for number in range(2):
        perks.find(guest, kind=RequestKind.QUESTION, words=f"{number}", language="en")

    said = refusal(perks.find, guest, kind=RequestKind.QUESTION, words="3", language="en")

    assert (said, CustomerRequest.objects.count()) == ("Not noted: this guest has sent enough.", 2)


# ----------------------------------------------------------------------------------------------------- persons and file


def test_erased_guest_frees_the_place(alice: User) -> None:
    perk = make_perk(capacity=1)
    ana, ben = make_guests(perk, "Ana", "Ben")
    for guest in (ana, ben):
        perks.accept(guest)

    privacy.erase(ana.contact, by=alice)

    assert statuses(perk) == [Status.ACCEPTED]
    assert letters(perk) == [("Ben", PerkLetterKind.MOVED_UP)]


def test_merged_guest_is_one_and_the_furthest_stays(alice: User) -> None:
    perk, other = make_perk(capacity=1), make_perk()
    keep, gone = make_contact(name="Keep"), make_contact(name="Gone")
    make_guest(perk=perk, contact=keep)
    make_guest(perk=perk, contact=gone, status=Status.ACCEPTED)
    make_guest(perk=other, contact=gone, status=Status.DECLINED)

    privacy.merge(keep, gone, by=alice)

    assert list(PerkGuest.objects.order_by("pk").values_list("contact__name", "perk", "status")) == [
        ("Keep", perk.pk, Status.ACCEPTED),
        ("Keep", other.pk, Status.DECLINED),
    ]


def test_person_gets_it_all_along(alice: User) -> None:
    guest = make_guest(perk=make_perk(name="Tasting"))

    (told,) = privacy.export(guest.contact, by=alice)["perks"]

    assert (told["perk__name"], told["status"]) == ("Tasting", "invited")
    assert "token" not in told


def test_file_holds_every_guest_with_the_number_in_line(alice: User) -> None:
    perk = make_perk(capacity=1)
    make_guests(perk, "Eva")
    for guest in make_guests(perk, "Ben", "Ana", "=SUM(A1)"):
        perks.accept(guest)

    head, *rows = perks.lines(perk)

    assert head == ["Guest", "Account", "Mail", "Status", "Answered at", "Number on the waiting list"]
    assert [(row[0], row[3], row[5]) for row in rows] == [
        ("Ben", "Has a place", ""),
        ("Eva", "Invited", ""),
        ("Ana", "On the waiting list", "1"),
        ("=SUM(A1)", "On the waiting list", "2"),
    ]


@pytest.mark.parametrize(
    ("view", "names"),
    [("coming", ["Soon", "Later"]), ("past", ["Over"]), ("cancelled", ["Off"])],
)
def test_lists_hold_what_comes_what_is_over_and_what_is_off(view: str, names: list[str]) -> None:
    now = timezone.now()
    make_perk(name="Later", starts_at=now + 9 * DAY, status=PerkStatus.DRAFT)
    make_perk(name="Soon", starts_at=now + DAY)
    make_perk(name="Over", starts_at=now - 9 * DAY)
    make_perk(name="Off", status=PerkStatus.CANCELLED)

    rows = perks.shown(perks.perks_of(perks.PerkView(view), at=now))

    assert [row.name for row in rows] == names
