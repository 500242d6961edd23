from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advocacy.enums import CaseStatus, FixStatus
from advocacy.models import Escalation
from surveys.enums import MessageStatus, WaveStatus
from surveys.models import Contact
from tests.factories import (
    make_account,
    make_advocate,
    make_campaign,
    make_case,
    make_click,
    make_contact,
    make_daily_count,
    make_fix,
    make_invitation,
    make_message,
    make_request,
    make_response,
    make_team,
    make_user,
    make_wave,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
SESSION_AND_USER = 2
PERMISSIONS = 2


@pytest.fixture
def monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def home(client: Client, user: User) -> str:
    client.force_login(user)
    return " ".join(client.get("/").content.decode().split())


def names(page: str) -> list[str]:
    return re.findall(r'<a class="q fw-semibold" href="/cases/\d+/\?view=mine"><bdi>(.*?)</bdi></a>', page)


def contact(name: str) -> Contact:
    return make_contact(name=name)


def make_answered() -> None:
    invitation = make_invitation()
    make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=NOW)
    make_response(invitation=invitation)


def test_home_names_the_day_of_the_team(client: Client, bob: User) -> None:
    make_team(members=[bob], timezone="Pacific/Auckland")

    with time_machine.travel(NOW.replace(hour=12), tick=False):
        page = home(client, bob)

    assert "<h1>Tuesday 24 November</h1>" in page


def test_next_five_are_mine_in_the_order_of_urgency(client: Client, bob: User) -> None:
    due = {"late": -2, "later": 50, "soon": 1, "today": 6, "latest": 90, "tomorrow": 26}
    for name, hours in due.items():
        make_case(owner=bob, contact=contact(name), due_at=NOW + dt.timedelta(hours=hours))
    long_ago = NOW - dt.timedelta(days=9)
    make_case(owner=bob, contact=contact("reached"), status=CaseStatus.CONTACTED, contacted_at=NOW, due_at=long_ago)
    make_case(owner=bob, contact=contact("closed"), status=CaseStatus.CLOSED)
    make_case(owner=make_user(), contact=contact("another's"))
    make_case(contact=contact("nobody's"))

    page = home(client, bob)

    assert names(page) == ["late", "soon", "today", "tomorrow", "later"]
    assert "You have 7 cases. 1 is overdue. 2 are due today." in page
    assert ">All 7 of mine</a>" in page


def test_button_leads_to_the_most_urgent(client: Client, bob: User) -> None:
    make_case(owner=bob)
    urgent = make_case(owner=bob, due_at=NOW - dt.timedelta(hours=1))

    page = home(client, bob)

    assert f'data-first href="/cases/{urgent.pk}/?view=mine">Start with the most urgent' in page


def test_case_shows_score_person_firm_words_and_time_left(client: Client, bob: User) -> None:
    person = make_contact(name="فاطمة البكري", account=make_account(name="مقهى الفارسي"))
    answer = make_response(contact=person, score=2, comment="الآلة عندكم منذ شهر", language="ar")
    make_case(owner=bob, response=answer, due_at=NOW + dt.timedelta(hours=1, minutes=10))

    page = home(client, bob)

    assert '<span class="score det">2<span class="visually-hidden"> of 10, detractor</span></span>' in page
    assert "<bdi>فاطمة البكري</bdi>" in page
    assert '<span class="dim"><bdi>مقهى الفارسي</bdi></span>' in page
    assert '<p class="voice clamp m-0" dir="auto" lang="ar">الآلة عندكم منذ شهر</p>' in page
    assert "1 h 10 min left" in page


def test_case_without_words_says_so(client: Client, bob: User) -> None:
    make_case(owner=bob)

    assert "No words, only the score" in home(client, bob)


def test_person_without_a_case_reads_what_will_come(client: Client, bob: User) -> None:
    page = home(client, bob)

    assert "You have no open case." in page
    assert "A case appears here when a contact of yours is unhappy, or when one is given to you." in page
    assert "No case is open." in page
    assert "data-first" not in page


