from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.signing import Signer

from surveys import content, evidence, responses
from surveys.enums import ClickKind, Evidence, Veto
from surveys.evidence import Nonce, Posted, Touch
from surveys.models import Click, DailyCount, Event, HeldAnswer, Invitation, Response
from surveys.transitions import WrongState
from tests.factories import make_message

NOW = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
LINK, DECOY, GESTURE = ClickKind.LINK, ClickKind.DECOY, ClickKind.GESTURE
NOTHING = content.Content({}, ())


def before(seconds: float, score: int | None = 9, kind: ClickKind = LINK) -> Touch:
    return Touch(kind, score, NOW - seconds * SECOND)


# --------------------------------------------------------------------------------------------------------------- nonce


def test_nonce_is_signed_as_django_signs() -> None:
    signed, _dot, signature = evidence.nonce(UUID(int=7), at=NOW).rpartition(".")

    assert signature == Signer(salt="surveys.evidence.nonce").signature(f"{UUID(int=7)}.{signed}")


def test_nonce_says_when_the_form_was_shown_and_whether_it_asked_again() -> None:
    token = make_invitation_token()

    first, second = (evidence.nonce(token, at=NOW, is_second=again) for again in (False, True))

    assert evidence.read_nonce(first, token, at=NOW + SECOND) == Nonce(NOW, is_second=False)
    assert evidence.read_nonce(second, token, at=NOW + SECOND) == Nonce(NOW, is_second=True)


def make_invitation_token() -> Any:

    return UUID("12345678-1234-4234-8234-123456789012")


@pytest.mark.parametrize("later", [0 * SECOND, dt.timedelta(hours=12) - SECOND])
def test_nonce_is_good_for_twelve_hours(later: dt.timedelta) -> None:
    token = make_invitation_token()

    assert evidence.read_nonce(evidence.nonce(token, at=NOW), token, at=NOW + later) is not None


def test_nonce_is_refused_when_it_is_old_from_the_future_of_another_or_forged() -> None:

    token, other = make_invitation_token(), UUID(int=7)
    good = evidence.nonce(token, at=NOW)
    forged = ["", "x", ".", "..", good[:-1], good.replace(".0.", ".1."), "0" + good, good + "\x00", "é" + good, "٧.0.x"]

    assert evidence.read_nonce(good, token, at=NOW + dt.timedelta(hours=12)) is None
    assert evidence.read_nonce(good, token, at=NOW - SECOND) is None
    assert evidence.read_nonce(good, other, at=NOW) is None
    assert [evidence.read_nonce(text, token, at=NOW) for text in forged] == [None] * len(forged)


# ---------------------------------------------------------------------------------------------------------------- veto


@pytest.mark.parametrize(
    ("clicks", "veto"),
    [
        ([], Veto.NONE),
        ([before(5)], Veto.NONE),
        ([before(30), before(5)], Veto.NONE),  # the same number twice
        ([before(60, None, DECOY), before(5)], Veto.DECOY),
        ([before(61, None, DECOY), before(5)], Veto.NONE),
        ([before(55, 3), before(5)], Veto.SEVERAL),
        ([before(120, 3), before(60)], Veto.SEVERAL),  # within a minute of each other
        ([before(121, 3), before(60)], Veto.NONE),
        ([before(800, 1), before(400, 2), before(5)], Veto.SEVERAL),  # three within a quarter of an hour
        ([before(901, 1), before(400, 2), before(5)], Veto.NONE),
        ([before(55, 3), before(50, 3, GESTURE), before(5)], Veto.NONE),  # a person who changed their mind
        ([before(7200, score) for score in range(11)] + [before(5)], Veto.NONE),  # a scanner, long before
    ],
)
def test_form_is_held_when_something_speaks_against_it(clicks: list[Touch], veto: Veto) -> None:
    assert evidence.against_submission(clicks, at=NOW, sent_at=NOW - dt.timedelta(days=1)) == veto


