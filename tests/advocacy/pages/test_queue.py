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

from advocacy import worklist
from advocacy.enums import CaseStatus
from advocacy.models import Case
from surveys.models import Event, Response
from tests.factories import make_account, make_case, make_contact, make_response, make_team, make_theme, make_user

pytestmark = pytest.mark.django_db

PAGE = "/cases/"
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def read(client: Client, query: str = "") -> str:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def names(page: str) -> list[str]:
    return re.findall(r'<a class="q"[^>]*><bdi[^>]*>(.*?)</bdi>', page)


def make_named(name: str, **fields: Any) -> Case:
    contact = make_contact(name=name)
    return make_case(contact=contact, response=make_response(contact=contact), **fields)


@time_machine.travel(NOW)
def test_row_tells_who_what_how_long_and_whose(client: Client, alice: User) -> None:
    marta = make_user("marta", first_name="Marta", last_name="Ruiz")
    account = make_account(name="Academia Campo Viejo S.L.", revenue=Decimal(84_770))
    contact = make_contact(name="Íñigo Peralta", language="es", account=account)
    make_response(contact=contact, score=3, at=NOW - 999 * HOUR)
    response = make_response(contact=contact, score=2, language="es", comment="Un mes sin máquina", wants_contact=True)
    make_case(response=response, owner=marta, due_at=NOW - dt.timedelta(minutes=40), opened_at=NOW - 24 * HOUR)
    client.force_login(alice)

    page = read(client)

    row = re.search(r"<tr role=\"row\" data-case.*?</tr>", page)
    assert row
    said = " ".join(re.sub(r"<[^>]*>", " ", row[0]).replace("\xa0", " ").split())
    assert said == (
        "2 of 10, detractor Íñigo Peralta Academia Campo Viejo S.L. 84,770 a year Un mes sin máquina"
        " Winnable: asks for a call. Second bad score 40 min overdue opened 1 day ago MR Marta Ruiz"
    )
    assert 'lang="es"' in row[0]
    assert 'class="voice clamp m-0" dir="auto" lang="es"' in row[0]


@time_machine.travel(NOW)
def test_rows_stand_in_the_order_of_work_under_their_heads(client: Client, alice: User) -> None:
    make_named("later", due_at=NOW + 99 * HOUR)
    make_named("contacted", status=CaseStatus.CONTACTED, due_at=NOW - 9 * HOUR)
    make_named("overdue", due_at=NOW - HOUR)
    make_named("today", due_at=NOW + HOUR)
    client.force_login(alice)

    page = read(client)

    assert names(page) == ["overdue", "today", "later", "contacted"]
    heads = re.findall(r'<tr role="row" class="grp">.*?</tr>', page)
    assert [" ".join(re.sub(r"<[^>]*>", " ", head).split()) for head in heads] == [
        "Overdue 1",
        "Due today 1",
        "Later 1",
        "Contacted, to be closed 1",
    ]
    assert "4 open cases · 1 overdue · 1 due today" in re.sub(r"\s+·", " ·", page)


def test_today_ends_at_the_midnight_of_the_viewers_team(client: Client, alice: User) -> None:
    make_team(timezone="Asia/Tokyo", members=[alice])
    with time_machine.travel(NOW):  # 21:00 in Tokyo
        make_named("tomorrow there", due_at=NOW + 4 * HOUR)
        client.force_login(alice)

        page = read(client)

    assert "Due today" not in page
    assert names(page) == ["tomorrow there"]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("mine", ["mine"]),
        ("unassigned", ["nobody's"]),
        ("due-soon", ["nobody's"]),
        ("overdue", ["mine"]),
        ("waiting", []),
        ("snoozed", ["asleep"]),
        ("new-answers", ["wrote"]),
        ("open", ["wrote", "mine", "nobody's"]),
        ("closed", ["closed"]),
    ],
)
def test_each_view_shows_its_cases_and_says_which_it_is(
    client: Client, alice: User, view: str, expected: list[str]
) -> None:
    make_named("mine", owner=alice, due_at=timezone.now() - HOUR)
    make_named("nobody's")
    make_named("asleep", snoozed_until=timezone.now() + HOUR)
    make_named("wrote", owner=make_user("lin"), due_at=timezone.now() + 99 * HOUR, news="reply")
    make_named("closed", status=CaseStatus.CLOSED, theme=make_theme("Repair"))
    client.force_login(alice)

    page = read(client, f"?view={view}")

    assert [name.replace("&#x27;", "'") for name in names(page)] == expected
    assert re.findall(r'\?view=([a-z-]+)" aria-current="page"', page) == [view]
    assert ("Repair" in page) is (view == "closed")


