from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys.models import Contact, Segment
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_account, make_campaign, make_contact, make_user

pytestmark = pytest.mark.django_db

PAGE, NEW, CREATE = "/segments/", "/segments/new/", "/segments/create/"
SPANISH = {"c0-what": "language.is", "c0-value": "es"}
HOSTILE = ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "\u202eevil", "x" * 120, "%s %(a)s {{ 7|add:7 }}"]


def make_segment(name: str = "Spanish", conditions: Any = None) -> Segment:
    return Segment.objects.create(
        name=name, conditions=conditions or [{"field": "language", "op": "is", "value": "es"}]
    )


def names(page: str) -> list[str]:
    return re.findall(r'<a class="q"[^>]*><bdi[^>]*>(.*?)</bdi>', page)


def read(client: Client, address: str, **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return html_of(response)


# ---------------------------------------------------------------------------------------------------------------- list


def test_list_tells_name_conditions_and_count(client: Client, alice: User) -> None:
    make_contact(language="es")
    make_contact(language="en")
    segment = make_segment()
    client.force_login(alice)

    page = read(client, PAGE)

    assert names(page) == ["Spanish"]
    assert "language is es" in page
    assert f'<a href="/contacts/?segment={segment.pk}">1</a>' in page


def test_segment_with_broken_conditions_is_said_to_be_so(client: Client, alice: User) -> None:
    segment = make_segment(conditions=[{"field": "x"}])
    client.force_login(alice)

    assert "These conditions cannot be read: There is no such condition." in read(client, PAGE)
    assert names(read(client, f"{PAGE}{segment.pk}/")) == []


def test_empty_list_says_what_will_come(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "<h2>No segment yet</h2>" in read(client, PAGE)
    assert "<h2>Nothing follows here</h2>" in read(client, PAGE, page="9")


@pytest.mark.parametrize("number", ["x", "-1", "0", "99999999999999999999", "\x00", "١"])
def test_bad_page_number_is_the_first(client: Client, alice: User, number: str) -> None:
    make_segment()
    client.force_login(alice)

    assert client.get(PAGE, {"page": number}).status_code == 200


def test_statements_do_not_grow_with_rows(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(alice)
    statements = []
    for rows in (1, 3):
        while Segment.objects.count() < rows:
            make_segment(f"Segment {Segment.objects.count()}", [{"field": "tag", "op": "is", "value": "a"}])
        with django_assert_max_num_queries(20) as captured:
            read(client, PAGE)
        statements.append(len(captured))

    assert statements[0] == statements[1]


# ---------------------------------------------------------------------------------------------------------- try it out


def test_conditions_are_tried_without_saving(client: Client, alice: User) -> None:
    make_contact(name="Íñigo", language="es", account=make_account(name="Öko"))
    make_contact(name="Ann", language="en")
    client.force_login(alice)

    page = read(client, NEW, **SPANISH)

    assert names(page) == ["Íñigo"]
    assert '<div class="fig md">1</div>' in page
    assert Segment.objects.count() == 0


def test_without_conditions_everybody_fits_and_twenty_are_named(client: Client, alice: User) -> None:
    for _ in range(22):
        make_contact()
    client.force_login(alice)

    page = read(client, NEW)

    assert len(names(page)) == 20
    assert '<div class="fig md">22</div>' in page
    assert "The first 20 by name." in page


def test_a_condition_is_added_and_dropped_by_address(client: Client, alice: User) -> None:
    client.force_login(alice)

    added = read(client, NEW, **SPANISH, add="property.is")
    incomplete = read(client, NEW, **SPANISH, **{"c1-what": "property.is"})
    dropped = read(client, NEW, **SPANISH, **{"c1-what": "tag.is", "c1-value": "vip"}, drop="c0")

    assert re.findall(r'name="(c\d-[a-z]+)"', added) == ["c0-what", "c0-value", "c1-what", "c1-key", "c1-value"]
    assert "Not counted yet" not in added
    assert "Condition 2</a>: Name the property." in incomplete
    assert re.findall(r'name="(c\d-[a-z]+)"', dropped) == ["c1-what", "c1-value"]
    assert 'value="vip"' in dropped


@pytest.mark.parametrize(
    ("what", "widget"),
    [
        ("language.is", "<select"),
        ("owner.is", "<select"),
        ("last_band.is", "<select"),
        ("basis.is", "<select"),
        ("created.before", 'type="date"'),
        ("last_answered.within", 'type="number"'),
        ("tag.is", 'type="text"'),
    ],
)
def test_value_is_asked_for_as_fits_the_condition(client: Client, alice: User, what: str, widget: str) -> None:
    client.force_login(alice)

    page = read(client, NEW, add=what)

    field = re.search(r'<(?:select|input)[^>]*name="c0-value"[^>]*>', page)
    assert field
    assert widget in field[0]


def test_saved_conditions_stand_in_the_form(client: Client, alice: User) -> None:
    segment = make_segment()
    client.force_login(alice)

    page = read(client, f"{PAGE}{segment.pk}/")

    assert '<option value="es" selected>' in page
    assert "not saved yet" not in page
    assert "not saved yet" in read(client, f"{PAGE}{segment.pk}/", **SPANISH)


@pytest.mark.parametrize(
    "query",
    [
        {"c0-what": "password.is", "c0-value": "x"},
        {"c0-what": "language.is", "c0-value": "\x00"},
        {"c0-what": "owner.is", "c0-value": "9" * 40},
        {"c999-what": "language.is"},
        {"c9999999-what": "language.is"},
        {"add": "x", "drop": "c0", "name": "\x00" * 5},
        {f"c{n}-what": "name.empty" for n in range(25)},
    ],
)
def test_strange_addresses_are_no_error(client: Client, alice: User, query: dict[str, str]) -> None:
    client.force_login(alice)

    assert client.get(NEW, query).status_code == 200


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(client: Client, alice: User, text: str) -> None:
    make_contact(name=text, account=make_account(name=text))
    segment = make_segment(text, [{"field": "name", "op": "contains", "value": text}])
    client.force_login(alice)

    for address in (PAGE, f"{PAGE}{segment.pk}/", f"{NEW}?c0-what=name.contains&c0-value=<script>"):
        page = html_of(client.get(address))

        assert not re.search(r"<(script>|svg onload)", page)
        assert "{{ 7" in page or "{{" not in text or address.startswith(NEW)


# ------------------------------------------------------------------------------------------------------ save and delete


def test_new_segment_is_saved(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.post(CREATE, {"name": "Spanish", **SPANISH})

    segment = Segment.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}{segment.pk}/")
    assert (segment.name, segment.by) == ("Spanish", alice)
    assert segment.conditions == [{"field": "language", "op": "is", "value": "es"}]


def test_segment_is_changed(client: Client, alice: User) -> None:
    segment = make_segment()
    client.force_login(alice)

    client.post(f"{PAGE}{segment.pk}/save/", {"name": "Tagged", "c4-what": "tag.is", "c4-value": " vip "})

    segment.refresh_from_db()
    assert (segment.name, segment.conditions) == ("Tagged", [{"field": "tag", "op": "is", "value": "vip"}])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"name": "", **SPANISH}, "Name: This field is required."),
        ({"name": "taken", **SPANISH}, "Name: Another segment has this name."),
        ({"name": "x" * 121, **SPANISH}, "Name: Ensure this value has at most 120 characters (it has 121)."),
        ({"name": "New", "c0-what": "tag.is", "c0-value": ""}, "Condition 1: Say what to look for."),
        ({"name": "New", **SPANISH, "add": "created.after"}, "Condition 2: Say what to look for."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(client: Client, alice: User, data: dict[str, str], why: str) -> None:
    make_segment("taken")
    client.force_login(alice)

    response = client.post(CREATE, data)

    assert response.status_code == 422
    assert why in text_of(response)
    assert f'value="{data["name"]}"' in html_of(response) or not data["name"]
    assert Segment.objects.count() == 1


def test_segment_is_deleted(client: Client, alice: User) -> None:
    segment, _contact = make_segment(), make_contact(language="es")
    client.force_login(alice)

    response = client.post(f"{PAGE}{segment.pk}/delete/", follow=True)

    assert "Deleted: the segment Spanish. Its contacts stay." in text_of(response)
    assert (Segment.objects.count(), Contact.objects.count()) == (0, 1)


def test_segment_that_a_campaign_asks_is_not_deleted(client: Client, alice: User) -> None:
    segment = make_segment()
    make_campaign(name="Spring", segment=segment)
    client.force_login(alice)

    response = client.post(f"{PAGE}{segment.pk}/delete/", follow=True)

    assert "Not deleted: this segment is asked by Spring." in text_of(response)
    assert Segment.objects.get() == segment


# -------------------------------------------------------------------------------------------------------------- rights

PLACES = [("get", PAGE), ("get", NEW), ("get", "{segment}"), ("post", CREATE), ("post", "{segment}save/")]


@pytest.mark.parametrize(("method", "place"), [*PLACES, ("post", "{segment}delete/")])
def test_rights(client: Client, bob: User, carol: User, method: str, place: str) -> None:
    address = place.replace("{segment}", f"{PAGE}{make_segment().pk}/")
    other = {"get": "post", "post": "get"}[method]

    stranger = getattr(client, method)(address)
    client.force_login(carol)
    outsider = getattr(client, method)(address)
    client.force_login(bob)
    reader = getattr(client, method)(address)
    wrong = getattr(client, other)(address)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={address}")
    assert (outsider.status_code, reader.status_code) == (403, 200 if method == "get" else 403)
    assert wrong.status_code == 405
    assert Segment.objects.get().name == "Spanish"


def test_reader_tries_but_is_not_offered_to_save(client: Client, bob: User) -> None:
    client.force_login(bob)

    page = read(client, NEW, **SPANISH)

    assert "Save the segment" not in page
    assert "Add and count" in page


def test_names_are_for_those_who_may_see_contacts(client: Client) -> None:
    make_contact(name="Secret Person")
    user = make_user("counter")
    from django.contrib.auth.models import Permission

    user.user_permissions.add(Permission.objects.get(codename="view_segment"))
    client.force_login(user)

    page = read(client, NEW)

    assert '<div class="fig md">1</div>' in page
    assert "Secret Person" not in page


def test_no_such_segment_is_no_page(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(f"{PAGE}99/").status_code == 404
    assert client.post(f"{PAGE}99/save/").status_code == 404
