from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from advocacy import cases
from advocacy.enums import AttemptChannel
from surveys import contacts, wishes
from surveys.enums import Basis, ExitChoice, HoldKind, SuppressionReason, TouchKind
from surveys.models import Contact, Event, Hold, Import, ImportedContact, Suppression, Touch
from tests.advocacy.pages.casework import html_of, text_of
from tests.factories import (
    make_account,
    make_advocate,
    make_case,
    make_click,
    make_contact,
    make_invitation,
    make_message,
    make_request,
    make_response,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOSTILE = ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "{{ 7|add:7 }}", "x" * 200, "\u202eevil"]


def address(contact: Contact, verb: str = "") -> str:
    return f"/contacts/{contact.pk}/{verb}"


def read(client: Client, contact: Contact) -> str:
    response = client.get(address(contact))
    assert response.status_code == 200
    return text_of(response)


def grant(user: User, *codenames: str) -> User:
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return user


def make_busy_contact(by: User) -> Contact:
    contact = make_contact(name="Ana Ñandú", account=make_account(name="Öko"))
    invitation = make_invitation(contact=contact)
    make_message(invitation=invitation, sent_at=timezone.now() - 3 * DAY)
    make_click(invitation=invitation, score=4)
    response = make_response(invitation=invitation, score=3, comment="Un mes sin máquina")
    case = make_case(contact=contact, response=response)
    cases.log_attempt(case, by=by, channel=AttemptChannel.CALL, reached=False, note="rang and rang")
    cases.add_note(case, by=by, text="a difficult person")
    make_request(contact=contact)
    make_advocate(contact=contact)
    batch = Import.objects.create(name="people.csv")
    ImportedContact.objects.create(batch=batch, contact=contact, was_created=True, at=NOW)
    return contact


# ---------------------------------------------------------------------------------------------------------------- page


def test_phone_number_is_a_link_that_dials(client: Client, alice: User) -> None:
    client.force_login(alice)
    contact = make_contact(phone="+49 (30) 123 45-67")

    assert '<a href="tel:+49301234567">+49 (30) 123 45-67</a>' in html_of(client.get(address(contact)))


def test_page_tells_everything_that_happened_in_one_list(client: Client, alice: User) -> None:
    contact = make_busy_contact(alice)
    contacts.suppress(contact.email, reason=SuppressionReason.MANUAL, source="by phone", by=alice)
    client.force_login(alice)

    said = read(client, contact)

    for words in (
        *("Survey sent", "Opened the page of score 4", "Answered with a score of 3", "Un mes sin máquina"),
        *("Call tried, nobody answered", "rang and rang", "Private note", "a difficult person"),
        *("Must not be mailed: Set by staff", "by phone", "Came with the file people.csv"),
    ):
        assert words in said
    assert "Öko" in said


def test_page_tells_that_the_contact_unsubscribed_and_how_and_after_a_lift_still(client: Client, alice: User) -> None:
    contact = make_contact()
    message = make_message(contact=contact, invitation=make_invitation(contact=contact), letter="invitation")
    contacts.unsubscribe(message)
    client.force_login(alice)

    stopped = read(client, contact)
    contacts.lift(Suppression.objects.get(), reason="Wrote to us", by=alice)
    lifted = read(client, contact)

    for said in (stopped, lifted):
        assert said.count("Must not be mailed: Unsubscribed") == 1
        assert f"invitation {message.pk}" not in said
    assert stopped.count("by the link in a survey mail") == 2  # among what happened, and beside it
    assert lifted.count("by the link in a survey mail") == 1
    assert "Must not be mailed" not in lifted[: lifted.index("May be mailed again")]
    assert "Wrote to us" in lifted


def test_stop_that_a_colleague_set_is_told_once(client: Client, alice: User) -> None:
    contact = make_contact()
    contacts.suppress(contact.email, reason=SuppressionReason.MANUAL, source="by phone", by=alice)
    contacts.lift(Suppression.objects.get(), reason="Wrote to us", by=alice)
    client.force_login(alice)

    assert read(client, contact).count("Must not be mailed: Set by staff") == 1


