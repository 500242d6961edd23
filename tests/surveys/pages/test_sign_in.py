from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy import demo

pytestmark = pytest.mark.django_db

PAGE = "/accounts/login/"


def sign_in(client: Client, address: str = PAGE, **fields: str) -> str:
    """Where signing in leads; nowhere if the page is shown again."""
    response = client.post(address, {"login": "bob@example.com", "password": "bob-password", **fields})
    return response.headers.get("Location", "")


def test_sign_in_leads_to_the_start_page(client: Client, bob: User) -> None:
    location = sign_in(client)

    assert location == "/"
    assert client.get("/").status_code == 200


def test_sign_in_takes_a_user_name_too(client: Client, bob: User) -> None:
    assert sign_in(client, login="bob") == "/"


def test_sign_in_leads_back_to_the_page_that_was_asked_for(client: Client, bob: User) -> None:
    asked = client.get("/inbox/?before=7")

    location = sign_in(client, next="/inbox/?before=7")

    assert asked.headers["Location"] == f"{PAGE}?next=/inbox/%3Fbefore%3D7"
    assert location == "/inbox/?before=7"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "\x01https://evil.example",
    ],
)
def test_sign_in_never_leads_to_another_site(client: Client, bob: User, target: str) -> None:
    posted = sign_in(client, next=target)
    client.logout()
    in_address = sign_in(client, f"{PAGE}?next={target}")

    assert (posted, in_address) == ("/", "/")


def test_wrong_password_keeps_the_name_and_says_so(client: Client, bob: User) -> None:
    response = client.post(PAGE, {"login": "bob@example.com", "password": "not-it"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "The email address and/or password you specified are not correct." in page
    assert 'value="bob@example.com"' in page
    assert "not-it" not in page
    assert client.get("/").status_code == 302


def test_hostile_name_stays_text(client: Client) -> None:
    page = client.post(PAGE, {"login": '"><script>alert(1)</script>', "password": "x"}).content.decode()

    assert "<script>alert" not in page
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        (PAGE, "Sign in"),
        ("/accounts/password/reset/", "New password"),
        ("/accounts/password/reset/done/", "Look into your mail"),
        ("/accounts/password/reset/key/1-nonsense/", "This link no longer works"),
        ("/accounts/password/reset/key/done/", "Your new password is set"),
        ("/accounts/signup/", "By invitation"),
        ("/accounts/inactive/", "This account is closed"),
    ],
)
def test_pages_before_sign_in_need_none(client: Client, address: str, heading: str) -> None:
    response = client.get(address)

    assert response.status_code == 200
    assert f"<h1>{heading}</h1>" in response.content.decode()


def test_sign_up_makes_nobody(client: Client) -> None:
    client.post(
        "/accounts/signup/", {"email": "eve@evil.example", "password1": "evil-pass-1", "password2": "evil-pass-1"}
    )

    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/MQ:nonsense/",
        "/accounts/reauthenticate/",
        "/accounts/password/set/",
        "/accounts/login/code/confirm/",
    ],
)
def test_pages_nobody_needs_are_not_there(client: Client, bob: User, address: str) -> None:
    outside = client.get(address).status_code
    client.force_login(bob)

    assert (outside, client.get(address).status_code) == (404, 404)


@pytest.mark.parametrize("address", ["/", "/inbox/", "/inbox/1/", "/inbox/1/html", "/accounts/password/change/"])
def test_stranger_is_sent_to_sign_in(client: Client, address: str) -> None:
    location = client.get(address).headers["Location"]

    assert location == f"{PAGE}?next={address}"


def test_signing_out_takes_a_post(client: Client, bob: User) -> None:
    client.force_login(bob)

    asked = client.get("/accounts/logout/")
    still_in = client.get("/").status_code
    done = client.post("/accounts/logout/")

    assert (asked.status_code, still_in) == (200, 200)
    assert done.headers["Location"] == PAGE
    assert client.get("/").status_code == 302


def test_demo_sign_ins_stand_on_the_page_of_a_demo_only(client: Client) -> None:
    before = client.get(PAGE).content.decode()
    User.objects.create_user("marta.ruiz", f"marta.ruiz@{demo.DOMAIN}", demo.PASSWORD)

    after = client.get(PAGE).content.decode()

    assert demo.PASSWORD not in before
    assert "<bdi>marta.ruiz@aurora.example.com (support)</bdi>" in after
    assert f"<code>{demo.PASSWORD}</code>" in after


def test_password_can_be_changed(client: Client, bob: User) -> None:
    client.force_login(bob)
    new = {"password1": "quite-another-1", "password2": "quite-another-1"}

    client.post("/accounts/password/change/", {"oldpassword": "bob-password", **new})

    bob.refresh_from_db()
    assert bob.check_password("quite-another-1")
