from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from advocacy import checklist
from tests.factories import make_brand, make_contact, make_user

pytestmark = pytest.mark.django_db


def settings_page(client: Client, user: User) -> str:
    client.force_login(user)
    return " ".join(client.get("/settings/").content.decode().split())


def test_steps_left_carry_their_reason_and_a_link(client: Client, alice: User) -> None:
    page = settings_page(client, alice)

    assert "A brand with sender and postal address<span" in page
    assert "the postal address the law asks for" in page
    assert 'href="/admin/surveys/brand/">Open<' in page
    assert ": to do</span>" in page


def test_step_done_is_ticked_and_needs_no_link(client: Client, alice: User) -> None:
    make_brand()

    page = settings_page(client, alice)

    line = page[page.index('id="brand"') :].split("</li>")[0]
    assert ": done</span>" in line
    assert "href=" not in line.replace("icons.svg", "").replace("<use href=", "")


def test_home_of_an_admin_begins_with_what_is_left(client: Client) -> None:
    admin = make_user("ada", "Admin", is_staff=True)
    make_contact()

    client.force_login(admin)
    page = client.get("/").content.decode()

    assert 'id="brand"' in page
    assert 'id="contacts"' not in page
    assert page.index("To be set up") < page.index("Next for you")


def test_environment_is_shown_without_secrets(client: Client, alice: User, settings: Settings) -> None:
    settings.SECRET_KEY = "hidden-key-of-sessions"
    settings.ADDRESS_HASH_KEY = "hidden-key-of-addresses"
    settings.EMAIL_BACKEND = "surveys.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp.example.com", 587
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "hidden-user", "hidden-word"
    settings.REDIS_URL = "redis://:hidden-redis@localhost/0"

    page = settings_page(client, alice)

    assert "<bdi>smtp.example.com:587</bdi>" in page
    assert "<bdi>set: Celery runs the tasks</bdi>" in page
    assert "hidden-" not in page


def test_inbox_is_named_where_mail_stays(client: Client, alice: User, settings: Settings) -> None:
    settings.EMAIL_BACKEND = checklist.INBOX

    assert "<bdi>not set: kept in the Inbox</bdi>" in settings_page(client, alice)


def test_only_who_sets_up_may_look(client: Client, bob: User) -> None:
    stranger = client.get("/settings/")
    client.force_login(bob)

    assert stranger.headers["Location"] == "/accounts/login/?next=/settings/"
    assert client.get("/settings/").status_code == 403


def test_settings_take_no_post(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.post("/settings/").status_code == 405
