from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail as post

from advocacy import mentions
from advocacy.models import Case, CaseNote, Mention
from surveys import outbox, ports
from surveys.mail import CannotRender
from surveys.models import Message
from tests.factories import make_case, make_contact, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lin(db: None) -> User:
    return make_user("lin.yue", "Support", first_name="Lin", last_name="Yue")


@pytest.fixture
def case(db: None) -> Case:
    return make_case(contact=make_contact(name="Íñigo"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@lin.yue do not promise", ["lin.yue"]),
        ("ask @lin.yue, @dana. And (@Karim)", ["lin.yue", "dana", "Karim"]),
        ("write to lin@example.com or a@b", []),
        ("@lin @lin", ["lin"]),
        ("@ nobody @", []),
        ("@lin@example.com", ["lin@example.com"]),
    ],
)
def test_names_are_told_from_addresses(text: str, names: list[str]) -> None:
    assert mentions.names_in(text) == names


def test_colleague_is_told_by_mail_and_on_the_home_page(case: Case, alice: User, lin: User) -> None:
    kept = mentions.note(case, by=alice, text="@lin.yue\n\ndo <b>not</b> promise a date")

    assert (kept.told, kept.unknown, kept.note) == ([lin], [], CaseNote.objects.get())
    assert list(mentions.unseen(lin)) == [Mention.objects.get()]
    while outbox.send_batch():
        pass
    (sent,) = post.outbox
    assert (sent.to, sent.subject) == (["lin.yue@example.com"], "Alice mentioned you: Íñigo")
    assert "do <b>not</b> promise a date" in sent.body
    assert f"/cases/{case.pk}/" in sent.body
    assert Message.objects.get().purpose == "staff"


def test_name_in_capitals_the_picker_and_oneself_tell_once(case: Case, alice: User, lin: User) -> None:
    kept = mentions.note(case, by=alice, text="@LIN.YUE @lin.yue @alice", tell=[lin])

    assert (kept.told, kept.unknown) == ([lin], [])
    assert [mention.user for mention in Mention.objects.all()] == [lin]


def test_who_cannot_be_told_is_named_and_the_note_is_kept(case: Case, alice: User, lin: User, carol: User) -> None:
    make_user("gone", "Support", is_active=False)

    kept = mentions.note(case, by=alice, text="@nobody @gone @carol @lin.yue")

    assert (kept.told, kept.unknown) == ([lin], ["nobody", "gone", "carol"])
    assert CaseNote.objects.get().text == "@nobody @gone @carol @lin.yue"


def test_seen_once_it_is_gone_from_the_list(case: Case, alice: User, lin: User) -> None:
    mentions.note(case, by=alice, text="@lin.yue")
    mention = Mention.objects.get()

    mentions.see(mention)
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        mentions.see(mention)

    mention.refresh_from_db()
    assert (list(mentions.unseen(lin)), mention.seen_at) == ([], NOW)


def test_colleague_without_an_address_is_told_on_the_page_alone(case: Case, alice: User, lin: User) -> None:
    lin.email = ""
    lin.save(update_fields=["email"])

    mentions.note(case, by=alice, text="@lin.yue")

    assert (Mention.objects.count(), Message.objects.filter(letter="mention").count()) == (1, 0)


def test_flood_of_names_tells_twenty_at_most(case: Case, alice: User) -> None:
    names = [make_user(f"user-{n:02}", "Support").username for n in range(21)]

    kept = mentions.note(case, by=alice, text=" ".join(f"@{name}" for name in names))

    assert len(kept.told) == 20


def test_mail_of_a_note_that_is_gone_cannot_be_rendered(case: Case, alice: User, lin: User) -> None:
    mentions.note(case, by=alice, text="@lin.yue")
    CaseNote.objects.all().delete()

    with pytest.raises(CannotRender, match="the note is gone"):
        ports.render(Message.objects.get(letter="mention"))
