"""Whether those who answered a wave are like those who were asked, as the page says it."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys.enums import MessageStatus
from surveys.models import Wave
from tests.factories import make_account, make_contact, make_invitation, make_message, make_response, make_wave

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=6)
HOSTILE = "<script>alert(1)</script>"


def page_of(client: Client, wave: Wave) -> str:
    response = client.get(f"/waves/{wave.pk}/answered/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def ask(wave: Wave, segment: str, *scores: int | None, is_late: bool = False) -> None:
    account = make_account(segment=segment)
    for score in scores:
        invitation = make_invitation(wave=wave, contact=make_contact(account=account))
        make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=NOW)
        if is_late:
            make_message(invitation=invitation, letter="reminder", status=MessageStatus.SENT, sent_at=LATER)
        if score is not None:
            make_response(invitation=invitation, score=score, at=LATER + dt.timedelta(hours=1))


def test_wave_leads_to_it_once_mail_has_left(client: Client, bob: User) -> None:
    client.force_login(bob)
    wave = make_wave(started_at=NOW)
    link = f'href="/waves/{wave.pk}/answered/"'
    assert link not in client.get(f"/waves/{wave.pk}/").content.decode()
    assert "Nobody was asked yet" in page_of(client, wave)

    ask(wave, "Large", 9)

    assert link in client.get(f"/waves/{wave.pk}/").content.decode()


def test_few_answers_give_no_verdict(client: Client, bob: User) -> None:
    client.force_login(bob)
    wave = make_wave(started_at=NOW)
    ask(wave, "Large", *[9] * 29)
    ask(wave, "Small", *[None] * 29)

    said = words(page_of(client, wave))

    assert "29 of 58 whose invitation has arrived" in said
    assert "It cannot be said yet. There are 29 answers, and it takes 30" in said
    assert "Large 50.0 % 29 100.0 % 29 +50.0" in said
    assert "too many of them" not in said


def test_shares_that_differ_are_told_with_their_direction(client: Client, bob: User) -> None:
    client.force_login(bob)
    wave = make_wave(started_at=NOW)
    ask(wave, "Large", *[9] * 30)
    ask(wave, HOSTILE, *[None] * 30)

    page = page_of(client, wave)

    assert "Those who answered are not like those who were asked." in page
    assert HOSTILE not in page
    assert "+50.0 too many of them" in words(page)
    assert "−50.0 too few of them" in words(page)


def test_shares_that_agree_are_told_too(client: Client, bob: User) -> None:
    client.force_login(bob)
    wave = make_wave(started_at=NOW)
    for segment in ("Large", "Small"):
        ask(wave, segment, *[9] * 15, *[None] * 15)

    said = words(page_of(client, wave))

    assert "Those who answered are like those who were asked. No share differs by more than 10 points." in said
    assert "Before and after a reminder" not in said


@pytest.mark.parametrize(
    ("late", "sentence"),
    [
        ([0] * 30, "They differ, by"),
        ([10] * 30, "A difference is not shown: it lies between"),
        ([0] * 29, "It cannot be said whether they differ: 30 answers came without a reminder and 29 after one"),
    ],
)
def test_late_answers_are_compared_with_the_others(client: Client, bob: User, late: list[int], sentence: str) -> None:
    client.force_login(bob)
    wave = make_wave(started_at=NOW)
    ask(wave, "Large", *[10] * 30)
    ask(wave, "Large", *late, is_late=True)

    assert sentence in words(page_of(client, wave))


def test_it_is_for_those_who_may_see_the_wave(client: Client, carol: User) -> None:
    wave = make_wave()
    assert client.get(f"/waves/{wave.pk}/answered/").status_code == 302
    client.force_login(carol)
    assert client.get(f"/waves/{wave.pk}/answered/").status_code == 403
