from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from advocacy import cases, letters, mentions, presence, routing, timeline
from advocacy.enums import AttemptChannel, CaseStatus, RoutedTo
from advocacy.models import (
    Advocate,
    Ask,
    Attempt,
    Case,
    CaseLetter,
    CaseNote,
    CustomerRequest,
    Escalation,
    IdeaWords,
    Mention,
    Pledge,
    Presence,
    Reply,
    Routing,
)
from surveys import ports, privacy
from surveys.models import Contact, Event, Message, Response
from tests.factories import (
    make_advocate,
    make_ask,
    make_case,
    make_contact,
    make_fix,
    make_pledge,
    make_request,
    make_response,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def by(db: None) -> User:
    return make_user("admin", is_superuser=True)


def make_pair() -> tuple[Contact, Contact]:
    return make_contact(name="keep"), make_contact(name="gone")


def test_this_side_has_its_part() -> None:
    # Pictures of case studies have a part of their own.
    assert [len(each) for each in (ports.mergers, ports.exporters, ports.erasers)] == [1, 2, 2]


# --------------------------------------------------------------------------------------------------------------- merge


@pytest.mark.parametrize("older", ["keep", "gone"])
def test_two_open_cases_become_the_older_one_and_nothing_is_lost(by: User, older: str) -> None:
    keep, gone = make_pair()
    now = timezone.now()
    made = {}
    for contact in (keep, gone):
        opened_at = now - (9 if contact.name == older else 1) * DAY
        case = make_case(contact=contact, opened_at=opened_at, priority=40 if contact is keep else 7)
        cases.log_attempt(case, by=by, channel=AttemptChannel.CALL, reached=False, note=f"call of {contact.name}")
        cases.add_note(case, by=by, text=f"note of {contact.name}")
        assert case.response
        Routing.objects.create(response=case.response, revision=1, band="detractor", routed_to="case", case=case)
        made[contact.name] = case
    cases.assign(made["gone"], to=by, by=by)

    privacy.merge(keep, gone, by=by)

    case = Case.objects.get()
    assert (case.pk, case.contact, case.owner, case.priority) == (made[older].pk, keep, by, 7)
    assert set(Attempt.objects.values_list("case", "note")) == {(case.pk, "call of keep"), (case.pk, "call of gone")}
    assert set(CaseNote.objects.values_list("case", "text")) == {(case.pk, "note of keep"), (case.pk, "note of gone")}
    assert set(Routing.objects.values_list("case", flat=True)) == {case.pk}
    assert Response.objects.filter(contact=keep).count() == 2
    told = " ".join(entry.title + entry.text for entry in timeline.of_case(case))
    assert all(words in told for words in ("call", "note of gone", "note of keep", "took up case"))


@pytest.mark.parametrize("is_owned", [True, False])
def test_case_that_took_up_another_has_the_earlier_clocks_and_what_its_lead_was_told(by: User, is_owned: bool) -> None:
    keep, gone = make_pair()
    now = timezone.now()
    older = make_case(contact=keep, opened_at=now - DAY, due_at=now + DAY, warn_at=None, owner_due_at=now + 9 * DAY)
    newer = make_case(
        contact=gone, due_at=now, warn_at=now, owner_due_at=now + DAY, resolve_by=now, owner=by if is_owned else None
    )
    for case in (older, newer):
        Escalation.objects.create(case=case, clock="first_contact", level="warning", due_at=case.due_at, at=now)

    privacy.merge(keep, gone, by=by)

    case = Case.objects.get()
    assert (case.warn_at, case.due_at, case.resolve_by) == (now, now, now)
    assert case.owner_due_at == (None if is_owned else now + DAY)
    assert Escalation.objects.get().case == older


def test_a_contact_that_one_case_made_counts_for_both(by: User) -> None:
    keep, gone = make_pair()
    older = make_case(contact=keep, opened_at=timezone.now() - DAY)
    newer = make_case(contact=gone)
    cases.log_attempt(newer, by=by, channel=AttemptChannel.CALL, reached=True, note="")

    privacy.merge(keep, gone, by=by)

    case = Case.objects.get()
    assert (case.pk, case.status) == (older.pk, CaseStatus.CONTACTED)
    assert case.contacted_at is not None


def test_closed_cases_and_one_open_case_only_change_hands(by: User) -> None:
    keep, gone = make_pair()
    closed = make_case(contact=keep, status=CaseStatus.CLOSED, theme=make_theme())
    opened = make_case(contact=gone)

    privacy.merge(keep, gone, by=by)

    assert dict(Case.objects.values_list("pk", "contact")) == {closed.pk: keep.pk, opened.pk: keep.pk}


def test_requests_change_hands(by: User) -> None:
    keep, gone = make_pair()
    mine, other = make_request(contact=keep), make_request(contact=gone)

    privacy.merge(keep, gone, by=by)

    assert dict(CustomerRequest.objects.values_list("pk", "contact")) == {mine.pk: keep.pk, other.pk: keep.pk}


def test_advocate_changes_hands(by: User) -> None:
    keep, gone = make_pair()
    advocate = make_advocate(contact=gone)

    privacy.merge(keep, gone, by=by)

    assert Advocate.objects.get() == advocate
    assert Advocate.objects.get().contact == keep


def test_of_two_advocates_one_stays_with_the_wishes_of_both(by: User) -> None:
    keep, gone = make_pair()
    until = timezone.now() + 30 * DAY
    mine = make_advocate(contact=keep, paused_until=until - DAY, forbids_gifts=True)
    other = make_advocate(contact=gone, paused_until=until, do_not_ask=True)
    assert other.response
    Routing.objects.create(response=other.response, revision=1, band="promoter", routed_to="advocate", advocate=other)

    privacy.merge(keep, gone, by=by)

    advocate = Advocate.objects.get()
    assert (advocate.pk, advocate.contact) == (mine.pk, keep)
    assert (advocate.paused_until, advocate.do_not_ask, advocate.forbids_gifts) == (until, True, True)
    assert Routing.objects.get().advocate == mine


@pytest.mark.parametrize(
    ("mine", "theirs", "stays"),
    [
        ("planned", "planned", "mine"),
        ("planned", "sent", "theirs"),
        ("sent", "planned", "mine"),
        ("sent", "sent", "mine"),
        ("done", "sent", "theirs"),
    ],
)
def test_of_two_open_asks_one_stays(by: User, mine: str, theirs: str, stays: str) -> None:
    keep, gone = make_pair()
    now = timezone.now()
    older = make_ask(advocate=make_advocate(contact=keep), status=mine, at=now - DAY)
    newer = make_ask(advocate=make_advocate(contact=gone), status=theirs, at=now)

    privacy.merge(keep, gone, by=by)

    asked = {"mine": older, "theirs": newer}
    assert set(Ask.objects.values_list("advocate__contact", flat=True)) == {keep.pk}
    assert list(Ask.objects.open()) == [asked[stays]]


def test_asks_are_exported_and_erased(by: User) -> None:
    contact = make_contact()
    advocate = make_advocate(contact=contact, site="https://ana.example.com", handles="@ana")
    make_ask(advocate=advocate, reason_why="Loves it", next_step="Call her")
    make_ask(reason_why="of somebody else")

    known = privacy.export(contact, by=by)
    privacy.erase(contact, by=by)

    assert [(ask["kind"], ask["reason_why"], ask["next_step"]) for ask in known["asks"]] == [
        ("referral", "Loves it", "Call her")
    ]
    assert (known["advocate"]["site"], known["advocate"]["handles"]) == ("https://ana.example.com", "@ana")
    assert list(Ask.objects.values_list("reason_why", flat=True)) == ["of somebody else"]


# ----------------------------------------------------------------------------------------------------- export and erase


def make_worked_on(by: User) -> Contact:
    contact = make_contact(name="Ana")
    case = make_case(contact=contact, promise="a call on Monday")
    cases.log_attempt(case, by=by, channel=AttemptChannel.CALL, reached=False, note="nobody there")
    cases.add_note(case, by=by, text="shouts a lot")
    make_request(contact=contact, kind="problem")
    make_advocate(contact=contact, forbids_gifts=True)
    return contact


def test_replies_are_exported_and_follow_a_merge(by: User) -> None:
    keep, gone = make_contact(), make_contact()
    reply = Reply.objects.create(
        key="k", contact=gone, sender=gone.email, subject="Re:", text="It broke", at=timezone.now()
    )

    privacy.merge(keep, gone, by=by)

    reply.refresh_from_db()
    assert reply.contact == keep
    (known,) = privacy.export(keep, by=by)["replies"]
    assert (known["text"], known["sender"]) == ("It broke", reply.sender)


def test_export_holds_what_this_side_knows(by: User) -> None:
    contact = make_worked_on(by)
    make_case(promise="of somebody else")

    known = privacy.export(contact, by=by)

    text = json.dumps(known, cls=DjangoJSONEncoder)
    assert [word in text for word in ("a call on Monday", "nobody there", "shouts a lot", "problem")] == [True] * 4
    assert "somebody else" not in text
    assert known["advocate"]["forbids_gifts"] is True


def test_erasing_takes_cases_notes_requests_and_the_advocate(by: User) -> None:
    contact, other = make_worked_on(by), make_case()

    privacy.erase(contact, by=by)

    assert list(Case.objects.all()) == [other]
    rows: list[Any] = [Attempt, CaseNote, CustomerRequest, Advocate]
    assert [table.objects.count() for table in rows] == [0] * 4
    assert set(Event.objects.exclude(reason="").values_list("reason", flat=True)) == set()


def test_what_was_routed_is_not_routed_again_after_erasing(by: User) -> None:
    response = make_response(score=2)
    routing.route(response.pk)
    assert response.contact

    privacy.erase(response.contact, by=by)

    assert routing.route(response.pk) is None
    receipt = Routing.objects.get()
    assert (receipt.response, receipt.case, receipt.routed_to) == (response, None, RoutedTo.CASE)


def test_answer_that_settles_after_erasing_opens_nothing(by: User) -> None:
    response = make_response(score=2)
    assert response.contact
    privacy.erase(response.contact, by=by)

    receipt = routing.route(response.pk)

    assert receipt is not None
    assert (receipt.routed_to, Case.objects.count()) == (RoutedTo.NO_CONTACT, 0)


def test_letters_promises_and_mentions_follow_a_merge_and_are_exported(by: User) -> None:
    keep, gone = make_contact(), make_contact()
    older, newer = make_case(contact=keep), make_case(contact=gone)
    letters.write(newer, by=by, subject="Late", text="Sorry, gone", language="en")
    make_pledge(case=newer, text="A loan")
    mentions.note(newer, by=by, text="@lin look", tell=[make_user("lin", "Support")])
    for case in (older, newer):
        presence.ping(case, by)

    privacy.merge(keep, gone, by=by)

    (case,) = privacy.export(keep, by=by)["cases"]
    assert case["id"] == older.pk
    assert [(each["subject"], each["text"], each["message__status"]) for each in case["letters"]] == [
        ("Late", "Sorry, gone", "queued")
    ]
    assert [each["text"] for each in case["promises"]] == ["A loan"]
    assert case["colleagues_told"] == 1


def test_erasing_takes_letters_promises_and_mentions(by: User) -> None:
    case = make_case()
    letters.write(case, by=by, subject="Late", text="Sorry", language="en")
    make_pledge(case=case)
    mentions.note(case, by=by, text="x", tell=[make_user("lin", "Support")])
    presence.ping(case, by)

    privacy.erase(case.contact, by=by)

    tables: list[Any] = [CaseLetter, Pledge, Mention, Presence, Attempt]
    assert [table.objects.count() for table in tables] == [0] * 5
    assert Message.objects.filter(letter="case_letter").count() == 0


def test_words_beside_an_idea_are_exported_and_go_with_the_person(by: User) -> None:
    contact = make_contact()
    fix = make_fix(title="A quieter grinder")
    response = make_response(contact=contact, score=8, comment="Too loud")
    IdeaWords.objects.create(fix=fix, response=response, by=by)

    known = privacy.export(contact, by=by)["quoted_beside_ideas"]
    privacy.erase(contact, by=by)

    assert known == [{"fix__title": "A quieter grinder", "response__comment": "Too loud"}]
    assert not IdeaWords.objects.exists()
