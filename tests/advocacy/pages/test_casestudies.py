"""The pages of case studies in the console."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import trail, trailwords
from advocacy.enums import AskAnswer, AskKind, AskStatus, Role, StudyStatus
from advocacy.models import CaseStudy, StudyFormat, StudyVersion
from surveys.models import Event, Message
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import (
    make_account,
    make_advocate,
    make_ask,
    make_brand,
    make_contact,
    make_deletion_request,
    make_study,
    make_user,
)

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>"
GETS = ("", "questions/", "text/", "versions/1/", "versions/1/print/")
POSTS = ("move/", "save/", "sign/", "format/", "questions/save/", "text/save/", "versions/1/markdown/")


@pytest.fixture
def study(db: None) -> CaseStudy:
    return make_study(status=StudyStatus.DRAFTING, title="Quiet pumps")


def post(client: Client, study: CaseStudy, path: str, **fields: str) -> Any:
    return client.post(f"/studies/{study.pk}/{path}", {"seen": trail.version(study), **fields})


def text_fields(**changes: str) -> dict[str, str]:
    return {"title": "Quiet pumps", "body": "Two pumps.", "site": "https://kavarna.example.com", **changes}


# ---------------------------------------------------------------------------------------------------------- who may


@pytest.mark.parametrize("path", ["/studies/", "/studies/list/"])
def test_board_and_list_are_for_those_who_may(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    client.force_login(make_user("sue", Role.SUPPORT))
    assert client.get(path).status_code == 403
    assert client.post(path).status_code in (403, 405)


@pytest.mark.parametrize("path", GETS)
def test_pages_of_a_study_open_for_whoever_works_on_it(client: Client, study: CaseStudy, path: str) -> None:
    client.force_login(make_user("mar", Role.MARKETING))

    assert client.get(f"/studies/{study.pk}/{path}").status_code == 200
    assert client.get(f"/studies/{study.pk + 1}/{path}").status_code == 404


@pytest.mark.parametrize("path", POSTS)
def test_a_lead_looks_on(client: Client, study: CaseStudy, path: str) -> None:
    client.force_login(make_user("lea", Role.SUPPORT_LEAD))

    assert post(client, study, path).status_code == 403
    assert client.get(f"/studies/{study.pk}/{path}").status_code == 405
    assert "Save as a new version" not in text_of(client.get(f"/studies/{study.pk}/"))


# --------------------------------------------------------------------------------------------------------------- board


def test_board_has_every_stage_and_each_slip_its_moves(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)

    page = client.get("/studies/")

    lanes = re.findall(r'<section class="lane" aria-label="([^"]*)"><h2>[^<]*<span class="n">(\d+)', html_of(page))
    assert [name for name, _n in lanes] == [stage.label for stage in StudyStatus]
    assert ("Drafting", "1") in lanes
    buttons = re.findall(r'<button name="stage" value="(\w+)"( disabled)?>', html_of(page))
    assert [value for value, disabled in buttons if not disabled] == ["internal", "withdrawn"]
    assert "from here it goes to “Internal review”" in text_of(page)


def test_slip_moves_and_comes_back_to_the_board_as_it_was(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)

    response = post(client, study, "move/", stage="internal", board="1", view="mine")

    assert (response.status_code, response.headers["Location"]) == (302, "/studies/?view=mine")
    assert CaseStudy.objects.get().status == StudyStatus.INTERNAL


def test_refused_move_is_told_above_the_board(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)

    response = post(client, study, "move/", stage="published", board="1")

    assert response.status_code == 409
    assert "Not moved: Quiet pumps: no release is signed." in text_of(response)


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_one_and_for_many(
    client: Client, alice: User, number: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _each in range(number):
        make_study(status=StudyStatus.DRAFTING, contact=make_contact(account=make_account()), owner=make_user())
    client.force_login(alice)

    with django_assert_max_num_queries(10):
        page = client.get("/studies/list/?stage=drafting")

    assert text_of(page).count("Drafting 0 days") == number


@pytest.mark.parametrize("query", ["view=none", "stage=none"])
def test_filter_that_is_none_is_not_found(client: Client, alice: User, query: str) -> None:
    client.force_login(alice)
    assert client.get(f"/studies/list/?{query}").status_code == 404


def test_file_is_the_list_and_an_event(client: Client, alice: User) -> None:
    make_study(title="=1+1", owner=alice)
    make_study(status=StudyStatus.DRAFTING)
    client.force_login(alice)

    response = client.post("/studies/export/", {"stage": "nominated"})

    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [line[0] for line in lines] == ["Case study", "'=1+1"]
    assert Event.objects.filter(went_to=trailwords.EXPORTED, by=alice).count() == 1


# ---------------------------------------------------------------------------------------------------------- nomination


def test_nomination_from_the_page_of_an_advocate(client: Client, alice: User) -> None:
    make_brand()
    advocate = make_advocate()
    client.force_login(alice)
    assert "Nominate for a case study" in text_of(client.get(f"/advocates/{advocate.pk}/"))

    response = client.post(f"/advocates/{advocate.pk}/study/", {"seen": "0", "reason": "Ten years", "title": "Pumps"})

    study = CaseStudy.objects.get()
    assert (response.headers["Location"], study.title) == (f"/studies/{study.pk}/", "Pumps")
    again = client.post(f"/advocates/{advocate.pk}/study/", {"seen": "0", "reason": "Once more"})
    assert again.status_code == 409
    assert "is being worked on" in text_of(again)
    assert client.post(f"/advocates/{advocate.pk}/study/", {"seen": "0"}).status_code == 422


def test_nomination_from_an_ask_that_was_answered_with_yes(client: Client, alice: User) -> None:
    make_brand()
    said = {"status": AskStatus.SENT, "answer": AskAnswer.YES, "answered_at": timezone.now()}
    ask = make_ask(kind=AskKind.CASE_STUDY, **said)
    client.force_login(alice)
    assert "Begin the case study" in text_of(client.get(f"/asks/{ask.pk}/"))

    response = client.post(f"/asks/{ask.pk}/study/", {"seen": trail.version(ask)})

    assert response.headers["Location"] == f"/studies/{CaseStudy.objects.get().pk}/"
    assert "Begin the case study" not in text_of(client.get(f"/asks/{ask.pk}/"))
    again = client.post(f"/asks/{ask.pk}/study/", {"seen": trail.version(ask)})
    assert (again.status_code, "its case study is there already" in text_of(again)) == (409, True)


# ---------------------------------------------------------------------------------------------------------------- work


def test_next_step_and_formats_are_kept(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)

    post(client, study, "save/", next_step="Call Mira", owner=str(alice.pk), due_on="2031-01-02")
    post(client, study, "format/", kind="slides", is_done="on")

    study.refresh_from_db()
    assert (study.next_step, study.owner) == ("Call Mira", alice)
    assert StudyFormat.objects.get().done_by == alice
    assert post(client, study, "format/", kind="none").status_code == 422


def test_customer_is_asked_to_read_and_to_sign(client: Client, alice: User) -> None:
    study = make_study(status=StudyStatus.INTERNAL)
    client.force_login(alice)

    assert post(client, study, "sign/").status_code == 409
    post(client, study, "move/", stage="customer")
    assert Message.objects.count() == 1
    CaseStudy.objects.update(status=StudyStatus.LEGAL)
    assert post(client, study, "sign/").status_code == 302

    assert Message.objects.count() == 2
    assert "The customer was sent version 1" in text_of(client.get(f"/studies/{study.pk}/"))


def test_questionnaire_is_kept_and_nothing_typed_is_lost(client: Client, alice: User, study: CaseStudy) -> None:
    from advocacy import questionnaires

    questionnaires.begin(study)
    row = study.answers.order_by("position").first()
    assert row is not None
    client.force_login(alice)
    seen = trail.version(study)
    given = {f"question-{row.pk}": "Who?", f"answer-{row.pk}": "A roaster"}

    assert post(client, study, "questions/save/", **given).status_code == 302
    stale = client.post(f"/studies/{study.pk}/questions/save/", {"seen": seen, **given, f"answer-{row.pk}": HOSTILE})

    assert (stale.status_code, "Not saved: this changed meanwhile." in text_of(stale)) == (409, True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in stale.content.decode()
    row.refresh_from_db()
    assert row.answer == "A roaster"


def test_text_becomes_a_version_and_nothing_typed_is_lost(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    seen = trail.version(study)

    assert post(client, study, "text/save/", **text_fields()).status_code == 302
    stale = client.post(f"/studies/{study.pk}/text/save/", {"seen": seen, **text_fields(body=HOSTILE)})

    assert (stale.status_code, StudyVersion.objects.count()) == (409, 2)
    page = stale.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    again = client.post(f"/studies/{study.pk}/text/save/", {"seen": found[1], **text_fields(body=HOSTILE)})
    assert (again.status_code, StudyVersion.objects.count()) == (302, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"site": "javascript:alert(1)"},
        {"site": "ftp://kavarna.example.com"},
        {"site": "data:text/html,x"},
        {"body": "x" * 100_000},
        {"body": ""},
        {"title": ""},
    ],
)
def test_bad_text_is_refused(client: Client, alice: User, study: CaseStudy, changes: dict[str, str]) -> None:
    client.force_login(alice)

    response = post(client, study, "text/save/", **text_fields(**changes))

    assert (response.status_code, StudyVersion.objects.count()) == (422, 1)
    assert "Not saved: something is missing or wrong." in text_of(response)


def test_version_shows_what_changed_without_colour_and_escaped(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    post(client, study, "text/save/", **text_fields(body=f"Two pumps. {HOSTILE}"))

    page = client.get(f"/studies/{study.pk}/versions/2/").content.decode()

    assert "<script>alert(1)" not in page
    assert re.search(r"<ins>\+.*\+</ins>", page, re.DOTALL)
    assert re.search(r"<del>−.*−</del>", page, re.DOTALL)


def test_markdown_leaves_as_a_file_and_an_event(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)

    response = post(client, study, "versions/1/markdown/")

    assert response.headers["Content-Disposition"] == f'attachment; filename="case-study-{study.pk}-1.md"'
    assert response.content.decode().startswith("# Quiet pumps\n\n## Before\n")
    assert trail.sentence(trail.events(study)[0]) == ("Exported", "Markdown, 1")


def test_paper_has_the_text_and_the_names(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)

    text = text_of(client.get(f"/studies/{study.pk}/versions/1/print/"))

    assert "Quiet pumps Before Three pumps broke. • none since It just runs." in text
    assert "https://kavarna.example.com" in text


def test_hostile_text_stays_text(client: Client, alice: User) -> None:
    study = make_study(
        status=StudyStatus.DRAFTING,
        title=HOSTILE,
        next_step=HOSTILE,
        text={"body": f"## {HOSTILE}\n\n{HOSTILE}", "quote": HOSTILE, "shown_name": "\u202eقهوة"},
    )
    client.force_login(alice)

    pages = ["/studies/", "/studies/list/", *(f"/studies/{study.pk}/{path}" for path in GETS)]

    assert [path for path in pages if "<script>alert(1)" in client.get(path).content.decode()] == []


def test_page_says_that_the_person_asked_to_be_deleted(client: Client, alice: User, study: CaseStudy) -> None:
    make_deletion_request(contact=study.contact)
    client.force_login(alice)

    told = text_of(client.get(f"/studies/{study.pk}/"))

    assert "nothing of this person is shown in public, and nothing can be approved or published" in told
