"""Ten seconds to take back what was done to cases: a move of its own in the log, which restores all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import cases, clockwords, lifeline, timeline
from advocacy.enums import UNDO_CASE_MOVES, Verb
from advocacy.models import Case, Deed, DeedCase, Escalation
from surveys import contacts
from surveys.enums import HoldKind, MessageStatus, Moves
from surveys.models import Event, Hold, Message, Suppression
from surveys.transitions import WrongState, move, move_many, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PERIOD = dt.timedelta(seconds=10)
KEPT_FOR = dt.timedelta(hours=1)
FIELDS = (
    "owner_id", "owner_due_at", "theme_id", "due_at", "warn_at", "resolve_by", "contacted_at", "waiting_since",
    "snoozed_until", "closed_at", "outcome", "promise", "promise_due_on", "news",
)  # fmt: skip
TOLD = ("clock", "level", "due_at", "lead_id", "message_id", "at")
WAITING = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
BACK_TO_QUEUED: Moves = {MessageStatus.SUPPRESSED: frozenset({MessageStatus.QUEUED})}


@dataclass(frozen=True)
class Undone:
    """How many cases stand as they stood before, and which do not, each with the reason."""

    count: int
    refused: list[tuple[Case, str]]


def do(
    verb: Verb, case: Case, act: Callable[[], Any], *, by: User, seen: str = "", deed: Deed | None = None
) -> Deed | None:
    """Do it and keep how the case stood before, in one transaction. None where nothing was changed.

    Raises what `act` raises, and Changed where the case is not as it was `seen`.
    """
    with transaction.atomic():
        cases.lock(case, seen=seen)
        version, before = cases.version(case), _before(case)
        act()
        after = cases.version(case)
        if after == version:
            return deed
        deed = deed or Deed.objects.create(by=by, verb=verb, at=timezone.now())
        DeedCase.objects.create(deed=deed, case=case, before=before, seen=after)
    return deed


def undo(number: int, *, by: User) -> Undone:
    """Take it back, case by case. Raises WrongState where it is too late, undone already, or nothing of theirs."""
    with transaction.atomic():
        deed = Deed.objects.select_for_update().filter(pk=number, by=by).first()
        if deed is None:
            raise WrongState(_("Not undone: nothing of yours can be undone here."))
        if deed.undone_at is not None:
            raise WrongState(_("Not undone: it was undone already."))
        if timezone.now() - deed.at > PERIOD:
            raise WrongState(
                _("Not undone: the ten seconds are over. Change it by hand: the history tells how it was.")
            )
        deed.undone_at = timezone.now()
        deed.save(update_fields=["undone_at"])
        refused = [(row.case, why) for row in _rows(deed) if (why := _restore(row, deed))]
        return Undone(count=deed.rows.count() - len(refused), refused=refused)


def forget(*, at: dt.datetime | None = None) -> None:
    """What cannot be undone any more is not kept: the history tells it."""
    Deed.objects.filter(at__lt=(at or timezone.now()) - KEPT_FOR).delete()


def _rows(deed: Deed) -> list[DeedCase]:
    return list(deed.rows.select_related("deed", "case__contact__account", "case__team").order_by("pk"))


# --------------------------------------------------------------------------------------------------------- how it was


def _before(case: Case) -> dict[str, Any]:
    hash_ = case.contact.address_hash
    return {
        "status": case.status,
        "fields": {name: _written(getattr(case, name)) for name in FIELDS},
        "hold": _hold(case),
        "escalations": [
            {name: _written(value) for name, value in row.items()} for row in case.escalations.values(*TOLD)
        ],
        "suppression": Suppression.objects.filter(address_hash=hash_).values("reason", "scope", "source").first(),
        "messages": list(_waiting(hash_).values_list("pk", flat=True)) if hash_ else [],
        "pledges": list(case.pledges.order_by("pk").values_list("pk", flat=True)),
    }


def _hold(case: Case) -> dict[str, Any] | None:
    row = Hold.objects.filter(contact=case.contact_id, kind=HoldKind.CASE).values("until", "reason").first()
    return {name: _written(value) for name, value in row.items()} if row else None


def _waiting(address_hash: str) -> Any:
    return Message.objects.filter(is_open=True, address_hash=address_hash, status__in=WAITING).order_by("pk")


def _written(value: Any) -> Any:
    """As JSON holds it, to the microsecond."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _read(model: type[Any], name: str, value: Any) -> Any:
    return model._meta.get_field(name).to_python(value)


# -------------------------------------------------------------------------------------------------------- the way back


def _restore(row: DeedCase, deed: Deed) -> str:
    """Why not, or nothing."""
    case = row.case
    try:
        with transaction.atomic():
            cases.lock(case)
            if news := cases.changes_since(case, row.seen):
                return timeline.told(news[0])
            _move_back(case, row.before, deed)
            _restore_escalations(case, row.before["escalations"])
            _restore_hold(case, row.before["hold"])
            if deed.verb == Verb.CLOSE:
                case.pledges.exclude(
                    pk__in=row.before["pledges"]
                ).delete()  # promised with the close, and with it undone
                _restore_mail(case, row.before, deed)
    except IntegrityError:
        return _("%(contact)s has another open case. Go on there.") % {"contact": case.contact}
    except WrongState as refusal:
        return str(refusal)
    return ""


def _move_back(case: Case, before: dict[str, Any], deed: Deed) -> None:
    fields = {name: _read(Case, name, value) for name, value in before["fields"].items()}
    reason = f"{clockwords.UNDONE}{deed.verb}"
    if case.status != before["status"]:
        move(case, UNDO_CASE_MOVES, before["status"], by=deed.by, reason=reason, **fields)
        return
    Case.objects.filter(pk=case.pk).update(**fields)
    record(case, by=deed.by, reason=reason)


def _restore_escalations(case: Case, rows: list[dict[str, Any]]) -> None:
    known = set(case.escalations.values_list("clock", "level"))
    missing = [row for row in rows if (row["clock"], row["level"]) not in known]
    Escalation.objects.bulk_create(
        Escalation(case=case, **{name: _read(Escalation, name, value) for name, value in row.items()})
        for row in missing
    )


def _restore_hold(case: Case, before: dict[str, Any] | None) -> None:
    if before == _hold(case):
        return
    rows = Hold.objects.filter(contact=case.contact_id, kind=HoldKind.CASE)
    if before is None:
        rows.delete()
        return
    fields = {name: _read(Hold, name, value) for name, value in before.items()}
    Hold.objects.update_or_create(contact=case.contact, kind=HoldKind.CASE, defaults=fields)


def _restore_mail(case: Case, before: dict[str, Any], deed: Deed) -> None:
    """Take back that the contact must not be mailed, if it was this that said so, and the letters it stopped."""
    row = Suppression.objects.filter(address_hash=case.contact.address_hash or "-").first()
    was = before["suppression"]
    if row is None or row.source != f"case {case.pk}" or was == {key: getattr(row, key) for key in was or {}}:
        return
    wish = Event.objects.filter(contact=case.contact_id, at__gt=deed.at)
    if wish.filter(kind__in=[lifeline.CONTACT_KIND, lifeline.SUPPRESSION_KIND]).exists():
        raise WrongState(_("The contact chose meanwhile what mail to get."))
    if was is None:
        contacts.lift(row, reason=_("Undone: the case was closed by mistake"), by=deed.by)
    else:
        Suppression.objects.filter(pk=row.pk).update(**was)
    stopped = Message.objects.filter(pk__in=before["messages"])
    move_many(stopped, BACK_TO_QUEUED, MessageStatus.QUEUED, error="", claim_id=None, lease_until=None)
