"""One wave: how far it is, and the buttons that stop it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys import breaker, waves
from surveys.enums import CampaignStatus, MessageStatus, SkipReason, WaveStatus
from surveys.models import Event, Message, Wave
from tests.factories import make_campaign, make_contact, make_invitation, make_message, make_response, make_wave

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def page_of(client: Client, wave: Wave, query: str = "") -> str:
    response = client.get(f"/waves/{wave.pk}/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def press(client: Client, wave: Wave, step: str, **fields: str) -> str:
    response = client.post(f"/waves/{wave.pk}/{step}/", fields, follow=True)
    assert response.status_code == 200
    wave.refresh_from_db()
    return " ".join(response.content.decode().split())


def figures(page: str) -> dict[str, str]:
    found = re.findall(r'<div class="fig md">(.*?)</div><div class="dim">(.*?)</div>', page)
    return {re.sub("<.*?>", "", words): value for value, words in found}


def make_mails(wave: Wave, **counts: int) -> None:
    for status, count in counts.items():
        for _ in range(count):
            make_message(invitation=make_invitation(wave=wave), status=status)


def test_progress_is_told_in_numbers_and_words(client: Client, bob: User) -> None:
    client.force_login(bob)
    wave = make_wave(started_at=NOW - MINUTE)
    make_mails(wave, queued=30, claimed=10, dispatching=2, failed=1, unknown=2, suppressed=3)
    for _ in range(42):
        make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT, sent_at=NOW - MINUTE / 2)
    make_invitation(wave=wave, skip_reason=SkipReason.HELD)
    make_invitation(wave=wave, skip_reason=SkipReason.THROTTLED)

    with time_machine.travel(NOW, tick=False):
        page = page_of(client, wave)

    assert "42 of 90 sent" in page
    assert "sending, about 1 minute left · done about 09:01" in page
    assert '<progress value="48" max="90"' in page
    assert figures(page) == {
        "left": "42",
        "delivered": "42",
        "failed": "1",
        "not known if sent": "2",
        "stopped by the recipient's wish": "3",
        "answered, 0 % of delivered": "0",
        "only clicked, not counted": "0",
        "NPS: no answers yet": "–",
    }
    assert '<th scope="row" class="fw-normal">On hold</th><td class="end num">1</td>' in page
    assert 'data-every="5"' in page
    assert f'<a class="btn btn-bare" href="/waves/{wave.pk}/">Refresh</a>' in page
    assert 'href="/outbox/?state=unknown"' in page


def test_answers_so_far_are_told_with_their_base(client: Client, bob: User) -> None:
    client.force_login(bob)
    wave = make_wave()
    for score in [10] * 20 + [8] * 5 + [2] * 5:
        invitation = make_invitation(wave=wave)
        make_message(invitation=invitation, status=MessageStatus.SENT)
        make_response(invitation=invitation, score=score, comment="Tarde otra vez", language="es")

    page = page_of(client, wave)

    assert figures(page)["answered, 100 % of delivered"] == "30"
    assert "+50 · 30 answers" in page
    assert page.count('<p class="voice m-0 clamp" dir="auto" lang="es">Tarde otra vez</p>') == 5


def test_mails_that_were_put_off_are_told_with_their_time(client: Client, bob: User) -> None:
    client.force_login(bob)
    wave = make_wave()
    make_message(invitation=make_invitation(wave=wave), retry_at=NOW + 5 * MINUTE)
    make_message(invitation=make_invitation(wave=wave), retry_at=NOW + 9 * MINUTE)

    with time_machine.travel(NOW, tick=False):
        page = page_of(client, wave)

    assert "<b>2 mails were put off.</b> The mail server did not take them; they are tried again from 09:05 on." in page


@pytest.mark.parametrize("status", WaveStatus)
def test_buttons_fit_the_state(client: Client, alice: User, status: WaveStatus) -> None:
    client.force_login(alice)
    wave = make_wave(status=status)
    offered = {
        WaveStatus.PLANNED: {"cancel"},
        WaveStatus.SENDING: {"pause", "cancel"},
        WaveStatus.PAUSED: {"resume", "cancel"},
        WaveStatus.FINISHED: set(),
        WaveStatus.CANCELLED: set(),
    }[status]

    page = page_of(client, wave)

    found = set(re.findall(rf'action="/waves/{wave.pk}/(pause|resume)/"', page))
    if "?ask=cancel#cancel" in page:
        found.add("cancel")
    assert found == offered
    assert ('data-every="5"' in page) is (status == WaveStatus.SENDING)


def test_pause_and_resume(client: Client, alice: User) -> None:
    client.force_login(alice)
    wave = make_wave()
    make_mails(wave, queued=3, sent=1)

    paused = press(client, wave, "pause")
    was = wave.status
    resumed = press(client, wave, "resume")

    assert (was, wave.status) == (WaveStatus.PAUSED, WaveStatus.SENDING)
    assert "Paused: nothing more leaves until somebody resumes it." in paused
    assert "<b>Paused by Alice.</b>" in paused
    assert "paused, 3 are held back" in paused
    assert "Resumed: mail leaves again." in resumed
    assert [event.by for event in Event.objects.filter(kind="surveys.wave")] == [alice, alice]


def test_pause_by_the_mail_server_is_told_in_words(client: Client, alice: User) -> None:
    client.force_login(alice)
    wave = make_wave()
    waves.pause(wave, reason="550 5.7.26 this mail is unauthenticated")

    page = page_of(client, wave)

    assert "Paused: the mail server refuses us, whoever the recipient is." in page
    assert '<code class="text-break">550 5.7.26 this mail is unauthenticated</code>' in page


def test_pause_by_the_breaker_is_told_in_words(client: Client, alice: User) -> None:
    client.force_login(alice)
    wave = make_wave()
    waves.pause(wave, reason=str(breaker.Tripped(11, 200)))

    page = page_of(client, wave)

    assert "Paused: 11 of the last 200 mails came back or were refused for good." in page
    assert '<a href="/outbox/?state=failed">Show them</a>' in page
    assert "breaker:" not in page


def test_wave_paused_with_its_campaign_is_resumed_there(client: Client, alice: User) -> None:
    client.force_login(alice)
    wave = make_wave(campaign=make_campaign(status=CampaignStatus.ACTIVE))
    waves.pause_campaign(wave.campaign, by=alice)

    page = page_of(client, wave)
    refused = press(client, wave, "resume")

    assert "Paused with its campaign." in page
    assert f'action="/waves/{wave.pk}/resume/"' not in page
    assert "Not changed: " in refused
    assert wave.status == WaveStatus.PAUSED


def test_cancel_names_the_number_and_is_kept_with_its_reason(client: Client, alice: User) -> None:
    client.force_login(alice)
    wave = make_wave()
    make_mails(wave, queued=1100, sent=2)

    asked = page_of(client, wave, "?ask=cancel")
    done = press(client, wave, "cancel", reason="wrong link, says ana@example.com\x00")

    assert "1,100 contacts are <b>not</b> asked and stay free for another survey." in asked
    assert "2 mails are out and cannot come back; their answers still count." in asked
    assert '<button class="btn btn-stop">Cancel for 1,100</button>' in asked
    assert "Cancelled: 1,100 contacts are not asked and stay free." in done
    assert wave.status == WaveStatus.CANCELLED
    assert Message.objects.filter(status=MessageStatus.CANCELLED).count() == 1100
    assert Event.objects.get(kind="surveys.wave").reason == "wrong link, says [address]"
    assert "cancelled for 1,100" in done


@pytest.mark.parametrize("step", ["pause", "resume", "cancel"])
def test_step_after_the_end_is_refused_in_words(client: Client, alice: User, step: str) -> None:
    client.force_login(alice)
    wave = make_wave(status=WaveStatus.FINISHED)

    page = press(client, wave, step)

    assert "Not changed: " in page
    assert wave.status == WaveStatus.FINISHED


def test_look_changes_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    wave = make_wave()
    make_mails(wave, queued=1)

    page_of(client, wave, "?ask=cancel")
    page_of(client, wave, "?ask=%00<script>")

    wave.refresh_from_db()
    assert (wave.status, Event.objects.count()) == (WaveStatus.SENDING, 0)


def test_wave_that_asked_nobody(client: Client, bob: User) -> None:
    client.force_login(bob)

    page = page_of(client, make_wave(status=WaveStatus.FINISHED))

    assert "0 of 0 sent" in page
    assert "Nobody was left out." in page


@pytest.mark.parametrize("size", [1, 3])
def test_statements_do_not_grow_with_the_wave(
    client: Client, bob: User, size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    wave = make_wave()
    for _ in range(size):
        invitation = make_invitation(wave=wave)
        make_message(invitation=invitation)
        make_response(invitation=invitation)
        make_invitation(wave=wave, skip_reason=SkipReason.HELD)
        Event.objects.create(kind="surveys.wave", object_id=str(wave.pk), went_to="paused", by=bob)
    page_of(client, wave)

    # Session, user, rights (2), frame; wave, states, plan, log, pace, answers, clicks, put off, latest answers.
    with django_assert_num_queries(5 + 9):
        page_of(client, wave)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eabc", "W" * 200]
)
def test_hostile_words_are_inert(client: Client, alice: User, text: str) -> None:
    client.force_login(alice)
    wave = make_wave(campaign=make_campaign(name=text[:120]))
    waves.pause(wave, reason=text)
    make_response(invitation=make_invitation(wave=wave, contact=make_contact(name=text)), comment=text)

    page = page_of(client, wave)

    assert page.count("<script>alert") + page.count("<img src=x") == 0


@pytest.mark.parametrize("step", ["pause", "resume", "cancel"])
def test_only_those_with_the_right_stop_a_wave_and_only_by_post(
    client: Client, alice: User, bob: User, carol: User, step: str
) -> None:
    wave = make_wave()
    address = f"/waves/{wave.pk}/{step}/"
    statuses = [client.post(address).status_code]
    for user in (carol, bob):
        client.force_login(user)
        statuses.append(client.post(address).status_code)
    client.force_login(alice)
    statuses += [client.get(address).status_code, client.post(f"/waves/999999/{step}/").status_code]

    assert statuses == [302, 403, 403, 405, 404]
    wave.refresh_from_db()
    assert wave.status == WaveStatus.SENDING


def test_page_is_for_those_with_the_right(client: Client, bob: User, carol: User) -> None:
    wave = make_wave()
    logged_out = client.get(f"/waves/{wave.pk}/").status_code
    client.force_login(carol)
    stranger = client.get(f"/waves/{wave.pk}/").status_code
    client.force_login(bob)

    page = page_of(client, wave)

    assert (logged_out, stranger, client.get("/waves/999999/").status_code) == (302, 403, 404)
    assert client.post(f"/waves/{wave.pk}/").status_code == 405
    assert "Cancel…" not in page
