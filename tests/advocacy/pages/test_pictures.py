from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from advocacy import trail, wall
from advocacy.enums import StudyStatus
from advocacy.models import CaseStudy, Picture, StudyPlace
from surveys import tokens
from tests.factories import make_user
from tests.media import make_picture, make_place, make_release, make_study, make_version, picture_bytes, publish

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY, A_DAY = NOW.date(), dt.timedelta(days=1)
YEAR = 365 * 24 * 3600


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def media_root(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def study() -> CaseStudy:
    study = make_study(title="The mill of Bled")
    make_version(study)
    return study


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def url(name: str, *args: Any) -> str:
    return reverse(f"advocacy:{name}", args=args)


def upload(content: bytes | None = None, name: str = "mill.png", **fields: Any) -> dict[str, Any]:
    file = SimpleUploadedFile(name, picture_bytes() if content is None else content, "image/png")
    return {"file": file, "alt": "The mill wheel", "rights_holder": "the customer", "seen": "0", **fields}


# ------------------------------------------------------------------------------------------------------ upload, remove


def test_add_picture_by_post(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    given = upload(credit="Photo: Ana", rights_until="2027-01-31", alt="The  mill\r\nwheel")

    response = client.post(url("add_picture", study.pk), given, follow=True)

    assert response.redirect_chain == [(url("study_media", study.pk), 302)]
    picture = Picture.objects.get()
    assert (picture.alt, picture.credit, picture.rights_until) == ("The mill wheel", "Photo: Ana", dt.date(2027, 1, 31))
    assert "Noted: the picture is there. A release has to cover it before it is public." in text(response)
    assert f'src="{url("study_picture", study.pk, picture.digest, "png")}" alt="The mill wheel"' in text(response)
    assert "Not public: no release covers it yet" in text(response)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"content": b"<svg onload=alert(1)>"}, "“mill.png” is no PNG, JPEG or WebP picture, whatever its name says."),
        ({"content": picture_bytes()[:60]}, "“mill.png” is damaged or not complete."),
        ({"content": b""}, "This file is empty. Choose another."),
        ({"file": ""}, "Choose a picture."),
        ({"alt": ""}, "Say what is to be seen: without it some readers miss the picture."),
        ({"alt": " \n"}, "Say what is to be seen: without it some readers miss the picture."),
        ({"alt": "x" * 301}, "Ensure this value has at most 300 characters (it has 301)."),
        ({"rights_holder": ""}, "Say who holds the rights, such as: the customer."),
        ({"rights_until": "2026-11-22"}, "Choose today or a later day."),
        ({"rights_until": "soon"}, "Write a day, such as 2027-06-30, or leave it out."),
    ],
)
def test_add_picture_refuses_in_words_and_keeps_what_was_typed(
    client: Client, alice: User, study: CaseStudy, given: dict[str, Any], said: str
) -> None:
    client.force_login(alice)

    response = client.post(url("add_picture", study.pk), upload(**{"credit": "Photo: Ana", **given}))

    assert response.status_code == 422
    assert said in text(response)
    assert "Not saved: something is missing or wrong." in text(response)
    assert 'value="Photo: Ana"' in text(response)
    assert not Picture.objects.exists()


