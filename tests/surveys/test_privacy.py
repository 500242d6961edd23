from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ManyToOneRel
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from surveys import addresses, claims, contacts, delivery, lines, outbox, ports, privacy
from surveys.enums import (
    Basis,
    HoldKind,
    ImportStatus,
    MessageStatus,
    Purpose,
    SkipReason,
    SuppressionReason,
    SuppressionScope,
    TouchKind,
)
from surveys.models import (
    Click,
    Contact,
    DeliveryEvent,
    Event,
    Hold,
    Import,
    ImportedContact,
    InboxMail,
    Invitation,
    Message,
    QuestionAnswer,
    Response,
    ResponseReason,
    Revision,
    Suppression,
    Touch,
)
from surveys.transitions import WrongState, record
from tests.factories import (
    make_account,
    make_click,
    make_contact,
    make_import,
    make_inbox_mail,
    make_invitation,
    make_message,
    make_question,
    make_reason,
    make_response,
    make_user,
    make_wave,
)
from tests.threads import held_open, meanwhile, wait_until_blocked

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

# Every table that points at a contact, and so has its part in a merge, an export and an erasure.
KNOWN = {
    *("surveys.invitation", "surveys.message", "surveys.response", "surveys.touch", "surveys.hold", "surveys.event"),
    "surveys.slot",
    "surveys.consent",
    "surveys.importedcontact",
    *("advocacy.case", "advocacy.customerrequest", "advocacy.advocate", "advocacy.reply", "advocacy.deletionrequest"),
    *("advocacy.testimonial", "advocacy.draft", "advocacy.referral", "advocacy.reward"),
    *("advocacy.casestudy", "advocacy.perkguest"),
}


@pytest.fixture
def by(db: None) -> User:
    return make_user("admin")


def test_every_table_that_knows_a_person_is_known_here() -> None:
    tables = {
        relation.field.model._meta.label_lower
        for relation in Contact._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel)
    }

    assert tables == KNOWN


# --------------------------------------------------------------------------------------------------------------- merge


def test_merge_moves_everything_to_the_one_that_stays(by: User) -> None:
    keep, gone = make_contact(), make_contact()
    invitation = make_invitation(contact=gone)
    message = make_message(invitation=invitation)
    response = make_response(invitation=invitation)
    click = make_click(invitation=invitation)
    touch = Touch.objects.create(contact=gone, kind=TouchKind.CALL, at=NOW)
    hold = Hold.objects.create(contact=gone, kind=HoldKind.PAUSE)
    event = record(gone, by=by, reason="a word")

    privacy.merge(keep, gone, by=by)

    assert list(Contact.objects.all()) == [keep]
    for row in (invitation, message, response, touch, hold, event):
        row.refresh_from_db()
        assert row.contact == keep
    assert Click.objects.get() == click
    last = Event.objects.latest("pk")
    assert (last.contact, last.went_to, last.by, last.reason) == (keep, "merged", by, f"{gone.name}, {gone.email}")


def test_merge_fills_what_the_one_that_stays_does_not_know(by: User) -> None:
    account, owner = make_account(), make_user("owner")
    keep = make_contact(
        name="Ana", tags=["a"], properties={"plan": "Gold"}, basis=Basis.NONE, customer_since=dt.date(2022, 1, 1)
    )
    gone = make_contact(
        name="A.",
        phone="+34 1",
        external_id="x1",
        language="es",
        timezone="Europe/Madrid",
        account=account,
        owner=owner,
        customer_since=dt.date(2020, 1, 1),
        tags=["a", "b"],
        properties={"plan": "Basic", "seats": "3"},
        basis=Basis.CONSENT,
        basis_source="a form",
        basis_at=NOW,
    )
    before = keep.updated_at

    privacy.merge(keep, gone, by=by)

    keep.refresh_from_db()
    assert (keep.name, keep.phone, keep.external_id, keep.language) == ("Ana", "+34 1", "x1", "es")
    assert (keep.timezone, keep.account, keep.owner) == ("Europe/Madrid", account, owner)
    assert (keep.customer_since, keep.tags) == (dt.date(2020, 1, 1), ["a", "b"])
    assert keep.properties == {"plan": "Gold", "seats": "3"}
    assert (keep.basis, keep.basis_source, keep.basis_at) == ("consent", "a form", NOW)
    assert keep.updated_at > before


