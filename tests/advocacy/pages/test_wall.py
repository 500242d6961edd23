"""The public wall, its frame and its feed, and what staff do about them."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from advocacy import deletions, publishing, stories, trail, wall
from advocacy.enums import StoryStatus
from advocacy.models import StoryPlace, StoryTranslation, Testimonial
from surveys import texts
from surveys.models import Brand
from tests import media
from tests.factories import make_brand, make_campaign, make_message, make_response, make_testimonial
from tests.surveys.pages.public import all_rows, page_of, strict_client

pytestmark = pytest.mark.django_db

HOSTILE = "</blockquote></bdi><script>alert(1)</script>\"'>{{ 70000000|add:7 }}{% now %}"
TODAY = dt.date(2026, 11, 2)


@pytest.fixture
def anyone() -> Client:
    return strict_client()


@pytest.fixture
def brand(db: None) -> Brand:
    return make_brand(name="Aurora Coffee", short_name="Aurora", site_url="https://aurora.example.com")


def make(brand: Brand, words: str = "It never lets me down.", *, language: str = "en", **fields: Any) -> Testimonial:
    response = make_response(campaign=make_campaign(brand=brand), score=10, comment=words, language=language)
    shown = {"status": StoryStatus.PUBLISHED, "published_at": timezone.now(), **fields}
    return make_testimonial(response=response, **shown)


# ---------------------------------------------------------------------------------------------------------- the public


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_wall_speaks_each_language_and_leaves_the_words_in_theirs(anyone: Client, brand: Brand, tag: str) -> None:
    make(brand, "وصلت قبل الموعد", language="ar", shown_role="المنامة")

    response = anyone.get(f"/wall/{brand.pk}/{tag}")

    page, own = page_of(response), texts.table(tag)["wall"]
    assert (page.text("h1"), page.text("p").count(own["tag"]) > 0) == (own["heading"], True)
    assert [(figure["lang"], figure["dir"]) for figure in page.find("figure")] == [("ar", "rtl")]
    assert "وصلت قبل الموعد" in page.text("blockquote")
    assert response.headers["Content-Language"] == tag


def test_wall_may_be_found_and_every_other_public_page_not(anyone: Client, brand: Brand) -> None:
    story = make(brand)

    found = [anyone.get(f"/wall/{brand.pk}/en"), anyone.get(f"/wall/{brand.pk}/en/{story.pk}")]
    closed = anyone.get(f"/wall/{brand.pk}/en/999999")

    assert [("X-Robots-Tag" in page.headers, b"noindex" in page.content) for page in found] == [(False, False)] * 2
    assert (closed.status_code, closed.headers["X-Robots-Tag"]) == (404, "noindex")


@pytest.mark.parametrize(
    "path", ["wall/{}/xx", "wall/{}/EN", "wall/999999/en", "wall/{}/en?page=7", "embed/wall/{}/xx"]
)
def test_what_is_not_there_is_the_closed_page(anyone: Client, brand: Brand, path: str) -> None:
    response = anyone.get(f"/{path.format(brand.pk)}")

    assert (response.status_code, page_of(response).text("h1")) == (404, texts.table("en")["closed"]["heading"])


def test_door_leads_to_the_language_of_whoever_comes(anyone: Client, brand: Brand) -> None:
    response = anyone.get(f"/wall/{brand.pk}", headers={"Accept-Language": "ar, en;q=0.5"})

    assert (response.status_code, response.headers["Location"]) == (302, f"/wall/{brand.pk}/ar")
    assert anyone.get("/wall/999999").status_code == 404


def test_language_is_switched_by_a_button(anyone: Client, brand: Brand) -> None:
    story = make(brand)

    found = [
        anyone.post(f"/wall/{brand.pk}/en{rest}", {"language": "zh-Hans"}).headers["Location"]
        for rest in ("", f"/{story.pk}")
    ]

    assert found == [f"/wall/{brand.pk}/zh-Hans", f"/wall/{brand.pk}/zh-Hans/{story.pk}"]


def test_each_story_has_an_address_of_its_own(anyone: Client, brand: Brand) -> None:
    story = make(brand, "word " * 300)

    page = page_of(anyone.get(f"/wall/{brand.pk}/en"))
    own = page_of(anyone.get(f"/wall/{brand.pk}/en/{story.pk}"))

    assert [link["href"] for link in page.find("a") if "/en/" in link["href"]] == [f"/wall/{brand.pk}/en/{story.pk}"]
    assert page.text("blockquote").endswith("…")
    assert own.text("blockquote") == ("word " * 300).strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [("It never lets me down.", "It never lets me down."), ("كلمات " * 100, "كلمات كلمات")],
)
def test_link_of_words_without_a_name_says_how_they_begin(anyone: Client, brand: Brand, words: str, said: str) -> None:
    make(brand, words, shown_name="")

    link = page_of(anyone.get(f"/wall/{brand.pk}/en")).text("figcaption")

    own = texts.table("en")["wall"]
    first = next(key for key in ("read_on", "own_page") if own[key] in link)
    assert " ".join(link.split()).replace(" :", ":").startswith(f"{own[first]}: {said}")


def test_translation_says_so_and_its_own_page_shows_the_original(anyone: Client, brand: Brand) -> None:
    story = make(brand, "Nunca me falla.", language="es")
    StoryTranslation.objects.create(
        testimonial=story, language="ar", words="لا تخذلني أبدا", agreed_on=TODAY, agreed_how="by mail"
    )

    page = page_of(anyone.get(f"/wall/{brand.pk}/ar"))
    own = page_of(anyone.get(f"/wall/{brand.pk}/ar/{story.pk}"))

    assert "لا تخذلني أبدا" in page.text("blockquote")
    assert f"{texts.table('ar')['wall']['translated']} Español" in page.text("figcaption")
    assert "Nunca me falla." not in page.text("blockquote")
    assert "Nunca me falla." in own.text("blockquote")


def test_hostile_words_are_inert(anyone: Client, brand: Brand) -> None:
    shown = {"shown_name": HOSTILE[:80], "shown_role": HOSTILE, "disclosure": HOSTILE}
    story = make(brand, HOSTILE, **shown)

    pages = [
        anyone.get(f"/{path}").content.decode()
        for path in (
            f"wall/{brand.pk}/en", f"wall/{brand.pk}/en/{story.pk}", f"embed/wall/{brand.pk}/en",
        )
    ]  # fmt: skip
    feed = anyone.get(f"/wall/{brand.pk}/en/feed.json")

    assert ["<script>alert" in page or "70000007" in page for page in pages] == [False] * 3
    assert ["&lt;script&gt;alert(1)" in page for page in pages] == [True] * 3
    assert (feed.json()["stories"][0]["words"], feed.headers["Content-Type"]) == (
        HOSTILE,
        "application/json; charset=utf-8",
    )


def test_warm_wall_asks_the_database_nothing(
    anyone: Client, brand: Brand, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    story = make(brand)
    paths = [
        f"/wall/{brand.pk}/en", f"/wall/{brand.pk}/en/{story.pk}", f"/embed/wall/{brand.pk}/en",
        f"/wall/{brand.pk}/en/feed.json",
    ]  # fmt: skip
    cold = [anyone.get(path) for path in paths]

    with django_assert_num_queries(0):
        warm = [anyone.get(path) for path in paths]

    nonce = re.compile(rb'nonce="[^"]+"')
    assert [nonce.sub(b"", page.content) for page in warm] == [nonce.sub(b"", page.content) for page in cold]


def test_nonce_of_a_kept_page_is_that_of_its_visit(anyone: Client, brand: Brand) -> None:
    make(brand)

    for _ in range(2):
        response = anyone.get(f"/wall/{brand.pk}/en")
        (nonce,) = re.findall(r'nonce="([^"]+)"', response.content.decode())
        assert f"'nonce-{nonce}'" in response.headers["Content-Security-Policy"]


def test_full_wall_of_long_words_weighs_little(anyone: Client, brand: Brand) -> None:
    for _ in range(wall.PAGE + 1):
        make(brand, "机器每天早上都好用" * 500, language="zh-Hans", shown_role="上海" * 60)

    content = anyone.get(f"/wall/{brand.pk}/zh-Hans").content

    assert (len(content) < 50_000, len(gzip.compress(content)) < 12_000) == (True, True)


def test_frame_may_stand_anywhere_and_the_wall_nowhere(anyone: Client, brand: Brand) -> None:
    make(brand)

    frame, page = anyone.get(f"/embed/wall/{brand.pk}/en"), anyone.get(f"/wall/{brand.pk}/en")

    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame.headers
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert not page_of(frame).find("form")


def test_feed_may_be_read_by_any_page(anyone: Client, brand: Brand) -> None:
    story = make(brand)

    response = anyone.get(f"/wall/{brand.pk}/en/feed.json")

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert [each["url"] for each in response.json()["stories"]] == [
        f"https://ask.example.com/wall/{brand.pk}/en/{story.pk}"
    ]
    assert anyone.post(f"/wall/{brand.pk}/en/feed.json").status_code == 405


def test_looking_changes_nothing(anyone: Client, brand: Brand) -> None:
    story = make(brand)
    before = all_rows()

    for path in (
        f"wall/{brand.pk}",
        f"wall/{brand.pk}/en",
        f"wall/{brand.pk}/en/{story.pk}",
        f"embed/wall/{brand.pk}/en",
    ):
        anyone.get(f"/{path}")
        anyone.head(f"/{path}")

    assert all_rows() == before


def test_withdrawn_words_are_gone_from_everywhere(
    anyone: Client, brand: Brand, alice: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    story = make(brand, "These very words.")
    publishing.note_place(story, name="Leaflet of the spring fair", by=alice)
    paths = [
        f"/wall/{brand.pk}/en", f"/wall/{brand.pk}/ar", f"/embed/wall/{brand.pk}/en", f"/wall/{brand.pk}/en/feed.json",
        f"/wall/{brand.pk}/en/{story.pk}",
    ]  # fmt: skip
    before = [b"These very words." in anyone.get(path).content for path in paths]

    with django_capture_on_commit_callbacks(execute=True):
        stories.withdraw(story)
    after = [anyone.get(path) for path in paths]

    assert before == [True] * 5
    assert [b"These very words." in page.content for page in after] == [False] * 5
    assert [page.status_code for page in after] == [200, 200, 200, 200, 404]


def test_empty_wall_says_so(anyone: Client, brand: Brand) -> None:
    page = page_of(anyone.get(f"/wall/{brand.pk}/en"))

    assert texts.table("en")["wall"]["nothing"] in page.text("p")


# --------------------------------------------------------------------------------------------------------------- staff


def post(client: Client, story: Testimonial, verb: str, **fields: Any) -> Any:
    return client.post(f"/testimonials/{story.pk}/{verb}/", {"seen": trail.version(story), **fields})


def test_publish_and_take_off(client: Client, alice: User, brand: Brand) -> None:
    story = make(brand, status=StoryStatus.APPROVED, published_at=None)
    client.force_login(alice)

    published = post(client, story, "publish", disclosure="Is our dealer", is_lead="on")
    on_wall = Testimonial.objects.get()
    unsaid = post(client, story, "take-off", reason="")
    taken_off = post(client, story, "take-off", reason="The fair is over")

    assert [response.status_code for response in (published, unsaid, taken_off)] == [302, 422, 302]
    assert (on_wall.status, on_wall.disclosure, on_wall.is_lead) == ("published", "Is our dealer", True)
    assert Testimonial.objects.get().status == "approved"


def test_refused_translation_keeps_what_was_typed(client: Client, alice: User, brand: Brand) -> None:
    story = make(brand)
    client.force_login(alice)

    unsaid = post(client, story, "translate", language="ar", words="لا تخذلني أبدا", agreed_on="", agreed_how="")
    own = post(client, story, "translate", language="en", words="x", agreed_on="2026-11-02", agreed_how="mail")
    kept = post(
        client, story, "translate", language="ar", words="لا تخذلني أبدا", agreed_on="2026-11-02", agreed_how="m"
    )

    assert [response.status_code for response in (unsaid, own, kept)] == [422, 409, 302]
    page = unsaid.content.decode()
    assert "لا تخذلني أبدا</textarea>" in page
    assert "Say when the person agreed: without that it cannot be shown." in page
    assert list(StoryTranslation.objects.values_list("language", "words")) == [("ar", "لا تخذلني أبدا")]


def test_words_of_100_kb_are_no_translation(client: Client, alice: User, brand: Brand) -> None:
    story, said = make(brand), {"language": "ar", "agreed_on": "2026-11-02", "agreed_how": "mail"}
    client.force_login(alice)

    answers = [
        post(client, story, "translate", **{**said, "words": "ل" * 100_000}),
        post(client, story, "translate", **{**said, "words": "x", "agreed_how": "x" * 100_000}),
        post(client, story, "publish", disclosure="x" * 100_000),
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert StoryTranslation.objects.count() == 0


def test_place_is_noted_and_cleaned(client: Client, alice: User, brand: Brand) -> None:
    story = make(brand)
    client.force_login(alice)

    forged = post(client, story, "place", name="Partner", address="javascript:alert(1)")
    noted = post(client, story, "place", name="Partner", address="https://partner.example.com/we")
    before = client.get("/testimonials/places/").content.decode()
    stories.withdraw(story)
    listed = client.get("/testimonials/places/").content.decode()
    cleaned = client.post(f"/testimonials/places/{StoryPlace.objects.get().pk}/clean/")

    assert [response.status_code for response in (forged, noted, cleaned)] == [422, 302, 302]
    assert ["Nothing is to be cleaned" in before, "https://partner.example.com/we" in listed] == [True, True]
    assert StoryPlace.objects.get().cleaned_by == alice


@pytest.mark.parametrize("verb", ["publish", "take-off", "translate", "place"])
def test_reader_and_stranger_decide_nothing(client: Client, bob: User, carol: User, brand: Brand, verb: str) -> None:
    story = make(brand)
    statuses = []
    for user in (bob, carol):
        client.force_login(user)
        statuses += [post(client, story, verb).status_code, client.get(f"/testimonials/{story.pk}/{verb}/").status_code]

    assert statuses == [403, 405, 403, 405]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_places_asks_as_often_for_one_as_for_three(
    client: Client, alice: User, brand: Brand, rows: int
) -> None:
    for _ in range(rows):
        story = make(brand)
        publishing.note_place(story, name="Leaflet", by=alice)
        stories.withdraw(story)
    client.force_login(alice)

    with CaptureQueriesContext(connection) as statements:
        client.get("/testimonials/places/")

    assert len(statements) == 4  # session, user, places, frame


def test_wall_leads_to_the_case_studies_where_there_are_any(anyone: Client, brand: Brand) -> None:
    address = f"/wall/{brand.pk}/es/studies"
    without = anyone.get(f"/wall/{brand.pk}/es").content.decode()
    study = media.make_study(brand=brand)
    media.make_version(study)
    media.publish(study)
    wall.forget()

    assert address not in without
    assert f'<a href="{address}">' in anyone.get(f"/wall/{brand.pk}/es").content.decode()
    assert anyone.get(address).status_code == 200


def test_words_of_who_asks_to_be_deleted_are_gone_from_every_page_at_once(
    anyone: Client, brand: Brand, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    story = make(brand)
    pages = [f"/wall/{brand.pk}/en", f"/embed/wall/{brand.pk}/en", f"/wall/{brand.pk}/en/feed.json"]
    assert all("It never lets me down." in anyone.get(page).content.decode() for page in pages)

    with django_capture_on_commit_callbacks(execute=True):
        deletions.ask(story.contact, message=make_message(contact=story.contact, invitation=None))

    assert all("It never lets me down." not in anyone.get(page).content.decode() for page in pages)
    assert anyone.get(f"/wall/{brand.pk}/en/{story.pk}").status_code == 404
