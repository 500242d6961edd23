"""Answers that are taken in one statement, and what is looked at closely instead. The same comes of both ways."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from advocacy.models import Testimonial
from surveys import contacts, evidence, firsts, responses
from surveys.enums import ClickKind, Evidence, MessageStatus, SkipReason
from surveys.models import (
    Campaign,
    Click,
    Contact,
    DailyCount,
    HeldAnswer,
    Invitation,
    Message,
    PageText,
    QuestionAnswer,
    Response,
    ResponseReason,
    Revision,
    Subject,
)
from surveys.reasons import STANDARD
from surveys.views import straight
from tests.factories import (
    make_campaign,
    make_contact,
    make_invitation,
    make_message,
    make_question,
    make_reason,
    make_wave,
)
from tests.surveys.pages.public import HOSTILE_TEXT, answer_url, page_of, strict_client, thanks_url

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
OWN = ("id", "campaign_id", "contact_id", "invitation_id", "response_id", "question_id", "consent_id", "brand_id")
Change = Callable[[Invitation], Any]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def reasons() -> None:
    for key in dict.fromkeys(key for keys in STANDARD.values() for key in keys):
        make_reason(key)


def asked(**fields: Any) -> Invitation:
    """Somebody whose mail went out yesterday, with a reminder that waits."""
    invitation = make_invitation(**fields)
    make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=NOW - dt.timedelta(days=1))
    make_message(invitation=invitation, letter="reminder")
    return invitation


def answer(
    invitation: Invitation, linked: int, clock: Any, *, meanwhile: Change = lambda _asked: None, **said: Any
) -> Any:
    """Open the page of a number, and send its form a minute later."""
    client = strict_client()
    page = page_of(client.get(answer_url(invitation, linked)))
    clock.shift(60)
    meanwhile(invitation)
    (nonce,) = page.find("input", name="nonce")
    return client.post(answer_url(invitation, linked), {"nonce": nonce["value"], "score": str(linked), **said})


def outcome(invitation: Invitation) -> list[Any]:
    """Every row that an answer writes, but for what differs between two people."""
    given = Response.objects.filter(invitation=invitation)
    rows = (
        given,
        Revision.objects.filter(response__in=given),
        DailyCount.objects.filter(campaign=invitation.wave.campaign),
        HeldAnswer.objects.filter(invitation=invitation),
        ResponseReason.objects.filter(response__in=given),
        QuestionAnswer.objects.filter(response__in=given),
        Testimonial.objects.filter(response__in=given),
    )
    told = [[{k: v for k, v in row.items() if k not in OWN} for row in each.order_by("pk").values()] for each in rows]
    return [*told, list(Message.objects.filter(invitation=invitation).order_by("pk").values_list("letter", "status"))]


@pytest.mark.usefixtures("reasons")
@pytest.mark.parametrize(
    ("linked", "said"),
    [
        (9, {"comment": "A word of praise"}),
        (0, {"comment": HOSTILE_TEXT, "contact": "1", "phone": "+1 555 0100\n", "when": "noon"}),
        (9, {"score": "2", "phone": "+1 555 0100", "comment": " \u202eé\r\n\tline\u2028two\x00 "}),
        (7, {"comment": "ن" * 6_000}),
        (3, {"reason": ["repair", "delivery"], "question": "No"}),
        (10, {"comment": "Fine", "quote": True, "quote_name": "Mira H.", "quote_role": "Head of <b>coffee</b>"}),
        (10, {"comment": "Fine", "quote_name": "Mira H."}),
    ],
)
def test_same_rows_come_of_both_ways(
    monkeypatch: pytest.MonkeyPatch, clock: Any, ways: list[bool], linked: int, said: dict[str, Any]
) -> None:
    subject = Subject.objects.create(key="aurora-2", name="Aurora 2") if linked in (0, 9) else None
    outcomes = []
    for is_straight in (True, False):
        campaign = make_campaign(subject=subject)
        question = make_question("Why?", campaign=campaign)
        invitation = asked(wave=make_wave(campaign=campaign), contact=make_contact(language="es"))
        clock.move_to(NOW)
        page = page_of(strict_client().get(answer_url(invitation, linked)))
        posted = {k: v for k, v in said.items() if k not in ("question", "quote")}
        posted |= {f"question_{question.pk}": said["question"]} if "question" in said else {}
        posted |= {"quote": page.find("input", name="quote")[0]["value"]} if "quote" in said else {}
        with monkeypatch.context() as patch:
            if not is_straight:
                patch.setattr(straight, "take", lambda *_args: None)
            reply = answer(invitation, linked, clock, **posted)
        cut = "?cut=1" if len(said.get("comment", "")) > 5_000 else ""
        assert (reply.status_code, reply["Location"]) == (303, f"{thanks_url(invitation)}{cut}")
        outcomes.append(outcome(invitation))

    assert outcomes[0] == outcomes[1]
    assert ways == [True]
    assert [len(rows) for rows in outcomes[0][:4]] == [1, 1, 1, 0]
    assert outcomes[0][-1] == [("invitation", "sent"), ("reminder", "cancelled")]


def test_answer_is_one_statement(clock: Any, ways: list[bool]) -> None:
    counted: list[Any] = []

    def count(_asked: Invitation) -> None:
        counted.append(CaptureQueriesContext(connection).__enter__())

    reply = answer(asked(), 9, clock, meanwhile=count, comment="Fine")
    counted[0].__exit__(None, None, None)

    statements = [query["sql"].split()[0] for query in counted[0] if "SAVEPOINT" not in query["sql"]]
    assert (reply.status_code, statements, ways) == (303, ["EXECUTE"], [True])


def test_gesture_before_it_is_forgotten(clock: Any, ways: list[bool]) -> None:
    invitation = asked()

    answer(
        invitation,
        9,
        clock,
        meanwhile=lambda asked: evidence.gesture(asked, score=9, language="en"),
    )

    assert (ways, HeldAnswer.objects.count(), Response.objects.get().evidence) == ([True], 0, Evidence.SUBMITTED)


# ------------------------------------------------------------------------------------------------- looked at closely


def ago(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=60 - seconds)


def clicked(score: int | None, seconds: float) -> Change:
    kind = ClickKind.DECOY if score is None else ClickKind.LINK
    return lambda asked: Click.objects.create(invitation=asked, kind=kind, score=score, at=ago(seconds))


def left(seconds: float) -> Change:
    return lambda asked: Message.objects.filter(invitation=asked, letter="invitation").update(sent_at=ago(seconds))


def answered(asked: Invitation) -> None:
    responses.record(asked, score=4, language="en", comment="Before")


def edited(asked: Invitation) -> None:
    PageText.objects.create(campaign=asked.wave.campaign, language="en", band="promoter", heading="New")


def changed(model: type[Any], **fields: Any) -> Change:
    def change(asked: Invitation) -> None:
        keys = {Invitation: asked.pk, Contact: asked.contact_id, Campaign: asked.wave.campaign_id}
        rows = model.objects.filter(pk=keys.get(model, asked.wave.campaign.brand_id))
        rows.update(**fields)

    return change


@pytest.mark.parametrize(
    ("change", "is_straight"),
    [
        (clicked(9, 5), True),
        (clicked(8, 5), False),
        (clicked(8, 899), False),
        (clicked(8, 900), True),
        (clicked(None, 60), False),
        (clicked(None, 61), True),
        (left(904), False),
        (left(905), True),
        (answered, False),
        (edited, False),
        (changed(Invitation, language="it"), False),
        (changed(Contact, language="it"), False),
        (changed(Invitation, closes_at=ago(0)), False),
        (changed(Invitation, closes_at=ago(-1)), True),
        (changed(Invitation, skip_reason=SkipReason.SUPPRESSED), False),
    ],
)
def test_what_is_not_plain_goes_the_other_way_and_the_same_comes_of_it(
    monkeypatch: pytest.MonkeyPatch, clock: Any, ways: list[bool], change: Change, is_straight: bool
) -> None:
    invitation, other = asked(), asked()
    reply = answer(invitation, 9, clock, meanwhile=change, comment="Fine")
    assert ways == [is_straight]

    clock.move_to(NOW)
    monkeypatch.setattr(straight, "take", lambda *_args: None)
    reply_of_other = answer(other, 9, clock, meanwhile=change, comment="Fine")

    assert reply.status_code == reply_of_other.status_code
    assert outcome(invitation) == outcome(other)


@pytest.mark.parametrize("seconds", [1.9, 2.0])
def test_hasty_form_is_looked_at(clock: Any, ways: list[bool], seconds: float) -> None:
    invitation = asked()

    answer(invitation, 9, clock, meanwhile=lambda _asked: clock.shift(seconds - 60))

    assert ways == [seconds >= 2]
    assert HeldAnswer.objects.count() == (seconds < 2)


def test_form_that_asks_once_more_is_looked_at(clock: Any, ways: list[bool]) -> None:
    invitation = asked()
    again = answer(invitation, 9, clock, meanwhile=clicked(None, 5))
    (nonce,) = page_of(again).find("input", name="nonce")
    clock.shift(60)

    strict_client().post(answer_url(invitation, 9), {"nonce": nonce["value"], "score": "9"})

    assert (again.status_code, ways, HeldAnswer.objects.get().is_repeated) == (409, [False, False], True)


@pytest.mark.parametrize("said", [{"score": "11"}, {"score": ""}, {"reason": ["a", "b"]}, {"nonce": ""}])
def test_form_with_a_fault_is_shown_again_or_read_as_before(clock: Any, ways: list[bool], said: dict[str, Any]) -> None:
    reply = answer(asked(), 9, clock, comment="Fine", **said)

    is_fine = "reason" in said  # those that nobody offers are ignored
    assert (reply.status_code, ways, Response.objects.count()) == (303 if is_fine else 400, [is_fine], int(is_fine))


def test_form_of_another_person_is_refused(clock: Any, ways: list[bool]) -> None:
    mine, other = asked(), asked()
    (nonce,) = page_of(strict_client().get(answer_url(other, 9))).find("input", name="nonce")

    reply = answer(mine, 9, clock, nonce=nonce["value"])

    assert (reply.status_code, ways, Response.objects.count()) == (400, [False], 0)


def test_erased_person_gets_the_page_that_gives_nothing_away(clock: Any, ways: list[bool]) -> None:
    reply = answer(asked(), 9, clock, meanwhile=lambda asked: asked.contact.delete())

    assert (reply.status_code, ways, Response.objects.count()) == (404, [False], 0)


def test_unsubscribed_person_may_still_answer(clock: Any, ways: list[bool]) -> None:
    invitation = asked()

    answer(invitation, 9, clock, meanwhile=lambda each: contacts.unsubscribe(each.messages.order_by("pk")[0]))

    assert (ways, Response.objects.count()) == ([True], 1)


def test_statement_that_fails_leaves_it_to_the_other_way(
    monkeypatch: pytest.MonkeyPatch, clock: Any, ways: list[bool]
) -> None:
    monkeypatch.setattr(firsts, "_rows", lambda _firsts: "no JSON")

    with monkeypatch.context() as patch:
        patch.setattr(responses, "connection", type("other", (), {"vendor": "another"}))
        reply = answer(asked(), 9, clock, comment="Fine")

    assert (reply.status_code, ways, Response.objects.get().comment) == (303, [False], "Fine")


def test_behind_a_pool_nothing_is_prepared(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, clock: Any, ways: list[bool]
) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    answer(asked(), 9, clock, comment="It's 100 % “fine” \\ {}")

    assert (ways, Response.objects.get().comment) == ([True], "It's 100 % “fine” \\ {}")