def test_merge_gives_an_address_to_whom_has_none(by: User) -> None:
    keep, gone = make_contact(email="", phone="+34 1"), make_contact(email="ana@example.com")

    privacy.merge(keep, gone, by=by)

    keep.refresh_from_db()
    assert (keep.email, keep.address_hash) == ("ana@example.com", gone.address_hash)


def test_who_must_not_be_mailed_at_one_address_is_not_mailed_at_the_other(by: User) -> None:
    keep, gone = make_contact(), make_contact()
    contacts.suppress(gone.email, reason=SuppressionReason.COMPLAINED, scope=SuppressionScope.ALL)
    waiting = make_message(contact=keep, invitation=None, purpose=Purpose.SERVICE)

    privacy.merge(keep, gone, by=by)

    row = Suppression.objects.get(address_hash=keep.address_hash)
    assert (row.reason, row.scope, Suppression.objects.count()) == ("complained", "all", 2)
    waiting.refresh_from_db()
    assert waiting.status == MessageStatus.SUPPRESSED


@pytest.mark.parametrize(
    ("mine", "other", "stays"),
    [
        ("asked", "asked", "mine"),
        ("answered", "asked", "mine"),
        ("asked", "answered", "other"),
        ("answered", "answered", "mine"),
        ("left out", "asked", "other"),
        ("asked", "left out", "mine"),
        ("left out", "left out", "mine"),
    ],
)
def test_of_two_invitations_of_a_wave_the_one_that_tells_more_stays(
    by: User, mine: str, other: str, stays: str
) -> None:
    wave, keep, gone = make_wave(), make_contact(), make_contact()
    made = {}
    for contact, state, name in ((keep, mine, "mine"), (gone, other, "other")):
        reason = SkipReason.NO_BASIS if state == "left out" else SkipReason.NONE
        made[name] = make_invitation(wave=wave, contact=contact, skip_reason=reason)
        if state == "answered":
            make_response(invitation=made[name])
    answers = Response.objects.count()

    privacy.merge(keep, gone, by=by)

    assert Invitation.objects.get() == made[stays]
    assert Invitation.objects.get().contact == keep
    assert Response.objects.filter(contact=keep).count() == answers


def test_the_second_mail_of_a_wave_does_not_leave_and_the_sent_one_stays_on_record(by: User) -> None:
    wave, keep, gone = make_wave(), make_contact(), make_contact()
    make_message(invitation=make_invitation(wave=wave, contact=keep))
    waiting = make_message(invitation=make_invitation(wave=wave, contact=gone))
    other = make_wave(campaign=wave.campaign, day=wave.day - DAY)
    make_message(invitation=make_invitation(wave=other, contact=keep))
    sent = make_message(invitation=make_invitation(wave=other, contact=gone), status=MessageStatus.SENT, sent_at=NOW)

    privacy.merge(keep, gone, by=by)

    waiting.refresh_from_db()
    sent.refresh_from_db()
    assert (waiting.status, waiting.contact, waiting.invitation) == (MessageStatus.CANCELLED, keep, None)
    assert (sent.status, sent.contact, sent.sent_at) == (MessageStatus.SENT, keep, NOW)
    assert Message.objects.count() == 4