def test_page_tells_what_the_contact_wants_and_since_when(client: Client, alice: User) -> None:
    contact = make_contact(name="Ana")
    message = make_message(contact=contact, invitation=None)
    client.force_login(alice)
    assert "Wants As the campaigns say" in read(client, contact)

    with time_machine.travel(NOW, tick=False):
        wishes.choose(contact, ExitChoice.FEWER, message=message)
        wishes.choose(contact, ExitChoice.PAUSE, message=message)
    said = read(client, contact)

    assert "Wants One survey a year, no offers, no requests, chosen by the contact on 23 Nov 2026" in said
    assert "Pause the contact asked for until 23 Nov 2027" in said
    assert "Chose by the link in a mail: fewer mails" in said
    assert "Chose by the link in a mail: a pause of a year" in said


def test_next_survey_of_who_wants_fewer_is_a_year_away(client: Client, alice: User) -> None:
    contact = make_contact(mail_wish="fewer")
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=timezone.now())
    client.force_login(alice)

    assert "one survey in 365 days" in read(client, contact)


def test_newest_stands_first(client: Client, alice: User) -> None:
    contact = make_contact()
    make_message(contact=contact, invitation=None, letter="old", sent_at=NOW - 9 * DAY)
    make_message(contact=contact, invitation=None, letter="new", sent_at=NOW)
    client.force_login(alice)

    said = read(client, contact)

    assert said.index("Mail sent: new") < said.index("Mail sent: old")


def test_touch_is_not_told_beside_its_mail(client: Client, alice: User) -> None:
    contact = make_contact()
    make_message(contact=contact, invitation=None, letter="invitation", sent_at=NOW)
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=NOW)
    Touch.objects.create(contact=contact, kind=TouchKind.CALL, at=NOW - DAY)
    client.force_login(alice)

    said = read(client, contact)

    assert "Survey invitation" not in said
    assert "Call " in said


def test_marketing_reads_answers_and_not_what_was_noted_in_cases(client: Client, alice: User) -> None:
    contact = make_busy_contact(alice)
    client.force_login(alice)
    assert "a difficult person" in read(client, contact)

    client.force_login(make_user("mara", "Marketing"))
    said = read(client, contact)

    assert "Un mes sin máquina" in said
    assert "Call tried, nobody answered" in said
    assert "Case opened" in said or "nobody answered" in said
    for words in ("a difficult person", "rang and rang", "Private note"):
        assert words not in said
    assert "/cases/" not in html_of(client.get(address(contact)))


def test_answers_are_for_those_who_may_see_them(client: Client, alice: User) -> None:
    contact = make_busy_contact(alice)
    client.force_login(grant(make_user("reader"), "view_contact"))

    said = read(client, contact)

    assert "Survey sent" in said
    assert "Un mes sin máquina" not in said
    assert "Scores" not in said
    assert "Opened the page" not in said


@time_machine.travel(NOW)
def test_aside_tells_what_stands_against_asking(client: Client, alice: User) -> None:
    contact = make_contact(basis=Basis.NONE, language="es", timezone="Europe/Madrid", properties={"plan": "Gold"})
    Hold.objects.create(contact=contact, kind=HoldKind.PAUSE, until=NOW + 9 * DAY, reason="on leave")
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=NOW - 10 * DAY)
    contacts.suppress(contact.email, reason=SuppressionReason.BOUNCED)
    client.force_login(alice)

    said = read(client, contact)

    for words in (
        *("none recorded, so no survey", "Pause until 2 Dec 2026: on leave", "plan Gold", "13:00 there"),
        *("Stopped: Surveys and offers. Address bounced, since", "from 11 Feb 2027: one survey in 90 days"),
    ):
        assert words in said