@pytest.mark.parametrize(("opened", "veto"), [(4.9, Veto.TOO_SOON), (5, Veto.NONE), (-1, Veto.NONE)])
def test_mail_is_not_opened_by_a_person_as_soon_as_it_is_handed_over(opened: float, veto: Veto) -> None:
    sent_at = NOW - 30 * SECOND

    clicks = [Touch(LINK, 9, sent_at + opened * SECOND)]

    assert evidence.against_submission(clicks, at=NOW, sent_at=sent_at) == veto


@pytest.mark.parametrize(
    ("clicks", "veto"),
    [
        ([before(5)], Veto.NONE),
        ([before(5), before(-30)], Veto.NONE),
        ([before(5), before(-60, None, DECOY)], Veto.DECOY),
        ([before(5), before(-61, None, DECOY)], Veto.NONE),
        ([before(5), before(-100, 2)], Veto.SEVERAL),  # other numbers are opened while it waits
        ([before(5), before(-121, 2)], Veto.NONE),
        ([before(80_000 + score, score) for score in range(10)] + [before(5, 10)], Veto.ALL_LINKS),
        ([before(80_000 + score, score) for score in range(9)] + [before(5, 10)], Veto.NONE),
    ],
)
def test_gesture_is_held_likewise_and_for_what_follows(clicks: list[Touch], veto: Veto) -> None:
    assert evidence.against_gesture(clicks, at=NOW, sent_at=None) == veto


# ------------------------------------------------------------------------------------------------------------- answers


def asked(**fields: Any) -> Invitation:
    message = make_message(sent_at=NOW - dt.timedelta(hours=2), **fields)
    invitation = message.invitation
    assert invitation is not None
    Invitation.objects.filter(pk=invitation.pk).update(closes_at=NOW + dt.timedelta(days=20))
    invitation.refresh_from_db()
    return invitation


def post(
    invitation: Invitation, score: int, *, looked: float = 60, again: bool = False, at: dt.datetime = NOW, **said: Any
) -> bool:
    nonce = Nonce(at - looked * SECOND, is_second=again)
    posted = Posted({"score": score, **said}, {"score": score, **said}, nonce, "en")
    return evidence.submit(invitation, posted, shown=NOTHING, at=at)


def click(invitation: Invitation, score: int | None, *, seconds_ago: float = 5, kind: ClickKind = LINK) -> None:
    Click.objects.create(invitation=invitation, kind=kind, score=score, at=NOW - seconds_ago * SECOND)


@pytest.mark.django_db
def test_pressed_button_counts_at_once() -> None:
    invitation = asked()
    click(invitation, 9)

    asks_again = post(invitation, 9, comment="Fine")

    assert not asks_again
    given = Response.objects.get()
    assert (given.score, given.comment, given.evidence, given.settles_at) == (9, "Fine", Evidence.SUBMITTED, NOW)
    assert HeldAnswer.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("clicks", "looked", "veto"),
    [
        ([(9, LINK), (None, DECOY)], 60, Veto.DECOY),
        ([(9, LINK), (2, LINK)], 60, Veto.SEVERAL),
        ([(9, LINK)], 1.9, Veto.TOO_FAST),
    ],
)
def test_doubtful_button_is_held_and_the_page_asks_once_more(
    clicks: list[tuple[int | None, ClickKind]], looked: float, veto: Veto
) -> None:
    invitation = asked()
    for score, kind in clicks:
        click(invitation, score, kind=kind)

    asks_again = post(invitation, 9, looked=looked, comment="Fine")

    held = HeldAnswer.objects.get()
    assert asks_again
    assert (held.score, held.veto, held.due_at, held.said["answer"]["comment"]) == (9, veto, None, "Fine")
    assert (Response.objects.count(), DailyCount.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_same_number_once_more_counts_after_a_grace_time() -> None:
    invitation = asked()
    post(invitation, 9, looked=1, comment="Fine")

    asks_again = post(invitation, 9, again=True, at=NOW + 10 * SECOND, comment="Fine")
    early, early_count = evidence.judge_due(at=NOW + 129 * SECOND), Response.objects.count()
    evidence.judge_due(at=NOW + 130 * SECOND)

    assert (asks_again, early, early_count) == (False, False, 0)
    given = Response.objects.get()
    assert (given.score, given.comment, given.evidence) == (9, "Fine", Evidence.SUBMITTED)
    assert HeldAnswer.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("score", "looked"), [(8, 60), (9, 1)])
