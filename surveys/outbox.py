"""The only place that sends mail: claim, render, commit `dispatching`, send, record; and sweep up after a crash.

Research and marketing leave at most once: what was `dispatching` when its worker went away becomes `unknown`, for an
event or a person to settle. No transaction is open while a server is talked to.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from surveys import breaker, claims, lines, ports, reminders, rendering, statements, supply, verdicts, waves
from surveys.enums import (
    MESSAGE_MOVES,
    CampaignStatus,
    MessageStatus,
    Promise,
    Purpose,
    SuppressionScope,
    TouchKind,
    WaveStatus,
)
from surveys.lines import Window
from surveys.models import Hold, Invitation, Message, Suppression, Touch, Wave
from surveys.transitions import WrongState, move_many
from surveys.verdicts import Meaning, Verdict

logger = logging.getLogger(__name__)

BATCH = 500
WINDOW = 20  # at most so many are `unknown` when a worker is killed; larger gains little speed
SLICE_SECONDS = 0.8
MAX_ATTEMPTS = rendering.MAX_ATTEMPTS
UNREACHED_WAIT = dt.timedelta(seconds=60)
FIRST_RETRY = dt.timedelta(minutes=5)
TOUCHES: dict[str, str] = {waves.LETTER: TouchKind.INVITATION, **dict.fromkeys(reminders.LETTERS, TouchKind.REMINDER)}


def send_batch(*, size: int = BATCH, seconds: float = SLICE_SECONDS) -> bool:
    """Claim what is due and send it in windows for about `seconds`; what is left of the claim goes back.

    Whether to look again at once: False when nothing was due, or the server gave trouble (the next tick tries again).
    """
    source = supply.Supply(size, WINDOW)
    if not source.has_more:
        lines.hang_up()
        supply.rest()
        return False
    goes_on = False
    try:
        crew = lines.crew(len(source.batches[0].messages))
        try:
            goes_on = not _send(source, crew, until=time.monotonic() + seconds)
        finally:
            lines.keep(crew) if goes_on and source.is_full else crew.close()
    finally:
        for batch in source.close():
            release(batch.claim_id, sorted(batch.left))
    claims.forget(batch.claim_id for batch in source.batches)
    return goes_on


def _send(source: supply.Supply, crew: lines.Crew, *, until: float) -> bool:
    """Window after window, as many at a time as there are lines. Whether the server gave trouble."""
    if crew.is_apart:
        source.look_ahead(until)
    well: list[Window] = []  # over, all of it sent, and not yet recorded: that rides on the next dispatch
    has_begun = trouble = False
    try:
        while True:
            goes_on = source.has_more and not trouble and not (has_begun and time.monotonic() > until)
            if goes_on and crew.room:
                if turn := source.next(crew.room):
                    batch, chunks = turn
                    windows = _turn(batch.claim_id, chunks, batch.fill if crew.takes_raw else _unspliced, well)
                    has_begun, well = True, []
                    for window in windows:
                        batch.left.difference_update(window.mails)
                        crew.hand_over(window)
            elif crew.is_busy:
                for window in crew.finished():
                    _settle_doubts(window)
                    trouble = trouble or window.is_broken_off
                    well.append(window) if window.is_clean else _record(window)
            else:
                return trouble
    finally:
        while crew.is_busy:
            well.extend(crew.finished())
        _mark_sent([window for window in well if window.is_clean], timezone.now())
        for window in (window for window in well if not window.is_clean):
            _record(window)


def _unspliced(_message: Message) -> None:
    """What makes a mail where no bytes are taken."""


def _turn(
    claim_id: uuid.UUID, chunks: Sequence[Sequence[Message]], fill: ports.Filler, well: Sequence[Window]
) -> list[Window]:
    """Render a window for each line that waits and commit `dispatching`, all together and with what became of the
    windows that went well."""
    rendered = [
        {message.id: (message, mail) for message in messages if (mail := rendering.render(message, fill)) is not None}
        for messages in chunks
    ]
    purposes = {message.purpose for each in rendered for message, _mail in each.values()}
    leaving = dispatch(claim_id, [pk for each in rendered for pk in each], purposes, well=well)
    return [Window(claim_id, {pk: each[pk] for pk in each if pk in leaving}) for each in rendered]


def release(claim_id: uuid.UUID, pks: list[int]) -> None:
    """Give back what was claimed and not tried; it does not count as an attempt."""
    left = Message.objects.filter(pk__in=pks, claim_id=claim_id, status=MessageStatus.CLAIMED)
    _requeue(left, attempts=F("attempts") - 1)


def _requeue(rows: QuerySet[Message], **fields: Any) -> None:
    move_many(rows, MESSAGE_MOVES, MessageStatus.QUEUED, claim_id=None, lease_until=None, **fields)


def dispatch(
    claim_id: uuid.UUID, pks: list[int], purposes: Collection[str] = tuple(Purpose), *, well: Sequence[Window] = ()
) -> set[int]:
    """Commit which of `pks`, all of these purposes, leave now: what could forbid it is looked at in this statement.
    That the mails of `well` have left is written in the same transaction.

    What the recipient or a rule forbids ends here with the reason; what only waits for its wave stays claimed and is
    given back by `release`.
    """
    now, gone = timezone.now(), set[int]()
    if statements.is_spoken() and pks:
        gone, well = _dispatch_at_once(claim_id, pks, frozenset(purposes), now, well), ()
    if well or len(gone) < len(pks):
        with transaction.atomic(savepoint=False):
            _mark_sent(well, now)
            gone |= _dispatch_or_stop(claim_id, [pk for pk in pks if pk not in gone], frozenset(purposes), now)
    return gone


def _dispatch_or_stop(claim_id: uuid.UUID, pks: list[int], purposes: frozenset[str], now: dt.datetime) -> set[int]:
    """While the transaction is open, no wave of them goes on or pauses: what does not leave is stopped by a rule."""
    if not pks:
        return set()
    mine = Message.objects.filter(pk__in=pks, claim_id=claim_id)
    if statements.is_spoken():
        gone = _dispatch_at_once(claim_id, pks, purposes, now, ())
    else:
        leaving = mine.filter(_wave_is_sending() & _may_leave(now, purposes), lease_until__gt=now)
        lease_until = now + claims.lease()
        move_many(leaving, MESSAGE_MOVES, MessageStatus.DISPATCHING, dispatched_at=now, lease_until=lease_until)
        gone = set(mine.filter(status=MessageStatus.DISPATCHING).values_list("pk", flat=True))
    if len(gone) < len(pks):
        stopped = mine.filter(_wave_is_sending(), status=MessageStatus.CLAIMED, lease_until__gt=now)
        move_many(
            stopped.filter(~_unsuppressed()),
            MESSAGE_MOVES,
            MessageStatus.SUPPRESSED,
            error="the address must not be mailed",
            **_no_claim(),
        )
        error = "the contact must not be asked now"
        move_many(stopped, MESSAGE_MOVES, MessageStatus.CANCELLED, error=error, **_no_claim())
    return gone


def _dispatch_at_once(
    claim_id: uuid.UUID, pks: list[int], purposes: frozenset[str], now: dt.datetime, well: Sequence[Window]
) -> set[int]:
    leaving = statements.dispatching(
        _may_leave, pks, purposes=purposes, claim_id=claim_id, now=now, lease_until=now + claims.lease()
    )
    return {pk for (pk,) in statements.tell([*_marking(well, now), leaving])}


def _marking(windows: Sequence[Window], now: dt.datetime) -> list[statements.Call]:
    touches = {**TOUCHES, **ports.touches}
    sent = _sent_by_claim(windows).items()
    return [statements.marking(claim_id, pks, now=now, touches=touches, opens=waves.LETTER) for claim_id, pks in sent]


def _sent_by_claim(windows: Sequence[Window]) -> dict[uuid.UUID, list[int]]:
    sent: dict[uuid.UUID, list[int]] = defaultdict(list)
    for window in windows:
        if window.sent:
            sent[window.claim_id].extend(window.sent)
    return sent


def _share_waves(pks: list[int]) -> None:
    # A pause updates the wave row: it waits for windows that are leaving, and none leaves after its commit.
    if connection.vendor == "postgresql":
        waves_of_window = Wave.objects.filter(invitations__messages__in=pks).values_list("pk", flat=True).distinct()
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM surveys_wave WHERE id = ANY(%s) FOR SHARE", [list(waves_of_window)])


def _wave_is_sending() -> Q:
    sending = Invitation.objects.filter(pk=OuterRef("invitation_id"), wave__status=WaveStatus.SENDING)
    return Q(invitation__isnull=True) | Q(Exists(sending))


def _unsuppressed() -> Q:
    rows = Suppression.objects.filter(address_hash=OuterRef("address_hash"))
    wide = rows.filter(scope=SuppressionScope.ALL)
    service = Q(purpose=Purpose.SERVICE) & ~Q(Exists(wide))
    return Q(purpose=Purpose.STAFF) | service | ~Q(Exists(rows))


def _may_leave(now: dt.datetime, purposes: Collection[str]) -> Q:
    # No joins: on PostgreSQL a row that changed while we waited for its lock is then judged as it is now.
    held = Q(Exists(Hold.objects.standing(now).filter(contact=OuterRef("contact_id"))))
    unhindered = Q(purpose__in=[Purpose.SERVICE, Purpose.STAFF]) | ~held
    return Q(purpose__in=sorted(purposes)) & _unsuppressed() & unhindered & ports.guards(now, purposes)


def _settle_doubts(window: Window) -> None:
    """Whom does a refusal by a rule speak of? Of this recipient where the server took most of what left beside it, or
    has said the same of this one mail before: then a person has looked meanwhile and let the wave go on. Else of us."""
    is_usable = len(window.sent) > len(window.doubtful)
    for pk, verdict in window.doubtful.items():
        about_recipient = is_usable or verdicts.says_the_same(window.mails[pk][0].error, verdict.words)
        window.failed[pk] = replace(verdict, meaning=Meaning.REFUSED if about_recipient else Meaning.SENDER)


def _record(window: Window) -> None:
    """Write what became of each mail. Fenced: only rows that are still ours change; a row that a sweeper called
    `unknown` in the meantime is settled, since we know."""
    now = timezone.now()
    mine = Message.objects.filter(claim_id=window.claim_id)
    with transaction.atomic():
        if window.failed or window.untried:
            _share_waves(list(window.mails))
        _mark_sent([window], now)
        for pk, provider_id in window.provider_ids.items():
            Message.objects.filter(pk=pk).update(provider_id=provider_id[:200])
        _requeue(mine.filter(pk__in=window.untried), attempts=F("attempts") - 1)
        for pk, verdict in window.failed.items():
            _record_failure(mine.filter(pk=pk), window.mails[pk][0], verdict, now)
        _follow_waves([*window.untried, *window.failed])
    _pause_waves(window)


def _mark_sent(windows: Sequence[Window], now: dt.datetime) -> None:
    if statements.is_spoken():
        if marks := _marking(windows, now):
            statements.tell(marks)
        return
    for claim_id, pks in _sent_by_claim(windows).items():
        mine = Message.objects.filter(pk__in=pks, claim_id=claim_id)
        with transaction.atomic(savepoint=False):
            _note_leaving(mine.filter(status=MessageStatus.DISPATCHING), now)
            move_many(mine, MESSAGE_MOVES, MessageStatus.SENT, sent_at=now, error="", **_no_claim())


def _follow_waves(pks: list[int]) -> None:
    """What comes back to a wave that was cancelled meanwhile ends too: nobody would ever look at it again. One that was
    finished, since what we were slow to tell of counted as `unknown`, sends again."""
    finished_for_good = Q(wave__status=WaveStatus.FINISHED, wave__campaign__status=CampaignStatus.ARCHIVED)
    over = Invitation.objects.filter(Q(wave__status=WaveStatus.CANCELLED) | finished_for_good)
    rows = Message.objects.filter(pk__in=pks, invitation__in=over)
    move_many(rows, MESSAGE_MOVES, MessageStatus.CANCELLED, **_no_claim())
    waiting = Message.objects.filter(pk__in=pks, status=MessageStatus.QUEUED)
    for wave in Wave.objects.filter(status=WaveStatus.FINISHED, invitations__messages__in=waiting).distinct():
        waves.reopen(wave)


def _no_claim() -> dict[str, None]:
    return {"claim_id": None, "lease_until": None}


def _record_failure(row: QuerySet[Message], message: Message, verdict: Verdict, now: dt.datetime) -> None:
    words = verdict.words.encode("utf-8", "replace").decode().replace("\x00", "")
    if verdict.meaning in (Meaning.UNREACHED, Meaning.SENDER):
        _requeue(row, error=words, retry_at=now + UNREACHED_WAIT, attempts=F("attempts") - 1)
    elif verdict.meaning in (Meaning.RETRY, Meaning.DROPPED) and message.attempts < MAX_ATTEMPTS:
        _requeue(row, error=words, retry_at=now + retry_wait(message.attempts))
    elif verdict.meaning is Meaning.UNKNOWN and message.promise == Promise.AT_LEAST_ONCE:
        _requeue(row, error=words, retry_at=now + UNREACHED_WAIT)
    elif verdict.meaning is Meaning.UNKNOWN:
        _note_leaving(row.filter(status=MessageStatus.DISPATCHING), now)
        move_many(row, MESSAGE_MOVES, MessageStatus.UNKNOWN, error=words, **_no_claim())
    else:
        move_many(row, MESSAGE_MOVES, MessageStatus.FAILED, error=words, **_no_claim())


def retry_wait(attempts: int) -> dt.timedelta:
    """How long a mail rests after its `attempts`-th temporary refusal: 5, 10, 20, 40 minutes, each up to half longer,
    so that a greylisting server is asked again over more than half an hour and not by all at once."""
    doubled: dt.timedelta = FIRST_RETRY * 2 ** (attempts - 1)
    return doubled * random.uniform(1, 1.5)  # noqa: S311 - spread, not a secret


def _note_leaving(rows: QuerySet[Message], now: dt.datetime) -> None:
    """Write the touch of each contact mailed, and let the invitation's time to answer begin."""
    open_days: dict[int, list[int]] = defaultdict(list)
    touches = []
    locked = rows.select_for_update(of=("self",)).order_by("pk")  # or a sweeper might note the same leaving
    for message in locked.select_related("invitation__wave__campaign"):
        kind = TOUCHES.get(message.letter) or ports.touches.get(message.letter)
        if kind and message.contact_id:
            touches.append(Touch(contact_id=message.contact_id, kind=kind, at=now))
        if message.letter == waves.LETTER and message.invitation:
            open_days[message.invitation.wave.campaign.open_days].append(message.invitation.pk)
    Touch.objects.bulk_create(touches)
    for days, invitations in open_days.items():
        Invitation.objects.filter(pk__in=invitations).update(closes_at=now + dt.timedelta(days=days))


