"""The page of a customer, and the public case studies."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advocacy import questionnaires, releases, wall
from advocacy.enums import ReleaseAnswer, StudyStatus
from advocacy.models import CaseStudy, Release
from surveys import texts, tokens
from surveys.models import Event
from tests.factories import make_contact, make_study, make_user
from tests.surveys.pages.public import page_of, strict_client

pytestmark = pytest.mark.django_db

HOSTILE = "</blockquote><script>alert(1)</script>{{ 7|add:7 }}"


@pytest.fixture
def anyone() -> Client:
    return strict_client()


@pytest.fixture
def by(db: None) -> User:
    return make_user("mar")


def make_link(by: User, **fields: Any) -> Release:
    study = make_study(**{"status": StudyStatus.LEGAL, "title": "Quiet pumps", **fields})
    return releases.ask_to_sign(study, by=by)


def address(release: Release) -> str:
    release.refresh_from_db()
    return f"/s/{tokens.encode(release.token)}"


def signature(release: Release, **changes: str) -> dict[str, str]:
    agreed = releases.wording(release, "en").version
    said = {"answer": "signed", "name": "Mira Kovač", "role": "Owner", "content": release.content_hash}
    return {**said, "agreed": agreed, "tag": "en", **changes}


def make_public(anyone: Client, by: User, **fields: Any) -> CaseStudy:
    release = make_link(by, **fields)
    anyone.post(address(release), signature(release))
    study = CaseStudy.objects.get(pk=release.study_id)
    releases.publish(study, by=by)
    wall.forget()
    return study


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (CaseStudy, Release, Event)]


# -------------------------------------------------------------------------------------------------------- the signature


@pytest.mark.parametrize("headers", [{}, {"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_looking_signs_nothing(anyone: Client, by: User, headers: dict[str, str]) -> None:
    release = make_link(by)
    before, there = rows(), address(release)

    page = anyone.get(there, signature(release), headers=headers)
    assert anyone.head(there, headers=headers).status_code == 200

    assert (page.status_code, rows()) == (200, before)
    assert page_of(page).find("input", type="checkbox", checked="") == []


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_page_speaks_each_language(anyone: Client, by: User, tag: str) -> None:
    release = make_link(by, contact=make_contact(language=tag))

    page = anyone.post(address(release), {"language": tag, "name": "Mira"})

    assert page.status_code == 200
    assert page_of(page).find("input", name="name")[0]["value"] == "Mira"
    release.refresh_from_db()
    assert release.is_waiting


def test_post_signs_and_the_same_once_more_changes_nothing(anyone: Client, by: User) -> None:
    release = make_link(by)

    first = anyone.post(address(release), signature(release))
    after = rows()
    second = anyone.post(address(release), signature(release, name="Somebody else"))

    assert "Signed by Mira Kovač" in page_of(first).text()
    assert (second.status_code, rows()) == (200, after)
    assert Release.objects.get().typed_name == "Mira Kovač"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "Type your name to sign."),
        ({"agreed": ""}, "Tick that you agree to the release."),
        ({"answer": ""}, "Choose one of the answers."),
        ({"answer": "fine"}, ""),
        ({"answer": "changes", "remarks": ""}, "Write what should be different."),
        ({"name": "x" * 121}, "That is too long."),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(
    anyone: Client, by: User, changes: dict[str, str], told: str
) -> None:
    release = make_link(by)
    before = rows()

    response = anyone.post(address(release), signature(release, **changes))

    assert (response.status_code, rows()) == (400, before)
    page = page_of(response)
    assert told in page.text()
    assert page.find("input", name="role")[0]["value"] == "Owner"


def test_page_that_is_not_the_text_any_more_signs_nothing(anyone: Client, by: User) -> None:
    release = make_link(by)
    before = rows()

    response = anyone.post(address(release), signature(release, content="0" * 64))

    assert (response.status_code, rows()) == (409, before)
    assert texts.table("en")["release"]["renewed"] in page_of(response).text()


def test_edit_closes_the_link(anyone: Client, by: User) -> None:
    release = make_link(by)
    given = signature(release)
    questionnaires.write(release.study, by=by, **{**questionnaires.draft(release.study), "body": "Edited."})

    assert anyone.get(address(release)).status_code == 404
    assert anyone.post(address(release), given).status_code == 404
    assert Release.objects.get().answer == ReleaseAnswer.NONE


def test_changes_go_back_with_the_words(anyone: Client, by: User) -> None:
    release = make_link(by)

    anyone.post(address(release), signature(release, answer="changes", remarks=HOSTILE))

    assert CaseStudy.objects.get().status == StudyStatus.DRAFTING
    assert Release.objects.get().remarks == HOSTILE


@pytest.mark.parametrize("token", ["x", "AAAAAAAAAAAAAAAAAAAAAA", "%00"])
def test_nobodys_link_is_closed(anyone: Client, by: User, token: str) -> None:
    make_link(by)

    assert anyone.get(f"/s/{token}").status_code == 404
    assert anyone.post(f"/s/{token}", {"answer": "signed"}).status_code == 404


def test_nobody_withdraws_what_was_not_signed(anyone: Client, by: User) -> None:
    release = make_link(by)

    assert anyone.post(address(release), {"withdraw": "1"}).status_code == 404
    assert CaseStudy.objects.get().status == StudyStatus.LEGAL


# ---------------------------------------------------------------------------------------------------------- the public


def test_public_page_links_back_and_is_kept(anyone: Client, by: User) -> None:
    handles = "https://social.example.com/kavarna\n@kavarna\njavascript:alert(1)"
    study = make_public(anyone, by, text={"handles": handles, "shown_role": "Owner"})
    there = f"/wall/{study.brand_id}/en/studies/{study.pk}"

    response = anyone.get(there)
    page = page_of(response)

    assert page.text("h1") == "Quiet pumps"
    assert page.text("title").startswith("Quiet pumps")
    links = page.all("a", "href")
    assert "https://kavarna.example.com" in links
    assert "https://social.example.com/kavarna" in links
    assert not any(link.startswith("javascript") for link in links)
    assert page.find("article")[0]["itemtype"] == "https://schema.org/Article"
    assert "X-Robots-Tag" not in response.headers
    with CaptureQueriesContext(
        connection,
    ) as asked:
        anyone.get(there)
    assert len(asked) == 0
    assert len(response.content) < 50_000


def test_list_names_them_and_an_unknown_one_is_not_found(anyone: Client, by: User) -> None:
    study = make_public(anyone, by)

    assert "Quiet pumps" in page_of(anyone.get(f"/wall/{study.brand_id}/es/studies")).text()
    assert anyone.get(f"/wall/{study.brand_id}/en/studies/{study.pk + 1}").status_code == 404
    assert anyone.get(f"/wall/{study.brand_id + 1}/en/studies/{study.pk}").status_code == 404
    assert anyone.get(f"/wall/{study.brand_id}/en/studies?page=2").status_code == 404


def test_hostile_text_stays_text(anyone: Client, by: User) -> None:
    study = make_public(anyone, by, text={"title": HOSTILE, "body": HOSTILE, "quote": HOSTILE, "handles": HOSTILE})

    page = anyone.get(f"/wall/{study.brand_id}/en/studies/{study.pk}").content.decode()

    assert "<script>alert(1)" not in page
    assert "{{ 7|add:7 }}" in page


def test_text_that_was_changed_behind_its_signature_is_not_shown(anyone: Client, by: User) -> None:
    study = make_public(anyone, by)
    study.versions.update(body="Anything")

    assert anyone.get(f"/wall/{study.brand_id}/en/studies/{study.pk}").status_code == 404


@pytest.mark.parametrize("what", ["withdrawn", "over"])
def test_withdrawn_or_over_it_is_gone(
    anyone: Client, by: User, what: str, django_capture_on_commit_callbacks: Any
) -> None:
    study = make_public(anyone, by)
    there = f"/wall/{study.brand_id}/en/studies/{study.pk}"
    assert anyone.get(there).status_code == 200

    if what == "withdrawn":
        with django_capture_on_commit_callbacks(execute=True):
            response = anyone.post(address(study.releases.get()), {"withdraw": "1"})
        assert texts.table("en")["release"]["withdrawn"] in page_of(response).text()
    else:
        Release.objects.update(expires_at=timezone.now())
        wall.forget()

    assert anyone.get(there).status_code == 404
