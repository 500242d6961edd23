from __future__ import annotations

import html
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from tests.factories import make_team, make_user

pytestmark = pytest.mark.django_db

PAGE = "/admin/auth/user/"


@pytest.fixture
def ada(client: Client) -> User:
    """An Admin of the organisation, who is no superuser, and signed in."""
    ada = make_user("ada", "Admin", is_staff=True)
    client.force_login(ada)
    return ada


def form_of(user: User, **fields: Any) -> dict[str, Any]:
    values = {"username": user.username, "email": user.email, "is_active": "on"}
    return {**values, **({"is_staff": "on"} if user.is_staff else {}), **fields}


def save(client: Client, user: User, **fields: Any) -> dict[str, list[str]]:
    """Post the form; the errors that it comes back with."""
    response = client.post(f"{PAGE}{user.pk}/change/", form_of(user, **fields))
    return {} if response.status_code == 302 else dict(response.context["adminform"].form.errors)


def test_admin_gives_roles(client: Client, ada: User) -> None:
    bob = make_user("bob")
    roles = Group.objects.filter(name__in=["Support", "Support lead"])

    errors = save(client, bob, groups=[role.pk for role in roles], first_name="Bob")

    assert errors == {}
    bob.refresh_from_db()
    assert (bob.first_name, set(bob.groups.all())) == ("Bob", set(roles))
    assert bob.has_perm("advocacy.assign_case")


def test_admin_takes_in_a_new_person(client: Client, ada: User) -> None:
    support = Group.objects.get(name="Support")
    words = {"usable_password": "true", "password1": "a-long-pass-phrase", "password2": "a-long-pass-phrase"}

    response = client.post(
        f"{PAGE}add/",
        {"username": "bob", "email": "bob@example.com", "first_name": "Bob", "groups": [support.pk], **words},
    )

    assert response.status_code == 302
    bob = User.objects.get(username="bob")
    assert (bob.email, list(bob.groups.all()), bob.is_staff) == ("bob@example.com", [support], False)
    assert bob.check_password("a-long-pass-phrase")


def test_admin_makes_no_superuser(client: Client, ada: User) -> None:
    page = client.get(f"{PAGE}{ada.pk}/change/").content.decode()
    permission = Permission.objects.get(codename="view_contact")

    errors = save(client, ada, is_superuser="on", user_permissions=[permission.pk], first_name="Ada")

    assert errors == {}
    ada.refresh_from_db()
    assert (ada.first_name, ada.is_superuser, ada.user_permissions.count()) == ("Ada", False, 0)
    assert ("id_groups" in page, "is_superuser" in page, "user_permissions" in page) == (True, False, False)


@pytest.mark.parametrize("page", ["change/", "password/", "delete/"])
def test_admin_touches_no_superuser(client: Client, ada: User, page: str) -> None:
    root = make_user("root", is_superuser=True, is_staff=True)
    password = root.password
    data = {
        **form_of(root, email="ada@elsewhere.example.com"),
        "password1": "mine-now-for-sure",
        "password2": "mine-now-for-sure",
    }

    response = client.post(f"{PAGE}{root.pk}/{page}", {**data, "usable_password": "true", "post": "yes"})

    assert response.status_code == 403
    root.refresh_from_db()
    assert (root.email, root.password) == ("root@example.com", password)


def test_superuser_may_do_what_an_admin_may_not(client: Client, alice: User) -> None:
    client.force_login(alice)
    bob = make_user("bob")

    errors = save(client, bob, is_superuser="on")

    assert errors == {}
    bob.refresh_from_db()
    assert bob.is_superuser


def test_people_are_made_inactive_and_not_deleted(client: Client, ada: User, alice: User) -> None:
    bob = make_user("bob")
    refused = client.get(f"{PAGE}{bob.pk}/delete/").status_code
    client.force_login(alice)

    assert (refused, client.get(f"{PAGE}{bob.pk}/delete/").status_code) == (403, 200)


def test_no_two_people_share_an_address(client: Client, ada: User) -> None:
    bob = make_user("bob")

    errors = save(client, bob, email="ADA@example.com")

    assert errors == {"email": ["Somebody else signs in with this address."]}


def test_earlier_address_opens_no_door(client: Client, ada: User) -> None:
    bob = make_user("bob")
    EmailAddress.objects.create(user=bob, email="bob@example.com", primary=True, verified=True)
    EmailAddress.objects.create(user=ada, email="ada@example.com", primary=True, verified=True)

    errors = save(client, bob, email="robert@example.com")

    assert errors == {}
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["ada@example.com"]


def test_page_tells_the_teams(client: Client, ada: User) -> None:
    bob = make_user("bob")
    for name in ("Night shift", "<b>Day shift</b>"):
        make_team(name=name, members=[bob])

    page = client.get(f"{PAGE}{bob.pk}/change/").content.decode()

    assert "&lt;b&gt;Day shift&lt;/b&gt;, Night shift" in page


def test_list_tells_the_roles(client: Client, ada: User) -> None:
    make_user("bob", "Support", "Marketing")

    page = client.get(PAGE).content.decode()

    assert '<td class="field-roles">Marketing, Support</td>' in page


def test_role_offers_the_rights_of_this_product_only(client: Client, ada: User) -> None:
    role = Group.objects.get(name="Support")

    page = client.get(f"/admin/auth/group/{role.pk}/change/")

    offered = page.context["adminform"].form.fields["permissions"].queryset
    apps = set(offered.values_list("content_type__app_label", flat=True))
    assert apps == {"surveys", "advocacy", "auth"}
    assert "Can close" not in html.unescape(page.content.decode())
    assert not offered.filter(codename__contains="historical").exists()
    assert offered.filter(codename="work_case").exists()
