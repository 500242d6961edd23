from __future__ import annotations

import datetime as dt
import gzip
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import IntegrityError
from pytest_django import Settings

from advocacy import fetching, linkback, tasks, trail
from advocacy.enums import FetchTrouble, StudyStatus
from advocacy.linkback import Look
from advocacy.models import CaseStudy, StudyPlace
from config import checks
from surveys import ports
from surveys.mail import CannotRender
from surveys.models import Message
from surveys.transitions import WrongState
from tests.factories import make_user
from tests.media import SITE, make_place, make_study, make_version, publish
from tests.web_server import Reply, WebServer, elsewhere, page

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
HOUR, A_DAY, A_WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7)
GONE = Look(FetchTrouble.NO_LINK)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def server(settings: Settings) -> Iterator[WebServer]:
    with WebServer() as running:
        settings.LINK_CHECK_LOOPBACK = [f"127.0.0.1:{running.port}"]
        yield running


def told(study: CaseStudy) -> list[tuple[str, str]]:
    return [trail.sentence(event) for event in trail.events(study)]


def state(place: StudyPlace) -> tuple[str, int, int | None]:
    place.refresh_from_db()
    return place.trouble, place.misses, place.status_code


# ---------------------------------------------------------------------------------------- a look, at a server of ours


def test_check_finds_the_link(server: WebServer) -> None:
    server.replies["/mill"] = page("https://elsewhere.example", SITE)
    place = make_place(address=server.address("/mill"))

    assert tasks.check_places() is False

    assert state(place) == ("", 0, None)
    assert (place.checked_at, place.found_at, place.missing_since) == (NOW, NOW, None)
    assert server.paths == ["/mill"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (page("http://www.mill.example/about#us"), Look()),
        (Reply(gzip.compress(f'<a href="{SITE}">'.encode()), headers={"Content-Encoding": "gzip"}), Look()),
        (page("https://other.example"), Look(FetchTrouble.NO_LINK)),
        (Reply(b""), Look(FetchTrouble.NO_LINK)),
        (Reply(b"", "404 Not Found"), Look(FetchTrouble.STATUS, 404)),
        (Reply(itertools.repeat(b"<p>" * 9000)), Look(FetchTrouble.LONG)),
        (Reply([f'<a href="{SITE}">'.encode(), *[b"<p>" * 9000] * 30]), Look()),
        (elsewhere("https://10.0.0.1/admin"), Look(FetchTrouble.PRIVATE)),
        (elsewhere("https://169.254.169.254/latest/meta-data/"), Look(FetchTrouble.PRIVATE)),
        (elsewhere("/there"), Look()),
    ],
)
def test_look_says_what_is_there(server: WebServer, reply: Reply, expected: Look) -> None:
    server.replies |= {"/": reply, "/there": page(SITE)}

    assert linkback.look(server.address(), SITE) == expected


def test_look_does_not_wait_for_ever(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.replies["/"] = Reply([b"<p>"] * 1000, pause=0.1)
    real = linkback.limits()
    hurried = fetching.Limits(loopback=real.loopback, total_seconds=0.5)
    monkeypatch.setattr(linkback, "limits", lambda: hurried)

    assert linkback.look(server.address(), SITE) == Look(FetchTrouble.SLOW)


def test_look_asks_no_name_with_a_private_address() -> None:
    """Though it had a public one a moment ago, when somebody noted the place."""
    answers = iter([["93.184.216.34", "127.0.0.1"], ["10.0.0.1"]])

    for _time in range(2):
        found = linkback.look("https://rebinding.example/", SITE, resolve=lambda _host, _port: next(answers))
        assert found == Look(FetchTrouble.PRIVATE)


def test_servers_of_this_machine_are_asked_in_tests_only(server: WebServer, settings: Settings) -> None:
    server.replies["/"] = page(SITE)
    assert linkback.look(server.address(), SITE) == Look()

    settings.PRODUCTION = True
    assert linkback.look(server.address(), SITE) == Look(FetchTrouble.PLAIN)

    settings.PRODUCTION, settings.LINK_CHECK_LOOPBACK, settings.LINK_CHECK_HTTP = False, [], True
    assert linkback.look(server.address(), SITE) == Look(FetchTrouble.PORT)
    assert linkback.look("http://127.0.0.1/", SITE) == Look(FetchTrouble.PRIVATE)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("debug", "production", "given", "expected"),
    [
        (True, False, ["127.0.0.1:9"], []),
        (False, False, ["127.0.0.1:9"], ["config.E006"]),
        (True, True, ["127.0.0.1:9"], ["config.E006"]),
        (False, True, ["127.0.0.1:9"], ["config.E006"]),
        (False, True, [], []),
    ],
)
def test_check_of_settings_refuses_the_allow_list_but_for_tests(
    settings: Settings, debug: bool, production: bool, given: list[str], expected: list[str]
) -> None:
    settings.DEBUG, settings.PRODUCTION, settings.LINK_CHECK_LOOPBACK = debug, production, given

    assert [found.id for found in checks.no_server_of_this_machine_is_asked()] == expected