@pytest.mark.parametrize(
    ("view", "heading"),
    [
        ("mine", "No case is yours"),
        ("unassigned", "Every open case has an owner"),
        ("due-soon", "Nothing is due in the next 24 hours"),
        ("overdue", "Nothing is overdue"),
        ("waiting", "Nothing waits for a customer"),
        ("snoozed", "Nothing is snoozed"),
        ("new-answers", "Nobody has written or answered again"),
        ("open", "No case is open"),
        ("closed", "No case was closed yet"),
    ],
)
def test_empty_view_says_what_will_come(client: Client, alice: User, view: str, heading: str) -> None:
    client.force_login(alice)

    page = read(client, f"?view={view}")

    assert f"<h2>{heading}</h2>" in page
    assert "<table role" not in page


def test_pages_follow_by_cursor(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worklist.page, "__kwdefaults__", {"after": "", "size": 2})
    for number in range(5):
        make_named(f"person {number}", due_at=timezone.now() + (number + 1) * HOUR)
    client.force_login(alice)
    shown, query = [], ""

    for _ in range(3):
        page = read(client, query)
        shown.append(names(page))
        following = re.search(r'rel="next" href="/cases/(\?[^"]+)"', page)
        query = following[1].replace("&amp;", "&") if following else ""

    assert shown == [["person 0", "person 1"], ["person 2", "person 3"], ["person 4"]]
    assert query == ""
    assert "Back to the top" in page


def test_cursor_past_the_end_says_so(client: Client, alice: User) -> None:
    case = make_named("only")
    client.force_login(alice)

    page = read(client, f"?view=open&after={worklist.cursor(case)}")

    assert "<h2>Nothing follows here</h2>" in page


def test_unknown_view_is_no_page(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(PAGE, {"view": "everything"}).status_code == 404


def test_first_case_is_offered(client: Client, alice: User) -> None:
    make_named("later", due_at=timezone.now() + 9 * HOUR)
    first = make_named("first", due_at=timezone.now() - 9 * HOUR)
    client.force_login(alice)

    assert f'data-first href="/cases/{first.pk}/?view=open"' in read(client)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% now 'Y' %}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(client: Client, alice: User, text: str) -> None:
    contact = make_contact(name=text, account=make_account(name=text), language='"><b>'[:12])
    response = make_response(contact=contact, comment=text, language='"><b>')
    owner = make_user("evil", first_name=text[:30])
    make_case(response=response, owner=owner)
    make_case(status=CaseStatus.CLOSED, theme=make_theme(text))
    client.force_login(alice)

    for view in ("open", "closed"):
        page = read(client, f"?view={view}")

        assert not re.search(r"<(script>|img|svg onload|b>)", page)
        assert 'href="javascript' not in page
        assert "{{ 7" in page or "{{" not in text
        assert (
            text.replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace('"', "&quot;")
            .replace("'", "&#x27;")
            in page
        )


def test_long_comment_does_not_swell_the_page(client: Client, alice: User) -> None:
    make_case(response=make_response(comment="ж" * 100))
    client.force_login(alice)
    before = len(read(client))
    Response.objects.update(comment="ж" * 100_000)

    assert len(read(client)) < before + 500


# What stands round the page (session, user, two for permissions, the frame) and the page's own: counts and rows.
STATEMENTS = 4 + 1 + 1 + 1


def test_statements_do_not_grow_with_rows(
    client: Client, alice: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    alice.is_superuser = False
    alice.save(update_fields=["is_superuser"])
    client.force_login(alice)
    team = make_team(members=[alice])
    for rows in (1, 3):
        while Case.objects.count() < rows:
            contact = make_contact(account=make_account(owner=alice))
            make_case(response=make_response(contact=contact), owner=alice, team=team, theme=make_theme())
        with django_assert_num_queries(STATEMENTS):
            assert len(names(read(client))) == rows


def test_stranger_signs_in_first(client: Client) -> None:
    response = client.get(PAGE)

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/cases/")


def test_reader_reads_and_who_has_no_right_does_not(client: Client, bob: User, carol: User) -> None:
    make_named("somebody")

    client.force_login(bob)
    assert names(read(client)) == ["somebody"]
    client.force_login(carol)
    assert client.get(PAGE).status_code == 403


def test_wrong_method_is_refused(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.post(PAGE).status_code == 405


def test_reading_changes_nothing(client: Client, alice: User) -> None:
    make_named("somebody")
    client.force_login(alice)
    before = list(Case.objects.values()), Event.objects.count()

    read(client)
    client.head(PAGE)

    assert (list(Case.objects.values()), Event.objects.count()) == before
