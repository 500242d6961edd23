"""The check before a launch."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys.models import CampaignText, Segment, Wave
from tests.factories import make_brand, make_campaign, make_contact

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_error_stands_with_its_reason_and_the_step_that_mends_it(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_contact()
    campaign = make_campaign(brand=make_brand(name="Aurora", postal_address=""))
    CampaignText.objects.create(campaign=campaign, language="es", subject="Una pregunta")

    page = text_of(client, f"/campaigns/{campaign.pk}/checks/")

    errors = page.split("To mend first")[1].split("</section>")[0]
    assert "2 things stand in the way of a launch." in page
    assert re.findall(r'<a href="(.*?)">(.*?)</a>', errors) == [
        (f"/admin/surveys/brand/{campaign.brand_id}/change/", "Open the brand"),
        (f"/campaigns/{campaign.pk}/question/?lang=es", "Open step: Question"),
    ]
    assert "Next: launch" not in page


def test_nothing_in_the_way_leads_to_the_launch(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_contact()
    campaign = make_campaign()

    page = text_of(client, f"/campaigns/{campaign.pk}/checks/")

    assert "Nothing stands in the way of a launch." in page
    assert f'href="/campaigns/{campaign.pk}/launch/">Next: launch' in page


def test_reader_is_told_that_somebody_else_mends_it(client: Client, bob: User) -> None:
    client.force_login(bob)
    campaign = make_campaign(throttle_days=0, brand=make_brand(postal_address=""))

    page = text_of(client, f"/campaigns/{campaign.pk}/checks/")

    assert ("An admin mends it." in page, "Open the brand" in page, "Next: launch" in page) == (True, False, False)


def test_launch_is_refused_with_what_stands_in_the_way(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_contact()
    campaign = make_campaign(brand=make_brand(name="Aurora", postal_address=""))

    response = client.post(f"/campaigns/{campaign.pk}/launch/", {"agreed": "1"})

    page = response.content.decode()
    assert (response.status_code, Wave.objects.count()) == (409, 0)
    assert "Not launched: Aurora has no postal address." in page
    assert f'<a href="/campaigns/{campaign.pk}/checks/">' in page


@pytest.mark.parametrize("step", ["audience/", "checks/", "launch/"])
def test_campaign_without_a_day_to_leave_on_is_shown_all_the_same(client: Client, alice: User, step: str) -> None:
    client.force_login(alice)
    make_contact()
    campaign = make_campaign()
    type(campaign).objects.update(window_days="")

    page = text_of(client, f"/campaigns/{campaign.pk}/{step}")

    assert ("No day is chosen for mails to leave." in page, "Launch: ask" in page) == (step != "audience/", False)


@pytest.mark.parametrize("kind", ["once", "periodic", "continuous"])
def test_page_of_the_launch_has_no_button_while_something_stands_in_the_way(
    client: Client, alice: User, kind: str
) -> None:
    client.force_login(alice)
    make_contact()
    brand = make_brand(name="Aurora", postal_address="")
    campaign = make_campaign(kind=kind, brand=brand, starts_on=timezone.localdate())

    page = text_of(client, f"/campaigns/{campaign.pk}/launch/")

    assert '<li dir="auto">Aurora has no postal address.</li>' in page
    assert ("Launch: ask" in page, ">Activate</button>" in page) == (False, False)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eabc"])
def test_hostile_words_are_inert(client: Client, alice: User, text: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(
        brand=make_brand(name=text, from_email="x"),
        segment=Segment.objects.create(name=text, conditions=[{"field": text, "op": text}]),
    )
    CampaignText.objects.create(campaign=campaign, language="en", subject=f"{{{{ {text} }}}}")

    page = text_of(client, f"/campaigns/{campaign.pk}/checks/")

    assert page.count("<script>alert") + page.count("<img src=x") == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_checks_take_as_many_statements_for_one_language_as_for_three(
    client: Client, bob: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    for language in ("en", "ar", "es")[:rows]:
        make_contact(language=language)
    address = f"/campaigns/{campaign.pk}/checks/"
    text_of(client, address)

    # Session, user, rights (2), frame; campaign, words of four places, dry run (2), states of four, doctor (2), saved.
    with django_assert_num_queries(5 + 13):
        text_of(client, address)


def test_checks_are_for_readers_of_campaigns(client: Client, bob: User, carol: User) -> None:
    address = f"/campaigns/{make_campaign().pk}/checks/"
    statuses = [client.get(address).status_code]
    for user in (carol, bob):
        client.force_login(user)
        statuses.append(client.get(address).status_code)

    assert statuses == [302, 403, 200]
    assert client.post(address).status_code == 405
