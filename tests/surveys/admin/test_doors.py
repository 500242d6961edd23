from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys.models import DoorText
from tests.factories import make_door, make_response

pytestmark = pytest.mark.django_db

LIST = "/admin/surveys/door/"


def test_page_shows_where_its_answers_are_and_changes_neither_kind_nor_campaign(client: Client, alice: User) -> None:
    client.force_login(alice)
    door = make_door(name="Shop")
    make_response(invitation=None, campaign=door.campaign, channel="link", door=door, style="banded")

    page = client.get(f"{LIST}{door.pk}/change/").content.decode()

    assert f"/admin/surveys/response/?door__id__exact={door.pk}" in page
    assert ['name="kind"' in page, 'name="campaign"' in page, 'name="token"' in page] == [False] * 3
    assert client.get(f"/admin/surveys/response/?door__id__exact={door.pk}").status_code == 200


def test_words_are_kept_with_a_history(client: Client, alice: User) -> None:
    client.force_login(alice)
    door = make_door(name="Shop")
    data = {
        "name": "Shop",
        "style": "banded",
        "asks_who": "on",
        "origins": "",
        "an_hour": "",
        "texts-TOTAL_FORMS": 1,
        "texts-INITIAL_FORMS": 0,
        "texts-0-language": "en",
        "texts-0-heading": "Hello from {{ company }}",
        "texts-0-text": "",
    }

    response = client.post(f"{LIST}{door.pk}/change/", data)

    assert response.status_code == 302
    text = DoorText.objects.get()
    assert (text.heading, text.history.get().history_user) == ("Hello from {{ company }}", alice)
