"""Who would be asked, and the launch that asks exactly them."""

from __future__ import annotations

import re
from functools import partial

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys import waves
from surveys.enums import CampaignKind, CampaignStatus
from surveys.models import Campaign, CampaignText, Contact, Event, Invitation, Message, Segment, Wave
from tests.factories import make_account, make_campaign, make_contact, make_wave
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def dry_run(client: Client, campaign: Campaign, step: str = "audience") -> str:
    response = client.get(f"/campaigns/{campaign.pk}/{step}/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def launch_page(client: Client, campaign: Campaign) -> str:
    return dry_run(client, campaign, "launch")


def launch(client: Client, campaign: Campaign, agreed: object) -> tuple[int, str]:
    response = client.post(f"/campaigns/{campaign.pk}/launch/", {"agreed": str(agreed)}, follow=True)
    return response.status_code, " ".join(response.content.decode().split())


def numbers(page: str) -> dict[str, str]:
    rows = re.findall(r'<th role="rowheader"[^>]*>(?:<svg.*?</svg>)? ?(.*?)</th><td[^>]*>(.*?)</td>', page)
    return {words: re.sub("<.*?>", "", count) for words, count in rows}


def test_dry_run_counts_by_reason_and_names_people(client: Client, bob: User) -> None:
    client.force_login(bob)
    for name in ("Ana", "Ben", "陈伟"):
        make_contact(name=name, account=make_account(name=f"{name}'s firm"))
    make_contact(name="Nobody's", basis="")
    make_contact(name="Phone only", email="", phone="+44 20 7946 0321")

    page = dry_run(client, make_campaign())

    assert numbers(page) == {
        "will be asked": "3",
        "No mail address": "1",
        "No recorded basis for a survey": "1",
        "will not be asked": "2",
    }
    assert re.findall(r"/contacts/\d+/\"><bdi>(.*?)</bdi>", page) == [
        "Ana",
        "Ben",
        "陈伟",
        "Phone only",
        "Nobody&#x27;s",
    ]
    assert "<bdi>Ana&#x27;s firm</bdi>" in page
    assert "Launch: ask" not in page
    assert (Wave.objects.count(), Invitation.objects.count()) == (0, 0)


def test_names_end_with_the_twentieth(client: Client, bob: User) -> None:
    client.force_login(bob)
    for _ in range(22):
        make_contact()

    page = dry_run(client, make_campaign())

    assert (numbers(page)["will be asked"], len(re.findall(r"/contacts/\d+/", page))) == ("22", 20)


def test_names_are_for_those_who_may_see_contacts(client: Client, carol: User) -> None:
    carol.user_permissions.add(Permission.objects.get(codename="view_campaign"))
    client.force_login(carol)
    make_contact(name="Ana")

    page = dry_run(client, make_campaign())

    assert (numbers(page)["will be asked"], "Ana" in page) == ("1", False)


def test_segment_is_looked_at_alone(client: Client, bob: User) -> None:
    client.force_login(bob)
    make_contact(language="es")
    make_contact(language="en")
    conditions = [{"field": "language", "op": "is", "value": "es"}]

    page = dry_run(client, make_campaign(segment=Segment.objects.create(name="Spanish", conditions=conditions)))

    assert "Looked at: the segment Spanish." in page
    assert numbers(page) == {"will be asked": "1", "will not be asked": "0"}


def test_segment_nobody_can_read_asks_nobody(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_contact()
    campaign = make_campaign(segment=Segment.objects.create(name="Odd", conditions=[{"field": "no", "op": "such"}]))

    page = launch_page(client, campaign)
    status, refused = launch(client, campaign, 1)

    assert "cannot be read, so nobody is asked." in page
    assert "<button" not in page.split('<section class="sec mt-3">')[-1].split("</section>")[0]
    assert (status, Wave.objects.count()) == (409, 0)
    assert "Not launched: " in refused


def test_translation_that_lost_a_merge_tag_asks_nobody(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_contact()
    campaign = make_campaign()
    for language, question in (("en", "Would you recommend {{ company }}?"), ("ar", "هل توصي بنا؟")):
        CampaignText.objects.create(campaign=campaign, language=language, question=question)

    status, refused = launch(client, campaign, 1)

    assert (status, Wave.objects.count(), Message.objects.count()) == (409, 0, 0)
    assert "Not launched: " in refused
    assert "العربية, question: {{ company }} is missing." in refused


# -------------------------------------------------------------------------------------------------------------- launch


def test_launch_asks_as_many_as_were_shown(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")
    for _ in range(3):
        make_contact()
    page = launch_page(client, campaign)

    status, after = launch(client, campaign, 3)

    wave = Wave.objects.get()
    assert 'name="agreed" value="3"' in page
    assert "Launch: ask 3" in page
    assert (status, Message.objects.filter(invitation__wave=wave).count()) == (200, 3)
    assert "Launched: 3 contacts are asked." in after
    assert Event.objects.get(kind="surveys.wave").by == alice


@pytest.mark.parametrize("agreed", [2, 4, "", "x", "-3", "٣", "9" * 30])
def test_other_number_than_shown_launches_nothing_and_shows_the_new(
    client: Client, alice: User, agreed: object
) -> None:
    client.force_login(alice)
    campaign = make_campaign()
    for _ in range(3):
        make_contact()

    status, page = launch(client, campaign, agreed)

    assert (status, Wave.objects.count(), Message.objects.count()) == (409, 0, 0)
    assert "Not launched: 3 would be asked now, not " in page
    assert "Below are the numbers as they are now." in page
    assert 'name="agreed" value="3"' in page
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.DRAFT


def test_second_launch_of_a_day_is_refused_and_leads_to_the_wave(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")
    make_contact()
    launch(client, campaign, 1)
    make_contact()

    status, refused = launch(client, campaign, 1)
    page = launch_page(client, campaign)

    assert (status, Wave.objects.count(), Message.objects.count()) == (409, 1, 1)
    assert "Not launched: Twice a year was launched on " in refused
    assert "It was launched today already: one wave a day." in page
    assert f'href="/waves/{Wave.objects.get().pk}/"' in page


@pytest.mark.usefixtures("shared_database")
def test_two_people_who_launch_at_once_make_one_wave(alice: User) -> None:
    campaign = make_campaign(kind=CampaignKind.ONCE)
    for _ in range(3):
        make_contact()
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(alice)

    def press(client: Client) -> int:
        return client.post(f"/campaigns/{campaign.pk}/launch/", {"agreed": "3"}).status_code

    results = at_once(*(partial(press, client) for client in clients))

    assert set(results) == {302, 409}
    assert (Wave.objects.count(), Invitation.objects.count(), Message.objects.count()) == (1, 3, 3)


@pytest.mark.parametrize(
    ("status", "words"),
    [("paused", "This campaign does not send: Paused."), ("archived", "This campaign does not send: Archived.")],
)
def test_campaign_that_does_not_send_has_no_button(client: Client, alice: User, status: str, words: str) -> None:
    client.force_login(alice)
    campaign = make_campaign(status=status)
    make_contact()

    page = launch_page(client, campaign)
    refused = launch(client, campaign, 1)

    assert words in page
    assert "Launch: ask" not in page
    assert (refused[0], Wave.objects.count()) == (409, 0)


def test_without_contacts_the_next_step_is_an_import(client: Client, alice: User) -> None:
    client.force_login(alice)

    page = launch_page(client, make_campaign())

    assert "There are no contacts yet." in page
    assert '<a href="/imports/">Import contacts</a>' in page


def test_statements_do_not_grow_with_people(
    client: Client, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(bob)
    campaign = make_campaign()
    make_contact()
    dry_run(client, campaign)
    for _ in range(5):
        make_contact(account=make_account())

    # Session, user, rights (2), frame; campaign, zones and dry run of each list, names of those asked, words of the
    # mail, version, last saved.
    with django_assert_num_queries(5 + 8):
        dry_run(client, campaign)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eabc", "W" * 200]
)
def test_hostile_people_are_inert(client: Client, alice: User, text: str) -> None:
    client.force_login(alice)
    make_contact(name=text, account=make_account(name=text))

    page = launch_page(client, make_campaign(name=text[:120]))

    assert page.count("<script>alert") + page.count("<img src=x") == 0


@pytest.mark.parametrize(("user", "status"), [("carol", 403), ("bob", 200)])
def test_dry_run_is_for_readers_of_campaigns(
    client: Client, request: pytest.FixtureRequest, user: str, status: int
) -> None:
    campaign = make_campaign()
    logged_out = client.get(f"/campaigns/{campaign.pk}/audience/")
    client.force_login(request.getfixturevalue(user))

    assert (logged_out.status_code, client.get(f"/campaigns/{campaign.pk}/audience/").status_code) == (302, status)
    assert client.post(f"/campaigns/{campaign.pk}/audience/").status_code == 405


def test_agreed_number_is_that_of_the_transaction() -> None:
    campaign = make_campaign()
    make_contact()
    Contact.objects.update(basis="customer")

    with pytest.raises(waves.NumbersChanged):
        waves.launch(campaign, agreed=0)

    assert waves.launch(campaign, agreed=1).campaign == campaign
    assert make_wave().campaign != campaign