def test_another_number_or_a_hasty_form_does_not_confirm(score: int, looked: float) -> None:
    invitation = asked()
    post(invitation, 9, looked=1)

    asks_again = post(invitation, score, again=True, looked=looked, at=NOW + 10 * SECOND)
    evidence.judge_due(at=NOW + dt.timedelta(days=1))

    assert asks_again
    assert (HeldAnswer.objects.get().score, Response.objects.count()) == (score, 0)


@pytest.mark.django_db
def test_other_links_opened_meanwhile_keep_it_held() -> None:
    invitation = asked()
    post(invitation, 9, looked=1)
    post(invitation, 9, again=True, at=NOW + 10 * SECOND)
    click(invitation, 2, seconds_ago=-30)

    evidence.judge_due(at=NOW + 130 * SECOND)

    held = HeldAnswer.objects.get()
    assert (held.veto, held.due_at, Response.objects.count()) == (Veto.SEVERAL, None, 0)


@pytest.mark.django_db
def test_plain_form_after_a_held_one_counts_when_nothing_speaks_against_it() -> None:
    invitation = asked()
    post(invitation, 2, looked=1)

    asks_again = post(invitation, 8, at=NOW + dt.timedelta(hours=3))

    assert not asks_again
    assert (Response.objects.get().score, HeldAnswer.objects.count()) == (8, 0)


@pytest.mark.django_db
def test_held_answer_leaves_the_one_that_counts_as_it_is() -> None:
    invitation = asked()
    post(invitation, 9, comment="Fine")

    post(invitation, 0, looked=0.5, at=NOW + 60 * SECOND)

    assert list(Response.objects.values_list("score", "comment")) == [(9, "Fine")]
    assert HeldAnswer.objects.get().score == 0