def test_queue_of_everybody_is_summed_up(client: Client, bob: User) -> None:
    make_case(owner=make_user(), due_at=NOW - dt.timedelta(hours=1))
    make_case()
    make_case()

    page = home(client, bob)

    assert '<a href="/cases/">3 open cases</a>, <a href="/cases/?view=overdue">1 overdue</a>, ' in page
    assert '<a href="/cases/?view=unassigned">2 without an owner</a>.' in page


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>']
)
def test_hostile_words_stay_text(client: Client, bob: User, text: str) -> None:
    person = make_contact(name=text, account=make_account(name=text))
    make_case(owner=bob, response=make_response(contact=person, comment=text))

    page = home(client, bob)

    assert page.count(text) == 0
    assert page.count(text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")) == 3


def test_score_stands_with_interval_number_and_base(client: Client, bob: User) -> None:
    make_daily_count(day=NOW.date(), promoters=50, passives=20, detractors=30)
    make_daily_count(day=NOW.date() - dt.timedelta(days=90), promoters=900)

    page = home(client, bob)

    assert '<div class="fig mb-2"><bdi>+20</bdi></div>' in page
    assert 'NPS, between <b class="nowrap"><bdi>+3</bdi> and <bdi>+36</bdi></b> with 95 % certainty' in page
    assert "n 100 · 50 promoters, 20 passives, 30 detractors" in page
    assert "Every answer of the last 90 days, all campaigns" in page


def test_day_at_the_far_end_of_the_period_counts(client: Client, bob: User) -> None:
    make_daily_count(day=NOW.date() - dt.timedelta(days=89), detractors=30)

    assert "<bdi>−100</bdi></div>" in home(client, bob)


@pytest.mark.parametrize(("n", "is_shown"), [(29, False), (30, True)])
def test_score_of_few_answers_is_not_shown(client: Client, bob: User, n: int, is_shown: bool) -> None:
    make_daily_count(day=NOW.date(), promoters=n)

    page = home(client, bob)

    assert ("too few to say, 29 of 30" in page, '<div class="fig' in page) == (not is_shown, is_shown)
    assert f"n {n} · {n} promoters, 0 passives, 0 detractors" in page


def test_no_answers_are_not_a_score_of_zero(client: Client, bob: User) -> None:
    page = home(client, bob)

    assert "No answer in the last 90 days. The score appears here with the first answers." in page
    assert "No invitation was delivered in the last 90 days." in page


def test_response_rate_and_unconfirmed_clicks_are_numbers_of_their_own(client: Client, bob: User) -> None:
    make_answered()
    make_message(status=MessageStatus.SENT, sent_at=NOW)
    make_message(status=MessageStatus.SENT, sent_at=NOW, bounced_at=NOW)
    make_click()

    page = home(client, bob)

    assert "<b>50.0 % answered</b> (2 delivered)" in page
    assert "1 mail was clicked without an answer; not counted" in page


def test_who_may_see_nothing_sees_nothing(client: Client, carol: User) -> None:
    make_case(owner=carol, contact=contact("Ana Peralta"))
    make_daily_count(day=NOW.date(), promoters=50)

    page = home(client, carol)

    assert "<h2>Nothing is open to you yet</h2>" in page
    assert ("Ana Peralta" in page, "promoters" in page, "/cases/" in page) == (False, False, False)


def test_marketing_sees_scores_and_no_cases(client: Client) -> None:
    nora = make_user("nora", "Marketing")
    make_case(contact=contact("Ana Peralta"))
    make_daily_count(day=NOW.date(), promoters=50)

    page = home(client, nora)

    assert "n 50 · 50 promoters" in page
    assert ("Ana Peralta" in page, "Next for you" in page) == (False, False)


def test_marketing_begins_with_who_may_be_asked_and_what_is_leaving(client: Client) -> None:
    nora = make_user("nora", "Marketing")
    wave = make_wave(campaign=make_campaign(name="Autumn"))
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT, sent_at=NOW)
    make_invitation(wave=wave)
    asked = make_invitation(wave=make_wave(status=WaveStatus.FINISHED), contact=contact("Rohan Iyer"))
    answer = make_response(invitation=asked, score=10, comment="Never skipped a beat")
    advocate = make_advocate(contact=answer.contact, response=answer)

    page = home(client, nora)

    assert f'href="/advocates/{advocate.pk}/"><bdi>Rohan Iyer</bdi></a>' in page
    assert "Never skipped a beat</p>" in page
    assert f'<a href="/waves/{wave.pk}/"><bdi>Autumn</bdi></a>' in page
    assert "1 of 2 sent · 0 answered" in page
    assert "1 wave is being sent. Promoters are ready to be asked." in page


def test_marketing_without_either_reads_what_will_come(client: Client) -> None:
    page = home(client, make_user("nora", "Marketing"))

    assert "Nobody is ready. A contact who gives 9 or 10 appears here" in page
    assert "Launch a campaign, and it shows here how far it is." in page


def test_lead_sees_what_is_late_and_who_has_how_much(client: Client) -> None:
    dana, marta = make_user("dana", "Support lead"), make_user("marta", "Support", first_name="Marta")
    make_case(owner=marta, contact=contact("late"), due_at=NOW - dt.timedelta(hours=1))
    make_case(owner=marta, contact=contact("early"))
    make_case(contact=contact("nobody's"), due_at=NOW - dt.timedelta(hours=9))

    page = home(client, dana)

    breaches = page[page.index('id="breaches"') : page.index("Next for you")]
    assert re.findall(r"\?view=overdue\"><bdi>(.*?)</bdi>", breaches) == ["nobody&#x27;s", "late"]
    assert "nobody owns it" in breaches
    assert '<th scope="row"><bdi>Marta</bdi></th>' in page
    assert page.index("Not reached in time") < page.index("Next for you") < page.index("Who has how much")


