"""A machine that does to the outbox whatever can happen to it, in any order, and looks after each step whether what we
promise still holds: nobody is mailed twice, nobody is lost, and a stop stops."""

from __future__ import annotations

import datetime as dt
import smtplib
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from surveys import addresses, claims, contacts, delivery, lines, outbox, parking, ports, responses, settling, waves
from surveys.delivery import Report
from surveys.enums import (
    IN_HAND_STATUSES,
    CampaignStatus,
    DeliveryType,
    HoldKind,
    MessageStatus,
    SuppressionReason,
    WaveStatus,
)
from surveys.lines import Window
from surveys.models import Campaign, Claim, Event, Hold, Invitation, Message, Response, Suppression, Wave
from surveys.smtp import MessageDropped
from surveys.transitions import WrongState
from tests.factories import make_campaign, make_contact, make_user
from tests.sizes import whole_or
from tests.surveys.sending import BAD_SENDER, GREYLISTED, LOST_AFTER, LOST_BEFORE, NO_SUCH_USER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("letter")]

T = TypeVar("T", bound=models.Model)

START = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
MOST_WAVES = 3
LEASE = 120
POLICY = smtplib.SMTPDataError(550, b"5.7.1 not wanted here")
FINAL = {
    MessageStatus.SENT,
    MessageStatus.FAILED,
    MessageStatus.UNKNOWN,
    MessageStatus.SUPPRESSED,
    MessageStatus.CANCELLED,
}


class Killed(BaseException):
    """kill -9: nothing of what the code does on its way out happens."""


OK, KILLED_BEFORE, KILLED_AFTER = "taken", "killed before it was taken", "killed after it was taken"
Outcome = str | Exception
OUTCOMES: list[Outcome] = [
    OK,
    OK,
    GREYLISTED,
    NO_SUCH_USER,
    POLICY,
    BAD_SENDER,
    LOST_BEFORE,
    MessageDropped("while it was leaving"),
    LOST_AFTER,
]
# Work more often than anything else; what stops it for good, seldom.
DEEDS = ["work"] * 8 + ["send_a_batch", "wait", "wait", "park", "launch", "steer", "settle", "wish", "wish", "report"]
REPORTS = [DeliveryType.DELIVERED, DeliveryType.BOUNCED, DeliveryType.COMPLAINED, DeliveryType.REJECTED]
DEADLY: list[Outcome] = [*OUTCOMES, KILLED_BEFORE, KILLED_AFTER]