@pytest.mark.parametrize(
    ("mine", "other", "stays"),
    [
        (None, NOW, None),
        (NOW, None, None),
        (NOW, NOW + DAY, NOW + DAY),
        (NOW + DAY, NOW, NOW + DAY),
    ],
)
def test_of_two_holds_the_longer_stands(
    by: User, mine: dt.datetime | None, other: dt.datetime | None, stays: dt.datetime | None
) -> None:
    keep, gone = make_contact(), make_contact()
    Hold.objects.create(contact=keep, kind=HoldKind.PAUSE, until=mine)
    Hold.objects.create(contact=gone, kind=HoldKind.PAUSE, until=other)
    Hold.objects.create(contact=gone, kind=HoldKind.COMPLAINT)

    privacy.merge(keep, gone, by=by)

    assert set(Hold.objects.values_list("contact", "kind", "until")) == {
        (keep.pk, "pause", stays),
        (keep.pk, "complaint", None),
    }


def test_a_contact_is_not_merged_with_itself(by: User) -> None:
    contact = make_contact()

    with pytest.raises(WrongState, match="these are the same contact"):
        privacy.merge(contact, contact, by=by)

    assert Contact.objects.get() == contact


def test_the_second_of_two_merges_is_refused(by: User) -> None:
    keep, gone = make_contact(), make_contact()
    privacy.merge(keep, Contact.objects.get(pk=gone.pk), by=by)

    with pytest.raises(WrongState, match="there no more"):
        privacy.merge(keep, gone, by=by)

    assert Event.objects.filter(went_to="merged").count() == 1


# -------------------------------------------------------------------------------------------------------------- export


def test_export_holds_everything(by: User) -> None:
    contact = make_contact(name="陈伟", properties={"plan": "Gold"}, tags=["vip"], account=make_account(name="Öko"))
    contacts.suppress(contact.email, reason=SuppressionReason.MANUAL, source="a call", by=by)
    invitation = make_invitation(contact=contact)
    make_message(invitation=invitation, error="mailbox full")
    make_response(invitation=invitation, comment="很好", score=9)
    make_click(invitation=invitation, score=7)
    Touch.objects.create(contact=contact, kind=TouchKind.CALL, at=NOW)
    Hold.objects.create(contact=contact, kind=HoldKind.PAUSE, reason="on leave")
    batch = Import.objects.create(name="people.csv")
    ImportedContact.objects.create(batch=batch, contact=contact, was_created=True, after={"name": "陈伟"}, at=NOW)
    make_response(comment="of somebody else")

    known = privacy.export(contact, by=by)

    text = json.dumps(known, cls=DjangoJSONEncoder, ensure_ascii=False)
    for word in (
        "陈伟",
        contact.email,
        "Gold",
        "vip",
        "Öko",
        "a call",
        "mailbox full",
        "很好",
        "on leave",
        "people.csv",
    ):
        assert word in text
    assert "somebody else" not in text
    assert {heading: len(rows) for heading, rows in known.items() if isinstance(rows, list) and rows} == {
        **dict.fromkeys(("suppressions", "holds", "touches", "invitations", "messages", "clicks", "answers"), 1),
        "events": 1,
        "imports": 1,
    }
    assert known["answers"][0]["versions"][0]["comment"] == "很好"
    assert known["clicks"][0]["score"] == 7


def test_reasons_and_extra_answers_are_exported_and_what_was_typed_is_erased(by: User) -> None:
    response = make_response(language="es", score=9)
    value = make_question(campaign=response.campaign, kind="one", ready_made="value", position=1)
    text = make_question("Why?", campaign=response.campaign, position=2)
    QuestionAnswer.objects.create(response=response, question=value, value="2")
    QuestionAnswer.objects.create(response=response, question=text, text="My neighbour Ana told me")
    ResponseReason.objects.create(response=response, reason=make_reason("repair"))
    assert response.contact is not None

    (known,) = privacy.export(response.contact, by=by)["answers"]
    privacy.erase(response.contact, by=by)

    assert known["reasons"] == [{"reason__key": "repair", "origin": "respondent"}]
    assert known["questions"] == [
        {"question": "¿Vale lo que cuesta?", "answer": "No"},
        {"question": "Why?", "answer": "My neighbour Ana told me"},
    ]
    assert list(QuestionAnswer.objects.values_list("value", "text")) == [("2", "")]
    assert ResponseReason.objects.count() == 1


