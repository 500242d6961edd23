"""The list of campaigns, one campaign, its copy and its history."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys import campaigns as desk
from surveys import testmails, waves, words
from surveys.enums import Band, CampaignKind, CampaignStatus, MessageStatus, WaveStatus
from surveys.models import Campaign, CampaignText, PageText, Segment
from surveys.words import Text
from tests.factories import (
    make_brand,
    make_campaign,
    make_contact,
    make_daily_count,
    make_invitation,
    make_message,
    make_touchpoint,
    make_wave,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
SESSION_USER_RIGHTS_AND_FRAME = 5
HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eabc", "W" * 120]


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def names(client: Client, address: str = "/campaigns/") -> list[str]:
    return re.findall(r'<a class="q text-break" href="/campaigns/\d+/"><bdi>(.*?)</bdi>', text_of(client, address))


def address_of(campaign: Campaign, step: str = "") -> str:
    return f"/campaigns/{campaign.pk}/{step}"


# --------------------------------------------------------------------------------------------------------------- list


def test_campaigns_are_listed_by_name_without_the_archived(client: Client, bob: User) -> None:
    client.force_login(bob)
    for name, status in (("B", "active"), ("C", "archived"), ("A", "draft"), ("D", "paused")):
        make_campaign(name=name, status=status)

    assert names(client) == ["A", "B", "D"]
    assert names(client, "/campaigns/?show=archived") == ["C"]


def test_row_tells_schedule_last_wave_and_score(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign(
        name="Twice a year",
        kind=CampaignKind.PERIODIC,
        status=CampaignStatus.ACTIVE,
        starts_on=dt.date(2026, 3, 1),
        every=6,
        timezone="Europe/Berlin",
        activated_at=NOW - dt.timedelta(days=9),
    )
    wave = make_wave(campaign=campaign, day=dt.date(2026, 3, 1), status=WaveStatus.FINISHED)
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.SENT)
    make_message(invitation=make_invitation(wave=wave), status=MessageStatus.FAILED)
    make_daily_count(campaign=campaign, promoters=30, passives=10, detractors=10)

    with time_machine.travel(NOW, tick=False):
        page = text_of(client, "/campaigns/")

    assert "every 6 months" in page
    assert "Tue 1 Sep 2026 09:00" in page
    assert f'<a href="/waves/{wave.pk}/">1 Mar 2026</a>' in page
    assert "1 of 2 sent" in page
    assert "+40 · 50 answers" in page


@pytest.mark.parametrize(
    ("counts", "words"),
    [({}, "no answers yet"), ({"promoters": 17}, "too few to say, 17 of 30"), ({"promoters": 30}, "+100 · 30 answers")],
)
def test_score_is_shown_with_its_base_or_not_at_all(
    client: Client, bob: User, counts: dict[str, int], words: str
) -> None:
    client.force_login(bob)
    make_daily_count(campaign=make_campaign(), **counts)

    assert words in text_of(client, "/campaigns/")


@pytest.mark.parametrize(
    ("status", "words"),
    [("draft", "not launched yet"), ("active", "launched by hand"), ("paused", "none"), ("archived", "none")],
)
def test_campaign_without_a_next_wave_says_why(client: Client, bob: User, status: str, words: str) -> None:
    client.force_login(bob)
    make_campaign(status=status)

    page = text_of(client, "/campaigns/?show=archived" if status == "archived" else "/campaigns/")

    assert f'<span class="dim">{words}</span>' in page


def test_empty_list_says_what_will_be_there_and_what_to_do(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    for_admin = text_of(client, "/campaigns/")
    client.force_login(bob)
    for_reader = text_of(client, "/campaigns/")

    assert "No campaign yet" in for_admin
    assert "Set up the first campaign" in for_admin
    assert "Set up the first campaign" not in for_reader
    assert "No campaign is archived" in text_of(client, "/campaigns/?show=archived")


def test_long_list_has_pages_and_odd_page_numbers_lead_somewhere(client: Client, bob: User) -> None:
    client.force_login(bob)
    brand, touchpoint = make_brand(), make_touchpoint()
    for number in range(51):
        make_campaign(name=f"C{number:02}", brand=brand, touchpoint=touchpoint)

    assert names(client) == [f"C{number:02}" for number in range(50)]
    assert names(client, "/campaigns/?page=2") == ["C50"]
    assert names(client, "/campaigns/?page=99") == ["C50"]
    assert len(names(client, "/campaigns/?page=x%00")) == 50


def test_view_that_does_not_exist(client: Client, bob: User) -> None:
    client.force_login(bob)

    assert client.get("/campaigns/?show=everything").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_statements_for_one_as_for_three(
    client: Client, bob: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    for _ in range(rows):
        campaign = make_campaign(kind=CampaignKind.PERIODIC, status="active", starts_on=NOW.date(), activated_at=NOW)
        make_message(invitation=make_invitation(wave=make_wave(campaign=campaign)))
        make_daily_count(campaign=campaign, promoters=1)
    client.get("/campaigns/")

    # Count, page, latest waves (2), their mails, answers, and whether any campaign is archived.
    with django_assert_num_queries(SESSION_USER_RIGHTS_AND_FRAME + 7):
        assert len(names(client)) == rows


# -------------------------------------------------------------------------------------------------------- one campaign


def test_page_tells_set_up_words_and_waves(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign(name="Twice a year", segment=Segment.objects.create(name="Fleet"), throttle_days=30)
    CampaignText.objects.create(campaign=campaign, language="ar", question="ما مدى احتمال أن توصي بنا؟")
    wave = make_wave(campaign=campaign, day=dt.date(2026, 3, 1))
    make_message(invitation=make_invitation(wave=wave))

    page = text_of(client, address_of(campaign))

    assert "<dd><bdi>Fleet</bdi></dd>" in page
    assert "<dd>30 days</dd>" in page
    assert '<p class="voice m-0" dir="auto" lang="ar">ما مدى احتمال أن توصي بنا؟</p>' in page
    assert f'<a class="q" href="/waves/{wave.pk}/">1 Mar 2026</a>' in page
    assert "Launch…" not in page
    assert "Edit the words" not in page
    assert "Who would be asked" in page


def test_many_waves_are_shown_on_wish(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    for day in range(13):
        make_wave(campaign=campaign, day=NOW.date() - dt.timedelta(days=day))

    few, all_ = (text_of(client, address_of(campaign) + query) for query in ("", "?waves=all"))

    assert (few.count('href="/waves/'), all_.count('href="/waves/')) == (12, 13)
    assert ("Show earlier waves" in few, "Show earlier waves" in all_) == (True, False)


@pytest.mark.parametrize(
    ("status", "kind", "offered"),
    [
        ("draft", "once", {"Launch…"}),
        ("draft", "periodic", {"Launch now…", "Activate…"}),
        ("draft", "continuous", {"Activate…"}),
        ("draft", "event", {"Activate…"}),
        ("active", "event", {"Pause…", "Archive…"}),
        ("active", "once", {"Launch…", "Pause…", "Archive…"}),
        ("active", "periodic", {"Launch…", "Pause…", "Archive…"}),
        ("paused", "once", {"Resume…", "Archive…"}),
        ("archived", "once", set()),
    ],
)
def test_page_offers_what_may_be_done_next(
    client: Client, alice: User, status: str, kind: str, offered: set[str]
) -> None:
    client.force_login(alice)
    campaign = make_campaign(status=status, kind=kind, starts_on=NOW.date() if kind != "once" else None)

    page = text_of(client, address_of(campaign))

    steps = {"Launch…", "Launch now…", "Activate…", "Pause…", "Resume…", "Archive…"}
    assert {step for step in steps if f"{step}</a>" in page} == offered


@pytest.mark.parametrize(
    ("days", "offered"), [(1, {"Launch now…", "Activate…"}), (0, {"Launch now…", "Activate…"}), (-1, {"Launch…"})]
)
def test_one_that_asks_once_starts_by_itself_if_its_day_is_to_come(
    client: Client, alice: User, days: int, offered: set[str]
) -> None:
    client.force_login(alice)
    day = timezone.localdate() + dt.timedelta(days=days)
    campaign = make_campaign(starts_on=day, send_at=dt.time(9), timezone="UTC")

    page = text_of(client, address_of(campaign))
    asked = text_of(client, address_of(campaign) + "?ask=activate")

    assert {step for step in ("Launch…", "Launch now…", "Activate…") if f"{step}</a>" in page} == offered
    assert f"once, on {day:%-d %b %Y} at 09:00, UTC" in page
    assert ("Let it send by itself?" in asked) == (days >= 0)
    if days == 1:
        assert f"It asks once: {day:%a %-d %b %Y} 09:00 (UTC)." in asked


@pytest.mark.parametrize("step", ["", "?ask=pause", "?ask=archive", "?ask=resume", "?ask=activate", "?ask=x%00"])
@pytest.mark.parametrize("status", CampaignStatus)
def test_questions_about_a_step_change_nothing(client: Client, alice: User, step: str, status: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(status=status, kind=CampaignKind.PERIODIC, starts_on=NOW.date())

    text_of(client, address_of(campaign) + step)

    assert Campaign.objects.get().status == status


def test_pause_names_what_it_holds_back(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(status=CampaignStatus.ACTIVE)
    wave = make_wave(campaign=campaign)
    for _ in range(3):
        make_message(invitation=make_invitation(wave=wave))

    asked = text_of(client, address_of(campaign) + "?ask=pause")
    done = client.post(address_of(campaign, "pause/"), follow=True).content.decode()

    assert "3 mails are held back until you resume it." in asked
    assert "Paused: 3 mails are held back." in done
    wave.refresh_from_db()
    assert wave.status == WaveStatus.PAUSED
    assert "3 mails that were held back leave." in text_of(client, address_of(campaign) + "?ask=resume")
    resumed = client.post(address_of(campaign, "resume/"), follow=True).content.decode()
    wave.refresh_from_db()
    assert ("Active again: 3 mails leave." in resumed, wave.status) == (True, WaveStatus.SENDING)


def test_archive_names_who_is_not_asked(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(status=CampaignStatus.ACTIVE)
    wave = make_wave(campaign=campaign)
    for _ in range(2):
        make_message(invitation=make_invitation(wave=wave))

    asked = text_of(client, address_of(campaign) + "?ask=archive")
    done = client.post(address_of(campaign, "archive/"), follow=True).content.decode()

    assert "Archive, cancel for 2" in asked
    assert "Archived: 2 contacts are not asked." in done
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.ARCHIVED


@pytest.mark.parametrize("kind", ["continuous", "event"])
def test_campaign_that_starts_by_itself_is_activated_and_not_launched(client: Client, alice: User, kind: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(kind=kind)
    make_contact()

    page = text_of(client, address_of(campaign, "launch/"))
    client.post(address_of(campaign, "activate/"))

    campaign.refresh_from_db()
    assert ("Launch: ask" in page, "Activate</button>" in page) == (False, True)
    assert campaign.status == CampaignStatus.ACTIVE


def test_activation_waits_for_what_stands_in_the_way(client: Client, alice: User) -> None:
    client.force_login(alice)
    brand = make_brand(name="Aurora", postal_address=" ")
    campaign = make_campaign(kind=CampaignKind.PERIODIC, starts_on=NOW.date(), brand=brand)

    page = client.post(address_of(campaign, "activate/"), follow=True).content.decode()

    campaign.refresh_from_db()
    assert "Not changed: Aurora has no postal address." in page
    assert campaign.status == CampaignStatus.DRAFT


# ---------------------------------------------------------------------------------------------------- copy and history


def test_copy_has_set_up_and_words_but_no_waves(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year", throttle_days=30, status=CampaignStatus.ARCHIVED)
    CampaignText.objects.create(campaign=campaign, language="ar", question="سؤال؟")
    PageText.objects.create(campaign=campaign, language="en", band=Band.PASSIVE, heading="So close")
    make_wave(campaign=campaign)

    response = client.post(address_of(campaign, "copy/"))

    made = Campaign.objects.get(name="Copy of Twice a year")
    assert response.headers["Location"] == f"/campaigns/{made.pk}/set-up/"
    assert (made.status, made.throttle_days, made.brand, made.waves.count()) == ("draft", 30, campaign.brand, 0)
    assert made.texts.get().question == "سؤال؟"
    assert made.page_texts.get().heading == "So close"
    client.post(address_of(campaign, "copy/"))
    assert Campaign.objects.filter(name="Copy of Twice a year (2)").exists()


def test_history_tells_who_changed_what_from_what(client: Client, alice: User, bob: User) -> None:
    campaign = desk.create(by=alice, name="Once", brand=make_brand(name="Aurora"), touchpoint=make_touchpoint())
    desk.change(campaign, by=alice, seen=desk.version(campaign), throttle_days=30, style="neutral")
    text = Text(campaign, "en")
    words.write(text, {"question": "Before?"}, by=bob, seen=0)
    words.write(text, {"question": "After?"}, by=alice, seen=words.version(text))
    waves.activate(campaign, by=alice)
    testmails.put(campaign, to=bob, by=alice, language="ar")
    client.force_login(bob)

    page = text_of(client, address_of(campaign, "history/"))

    assert re.findall(r"<b><bdi>(.*?)</bdi></b> · <bdi>(.*?)</bdi>", page) == [
        ("Test mail to Bob, العربية", "Alice"),
        ("Status: Active", "Alice"),
        ("Words of the mail, English", "Alice"),
        ("Words of the mail, English", "Bob"),
        ("Set-up", "Alice"),
        ("Set up for the first time", "Alice"),
    ]
    assert '<del class="dim" dir="auto">Before?</del> → <ins class="text-decoration-none" dir="auto">After?' in page
    assert '<del class="dim" dir="auto">90</del> → <ins class="text-decoration-none" dir="auto">30' in page
    assert "Red, yellow, green</del>" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_history_takes_as_many_statements_for_one_as_for_three(
    client: Client, alice: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    campaign = desk.create(by=alice, name="Once", brand=make_brand(), touchpoint=make_touchpoint())
    for days in range(rows):
        desk.change(campaign, by=alice, seen=desk.version(campaign), open_days=days + 1)
        testmails.put(campaign, to=alice, by=alice, language="en")
    text_of(client, address_of(campaign, "history/"))

    # Campaign, events, test mails, five histories, and what they point at: brand and touchpoint.
    with django_assert_num_queries(3 + 10):
        text_of(client, address_of(campaign, "history/"))


def test_activation_tells_when_the_first_wave_starts(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(
        kind=CampaignKind.PERIODIC, starts_on=dt.date(2026, 4, 1), timezone="America/Sao_Paulo", send_at=dt.time(8, 30)
    )

    with time_machine.travel(NOW, tick=False):
        asked = text_of(client, address_of(campaign) + "?ask=activate")
    done = client.post(address_of(campaign, "activate/"), follow=True).content.decode()

    assert "The first wave starts Wed 1 Apr 2026 08:30 (America/Sao_Paulo)." in asked
    assert "Active: its waves start by themselves." in done
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.ACTIVE


@pytest.mark.parametrize("step", ["activate/", "pause/", "resume/", "archive/"])
def test_step_that_somebody_took_before_is_refused_in_words(client: Client, alice: User, step: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(status=CampaignStatus.ARCHIVED)

    response = client.post(address_of(campaign, step), follow=True)

    assert (response.status_code, Campaign.objects.get().status) == (200, CampaignStatus.ARCHIVED)
    assert "Not changed: " in response.content.decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_inert(client: Client, alice: User, text: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(
        name=text, touchpoint=make_touchpoint(name=text[:80]), segment=Segment.objects.create(name=text)
    )
    CampaignText.objects.create(campaign=campaign, language="en", question=text)

    pages = [
        text_of(client, address) for address in ("/campaigns/", address_of(campaign), address_of(campaign, "set-up/"))
    ]

    assert [page.count("<script>alert") + page.count("<img src=x") for page in pages] == [0, 0, 0]


# ------------------------------------------------------------------------------------------------------------- rights

READING = ["/campaigns/", "/campaigns/{pk}/", "/campaigns/{pk}/history/"]
SETTING_UP = ["/campaigns/new/"]

WRITING = [
    "/campaigns/create/",
    *(f"/campaigns/{{pk}}/{step}/" for step in ("activate", "pause", "resume", "archive", "copy")),
]


@pytest.mark.parametrize("address", READING + SETTING_UP)
def test_pages_are_for_those_with_the_right(client: Client, bob: User, carol: User, address: str) -> None:
    at = address.format(pk=make_campaign(name="For Ana only").pk)
    logged_out = client.get(at)
    client.force_login(carol)
    without = client.get(at)
    client.force_login(bob)
    reader = client.get(at)

    assert (logged_out.status_code, logged_out.headers["Location"]) == (302, f"/accounts/login/?next={at}")
    assert (without.status_code, "For Ana only" in without.content.decode()) == (403, False)
    assert reader.status_code == (200 if address in READING else 403)


@pytest.mark.parametrize("address", WRITING)
def test_only_those_with_the_right_write_and_only_by_post(
    client: Client, alice: User, bob: User, carol: User, address: str
) -> None:
    campaign = make_campaign(status=CampaignStatus.ACTIVE)
    at = address.format(pk=campaign.pk)
    statuses = [client.post(at).status_code]
    for user in (carol, bob):
        client.force_login(user)
        statuses.append(client.post(at).status_code)
    client.force_login(alice)
    statuses.append(client.get(at).status_code)

    assert statuses == [302, 403, 403, 405]
    assert Campaign.objects.get().status == CampaignStatus.ACTIVE


@pytest.mark.parametrize("address", READING + SETTING_UP)
def test_pages_take_no_post(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)

    assert client.post(address.format(pk=make_campaign().pk)).status_code == 405


def test_no_such_campaign(client: Client, alice: User) -> None:
    client.force_login(alice)

    for step in ("", "set-up/", "audience/", "history/", "checks/", "preview/"):
        assert client.get(f"/campaigns/999999/{step}").status_code == 404
    for step in ("set-up/", "launch/", "pause/", "archive/", "activate/", "resume/"):
        assert client.post(f"/campaigns/999999/{step}").status_code == 404
    assert client.get("/campaigns/99999999999999999999/").status_code == 404