class Sink(BaseEmailBackend):
    """Does what it is told to each mail, and counts what it took by the number of the message."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: Counter[int] = Counter()
        self.astray: list[int] = []  # what went to another address than the one that was looked at
        self.orders: list[Outcome] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            order = self.orders.pop(0) if self.orders else OK
            pk = int(mail.extra_headers["Message-ID"].strip("<").partition("@")[0])
            if Message.objects.get(pk=pk).address_hash != addresses.keyed_hash(mail.to[0]):
                self.astray.append(pk)
            if order in (OK, LOST_AFTER, KILLED_AFTER):
                self.taken[pk] += 1
            if order in (KILLED_BEFORE, KILLED_AFTER):
                raise Killed
            if isinstance(order, Exception):
                raise order
        return len(email_messages)


@dataclass
class Worker:
    claim_id: uuid.UUID
    claimed: list[int]
    waiting: list[Message]
    window: Window | None = None
    is_over: bool = False  # the window: each of its mails was tried, or will not be


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.travel = time_machine.travel(START, tick=False)
        self.clock = self.travel.start()
        self.sink = Sink()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(django_mail, "get_connection", lambda: self.sink)
        self.patch.setattr(outbox, "dispatch", partial(dispatch_as_allowed, outbox.dispatch))
        self.workers: list[Worker] = []
        self.again: Counter[int] = Counter()  # how often a person let a doubtful mail leave once more
        self.told: set[int] = set()  # messages of which a person or an event has said what became of them

    def teardown(self) -> None:
        try:
            self.drain()
        finally:
            self.patch.undo()
            self.travel.stop()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.alice = make_user("alice", first_name="Alice")
        self.launch()

    # ----------------------------------------------------------------------------------------------------- the workers

    @rule(data=st.data(), does=st.sampled_from(DEEDS))
    def do(self, data: st.DataObject, does: str) -> None:
        """One rule for all, since Hypothesis leaves some of several out of each run, and without work there is none."""
        getattr(self, does)(data)

    def work(self, data: st.DataObject) -> None:
        """The next step of one worker: mostly of the latest, so that windows come to their end; or of a new one."""
        size, back = data.draw(st.integers(1, 3)), data.draw(st.sampled_from([1, 1, 1, 2, 3]))
        if back <= len(self.workers):
            self.step(self.workers[-back], data, size)
        else:
            self.claim(size + 1)

    def claim(self, size: int) -> None:
        claim_id, messages = claims.claim(size)
        if messages:
            self.workers.append(Worker(claim_id, [message.pk for message in messages], messages))

    def step(self, worker: Worker, data: st.DataObject, size: int) -> None:
        if data.draw(st.integers(0, 9)) == 9:
            self.workers.remove(worker)  # kill -9
        elif worker.window and not worker.is_over:
            self.send(worker, data.draw(st.lists(st.sampled_from(DEADLY), min_size=size, max_size=size)))
        elif worker.waiting and data.draw(st.integers(0, 4)) > 0:
            self.dispatch(worker, size)
        elif worker.window:
            self.finish(worker)
        else:
            outbox.release(worker.claim_id, worker.claimed)
            self.workers.remove(worker)

    def dispatch(self, worker: Worker, size: int) -> None:
        """The next window: what went well in the last one rides on its statement."""
        if worker.window is not None and not worker.window.is_clean:
            self.finish(worker)
        well = [worker.window] if worker.window is not None else []
        chunk, worker.waiting = worker.waiting[:size], worker.waiting[size:]
        (worker.window,), worker.is_over = outbox._turn(worker.claim_id, [chunk], ports.splicer([]), well), False

    def send(self, worker: Worker, orders: list[Outcome]) -> None:
        assert worker.window is not None
        self.sink.orders = orders
        try:
            lines.Line(self.sink).send(worker.window)
        except Killed:
            self.workers.remove(worker)
        worker.is_over = True
        self.sink.orders = []

    def finish(self, worker: Worker) -> None:
        assert worker.window is not None
        outbox._settle_doubts(worker.window)
        outbox._record(worker.window)
        worker.window, worker.is_over = None, False

    def send_a_batch(self, data: st.DataObject) -> None:
        self.sink.orders = data.draw(st.lists(st.sampled_from(OUTCOMES), max_size=8))
        outbox.send_batch()
        self.sink.orders = []

    def wait(self, data: st.DataObject) -> None:
        self.clock.shift(data.draw(st.sampled_from([1, LEASE // 2, LEASE + 1, LEASE + 1, 600, 86_400])))
        if data.draw(st.booleans()):
            self.sweep()

    def sweep(self) -> None:
        outbox.sweep()

    def park(self, data: st.DataObject) -> None:
        size = data.draw(st.integers(1, 3))
        parking.put_aside(size=size) if data.draw(st.booleans()) else parking.bring_back(size=size)

    # ---------------------------------------------------------------------------------------------- staff and contacts

    def launch(self, _data: st.DataObject | None = None) -> None:
        if Wave.objects.count() < MOST_WAVES:
            for _ in range(3):
                make_contact()
            waves.launch(make_campaign(), by=self.alice)

    def steer(self, data: st.DataObject) -> None:
        does = data.draw(st.sampled_from(["pause", "resume", "resume", "hold", "let go", "let go", "end"]))
        alice, invitation = self.alice, pick_message(data).invitation
        assert invitation is not None
        wave = invitation.wave
        if does == "pause":
            self.by_alice(wave, lambda: waves.pause(wave, reason="to look", by=alice))
        elif does == "resume":
            self.by_alice(wave, lambda: waves.resume(wave, by=alice))
        elif does == "hold":
            self.by_alice(wave.campaign, lambda: waves.pause_campaign(wave.campaign, by=alice))
        elif does == "let go":
            self.by_alice(wave.campaign, lambda: waves.resume_campaign(wave.campaign, by=alice))
        elif data.draw(st.booleans()):
            self.by_alice(wave, lambda: waves.cancel(wave, by=alice))
        else:
            self.by_alice(wave.campaign, lambda: waves.archive_campaign(wave.campaign, by=alice))

    def by_alice(self, row: models.Model, deed: Callable[[], object]) -> bool:
        """I10: what she does is written down once, with her name; what is refused is not."""
        events = Event.objects.filter(kind=row._meta.label_lower, object_id=str(row.pk), by=self.alice)
        before = events.count()
        try:
            with transaction.atomic():
                deed()
        except WrongState:
            assert events.count() == before
            return False
        assert events.count() == before + 1
        return True

    def settle(self, data: st.DataObject) -> None:
        doubtful = Message.objects.filter(status=MessageStatus.UNKNOWN)
        if not doubtful.exists():
            return
        message, leaves_again = pick(data, doubtful), data.draw(st.booleans())
        decide = settling.send_again if leaves_again else settling.treat_as_sent
        if self.by_alice(message, lambda: decide(message, by=self.alice)):
            self.again[message.pk] += leaves_again
            self.told.add(message.pk)

    def wish(self, data: st.DataObject) -> None:
        does = data.draw(st.sampled_from(["unsubscribe", "suppress", "hold", "let go", "correct", "answer"]))
        message = pick_message(data)
        contact, invitation = message.contact, message.invitation
        assert contact is not None
        assert invitation is not None
        if does == "unsubscribe":
            contacts.unsubscribe(message)
        elif does == "suppress":
            row = contacts.suppress(contact.email, reason=SuppressionReason.MANUAL, by=self.alice)
            assert Event.objects.filter(by=self.alice, object_id=row.pk, went_to=row.reason).exists()  # I10
        elif does == "hold":
            until = timezone.now() + dt.timedelta(days=1) if data.draw(st.booleans()) else None
            Hold.objects.update_or_create(contact=contact, kind=HoldKind.PAUSE, defaults={"until": until})
        elif does == "let go":
            contact.holds.all().delete()
        elif does == "correct":
            contacts.set_address(contact, f"corrected{data.draw(st.integers(0, 99))}.{contact.pk}@example.com")
            contact.save(update_fields=["email", "address_hash"])
        else:
            with suppress(responses.NotOpen):
                responses.record(invitation, score=data.draw(st.integers(0, 10)), language="en")

    def report(self, data: st.DataObject) -> None:
        """I8: an event that comes again changes nothing; a forged one never does."""
        says, is_forged = data.draw(st.sampled_from(REPORTS)), data.draw(st.booleans())
        message = pick(data, Message.objects.all())
        delivery.apply_due()  # what waited
        before = picture()
        to = "somebody@example.com" if is_forged else address_of(message)
        event = Report("relay", says, message_pk=message.pk, recipient=to, at=timezone.now())
        delivery.keep(event)
        delivery.apply_due()
        after = picture()
        delivery.keep(event)
        delivery.apply_due()

        assert picture() == after
        if is_forged or message.dispatched_at is None:
            assert after == before
        else:
            self.told.add(message.pk)

    # ------------------------------------------------------------------------------------------------- what must hold

    @invariant()
    def nobody_is_mailed_twice_or_lost(self) -> None:
        """I1, but where a person wanted it; I2: each contact asked has one message, and what it says is true."""
        taken = self.sink.taken
        assert self.sink.astray == []
        assert {pk: times for pk, times in taken.items() if times > 1 + self.again[pk]} == {}
        rows = list(Message.objects.values_list("pk", "status", "invitation__wave__status"))
        assert len(rows) == Invitation.objects.asked().count()
        for pk, status, wave in rows:
            if wave == WaveStatus.FINISHED:
                assert status in FINAL
            elif wave == WaveStatus.CANCELLED:
                assert status in {*FINAL, MessageStatus.DISPATCHING}
            if pk not in self.told and status not in (MessageStatus.UNKNOWN, MessageStatus.DISPATCHING):
                assert bool(taken[pk]) == (status == MessageStatus.SENT)

    @invariant()
    def what_is_in_hand_is_found_again(self) -> None:
        """By its claim: the sweeper looks nowhere else."""
        in_hand = list(Message.objects.filter(status__in=IN_HAND_STATUSES).order_by("pk"))
        held = {(claim.pk, pk) for claim in Claim.objects.all() for pk in claim.messages}
        assert {(message.claim_id, message.pk) for message in in_hand} <= held
        assert list(Message.objects.in_hand().order_by("pk")) == in_hand

    @invariant()
    def an_invitation_has_one_answer(self) -> None:
        """I4: the latest of its revisions."""
        answers = list(Response.objects.prefetch_related("revisions"))
        assert len({answer.invitation_id for answer in answers}) == len(answers)
        for answer in answers:
            scores = {revision.number: revision.score for revision in answer.revisions.all()}
            assert sorted(scores) == list(range(1, answer.revision + 1))
            assert scores[answer.revision] == answer.score

    def drain(self) -> None:
        """Left in peace, everything comes to its end."""
        for campaign in Campaign.objects.filter(status=CampaignStatus.PAUSED):
            waves.resume_campaign(campaign)
        for wave in Wave.objects.filter(status=WaveStatus.PAUSED):
            waves.resume(wave)
        moving = Message.objects.exclude(status__in=FINAL)
        sending = Wave.objects.exclude(status__in=[WaveStatus.FINISHED, WaveStatus.CANCELLED])
        for _ in range(12):
            if not moving.exists() and not sending.exists():
                break
            self.clock.shift(7_200)
            parking.bring_back()
            outbox.send_batch()
            self.sweep()
        self.nobody_is_mailed_twice_or_lost()
        assert list(moving) == []
        assert list(sending) == []


def pick(data: st.DataObject, rows: models.QuerySet[T]) -> T:
    """A row by its place in the order, so that the same draw means the same in each run."""
    found = list(rows.order_by("pk"))
    return found[data.draw(st.integers(0, len(found) - 1))]


def pick_message(data: st.DataObject) -> Message:
    """Rather one that a worker has in hand: there it gets tight."""
    in_hand = Message.objects.in_hand()
    return pick(data, in_hand if in_hand.exists() and data.draw(st.integers(0, 2)) else Message.objects.all())


def address_of(message: Message) -> str:
    assert message.contact is not None
    return message.contact.email


def dispatch_as_allowed(
    dispatch: Callable[..., set[int]],
    claim_id: uuid.UUID,
    pks: list[int],
    *purposes: Collection[str],
    well: Sequence[lines.Window] = (),
) -> set[int]:
    """I3: exactly those leave that may at this moment."""
    rows = Message.objects.select_related("invitation__wave").filter(pk__in=pks)
    allowed = {row.pk for row in rows if may_leave(row, claim_id)}
    leaving = dispatch(claim_id, pks, *purposes, well=well)
    assert leaving == allowed
    return leaving


def may_leave(message: Message, claim_id: uuid.UUID) -> bool:
    """In plain words what the dispatching statement says: ours, in time, of a wave that sends, and nobody minds."""
    now = timezone.now()
    assert message.invitation is not None
    is_ours = message.status == MessageStatus.CLAIMED and message.claim_id == claim_id
    in_time = message.lease_until is not None and message.lease_until > now
    sends = message.invitation.wave.status == WaveStatus.SENDING
    minds = Suppression.objects.filter(address_hash=message.address_hash).exists()
    is_held = Hold.objects.standing(now).filter(contact=message.contact_id).exists()
    return is_ours and in_time and sends and not minds and not is_held


def picture() -> list[list[Any]]:
    """Everything an event may change."""
    messages = Message.objects.order_by("pk").values_list()
    return [list(messages), list(Suppression.objects.order_by("pk").values_list()), list(Wave.objects.values_list())]


QUIET = settings(
    max_examples=whole_or(33, 8),
    stateful_step_count=30,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_happens_in_whatever_order_the_promises_hold() -> None:
    run_state_machine_as_test(Machine, settings=QUIET)


def test_machine_sees_a_double_send() -> None:
    class Careless(Machine):
        def sweep(self) -> None:
            outbox.sweep()
            doubtful = Message.objects.filter(status=MessageStatus.UNKNOWN)
            doubtful.update(status=MessageStatus.QUEUED, claim_id=None, lease_until=None)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Careless, settings=settings(QUIET, max_examples=200, phases=[Phase.generate]))
