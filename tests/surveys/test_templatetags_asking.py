from __future__ import annotations

import datetime as dt

import pytest

from surveys import waves
from surveys.enums import CampaignKind, CampaignStatus, MessageStatus, Unit, WaveStatus
from surveys.models import Campaign, Event, Message
from surveys.scoring import Counts
from surveys.templatetags import asking


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (None, "no answers yet"),
        (Counts(), "no answers yet"),
        (Counts(29, 0, 0), "too few to say, 29 of 30"),
        (Counts(10, 10, 20), "−25 · 40 answers"),
        (Counts(1200, 0, 0), "+100 · 1,200 answers"),
    ],
)
def test_score_comes_with_its_base(counts: Counts | None, words: str) -> None:
    assert asking.score_words(counts) == words


def test_interval_is_told_in_words() -> None:
    assert asking.interval_words(Counts(50, 20, 30)) == "between +3 and +36 with 95 % confidence"
    assert asking.interval_words(Counts()) == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": CampaignKind.ONCE}, "once"),
        ({"every": 1, "unit": Unit.MONTH}, "every month"),
        ({"every": 6, "unit": Unit.MONTH}, "every 6 months"),
        ({"every": 13, "unit": Unit.WEEK}, "every 13 weeks"),
        ({"every": 1, "unit": Unit.DAY}, "every day"),
        ({"kind": CampaignKind.CONTINUOUS, "every": 6, "unit": Unit.MONTH}, "each contact every 6 months"),
        ({"kind": CampaignKind.EVENT, "delay_hours": 24}, "24 hours after an event"),
    ],
)
def test_rhythm(fields: dict[str, object], words: str) -> None:
    assert asking.rhythm(Campaign(**{"kind": CampaignKind.PERIODIC, **fields})) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "at any time"),
        ({"window_days": "12345"}, "Mon, Tue, Wed, Thu, Fri"),
        ({"window_opens": dt.time(9), "window_closes": dt.time(17, 30)}, "09:00–17:30"),
        ({"window_days": "67", "window_opens": dt.time(9)}, "Sat, Sun, 09:00–00:00"),
    ],
)
def test_send_window(fields: dict[str, object], words: str) -> None:
    assert asking.send_window(Campaign(**fields)) == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("breaker: 11 of 200", "11 of the last 200 mails came back or were refused for good."),
        (waves.CAMPAIGN_PAUSED, "the campaign is paused"),
        ("<b>my</b> own", "<b>my</b> own"),
    ],
)
def test_reason_of_a_pause_is_told_in_words(reason: str, words: str) -> None:
    assert asking.told_reason(reason) == words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("550 5.1.1 no such user", "The mail server answered:"),
        ("554", "The mail server answered:"),
        ("HTTP 422 refused", "The mail provider answered:"),
        (
            "DeliveryUnknown: timed out",
            "The connection broke after the mail had left; the server may have taken it.",
        ),
        (
            "its worker went away while it was leaving",
            "The worker ended while the mail was leaving; the server may have it.",
        ),
        ("RuntimeError: given up after 5 attempts", "Given up after several attempts."),
        ("given up after 5 attempts: each time its worker went away", "Given up after several attempts."),
        ("ConnectionRefusedError: [Errno 111]", "The mail server was not reached."),
        ("SMTPServerDisconnected: closed", "The mail server was not reached."),
        ("AnymailRecipientsRefused: no", "The mail provider refused it."),
        ("5501 is no code", ""),
        ("", ""),
    ],
)
def test_errors_are_told_in_words(error: str, words: str) -> None:
    assert asking.what_happened(Message(error=error)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (20, "less than a minute"),
        (60, "about 1 minute"),
        (720, "about 12 minutes"),
        (5400, "about 2 hours"),
        (36000, "about 10 hours"),
    ],
)
def test_time_left_is_told_no_finer_than_it_is_known(seconds: int, words: str) -> None:
    assert asking.about(dt.timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("came_from", "went_to", "words"),
    [
        ("planned", "sending", "Launched"),
        ("", "sending", "Launched"),
        ("paused", "sending", "Resumed"),
        ("finished", "sending", "Sending again"),
        ("sending", "paused", "Paused"),
        ("sending", "finished", "Finished"),
        ("paused", "cancelled", "Cancelled"),
        ("x", "odd", "odd"),
    ],
)
def test_moves_of_a_wave_have_names(came_from: str, went_to: str, words: str) -> None:
    assert asking.moved(Event(came_from=came_from, went_to=went_to)) == words


def test_each_state_has_an_icon_of_its_own_but_what_moves() -> None:
    states = [*CampaignStatus, *WaveStatus, *MessageStatus]

    assert [state for state in states if asking.status_icon(state) == "info"] == []
    assert asking.status_icon("odd") == "info"


def test_shares_and_limited_counts() -> None:
    assert (asking.share(1, 3), asking.share(0, 0)) == (33, 0)
    assert (asking.up_to_limit(9999), asking.up_to_limit(10_000)) == ("9,999", "9,999+")
