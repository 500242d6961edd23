from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from advocacy import cases, routing, timeline
from advocacy.enums import AttemptChannel, CaseStatus, Outcome
from advocacy.models import Case
from advocacy.timeline import Entry, Kind
from surveys import responses
from surveys.enums import MessageStatus
from surveys.models import Event
from tests.factories import (
    make_account,
    make_campaign,
    make_case,
    make_contact,
    make_invitation,
    make_message,
    make_response,
    make_theme,
    make_user,
    make_wave,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 8, 5, tzinfo=dt.UTC)


def told(case: Case) -> list[tuple[Kind, str, str, str]]:
    """Oldest first, which reads as it happened."""
    return [(entry.kind, entry.title, entry.by, entry.text) for entry in reversed(timeline.of_case(case))]


def test_story_of_a_case_is_told_in_order(alice: User) -> None:
    lin = make_user("lin", "Support", first_name="Lin", last_name="Yue")
    invitation = make_invitation(wave=make_wave(campaign=make_campaign(name="After a repair")))
    make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=timezone.now() - dt.timedelta(days=2))
    responses.record(
        invitation, score=2, comment="Sin máquina", language="es", at=timezone.now() - dt.timedelta(hours=3)
    )
    routing.route_settled()
    case = Case.objects.get()
    cases.assign(case, to=lin, by=alice)
    cases.log_attempt(case, by=lin, channel=AttemptChannel.CALL, reached=False, note="engaged")
    cases.add_note(case, by=alice, text="Try after lunch")
    cases.log_attempt(case, by=lin, channel=AttemptChannel.VISIT, reached=True, note="calm")
    due_on = dt.date(2026, 12, 1)
    theme = make_theme("Repair")
    cases.close(case, by=lin, outcome=Outcome.RESOLVED, theme=theme, promise="Loan machine", promise_due_on=due_on)
    cases.reopen(case, by=alice, reason="it broke again")

    # Two lines of one moment may stand either way: a database's clock and ours differ by milliseconds.
    assert sorted(told(case)) == sorted(
        [
            (Kind.MAIL, "Survey sent · After a repair", "", ""),
            (Kind.ANSWER, "Answered with a score of 2 · After a repair", "", "Sin máquina"),
            (Kind.OPENED, "Case opened by a score of 2", "", ""),
            (Kind.OWNER, "Given to Lin Yue", "Alice", ""),
            (Kind.ATTEMPT, "Call tried, nobody answered", "Lin Yue", "engaged"),
            (Kind.NOTE, "Private note", "Alice", "Try after lunch"),
            (Kind.ATTEMPT, "Visit: met in person", "Lin Yue", "calm"),
            (Kind.CONTACTED, "First contact made", "Lin Yue", ""),
            (Kind.CLOSED, "Closed: Reached, and resolved", "Lin Yue", "Repair"),
            (Kind.PROMISE, "Promised by 1 Dec 2026", "Lin Yue", "Loan machine"),
            (Kind.REOPENED, "Reopened", "Alice", "it broke again"),
        ]
    )
    times = [entry.at for entry in timeline.of_case(case)]
    assert times == sorted(times, reverse=True)


def test_answers_are_in_the_language_of_the_contact_and_notes_are_not() -> None:
    case = make_case(response=make_response(language="zh-Hans", comment="退款"))
    cases.add_note(case, by=make_user(), text="退款 means refund")

    entries = timeline.of_case(case)

    assert {entry.text: entry.language for entry in entries} == {"退款": "zh-Hans", "退款 means refund": ""}


def test_changed_answer_is_told_with_every_version() -> None:
    invitation = make_invitation()
    responses.record(invitation, score=2, comment="bad", language="en")
    responses.record(invitation, score=8, comment="better", language="en")
    routing.route_settled()
    case = make_case(contact=invitation.contact, response=None)

    told_answers = [(title.split(" · ")[0], text) for kind, title, _, text in told(case) if kind == Kind.ANSWER]

    assert told_answers == [("Answered with a score of 2", "bad"), ("Changed the score to 8", "better")]


def test_second_bad_score_is_told_in_the_case_it_joins() -> None:
    contact = make_contact()
    case = make_case(contact=contact, response=None)
    make_response(contact=contact, score=1)
    routing.route_settled()

    assert (Kind.ANSWER, "Answered again with a score of 1: it joins this case", "", "") in told(case)


def test_taking_a_case_oneself_is_told_as_taking(alice: User) -> None:
    case = make_case()
    cases.assign(case, to=alice, by=alice)
    cases.assign(case, to=None, by=alice)

    assert [(title, by) for kind, title, by, _ in told(case) if kind == Kind.OWNER] == [
        ("Taken by Alice", ""),
        ("Put back: nobody owns it", "Alice"),
    ]


def test_other_cases_of_the_contact_are_told_with_their_number(alice: User) -> None:
    contact = make_contact()
    earlier = make_case(contact=contact, response=None, status=CaseStatus.CLOSED)
    cases.add_note(earlier, by=alice, text="before")
    case = make_case(contact=contact, response=None)
    cases.add_note(case, by=alice, text="now")
    cases.add_note(make_case(), by=alice, text="of somebody else")

    assert [(entry.text, entry.case_id) for entry in timeline.of_case(case)] == [("now", None), ("before", earlier.pk)]


