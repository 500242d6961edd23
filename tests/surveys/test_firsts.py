from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from surveys import responses
from surveys.enums import Evidence, MessageStatus
from surveys.models import DailyCount, Invitation, Message, Response, Revision, Subject
from tests.factories import make_campaign, make_contact, make_invitation, make_message, make_wave

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

NOW = dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC)
LETTERS = ("invitation", "reminder", "second_reminder")


def asked(subject: Subject | None) -> list[Invitation]:
    """People of one wave, the mails of each in another status."""
    wave = make_wave(campaign=make_campaign(subject=subject))
    found = []
    for status in MessageStatus.values:
        invitation = make_invitation(wave=wave, contact=make_contact(), closes_at=NOW + dt.timedelta(days=9))
        for letter in LETTERS:
            make_message(invitation=invitation, letter=letter, status=status)
        found.append(invitation)
    return found


def give(invitations: list[Invitation]) -> None:
    """First answers with everything that may stand in one, and one that is changed."""
    red, green, gesture, *others = invitations
    hostile = "</p>\n% %s {} \\ ' \" é \N{SLIGHTLY SMILING FACE}"
    said: dict[str, Any] = {"comment": hostile, "wants_contact": True, "phone": "+1 555 0100", "good_time": "noon"}
    responses.record(red, score=0, language="en", at=NOW, **said)
    responses.record(green, score=9, language="en", at=NOW, evidence=Evidence.CONFIRMED)
    responses.record(gesture, score=7, language="ar", at=NOW, evidence=Evidence.GESTURE)
    for number, each in enumerate(others):
        responses.record(each, score=number + 2, language="en", at=NOW)
    responses.record(red, score=10, language="en", at=NOW + dt.timedelta(minutes=1))


def told(rows: Iterable[Any], *, without: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in without} for row in rows]


def _mails(invitation: Invitation) -> list[tuple[str, str, uuid.UUID | None]]:
    rows = Message.objects.filter(invitation=invitation).order_by("pk")
    return list(rows.values_list("letter", "status", "claim_id"))


def outcome(invitations: list[Invitation]) -> list[Any]:
    """Every row that an answer writes, but for what differs between two campaigns."""
    own = ("id", "campaign_id", "contact_id", "invitation_id", "response_id")
    campaign = invitations[0].wave.campaign
    answers = Response.objects.filter(campaign=campaign).order_by("pk")
    return [
        told(answers.values(), without=own),
        [answer.invitation_id for answer in answers] == [each.pk for each in invitations],
        told(Revision.objects.filter(response__in=answers).order_by("pk").values(), without=own),
        told(DailyCount.objects.filter(campaign=campaign).order_by("language").values(), without=own),
        [[(letter, status, claim_id is None) for letter, status, claim_id in _mails(each)] for each in invitations],
    ]


@pytest.mark.parametrize("has_subject", [False, True])
def test_one_statement_writes_what_many_would(monkeypatch: pytest.MonkeyPatch, has_subject: bool) -> None:
    subject = Subject.objects.create(key="aurora-2", name="Aurora 2") if has_subject else None
    by_one, by_many = asked(subject), asked(subject)

    give(by_one)
    with monkeypatch.context() as patch:
        patch.setattr(responses, "connection", SimpleNamespace(vendor="another"))
        give(by_many)

    assert outcome(by_one) == outcome(by_many)
    assert [len(rows) for rows in (outcome(by_one)[0], outcome(by_one)[2], outcome(by_one)[3])] == [8, 9, 2]


def test_first_answer_is_one_statement_behind_the_lock() -> None:
    invitation = asked(None)[0]

    with CaptureQueriesContext(connection) as counted:
        given = responses.record(invitation, score=9, language="en", at=NOW)

    statements = [query["sql"].split()[0] for query in counted if "SAVEPOINT" not in query["sql"]]
    assert statements == ["EXECUTE", "EXECUTE", "EXECUTE"]  # lock, look, write
    assert (Response.objects.get(), given.is_new) == (given, True)
    given.save(update_fields=["comment"])  # an ordinary row from now on


def test_second_answer_of_an_invitation_is_refused_by_the_table() -> None:
    invitation = asked(None)[0]
    locked = responses.lock(invitation, NOW)
    answer = responses.Answer(9)
    responses.write(locked, answer, language="en", evidence=Evidence.SUBMITTED, at=NOW)

    with pytest.raises(IntegrityError):
        responses.write(locked, answer, language="en", evidence=Evidence.SUBMITTED, at=NOW)
