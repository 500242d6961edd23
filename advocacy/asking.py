"""Favours asked of advocates, from the plan to the answer.

Whether an ask is allowed, `fatigue` says: when it is planned, when its mail is queued, and as it leaves. Every verb
that takes `seen` refuses, with Changed, what was decided on an old picture.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import CharField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import deletions, fatigue, stories, tiers, trail, trailwords
from advocacy.enums import ASK_MOVES, AdvocateChange, AskAnswer, AskChange, AskKind, AskRule, AskStage, AskStatus
from advocacy.fatigue import NextAsk
from advocacy.models import Advocate, Ask, Programme, Testimonial
from advocacy.stories import Wording
from surveys import ports
from surveys.enums import MESSAGE_MOVES, MessageStatus, Promise, Purpose, TouchKind
from surveys.models import Account, Brand, Contact, Message
from surveys.transitions import WrongState, move, move_many, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

LETTER = "ask"
PRIORITY = 60
ANSWER_WITHIN = dt.timedelta(days=30)
ON_ITS_WAY = (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.DISPATCHING)


class NotAsked(WrongState):
    """A rule forbids it: `next_ask` says which, and from when it allows it."""

    def __init__(self, next_ask: NextAsk) -> None:
        self.next_ask = next_ask
        super().__init__(_("Not planned: %(reason)s.") % {"reason": next_ask.words})


def register() -> None:
    ports.register_touch(LETTER, TouchKind.ASK)
    ports.register_guard(Purpose.MARKETING, may_leave)


# ------------------------------------------------------------------------------------------------------ plan and queue


def plan(
    advocate: Advocate,
    *,
    kind: AskKind,
    by: User | None = None,
    programme: Programme | None = None,
    planned_for: dt.datetime | None = None,
    reason_why: str = "",
    override_reason: str = "",
    at: dt.datetime | None = None,
) -> Ask:
    """Plan an ask for now, or for a day to come: decided under a lock, so of many at once one wins. Raises NotAsked.

    A person may override what wears people out, with a reason; never what the law or the advocate says.
    """
    at = at or timezone.now()
    when = max(planned_for or at, at)
    overridden = by is not None and bool(override_reason)
    with transaction.atomic():
        _lock(advocate)
        rules = fatigue.FIRM if overridden else fatigue.rules_of(kind)
        next_ask = fatigue.next_ask(advocate, at=when, kind=kind, rules=rules)
        if not next_ask.is_possible:
            raise NotAsked(next_ask)
        ask = Ask.objects.create(
            advocate=advocate,
            programme=programme,
            kind=kind,
            planned_for=when,
            stage_at=at,
            owner=by or (programme.owner if programme else None),
            reason_why=reason_why,
            override_by=by if overridden else None,
            override_reason=override_reason if overridden else "",
            by=by,
            is_automatic=by is None and programme is not None,
            created_at=at,
        )
        record(ask, went_to=AskStatus.PLANNED, by=by, reason=override_reason if overridden else reason_why)
        return ask


def _lock(advocate: Advocate) -> None:
    """The advocate, then the account: whoever plans for a colleague waits too."""
    trail.lock(advocate)
    list(Account.objects.select_for_update().filter(contacts=advocate.contact_id).values_list("pk"))


def queue_due(*, size: int = 100, at: dt.datetime | None = None) -> bool:
    """Put the mail of up to `size` due asks into the outbox. Whether more are due."""
    at = at or timezone.now()
    return _each(Ask.objects.due(at).order_by("planned_for", "pk"), size, lambda ask: queue(ask, at=at))


def queue(ask: Ask, *, at: dt.datetime, by: User | None = None) -> NextAsk | None:
    """Let the mail of a planned ask leave now. Where a rule forbids it, it is put off to the day that the rule gives,
    or dropped where none is given; which, is returned."""
    with transaction.atomic():
        _lock(ask.advocate)
        trail.lock(ask)
        if ask.status != AskStatus.PLANNED or ask.message_id or ask.planned_for > at:
            return None
        next_ask = fatigue.next_ask(ask.advocate, at=at, kind=AskKind(ask.kind), rules=rules_of(ask), sparing=ask)
        if next_ask.is_possible:
            _put(ask, at=at, by=by)
        elif next_ask.at:
            _change(ask, planned_for=next_ask.at)
            record(ask, went_to=AskChange.POSTPONED, reason=trail.RULE + next_ask.rule)
        else:
            drop(ask, reason=trail.RULE + next_ask.rule)
        return next_ask


def rules_of(ask: Ask) -> frozenset[AskRule]:
    return fatigue.FIRM if ask.override_reason else fatigue.rules_of(AskKind(ask.kind))


def send_now(ask: Ask, *, by: User, at: dt.datetime | None = None, seen: str = "") -> None:
    """Do not wait for its day. Raises NotAsked, and the plan stays as it was."""
    at = at or timezone.now()
    with transaction.atomic():
        _lock(ask.advocate)
        trail.lock(ask, seen=seen)
        next_ask = fatigue.next_ask(ask.advocate, at=at, kind=AskKind(ask.kind), rules=rules_of(ask), sparing=ask)
        if not next_ask.is_possible:
            raise NotAsked(next_ask)
        _change(ask, planned_for=min(ask.planned_for, at))
        queue(ask, at=at, by=by)


def _put(ask: Ask, *, at: dt.datetime, by: User | None) -> None:
    contact = ask.advocate.contact
    message = Message.objects.create(
        letter=LETTER,
        purpose=Purpose.MARKETING,
        promise=Promise.AT_MOST_ONCE,
        priority=PRIORITY,
        contact=contact,
        address_hash=contact.address_hash,
        not_before=at,
        created_at=at,
    )
    _change(ask, message=message)
    record(ask, went_to=AskChange.QUEUED, by=by)


def may_leave(now: dt.datetime) -> Q:
    """The guard in the dispatching statement: its ask is still planned, and nothing has come between since."""
    worn = {AskRule.ONE_IN_A_MONTH, AskRule.FOUR_IN_A_YEAR}
    advocates = Advocate.objects.filter(pk=OuterRef("advocate"))
    rows = fatigue.with_next_ask(advocates, at=now, rules=fatigue.AT_SENDING | worn)
    rows = rows.annotate(overridden=ExpressionWrapper(OuterRef("override_reason"), CharField()))
    rested = ~Q(overridden="") | fatigue.have_ended(now, worn)
    still = rows.filter(fatigue.is_possible(now, rules=fatigue.AT_SENDING) & rested)
    allowed = Ask.objects.unsent().filter(Exists(still), message=OuterRef("pk"))
    return ~Q(letter=LETTER) | Q(Exists(allowed))


# ------------------------------------------------------------------------------------------------------------- follow


def follow_mails(*, size: int = 200) -> bool:
    """What became of the mail of planned asks: sent, to be looked at again, or never to leave."""
    waiting = Ask.objects.unsent().filter(message__isnull=False).exclude(message__status__in=ON_ITS_WAY)
    return _each(waiting.order_by("planned_for", "pk"), size, follow)


def follow(ask: Ask) -> None:
    with transaction.atomic():
        trail.lock(ask)
        message = ask.message
        if ask.status != AskStatus.PLANNED or message is None or message.status in ON_ITS_WAY:
            return
        if message.status in (MessageStatus.SENT, MessageStatus.UNKNOWN):
            at = message.sent_at or message.dispatched_at or timezone.now()
            move(ask, ASK_MOVES, AskStatus.SENT, sent_at=at, stage=AskStage.ASKED, stage_at=at)
        elif message.status == MessageStatus.CANCELLED:  # a rule held it back as it left: which, is looked at again
            _change(ask, message=None, planned_for=timezone.now())
            record(ask, went_to=AskChange.POSTPONED, reason=trail.HELD_BACK)
        else:
            drop(ask, reason=trail.NOT_SENT + message.error)


def expire(*, size: int = 200, at: dt.datetime | None = None) -> bool:
    """End what nobody has answered within 30 days."""
    at = at or timezone.now()
    silent = Ask.objects.filter(status=AskStatus.SENT, answered_at__isnull=True, sent_at__lte=at - ANSWER_WITHIN)
    return _each(silent.order_by("sent_at", "pk"), size, lambda ask: _expire(ask, at))


def _expire(ask: Ask, at: dt.datetime) -> None:
    with transaction.atomic():
        trail.lock(ask)
        if ask.status == AskStatus.SENT and ask.answered_at is None:
            end(ask, AskStatus.EXPIRED, at=at)


def _each(rows: QuerySet[Ask], size: int, work: Callable[[Ask], object]) -> bool:
    found = list(rows.select_related("advocate__contact")[:size])
    for ask in found:
        try:
            work(ask)
        except Exception:  # the edge of a batch: one ask must not stop the others; it is tried again next time
            logger.exception("asks.failed ask=%s", ask.pk)
    return len(found) == size


def drop(ask: Ask, *, reason: str, by: User | None = None) -> bool:
    """Ask it no more, if it has not left yet; its mail, if one waits, is stopped. Whether it was dropped."""
    with transaction.atomic():
        trail.lock(ask)
        if ask.status != AskStatus.PLANNED:
            return False
        if ask.message_id and not _stop(ask.message_id):
            return False
        end(ask, AskStatus.DROPPED, by=by, reason=reason)
        return True


def _stop(message: int) -> bool:
    """Whether the mail will not leave: one that is leaving just now cannot be called back."""
    rows = Message.objects.filter(pk=message)
    move_many(
        rows, MESSAGE_MOVES, MessageStatus.CANCELLED, claim_id=None, lease_until=None, error="its ask was dropped"
    )
    return rows.filter(status__in=[MessageStatus.CANCELLED, MessageStatus.SUPPRESSED, MessageStatus.FAILED]).exists()


def drop_unsent(contact: Contact | int, *, reason: str, by: User | None = None) -> int:
    """Drop whatever was not sent yet to this contact; how many."""
    rows = Ask.objects.unsent().filter(advocate__contact=contact).select_related("advocate__contact").order_by("pk")
    return sum(drop(ask, reason=reason, by=by) for ask in rows)


def stop_waiting(ask: Ask, *, reason: str) -> None:
    """Nobody waits for an answer any more, whatever became of the mail."""
    follow(ask)
    if ask.status == AskStatus.PLANNED:  # its mail is leaving just now
        move(ask, ASK_MOVES, AskStatus.SENT, sent_at=timezone.now(), stage=AskStage.ASKED, stage_at=timezone.now())
    if ask.status == AskStatus.SENT:
        end(ask, AskStatus.EXPIRED, reason=reason)


STAGE_OF_END = {
    AskStatus.DONE: AskStage.DONE,
    AskStatus.DECLINED: AskStage.SAID_NO,
    AskStatus.EXPIRED: AskStage.NO_ANSWER,
    AskStatus.DROPPED: AskStage.DROPPED,
}


def end(
    ask: Ask, status: AskStatus, *, by: User | None = None, reason: str = "", at: dt.datetime | None = None
) -> None:
    at = at or timezone.now()
    with transaction.atomic():
        move(ask, ASK_MOVES, status, by=by, reason=reason, ended_at=at, stage=STAGE_OF_END[status], stage_at=at)
        if status == AskStatus.DONE:
            tiers.settle([ask.advocate_id])


# -------------------------------------------------------------------------------------------------------------- answer


def answer(ask: Ask, said: AskAnswer) -> None:
    """What the advocate says by the link. The same once more changes nothing. Raises WrongState when it is over."""
    with transaction.atomic():
        trail.lock(ask.advocate)
        follow(ask)
        trail.lock(ask)
        if ask.answer == said and said != AskAnswer.NONE:
            return
        if ask.status != AskStatus.SENT or said == AskAnswer.NONE:
            raise WrongState(_("Not noted: this ask is over."))
        now = timezone.now()
        _change(ask, answer=said, answered_at=now)
        if said in (AskAnswer.YES, AskAnswer.WILL):
            if ask.stage == AskStage.ASKED:
                _change(ask, stage=AskStage.AGREED, stage_at=now)
            record(ask, went_to=AskStage.AGREED, reason=trailwords.SAID + said)
            return
        end(ask, AskStatus.DECLINED, reason=trailwords.SAID + said)
        if said == AskAnswer.NEVER:
            _never(ask.advocate, reason=trailwords.SAID + said)


def give_words(
    ask: Ask, *, brand: Brand, shown: Wording, words: str, shown_name: str = "", shown_role: str = ""
) -> Testimonial:
    """The words that were asked for, with the consent `shown`: with them the ask is done. The same once more changes
    nothing. Raises WrongState when it is over, when they were taken back, or while the person waits to be deleted."""
    with transaction.atomic():
        trail.lock(ask.advocate)
        follow(ask)
        trail.lock(ask)
        is_given = ask.status == AskStatus.DONE and stories.of_ask(ask).live().exists()
        is_open = ask.kind == AskKind.TESTIMONIAL and (ask.status == AskStatus.SENT or is_given)
        if not is_open or deletions.waiting_for(ask.contact):
            raise WrongState(_("Not noted: this ask is over."))
        story = stories.receive_asked(
            ask, brand=brand, shown=shown, words=words, shown_name=shown_name, shown_role=shown_role
        )
        if ask.status == AskStatus.SENT:
            _change(ask, answer=AskAnswer.YES, answered_at=timezone.now())
            end(ask, AskStatus.DONE, reason=trailwords.WORDS_GIVEN)
        return story


def _never(advocate: Advocate, *, reason: str) -> None:
    if not advocate.do_not_ask:
        Advocate.objects.filter(pk=advocate.pk).update(do_not_ask=True)
        record(advocate, went_to=AdvocateChange.DO_NOT_ASK, reason=reason)


def edit(ask: Ask, *, owner: User | None, next_step: str, due_on: dt.date | None, by: User, seen: str = "") -> None:
    """Who does what by when."""
    with transaction.atomic():
        trail.lock(ask, seen=seen)
        if (ask.owner, ask.next_step, ask.due_on) != (owner, next_step, due_on):
            _change(ask, owner=owner, next_step=next_step, due_on=due_on)
            record(ask, went_to=AskChange.EDITED, by=by, reason=next_step)


def _change(ask: Ask, **fields: object) -> None:
    for name, value in fields.items():
        setattr(ask, name, value)
    ask.save(update_fields=list(fields))
