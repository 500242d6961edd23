from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail as post
from pytest_django import Settings

from advocacy import cases, inbound, letters, timeline
from advocacy.enums import CaseStatus
from advocacy.models import Attempt, Case, CaseLetter, Reply
from surveys import contacts, outbox, ports, tokens
from surveys.enums import MessageStatus, SuppressionReason, SuppressionScope
from surveys.mail import CannotRender
from surveys.models import Brand, Message, Touch
from surveys.transitions import WrongState
from tests.factories import make_account, make_case, make_contact, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
WORDS: dict[str, Any] = {
    "subject": "Your machine",
    "text": "Dear {{ first_name }},\n\nI am on it.\nMarta",
    "language": "en",
}


@pytest.fixture(autouse=True)
def clock(settings: Settings) -> Any:
    settings.REPLY_ADDRESS = "reply+{token}@ask.example.com"
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def case(db: None) -> Case:
    return make_case(contact=make_contact(name="Íñigo Peralta", email="inigo@example.com", language="es"))


def send_all() -> None:
    while outbox.send_batch():
        pass


def html_of(sent: post.EmailMessage) -> str:
    assert isinstance(sent, post.EmailMultiAlternatives)
    return str(sent.alternatives[0][0])


def entries(case: Case) -> list[tuple[str, str]]:
    return [(entry.title, entry.text) for entry in timeline.of_case(case) if entry.kind == timeline.Kind.MAIL]


# ------------------------------------------------------------------------------------------------------------- writing


def test_letter_waits_ten_seconds_and_then_leaves(case: Case, alice: User, clock: Any) -> None:
    letter = letters.write(case, by=alice, **WORDS)

    message = Message.objects.get(letter="case_letter")
    assert (message.purpose, message.promise, message.contact) == ("service", "at_least_once", case.contact)
    assert message.not_before == NOW + 10 * SECOND
    assert (letter.subject, letter.text) == ("Your machine", "Dear Íñigo,\n\nI am on it.\nMarta")
    clock.move_to(NOW + 9 * SECOND)
    send_all()
    assert (len(post.outbox), entries(case)) == (0, [("Wrote to the contact: Your machine · waits 1 s", letter.text)])
    clock.move_to(NOW + 10 * SECOND)
    send_all()
    (sent,) = post.outbox
    assert (sent.subject, sent.to) == ("Your machine", ["inigo@example.com"])
    assert sent.reply_to == [f"reply+{tokens.encode(message.token)}@ask.example.com"]
    assert sent.body.startswith("Dear Íñigo,\n\nI am on it.\nMarta\n\n--\n")
    assert entries(case) == [("Wrote to the contact: Your machine · sent at 09:00", letter.text)]


def test_letter_is_an_attempt_that_reached_nobody_yet(case: Case, alice: User) -> None:
    letter = letters.write(case, by=alice, **WORDS)

    attempt = Attempt.objects.get()
    assert (attempt.letter, attempt.channel, attempt.reached) == (letter, "mail", False)
    case.refresh_from_db()
    assert (case.status, case.waiting_since, cases.attempts_so_far(case)) == (CaseStatus.OPEN, None, (1, 1))
    assert list(Touch.objects.values_list("contact", "kind", "at")) == [(case.contact_id, "letter", NOW)]


def test_letter_may_begin_the_wait_for_an_answer(case: Case, alice: User) -> None:
    letters.write(case, by=alice, waits=True, **WORDS)

    case.refresh_from_db()
    assert case.waiting_since == NOW


def test_letter_is_set_in_the_direction_of_its_language(case: Case, alice: User, clock: Any) -> None:
    letters.write(case, by=alice, subject="عن الجهاز", text="مرحبا {{ first_name }}", language="ar")
    clock.move_to(NOW + 10 * SECOND)
    send_all()

    (sent,) = post.outbox
    html = html_of(sent)
    assert '<html lang="ar" dir="rtl">' in html
    assert "Geeza Pro" in html
    assert "مرحبا Íñigo" in html


