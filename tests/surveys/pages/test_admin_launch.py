from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from surveys.models import Campaign, Invitation, Message, Wave
from tests.factories import make_campaign, make_contact

pytestmark = pytest.mark.django_db

PAGE = "/admin/surveys/campaign/"


def launch(client: Client, campaign: Campaign, **fields: str) -> str:
    data = {"action": "launch", "_selected_action": str(campaign.pk), **fields}
    response = client.post(PAGE, data, follow=True)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_confirmation_page_shows_exact_numbers_and_launches_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")
    for _ in range(3):
        make_contact()
    make_contact(basis="")
    make_contact(email="", phone="+44 20 7946 0321")

    page = launch(client, campaign)

    assert "<strong>3</strong> contacts are asked now." in page
    assert "<tr><td>No mail address</td><td>1</td></tr>" in page
    assert "<tr><td>No recorded basis for a survey</td><td>1</td></tr>" in page
    assert Wave.objects.count() == 0


def test_confirmed_launch_makes_the_wave(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")
    make_contact()

    page = launch(client, campaign, confirmed="yes")

    assert "1 contact is asked." in page
    assert (Invitation.objects.count(), Message.objects.count()) == (1, 1)
    assert Wave.objects.get().status == "sending"


def test_launch_pressed_twice_makes_one_wave_and_says_so(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")
    make_contact()
    launch(client, campaign, confirmed="yes")

    page = launch(client, campaign, confirmed="yes")

    assert "Not launched: Twice a year was launched on" in page
    assert Message.objects.count() == 1


def test_launch_with_nobody_eligible_says_so_and_keeps_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Twice a year")

    page = launch(client, campaign, confirmed="yes")

    assert "Not launched: nobody may be asked by Twice a year now." in page
    assert Wave.objects.count() == 0
    campaign.refresh_from_db()
    assert campaign.status == "draft"


def test_action_needs_the_right_to_launch(client: Client, bob: User) -> None:
    bob.is_staff = True
    bob.save(update_fields=["is_staff"])
    bob.user_permissions.add(Permission.objects.get(codename="change_campaign"))
    client.force_login(bob)
    campaign = make_campaign()
    make_contact()

    launch(client, campaign, confirmed="yes")

    assert Wave.objects.count() == 0


def test_stranger_is_sent_to_sign_in(client: Client) -> None:
    response = client.post(PAGE, {"action": "launch"})

    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next={PAGE}"


def test_admins_own_form_takes_no_password(client: Client) -> None:
    response = client.get("/admin/login/")

    assert response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("model", ["wave", "invitation", "message", "response", "event"])
def test_facts_are_read_only(client: Client, alice: User, model: str) -> None:
    client.force_login(alice)

    listed = client.get(f"/admin/surveys/{model}/")
    added = client.get(f"/admin/surveys/{model}/add/")

    assert (listed.status_code, added.status_code) == (200, 403)
