"""The outbox: what became of each mail, and the unknown settled by a person."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys.enums import MessageStatus, Purpose, WaveStatus
from surveys.models import Event, Message, Wave
from tests.factories import make_contact, make_invitation, make_message, make_user, make_wave

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def page_of(client: Client, query: str = "") -> str:
    response = client.get(f"/outbox/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def people(client: Client, query: str = "") -> list[str]:
    return re.findall(r'<th role="rowheader"[^>]*><a class="q"[^>]*><bdi>(.*?)</bdi>', page_of(client, query))


def counts(page: str) -> dict[str, str]:
    return dict(re.findall(r'<a href="/outbox/\?state=(\w+)"[^>]*>[^<]*<span class="n">(.*?)</span>', page))


def make_mail(name: str = "Ana", status: str = MessageStatus.UNKNOWN, **fields: object) -> Message:
    wave = fields.pop("wave", None) or make_wave(status=WaveStatus.FINISHED)
    invitation = make_invitation(wave=wave, contact=make_contact(name=name))
    return make_message(invitation=invitation, status=status, **fields)


def test_mails_are_counted_by_state(client: Client, bob: User) -> None:
    client.force_login(bob)
    for status in (*MessageStatus, MessageStatus.FAILED):
        make_mail(status=status, sent_at=timezone.now() if status == MessageStatus.SENT else None)
    make_mail(status=MessageStatus.SENT, sent_at=timezone.now() - 2 * DAY)

    found = counts(page_of(client))

    assert found == {**dict.fromkeys(MessageStatus.values, "1"), "failed": "2"}


def test_counts_by_purpose(client: Client, bob: User) -> None:
    client.force_login(bob)
    make_mail(status=MessageStatus.FAILED)
    make_message(invitation=None, user=make_user(), purpose=Purpose.STAFF, status=MessageStatus.FAILED)

    page = page_of(client)

    row = re.search(r'<th scope="row" class="fw-normal">Failed</th>(.*?)</tr>', page)
    assert row is not None
    assert re.findall(r">(\d+)<", row[1]) == ["1", "0", "0", "1", "2"]


def test_what_asks_for_a_person_comes_first(client: Client, bob: User) -> None:
    client.force_login(bob)
    make_mail("Waiting", MessageStatus.QUEUED)
    only_waiting = people(client)
    make_mail("Failed", MessageStatus.FAILED)
    failed = people(client)
    make_mail("Unknown")

    assert (only_waiting, failed, people(client)) == (["Waiting"], ["Failed"], ["Unknown"])
    assert people(client, "?state=queued") == ["Waiting"]


def test_row_tells_who_what_and_why(client: Client, bob: User) -> None:
    client.force_login(bob)
    message = make_mail(
        "Íñigo", MessageStatus.FAILED, attempts=2, error="550 5.1.1 no such user", dispatched_at=timezone.now()
    )

    page = page_of(client, "?state=failed")

    assert message.contact is not None
    assert f"<bdi>{message.contact.email}</bdi>" in page
    assert "Invitation" in page
    assert f'href="/waves/{Wave.objects.get().pk}/"' in page
    assert 'The mail server answered: <span class="small dim" dir="auto">550 5.1.1 no such user</span>' in page
    assert 'data-l="Attempts">2</td>' in page


def test_letter_to_staff_and_letter_of_an_erased_contact(client: Client, bob: User) -> None:
    client.force_login(bob)
    make_message(invitation=None, user=make_user("marta", first_name="Marta"), status=MessageStatus.FAILED)
    make_message(invitation=None, status=MessageStatus.FAILED)

    page = page_of(client, "?state=failed")

    assert "<bdi>Marta</bdi>" in page
    assert "nobody any more" in page


def test_names_are_for_those_who_may_see_contacts(client: Client, carol: User) -> None:
    carol.user_permissions.add(Permission.objects.get(codename="view_message"))
    client.force_login(carol)
    message = make_mail("Ana Only")
    assert message.contact is not None

    page = page_of(client)

    assert ("Ana Only" in page, message.contact.email in page, "a contact" in page) == (False, False, True)


def test_list_goes_on_where_the_page_before_ended(client: Client, bob: User) -> None:
    client.force_login(bob)
    wave = make_wave()
    mails = [make_mail(f"C{number}", MessageStatus.FAILED, wave=wave) for number in range(51)]
    newest_first = [f"C{number}" for number in range(50, -1, -1)]

    first = page_of(client, "?state=failed")

    assert people(client, "?state=failed") == newest_first[:50]
    assert f'href="/outbox/?state=failed&amp;before={mails[1].pk}"' in first
    assert people(client, f"?state=failed&before={mails[1].pk}") == ["C0"]
    assert "Nothing older is in this state." in page_of(client, f"?state=failed&before={mails[0].pk}")


@pytest.mark.parametrize("place", ["", "x", "-1", "%00", "9" * 40, "٣"])
def test_place_nobody_gave_out_starts_at_the_top(client: Client, bob: User, place: str) -> None:
    client.force_login(bob)
    make_mail("Ana")

    assert people(client, f"?state=unknown&before={place}") == ["Ana"]


@pytest.mark.parametrize("state", ["", "x", "%00", "sent'"])
def test_state_that_does_not_exist(client: Client, bob: User, state: str) -> None:
    client.force_login(bob)

    assert client.get(f"/outbox/?state={state}").status_code == 404


def test_empty_outbox_says_what_will_be_there(client: Client, bob: User) -> None:
    client.force_login(bob)

    assert "Nothing waits, and nothing left today" in page_of(client)
    make_mail(status=MessageStatus.QUEUED)
    assert "Nothing is in doubt." in page_of(client, "?state=unknown")
    assert "Nothing has failed." in page_of(client, "?state=failed")


# ------------------------------------------------------------------------------------------------------------- settling


def test_unknown_counts_as_sent(client: Client, alice: User) -> None:
    client.force_login(alice)
    message = make_mail(dispatched_at=timezone.now() - DAY)
    shown = page_of(client)

    response = client.post(f"/outbox/{message.pk}/sent/", follow=True)

    message.refresh_from_db()
    assert (message.status, message.sent_at) == (MessageStatus.SENT, message.dispatched_at)
    assert response.redirect_chain == [("/outbox/?state=unknown", 302)]
    assert "Noted: it counts as sent." in response.content.decode()
    assert f'action="/outbox/{message.pk}/sent/"' in shown


def test_unknown_leaves_again_though_its_wave_had_finished(client: Client, alice: User) -> None:
    client.force_login(alice)
    message = make_mail()

    response = client.post(f"/outbox/{message.pk}/again/", follow=True)

    message.refresh_from_db()
    assert (message.status, Wave.objects.get().status) == (MessageStatus.QUEUED, WaveStatus.SENDING)
    assert "Noted: it waits to leave again." in response.content.decode()
    assert Message.objects.due(timezone.now()).get() == message


@pytest.mark.parametrize("step", ["sent", "again"])
@pytest.mark.parametrize("status", [status for status in MessageStatus if status != MessageStatus.UNKNOWN])
def test_everything_else_stays(client: Client, alice: User, step: str, status: MessageStatus) -> None:
    client.force_login(alice)
    message = make_mail(status=status)

    response = client.post(f"/outbox/{message.pk}/{step}/", follow=True)

    message.refresh_from_db()
    assert message.status == status
    assert "Not changed: It was settled meanwhile" in response.content.decode()
    assert Event.objects.count() == 0


@pytest.mark.parametrize("step", ["sent", "again"])
def test_only_those_with_the_right_settle_and_only_by_post(
    client: Client, alice: User, bob: User, carol: User, step: str
) -> None:
    message = make_mail()
    address = f"/outbox/{message.pk}/{step}/"
    statuses = [client.post(address).status_code]
    for user in (carol, bob):
        client.force_login(user)
        statuses.append(client.post(address).status_code)
    has_buttons = "Treat as sent" in page_of(client)
    client.force_login(alice)
    statuses += [client.get(address).status_code, client.post(f"/outbox/999999/{step}/").status_code]

    assert (statuses, has_buttons) == ([302, 403, 403, 405, 404], False)
    message.refresh_from_db()
    assert message.status == MessageStatus.UNKNOWN


def test_page_is_for_those_with_the_right(client: Client, alice: User, carol: User) -> None:
    logged_out = client.get("/outbox/").status_code
    client.force_login(carol)
    stranger = client.get("/outbox/").status_code
    client.force_login(alice)

    assert (logged_out, stranger, client.post("/outbox/").status_code) == (302, 403, 405)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_statements_for_one_as_for_three(
    client: Client, alice: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    for _ in range(rows):
        make_mail()
    page_of(client)

    # Session, user, frame; eight counts, the rows.
    with django_assert_num_queries(3 + 8 + 1):
        assert len(people(client)) == rows


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eabc", "W" * 200]
)
def test_hostile_texts_are_inert(client: Client, alice: User, text: str) -> None:
    client.force_login(alice)
    make_mail(text, error=text)

    page = page_of(client)

    assert page.count("<script>alert") + page.count("<img src=x") == 0