def test_letter_of_a_person_quotes_and_names_no_machine(case: Case, alice: User, clock: Any) -> None:
    Brand.objects.update(privacy_url="https://aurora.example.com/privacy")
    letters.write(case, by=alice, subject="Your machine", text="You wrote:\n> Too loud.\n\nIt is not.", language="en")
    clock.move_to(NOW + 10 * SECOND)
    send_all()

    (sent,) = post.outbox
    assert re.search(r'<blockquote [^>]*dir="auto"[^>]*>Too loud\.</blockquote>', html_of(sent))
    assert html_of(sent).count("https://aurora.example.com/privacy") == 1
    assert set(sent.extra_headers) == {"Message-ID", "Feedback-ID"}
    assert sent.from_email.startswith('"Alice ')


def test_hostile_words_are_text(case: Case, alice: User, clock: Any) -> None:
    case.contact.name = "<script>alert(1)</script>"
    case.contact.save(update_fields=["name"])
    letters.write(case, by=alice, subject="Hi\r\nBcc: x@example.com", text="<b>{{ name }}</b>", language="en")
    clock.move_to(NOW + 10 * SECOND)
    send_all()

    (sent,) = post.outbox
    assert sent.subject == "Hi Bcc: x@example.com"
    assert sent.bcc == []
    assert "<script>" not in html_of(sent)
    assert "&lt;b&gt;&lt;script&gt;" in html_of(sent)


def test_what_stands_in_a_value_is_not_filled_again(case: Case, alice: User) -> None:
    case.contact.account = make_account(name="{{ agent }}")
    case.contact.save(update_fields=["account"])

    letter = letters.write(case, by=alice, subject="s", text="For {{ account }}", language="en")

    assert letter.text == "For {{ agent }}"


# ------------------------------------------------------------------------------------------------------------- stopped


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"text": "Dear {{ frist_name }}"}, "Not sent: {{ frist_name }} is no tag. There are: {{ first_name }}, "),
        ({"text": "Your {{ product }}"}, "Not sent: nothing is known for {{ product }}. Write it yourself,"),
        ({"text": "Ask @marta.ruiz"}, "Not sent: @marta.ruiz is a colleague. A mention belongs into a private note."),
        ({"text": "\u200b"}, "Not sent: it says nothing."),
    ],
)
def test_letter_that_would_be_wrong_is_refused(case: Case, alice: User, change: dict[str, str], reason: str) -> None:
    make_user("marta.ruiz")

    with pytest.raises(WrongState) as refusal:
        letters.write(case, by=alice, **{**WORDS, **change})

    assert str(refusal.value).startswith(reason)
    assert (Message.objects.count(), Attempt.objects.count(), CaseLetter.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("reason", "scope", "words"),
    [
        (SuppressionReason.BOUNCED, SuppressionScope.ALL, "Mail to this address came back"),
        (SuppressionReason.COMPLAINED, SuppressionScope.ALL, "The contact reported our mail as spam"),
        (SuppressionReason.MANUAL, SuppressionScope.ALL, "The contact wants no mail at all"),
        (SuppressionReason.UNSUBSCRIBED, SuppressionScope.ASKING, ""),
    ],
)
def test_who_wants_no_mail_at_all_gets_none(
    case: Case, alice: User, reason: SuppressionReason, scope: SuppressionScope, words: str
) -> None:
    contacts.suppress("inigo@example.com", reason=reason, scope=scope)

    assert letters.obstacle(case.contact).startswith(words)
    if words:
        with pytest.raises(WrongState, match=f"^Not sent: {words}"):
            letters.write(case, by=alice, **WORDS)
    else:
        letters.write(case, by=alice, **WORDS)
    assert CaseLetter.objects.count() == (0 if words else 1)


