from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import cases, routing
from advocacy.enums import AttemptChannel, CaseStatus, Outcome
from advocacy.models import Case
from surveys.contacts import suppress
from surveys.enums import ReasonOrigin, SuppressionReason, SuppressionScope
from surveys.models import QuestionAnswer, ResponseReason
from tests.advocacy.pages.casework import html_of, rows, text_of
from tests.factories import (
    make_account,
    make_campaign,
    make_case,
    make_contact,
    make_door,
    make_invitation,
    make_question,
    make_reason,
    make_response,
    make_theme,
    make_user,
    make_wave,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
FORMS = {"attempt", "note", "assign", "close", "reopen"}


def make_known_case(**fields: Any) -> Case:
    """A case of a contact of whom everything is known."""
    account = make_account(name="Academia Campo Viejo S.L.", revenue=Decimal(84_770), segment="Schools")
    contact = make_contact(
        name="Íñigo Peralta",
        email="inigo@campo-viejo.example.com",
        phone="+34 912 345 678",
        language="es",
        timezone="Europe/Madrid",
        customer_since=dt.date(2021, 10, 31),
        account=account,
    )
    wave = make_wave(campaign=make_campaign(name="After a repair"))
    response = make_response(
        invitation=make_invitation(contact=contact, wave=wave),
        score=2,
        comment="Un mes sin máquina",
        language="es",
        wants_contact=True,
        good_time="mañanas",
        phone="600 100 200",
        at=NOW - 26 * HOUR,
    )
    return make_case(response=response, opened_at=NOW - 26 * HOUR, due_at=NOW - HOUR, **fields)


def posts(page: str) -> set[str]:
    """The forms a page offers."""
    return set(re.findall(r'action="/cases/\d+/(\w+)/"', page))


@time_machine.travel(NOW)
def test_page_tells_the_answer_the_clock_and_the_person(client: Client, alice: User) -> None:
    case = make_known_case(owner=make_user("marta", first_name="Marta", last_name="Ruiz"))
    client.force_login(alice)

    response = client.get(f"/cases/{case.pk}/")

    said, page = text_of(response), html_of(response)
    assert '<blockquote class="voice lg m-0" dir="auto" lang="es">Un mes sin máquina</blockquote>' in page
    for words in (
        f"Íñigo Peralta Academia Campo Viejo S.L.· case {case.pk}· MR Marta Ruiz",
        "First contact 1 h overdue",
        "Urgent because: score 2, asks for a call, 84,770 a year",
        "Spanish “Please call me”, mañanas, 600 100 200 After a repair, Sun 10:00",
        "Speaks Spanish· 13:00 there Phone +34 912 345 678 Mail inigo@campo-viejo.example.com",
        "Customer since 31 Oct 2021 Contact may be written to",
        "Revenue 84,770 a year Segment Schools Others here nobody else answered",
    ):
        assert words in said


@time_machine.travel(NOW)
def test_page_of_a_bare_contact_says_what_is_not_known(client: Client, alice: User) -> None:
    case = make_case(contact=make_contact(name="", email="", phone="+44 20 7946 0321"), response=None)
    client.force_login(alice)

    said = text_of(client.get(f"/cases/{case.pk}/"))

    for words in (
        "+44 20 7946 0321 case",
        "No answer is on record for this case.",
        "Speaks not known Phone +44 20 7946 0321 Mail none on record Customer since when is not known",
    ):
        assert words in said


def test_history_is_told_newest_first(client: Client, alice: User) -> None:
    case = make_case(response=make_response(score=2, comment="bad"))
    cases.log_attempt(case, by=alice, channel=AttemptChannel.CALL, reached=False, note="engaged")
    cases.add_note(case, by=alice, text="line one\nline two")
    client.force_login(alice)

    page = html_of(client.get(f"/cases/{case.pk}/"))

    assert page.index("Private note</b> · <bdi>Alice") < page.index("Call tried, nobody answered · <bdi>Alice")
    assert '<p class="small" dir="auto">line one<br>line two</p>' in page
    assert '<li class="note entry mb-1">' in page


def test_answers_that_joined_the_case_are_shown_newest_first(client: Client, alice: User) -> None:
    contact = make_contact()
    for comment, score in (("first words", 2), ("second words", 3)):
        make_response(contact=contact, score=score, comment=comment)
        routing.route_settled()
    client.force_login(alice)

    page = html_of(client.get(f"/cases/{Case.objects.get().pk}/"))

    assert re.findall(r"<blockquote class=\"([^\"]*)\"[^>]*>(.*?)</blockquote>", page) == [
        ("voice lg m-0", "second words"),
        ("voice m-0", "first words"),
    ]


def test_answer_of_somebody_who_named_themselves_says_so(client: Client, alice: User) -> None:
    client.force_login(alice)
    door = make_door()
    response = make_response(
        contact=make_contact(),
        invitation=None,
        campaign=door.campaign,
        door=door,
        channel=door.channel,
        style=door.style,
        wants_contact=True,
        is_self_named=True,
    )

    page = text_of(client.get(f"/cases/{make_case(response=response).pk}/"))

    assert "“I would like a reply”" in page
    assert "Gave name and address themselves, not verified" in page


def test_colleagues_of_the_account_stand_with_their_score(client: Client, alice: User) -> None:
    account = make_account()
    make_response(contact=make_contact(name="Valentina", account=account), score=10)
    case = make_case(contact=make_contact(account=account), response=None)
    client.force_login(alice)

    assert "Others here Valentina 10 of 10, promoter" in text_of(client.get(f"/cases/{case.pk}/"))


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (SuppressionScope.ASKING, "no surveys and offers: Unsubscribed"),
        (SuppressionScope.ALL, "must not be written to: Unsubscribed"),
    ],
)
def test_suppressed_address_is_named(client: Client, alice: User, scope: SuppressionScope, words: str) -> None:
    case = make_case(contact=make_contact(email="x@example.com"), response=None)
    suppress("x@example.com", reason=SuppressionReason.UNSUBSCRIBED, scope=scope)
    client.force_login(alice)

    assert words in text_of(client.get(f"/cases/{case.pk}/"))


