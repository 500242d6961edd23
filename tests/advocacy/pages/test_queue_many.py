"""Doing one thing to several cases, taking it back, filters and saved views."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import bulk, cases, worklist
from advocacy.enums import CaseStatus
from advocacy.models import Case, Deed, SavedView
from surveys.models import Event
from tests.advocacy.pages.casework import html_of, post, text_of
from tests.factories import make_account, make_case, make_contact, make_response, make_team, make_theme, make_user

pytestmark = pytest.mark.django_db

MANY, UNDO = "/cases/many/", "/cases/undo/"
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def make_named(name: str, **fields: Any) -> Case:
    contact = make_contact(name=name, **fields.pop("contact", {}))
    response = make_response(contact=contact, **fields.pop("response", {}))
    return make_case(contact=contact, response=response, **fields)


def names(page: Any) -> list[str]:
    return re.findall(r'<a class="q"[^>]*><bdi[^>]*>(.*?)</bdi>', page.content.decode())


def do(client: Client, what: str, *chosen: Case, view: str = "open", **fields: Any) -> Any:
    return client.post(MANY, {"do": what, "view": view, "case": [case.pk for case in chosen], **fields})


def undo(client: Client, **fields: Any) -> Any:
    return client.post(UNDO, {"deed": Deed.objects.order_by("-pk")[0].pk, "view": "open", **fields})


# ---------------------------------------------------------------------------------------------------------------- many


def test_ticked_cases_become_mine_and_are_given_back(client: Client, alice: User) -> None:
    first, second, other = make_case(), make_case(), make_case()
    client.force_login(alice)

    response = do(client, "mine", first, second)
    page = text_of(client.get(response["Location"]))
    owners = [row.owner for row in Case.objects.order_by("pk")]
    back = text_of(client.get(undo(client)["Location"]))

    assert response["Location"] == "/cases/?view=open"
    assert "Noted: 2 cases are yours. Undo z" in page
    assert owners == [alice, alice, None]
    assert "Undone for 2 cases: assigned." in back
    assert [row.owner for row in Case.objects.order_by("pk")] == [None, None, None]
    assert other.owner is None


def test_lead_assigns_after_naming_the_person(client: Client, alice: User) -> None:
    lin = make_user("lin", "Support", first_name="Lin")
    first, second = make_named("Ana"), make_named("Ben")
    client.force_login(alice)

    asked = text_of(do(client, "assign", first, second))
    do(client, "assign", first, second, confirmed="2", to=lin.pk)

    assert "Assign 2 cases Ana, Ben" in asked
    assert {row.owner for row in Case.objects.order_by("pk")} == {lin}


@time_machine.travel(NOW)
def test_snooze_into_the_past_is_refused_and_keeps_the_cases(client: Client, alice: User) -> None:
    case = make_named("Ana")
    make_team(timezone="Europe/Madrid", members=[alice])
    client.force_login(alice)

    refused = do(client, "snooze", case, confirmed="1", when="own", own="2026-11-23T12:59")
    empty = do(client, "snooze", case, confirmed="1", when="own", own="")
    case.refresh_from_db()
    kept = case.snoozed_until
    done = do(client, "snooze", case, confirmed="1", when="own", own="2026-11-23T13:01")

    assert (refused.status_code, empty.status_code, done.status_code) == (422, 422, 302)
    assert "This time is over: choose a time to come." in text_of(refused)
    assert 'value="2026-11-23T12:59"' in refused.content.decode()
    assert f'name="case" value="{case.pk}"' in refused.content.decode()
    assert kept is None
    case.refresh_from_db()
    assert case.snoozed_until == dt.datetime(2026, 11, 23, 12, 1, tzinfo=dt.UTC)


def test_close_closes_what_is_legal_and_names_the_others_with_the_reason(client: Client, alice: User) -> None:
    theme = make_theme("Repair")
    reached = make_named("Ana", status=CaseStatus.CONTACTED)
    open_, closed = make_named("Ben"), make_named("Cid", status=CaseStatus.CLOSED)
    client.force_login(alice)

    missing = do(client, "close", reached, open_, confirmed="2", outcome="resolved")
    response = do(client, "close", reached, open_, closed, confirmed="3", outcome="resolved", theme=theme.pk)
    page = text_of(client.get(response["Location"]))

    assert missing.status_code == 422
    assert "Noted: 1 case closed." in page
    assert (
        f"Not done for 2: Ben ({open_.pk}): Not closed: “Reached, and resolved” needs an attempt that reached the"
        f" person. Log it first. Cid ({closed.pk}): Not closed: this case is closed already." in page
    )
    undo(client)
    assert [row.status for row in Case.objects.order_by("pk")] == ["contacted", "open", "closed"]


def test_more_than_a_page_asks_once_more_and_names_the_number(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "PAGE_SIZE", 2)
    listed = [make_named(f"person {number}", owner=None) for number in range(3)]
    make_named("elsewhere", status=CaseStatus.CLOSED)
    client.force_login(alice)

    asked = do(client, "wait", view="unassigned", all="3")
    before = Case.objects.filter(waiting_since__isnull=False).count()
    do(client, "wait", *listed, view="unassigned", confirmed="3")

    assert "Wait for 3 customers" in text_of(asked)
    assert before == 0
    assert Case.objects.filter(waiting_since__isnull=False).count() == 3


def test_too_many_and_none_change_nothing(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    listed = [make_case() for _ in range(3)]
    client.force_login(alice)

    too_many = text_of(client.get(do(client, "mine", *listed)["Location"]))
    none = text_of(client.get(do(client, "mine")["Location"]))

    assert "Not done: these are more than 2 cases." in too_many
    assert "Not done: tick the cases first." in none
    assert Event.objects.count() == 0
    with pytest.raises(ValueError, match="at most 2 cases"):
        bulk.run(cases, [1, 2, 3], lambda case: None, by=alice)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "٣", "' OR 1=1"])
def test_numbers_nobody_gave_out_are_no_cases(client: Client, alice: User, number: str) -> None:
    client.force_login(alice)

    assert client.post(MANY, {"do": "mine", "view": "open", "case": number}).status_code == 302
    assert client.post(UNDO, {"deed": number, "view": "open"}).status_code == 302


def test_support_gives_to_nobody_else_and_a_reader_does_nothing(client: Client, bob: User) -> None:
    case = make_case()
    client.force_login(make_user("sam", "Support"))
    given = do(client, "assign", case, confirmed="1", to="")
    client.force_login(bob)
    page = client.get("/cases/").content.decode()

    assert [given.status_code, do(client, "mine", case).status_code, client.post(UNDO).status_code] == [403] * 3
    assert 'name="case"' not in page
    assert 'id="bulk"' not in page
    assert client.get(MANY).status_code == 405


# ------------------------------------------------------------------------------------------------- one case, and undo


@time_machine.travel(NOW, tick=False)
def test_snoozed_case_gives_way_to_the_next_and_undo_leads_back(client: Client, alice: User) -> None:
    case, following = make_named("Ana", due_at=NOW + HOUR), make_named("Ben", due_at=NOW + 2 * HOUR)
    client.force_login(alice)

    response = post(client, case, "snooze", when="tomorrow", view="open")
    page = text_of(client.get(response["Location"]))
    back = undo(client, where="case")

    assert response["Location"] == f"/cases/{following.pk}/?view=open"
    assert "Noted: Ana rests until Tue 09:00. Undo z 10 s" in page
    assert back["Location"] == f"/cases/{case.pk}/?view=open"
    text = text_of(client.get(back["Location"]))
    assert "Undone for 1 case: snoozed." in text
    assert "Undone: snoozed· Alice" in text
    assert "Undo z" not in text


@time_machine.travel(NOW)
def test_snooze_of_a_case_refuses_what_is_over_and_wakes_by_hand(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    refused = post(client, case, "snooze", when="own", own="2026-11-23T11:00")
    none = post(client, case, "snooze")
    post(client, case, "snooze", when="monday")
    asleep = text_of(client.get(f"/cases/{case.pk}/"))
    post(client, case, "wake")

    assert (refused.status_code, none.status_code) == (422, 422)
    assert "This time is over: choose a time to come." in text_of(refused)
    assert "Snoozed until 30 Nov 2026, 09:00" in asleep
    assert "Back into the queue" in asleep
    case.refresh_from_db()
    assert case.snoozed_until is None
    assert "Back in the queue before its time" in text_of(client.get(f"/cases/{case.pk}/"))


def test_undo_too_late_says_so(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)
    with time_machine.travel(NOW):
        do(client, "wait", case)
    with time_machine.travel(NOW + dt.timedelta(seconds=11)):
        client.force_login(alice)
        page = text_of(client.get(undo(client)["Location"]))

    assert "Not undone: the ten seconds are over." in page
    case.refresh_from_db()
    assert case.is_waiting


# ---------------------------------------------------------------------------------------------------- filters and views


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=LEAKS", ["Ana"]),
        ("q=ana", ["Ana"]),
        ("q=%25", []),
        ("low=3&high=4", ["Ben"]),
        ("low=4&high=3", ["Ben"]),
        ("high=0", []),
        ("account=aca", ["Ana"]),
        ("key=on", ["Ana"]),
        ("language=ar", ["Ben"]),
        ("owner=nobody", ["Ben"]),
        ("theme={theme}", ["Ben"]),
        ("team={team}&owner={alice}", ["Ana"]),
        ("campaign={campaign}", ["Ana"]),
        ("touchpoint={touchpoint}", ["Ana"]),
        ("touchpoint={touchpoint}&low=3", []),
        ("owner=x&low=99&theme=zzz&language='", ["Ana", "Ben"]),
    ],
)
def test_filters_narrow_the_view(client: Client, alice: User, query: str, expected: list[str]) -> None:
    team, theme = make_team(key_revenue=1000), make_theme("Repair")
    account = make_account(name="Academia", revenue=5000)
    first = make_named(
        "Ana", owner=alice, team=team, contact={"account": account}, response={"score": 1, "comment": "It leaks"},
        due_at=timezone.now() + HOUR,
    )  # fmt: skip
    make_named("Ben", theme=theme, response={"score": 4, "language": "ar"})
    client.force_login(alice)
    assert first.response is not None
    campaign = first.response.campaign
    numbers = {"theme": theme.pk, "team": team.pk, "alice": alice.pk, "campaign": campaign.pk}

    page = client.get(f"/cases/?view=open&{query.format(**numbers, touchpoint=campaign.touchpoint_id)}")

    assert names(page) == expected


def test_filter_stays_on_the_way_through_the_cases(client: Client, alice: User) -> None:
    theme, soon = make_theme("Repair"), timezone.now() + HOUR
    case, _skipped = make_named("Ana", theme=theme, due_at=soon), make_named("Ben", due_at=soon + HOUR)
    last = make_named("Cid", theme=theme, due_at=soon + 2 * HOUR)
    client.force_login(alice)
    narrowed = f"theme={theme.pk}"

    queue = client.get(f"/cases/?view=open&{narrowed}").content.decode()
    client.get("/cases/?view=open")  # in another tab
    page = client.get(f"/cases/{case.pk}/?view=open&narrowed=theme%3D{theme.pk}").content.decode()
    response = post(client, case, "wait", view="open", narrowed=narrowed)
    end = post(client, last, "wait", view="open", narrowed=narrowed)
    refused = html_of(post(client, last, "note", view="open", narrowed=narrowed))

    assert f'href="/cases/{case.pk}/?view=open&amp;narrowed=theme%3D{theme.pk}"' in queue
    assert f'rel="next" href="/cases/{last.pk}/?view=open&amp;narrowed=theme%3D{theme.pk}"' in page
    naming = f'name="next" value="/cases/{case.pk}/?view=open&amp;narrowed=theme%3D{theme.pk}"'
    assert naming in page  # a theme is named for its answer: that leads back here too
    assert f'name="next" value="/cases/{case.pk}/"' in client.get(f"/cases/{case.pk}/").content.decode()
    for shown in (page, refused):
        assert f'<input type="hidden" name="narrowed" value="{narrowed}">' in shown
        assert f'href="/cases/?view=open&amp;{narrowed}"' in shown
    assert response["Location"] == f"/cases/{last.pk}/?view=open&narrowed=theme%3D{theme.pk}"
    assert end["Location"] == f"/cases/?view=open&{narrowed}"


def test_another_tab_narrows_no_case_that_was_opened_without_filters(client: Client, alice: User) -> None:
    theme, soon = make_theme("Repair"), timezone.now() + HOUR
    case, following = make_named("Ana", theme=theme, due_at=soon), make_named("Ben", due_at=soon + HOUR)
    make_named("Cid", theme=theme, due_at=soon + 2 * HOUR)
    client.force_login(alice)

    client.get(f"/cases/?view=open&theme={theme.pk}")
    response = post(client, case, "wait", view="open")

    assert response["Location"] == f"/cases/{following.pk}/?view=open"


def test_bulk_action_is_about_the_tab_it_was_sent_from(client: Client, alice: User) -> None:
    mild = [make_named(name, response={"score": 6}) for name in ("Cid", "Dua")]
    bad = [make_named(name, response={"score": 2}) for name in ("Ana", "Ben")]
    client.force_login(alice)

    first_tab = html_of(client.get("/cases/?view=open&low=0&high=3"))
    client.get("/cases/?view=open&low=6&high=6")
    asked = html_of(do(client, "close", all="2", narrowed="low=0&high=3"))
    done = do(client, "wait", all="2", narrowed="low=0&high=3")

    assert '<input type="hidden" name="narrowed" value="low=0&amp;high=3">' in first_tab
    assert (
        '<input class="form-check-input" type="checkbox" name="all" value="2"> all 2 that fit the filters' in first_tab
    )
    assert [str(case.pk) for case in bad] == sorted(re.findall(r'name="case" value="(\d+)"', asked))
    assert 'href="/cases/?view=open&amp;low=0&amp;high=3">Leave them as they are' in asked
    assert done["Location"] == "/cases/?view=open&low=0&high=3"
    assert set(Case.objects.filter(waiting_since__isnull=False)) == set(bad)
    assert not Case.objects.filter(pk__in=[case.pk for case in mild], waiting_since__isnull=False).exists()


@pytest.mark.parametrize(("shown", "narrowed"), [("2", "high=3"), ("on", "high=3"), ("", "high=3"), ("3", "high=6")])
def test_all_that_became_others_meanwhile_is_refused(client: Client, alice: User, shown: str, narrowed: str) -> None:
    for name in ("Ana", "Ben", "Cid"):
        make_named(name, response={"score": 2})
    make_named("Dua", response={"score": 6})
    client.force_login(alice)

    response = do(client, "wait", all=shown, narrowed=narrowed)
    page = text_of(client.get(response["Location"]))
    now = 3 if narrowed == "high=3" else 4

    assert response["Location"] == f"/cases/?view=open&{narrowed}"
    assert f"Not done: the number has changed meanwhile. Now it is {now} cases: look at them" in page
    assert f"all {now} that fit the filters" in page
    assert not Case.objects.filter(waiting_since__isnull=False).exists()


def test_all_says_how_many_there_are_beyond_the_page(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist.page, "__kwdefaults__", {**worklist.page.__kwdefaults__, "size": 2})  # type: ignore[dict-item]
    last = [make_named(f"person {n}", response={"score": 2}, due_at=NOW + n * HOUR) for n in range(3)][1]
    client.force_login(alice)

    pages = [html_of(client.get(f"/cases/?view=open{more}")) for more in ("&high=3", "", "&high=3&after=")]
    pages.append(html_of(client.get(f"/cases/?view=open&high=3&after={worklist.cursor(last)}")))

    assert [re.findall(r'name="all" value="(\d+)"', page) for page in pages] == [["3"]] * 4


@pytest.mark.parametrize("narrowed", ["low=0%0d%0aX-Evil: 1&x=1", "\r\n", "low=" + "9" * 5000, "view=closed&after=x"])
def test_filters_nobody_chose_stay_harmless(client: Client, alice: User, narrowed: str) -> None:
    case = make_named("Ana")
    client.force_login(alice)

    response = do(client, "mine", case, narrowed=narrowed)

    assert response["Location"].startswith("/cases/?view=open")
    assert "X-Evil" not in response.headers
    assert response["Location"].count("view=") == 1
    assert client.get(response["Location"]).status_code == 200


def test_view_is_saved_with_its_filters_and_counted(client: Client, alice: User) -> None:
    theme = make_theme("Repair")
    make_named("Ana", theme=theme)
    make_named("Ben")
    client.force_login(alice)
    here = {"view": "unassigned", "narrowed": f"theme={theme.pk}&low=x"}

    client.get("/cases/?view=unassigned&low=6")  # in another tab
    offered = html_of(client.get("/cases/views/", here))
    client.post("/cases/views/save/", {**here, "name": "<b>Repairs</b>", "is_shared": "on"})
    again = client.post("/cases/views/save/", {**here, "name": "<b>Repairs</b>"})
    page = client.get("/cases/views/")

    saved = SavedView.objects.get()
    assert f'name="narrowed" value="theme={theme.pk}' in offered
    assert "With the filters you have set." in offered
    assert (saved.owner, saved.is_shared, saved.view, saved.query) == (alice, True, "unassigned", f"theme={theme.pk}")
    assert again.status_code == 409
    assert "Not saved: there is a view called" in text_of(again)
    assert f'href="/cases/?view=unassigned&amp;theme={theme.pk}"' in page.content.decode()
    assert "<b>Repairs" not in page.content.decode()
    assert '<td role="cell" class="end num">1</td>' in page.content.decode()


def test_views_of_others_are_seen_when_shared_and_kept_in_order_by_leads(client: Client, bob: User) -> None:
    lin = make_user("lin", "Support")
    own = SavedView.objects.create(name="Own", owner=lin, view="open")
    shared = SavedView.objects.create(name="Shared", owner=lin, view="open", is_shared=True)
    statuses = {}
    for user in (bob, make_user("dana", "Support lead")):
        client.force_login(user)
        page = text_of(client.get("/cases/views/"))
        assert ("Shared" in page, "Own" in page) == (True, False)
        statuses[user.username] = [
            client.post(f"/cases/views/{row.pk}/change/", {"name": "Other"}).status_code for row in (own, shared)
        ]
    client.force_login(lin)

    assert statuses == {"bob": [404, 403], "dana": [404, 302]}
    assert client.post(f"/cases/views/{own.pk}/delete/").status_code == 302
    assert [row.name for row in SavedView.objects.order_by("pk")] == ["Other"]
    assert client.get(f"/cases/views/{own.pk}/delete/").status_code == 405


def test_stranger_and_outsider_have_no_saved_views(client: Client, carol: User) -> None:
    stranger = client.get("/cases/views/")
    client.force_login(carol)

    assert stranger.status_code == 302
    assert client.get("/cases/views/").status_code == 403