def test_without_an_address_nothing_is_written(alice: User) -> None:
    case = make_case(contact=make_contact(email="", phone="+34 600"), response=None)

    with pytest.raises(WrongState, match=r"^Not sent: No mail address of this contact is on record\."):
        letters.write(case, by=alice, **WORDS)


def test_closed_case_writes_to_nobody(alice: User) -> None:
    with pytest.raises(WrongState, match="Not sent: this case is closed"):
        letters.write(make_case(status=CaseStatus.CLOSED), by=alice, **WORDS)


def test_suppressed_while_it_waits_it_is_stopped(case: Case, alice: User) -> None:
    letters.write(case, by=alice, **WORDS)

    contacts.suppress("inigo@example.com", reason=SuppressionReason.MANUAL, scope=SuppressionScope.ALL)

    assert [title for title, _text in entries(case)] == [
        "Wrote to the contact: Your machine · stopped: the address must not be mailed"
    ]


# ------------------------------------------------------------------------------------------------- what a colleague did


def test_second_of_two_who_write_is_refused_with_what_the_first_wrote(case: Case, alice: User) -> None:
    seen = cases.version(case)
    letters.write(case, by=make_user("lin", first_name="Lin"), seen=seen, **WORDS)

    with pytest.raises(cases.Changed) as refusal:
        letters.write(case, by=alice, seen=seen, **{**WORDS, "text": "Me too"})

    (change,) = refusal.value.changes
    assert (change.by, change.text) == ("Lin", "Dear Íñigo,\n\nI am on it.\nMarta")
    assert CaseLetter.objects.count() == 1


def test_answer_that_came_in_meanwhile_refuses_the_letter(case: Case, alice: User) -> None:
    seen = cases.version(case)
    Reply.objects.create(key="k", contact=case.contact, case=case, sender="inigo@example.com", text="Hallo?", at=NOW)

    with pytest.raises(cases.Changed) as refusal:
        letters.write(case, by=alice, seen=seen, **WORDS)

    assert [timeline.told(change) for change in refusal.value.changes] == ["The contact wrote back at 09:00."]
    assert letters.unanswered(case) == Reply.objects.get()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_letter_is_queued() -> None:
    case, people = make_case(), [make_user("", "Support"), make_user("", "Support")]
    seen = cases.version(case)

    def write(by: User) -> Callable[[], CaseLetter]:
        return lambda: letters.write(Case.objects.get(pk=case.pk), by=by, seen=seen, **WORDS)

    done = at_once(*(write(by) for by in people))

    assert sorted(type(each).__name__ for each in done) == ["CaseLetter", "Changed"]
    assert (Message.objects.filter(letter="case_letter").count(), Attempt.objects.count()) == (1, 1)


# ---------------------------------------------------------------------------------------------------------- taken back


def test_letter_taken_back_does_not_leave_and_counts_as_no_attempt(case: Case, alice: User, clock: Any) -> None:
    letter = letters.write(case, by=alice, **WORDS)
    clock.move_to(NOW + 9 * SECOND)

    letters.take_back(letter, by=alice)

    clock.move_to(NOW + 60 * SECOND)
    send_all()
    assert (len(post.outbox), Attempt.objects.count(), Touch.objects.count()) == (0, 0, 0)
    assert Message.objects.get(letter="case_letter").status == MessageStatus.CANCELLED
    assert [entry.title for entry in timeline.of_case(case)][:2] == [
        "Taken back before it left: Your machine",
        "Wrote to the contact: Your machine · taken back before it left",
    ]


@pytest.mark.parametrize(("waits", "is_waiting"), [(True, False), (False, True)])
def test_case_does_not_wait_for_the_answer_to_a_letter_taken_back(
    case: Case, alice: User, clock: Any, waits: bool, is_waiting: bool
) -> None:
    letter = letters.write(case, by=alice, waits=waits, **WORDS)
    clock.move_to(NOW + SECOND)
    cases.wait(case, by=alice)  # it waits already, or from now on for something else

    letters.take_back(letter, by=alice)

    case.refresh_from_db()
    assert case.is_waiting == is_waiting


