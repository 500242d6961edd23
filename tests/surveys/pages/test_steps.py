"""A campaign set up in steps, each of which saves itself."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys import campaigns as desk
from surveys import texts, words
from surveys.enums import Band, CampaignStatus
from surveys.models import Campaign, CampaignText, LanguageReview, PageText, Segment
from surveys.models import languages as known
from surveys.words import Text
from tests.factories import make_brand, make_campaign, make_contact, make_touchpoint, make_user, make_wave

pytestmark = pytest.mark.django_db

HOSTILE = ["</textarea><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eabc", "{{ 7*7 }}"]
DRAFT = "is a draft: nobody is asked in it until it is accepted."
STEPS = ["set-up/", "audience/", "question/", "pages/passive/", "schedule/"]
AUDIENCE = {"segment": "", "throttle_days": "90", "account_cap": "5", "min_relation_days": "30"}
SCHEDULE = {
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
    "reminders": "1",
    "reminder_days": "5",
    "open_days": "30",
    "style": "banded",
}


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def at(campaign: Campaign, step: str) -> str:
    return f"/campaigns/{campaign.pk}/{step}"


def basics(**fields: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"name": "Twice a year", "subject": ""}
    if "brand" not in fields:
        values["brand"] = make_brand().pk
    if "touchpoint" not in fields:
        values["touchpoint"] = make_touchpoint().pk
    return {**values, **fields}


def save(client: Client, campaign: Campaign, step: str, fields: dict[str, Any], **more: Any) -> Any:
    """Press the button of a step whose form was opened just now."""
    at_save = "audience/save/" if step == "audience/" else step
    return client.post(at(campaign, at_save), {"seen": desk.version(campaign), **fields, **more})


# -------------------------------------------------------------------------------------------------------- the first one


def test_campaign_begins_with_its_first_step_and_goes_on(client: Client, alice: User) -> None:
    client.force_login(alice)
    form = text_of(client, "/campaigns/new/")

    response = client.post("/campaigns/create/", basics())

    campaign = Campaign.objects.get()
    assert 'action="/campaigns/create/"' in form
    assert response.headers["Location"] == f"/campaigns/{campaign.pk}/audience/"
    assert (campaign.status, campaign.throttle_days, campaign.reminders) == ("draft", 90, 1)
    assert "Saved as a draft: nobody is asked before you launch it." in text_of(client, response.headers["Location"])


def test_only_brand_and_touchpoint_are_chosen_already(client: Client, alice: User) -> None:
    client.force_login(alice)
    brand = make_brand(name="Aurora")
    make_touchpoint(name="Support")
    page = text_of(client, "/campaigns/new/")

    make_touchpoint(name="Delivery")

    assert re.findall(r'<option value="\d+" selected>(.*?)</option>', page) == ["Aurora", "Support"]
    assert re.findall(r'<option value="\d+" selected>(.*?)</option>', text_of(client, "/campaigns/new/")) == [
        brand.name
    ]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "Taken"}, "Another campaign has this name."),
        ({"name": "x" * 121}, "Ensure this value has at most 120 characters"),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"brand": ""}, "Choose who it speaks for."),
        ({"touchpoint": "999999"}, "Select a valid choice."),
    ],
)
def test_mistakes_of_the_first_step_are_told(client: Client, alice: User, fields: dict[str, str], message: str) -> None:
    client.force_login(alice)
    make_campaign(name="Taken")

    response = client.post("/campaigns/create/", basics(**fields))

    page = response.content.decode()
    assert (response.status_code, Campaign.objects.count()) == (422, 1)
    assert message in page
    assert "Not saved: something is missing or wrong." in page


def test_first_step_without_brand_or_touchpoint_says_where_they_come_from(
    client: Client, alice: User, bob: User
) -> None:
    client.force_login(alice)
    for_admin = text_of(client, "/campaigns/new/")
    bob.user_permissions.add(Permission.objects.get(codename="add_campaign"))
    client.force_login(bob)
    for_marketing = text_of(client, "/campaigns/new/")

    assert f'<a href="{reverse("admin:surveys_brand_add")}">Add a brand</a>' in for_admin
    assert f'<a href="{reverse("admin:surveys_touchpoint_add")}">Add a touchpoint</a>' in for_admin
    assert for_marketing.count("An admin adds one.") == 2


# ------------------------------------------------------------------------------------------------------ the later ones


def test_each_step_leads_to_the_next(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    fields = {"brand": campaign.brand_id, "touchpoint": campaign.touchpoint_id, "name": "Thrice", "subject": ""}

    went = [
        save(client, campaign, "set-up/", fields).headers["Location"],
        save(client, campaign, "audience/", AUDIENCE).headers["Location"],
        save(client, campaign, "question/?lang=ar", {}, seen=0).headers["Location"],
        save(client, campaign, "pages/detractor/?lang=ar", {}, seen=0).headers["Location"],
        save(client, campaign, "pages/promoter/?lang=ar", {}, seen=0).headers["Location"],
        save(client, campaign, "schedule/", SCHEDULE).headers["Location"],
    ]

    assert [address.removeprefix(at(campaign, "")) for address in went] == [
        "audience/",
        "question/",
        "pages/detractor/?lang=ar",
        "pages/passive/?lang=ar",
        "schedule/",
        "checks/",
    ]
    campaign.refresh_from_db()
    assert (campaign.name, campaign.window_days, campaign.window_opens) == ("Thrice", "12345", dt.time(9))


def test_button_names_the_page_that_is_next(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    steps = ("question/", "pages/detractor/", "pages/passive/", "pages/promoter/", "schedule/")

    named = [re.findall(r"Save, next: ([^<]*?) <svg", text_of(client, at(campaign, step)))[0] for step in steps]

    assert named == ["page for 0–6", "page for 7–8", "page for 9–10", "schedule", "checks"]


def test_save_stays_where_one_is(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()

    went = [
        save(client, campaign, "audience/", AUDIENCE, then="stay").headers["Location"],
        save(client, campaign, "pages/passive/?lang=ar", {}, seen=0, then="stay").headers["Location"],
    ]

    assert went == [at(campaign, "audience/"), at(campaign, "pages/passive/?lang=ar")]


@pytest.mark.parametrize("step", STEPS)
def test_page_shows_where_one_is_among_the_steps(client: Client, alice: User, step: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")

    page = text_of(client, at(campaign, step))

    assert page.count('aria-current="step"') == 1
    assert page.count('<a class="q" href="/campaigns/') == 6
    assert "<h1><bdi>Twice a year</bdi></h1>" in page


def test_going_on_without_a_change_leaves_no_version(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    before = desk.version(campaign)

    save(client, campaign, "audience/", AUDIENCE)

    assert desk.version(campaign) == before


@pytest.mark.parametrize(
    ("step", "fields", "message"),
    [
        ("schedule/", {"kind": "periodic"}, "A periodic campaign needs its first day."),
        ("schedule/", {"kind": "periodic", "starts_on": "never"}, "Enter a valid date."),
        ("schedule/", {"kind": "once", "starts_on": "2020-01-02"}, "This day is over. Choose one to come, or none"),
        ("schedule/", {"timezone": "Mars/Olympus"}, "“Mars/Olympus” is no time zone"),
        ("schedule/", {"every": "0"}, "Ensure this value is greater than or equal to 1."),
        ("schedule/", {"send_at": "25:00"}, "Enter a valid time."),
        ("schedule/", {"window_days": []}, "Choose at least one day: else no mail ever leaves."),
        ("schedule/", {"window_days": ["8"]}, "Select a valid choice."),
        (
            "schedule/",
            {"window_opens": "17:00", "window_closes": "09:00"},
            "This is not after the time from which mails leave.",
        ),
        ("schedule/", {"reminders": "3"}, "Ensure this value is less than or equal to 2."),
        ("schedule/", {"reminder_days": "2"}, "Ensure this value is greater than or equal to 3."),
        ("schedule/", {"delay_hours": "721"}, "Ensure this value is less than or equal to 720."),
        ("schedule/", {"open_days": "0"}, "Ensure this value is greater than or equal to 1."),
        ("audience/", {"throttle_days": "-1"}, "Ensure this value is greater than or equal to 0."),
        ("audience/", {"throttle_days": "99999999999"}, "Ensure this value is less than or equal to"),
        ("audience/", {"segment": "x"}, "Select a valid choice."),
    ],
)
def test_mistakes_are_told_and_nothing_typed_is_lost(
    client: Client, alice: User, step: str, fields: dict[str, Any], message: str
) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    typed: dict[str, dict[str, Any]] = {
        "schedule/": {**SCHEDULE, "delay_hours": "77"},
        "audience/": {**AUDIENCE, "account_cap": "77"},
    }

    response = save(client, campaign, step, {**typed[step], **fields})

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert "Not saved: something is missing or wrong." in page
    assert 'value="77"' in page or "delay_hours" in fields


@pytest.mark.parametrize(
    ("starts_on", "told"), [("", "A periodic campaign needs its first day."), ("never", "Enter a valid date.")]
)
def test_two_mistakes_at_once_are_told_once_each_at_their_fields(
    client: Client, alice: User, starts_on: str, told: str
) -> None:
    client.force_login(alice)
    wrong = {"kind": "periodic", "starts_on": starts_on, "window_opens": "18:00", "window_closes": "08:00"}

    response = save(client, make_campaign(), "schedule/", {**SCHEDULE, **wrong})

    assert response.context["form"].errors == {
        "starts_on": [told],
        "window_closes": ["This is not after the time from which mails leave."],
    }


@pytest.mark.parametrize(
    ("step", "mine"),
    [("set-up/", {"name": "Mine"}), ("audience/", {**AUDIENCE, "throttle_days": "7"}), ("schedule/", SCHEDULE)],
)
def test_second_of_two_who_save_a_step_keeps_what_was_typed(
    client: Client, alice: User, step: str, mine: dict[str, Any]
) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")
    if step == "set-up/":
        mine |= {"brand": campaign.brand_id, "touchpoint": campaign.touchpoint_id}
    seen = desk.version(campaign)
    desk.change(campaign, by=alice, seen=seen, open_days=14, throttle_days=30)

    refused = save(client, campaign, step, mine, seen=seen)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Not saved: Alice changed this campaign at " in page
    campaign.refresh_from_db()
    assert (campaign.name, campaign.throttle_days, campaign.open_days) == ("Twice a year", 30, 14)
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again is not None
    assert save(client, campaign, step, mine, seen=again[1]).status_code == 302


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_version_nobody_gave_out_saves_nothing(client: Client, alice: User, seen: str) -> None:
    client.force_login(alice)
    campaign = make_campaign()

    response = save(client, campaign, "audience/", {**AUDIENCE, "throttle_days": "7"}, seen=seen)

    campaign.refresh_from_db()
    assert response.status_code in (409, 422)
    assert campaign.throttle_days == 90


@pytest.mark.parametrize("step", STEPS)
def test_archived_campaign_can_be_read_and_stays_as_it_was(client: Client, alice: User, step: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Over", status=CampaignStatus.ARCHIVED)
    fields: dict[str, dict[str, Any]] = {
        "set-up/": {"brand": campaign.brand_id, "touchpoint": campaign.touchpoint_id, "name": "Mine"},
        "audience/": AUDIENCE,
        "schedule/": SCHEDULE,
    }

    page = text_of(client, at(campaign, step))
    refused = save(client, campaign, step, fields.get(step, {"heading": "Mine", "question": "Mine"}))

    assert "This campaign is archived, and stays as it was." in page
    assert "Save, next" not in page
    assert "<fieldset disabled>" in page
    assert (refused.status_code, Campaign.objects.get().name) == (409, "Over")
    assert (CampaignText.objects.count(), PageText.objects.count()) == (0, 0)


# ------------------------------------------------------------------------------------------------------------ audience


def test_audience_counts_with_what_is_chosen_and_saves_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_contact(language="es")
    make_contact(language="en")
    spanish = Segment.objects.create(name="Spanish", conditions=[{"field": "language", "op": "is", "value": "es"}])
    campaign = make_campaign()

    response = save(client, campaign, "audience/", {**AUDIENCE, "segment": spanish.pk}, then="count")

    page = " ".join(response.content.decode().split())
    campaign.refresh_from_db()
    assert (response.status_code, campaign.segment) == (200, None)
    assert "Counted with what is chosen above, which is not saved yet." in page
    assert '<div class="fig">1</div>' in page
    assert re.findall(r'<th scope="row" class="fw-normal" lang="(.*?)">', page) == ["es"]


def test_reader_sees_the_dry_run_and_no_form(client: Client, bob: User) -> None:
    client.force_login(bob)
    make_contact()

    page = text_of(client, at(make_campaign(), "audience/"))

    assert '<div class="fig">1</div>' in page
    assert ("Save, next" in page, 'class="steps"' in page) == (False, False)


def test_languages_of_those_asked_say_how_far_their_words_are(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    CampaignText.objects.create(campaign=campaign, language="ar", subject="سؤال واحد")
    for tag in ("ar", "it", "it", "xx"):
        make_contact(language=tag)

    page = text_of(client, at(campaign, "audience/"))

    cells = re.sub("<svg.*?</svg> ?", "", page)
    rows = re.findall(r'lang="([a-z]+)">[^<]*</th><td class="end num">(\d+)</td><td>(.*?)</td>', cells)
    assert rows == [("it", "2", "missing translation"), ("ar", "1", "own words"), ("en", "1", "missing translation")]


# --------------------------------------------------------------------------------------------------------------- words


def test_words_are_written_for_one_language(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    fields = {"subject": "سؤال واحد", "question": "ما رأيك في {{ company }}؟", "sentence": ""}

    save(client, campaign, "question/?lang=ar", fields, seen=0)
    save(client, campaign, "pages/passive/?lang=ar", {"heading": "شكراً", "text": "a\r\nb"}, seen=0)

    text, page_text = CampaignText.objects.get(), PageText.objects.get()
    assert (text.language, text.subject, text.sentence) == ("ar", "سؤال واحد", "")
    assert (page_text.band, page_text.heading, page_text.text) == (Band.PASSIVE, "شكراً", "a\nb")
    assert text.history.get().history_user == alice


def test_standard_words_stand_in_the_empty_fields(client: Client, alice: User) -> None:
    client.force_login(alice)

    page = text_of(client, at(make_campaign(), "question/?lang=en"))

    assert 'placeholder="One question from {{ company }}"' in page
    assert 'placeholder="How likely is it that you would recommend {{ company }} to a friend or colleague?"' in page


def test_standard_words_beside_own_ones_keep_their_direction(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    CampaignText.objects.create(campaign=campaign, language="ar", subject="سؤال")

    page = client.get(at(campaign, "question/?lang=ar")).content.decode()

    assert f'Standard words: <bdi dir="rtl" lang="ar">{texts.table("ar")["mail"]["subject"]}</bdi>' in page


def test_each_language_has_its_mark(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    before = text_of(client, at(campaign, "pages/passive/"))
    PageText.objects.create(campaign=campaign, language="es", band=Band.PASSIVE, heading="Casi")

    page = text_of(client, at(campaign, "pages/passive/?lang=en"))
    other_band = text_of(client, at(campaign, "pages/promoter/?lang=en"))

    marks = r'<bdi lang="([\w-]+)">[^<]*</bdi><span class="visually-hidden">, (.*?)</span>'
    assert set(dict(re.findall(marks, before)).values()) == {"standard words"}
    assert dict(re.findall(marks, page))["es"] == "own words"
    assert dict(re.findall(marks, page))["en"] == "missing translation"
    assert "Missing here: another language has its own words for this." in page
    assert set(dict(re.findall(marks, other_band)).values()) == {"standard words"}


@pytest.mark.parametrize("step", ["question/", "pages/passive/"])
def test_draft_says_that_nobody_is_asked_in_it(client: Client, step: str) -> None:
    known.forget()
    client.force_login(make_user("Mara", "Marketing"))
    campaign = make_campaign(brand=make_brand(default_language="es"))

    draft, other = (text_of(client, at(campaign, f"{step}?lang={tag}")) for tag in ("he", "it"))

    assert '<bdi lang="he">עברית</bdi> <span class="dim">(draft)</span>' in other
    assert (other.count("(draft)"), DRAFT in other) == (1, False)
    assert f"<b><bdi>עברית</bdi> {DRAFT}</b> Until then, whoever speaks it is asked in <bdi>Español</bdi>." in draft
    assert "Nothing in עברית yet: it is a draft." in draft
    assert "Read and accept it under Languages" not in draft


def test_draft_leads_those_who_may_to_where_it_is_accepted(client: Client, alice: User) -> None:
    known.forget()
    client.force_login(alice)

    page = text_of(client, at(make_campaign(), "question/?lang=he"))

    assert '<a href="/languages/">Read and accept it under Languages</a>' in page


def test_accepted_draft_is_a_language_as_any_other(client: Client, alice: User) -> None:
    LanguageReview.objects.create(tag="he", accepted_at=timezone.now())
    known.forget()
    client.force_login(alice)

    page = text_of(client, at(make_campaign(), "question/?lang=he"))
    known.forget()

    assert ("(draft)" in page, DRAFT in page) == (False, False)


def test_unknown_tag_is_refused_and_kept(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = save(client, make_campaign(), "question/?lang=en", {"subject": "Hello {{ nmae }}"}, seen=0)

    page = response.content.decode()
    assert (response.status_code, CampaignText.objects.count()) == (422, 0)
    assert "Not known: {{ nmae }}. Understood are {{ company }}, {{ first_name }}, {{ product }}." in page
    assert 'value="Hello {{ nmae }}"' in page


def test_second_of_two_translators_keeps_what_was_typed(client: Client, alice: User, bob: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    words.write(Text(campaign, "en"), {"question": "Theirs?"}, by=bob, seen=0)

    refused = save(client, campaign, "question/?lang=en", {"question": "Mine?"}, seen=0)
    beside = save(client, campaign, "question/?lang=ar", {"question": "آخر؟"}, seen=0)

    page = refused.content.decode()
    assert (refused.status_code, beside.status_code) == (409, 302)
    assert "Not saved: Bob changed this campaign at " in page
    assert 'value="Mine?"' in page
    assert CampaignText.objects.get(language="en").question == "Theirs?"


@pytest.mark.parametrize("step", ["question/?lang=xx", "question/?lang=<b>", "pages/nobody/", "pages/passive/?lang="])
def test_words_of_no_language_or_band(client: Client, alice: User, step: str) -> None:
    client.force_login(alice)

    assert client.get(at(make_campaign(), step)).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_inert_in_the_form(client: Client, alice: User, text: str) -> None:
    client.force_login(alice)
    campaign = make_campaign()

    response = save(client, campaign, "pages/passive/?lang=en", {"heading": text, "text": text}, seen=0)
    page = response.content.decode() if response.status_code == 422 else text_of(client, at(campaign, "pages/passive/"))

    assert page.count("<script>alert") + page.count("<img src=x") == 0


def test_text_of_100_kb_is_refused_and_kept(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = save(client, make_campaign(), "pages/passive/?lang=en", {"text": "W" * 100_000}, seen=0)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Ensure this value has at most 2000 characters" in page
    assert "W" * 100_000 in page


@pytest.mark.parametrize("rows", [1, 3])
def test_words_take_as_many_statements_for_one_language_as_for_three(
    client: Client, alice: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    for tag in ("en", "ar", "es")[:rows]:
        CampaignText.objects.create(campaign=campaign, language=tag, question="?")
    text_of(client, at(campaign, "question/"))

    # Session, user and frame; campaign, row, missing, states, version, last saved.
    with django_assert_num_queries(3 + 6):
        text_of(client, at(campaign, "question/"))


# -------------------------------------------------------------------------------------------------------------- rights


@pytest.mark.parametrize("step", [step for step in STEPS if step != "audience/"])
def test_steps_are_for_those_who_may_change(client: Client, bob: User, carol: User, step: str) -> None:
    campaign = make_campaign()
    statuses = [client.get(at(campaign, step)).status_code, client.post(at(campaign, step)).status_code]
    for user in (carol, bob):
        client.force_login(user)
        statuses += [client.get(at(campaign, step)).status_code, client.post(at(campaign, step)).status_code]

    assert statuses == [302, 302, 403, 403, 403, 403]


def test_audience_is_saved_by_those_who_may_change_and_by_post(
    client: Client, alice: User, bob: User, carol: User
) -> None:
    campaign = make_campaign()
    statuses = [client.post(at(campaign, "audience/save/")).status_code]
    for user in (carol, bob):
        client.force_login(user)
        statuses.append(client.post(at(campaign, "audience/save/"), AUDIENCE).status_code)
    client.force_login(alice)
    statuses += [
        client.get(at(campaign, "audience/save/")).status_code,
        client.post(at(campaign, "audience/")).status_code,
    ]

    assert statuses == [302, 403, 403, 405, 405]


def test_one_that_has_asked_before_is_given_no_day_on_which_nothing_would_start(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    make_wave(campaign=campaign)
    day = timezone.localdate() + dt.timedelta(days=3)

    response = save(client, campaign, "schedule/", {**SCHEDULE, "kind": "once", "starts_on": day.isoformat()})

    campaign.refresh_from_db()
    assert response.status_code == 422
    assert "It has asked before, so no day starts it." in response.content.decode()
    assert campaign.starts_on is None
