from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from surveys import contacts
from surveys.enums import SuppressionReason
from surveys.models import Contact, Event, Segment
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import make_account, make_contact, make_response, make_user
from tests.sizes import MANY

pytestmark = pytest.mark.django_db

PAGE = "/contacts/"
NAMES = [
    *("Ana Ñandú", "Олена Шевченко", "Δήμητρα Ιωάννου", "فاطمة البكري", "יעל כהן", "陈伟", "さくら", "김민수", "สมชาย"),
]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "<img src=x onerror=alert(1)>",
    "\u202eevil",
    "x" * 200,
    "{{ 7|add:7 }}{% now 'Y' %}",
]


def read(client: Client, **query: str | int) -> str:
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return html_of(response)


def names(page: str) -> list[str]:
    """Of the rows: an account is a link of the same kind."""
    return re.findall(r'<a class="q" href="/contacts/\d+/"><bdi[^>]*>(.*?)</bdi>', page)


def test_row_tells_who_where_and_the_last_answer(client: Client, alice: User) -> None:
    owner = make_user("marta", first_name="Marta", last_name="Ruiz")
    contact = make_contact(
        name="Ana Ñandú", email="ana@example.com", account=make_account(name="Öko"), owner=owner, tags=["vip"]
    )
    make_response(contact=contact, score=9)
    contacts.suppress(contact.email, reason=SuppressionReason.MANUAL)
    client.force_login(alice)

    row = re.search(r"<tr role=\"row\" data-row>.*?</tr>", read(client))

    assert row
    said = " ".join(re.sub(r"<[^>]*>", " ", row[0]).replace("\xa0", " ").split())
    assert said == (
        "Ana Ñandú vip Öko ana@example.com must not be mailed 9 of 10, promoter 0 minutes ago MR Marta Ruiz"
    )


@pytest.mark.parametrize("name", NAMES)
def test_names_of_every_script_are_shown_and_found(client: Client, alice: User, name: str) -> None:
    make_contact(name=name)
    make_contact(name="somebody else")
    client.force_login(alice)

    assert names(read(client, q=name.lower())) == [name]


def test_each_filter_leaves_whom_it_names(client: Client, alice: User) -> None:
    marta = make_user("marta")
    ana = make_contact(
        name="Ana", language="es", tags=["vip"], owner=marta, account=make_account(name="Öko"), email="ana@x.example"
    )
    make_response(contact=ana, score=2)
    bo = make_contact(name="Bo")
    contacts.suppress(bo.email, reason=SuppressionReason.BOUNCED)
    segment = Segment.objects.create(name="s", conditions=[{"field": "tag", "op": "is", "value": "vip"}])
    client.force_login(alice)
    filters: list[dict[str, str | int]] = [
        {"q": "ana@x"},
        {"q": "öko"},
        {"tag": "vip"},
        {"language": "es"},
        {"account": "ök"},
        {"mail": "no"},
        {"segment": segment.pk},
        {"owner": marta.pk},
        {"band": "detractor"},
        {"q": "a", "tag": "vip"},
    ]

    assert [names(read(client, **each)) for each in filters] == [["Ana"]] * len(filters)
    assert names(read(client, band="never")) == ["Bo"]
    assert names(read(client, mail="yes")) == ["Bo"]
    assert names(read(client, q="ana@x", mail="yes")) == []


def test_order(client: Client, alice: User) -> None:
    first, second = make_contact(name="b"), make_contact(name="A")
    make_response(contact=first)
    client.force_login(alice)

    assert names(read(client)) == ["A", "b"]
    assert names(read(client, order="answered")) == ["b", "A"]
    assert names(read(client, order="newest")) == ["A", "b"]
    assert names(read(client, order="nonsense")) == ["A", "b"]
    assert second.pk > first.pk


def test_pages_keep_the_filters(client: Client, alice: User) -> None:
    for number in range(52):
        make_contact(name=f"Person {number:02}", tags=["é & <b>"])
    client.force_login(alice)

    page = read(client, tag="é & <b>", order="name")

    assert len(names(page)) == 50
    following = re.search(r'rel="next" href="(\?[^"]+)"', page)
    assert following
    assert names(html_of(client.get(PAGE + following[1].replace("&amp;", "&")))) == ["Person 50", "Person 51"]


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"page": "-3"},
        {"page": "9" * 30},
        {"segment": "999"},
        {"segment": "x' OR 1=1"},
        {"owner": "9" * 40},
        {"band": "fan"},
        {"language": "<script>"},
        {"mail": "perhaps"},
        {"order": "\x00"},
        {"q": "\x00"},
        {"tag": "\x00\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")},
        {"q": "x" * 5000},
        {"account": "%"},
    ],
)
def test_strange_addresses_are_no_error(client: Client, alice: User, query: dict[str, str]) -> None:
    make_contact()
    client.force_login(alice)

    assert client.get(PAGE, query).status_code == 200