@pytest.mark.parametrize(
    ("fields", "is_breach"),
    [
        ({"due_at": NOW - dt.timedelta(hours=1)}, True),
        ({"due_at": NOW + dt.timedelta(hours=1)}, False),
        ({"due_at": NOW - dt.timedelta(hours=2), "contacted_at": NOW - dt.timedelta(hours=3)}, False),
        ({"due_at": NOW - dt.timedelta(hours=2), "contacted_at": NOW - dt.timedelta(hours=1)}, True),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_breach_is_told_when_the_first_contact_came_late(fields: dict[str, Any], is_breach: bool) -> None:
    case = make_case(response=None, contact=make_contact(), **fields)

    expected = [(Kind.OVERDUE, "First contact was due", "", "")] if is_breach else []
    assert told(case) == expected


def test_statements_do_not_grow_with_what_happened(
    alice: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    contact = make_contact(account=make_account())
    case = make_case(contact=contact, response=None)
    for _ in range(2):
        make_response(contact=contact)
        cases.add_note(case, by=alice, text="x")
        cases.log_attempt(case, by=alice, channel=AttemptChannel.CALL, reached=False, note="")
        cases.assign(case, to=None if case.owner else alice, by=alice)
        make_message(invitation=make_invitation(contact=contact), sent_at=NOW)
        with django_assert_num_queries(7):
            timeline.of_case(case)
        make_response(contact=contact)


def test_event_of_a_later_version_is_shown_as_it_is_written() -> None:
    case = make_case(response=None, contact=make_contact())
    for reason in ("merged from 12", "promise by tomorrow", "score high"):
        Event.objects.create(kind=timeline.CASE_KIND, object_id=str(case.pk), contact=case.contact, reason=reason)

    assert sorted(title for _, title, _, _ in told(case)) == ["merged from 12", "promise by tomorrow", "score high"]


def test_scores_are_the_latest_oldest_first() -> None:
    contact = make_contact()
    case = make_case(contact=contact, response=None)
    for days, score in ((400, 9), (30, 8), (1, 2)):
        make_response(contact=contact, score=score, at=NOW - dt.timedelta(days=days))
    make_response(score=5)

    assert [answer.score for answer in timeline.scores(case)] == [9, 8, 2]


def test_answers_of_a_case_are_what_opened_it_and_what_joined_it() -> None:
    contact = make_contact()
    first = make_response(contact=contact, score=2, at=NOW)
    routing.route_settled()
    second = make_response(contact=contact, score=3, at=NOW + dt.timedelta(hours=1))
    routing.route_settled()
    make_response(contact=contact, score=9)
    routing.route_settled()

    assert timeline.answers(Case.objects.get()) == [second, first]


def test_colleagues_are_others_of_the_account_with_their_latest_score() -> None:
    account = make_account()
    contact, other, silent = (make_contact(account=account, name=name) for name in ("Íñigo", "Valentina", "Silent"))
    make_response(contact=other, score=4, at=NOW)
    make_response(contact=other, score=10, at=NOW + dt.timedelta(days=1))
    make_response(contact=contact, score=2)
    make_response(score=5)
    case = make_case(contact=contact, response=None)

    people = [(person.name, person.score) for person in timeline.colleagues(case)]  # type: ignore[attr-defined]

    assert silent.account == account
    assert people == [("Valentina", 10)]


def test_contact_without_an_account_has_no_colleagues() -> None:
    make_response(score=5)

    assert timeline.colleagues(make_case()) == []


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (dt.datetime(2026, 11, 23, 7, 48, tzinfo=dt.UTC), "08:48"),
        (dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC), "00:30"),
        (dt.datetime(2026, 11, 21, 11, 10, tzinfo=dt.UTC), "Sat 12:10"),
        (dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC), "Tue 09:00"),
        (dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC), "2 Nov, 09:00"),
        (dt.datetime(2025, 11, 2, 8, 0, tzinfo=dt.UTC), "2 Nov 2025, 09:00"),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_when_is_in_the_zone_of_who_looks(at: dt.datetime, words: str) -> None:
    with timezone.override("Europe/Madrid"):
        assert timeline.when(at) == words


@pytest.mark.parametrize(
    ("kind", "title", "words"),
    [
        (Kind.CLOSED, "", "Karim Haddad closed this case at 08:06."),
        (Kind.NOTE, "", "Karim Haddad wrote a note at 08:06."),
        (Kind.ATTEMPT, "", "Karim Haddad logged an attempt at 08:06."),
        (Kind.ANSWER, "", "The contact answered again at 08:06."),
        (Kind.OWNER, "Given to Lin Yue", "Given to Lin Yue (08:06)."),
    ],
)
@time_machine.travel(NOW, tick=False)
def test_news_names_who_did_what_and_when(kind: Kind, title: str, words: str) -> None:
    entry = Entry(at=dt.datetime(2026, 11, 23, 8, 6, tzinfo=dt.UTC), kind=kind, title=title, by="Karim Haddad")

    assert timeline.told(entry) == words
