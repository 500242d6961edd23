from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import trail
from advocacy.enums import AskKind, AskStatus
from advocacy.models import Ask, Programme
from surveys.models import Event
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import (
    make_account,
    make_advocate,
    make_ask,
    make_contact,
    make_programme,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HOSTILE = "<script>alert(1)</script>"
GETS = ("", "list/", "dry-run/")
POSTS = ("export/", "ask/", "save/")


def make_slip(programme: Programme, name: str = "Ana", **fields: Any) -> Ask:
    contact = make_contact(name=name, language="it", account=make_account())
    advocate = make_advocate(response=make_response(contact=contact, score=10, comment="Bello", language="it"))
    return make_ask(advocate=advocate, programme=programme, kind=programme.kind, **fields)


def test_list_of_programmes_counts_what_is_open(client: Client, alice: User) -> None:
    programme = make_programme(name="Referrals", is_automatic=True, owner=alice)
    make_slip(programme)
    make_slip(programme, status=AskStatus.DONE)
    client.force_login(alice)

    text = text_of(client.get("/programmes/"))

    assert "Referrals Referral 1 3 days after the answer, 20 a day at most Alice" in text


def test_empty_pages_say_what_will_come(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "No programme is there yet" in text_of(client.get("/programmes/"))
    programme = make_programme()

    assert "nobody" in text_of(client.get(f"/programmes/{programme.pk}/"))
    assert "Nobody stands here" in text_of(client.get(f"/programmes/{programme.pk}/list/"))
    assert "Nobody would be asked now" in text_of(client.get(f"/programmes/{programme.pk}/dry-run/"))
    assert "Nobody is left out" in text_of(client.get(f"/programmes/{programme.pk}/dry-run/?view=left-out"))


def test_board_has_lanes_slips_and_every_target_with_its_reason(client: Client, alice: User) -> None:
    programme = make_programme(kind=AskKind.TESTIMONIAL)
    make_slip(programme, name="Ana", next_step="Call her", owner=alice)
    client.force_login(alice)

    page = client.get(f"/programmes/{programme.pk}/")

    lanes = re.findall(r'<section class="lane" aria-label="([^"]*)"><h2>[^<]*<span class="n">(\d+)', html_of(page))
    assert lanes == [
        *(("Planned", "1"), ("Asked", "0"), ("Agreed", "0"), ("Drafted", "0"), ("Done", "0")),
        *(("Said no", "0"), ("No answer", "0")),
    ]
    text = text_of(page)
    assert all(words in text for words in ("Ana", "Bello", "Call her", "Move to…: Ana", "0 days"))
    buttons = re.findall(r'<button name="stage" value="(\w+)" data-to="\1"( disabled)?>', html_of(page))
    assert buttons == [
        *(("planned", " disabled"), ("asked", ""), ("agreed", " disabled"), ("drafted", " disabled")),
        *(("done", " disabled"), ("said_no", " disabled"), ("no_answer", " disabled"), ("dropped", "")),
    ]


def move(client: Client, ask: Ask, stage: str, **fields: str) -> Any:
    data = {"seen": trail.version(ask), "stage": stage, "board": "1", "view": "mine", **fields}
    return client.post(f"/asks/{ask.pk}/move/", data)


def test_slip_moves_and_comes_back_to_the_board_as_it_was(client: Client, alice: User) -> None:
    programme = make_programme()
    ask = make_slip(programme, status=AskStatus.SENT)
    client.force_login(alice)

    response = move(client, ask, "agreed")

    assert (response.status_code, response.headers["Location"]) == (302, f"/programmes/{programme.pk}/?view=mine")
    assert Ask.objects.get().stage == "agreed"


def test_refused_move_is_told_above_the_board_and_the_slip_stays(client: Client, alice: User) -> None:
    ask = make_slip(make_programme(), name="Ana")
    client.force_login(alice)

    response = move(client, ask, "agreed", view="all")

    assert response.status_code == 409
    assert "Not moved: Ana: it has not been asked yet." in text_of(response)
    assert Ask.objects.get().stage == "planned"


def test_refused_move_from_its_own_page_is_told_there(client: Client, alice: User) -> None:
    ask = make_slip(make_programme(), name="Ana")
    client.force_login(alice)

    response = client.post(f"/asks/{ask.pk}/move/", {"seen": trail.version(ask), "stage": "done"})

    assert (response.status_code, "Not moved: Ana: it has not been asked yet." in text_of(response)) == (409, True)
    assert client.post(f"/asks/{ask.pk}/move/", {"seen": "0", "stage": "nonsense"}).status_code == 422
    moved = client.post(f"/asks/{ask.pk}/move/", {"seen": trail.version(ask), "stage": "dropped"})
    assert moved.headers["Location"] == f"/asks/{ask.pk}/"


def test_ask_page_keeps_the_next_step(client: Client, alice: User) -> None:
    ask = make_slip(make_programme(), reason_why="Ten years with us")
    client.force_login(alice)
    page = text_of(client.get(f"/asks/{ask.pk}/"))
    data = {"seen": trail.version(ask), "owner": alice.pk, "next_step": HOSTILE, "due_on": "2099-01-02"}

    response = client.post(f"/asks/{ask.pk}/save/", data)

    assert "Ten years with us" in page
    assert (response.status_code, Ask.objects.get().next_step) == (302, HOSTILE)
    assert HOSTILE not in html_of(client.get(f"/asks/{ask.pk}/"))
    assert client.post(f"/asks/{ask.pk}/save/", {**data, "next_step": "other"}).status_code == 409
    assert client.post(f"/asks/{ask.pk}/save/", {"seen": "0", "next_step": "x" * 200}).status_code == 422


def test_list_filters_by_stage_and_view(client: Client, alice: User) -> None:
    programme = make_programme()
    make_slip(programme, name="Ana")
    make_slip(programme, name="Ben", status=AskStatus.SENT, owner=alice)
    client.force_login(alice)

    def names(query: str) -> list[str]:
        page = html_of(client.get(f"/programmes/{programme.pk}/list/{query}"))
        return re.findall(r'<a class="q" href="/asks/\d+/"><bdi[^>]*>(\w+)</bdi>', page)

    assert names("") == ["Ana", "Ben"]
    assert (names("?stage=asked"), names("?view=mine"), names("?view=overdue")) == (["Ben"], ["Ben"], [])
    assert client.get(f"/programmes/{programme.pk}/list/?stage=nonsense").status_code == 404
    assert client.get(f"/programmes/{programme.pk}/?view=nonsense").status_code == 404


def test_file_is_a_post_that_leaves_an_event_and_no_formula(client: Client, alice: User) -> None:
    programme = make_programme()
    make_slip(programme, name="=HYPERLINK(1)")
    make_slip(programme, name="Ben", status=AskStatus.SENT)
    client.force_login(alice)

    response = client.post(f"/programmes/{programme.pk}/export/", {"stage": "planned"})

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Advocate", "'=HYPERLINK(1)"]
    event = Event.objects.get(kind="advocacy.programme")
    assert (event.went_to, event.by, event.reason) == ("exported", alice, "1")
    assert client.get(f"/programmes/{programme.pk}/export/").status_code == 405


def test_dry_run_tells_each_half_and_plans_one(client: Client, alice: User) -> None:
    programme = make_programme(delay_days=0)
    free = make_advocate(contact=make_contact(name="Ana"))
    never = make_advocate(contact=make_contact(name="Ben"), do_not_ask=True)
    client.force_login(alice)
    page, left = (
        text_of(client.get(f"/programmes/{programme.pk}/dry-run/?view={view}")) for view in ("asked", "left-out")
    )
    assert ("Ana" in page, "Ben" in page) == (True, False)
    assert "Ben" in left
    assert "do not ask" in left

    good = client.post(f"/programmes/{programme.pk}/ask/", {"advocate": free.pk})
    bad = client.post(f"/programmes/{programme.pk}/ask/", {"advocate": never.pk}, follow=True)

    assert good.headers["Location"] == f"/programmes/{programme.pk}/"
    assert "Not planned: do not ask." in text_of(bad)
    assert (Ask.objects.get().advocate, Ask.objects.get().programme) == (free, programme)
    assert client.post(f"/programmes/{programme.pk}/ask/", {"advocate": "x"}).status_code == 404
    Programme.objects.update(is_active=False)
    rests = client.post(f"/programmes/{programme.pk}/ask/", {"advocate": free.pk}, follow=True)
    assert "this programme is not active" in text_of(rests)


def test_programme_is_made_and_changed(client: Client, alice: User) -> None:
    client.force_login(alice)
    data = {"name": "Stories", "kind": "case_study", "is_active": "on", "delay_days": 5, "daily_cap": 3}
    assert "New programme" in text_of(client.get("/programmes/new/"))

    made = client.post("/programmes/create/", data)
    programme = Programme.objects.get()
    assert made.headers["Location"] == f"/programmes/{programme.pk}/"
    assert (programme.name, programme.kind, programme.daily_cap) == ("Stories", "case_study", 3)
    assert client.post("/programmes/create/", {**data, "daily_cap": 0}).status_code == 422
    assert client.get(f"/programmes/{programme.pk}/edit/").status_code == 200
    client.post(f"/programmes/{programme.pk}/save/", {**data, "kind": "beta", "name": "Tales"})

    programme.refresh_from_db()
    assert (programme.name, programme.kind) == ("Tales", "case_study")
    assert programme.history.count() == 2


@pytest.mark.parametrize("page", GETS)
def test_pages_cost_as_much_with_one_slip_as_with_three(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any], page: str
) -> None:
    client.force_login(alice)
    counted = []
    for number in (1, 3):
        programme = make_programme()
        for each in range(number):
            make_slip(programme, name=f"Person {each}")
        with django_assert_max_num_queries(30) as queries:
            assert client.get(f"/programmes/{programme.pk}/{page}").status_code == 200
        counted.append(len(queries))

    assert counted[0] == counted[1]


def test_hostile_names_are_text(client: Client, alice: User) -> None:
    programme = make_programme(name=HOSTILE)
    make_slip(programme, name=HOSTILE, next_step=HOSTILE)
    client.force_login(alice)

    for page in GETS:
        assert HOSTILE not in html_of(client.get(f"/programmes/{programme.pk}/{page}"))


def test_strangers_and_readers_are_kept_out(client: Client, bob: User, carol: User) -> None:
    programme = make_programme()
    ask = make_slip(programme)
    before = list(Ask.objects.values())
    writes = [f"/programmes/{programme.pk}/{act}" for act in POSTS] + ["/programmes/create/"]
    writes += [f"/asks/{ask.pk}/{act}/" for act in ("move", "save")] + [f"/advocates/{ask.advocate_id}/ask/"]
    reads = [f"/programmes/{programme.pk}/{page}" for page in GETS] + ["/programmes/", f"/asks/{ask.pk}/"]

    assert {client.get(address).status_code for address in reads} == {302}
    client.force_login(carol)
    assert {client.get(address).status_code for address in reads} == {403}
    client.force_login(bob)
    assert {client.get(address).status_code for address in reads} == {200}
    assert {client.post(address, {"stage": "agreed"}).status_code for address in writes} == {403}
    assert {client.get(address).status_code for address in writes} == {405}
    assert list(Ask.objects.values()) == before


def test_reader_sees_no_way_to_move(client: Client, bob: User) -> None:
    programme = make_programme()
    make_slip(programme)
    client.force_login(bob)

    assert "Move to…" not in text_of(client.get(f"/programmes/{programme.pk}/"))


# ----------------------------------------------------------------------------------------- the advocate and the contact


def test_advocate_page_tells_for_each_ask_whether_and_why_not(client: Client, alice: User) -> None:
    advocate = make_advocate(contact=make_contact(name="Ana", customer_since=timezone.localdate()))
    make_ask(advocate=advocate, kind=AskKind.BETA, status=AskStatus.DONE)
    client.force_login(alice)

    page = html_of(client.get(f"/advocates/{advocate.pk}/"))

    told = dict(
        re.findall(r'<tr role="row"><th role="rowheader" scope="row">([^<]*)</th><td role="cell">(.*?)</td>', page)
    )
    told = {name: " ".join(re.sub("<[^>]*>", "", words).split()) for name, words in told.items()}
    assert told["Beta test"] == "done already"
    assert told["Case study"].endswith("a customer for too short a time")
    assert (len(told), "Everyone sees the review link" in page) == (8, True)


def plan(client: Client, advocate: Any, **fields: Any) -> Any:
    data = {"seen": trail.version(advocate), "kind": "referral", **fields}
    return client.post(f"/advocates/{advocate.pk}/ask/", data)


def test_ask_is_planned_from_the_advocate_and_stands_on_the_board_of_its_kind(client: Client, alice: User) -> None:
    programme = make_programme(kind=AskKind.REFERRAL)
    advocate = make_advocate()
    client.force_login(alice)

    response = plan(client, advocate, planned_on=f"{timezone.localdate() + 9 * DAY}", reason_why="Loves it")

    ask = Ask.objects.get()
    assert response.headers["Location"] == f"/asks/{ask.pk}/"
    assert (ask.programme, ask.by, ask.reason_why) == (programme, alice, "Loves it")
    assert timezone.localdate(ask.planned_for) == timezone.localdate() + 9 * DAY
    again = plan(client, advocate, override_reason="Never mind")
    assert (again.status_code, "Not planned: an ask is open." in text_of(again)) == (409, True)
    assert "Never mind" in html_of(again)
    assert plan(client, advocate, kind="nonsense").status_code == 422


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "Planned: the mail leaves at 12:00."),
        (2, "Planned: the mail leaves on Wed 09:00."),
        (9, "Planned: the mail leaves on 2 Dec, 09:00."),
    ],
)
def test_planning_says_when_the_mail_leaves(client: Client, alice: User, days: int, said: str) -> None:
    make_programme(kind=AskKind.REFERRAL)
    advocate = make_advocate()
    client.force_login(alice)

    with time_machine.travel(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), tick=False):
        plan(client, advocate, planned_on=f"{timezone.localdate() + days * DAY}")
        page = text_of(client.get(f"/asks/{Ask.objects.get().pk}/"))

    assert said in page


