"""Requests noted by hand, questions answered from the knowledge base, the board, and the report of who was told."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import routing, trail
from advocacy.enums import FixStatus
from advocacy.models import CustomerRequest, EntryAnswer
from surveys.models import Message
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_case, make_contact, make_entry, make_fix, make_request, make_response, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(client: Client, db: None) -> User:
    """Somebody of the support, signed in."""
    user = make_user("sam", "Support")
    client.force_login(user)
    return user


# ----------------------------------------------------------------------------------------------------------- a request


def test_request_is_noted_from_an_answer_of_any_band_beside_the_one_of_routing(client: Client, sam: User) -> None:
    response = make_response(score=8, comment="No dark mode. And it is loud.", language="it")
    routing.route(response.pk)
    form = html_of(client.get(f"/requests/new/?response={response.pk}"))

    said = {"quote": "And it is loud.", "kind": "problem", "language": "it"}
    answer = client.post(f"/requests/new/?response={response.pk}", said)

    first, second = CustomerRequest.objects.order_by("pk")
    assert "No dark mode. And it is loud.</textarea>" in form
    assert answer["Location"] == f"/requests/{second.pk}/"
    assert [(each.origin, each.words, each.kind) for each in (first, second)] == [
        ("routing", "No dark mode. And it is loud.", ""),
        ("hand", "And it is loud.", "problem"),
    ]
    assert routing.route(response.pk) is None
    assert '<blockquote class="voice lg m-0 text-break" dir="auto" lang="it">And it is loud.' in html_of(
        client.get(f"/requests/{second.pk}/")
    )


def test_request_is_noted_from_a_case_and_from_a_contact(client: Client, sam: User) -> None:
    case = make_case()
    carol = make_contact(name="Carol", language="de")

    client.post(f"/requests/new/?case={case.pk}", {"quote": "Ring me.", "kind": "question"})
    client.post(
        f"/requests/new/?contact={carol.pk}", {"quote": "Leiser bitte.", "kind": "suggestion", "language": "de"}
    )

    columns = ("contact", "case", "response", "quote", "language")
    found: list[tuple[Any, ...]] = list(CustomerRequest.objects.order_by("pk").values_list(*columns))
    assert found == [(case.contact_id, case.pk, None, "Ring me.", ""), (carol.pk, None, None, "Leiser bitte.", "de")]


def test_request_without_words_or_kind_is_refused(client: Client, sam: User) -> None:
    response = client.post(f"/requests/new/?contact={make_contact().pk}", {"quote": " "})

    assert response.status_code == 422
    assert "Say what they asked for, in their words." in text_of(response)
    assert CustomerRequest.objects.count() == 0


def test_request_of_nobody_leads_to_the_contacts_and_of_an_unknown_case_nowhere(client: Client, sam: User) -> None:
    case = make_case()

    answers = [client.get(f"/requests/new/{query}") for query in ("", "?case=99999", "?response=abc")]
    other = client.get(f"/requests/new/?case={case.pk}&response={make_response().pk}")

    assert [answer.status_code for answer in answers] == [302, 404, 302]
    assert other.status_code == 404


def test_marketing_learns_of_no_case(client: Client) -> None:
    client.force_login(make_user("mark", "Marketing"))

    assert client.get(f"/requests/new/?case={make_case().pk}").status_code == 404


def test_answer_in_a_case_and_page_of_a_contact_offer_it(client: Client, sam: User) -> None:
    case = make_case()

    pages = [html_of(client.get(f"/cases/{case.pk}/")), html_of(client.get(f"/contacts/{case.contact_id}/"))]

    assert f"/requests/new/?response={case.response_id}&amp;case={case.pk}" in pages[0]
    assert f"/requests/new/?contact={case.contact_id}" in pages[1]


# ------------------------------------------------------------------------------------------------------------ an answer


def make_question(**fields: str) -> CustomerRequest:
    response = make_response(
        score=7, comment="Wie pausiere ich?", language="de", contact=make_contact(name="Karla Vogt")
    )
    return make_request(response=response, kind=fields.get("kind", "question"))


def test_question_is_answered_with_an_entry_in_the_language_of_the_person(client: Client, sam: User) -> None:
    wish = make_question()
    entry = make_entry("en: How to pause", "de: So pausieren Sie", name="Pausing")
    page = client.get(f"/requests/{wish.pk}/answer/?entry={entry.pk}")
    body = (
        "Guten Tag Karla,\n\nSie haben uns gefragt:\n&gt; Wie pausiere ich?\n\nSo pausieren Sie\n\n"
        "So pausieren Sie.\n\nLike this.\n\n"
        "Wenn das Ihre Frage nicht beantwortet, antworten Sie auf diese Nachricht.\n\nAurora"
    )
    data = {"entry": entry.pk, "subject": "Ihre Frage", "body": "Guten Tag,\r\n\r\nso.", "seen": trail.version(wish)}

    response = client.post(f"/requests/{wish.pk}/answer/send/", data)

    assert body in page.content.decode()
    assert response["Location"] == f"/requests/{wish.pk}/"
    wish.refresh_from_db()
    answer, message = EntryAnswer.objects.get(), Message.objects.get(letter="entry_answer")
    assert (answer.body, answer.language, answer.message) == ("Guten Tag,\n\nso.", "de", message)
    assert (message.purpose, message.contact) == ("service", wish.contact)
    assert wish.told_at
    assert message.not_before == wish.told_at + dt.timedelta(seconds=10)
    assert "answered 1 question" in text_of(client.get(f"/requests/{make_question().pk}/answer/"))
    assert "Answered from the knowledge base" in text_of(client.get(f"/requests/{wish.pk}/"))


def test_answer_is_sent_once_and_only_to_questions(client: Client, sam: User) -> None:
    wish, problem, entry = make_question(), make_question(kind="problem"), make_entry()

    def send(each: CustomerRequest) -> int:
        data = {"entry": entry.pk, "subject": "s", "body": "b", "seen": trail.version(each)}
        return client.post(f"/requests/{each.pk}/answer/send/", data).status_code

    assert [send(wish), send(wish), send(problem)] == [302, 409, 409]
    assert Message.objects.filter(letter="entry_answer").count() == 1


def test_tags_of_an_answer_are_filled_in_or_refused(client: Client, sam: User) -> None:
    wish, entry = make_question(), make_entry("de: So pausieren Sie", name="Pausing")

    def send(body: str) -> str:
        data = {"entry": entry.pk, "subject": "s", "body": body, "seen": trail.version(wish)}
        return text_of(client.post(f"/requests/{wish.pk}/answer/send/", data))

    assert "Not sent: {{ first_nam }} is no tag." in send("Hallo {{ first_nam }}")
    assert not EntryAnswer.objects.exists()
    send("Hallo {{ first_name }}")
    assert EntryAnswer.objects.get().body == "Hallo Karla"


# ------------------------------------------------------------------------------------------------------------ the board


def test_board_shows_every_state_with_where_each_may_go_and_why_not(client: Client) -> None:
    client.force_login(make_user("lea", "Support lead"))
    fixes = {status: make_fix(status=status, title=f"Fix {status}") for status in FixStatus}
    make_request(fix=fixes[FixStatus.IDEA], kind="problem")

    response = client.get("/fixes/board/")

    page = html_of(response)
    lanes = re.findall(r'<section class="lane" aria-label="(\w+)"><h2>\w+<span class="n">(\d+)</span>', page)
    assert lanes == [(name, "1") for name in ("Idea", "Planned", "Shipped", "Announced", "Declined")]
    assert f"Fix {FixStatus.MERGED}" not in page
    assert "Merged" not in page
    assert f'<a href="/fixes/{fixes[FixStatus.IDEA].pk}/?move=plan#move" data-to="planned">Planned</a>' in page
    assert f'<a href="/fixes/{fixes[FixStatus.SHIPPED].pk}/thanks/" data-to="announced">Announced</a>' in page
    assert "It is an idea: plan it first, with an owner and a day." in page
    assert "<b>1</b> person" in page


def test_board_of_an_employee_has_neither_revenue_nor_moves(client: Client) -> None:
    client.force_login(make_user("emil", "Employee"))
    make_fix()

    page = html_of(client.get("/fixes/board/"))

    assert ("Move to" in page, "a year" in page) == (False, False)


def test_board_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(make_user("lea", "Support lead"))
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_fix(status=FixStatus.PLANNED)
        client.get("/fixes/board/")
        with django_assert_max_num_queries(20) as captured:
            client.get("/fixes/board/")
        counts.append(len(captured))

    assert counts[0] == counts[1]


# ----------------------------------------------------------------------------------------------------------- the report


def test_report_compares_who_was_told_with_who_was_not(client: Client) -> None:
    client.force_login(make_user("emil", "Employee"))
    now = timezone.now()
    fix = make_fix(status=FixStatus.SHIPPED, shipped_at=now - dt.timedelta(days=20))
    for told_at, after in ((now - dt.timedelta(days=15), 10), (None, 7)):
        asked = make_response(score=8, at=now - dt.timedelta(days=40))
        make_request(response=asked, fix=fix, kind="problem", told_at=told_at)
        make_response(contact=asked.contact, score=after, at=now - dt.timedelta(days=2))

    said = text_of(client.get("/reports/told/"))

    assert "1 of 1 is in a higher band now" in said
    assert "0 of 1 are in a higher band now" in said
    assert client.post("/reports/told/").status_code == 405