def test_contact_of_whom_nothing_is_known(client: Client, alice: User) -> None:
    contact = make_contact(name="", email="", phone="+34 1", basis=Basis.NONE)
    client.force_login(alice)

    said = read(client, contact)

    assert "no address to mail" in said
    assert "Nothing yet." in said


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(client: Client, alice: User, text: str) -> None:
    contact = make_contact(
        name=text, account=make_account(name=text), tags=[text], properties={text: text}, external_id=text[:90],
        language='"><i>', timezone=text[:60], basis_source=text, basis="consent", phone=text[:40],
    )  # fmt: skip
    make_response(contact=contact, comment=text, language='"><i>')
    contacts.suppress(contact.email, reason=SuppressionReason.MANUAL, source=text, by=alice)
    client.force_login(alice)

    for verb in ("", "edit/", "merge/", "erase/", "merge/?q=" + "%3Cscript%3E"):
        page = html_of(client.get(address(contact, verb)))

        assert not re.search(r"<(script>|svg onload|i>)", page)
        assert "{{ 7" in page or "{{" not in text


def test_statements_do_not_grow_with_what_happened(
    client: Client, alice: User, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    contact = make_busy_contact(alice)
    client.force_login(alice)
    counted = []
    for rows in (1, 3):
        while contact.responses.count() < rows:
            invitation = make_invitation(contact=contact)
            make_message(invitation=invitation, sent_at=NOW)
            make_response(invitation=invitation)
            make_click(invitation=invitation)
        with django_assert_max_num_queries(40) as captured:
            read(client, contact)
        counted.append(len(captured))

    assert counted[0] == counted[1]


# ---------------------------------------------------------------------------------------------------------------- edit


def fields(client: Client, contact: Contact) -> dict[str, str]:
    """What the form would send if nothing was changed."""
    form = client.get(address(contact, "edit/")).context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in data.items()} | {
        "seen": contacts.version(contact)
    }


def test_details_are_changed(client: Client, alice: User) -> None:
    account, owner = make_account(name="Öko GmbH"), make_user("owner")
    contact = make_contact(name="Ana", properties={"plan": "Basic"})
    client.force_login(alice)
    data = fields(client, contact) | {
        "name": "Íñigo",
        "email": " New@Example.com ",
        "language": "pt_br",
        "timezone": "Europe/Madrid",
        "account": "öko gmbh",
        "owner": str(owner.pk),
        "tags": "vip\n\nbeta \nvip",
        "properties": "plan: Gold: 2\nseats:3",
    }

    response = client.post(address(contact, "save/"), data, follow=True)

    contact.refresh_from_db()
    assert (contact.name, contact.email, contact.language) == ("Íñigo", "new@example.com", "pt-BR")
    assert (contact.timezone, contact.account, contact.owner) == ("Europe/Madrid", account, owner)
    assert (contact.tags, contact.properties) == (["vip", "beta"], {"plan": "Gold: 2", "seats": "3"})
    assert "Changed: name, mail address, language, time zone, account, owner, tags, properties" in text_of(response)


def test_what_was_left_alone_is_not_written(client: Client, alice: User) -> None:
    contact = make_contact(
        tags=["a, b", "c"], properties={"k": "v", "url": "http://x"}, customer_since=dt.date(2020, 1, 1)
    )
    client.force_login(alice)
    before = Contact.objects.values().get()

    response = client.post(address(contact, "save/"), fields(client, contact), follow=True)

    assert "Nothing was changed." in text_of(response)
    assert (Contact.objects.values().get(), Event.objects.count()) == (before, 0)


def test_second_of_two_users_is_refused_and_both_texts_are_shown(client: Client, alice: User) -> None:
    contact = make_contact(name="Ana", phone="+1", properties={"plan": "Gold", "seats": "3"})
    karim = make_user("karim", first_name="Karim", last_name="Haddad")
    client.force_login(alice)
    mine = fields(client, contact) | {"name": "Mine <b>", "properties": "plan: Gold\r\nseats: 3"}
    contacts.save_details(Contact.objects.get(), seen=contacts.version(contact), by=karim, name="Theirs", phone="+2")

    response = client.post(address(contact, "save/"), mine)

    said = text_of(response)
    assert response.status_code == 409
    assert "Not saved: Karim Haddad changed this contact at " in said
    assert "Name Theirs Mine &lt;b&gt;" in said
    assert "Phone +2 +1 Save once more to keep yours." in said
    assert 'value="Mine &lt;b&gt;"' in html_of(response)
    assert Contact.objects.get().name == "Theirs"