def _pause_waves(window: Window) -> None:
    """An error about the sender says nothing of a recipient: stop the wave and let people look. Many refusals, too."""
    failed = [(window.mails[pk][0].invitation, verdict) for pk, verdict in window.failed.items()]
    for invitation, verdict in failed:
        if verdict.meaning is Meaning.SENDER and invitation:
            with suppress(WrongState):
                waves.pause(invitation.wave, reason=verdict.words)
                logger.error("wave.paused wave=%s", invitation.wave_id)
    breaker.look_at_all({it.wave_id for it, verdict in failed if it and verdict.meaning is Meaning.REFUSED})


def sweep(*, size: int = BATCH) -> bool:
    """Settle what a worker left behind when it went away, and finish waves. Whether more of it waits."""
    now = timezone.now()
    over = Message.objects.in_hand().filter(lease_until__lte=now)
    claimed = over.filter(status=MessageStatus.CLAIMED)
    move_many(
        claimed.filter(attempts__gte=MAX_ATTEMPTS),
        MESSAGE_MOVES,
        MessageStatus.FAILED,
        error=f"given up after {MAX_ATTEMPTS} attempts: each time its worker went away",
        **_no_claim(),
    )
    _requeue(claimed)
    with transaction.atomic():
        lost = over.filter(status=MessageStatus.DISPATCHING).order_by("pk")
        pks = list(lost.select_for_update(skip_locked=True).values_list("pk", flat=True)[:size])
        rows = Message.objects.filter(pk__in=pks)
        _requeue(rows.filter(promise=Promise.AT_LEAST_ONCE))
        doubtful = rows.filter(promise=Promise.AT_MOST_ONCE)
        _note_leaving(doubtful, now)
        # The claim stays: a worker that was only slow still knows what became of its mails, and may say so.
        move_many(
            doubtful,
            MESSAGE_MOVES,
            MessageStatus.UNKNOWN,
            error="its worker went away while it was leaving",
            lease_until=None,
        )
    claims.forget_ended()
    waves.finish_done(at=now)
    return len(pks) == size