@pytest.mark.django_db
def test_gesture_counts_after_its_grace_time() -> None:
    invitation = asked()
    click(invitation, 9)
    evidence.gesture(invitation, score=9, language="en", at=NOW)

    evidence.judge_due(at=NOW + 119 * SECOND)
    early = Response.objects.count()
    evidence.judge_due(at=NOW + 120 * SECOND)
    evidence.judge_due(at=NOW + 121 * SECOND)

    given = Response.objects.get()
    assert (early, given.score, given.evidence) == (0, 9, Evidence.GESTURE)
    assert given.settles_at == NOW + 120 * SECOND
    assert (DailyCount.objects.get().promoters, HeldAnswer.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_later_gesture_replaces_an_earlier_one_and_begins_its_own_grace_time() -> None:
    invitation = asked()
    click(invitation, 9)
    evidence.gesture(invitation, score=9, language="en", at=NOW)
    evidence.gesture(invitation, score=7, language="en", at=NOW + 60 * SECOND)

    evidence.judge_due(at=NOW + 130 * SECOND)
    early = Response.objects.count()
    evidence.judge_due(at=NOW + 180 * SECOND)

    assert (early, Response.objects.get().score) == (0, 7)


@pytest.mark.django_db
def test_gesture_never_replaces_what_was_sent_or_held_by_the_button() -> None:
    sent, held = asked(), asked()
    post(sent, 3, comment="Slow")
    post(held, 3, looked=1)

    for invitation in (sent, held):
        evidence.gesture(invitation, score=9, language="en", at=NOW + SECOND)
    evidence.judge_due(at=NOW + dt.timedelta(hours=1))

    assert list(Response.objects.values_list("invitation", "score")) == [(sent.pk, 3)]
    assert list(HeldAnswer.objects.values_list("invitation", "score", "evidence")) == [(held.pk, 3, "submitted")]


@pytest.mark.django_db
def test_button_replaces_a_gesture_in_its_grace_time() -> None:
    invitation = asked()
    evidence.gesture(invitation, score=9, language="en", at=NOW)

    post(invitation, 8, at=NOW + 30 * SECOND)
    evidence.judge_due(at=NOW + dt.timedelta(hours=1))

    assert list(Response.objects.values_list("score", "evidence")) == [(8, "submitted")]


@pytest.mark.django_db
def test_gesture_with_a_decoy_behind_it_waits_for_a_person() -> None:
    invitation = asked()
    evidence.gesture(invitation, score=9, language="en", at=NOW)
    click(invitation, None, seconds_ago=-20, kind=DECOY)

    evidence.judge_due(at=NOW + 120 * SECOND)

    assert (HeldAnswer.objects.get().veto, Response.objects.count()) == (Veto.DECOY, 0)


@pytest.mark.django_db
def test_closed_invitation_takes_neither_form_nor_gesture() -> None:
    invitation = asked()
    Invitation.objects.update(closes_at=NOW)

    with pytest.raises(responses.NotOpen):
        post(invitation, 9)
    with pytest.raises(responses.NotOpen):
        evidence.gesture(invitation, score=9, language="en", at=NOW)

    assert (Response.objects.count(), HeldAnswer.objects.count(), Click.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_one_answer_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = asked(), asked()
    for invitation in (bad, good):
        evidence.gesture(invitation, score=9, language="en", at=NOW)
    record = responses.record

    def fail(invitation: Invitation, **fields: Any) -> Response:
        if invitation.pk == bad.pk:
            raise RuntimeError("broken")
        return record(invitation, **fields)

    monkeypatch.setattr(responses, "record", fail)
    evidence.judge_due(at=NOW + 120 * SECOND)

    assert list(Response.objects.values_list("invitation", flat=True)) == [good.pk]
    assert list(HeldAnswer.objects.values_list("pk", flat=True)) == [bad.pk]


# ------------------------------------------------------------------------------------------------------------- confirm


@pytest.mark.django_db
def test_staff_confirm_a_click_with_their_reason(alice: User) -> None:
    invitation = asked()
    click(invitation, 9)

    with time_machine.travel(NOW, tick=False):
        given = evidence.confirm(invitation, score=9, by=alice, reason=" Said so on the phone. ")

    assert (given.score, given.evidence, given.comment) == (9, Evidence.CONFIRMED, "")
    event = Event.objects.get(kind="surveys.response")
    assert (event.by, event.went_to, event.reason, event.contact) == (
        alice, "confirmed", "Said so on the phone.", invitation.contact,
    )  # fmt: skip


@pytest.mark.django_db
def test_staff_confirm_what_was_held_with_all_that_was_said(alice: User) -> None:
    invitation = asked()
    post(invitation, 3, looked=1, comment="Slow", wants_contact=True)

    evidence.confirm(invitation, score=3, by=alice, reason="Spoke to her")

    given = Response.objects.get()
    assert (given.comment, given.wants_contact, given.answered_at) == ("Slow", True, NOW)
    assert HeldAnswer.objects.count() == 0


@pytest.mark.django_db
def test_staff_cannot_invent_change_or_leave_out_a_reason(alice: User) -> None:
    clicked, answered = asked(), asked()
    click(clicked, 9)
    click(answered, 9)
    post(answered, 3)

    with pytest.raises(WrongState):
        evidence.confirm(clicked, score=10, by=alice, reason="I think so")
    with pytest.raises(WrongState):
        evidence.confirm(answered, score=9, by=alice, reason="I think so")
    with pytest.raises(ValueError, match="reason"):
        evidence.confirm(clicked, score=9, by=alice, reason="  ")

    assert list(Response.objects.values_list("score", flat=True)) == [3]


@pytest.mark.django_db
def test_person_overrules_what_staff_confirmed(alice: User) -> None:
    invitation = asked()
    click(invitation, 9)
    with time_machine.travel(NOW, tick=False):
        evidence.confirm(invitation, score=9, by=alice, reason="Said so")

    post(invitation, 4, at=NOW + dt.timedelta(hours=1))

    assert list(Response.objects.values_list("score", "evidence")) == [(4, "submitted")]