def test_export_gives_nobody_a_key(by: User) -> None:
    message = make_message()

    text = json.dumps(privacy.export(message.contact, by=by), cls=DjangoJSONEncoder)  # type: ignore[arg-type]

    message.refresh_from_db()
    assert message.invitation is not None
    message.invitation.refresh_from_db()
    assert str(message.token) not in text
    assert str(message.invitation.token) not in text
    assert message.address_hash not in text


def test_reports_on_mail_are_exported_and_erased(by: User) -> None:
    contact = make_contact()
    message = make_message(contact=contact, invitation=None)
    delivery.keep(delivery.Report("Postmark", "delivered", message_pk=message.pk, recipient="an@alias.example"))
    delivery.keep(delivery.Report("Postmark", "bounced", recipient=contact.email, payload='{"of": "somebody"}'))
    delivery.keep(delivery.Report("Postmark", "bounced", recipient="another@example.com"))

    known = privacy.export(contact, by=by)
    privacy.erase(contact, by=by)

    assert [row["payload"] for row in known["delivery_events"]] == ["", '{"of": "somebody"}']
    assert [row.recipient_hash for row in DeliveryEvent.objects.all()] == [addresses.keyed_hash("another@example.com")]


def test_export_is_written_down(by: User) -> None:
    contact = make_contact()

    privacy.export(contact, by=by)

    event = Event.objects.get()
    assert (event.kind, event.contact, event.went_to, event.by) == ("surveys.contact", contact, "exported", by)


# --------------------------------------------------------------------------------------------------------------- erase


def everything(name: str) -> str:
    """All that the database knows, as one text."""
    from django.apps import apps

    labels = ("surveys", "advocacy", "admin")
    tables = [model for label in labels for model in apps.get_app_config(label).get_models()]
    rows: list[Any] = [list(model._base_manager.values()) for model in tables]
    return json.dumps(rows, default=str, ensure_ascii=False)


def make_person() -> Contact:
    contact = make_contact(name="Zenobia Quux", email="zenobia@quux.example", phone="+34 600 777", external_id="Q-77")
    invitation = make_invitation(contact=contact)
    make_message(invitation=invitation, status=MessageStatus.SENT)
    make_response(
        invitation=invitation, comment="Zenobia says", phone="+34 600 777", good_time="ask Zenobia", wants_contact=True
    )
    make_click(invitation=invitation)
    Touch.objects.create(contact=contact, kind=TouchKind.INVITATION, at=NOW)
    Hold.objects.create(contact=contact, kind=HoldKind.PAUSE, reason="Zenobia asked")
    make_inbox_mail(recipient="Zenobia@quux.example", text="Hello Zenobia")
    record(contact, reason="Zenobia called")
    LogEntry.objects.create(
        user=make_user(),
        content_type=ContentType.objects.get_for_model(Contact),
        object_id=str(contact.pk),
        object_repr="Zenobia Quux",
        action_flag=CHANGE,
        change_message="Zenobia",
    )
    return contact


def test_erasing_leaves_no_trace_of_the_person(by: User) -> None:
    contact = make_person()
    make_message(contact=make_contact(name="stays"), invitation=None)
    words = ("Zenobia", "quux", "600 777", "Q-77")
    assert [word in everything("before") for word in words] == [True] * 4

    privacy.erase(contact, by=by)

    assert [word in everything("after") for word in words] == [False] * 4
    assert Contact.objects.get().name == "stays"
    assert (Invitation.objects.count(), Click.objects.count(), InboxMail.objects.count()) == (0, 0, 0)
    assert Message.objects.count() == 1


