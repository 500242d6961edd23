"""What each role does on an ordinary day, in a browser, by what it reads on the screen and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from advocacy.enums import CaseStatus, FixStatus, Outcome, Role
from advocacy.models import Advocate, Case
from surveys import outbox, tasks
from surveys.models import Contact, Invitation, Segment, Wave
from tests.factories import (
    make_account,
    make_advocate,
    make_brand,
    make_case,
    make_contact,
    make_fix,
    make_request,
    make_response,
    make_team,
    make_touchpoint,
    make_user,
)
from tests.flows.conftest import SignIn

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = """email,name,company,language,plan
ana.sousa@example.com,Ana Sousa,Sousa Lda,pt,gold
bilal.khan@example.com,Bilal Khan,Khan & Sons,en,gold
chen.wei@example.com,陈伟,Chen Coffee,zh,silver
not-an-address,Nobody,,en,gold
"""


def enter(page: Page, room: str) -> None:
    """By the navigation, which a narrow window hides behind its button, and which is folded where it is long."""
    menu = page.get_by_role("link", name="Menu", exact=True)
    if menu.is_visible():
        menu.click()
    rooms = page.get_by_role("navigation", name="Main")
    folded = rooms.locator("details.fold:not([open]) > summary")
    while folded.count():
        folded.first.click()
    rooms.get_by_role("link", name=re.compile(f"^{room}")).click()


def go_to(page: Page, room: str, *, heading: str = "") -> None:
    enter(page, room)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading or room)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [360, 1280])
def test_agent_closes_a_case(sign_in: SignIn, width: int) -> None:
    agent = make_user("lin", Role.SUPPORT)
    make_team(members=[agent])
    answer = make_response(contact=make_contact(name="Samira Haddad"), score=2, comment="It came broken.")
    make_case(owner=agent, response=answer)
    page = sign_in("lin@example.com", "lin-password", width=width)

    go_to(page, "Queue")
    page.get_by_role("link", name="Samira Haddad").click()
    expect(page.get_by_text("It came broken.")).to_be_visible()
    page.get_by_role("link", name="Log a call").click()
    page.get_by_role("radio", name="Reached", exact=True).check()
    page.get_by_label("What was said").fill("A new machine leaves tomorrow.")
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("A new machine leaves tomorrow.")).to_be_visible()
    page.get_by_role("link", name="Close…").click()
    page.get_by_role("radio", name="Reached, and resolved").check()
    page.get_by_label("Root cause").select_option("Delivery")
    page.get_by_label("You promised").fill("A new machine")
    page.get_by_label("By (optional)").fill(f"{timezone.localdate() + dt.timedelta(days=3):%Y-%m-%d}")
    assert fits(page)
    page.get_by_role("button", name="Close and open next").click()
    expect(page.get_by_text("Noted: the case of Samira Haddad is closed.")).to_be_visible()
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Closed").click()
    page.get_by_role("link", name="Samira Haddad").click()
    expect(page.get_by_text("Root cause: Delivery.")).to_be_visible()

    assert fits(page)
    case = Case.objects.get()
    assert (case.status, case.outcome, case.attempts.count()) == (CaseStatus.CLOSED, Outcome.RESOLVED, 1)


def test_marketer_finds_an_advocate_and_pauses_them(sign_in: SignIn) -> None:
    make_user("nora", Role.MARKETING)
    for name, score, words in [("Haruto Mori", 10, "I tell everybody."), ("Olga Petrova", 9, "Never a bad cup.")]:
        make_advocate(response=make_response(contact=make_contact(name=name), score=score, comment=words))
    page = sign_in("nora@example.com", "nora-password")

    go_to(page, "Advocates")
    page.get_by_role("row").filter(has_text="I tell everybody.").get_by_role("link", name="Haruto Mori").click()
    page.get_by_role("link", name="Pause", exact=True).click()
    page.get_by_label("Until").fill(f"{timezone.localdate() + dt.timedelta(days=40):%Y-%m-%d}")
    page.get_by_role("textbox", name="Why", exact=True).fill("Moves house this month.")
    page.get_by_role("button", name="Pause until then").click()
    expect(page.get_by_text("Noted: Haruto Mori is asked nothing until then.")).to_be_visible()
    expect(page.get_by_text("Moves house this month.")).to_be_visible()
    go_to(page, "Advocates")
    page.get_by_role("navigation", name="Views").get_by_role("link", name="Paused").click()
    expect(page.get_by_role("link", name="Haruto Mori")).to_be_visible()
    expect(page.get_by_role("link", name="Olga Petrova")).to_have_count(0)

    assert [row.contact.name for row in Advocate.objects.exclude(paused_until=None)] == ["Haruto Mori"]


def test_admin_imports_makes_a_segment_and_launches(sign_in: SignIn, tmp_path: Path) -> None:
    make_user("ada", Role.ADMIN)
    make_brand(name="Aurora")
    make_touchpoint(name="First month")
    (tmp_path / "customers.csv").write_text(FILE)
    page = sign_in("ada@example.com", "ada-password")

    bring_in(page, tmp_path / "customers.csv")
    make_segment(page, name="Gold plan", property_name="plan", value="gold", count="2")
    enter(page, "Campaigns")
    page.get_by_role("link", name="Set up the first campaign").click()
    page.get_by_label("Name").fill("Gold, first month")
    page.get_by_label("Brand").select_option("Aurora")
    page.get_by_label("Touchpoint").select_option("First month")
    page.get_by_role("button", name="Save, next: audience").click()
    page.get_by_label("Ask (segment)").select_option("Gold plan")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("list", name="Steps").get_by_role("link", name="Launch").click()
    asked = page.get_by_role("row").filter(has_text="will be asked")
    expect(asked).to_contain_text(re.compile("2.*Ana Sousa.*Bilal Khan", re.DOTALL))
    assert Wave.objects.count() == 0
    page.get_by_role("button", name="Launch: ask 2").click()
    expect(page.get_by_text("Launched: 2 contacts are asked.")).to_be_visible()
    expect(page.get_by_text("0 of 2 sent")).to_be_visible()
    outbox.send_batch()
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("2 of 2 sent")).to_be_visible()

    asked_people = Invitation.objects.filter(skip_reason="").values_list("contact__email", flat=True)
    assert sorted(asked_people) == ["ana.sousa@example.com", "bilal.khan@example.com"]


def bring_in(page: Page, file: Path) -> None:
    """On the Import page: upload, say what the columns hold, look at the check, import."""
    enter(page, "Imports")
    page.get_by_role("button", name="File").set_input_files(file)
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_label("email")).to_have_value("email")
    page.get_by_label("plan").select_option("Keep as a property")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("link", name="Look now")).to_be_visible()
    tasks.run_imports()
    expect(page.get_by_role("heading", name="What the import would do")).to_be_visible()  # the page looks by itself
    assert Contact.objects.count() == 0
    page.get_by_role("button", name="Import 3 contacts").click()
    expect(page.get_by_role("link", name="Look now")).to_be_visible()
    tasks.run_imports()
    expect(page.get_by_role("heading", name="What the import did")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="rows rejected")).to_contain_text("1")


def make_segment(page: Page, *, name: str, property_name: str, value: str, count: str) -> None:
    enter(page, "Segments")
    page.get_by_role("link", name="New segment…").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_label("One more condition").select_option("property is")
    page.get_by_role("button", name="Add and count").click()
    page.get_by_label("Name of the property").fill(property_name)
    page.get_by_label("Value").fill(value)
    page.get_by_role("button", name="Add and count").click()
    who = page.get_by_role("complementary", name="Who fits now")
    expect(who).to_contain_text(f"{count}contacts")
    page.get_by_role("button", name="Save the segment").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert Segment.objects.get().name == name


def test_employee_sees_what_is_being_done_and_nobody_s_name(
    sign_in: SignIn, live_server: LiveServer, client: Client
) -> None:
    make_user("sofie", Role.EMPLOYEE, first_name="Sofie", last_name="Berg")
    account = make_account(name="Haddad Trading", revenue=48_000)
    person = make_contact(name="Samira Haddad", email="samira@haddad.example.com", account=account)
    fix = make_fix(title="Filters by subscription", status=FixStatus.PLANNED)
    make_request(fix=fix, response=make_response(contact=person, score=8, comment="I forget to order filters."))
    case = make_case(response=make_response(contact=person, score=3))
    client.force_login(make_user("nora", Role.MARKETING))
    page = sign_in("sofie@example.com", "sofie-password")

    assert "Samira Haddad" in client.get(f"/fixes/{fix.pk}/").text  # it is there to leak
    seen = page.content()
    go_to(page, "Fixes")
    seen += page.content()
    page.get_by_role("link", name="Filters by subscription").click()
    expect(page.get_by_text("I forget to order filters.")).to_be_visible()
    seen += page.content()
    rooms = page.get_by_role("navigation", name="Main").get_by_role("link").all_inner_texts()
    go_to(page, "Reports", heading="How likely to recommend us")
    seen += page.content()
    refused = page.goto(f"{live_server.url}/cases/")
    expect(page.get_by_role("heading", name="This is not open to you")).to_be_visible()
    seen += page.content()
    of_a_case = page.goto(f"{live_server.url}/cases/{case.pk}/")

    assert [room for room in rooms if room in {"Queue", "Contacts", "Requests", "Advocates", "Inbox"}] == []
    assert [answer and answer.status for answer in (refused, of_a_case)] == [403, 403]
    for secret in ("Haddad", "samira@", "48,000", "48000", "example.com"):
        assert secret not in seen