@pytest.mark.parametrize(
    ("status", "write", "expected"),
    [
        ("open", "", ("Reply", {"reply", "assign", "snooze", "wait"})),
        ("open", "reply", ("Reply", {"reply", "assign", "snooze", "wait"})),
        ("open", "call", ("Log a call", {"attempt", "assign", "snooze", "wait"})),
        ("open", "note", ("Private note", {"note", "assign", "snooze", "wait"})),
        ("contacted", "close", ("Close", {"close", "assign", "snooze", "wait"})),
        ("open", "promise", ("Promise", {"promise", "assign", "snooze", "wait"})),
        ("open", "macro", ("Macro", {"assign", "snooze", "wait"})),
        ("open", "reopen", ("Reply", {"reply", "assign", "snooze", "wait"})),
        ("open", "<b>", ("Reply", {"reply", "assign", "snooze", "wait"})),
        ("closed", "", ("Reopen", {"reopen"})),
        ("closed", "note", ("Private note", {"note"})),
        ("closed", "close", ("Reopen", {"reopen"})),
    ],
)
def test_composer_shows_what_fits_the_state(
    client: Client, alice: User, status: str, write: str, expected: tuple[str, set[str]]
) -> None:
    case = make_case(status=status)
    client.force_login(alice)

    page = html_of(client.get(f"/cases/{case.pk}/", {"write": write}))

    marked = r'<a[^>]* href="/cases/\d+/\?write=\w+#write" aria-current="true">.*?</svg> (.*?)(?: <kbd>.*?)?</a>'
    current = re.findall(marked, page)
    assert (*current, posts(page) - {"here"}) == expected


def test_closed_case_says_what_came_of_it(client: Client, alice: User) -> None:
    case = make_case(
        status=CaseStatus.CLOSED,
        outcome=Outcome.RESOLVED,
        theme=make_theme("Repair"),
        promise="Loan machine",
        promise_due_on=dt.date(2026, 12, 1),
        closed_at=timezone.now(),
    )
    client.force_login(alice)

    said = text_of(client.get(f"/cases/{case.pk}/"))

    assert "Reached, and resolved. Root cause: Repair. Promised by 1 Dec 2026: Loan machine" in said
    assert "Urgent because" not in said


def test_next_case_of_the_view_is_a_link(client: Client, alice: User) -> None:
    first, second = (make_case(due_at=timezone.now() + hours * HOUR) for hours in (1, 2))
    client.force_login(alice)

    page = html_of(client.get(f"/cases/{first.pk}/", {"view": "open"}))
    last = html_of(client.get(f"/cases/{second.pk}/", {"view": "open"}))
    alone = html_of(client.get(f"/cases/{first.pk}/"))

    link = 'rel="next" href="/cases/'
    assert f'{link}{second.pk}/?view=open"' in page
    assert 'href="/cases/?view=open">Queue</a> · All open' in page
    assert (link in last, link in alone) == (False, False)