def test_letter_that_has_left_is_not_taken_back(case: Case, alice: User, clock: Any) -> None:
    letter = letters.write(case, by=alice, **WORDS)
    clock.move_to(NOW + 10 * SECOND)
    send_all()

    with pytest.raises(WrongState) as refusal:
        letters.take_back(letter, by=alice)

    assert str(refusal.value) == "Not taken back: the mail has left (sent at 09:00)."
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"status": MessageStatus.FAILED, "error": "550 no such user"}, "failed: 550 no such user"),
        ({"status": MessageStatus.SENT, "sent_at": NOW, "bounced_at": NOW}, "came back: it did not reach the contact"),
        ({"status": MessageStatus.SENT, "sent_at": NOW, "delivered_at": NOW}, "delivered"),
        ({"status": MessageStatus.SENT, "sent_at": NOW, "complained_at": NOW}, "reported as spam"),
        ({"status": MessageStatus.DISPATCHING}, "leaving now"),
        ({"status": MessageStatus.QUEUED, "not_before": NOW}, "waits for the worker"),
    ],
)
def test_fate_of_the_mail_is_told(case: Case, alice: User, fields: dict[str, Any], told: str) -> None:
    letters.write(case, by=alice, **WORDS)
    Message.objects.filter(letter="case_letter").update(**fields)

    assert [title for title, _text in entries(case)] == [f"Wrote to the contact: Your machine · {told}"]


# --------------------------------------------------------------------------------------------------------------- drafts


def test_draft_is_the_mail_that_leaves(case: Case, alice: User, clock: Any) -> None:
    draft = letters.draft(case, by=alice, **WORDS)
    letters.write(case, by=alice, **WORDS)
    clock.move_to(NOW + 10 * SECOND)
    send_all()

    (sent,) = post.outbox
    assert draft.mail is not None
    assert (draft.mail.subject, draft.mail.from_email, draft.mail.to) == (sent.subject, sent.from_email, sent.to)
    own = draft.mail.body.partition("\n--\n")[0]
    assert own == sent.body.partition("\n--\n")[0]
    assert draft.paragraphs == ["Dear <mark>Íñigo</mark>,", "I am on it.\nMarta"]


def test_draft_shows_what_is_missing_and_what_stands_against_it(case: Case, alice: User) -> None:
    missing = letters.draft(case, by=alice, subject="s", text="Your {{ product }}, <b>", language="en")
    unknown = letters.draft(case, by=alice, subject="s", text="{{ nobody }}", language="en")

    assert missing.missing == ["product"]
    assert missing.paragraphs == ["Your <mark>{{ product }}</mark>, &lt;b&gt;"]
    assert unknown.fault.startswith("{{ nobody }} is no tag. There are: ")


def test_letter_whose_words_are_gone_cannot_be_rendered(case: Case, alice: User) -> None:
    letter = letters.write(case, by=alice, **WORDS)
    message = letter.message
    letter.delete()

    assert message is not None
    with pytest.raises(CannotRender, match="what was written is gone"):
        ports.render(message)


def test_answer_comes_back_to_the_case(case: Case, alice: User, clock: Any) -> None:
    letters.write(case, by=alice, waits=True, **WORDS)
    clock.move_to(NOW + 10 * SECOND)
    send_all()
    address = post.outbox[0].reply_to[0]
    clock.move_to(NOW + 60 * SECOND)

    taken = inbound.take(f"From: inigo@example.com\nTo: {address}\nMessage-ID: <a@b>\n\nThank you".encode())

    case.refresh_from_db()
    assert (taken, case.waiting_since) == (inbound.Taken.REPLY, None)
    found = letters.unanswered(case)
    assert found is not None
    assert (found.case, found.text) == (case, "Thank you")