def test_add_picture_says_when_it_was_dropped_as_too_large(
    client: Client, alice: User, study: CaseStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveys.imports.MAX_SIZE", 1000)
    client.force_login(alice)

    response = client.post(url("add_picture", study.pk), upload(b"x" * 2000))

    assert response.status_code == 422
    assert "It is larger than 10 MB. Save it smaller, and choose that." in text(response)


def test_add_picture_refuses_what_was_decided_on_an_old_page(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    client.post(url("add_picture", study.pk), upload())
    first = trail.version(study)
    client.post(url("add_picture", study.pk), upload(seen=first))

    response = client.post(url("add_picture", study.pk), upload(seen=first))

    assert response.status_code == 409
    assert "Not saved: this changed meanwhile." in text(response)
    assert Picture.objects.count() == 2


def test_remove_and_renew_by_post(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    picture = make_picture(study)

    given = {"seen": "0", "rights_holder": "the agency", "rights_until": "2026-12-24"}
    renewed = client.post(url("renew_picture", picture.pk), given, follow=True)
    now = trail.version(study)
    refused = client.post(url("renew_picture", picture.pk), {**given, "rights_holder": "", "seen": now})
    removed = client.post(url("remove_picture", picture.pk), {"seen": now}, follow=True)

    assert "Rights: the agency · until 24 Dec 2026" in text(renewed)
    assert (refused.status_code, "Say who holds the rights" in text(refused)) == (422, True)
    assert "Noted: the picture is gone." in text(removed)
    assert not Picture.objects.exists()


def test_picture_of_a_study_that_changed_meanwhile_is_not_removed(
    client: Client, alice: User, study: CaseStudy
) -> None:
    client.force_login(alice)
    picture = make_picture(study)
    client.post(url("add_picture", study.pk), upload())
    first = trail.version(study)
    client.post(url("add_picture", study.pk), upload(seen=first))

    response = client.post(url("remove_picture", picture.pk), {"seen": first})

    assert response.status_code == 409
    assert "Not saved: this changed meanwhile." in text(response)
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_pages_escape_whatever_was_typed(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    evil = '"><script>alert(1)</script>'
    make_picture(study, alt=evil + "\u202e" + "ا" * 50, credit=evil, rights_holder=evil, rights_until=TODAY)
    make_place(study, name=evil, address=f"https://blog.example.com/?{evil}", misses=2, missing_since=NOW)

    pages = [client.get(url("study_media", study.pk)), client.get(url("study", study.pk))]
    pages += [client.get(url("study_care") + f"?view={view}") for view in ("missing", "ending", "clean")]

    assert [page.status_code for page in pages] == [200] * 5
    assert all("<script>alert" not in page.content.decode() for page in pages)
    assert "&lt;script&gt;alert(1)" in text(pages[0])


# ------------------------------------------------------------------------------------------------------- who may what


POSTS = ("add_picture", "remove_picture", "renew_picture", "note_study_place", "look_at_place", "clean_study_place")


def test_reader_sees_and_changes_nothing(client: Client, bob: User, carol: User, study: CaseStudy) -> None:
    picture, place = make_picture(study), make_place(study)
    pks = {"add_picture": study.pk, "note_study_place": study.pk, "look_at_place": place.pk}
    pks |= {"clean_study_place": place.pk, "remove_picture": picture.pk, "renew_picture": picture.pk}
    gets = [url("study_media", study.pk), url("study_care"), url("study_picture", study.pk, picture.digest, "png")]

    client.force_login(bob)
    pages = [client.get(each) for each in gets]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [name for name in POSTS if url(name, pks[name]) in text(pages[0]) + text(pages[1])] == []
    assert len(pages[2].getvalue()) == picture.size
    assert [client.post(url(name, pks[name])).status_code for name in POSTS] == [403] * 6
    assert [client.get(url(name, pks[name])).status_code for name in POSTS] == [405] * 6
    assert [client.post(each).status_code for each in gets] == [405, 405, 405]

    client.force_login(carol)
    assert [client.get(each).status_code for each in gets] == [403] * 3
    client.logout()
    assert [client.get(each).status_code for each in gets] == [302] * 3
    assert (Picture.objects.count(), StudyPlace.objects.to_clean().count()) == (1, 0)


def test_addresses_of_nothing_are_not_found(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    picture = make_picture(study)

    missing = [url("study_media", 0), url("study_picture", study.pk, "0" * 64, "png")]
    missing += [url("study_picture", study.pk, picture.digest, "svg"), url("study_care") + "?view=nonsense"]
    missing += [url("study_picture", make_study().pk, picture.digest, "png")]
    assert [client.get(each).status_code for each in missing] == [404] * 5
    assert [client.post(url(name, 0)).status_code for name in POSTS] == [404] * 6


# -------------------------------------------------------------------------------------------------------- the pictures


def test_public_picture_is_served_as_what_it_is(client: Client, study: CaseStudy) -> None:
    picture = make_picture(study, kind="JPEG")
    publish(study)
    address = url("wall_picture", picture.digest, "jpg")

    response = client.get(address)
    content = response.getvalue()

    assert (response.status_code, len(content), Image.open(BytesIO(content)).format) == (200, picture.size, "JPEG")
    headers = {name: response.headers.get(name) for name in ("Content-Type", "X-Content-Type-Options", "Set-Cookie")}
    assert headers == {"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Set-Cookie": None}
    assert response.headers["Cache-Control"] == f"private, max-age={YEAR}, immutable"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    head = client.head(address)
    assert (head.status_code, head.getvalue()) == (200, b"")
    assert client.post(address).status_code == 405


def test_public_picture_is_kept_no_longer_than_its_rights(client: Client, study: CaseStudy) -> None:
    picture = make_picture(study, rights_until=TODAY)
    publish(study)

    response = client.get(url("wall_picture", picture.digest, "png"))

    assert response.headers["Cache-Control"] == f"private, max-age={12 * 3600}, immutable"
    assert len(response.getvalue()) == picture.size


def test_picture_that_is_not_public_is_the_closed_page_for_all_but_staff(
    client: Client, alice: User, study: CaseStudy, media_root: Path
) -> None:
    picture = make_picture(study)
    address = url("wall_picture", picture.digest, "png")
    not_there = client.get(url("wall_picture", "0" * 64, "png"))
    assert (not_there.status_code, not_there.headers["Cache-Control"]) == (404, "no-store")
    assert client.get(address).status_code == 404

    publish(study)
    assert client.get(address).getvalue() != b""
    assert client.get(url("wall_picture", picture.digest, "svg")).status_code == 404
    CaseStudy.objects.update(status=StudyStatus.WITHDRAWN)
    assert client.get(address).status_code == 404

    client.force_login(alice)
    mine = url("study_picture", study.pk, picture.digest, "png")
    assert client.get(mine).getvalue() != b""
    (media_root / picture.stored_name).unlink()
    assert client.get(mine).status_code == 404


def test_customer_sees_the_pictures_of_a_release_by_its_link(client: Client, study: CaseStudy) -> None:
    signed = make_picture(study)
    release = make_release(study, answer="", typed_name="")
    later = make_picture(study)
    token = tokens.encode(release.token)

    page = client.get(url("release", token))
    shown = client.get(url("release_picture", token, signed.digest, "png"))
    hidden = client.get(url("release_picture", token, later.digest, "png"))
    strangers = client.get(url("release_picture", "A" * 22, signed.digest, "png"))

    assert f'src="{url("release_picture", token, signed.digest, "png")}" alt="The mill wheel in spring"' in text(page)
    assert '<figcaption class="soft"><bdi>The mill wheel in spring</bdi>' in text(page)  # it is signed too
    assert later.digest not in text(page)
    assert (shown.headers["Content-Type"], len(shown.getvalue())) == ("image/png", signed.size)
    assert (hidden.status_code, strangers.status_code) == (404, 404)
    release.closed_at = NOW
    release.save()
    assert client.get(url("release_picture", token, signed.digest, "png")).status_code == 404


def test_public_page_shows_pictures_until_their_rights_end(client: Client, study: CaseStudy, clock: Any) -> None:
    picture = make_picture(study, rights_until=TODAY, credit="Photo: Ana <b>")
    publish(study)
    later = make_picture(study)
    page = url("wall_study", study.brand_id, "en", study.pk)
    address = url("wall_picture", picture.digest, "png")

    shown = text(client.get(page))
    assert f'<img src="{address}" alt="The mill wheel in spring" width="40" height="30"' in shown
    assert "Photo: Ana &lt;b&gt;" in shown
    assert later.digest not in shown

    clock.move_to(dt.datetime(2026, 11, 24, 0, 1, tzinfo=dt.UTC))
    wall.forget()
    after = client.get(page)
    assert (after.status_code, picture.digest in text(after)) == (200, False)
    assert client.get(address).status_code == 404


# ---------------------------------------------------------------------------------------------------------- the places


def test_note_place_by_post(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    given = {"name": "Our blog", "address": "https://blog.example.com/mill", "seen": "0"}

    noted = client.post(url("note_study_place", study.pk), given, follow=True)
    again = client.post(url("note_study_place", study.pk), {**given, "seen": trail.version(study)})

    assert "Noted: the page is looked at soon, and then each week." in text(noted)
    assert "not looked at yet" in text(noted)
    assert (again.status_code, "this place is on the list already" in text(again)) == (409, True)
    assert [place.address for place in StudyPlace.objects.all()] == ["https://blog.example.com/mill"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://blog.example.com/", "ftp://blog.example.com/", "blog", ""]
)
def test_note_place_refuses_what_is_no_address_to_look_at(
    client: Client, alice: User, study: CaseStudy, address: str
) -> None:
    client.force_login(alice)

    response = client.post(url("note_study_place", study.pk), {"name": "x", "address": address, "seen": "0"})

    assert response.status_code == 422
    said = "Write a web address that begins with https://." if address else "Write the address of the page."
    assert said in text(response)
    assert not StudyPlace.objects.exists()


def test_pages_say_how_each_place_stands(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    make_place(study, name="A", checked_at=NOW, found_at=NOW, address="https://a.example")
    make_place(
        study, name="B", checked_at=NOW, misses=1, missing_since=NOW, trouble="slow", address="https://b.example"
    )
    gone = {"misses": 2, "missing_since": NOW - 8 * A_DAY, "found_at": NOW - 15 * A_DAY, "status_code": 404}
    place = make_place(study, name="C", checked_at=NOW, trouble="status", address="https://c.example", **gone)

    media, care = text(client.get(url("study_media", study.pk))), text(client.get(url("study_care")))

    assert 'Missing once: looked at again tomorrow</b><br><span class="small">The server takes too long' in media
    assert "The server answers that the page is not there (404)" in media
    assert "Missing since" in care
    assert ("https://c.example" in care, "https://b.example" in care) == (True, False)

    looked = client.post(url("look_at_place", place.pk), {"care": "1"}, follow=True)
    cleaned = client.post(url("clean_study_place", place.pk), {"care": "1"}, follow=True)
    assert looked.redirect_chain == cleaned.redirect_chain == [(url("study_care"), 302)]
    assert "No link is missing" in text(cleaned)


def test_care_lists_what_is_to_be_cleaned_after_a_withdrawal(client: Client, alice: User, study: CaseStudy) -> None:
    client.force_login(alice)
    place = make_place(study)
    CaseStudy.objects.update(status=StudyStatus.WITHDRAWN)
    orphan = make_place(make_study(), name="Of nobody", address="https://orphan.example")
    StudyPlace.objects.filter(pk=orphan.pk).update(study=None)

    page = text(client.get(url("study_care") + "?view=clean"))

    assert (place.address in page, "of a person who was erased" in page) == (True, True)
    assert client.post(url("clean_study_place", orphan.pk)).headers["Location"] == url("study_care")
    assert client.post(url("clean_study_place", place.pk)).headers["Location"] == url("study_media", study.pk)
    assert "Nothing is to be cleaned" in text(client.get(url("study_care") + "?view=clean"))


@pytest.mark.parametrize("name", ["study_media", "missing", "ending", "clean"])
def test_lists_ask_as_much_for_three_rows_as_for_one(
    client: Client, alice: User, django_assert_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    client.force_login(alice)
    owner = make_user("lin")
    study = make_study(owner=owner)
    address = url("study_media", study.pk) if name == "study_media" else f"{url('study_care')}?view={name}"

    def more() -> None:
        own = study if name == "study_media" else make_study(owner=owner)
        make_version(own)
        make_picture(own, rights_until=TODAY, added_by=owner)
        where = {"address": f"https://x{own.places.count()}.example", "misses": 2, "missing_since": NOW}
        make_place(own, added_by=owner, **where)
        if name == "clean":
            CaseStudy.objects.update(status=StudyStatus.WITHDRAWN)

    more()
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    more()
    more()
    with django_assert_num_queries(len(one)):
        client.get(address)