# ------------------------------------------------------------------------------------------------------ week by week


def test_one_miss_is_no_news_and_two_in_a_row_are(server: WebServer, clock: Any) -> None:
    study = make_study(owner=make_user("lin"))
    make_version(study)
    place = make_place(study, address=server.address("/mill"))
    server.replies["/mill"] = page(SITE)
    linkback.check()
    server.replies["/mill"] = page()

    clock.move_to(NOW + A_WEEK)
    linkback.check()
    assert (state(place), place.is_missing, place.missing_since) == (("no_link", 1, None), False, NOW + A_WEEK)
    assert (linkback.tell(), Message.objects.count()) == (False, 0)
    linkback.check()  # not again at once
    assert len(server.asked) == 2

    clock.move_to(NOW + A_WEEK + A_DAY)
    linkback.check()
    assert (state(place), place.is_missing, place.missing_since) == (("no_link", 2, None), True, NOW + A_WEEK)
    assert place.found_at == NOW
    assert told(study) == [("A page does not link to the customer any more", "Our blog")]
    tasks.tell_of_lost_links()
    tasks.tell_of_lost_links()
    assert [(m.user, m.letter) for m in Message.objects.all()] == [(study.owner, "lost_link")]

    clock.move_to(NOW + 2 * A_WEEK + A_DAY)
    server.replies["/mill"] = page(SITE)
    linkback.check()
    assert (state(place), place.missing_since, place.told_at, place.message) == (("", 0, None), None, None, None)
    assert told(study)[0] == ("A page links to the customer again", "Our blog")
    assert list(linkback.missing()) == []


def test_a_hiccup_leaves_no_trace(server: WebServer, clock: Any) -> None:
    place = make_place(address=server.address("/mill"))
    server.replies["/mill"] = Reply(b"", "503 Sorry")
    linkback.check()
    assert state(place) == ("status", 1, 503)

    clock.move_to(NOW + A_DAY)
    server.replies["/mill"] = page(SITE)
    linkback.check()

    assert (state(place), place.missing_since) == (("", 0, None), None)
    assert place.study is not None
    assert told(place.study) == []


@pytest.mark.parametrize(
    ("fields", "is_due"),
    [
        ({}, True),
        ({"checked_at": NOW - A_WEEK}, True),
        ({"checked_at": NOW - A_WEEK + HOUR}, False),
        ({"checked_at": NOW - A_DAY, "misses": 1}, True),
        ({"checked_at": NOW - A_DAY + HOUR, "misses": 1}, False),
        ({"checked_at": NOW - A_DAY, "misses": 2}, False),
        ({"checked_at": NOW - A_WEEK, "misses": 2}, True),
        ({"cleaned_at": NOW}, False),
    ],
)
def test_due_is_what_waits_for_a_look(fields: dict[str, Any], is_due: bool) -> None:
    make_place(**fields)

    assert StudyPlace.objects.due().exists() is is_due


def test_due_looks_for_the_site_of_what_is_public() -> None:
    study = make_study()
    make_version(study, site="https://signed.example")
    publish(study)
    make_version(study, site="https://draft.example")
    public, drafted, siteless = make_place(study), make_place(), make_study()
    make_place(siteless)
    withdrawn = make_study(status=StudyStatus.WITHDRAWN)
    make_version(withdrawn)
    make_place(withdrawn)

    found: Any = StudyPlace.objects.due().order_by("pk")
    assert [(place, place.site) for place in found] == [(public, "https://signed.example"), (drafted, SITE)]
    rows: Any = linkback.of_study(siteless)
    assert [place.site for place in rows] == [""]


def test_check_takes_a_few_at_a_time_and_says_that_more_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    old = make_place(checked_at=NOW - 2 * A_WEEK)
    new, newer = make_place(), make_place()
    seen: list[str] = []

    def look(address: str, _site: str, **_how: Any) -> Look:
        seen.append(address)
        return Look()

    monkeypatch.setattr(linkback, "look", look)
    StudyPlace.objects.filter(pk=old.pk).update(address="https://old.example")

    assert [linkback.check(size=2), linkback.check(size=2), linkback.check(size=2)] == [True, False, False]
    assert seen == [new.address, newer.address, "https://old.example"]


