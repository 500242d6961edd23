from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail as django_mail
from django.db import IntegrityError
from django.utils import timezone

from advocacy import asking, asks, routing, stories, trail
from advocacy.asking import NotAsked
from advocacy.enums import AskAnswer, AskKind, AskRule, AskStage, AskStatus
from advocacy.models import Advocate, Ask, Testimonial
from surveys import contacts, outbox, wishes
from surveys.enums import ExitChoice, MessageStatus, TouchKind
from surveys.models import Event, Message, Touch
from surveys.transitions import WrongState
from tests.factories import (
    make_account,
    make_advocate,
    make_ask,
    make_brand,
    make_case,
    make_contact,
    make_message,
    make_response,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def told(ask: Ask) -> list[tuple[str, str]]:
    return [trail.sentence(event) for event in trail.events(ask)]


def refused(advocate: Advocate, kind: AskKind = AskKind.REFERRAL, **fields: Any) -> str:
    with pytest.raises(NotAsked) as caught:
        asking.plan(advocate, kind=kind, **fields)
    return caught.value.next_ask.rule.value


def put_out(ask: Ask) -> Message:
    """Its mail waits in the outbox."""
    asking.queue_due()
    ask.refresh_from_db()
    assert ask.message is not None
    return ask.message


def tick() -> None:
    asking.queue_due()
    outbox.send_batch()
    asking.follow_mails()


def sent(**fields: Any) -> Ask:
    return make_ask(status=AskStatus.SENT, message=make_message(invitation=None, letter="ask"), **fields)


# ---------------------------------------------------------------------------------------------------------------- plan


def test_plan_is_kept_with_who_and_why(alice: User) -> None:
    advocate = make_advocate()

    ask = asking.plan(advocate, kind=AskKind.CASE_STUDY, by=alice, reason_why="Knows every machine")

    assert (ask.status, ask.stage, ask.owner, ask.by, ask.is_automatic) == ("planned", "planned", alice, alice, False)
    assert told(ask) == [("Ask planned", "Knows every machine")]
    assert Event.objects.get(kind="advocacy.ask").contact == advocate.contact


def test_second_ask_is_refused_by_rule_and_by_constraint() -> None:
    first = make_ask()

    assert refused(first.advocate) == "one_open"
    with pytest.raises(IntegrityError):
        make_ask(advocate=first.advocate, kind=AskKind.BETA)


def test_account_has_two_open_asks_at_most(alice: User) -> None:
    account = make_account()
    people = [make_advocate(contact=make_contact(account=account)) for _ in range(4)]
    asking.plan(people[0], kind=AskKind.BETA)
    asking.plan(people[1], kind=AskKind.BETA)

    assert refused(people[2]) == "account_cap"
    assert asking.plan(people[2], kind=AskKind.BETA, by=alice, override_reason="The board agreed").override_by == alice
    assert refused(make_advocate(contact=make_contact(account=account))) == "account_cap"


def test_override_has_a_name_and_a_reason_and_never_lifts_do_not_ask(alice: User) -> None:
    advocate, never = make_advocate(), make_advocate(do_not_ask=True)
    Touch.objects.create(contact=advocate.contact, kind=TouchKind.ASK, at=timezone.now() - DAY)
    assert refused(advocate) == "one_in_a_month"
    assert refused(advocate, override_reason="Nobody said so") == "one_in_a_month"

    ask = asking.plan(advocate, kind=AskKind.REFERRAL, by=alice, override_reason="She offered it herself")

    assert (ask.override_by, ask.override_reason) == (alice, "She offered it herself")
    assert told(ask) == [("Ask planned", "She offered it herself")]
    assert refused(never, by=alice, override_reason="It is urgent") == "do_not_ask"


def test_plan_for_a_day_on_which_the_rule_is_over_is_allowed() -> None:
    advocate = make_advocate()
    Touch.objects.create(contact=advocate.contact, kind=TouchKind.ASK, at=timezone.now() - 20 * DAY)

    assert refused(advocate, planned_for=timezone.now() + 9 * DAY) == "one_in_a_month"
    ask = asking.plan(advocate, kind=AskKind.REFERRAL, planned_for=timezone.now() + 11 * DAY)

    assert asking.queue_due() is False
    assert (ask.status, Message.objects.count()) == (AskStatus.PLANNED, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_ask_one_advocate_once() -> None:
    advocate = make_advocate()
    calls = [partial(asking.plan, advocate.__class__(pk=advocate.pk), kind=AskKind.REFERRAL) for _ in range(50)]

    results = at_once(*calls)

    assert [type(each).__name__ for each in results].count("NotAsked") == 49
    assert Ask.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_do_not_ask_more_than_two_of_an_account() -> None:
    account = make_account()
    people = [make_advocate(contact=make_contact(account=account)) for _ in range(20)]

    at_once(*[partial(asking.plan, each, kind=AskKind.BETA) for each in people])

    assert Ask.objects.count() == 2


# -------------------------------------------------------------------------------------------------------------- sending


def test_ask_leaves_as_a_marketing_mail_and_counts_as_a_touch() -> None:
    make_brand(short_name="Aurora")
    contact = make_contact(name="Mira Kovač", email="mira@example.com")
    ask = asking.plan(make_advocate(contact=contact), kind=AskKind.TESTIMONIAL)

    tick()
    tick()

    ask.refresh_from_db()
    message = Message.objects.get()
    assert (message.purpose, message.promise, message.status) == ("marketing", "at_most_once", MessageStatus.SENT)
    assert (ask.status, ask.stage, ask.sent_at) == (AskStatus.SENT, AskStage.ASKED, message.sent_at)
    assert Touch.objects.get().kind == TouchKind.ASK
    assert [letter.to for letter in django_mail.outbox] == [["mira@example.com"]]
    assert [title for title, _text in told(ask)] == [
        "Asked for a favour by mail",
        "The mail of the ask waits to leave",
        "Ask planned",
    ]


def never(ask: Ask) -> None:
    Advocate.objects.filter(pk=ask.advocate_id).update(do_not_ask=True)


def pause(ask: Ask) -> None:
    Advocate.objects.filter(pk=ask.advocate_id).update(paused_until=timezone.now() + DAY)


def open_case(ask: Ask) -> None:
    make_case(contact=ask.contact, response=None)


def score_eight(ask: Ask) -> None:
    make_response(contact=ask.contact, score=8)


def touch_by_hand(ask: Ask) -> None:
    Touch.objects.create(contact=ask.contact, kind=TouchKind.ASK, at=timezone.now() - 2 * DAY)


def survey_left(ask: Ask) -> None:
    Touch.objects.create(contact=ask.contact, kind=TouchKind.INVITATION, at=timezone.now())


def unplan(ask: Ask) -> None:
    Ask.objects.filter(pk=ask.pk).update(status=AskStatus.DROPPED)


@pytest.mark.parametrize("happens", [never, pause, open_case, score_eight, touch_by_hand, unplan])
def test_what_forbids_it_meanwhile_holds_in_the_statement_that_lets_it_leave(happens: Any) -> None:
    make_brand()
    message = put_out(make_ask())

    happens(Ask.objects.get())
    outbox.send_batch()

    message.refresh_from_db()
    assert (message.status, len(django_mail.outbox)) == (MessageStatus.CANCELLED, 0)


def test_override_holds_in_that_statement_too(alice: User) -> None:
    make_brand()
    put_out(make_ask(override_reason="She offered it", override_by=alice))
    touch_by_hand(Ask.objects.get())

    outbox.send_batch()

    assert len(django_mail.outbox) == 1


def test_other_marketing_mail_is_none_of_its_business() -> None:
    make_brand()
    make_message(invitation=None, contact=make_contact(), letter="exit_link", purpose="marketing")

    outbox.send_batch()

    assert len(django_mail.outbox) == 1


@pytest.mark.parametrize(
    ("happens", "status", "reason"),
    [
        (never, "dropped", "do not ask"),
        (open_case, "dropped", "a case is open"),
        (touch_by_hand, "planned", "one ask in 30 days"),
        (survey_left, "planned", "another mail in the last 24 hours"),
    ],
)
def test_due_ask_is_dropped_or_put_off_with_the_rule(happens: Any, status: str, reason: str) -> None:
    ask = make_ask()
    happens(ask)

    asking.queue_due()
    asking.queue_due()

    ask.refresh_from_db()
    assert (ask.status, Message.objects.count(), told(ask)[0][1]) == (status, 0, reason)
    if status == "planned":
        assert ask.planned_for > timezone.now()
    assert len(told(ask)) == 1


def test_what_was_held_back_as_it_left_is_looked_at_again() -> None:
    make_brand()
    ask = make_ask()
    put_out(ask)
    touch_by_hand(ask)
    outbox.send_batch()

    asking.follow_mails()
    asking.queue_due()

    ask.refresh_from_db()
    assert (ask.status, ask.message, ask.planned_for > timezone.now() + 27 * DAY) == (AskStatus.PLANNED, None, True)
    assert [text for _title, text in told(ask)][:2] == [
        "one ask in 30 days",
        "A rule held the mail back as it was leaving",
    ]


def test_mail_that_can_never_leave_drops_its_ask() -> None:
    make_brand()
    ask = make_ask()
    message = put_out(ask)
    contacts.unsubscribe(message)

    asking.follow_mails()

    ask.refresh_from_db()
    assert (ask.status, ask.stage) == (AskStatus.DROPPED, AskStage.DROPPED)


def test_wish_for_no_offers_stops_what_waits() -> None:
    make_brand()
    message = put_out(make_ask())
    assert message.contact is not None
    wishes.choose(message.contact, ExitChoice.SURVEYS_ONLY, message=message)

    outbox.send_batch()
    asking.follow_mails()

    assert (Ask.objects.get().status, len(django_mail.outbox)) == (AskStatus.DROPPED, 0)


# --------------------------------------------------------------------------------------------------------------- drops


@pytest.mark.parametrize("score", [8, 3])
def test_promoter_who_turns_drops_every_unsent_ask_at_once(score: int) -> None:
    make_brand()
    waiting = make_ask()
    message = put_out(waiting)
    stays = sent(advocate=make_advocate())
    response = make_response(contact=waiting.contact, score=score)
    other = make_response(contact=stays.contact, score=score)

    routing.route(response.pk)
    routing.route(other.pk)

    waiting.refresh_from_db()
    message.refresh_from_db()
    stays.refresh_from_db()
    assert (waiting.status, message.status, stays.status) == ("dropped", MessageStatus.CANCELLED, "sent")
    assert told(waiting)[0] == ("Ask dropped before it was sent", f"Gave a score of {score}")
    assert refused(waiting.advocate) == ("open_case" if score == 3 else "low_score")


def test_promoter_who_stays_one_keeps_the_ask() -> None:
    ask = make_ask()

    routing.route(make_response(contact=ask.contact, score=9).pk)

    assert Ask.objects.get().status == AskStatus.PLANNED


def test_do_not_ask_drops_what_was_planned(alice: User) -> None:
    ask = make_ask()

    asks.never_ask(ask.advocate, reason="She told me", by=alice)

    ask.refresh_from_db()
    assert (ask.status, told(ask)[0]) == ("dropped", ("Ask dropped before it was sent", "do not ask"))


def test_mail_that_is_leaving_is_not_called_back() -> None:
    ask = make_ask(message=make_message(invitation=None, letter="ask", status=MessageStatus.DISPATCHING))

    assert asking.drop(ask, reason="x") is False
    assert Ask.objects.get().status == AskStatus.PLANNED


# -------------------------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("said", "status", "stage", "is_over"),
    [
        (AskAnswer.YES, "sent", "agreed", False),
        (AskAnswer.WILL, "sent", "agreed", False),
        (AskAnswer.NOT_NOW, "declined", "said_no", True),
        (AskAnswer.NEVER, "declined", "said_no", True),
    ],
)
def test_answer_is_kept(said: AskAnswer, status: str, stage: str, is_over: bool) -> None:
    ask = sent()

    asking.answer(ask, said)
    asking.answer(ask, said)

    ask.refresh_from_db()
    assert (ask.answer, ask.status, ask.stage, ask.ended_at is not None) == (said, status, stage, is_over)
    assert ask.answered_at is not None
    assert Advocate.objects.get().do_not_ask is (said == AskAnswer.NEVER)
    assert [text for _title, text in told(ask)] == [f"Said by the link: {said.label}"]


def test_never_is_told_of_the_advocate() -> None:
    ask = sent()

    asking.answer(ask, AskAnswer.NEVER)

    assert [trail.sentence(event) for event in trail.events(ask.advocate)] == [
        ("Said by the link: never ask me again", "")
    ]
    with time_machine.travel(timezone.now() + 900 * DAY):
        assert refused(ask.advocate) == "do_not_ask"


def test_yes_may_become_a_no_but_a_no_is_over() -> None:
    ask = sent()
    asking.answer(ask, AskAnswer.YES)

    asking.answer(ask, AskAnswer.NOT_NOW)

    assert Ask.objects.get().status == AskStatus.DECLINED
    with pytest.raises(WrongState):
        asking.answer(ask, AskAnswer.YES)


def test_answer_that_is_faster_than_the_tick_counts() -> None:
    make_brand()
    ask = make_ask()
    put_out(ask)
    outbox.send_batch()

    asking.answer(Ask.objects.get(), AskAnswer.YES)

    assert (Ask.objects.get().status, Ask.objects.get().stage) == (AskStatus.SENT, AskStage.AGREED)


def test_what_nobody_answers_ends_after_thirty_days_and_once() -> None:
    now = timezone.now()
    old, young, agreed = (sent(sent_at=now - days * DAY) for days in (30, 29, 40))
    asking.answer(agreed, AskAnswer.YES)

    assert [asking.expire(at=now), asking.expire(at=now)] == [False, False]

    old.refresh_from_db()
    assert (old.status, old.stage, old.ended_at) == ("expired", "no_answer", now)
    assert set(Ask.objects.filter(status=AskStatus.SENT)) == {young, agreed}
    assert told(old) == [("Ask ended without an answer", "")]


def test_next_step_is_kept_and_what_stands_so_is_left_alone(alice: User) -> None:
    ask = make_ask()

    for _ in range(2):
        asking.edit(ask, owner=alice, next_step="Call her", due_on=dt.date(2099, 1, 2), by=alice)

    ask.refresh_from_db()
    assert (ask.owner, ask.next_step, ask.due_on) == (alice, "Call her", dt.date(2099, 1, 2))
    assert told(ask) == [("Next step of the ask changed", "Call her")]


def test_ask_that_cannot_be_queued_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = make_ask(), make_ask()
    queue = asking.queue

    def failing(ask: Ask, **fields: Any) -> Any:
        if ask == bad:
            raise RuntimeError("broken")
        return queue(ask, **fields)

    monkeypatch.setattr(asking, "queue", failing)
    asking.queue_due()

    good.refresh_from_db()
    assert good.message is not None


def test_rules_of_an_overridden_ask_are_those_that_nobody_overrides(alice: User) -> None:
    assert AskRule.DO_NOT_ASK in asking.rules_of(make_ask(override_reason="x", override_by=alice))
    assert AskRule.HEAVY not in asking.rules_of(make_ask(override_reason="x", kind=AskKind.CASE_STUDY))
    assert AskRule.HEAVY in asking.rules_of(make_ask(kind=AskKind.CASE_STUDY))


# ---------------------------------------------------------------------------------------------------------------- words


def make_wanted(**fields: Any) -> Ask:
    return make_ask(**{"kind": AskKind.TESTIMONIAL, "status": AskStatus.SENT, **fields})


def give(ask: Ask, words: str = "It never lets me down.") -> Testimonial:
    brand = make_brand()
    return asking.give_words(ask, brand=brand, shown=stories.wording(brand, "en"), words=words, shown_name="Mira")


def test_words_end_the_ask_and_are_told() -> None:
    ask = make_wanted()

    story = give(ask)

    ask.refresh_from_db()
    assert (ask.status, ask.stage, ask.answer) == (AskStatus.DONE, AskStage.DONE, AskAnswer.YES)
    assert (ask.answered_at is not None, ask.ended_at is not None) == (True, True)
    assert (list(stories.of_ask(ask)), story.consent.is_standing) == ([story], True)
    assert told(ask)[0] == ("Ask done", "Wrote the words and agreed to be quoted, by the link")


@pytest.mark.parametrize("kind", [kind for kind in AskKind if kind != AskKind.TESTIMONIAL])
def test_words_are_for_a_testimonial_only(kind: AskKind) -> None:
    with pytest.raises(WrongState):
        give(make_wanted(kind=kind))

    assert Testimonial.objects.count() == 0


@pytest.mark.parametrize("status", [each for each in AskStatus if each != AskStatus.SENT])
def test_words_for_what_is_not_open_are_refused(status: AskStatus) -> None:
    with pytest.raises(WrongState):
        give(make_wanted(status=status))


@pytest.mark.parametrize("words", ["", "x" * 5001])
def test_words_are_some_and_not_too_many(words: str) -> None:
    ask = make_wanted()

    with pytest.raises(ValueError, match="needs words"):
        give(ask, words)

    assert Ask.objects.get().status == AskStatus.SENT


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_words_sent_twice_at_the_same_moment_are_one_testimonial() -> None:
    ask, brand = make_wanted(), make_brand()
    shown = stories.wording(brand, "en")

    send = partial(asking.give_words, brand=brand, shown=shown, words="It never lets me down.")
    at_once(*[lambda: send(Ask.objects.get(pk=ask.pk))] * 4)

    assert Testimonial.objects.count() == 1
