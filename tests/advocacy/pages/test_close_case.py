from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from advocacy import cases
from advocacy.enums import AttemptChannel, CaseStatus, Outcome
from advocacy.models import Case, Theme
from tests.advocacy.pages.casework import html_of, post, rows, text_of
from tests.factories import make_case, make_contact, make_response, make_theme, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def theme(db: None) -> Theme:
    return make_theme("Repair")


def make_reached_case(by: User, **fields: Any) -> Case:
    case = make_case(**fields)
    cases.log_attempt(case, by=by, channel=AttemptChannel.CALL, reached=True, note="")
    return case


def test_case_is_closed_with_outcome_root_cause_and_promise(client: Client, alice: User, theme: Theme) -> None:
    case = make_reached_case(alice, contact=make_contact(name="Íñigo Peralta"), response=None)
    due_on = timezone.localdate() + dt.timedelta(days=1)
    client.force_login(alice)

    response = post(
        client, case, "close", outcome="resolved", theme=theme.pk, promise="Loan machine", promise_due_on=due_on
    )

    assert (response.status_code, response["Location"]) == (302, f"/cases/{case.pk}/")
    case.refresh_from_db()
    assert (case.status, case.outcome, case.theme, case.promise, case.promise_due_on) == (
        CaseStatus.CLOSED,
        Outcome.RESOLVED,
        theme,
        "Loan machine",
        due_on,
    )
    assert "Noted: the case of Íñigo Peralta is closed." in text_of(client.get(response["Location"]))


def test_next_case_of_the_view_opens(client: Client, alice: User, theme: Theme) -> None:
    soon = timezone.now() + dt.timedelta(hours=1)
    case, later = make_case(due_at=soon), make_case(due_at=soon + dt.timedelta(hours=1))
    client.force_login(alice)

    first = post(client, case, "close", outcome="left", theme=theme.pk, view="open")
    last = post(client, later, "close", outcome="left", theme=theme.pk, view="open")

    assert first["Location"] == f"/cases/{later.pk}/?view=open"
    assert last["Location"] == "/cases/?view=open"


def test_after_the_last_of_the_view_the_most_urgent_opens(client: Client, alice: User, theme: Theme) -> None:
    urgent, reached = make_case(), make_case(status=CaseStatus.CONTACTED)
    client.force_login(alice)

    response = post(client, reached, "close", outcome="left", theme=theme.pk, view="open")

    assert response["Location"] == f"/cases/{urgent.pk}/?view=open"


def test_after_a_case_that_was_reached_just_now_the_most_overdue_opens(
    client: Client, alice: User, theme: Theme
) -> None:
    now = timezone.now()
    case, *late = (make_case(due_at=now - dt.timedelta(hours=hours)) for hours in (9, 3, 7))
    make_case(status=CaseStatus.CONTACTED, due_at=now + dt.timedelta(days=9))
    client.force_login(alice)

    post(client, case, "attempt", channel="call", reached="yes", view="open")
    closed = post(client, case, "close", outcome="left", theme=theme.pk, view="open")

    assert Case.objects.get(pk=case.pk).contacted_at is not None
    assert closed["Location"] == f"/cases/{late[1].pk}/?view=open"


def test_after_everybody_was_reached_the_next_of_them_opens(client: Client, alice: User, theme: Theme) -> None:
    hour = dt.timedelta(hours=1)
    cases = [make_case(status=CaseStatus.CONTACTED, due_at=timezone.now() + n * hour) for n in (1, 2, 3)]
    client.force_login(alice)

    closed = post(client, cases[1], "close", outcome="left", theme=theme.pk, view="open")

    assert closed["Location"] == f"/cases/{cases[2].pk}/?view=open"