def test_files_that_a_person_came_in_with_are_deleted(
    by: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    columns = [{"title": "email", "samples": ["zenobia@example.com"]}]
    over, waiting = (
        make_import("email\nzenobia@example.com\n", status=status, columns=columns, rows=1)
        for status in (ImportStatus.FINISHED, ImportStatus.CHECKED)
    )
    contact = make_contact(email="zenobia@example.com")

    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(contact, by=by)

    is_there = [batch.file.storage.exists(batch.file.name or "") for batch in (over, waiting)]
    over.refresh_from_db()
    waiting.refresh_from_db()
    assert is_there == [False, True]
    assert (bool(over.file), over.columns, over.rows) == (False, [], 1)
    assert (bool(waiting.file), waiting.columns) == (True, columns)


def test_the_score_stays_as_a_nameless_count(by: User) -> None:
    response = make_response(score=3, comment="words")
    assert response.contact

    privacy.erase(response.contact, by=by)

    response.refresh_from_db()
    rows = Response.objects.values_list("score", "contact", "invitation", "comment")
    assert [*map(str, rows.get())] == ["3", "None", "None", ""]
    assert list(Revision.objects.values_list("score", "comment")) == [(3, "")]


def test_suppression_outlives_the_person(by: User) -> None:
    contact = make_contact(email="gone@example.com")
    contacts.suppress(contact.email, reason=SuppressionReason.UNSUBSCRIBED)

    privacy.erase(contact, by=by)

    assert contacts.find_suppression("Gone@example.com ") == Suppression.objects.get()


def test_that_somebody_was_erased_is_told_without_who(by: User) -> None:
    contact = make_contact(account=make_account())
    record(contact, reason="words")
    number = str(contact.pk)

    privacy.erase(contact, by=by)

    rows = Event.objects.order_by("pk").values_list("object_id", "contact", "account", "by", "went_to", "reason")
    assert [[str(value) for value in row] for row in rows] == [
        [number, "None", "None", "None", "", ""],
        [number, "None", "None", str(by.pk), "erased", ""],
    ]


@pytest.mark.usefixtures("letter")
@pytest.mark.parametrize("status", [MessageStatus.QUEUED, MessageStatus.CLAIMED])
def test_what_waits_for_the_person_never_leaves(by: User, status: MessageStatus, mailoutbox: list[Any]) -> None:
    message = make_message()
    claim_id, claimed = claims.claim(10) if status == MessageStatus.CLAIMED else (None, [])

    privacy.erase(message.contact, by=by)  # type: ignore[arg-type]

    if claim_id:
        assert outbox.dispatch(claim_id, [each.pk for each in claimed]) == set()
    assert outbox.send_batch() is False
    assert mailoutbox == []
    assert Message.objects.count() == 0


@pytest.mark.usefixtures("letter")
def test_worker_whose_mail_is_leaving_goes_on_without_the_person(by: User) -> None:
    message, other = make_message(), make_message()
    claim_id, claimed = claims.claim(10)
    assert outbox.dispatch(claim_id, [each.pk for each in claimed]) == {message.pk, other.pk}

    privacy.erase(message.contact, by=by)  # type: ignore[arg-type]
    window = lines.Window(claim_id, {each.pk: (each, ports.render(each)) for each in claimed})
    window.sent.extend([message.pk, other.pk])
    outbox._record(window)

    assert list(Message.objects.values_list("pk", "status")) == [(other.pk, MessageStatus.SENT)]
    assert list(Touch.objects.values_list("contact", flat=True)) == [other.contact_id]


def test_a_person_is_erased_once(by: User) -> None:
    contact = make_contact()
    privacy.erase(Contact.objects.get(pk=contact.pk), by=by)

    with pytest.raises(WrongState, match="there no more"):
        privacy.erase(contact, by=by)

    assert Event.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_erasing_waits_for_a_mail_that_is_just_leaving() -> None:
    by, message = make_user("admin"), make_message(status=MessageStatus.CLAIMED)

    def dispatch() -> None:
        Message.objects.filter(pk=message.pk).update(status=MessageStatus.DISPATCHING, dispatched_at=timezone.now())

    with held_open(dispatch) as commit, meanwhile(lambda: privacy.erase(message.contact, by=by)):  # type: ignore[arg-type]
        wait_until_blocked()
        commit()

    assert (Message.objects.count(), Contact.objects.count()) == (0, 0)