def test_second_save_after_the_refusal_keeps_ones_own(client: Client, alice: User) -> None:
    contact, karim = make_contact(name="Ana"), make_user("karim")
    client.force_login(alice)
    mine = fields(client, contact) | {"name": "Mine"}
    contacts.save_details(Contact.objects.get(), seen=contacts.version(contact), by=karim, name="Theirs")

    page = html_of(client.post(address(contact, "save/"), mine))
    seen = re.search(r'name="seen" value="(\d{20})"', page)
    assert seen
    client.post(address(contact, "save/"), mine | {"seen": seen[1]})

    assert Contact.objects.get().name == "Mine"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"email": "nobody"}, "Mail address: Enter a valid email address."),
        ({"email": "TAKEN@example.com"}, "Mail address: There is a contact with this address already"),
        ({"email": "", "phone": ""}, "Write a mail address or a phone number"),
        ({"language": "<b>"}, "Language: Write a language tag such as es or pt-BR."),
        ({"timezone": "Mars/Base"}, "no time zone"),
        ({"account": "No such"}, "Account: No account has this name."),
        ({"owner": "999"}, "Owner: Select a valid choice."),
        ({"customer_since": "yesterday"}, "Customer since: Enter a valid date."),
        ({"properties": "no colon"}, "Properties: Write “name: value” on each line. This is none: no colon"),
        ({"name": "x" * 201}, "Name: Ensure this value has at most 200 characters"),
        ({"name": "a\x00b"}, "Name: Null characters are not allowed."),
        ({"basis": "hope"}, "Basis for surveys: Select a valid choice."),
        ({"phone": "abc not a phone"}, "Write a phone number with its digits, or leave it empty."),
        ({"seen": ""}, "It does not say which state of the contact it is about."),
        ({"seen": "1"}, "It does not say which state of the contact it is about."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(client: Client, alice: User, typed: dict[str, str], why: str) -> None:
    make_contact(email="taken@example.com")
    contact = make_contact(name="Ana")
    client.force_login(alice)
    before = list(Contact.objects.values())

    response = client.post(address(contact, "save/"), fields(client, contact) | {"external_id": "kept"} | typed)

    assert response.status_code == 422
    assert why in text_of(response)
    assert 'value="kept"' in html_of(response)
    assert list(Contact.objects.values()) == before


def test_owner_who_has_left_may_stay(client: Client, alice: User) -> None:
    contact = make_contact(owner=make_user("gone", is_active=False))
    client.force_login(alice)

    response = client.post(address(contact, "save/"), fields(client, contact) | {"name": "New"})

    assert response.status_code == 302
    assert Contact.objects.get().name == "New"


# -------------------------------------------------------------------------------------------------------------- rights


@pytest.mark.parametrize(("method", "verb"), [("get", ""), ("get", "edit/"), ("post", "save/")])
def test_rights(client: Client, bob: User, carol: User, method: str, verb: str) -> None:
    contact, reader = make_contact(), 403 if verb else 200
    place, other = address(contact, verb), {"get": "post", "post": "get"}[method]

    stranger = getattr(client, method)(place)
    client.force_login(carol)
    outsider = getattr(client, method)(place)
    client.force_login(bob)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={place}")
    assert outsider.status_code == 403
    assert getattr(client, method)(place).status_code == reader
    assert getattr(client, other)(place).status_code == 405
    assert getattr(client, method)(f"/contacts/999/{verb}").status_code == (404 if reader == 200 else 403)


def test_reader_is_offered_nothing_to_change(client: Client, bob: User) -> None:
    contact = make_contact()
    client.force_login(bob)

    page = html_of(client.get(address(contact)))

    for words in ("edit/", "merge/", "export/", "erase/", "stop/", "lift/"):
        assert f'{words}"' not in page