def test_site_and_handles_are_kept(client: Client, alice: User) -> None:
    advocate = make_advocate()
    client.force_login(alice)
    address = f"/advocates/{advocate.pk}/describe/"

    bad = client.post(address, {"seen": "0", "site": "javascript:alert(1)"})
    good = client.post(address, {"seen": trail.version(advocate), "site": "https://ana.example.com", "handles": "@ana"})

    advocate.refresh_from_db()
    assert (bad.status_code, good.status_code) == (422, 302)
    assert (advocate.site, advocate.handles) == ("https://ana.example.com", "@ana")
    assert client.post(address, {"seen": "0", "site": "", "handles": "@x"}).status_code == 409


def test_support_nominates_a_contact_with_a_reason(client: Client, alice: User) -> None:
    contact = make_contact(name="Ana")
    client.force_login(make_user("sam", "Support"))
    address = f"/contacts/{contact.pk}/nominate/"
    assert "Nominate as an advocate…" in text_of(client.get(f"/contacts/{contact.pk}/"))

    empty = client.post(address, {"reason": ""}, follow=True)
    client.post(address, {"reason": "Spoke of us at a fair"})
    client.post(address, {"reason": "And again"})

    assert "Not nominated: say why" in text_of(empty)
    advocate = contact.advocate
    assert (str(advocate.nominated_by), advocate.nominated_at is not None) == ("sam", True)
    assert [trail.sentence(event) for event in trail.events(advocate)] == [
        ("Nominated", "And again"),
        ("Nominated", "Spoke of us at a fair"),
    ]


def test_who_may_not_nominates_nobody(client: Client, bob: User) -> None:
    contact = make_contact()
    client.force_login(bob)

    assert client.post(f"/contacts/{contact.pk}/nominate/", {"reason": "x"}).status_code == 403
    assert "Nominate" not in text_of(client.get(f"/contacts/{contact.pk}/"))