def test_everything_missing_is_named_with_a_way_there(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    response = post(client, case, "close", promise="Loan machine")

    page = html_of(response)
    assert response.status_code == 422
    for link in (
        '<a href="#close-outcome_0">Outcome</a>: Choose what came of it.',
        '<a href="#close-theme">Root cause</a>: Choose a root cause.',
        '<a href="#close-promise_due_on">By (optional)</a>: Say by when you keep the promise.',
    ):
        assert link in page
    assert 'value="Loan machine"' in page
    assert all(f'id="{field}"' in page for field in ("close-outcome_0", "close-theme", "close-promise_due_on"))
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        ("resolved", "Not closed: “Reached, and resolved” needs an attempt that reached the person. Log it first."),
        (
            "not_reached",
            "Not closed: “not reached” needs 3 attempts on 2 days. Logged so far: 0 on 0.",
        ),
    ],
)
def test_outcome_that_nothing_supports_is_refused_and_the_form_stays(
    client: Client, alice: User, theme: Theme, outcome: str, message: str
) -> None:
    case = make_case()
    client.force_login(alice)

    response = post(client, case, "close", outcome=outcome, theme=theme.pk)

    page = html_of(response)
    assert response.status_code == 409
    assert message in text_of(response)
    assert f'value="{outcome}" id="close-outcome_' in page
    assert page.count("checked") == 1
    assert f'<option value="{theme.pk}" selected>' in page
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_of_two_tabs_the_second_is_refused_and_nothing_is_lost(client: Client, alice: User, theme: Theme) -> None:
    karim = make_user("karim", "Support", first_name="Karim", last_name="Haddad")
    case = make_reached_case(alice)
    seen = cases.version(case)
    due_on = timezone.localdate() + dt.timedelta(days=1)
    mine = {"outcome": "resolved", "theme": theme.pk, "promise": "Loan machine", "promise_due_on": due_on}
    client.force_login(karim)
    assert post(client, case, "close", seen=seen, outcome="cannot_please", theme=theme.pk).status_code == 302
    client.force_login(alice)

    response = post(client, case, "close", seen=seen, **mine)

    said, page = text_of(response), html_of(response)
    assert response.status_code == 409
    assert "Not saved: Karim Haddad closed this case at" in said
    assert "What you typed is below, untouched." in said
    assert f"Reached, and resolved · Repair · Loan machine · {due_on:%-d %b %Y}</textarea>" in page
    assert f'action="/cases/{case.pk}/note/"' in page
    case.refresh_from_db()
    assert (case.outcome, case.promise) == (Outcome.CANNOT_PLEASE, "")


def test_case_that_a_colleague_wrote_to_is_closed_at_the_second_press(
    client: Client, alice: User, theme: Theme
) -> None:
    case = make_case()
    seen = cases.version(case)
    cases.add_note(case, by=make_user("karim", first_name="Karim", last_name="Haddad"), text="Wait: she wrote to me")
    client.force_login(alice)

    refused = post(client, case, "close", seen=seen, outcome="left", theme=theme.pk)
    page = html_of(refused)
    fresh = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    closed = post(client, case, "close", seen=fresh, outcome="left", theme=theme.pk)

    assert refused.status_code == 409
    assert "Not saved: Karim Haddad wrote a note at" in text_of(refused)
    assert "Wait: she wrote to me" in page
    assert closed.status_code == 302


def test_score_cannot_be_changed_by_closing(client: Client, alice: User, theme: Theme) -> None:
    response = make_response(score=2)
    case = make_case(response=response)
    client.force_login(alice)

    post(client, case, "close", outcome="left", theme=theme.pk, score=10)

    response.refresh_from_db()
    assert response.score == 2


def test_stranger_reader_and_outsider_close_nothing(client: Client, bob: User, carol: User, theme: Theme) -> None:
    case = make_case()
    before = rows()

    assert post(client, case, "close", outcome="left", theme=theme.pk)["Location"].startswith("/accounts/login/")
    for user in (bob, carol):
        client.force_login(user)
        assert post(client, case, "close", outcome="left", theme=theme.pk).status_code == 403

    assert rows() == before


def test_wrong_method_and_missing_rows_are_refused(client: Client, alice: User, theme: Theme) -> None:
    case = make_case()
    client.force_login(alice)

    assert client.get(f"/cases/{case.pk}/close/").status_code == 405
    missing = post(client, Case(pk=case.pk + 1), "close", outcome="left", theme=theme.pk, seen="0-0-0-0")
    assert missing.status_code == 404


def test_refused_page_leads_to_what_else_can_be_written(client: Client, alice: User) -> None:
    case = make_case()
    client.force_login(alice)

    page = client.post(f"/cases/{case.pk}/close/", {"seen": "0-0-0-0"}).content.decode()

    links = re.findall(r'href="([^"]*write=(?:call|note)[^"]*)"', page)
    assert links != []
    assert {client.get(link.replace("&amp;", "&").partition("#")[0]).status_code for link in links} == {200}