def test_lead_reads_numbers_that_add_up(client: Client) -> None:
    dana, marta = make_user("dana", "Support lead"), make_user("marta", "Support", first_name="Marta")
    late = NOW - dt.timedelta(hours=1)
    make_case(owner=marta, due_at=late)
    make_case(owner=marta, due_at=late, snoozed_until=NOW + dt.timedelta(hours=1))
    make_case(due_at=late)
    make_case(status=CaseStatus.CONTACTED)

    page = home(client, dana)
    rows = re.findall(r"<tr>(.*?)</tr>", page[page.index('id="workload"') :].split("</table>")[0])
    told = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]

    assert told == ["Owner Overdue Open To close Snoozed", "Marta 1 1 0 1", "Nobody 1 2 1 0"]
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "3 open cases , 2 overdue , 2 without an owner . 1 is snoozed ." in words


@pytest.mark.parametrize(("role", "is_shown"), [("Support lead", True), ("Support", False), ("Marketing", False)])
def test_workload_is_for_who_gives_cases_away(client: Client, role: str, is_shown: bool) -> None:
    make_case(owner=make_user("marta"), due_at=NOW - dt.timedelta(hours=1))

    page = home(client, make_user("dana", role))

    assert ("Who has how much" in page, "Not reached in time" in page) == (is_shown, is_shown)


def test_employee_sees_scores_and_fixes_and_nobody(client: Client) -> None:
    account = make_account(name="Peralta Café", revenue=4200)
    person = make_contact(name="Ana Peralta", email="ana@peralta.example", account=account)
    case = make_case(response=make_response(contact=person, comment="Ana Peralta was here"), owner=make_user("marta"))
    fix = make_fix(title="A loan machine", status=FixStatus.PLANNED, due_on=dt.date(2026, 12, 18), owner=case.owner)
    make_request(contact=person, fix=fix)
    make_daily_count(day=NOW.date(), promoters=50)

    page = home(client, make_user("emil", "Employee"))

    assert f'href="/fixes/{fix.pk}/"><bdi>A loan machine</bdi></a>' in page
    assert ("until 18 December" in page, "1 customer asked" in page, "n 50 · 50 promoters" in page) == (True,) * 3
    assert re.findall(r"Peralta|peralta|marta|4200|4,200|/cases/|/contacts/", page) == []


def test_home_takes_no_post(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.post("/").status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_home_takes_as_many_statements_whatever_is_there(
    client: Client, bob: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    team = make_team(members=[bob])
    for _ in range(rows):
        person = make_contact(account=make_account(owner=bob))
        make_case(owner=bob, team=team, response=make_response(contact=person, comment="Late again"))
        make_daily_count(day=NOW.date(), promoters=1)
        make_answered()
        make_click()

    with django_assert_num_queries(SESSION_AND_USER + PERMISSIONS + 9):
        page = " ".join(client.get("/").content.decode().split())

    assert len(names(page)) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_whole_home_takes_as_many_statements_for_many_rows(
    client: Client, alice: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    for _ in range(rows):
        person = make_contact(account=make_account(owner=alice))
        late = NOW - dt.timedelta(hours=1)
        make_case(owner=make_user(), due_at=late, response=make_response(contact=person, comment="Late again"))
        make_advocate(contact=make_contact(account=make_account()), response=make_response(score=10))
        make_wave()

    # The frame, what is to be set up, mentions, promises and actions, cases and counts with what their rows show,
    # breaches, escalations, owners and nobody, advocates and waves, figures.
    with django_assert_num_queries(SESSION_AND_USER + 1 + 1 + 3 + 2 + 4 + 2 + 3):
        client.get("/")


def make_told(name: str, clock: str, level: str, lead: User, **fields: Any) -> None:
    values = {"contact": contact(name), "owner": lead, "due_at": NOW + dt.timedelta(hours=1), **fields}
    case = make_case(**values)
    Escalation.objects.create(case=case, clock=clock, level=level, due_at=case.due_at, lead=lead, at=NOW)


def test_lead_sees_what_was_escalated_and_still_stands(client: Client, alice: User) -> None:
    late, soon = NOW - dt.timedelta(hours=1), NOW + dt.timedelta(hours=1)
    reached = {"status": CaseStatus.CONTACTED, "contacted_at": NOW}
    make_told("warned", "first_contact", "warning", alice, warn_at=late)
    make_told("warned, reached", "first_contact", "warning", alice, warn_at=late, **reached)
    make_told("late", "first_contact", "breach", alice, due_at=late)
    make_told("with the lead", "owner", "breach", alice)
    make_told("given on", "owner", "breach", alice, owner=make_user())
    make_told("unresolved", "resolution", "breach", alice, resolve_by=late, **reached)
    make_told("has time again", "resolution", "breach", alice, resolve_by=soon, **reached)
    make_told("waits", "resolution", "breach", alice, resolve_by=late, waiting_since=NOW, **reached)

    page = home(client, alice)

    section = page[page.index('id="escalated"') :]
    section = section[: section.index("</section>")]
    assert re.findall(r"<bdi>([^<]*)</bdi></a>", section) == ["unresolved", "with the lead", "warned"]
    assert "Not resolved in time" in section


def test_home_without_escalations_has_no_head_for_them(client: Client, alice: User) -> None:
    assert "Needs your eye" not in home(client, alice)
