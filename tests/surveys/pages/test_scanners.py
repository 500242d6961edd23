"""Programs that open, follow and post what stands in a mail: none of them gives an answer that counts.

Each profile is a script of requests on behalf of one recipient, as it was seen in the field (reliability.md 4.1). Then
people answer, and each of their answers counts. A program that does exactly what one person does is told from none:
docs/survey.md says so.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from surveys import evidence
from surveys.models import Click, DailyCount, HeldAnswer, Invitation, Message, Response, Suppression
from tests.factories import make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.sizes import whole_once_or
from tests.surveys.pages.public import Page, answer_url, exit_url, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
RECIPIENTS = int(os.environ.get("TEST_RECIPIENTS", "0")) or whole_once_or(11, 1)  # 500 make 100,000 requests
PREFETCH = {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"}


class Scanner:
    """One program at one mail, with a clock of its own."""

    def __init__(self, message: Message, clock: time_machine.Traveller) -> None:
        assert message.invitation is not None
        self.client, self.clock = Client(), clock
        self.message, self.invitation = message, message.invitation
        self.links = [answer_url(self.invitation, score) for score in range(11)]
        self.decoy = answer_url(self.invitation, "more")
        self.exit = exit_url(message)

    def wait(self, seconds: float) -> None:
        self.clock.shift(dt.timedelta(seconds=seconds))

    def open(self, address: str, **options: object) -> Page:
        return page_of(self.client.get(address, **options))  # type: ignore[arg-type]

    def post_form(self, address: str, page: Page, score: str | None = None) -> Page:
        """Post the form of the page as it stands, or with another number."""
        fields = {field["name"]: field.get("value", "") for field in page.find("input", type="hidden")}
        chosen = page.chosen[:1] if score is None else [score]
        answer = self.client.post(address, {**fields, **({"score": chosen[0]} if chosen else {})}, follow=True)
        return page_of(answer)


def opens_all_links(scanner: Scanner) -> None:
    for link in [*scanner.links, scanner.decoy, scanner.exit]:
        scanner.open(link)


def asks_for_heads(scanner: Scanner) -> None:
    for link in [*scanner.links, scanner.exit]:
        scanner.client.head(link)
        scanner.client.options(link)


def fetches_ahead(scanner: Scanner) -> None:
    for link in scanner.links:
        scanner.client.get(link, headers=PREFETCH)


def opens_one_link_at_delivery(scanner: Scanner) -> None:
    scanner.open(scanner.links[10])


def opens_slowly_from_many_networks(scanner: Scanner) -> None:
    for number, link in enumerate(scanner.links):
        scanner.open(link, REMOTE_ADDR=f"198.51.{number}.7")
        scanner.wait(600)


def looks_like_a_browser(scanner: Scanner) -> None:
    for link in scanner.links[::-1]:
        scanner.open(link, headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36"})
        scanner.wait(1)


def posts_the_first_form_at_once(scanner: Scanner) -> None:
    page = scanner.open(scanner.links[9])
    scanner.wait(0.5)
    scanner.post_form(scanner.links[9], page)


def posts_every_form_with_its_number(scanner: Scanner) -> None:
    pages = [scanner.open(link) for link in scanner.links]
    scanner.wait(5)
    for link, page in zip(scanner.links, pages, strict=True):
        again = scanner.post_form(link, page)
        scanner.wait(3)
        scanner.post_form(link, again)


def posts_one_form_with_several_numbers(scanner: Scanner) -> None:
    page = scanner.open(scanner.links[0])
    for score in range(11):
        again = scanner.post_form(scanner.links[0], page, str(score))
        scanner.post_form(scanner.links[0], again, str(10 - score))


def opens_the_decoy_and_then_posts(scanner: Scanner) -> None:
    scanner.open(scanner.decoy)
    page = scanner.open(scanner.links[9])
    scanner.wait(10)
    again = scanner.post_form(scanner.links[9], page)
    scanner.wait(10)
    scanner.post_form(scanner.links[9], again)


def runs_at_delivery_and_posts_later(scanner: Scanner) -> None:
    """Opens and posts link after link from the first second on, waiting before each form as a person would."""
    for link in scanner.links:
        page = scanner.open(link)
        scanner.wait(3)
        scanner.post_form(link, page)


PROFILES: list[Callable[[Scanner], None]] = [
    opens_all_links,
    asks_for_heads,
    fetches_ahead,
    opens_one_link_at_delivery,
    opens_slowly_from_many_networks,
    looks_like_a_browser,
    posts_the_first_form_at_once,
    posts_every_form_with_its_number,
    posts_one_form_with_several_numbers,
    opens_the_decoy_and_then_posts,
    runs_at_delivery_and_posts_later,
]


@pytest.fixture(autouse=True)
def quick_client() -> None:
    """The test client would look at each connection's age for each of tens of thousands of requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)


def mails(number: int) -> list[Message]:
    wave = make_wave(campaign=make_campaign())
    return [
        make_message(
            invitation=make_invitation(wave=wave, contact=make_contact(), closes_at=NOW + dt.timedelta(days=30)),
            status="sent",
            sent_at=NOW - dt.timedelta(seconds=1),
        )
        for _ in range(number)
    ]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.__name__)
def test_scanner_gives_no_answer_that_counts_and_people_after_it_do(profile: Callable[[Scanner], None]) -> None:
    messages = mails(RECIPIENTS)

    for message in messages:
        with time_machine.travel(NOW, tick=False) as clock:
            profile(Scanner(message, clock))
    evidence.judge_due(size=RECIPIENTS, at=NOW + dt.timedelta(days=1))

    assert (Response.objects.count(), DailyCount.objects.count(), Suppression.objects.count()) == (0, 0, 0)

    for number, message in enumerate(messages):
        with time_machine.travel(NOW + dt.timedelta(days=1), tick=False) as clock:
            answer_as_a_person(Scanner(message, clock), number % 11)
    given = dict(Response.objects.values_list("invitation", "score"))
    assert given == {message.invitation_id: number % 11 for number, message in enumerate(messages)}
    assert not HeldAnswer.objects.filter(invitation__in=given).exists()


def answer_as_a_person(person: Scanner, score: int) -> None:
    page = person.open(person.links[score])
    person.wait(8)
    person.post_form(person.links[score], page)


def test_clicks_tell_the_program_and_a_coarse_network_but_no_address() -> None:
    (message,) = mails(1)
    chrome = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0 Safari/537.36"}
    url = answer_url(message.invitation, 9)  # type: ignore[arg-type]

    with time_machine.travel(NOW, tick=False):
        for address in ("198.51.100.7", "198.51.100.200", "203.0.113.7", "2001:db8:1:2::3", "nonsense"):
            Client().get(url, REMOTE_ADDR=address, headers=chrome)

    rows = list(Click.objects.order_by("pk").values_list("agent", "network"))
    assert {agent for agent, _network in rows} == {"chrome"}
    networks = [network for _agent, network in rows]
    assert (networks[0] == networks[1], len(set(networks)), networks[4]) == (True, 4, "")
    assert [bool(re.fullmatch("[0-9a-f]{16}", network)) for network in networks[:4]] == [True] * 4


def test_closed_page_and_decoy_look_the_same() -> None:
    (message,) = mails(1)
    assert isinstance(message.invitation, Invitation)

    with time_machine.travel(NOW, tick=False):
        decoy = Client().get(answer_url(message.invitation, "more"))
        unknown = Client().get("/r/nothing/more")

    assert (decoy.status_code, decoy.content) == (404, unknown.content)