def test_note_leaves_what_another_run_or_a_person_has_noted() -> None:
    place = make_place()
    mine, theirs = StudyPlace.objects.get(pk=place.pk), StudyPlace.objects.get(pk=place.pk)

    assert linkback.note(theirs, GONE) is True
    assert linkback.note(mine, GONE) is False
    assert state(place) == ("no_link", 1, None)

    again = StudyPlace.objects.get(pk=place.pk)
    CaseStudy.objects.update(status=StudyStatus.WITHDRAWN)
    assert linkback.note(again, GONE) is False
    assert state(place) == ("no_link", 1, None)


# ---------------------------------------------------------------------------------------------------- what people do


def test_place_is_noted_looked_at_and_cleaned(alice: User, clock: Any) -> None:
    study = make_study()
    make_version(study)
    place = linkback.note_place(study, name="Our blog", address="https://blog.example.com/mill", by=alice)
    linkback.note(place, Look())
    assert not StudyPlace.objects.due().exists()

    linkback.look_again(place)
    assert list(StudyPlace.objects.due()) == [place]

    linkback.clean_place(place, by=alice)
    clock.move_to(NOW + A_DAY)
    linkback.clean_place(place, by=alice)
    assert (place.cleaned_at, place.cleaned_by) == (NOW, alice)
    assert (list(linkback.of_study(study)), StudyPlace.objects.due().exists()) == ([], False)
    assert told(study) == [("Not there any more", "Our blog"), ("Published elsewhere", "Our blog")]
    linkback.note_place(study, name="Our blog", address="https://blog.example.com/mill", by=alice)  # it came back


def test_place_is_refused_twice_too_often_and_after_a_withdrawal(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study()
    place = make_place(study)

    with pytest.raises(WrongState, match=r"^Not noted: this place is on the list already\.$"):
        linkback.note_place(study, name="x", address=place.address, by=alice)
    monkeypatch.setattr(linkback, "MOST", 1)
    with pytest.raises(WrongState, match=r"^Not noted: there are 1 places already\.$"):
        linkback.note_place(study, name="x", address="https://x.example", by=alice)
    CaseStudy.objects.update(status=StudyStatus.WITHDRAWN)
    with pytest.raises(WrongState, match=r"^Not noted: the case study is withdrawn"):
        linkback.note_place(study, name="x", address="https://x.example", by=alice)
    assert list(StudyPlace.objects.to_clean()) == [place]


def test_place_with_another_scheme_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError):
        make_place(address="javascript:alert(1)")


# ---------------------------------------------------------------------------------------------------------- who is told


def test_tell_writes_one_letter_to_each_owner() -> None:
    lin, dana = make_user("lin"), make_user("dana")
    for owner in (lin, dana, lin, None):
        study = make_study(owner=owner)
        make_version(study)
        make_place(study, misses=2, missing_since=NOW, checked_at=NOW, trouble="no_link")
    make_place(make_study(owner=make_user("gone", is_active=False)), misses=2, missing_since=NOW, trouble="no_link")

    assert linkback.tell() is False

    letters = list(Message.objects.order_by("user__username"))
    assert [letter.user for letter in letters] == [dana, lin]
    assert [StudyPlace.objects.filter(message=letter).count() for letter in letters] == [1, 2]


def test_letter_names_page_and_trouble_and_is_not_sent_once_the_link_is_back() -> None:
    study = make_study(owner=make_user("lin"))
    make_version(study)
    place = make_place(study, misses=2, missing_since=NOW, checked_at=NOW, trouble="no_link", name="Blog <b>\nof us")
    linkback.tell()
    message = Message.objects.get()

    letter = ports.render(message)

    assert (letter.to, letter.subject) == (["lin@example.com"], "A link to a customer is missing: Blog <b> of us")
    assert letter.body == (
        "Blog <b> of us\nhttps://blog.example.com/mill\nThe page is there, the link is not.\n"
        f"https://ask.example.com/studies/{study.pk}/media/\n\n"
        "Each is told once, after it was missing twice in a row. Ask whoever runs the page to put the link back. "
        "All that need care: https://ask.example.com/studies/care/\n"
    )
    place.refresh_from_db()
    linkback.note(place, Look(), at=NOW + A_WEEK)
    with pytest.raises(CannotRender):
        linkback.letter(message)