def test_who_may_only_read_gets_no_forms(client: Client, bob: User) -> None:
    case = make_case(response=make_response(comment="bad"))
    client.force_login(bob)

    response = client.get(f"/cases/{case.pk}/")

    assert response.status_code == 200
    assert "bad" in text_of(response)
    assert posts(html_of(response)) == set()


def test_who_works_cases_may_take_one_but_not_give_it_away(client: Client) -> None:
    case = make_case()
    client.force_login(make_user("lin", "Support"))

    page = html_of(client.get(f"/cases/{case.pk}/"))

    assert "Take it" in page
    assert "Assign…" not in page


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "\u202eevil" + "a\u0300\u0301" * 50,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert_wherever_it_comes_from(client: Client, alice: User, text: str) -> None:
    account = make_account(name=text, segment=text[:80])
    make_response(contact=make_contact(name=text, account=account), score=9)
    contact = make_contact(name=text, account=account, phone=text[:40], timezone=text[:64], language='"><b>')
    response = make_response(
        contact=contact, comment=text, language='"><b>', wants_contact=True, good_time=text[:120], phone=text[:40]
    )
    case = make_case(response=response)
    cases.add_note(case, by=alice, text=text)
    cases.log_attempt(case, by=alice, channel=AttemptChannel.CALL, reached=True, note=text)
    due_on = timezone.localdate()
    theme = make_theme(text[:80])
    cases.close(case, by=alice, outcome=Outcome.RESOLVED, theme=theme, promise=text, promise_due_on=due_on)
    cases.reopen(case, by=alice, reason=text)
    client.force_login(alice)

    page = html_of(client.get(f"/cases/{case.pk}/", {"write": "close", "view": "open"}))

    assert not re.search(r"<(script>|img|svg onload|b>\")", page)
    assert 'href="javascript' not in page
    escaped = text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert page.count(escaped) >= 9


def test_page_tells_the_reasons_and_the_extra_answers(client: Client, alice: User) -> None:
    case = make_known_case()
    response = case.response
    assert response is not None
    value = make_question(campaign=response.campaign, kind="one", ready_made="value", position=1)
    text = make_question("Why?", campaign=response.campaign, position=2)
    QuestionAnswer.objects.create(response=response, question=value, value="1")
    QuestionAnswer.objects.create(response=response, question=text, text="<b>Lento</b>\n{{ 7*7 }}")
    ResponseReason.objects.create(response=response, reason=make_reason("repair"))
    ResponseReason.objects.create(response=response, reason=make_reason("app", en="App"), origin=ReasonOrigin.RULE)
    client.force_login(alice)

    page = client.get(f"/cases/{case.pk}/")

    assert "Reasons: Repair App (rule)" in text_of(page)
    assert "Is it worth what it costs? Mostly Why? &lt;b&gt;Lento&lt;/b&gt; {{ 7*7 }}" in text_of(page)
    assert '<dd class="m-0 voice" dir="auto" lang="es">' in html_of(page)


def test_statements_do_not_grow_with_the_history(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    account = make_account(owner=alice)
    contact = make_contact(account=account, owner=alice)
    case = make_case(contact=contact, response=make_response(contact=contact), owner=alice)
    client.force_login(alice)
    counts = []
    for wanted in (1, 3):
        while case.notes.count() < wanted:
            cases.add_note(case, by=alice, text="x")
            cases.log_attempt(case, by=alice, channel=AttemptChannel.CALL, reached=False, note="")
            make_response(contact=contact)
            make_response(contact=make_contact(account=account))
            make_theme()
            make_user("", "Support")
            make_case()
        with django_assert_max_num_queries(33) as statements:
            client.get(f"/cases/{case.pk}/", {"view": "open", "write": "close"})
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_stranger_signs_in_first(client: Client) -> None:
    case = make_case()

    response = client.get(f"/cases/{case.pk}/")

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next=/cases/{case.pk}/")


def test_who_has_no_right_is_refused(client: Client, carol: User) -> None:
    client.force_login(carol)

    assert client.get(f"/cases/{make_case().pk}/").status_code == 403


def test_wrong_method_and_missing_rows_are_refused(client: Client, alice: User) -> None:
    client.force_login(alice)
    case = make_case()

    assert client.post(f"/cases/{case.pk}/").status_code == 405
    assert client.get(f"/cases/{case.pk + 1}/").status_code == 404
    assert client.get(f"/cases/{case.pk}/", {"view": "everything"}).status_code == 404


def test_reading_changes_nothing(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)
    before = rows()

    for write in ("call", "note", "close"):
        client.get(f"/cases/{case.pk}/", {"write": write, "view": "open"})
        client.head(f"/cases/{case.pk}/")

    assert rows() == before