def test_filters_become_a_segment(client: Client, alice: User) -> None:
    segment = Segment.objects.create(name="s", conditions=[{"field": "basis", "op": "is", "value": "customer"}])
    make_contact(name="Ana", tags=["vip"], language="es")
    client.force_login(alice)

    link = re.search(r'href="(/segments/new/\?[^"]+)"', read(client, segment=segment.pk, tag="vip", language="es"))
    assert link
    page = html_of(client.get(link[1].replace("&amp;", "&")))

    assert re.findall(r'<option value="([a-z_.]+)" selected>', page) == [
        "basis.is",
        "customer",
        "tag.is",
        "language.is",
        "es",
    ]
    assert '<div class="fig md">1</div>' in page


def test_segment_that_cannot_be_read_is_said_to_be_so(client: Client, alice: User) -> None:
    segment = Segment.objects.create(name="s", conditions=[{"field": "x"}])
    make_contact(name="Ana")
    client.force_login(alice)

    page = read(client, segment=segment.pk)

    assert "This segment cannot be read." in page
    assert names(page) == []


def test_empty_states(client: Client, alice: User) -> None:
    client.force_login(alice)

    assert "<h2>No contact yet</h2>" in read(client)
    assert "<h2>No contact fits these filters</h2>" in read(client, q="x")
    assert "<h2>Nothing follows here</h2>" in read(client, page=3)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(client: Client, alice: User, text: str) -> None:
    make_contact(name=text, account=make_account(name=text), tags=[text], properties={text: text}, language='"><b>')
    client.force_login(alice)

    page = read(client)

    assert not re.search(r"<(script>|svg onload|img|b>)", page)
    assert "{{ 7" in page or "{{" not in text
    assert len(names(page)) == 1


def statements(client: Client, captured: Any, **query: str | int) -> int:
    with captured(30) as seen:
        read(client, **query)
    return len(seen)


def test_statements_do_not_grow_with_rows(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    client.force_login(alice)
    counted = []
    for rows in (1, 3):
        while Contact.objects.count() < rows:
            contact = make_contact(account=make_account(owner=alice), owner=alice, tags=["vip"])
            make_response(contact=contact)
        counted.append(statements(client, django_assert_max_num_queries, tag="vip"))

    assert counted[0] == counted[1]


def test_thousands_of_contacts_take_as_many_statements_and_one_page(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    make_contact(name="one")
    client.force_login(alice)
    few = statements(client, django_assert_max_num_queries)
    Contact.objects.bulk_create(
        Contact(name=f"N{n}", email=f"n{n}@example.com", address_hash=f"{n:064}", tags=["a"]) for n in range(MANY)
    )

    many = statements(client, django_assert_max_num_queries)

    assert many == few
    page = read(client)
    assert len(names(page)) == 50
    assert f"{MANY + 1:,} contacts" in page
    assert len(page) < 100_000


def test_scores_are_for_those_who_may_see_answers(client: Client) -> None:
    make_response(contact=make_contact(name="Ana"), score=2)
    user = make_user("reader")
    user.user_permissions.add(Permission.objects.get(codename="view_contact"))
    client.force_login(user)

    page = read(client)

    assert names(page) == ["Ana"]
    assert "detractor</span>" not in page


def test_rights(client: Client, bob: User, carol: User) -> None:
    make_contact(name="Ana")

    response = client.get(PAGE)
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/contacts/")
    client.force_login(carol)
    assert client.get(PAGE).status_code == 403
    client.force_login(bob)
    assert names(read(client)) == ["Ana"]
    assert "Save these filters" not in read(client, q="ana")
    assert client.post(PAGE).status_code == 405


def test_reading_changes_nothing(client: Client, alice: User) -> None:
    make_contact()
    client.force_login(alice)
    before = list(Contact.objects.values())

    text_of(client.get(PAGE))
    client.head(PAGE)

    assert (list(Contact.objects.values()), Event.objects.count()) == (before, 0)
