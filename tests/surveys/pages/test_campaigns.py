"""The list of campaigns, one campaign, and its set-up."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from surveys import campaigns as desk
from surveys.enums import CampaignKind, CampaignStatus, MessageStatus, WaveStatus
from surveys.models import Campaign, CampaignText, Segment
from tests.factories import (
    make_brand,
    make_campaign,
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
    campaign = make_campaign(status=status, kind=kind, starts_on=NOW.date())

    page = text_of(client, address_of(campaign))

    steps = {"Launch…", "Launch now…", "Activate…", "Pause…", "Resume…", "Archive…"}
    assert {step for step in steps if f"{step}</a>" in page} == offered


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


# ------------------------------------------------------------------------------------------------------------- set-up


def filled(**fields: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": "Twice a year",
        "kind": "once",
        "every": "6",
        "unit": "month",
        "send_at": "09:00",
        "timezone": "Europe/Madrid",
        "delay_hours": "24",
        "window_days": ["1", "2", "3", "4", "5"],
        "window_opens": "09:00",
        "window_closes": "17:00",
        "window_zone": "contact",
        "throttle_days": "90",
        "min_relation_days": "30",
        "account_cap": "5",
        "reminders": "1",
        "reminder_days": "5",
        "open_days": "30",
        "style": "banded",
        "seen": "0",
    }
    if "brand" not in fields:
        values |= {"brand": make_brand().pk}
    if "touchpoint" not in fields:
        values |= {"touchpoint": make_touchpoint().pk}
    return {**values, **fields}


def test_campaign_is_set_up_by_its_form(client: Client, alice: User) -> None:
    client.force_login(alice)
    form = text_of(client, "/campaigns/new/")

    response = client.post("/campaigns/create/", filled(kind="periodic", starts_on="2026-04-01"), follow=True)

    campaign = Campaign.objects.get()
    assert response.redirect_chain == [(f"/campaigns/{campaign.pk}/", 302)]
    assert "Saved as a draft: nobody is asked before you launch it." in response.content.decode()
    assert (campaign.status, campaign.starts_on, campaign.every) == ("draft", dt.date(2026, 4, 1), 6)
    assert (campaign.window_days, campaign.window_opens, campaign.window_closes) == ("12345", dt.time(9), dt.time(17))
    assert 'action="/campaigns/create/"' in form


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "Taken"}, "Another campaign has this name."),
        ({"name": "x" * 121}, "Ensure this value has at most 120 characters"),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"brand": ""}, "Choose who it speaks for."),
        ({"touchpoint": "999999"}, "Select a valid choice."),
        ({"kind": "periodic"}, "A periodic campaign needs its first day."),
        ({"kind": "periodic", "starts_on": "never"}, "Enter a valid date."),
        ({"timezone": "Mars/Olympus"}, "“Mars/Olympus” is no time zone"),
        ({"every": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"open_days": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"throttle_days": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"throttle_days": "99999999999"}, "Ensure this value is less than or equal to"),
        ({"send_at": "25:00"}, "Enter a valid time."),
        ({"segment": "x"}, "Select a valid choice."),
        ({"window_days": []}, "Choose at least one day: else no mail ever leaves."),
        ({"window_days": ["8"]}, "Select a valid choice."),
        ({"window_opens": "17:00", "window_closes": "09:00"}, "This is not after the time from which mails leave."),
        ({"reminders": "3"}, "Ensure this value is less than or equal to 2."),
        ({"reminder_days": "2"}, "Ensure this value is greater than or equal to 3."),
        ({"delay_hours": "721"}, "Ensure this value is less than or equal to 720."),
    ],
)
def test_mistakes_are_told_and_nothing_typed_is_lost(
    client: Client, alice: User, fields: dict[str, str], words: str
) -> None:
    client.force_login(alice)
    make_campaign(name="Taken")

    open_days = fields.get("open_days", "77")
    response = client.post("/campaigns/create/", filled(**{"open_days": open_days, **fields}))

    page = response.content.decode()
    assert (response.status_code, Campaign.objects.count()) == (422, 1)
    assert words in page
    assert "Not saved: something is missing." in page
    assert f'name="open_days" value="{open_days}"' in page


def test_form_without_brand_or_touchpoint_says_where_they_come_from(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    for_admin = text_of(client, "/campaigns/new/")
    bob.user_permissions.add(Permission.objects.get(codename="add_campaign"))
    client.force_login(bob)
    for_marketing = text_of(client, "/campaigns/new/")

    assert f'<a href="{reverse("admin:surveys_brand_add")}">Add a brand</a>' in for_admin
    assert f'<a href="{reverse("admin:surveys_touchpoint_add")}">Add a touchpoint</a>' in for_admin
    assert for_marketing.count("An admin adds one.") == 2


def test_set_up_is_changed(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year", status=CampaignStatus.ACTIVE)
    form = text_of(client, address_of(campaign, "set-up/"))
    fields = filled(name="Thrice a year", seen=str(desk.version(campaign)))

    client.post(address_of(campaign, "change/"), fields)

    campaign.refresh_from_db()
    assert (campaign.name, campaign.status, campaign.open_days) == ("Thrice a year", "active", 30)
    assert 'value="Twice a year"' in form


def test_second_of_two_who_change_it_keeps_what_was_typed(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")
    seen = desk.version(campaign)
    desk.change(campaign, by=alice, seen=seen, open_days=14)
    fields = filled(name="Mine", seen=str(seen))

    refused = client.post(address_of(campaign, "change/"), fields)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Not saved: Alice changed this campaign at " in page
    assert 'value="Mine"' in page
    assert Campaign.objects.get().name == "Twice a year"
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again is not None
    client.post(address_of(campaign, "change/"), {**fields, "seen": again[1]})
    assert Campaign.objects.get().name == "Mine"


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_version_nobody_gave_out_saves_nothing(client: Client, alice: User, seen: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")

    response = client.post(address_of(campaign, "change/"), filled(name="Mine", seen=seen))

    assert response.status_code in (409, 422)
    assert Campaign.objects.get().name == "Twice a year"


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

READING = ["/campaigns/", "/campaigns/{pk}/"]
SETTING_UP = ["/campaigns/new/", "/campaigns/{pk}/set-up/"]
WRITING = [
    "/campaigns/create/",
    *(f"/campaigns/{{pk}}/{step}/" for step in ("change", "activate", "pause", "resume", "archive", "launch")),
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

    for step in ("", "set-up/", "audience/"):
        assert client.get(f"/campaigns/999999/{step}").status_code == 404
    for step in ("change/", "launch/", "pause/", "archive/", "activate/", "resume/"):
        assert client.post(f"/campaigns/999999/{step}").status_code == 404
    assert client.get("/campaigns/99999999999999999999/").status_code == 404
