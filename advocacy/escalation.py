"""Telling the lead, once, of each clock of a case that has run too far."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from advocacy import clockwords, timeline
from advocacy.enums import Clock, Level
from advocacy.models import Case, Escalation, Team
from advocacy.models.cases import CaseQuerySet
from surveys import addresses, mail, mergetags
from surveys.enums import Promise, Purpose
from surveys.models import Message
from surveys.transitions import record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

LETTER = "escalation"
PRIORITY = 20  # before surveys: somebody waits for an answer
SIZE = 200
LINES = 20  # of a mail; the queue shows the rest


@dataclass(frozen=True)
class Rule:
    """A clock, how far it has run, which cases that is true of, and when it fell due."""

    clock: Clock
    level: Level
    rows: Callable[[CaseQuerySet, dt.datetime], CaseQuerySet]
    due: str


RULES = (
    Rule(Clock.FIRST, Level.BREACH, CaseQuerySet.breached, "due_at"),
    Rule(Clock.FIRST, Level.WARNING, CaseQuerySet.warned, "due_at"),
    Rule(Clock.OWNER, Level.BREACH, CaseQuerySet.ownerless, "owner_due_at"),
    Rule(Clock.RESOLUTION, Level.BREACH, CaseQuerySet.unresolved, "resolve_by"),
)


def escalate(*, at: dt.datetime | None = None, size: int = SIZE) -> bool:
    """Tell each team's lead of what is new, in one mail: at most `size` cases of each rule. Whether more waits.

    What a colleague has in hand at this moment is looked at again the next time.
    """
    at = at or timezone.now()
    more = False
    for team in _teams(at):
        try:
            more = _tell(team, at=at, size=size) or more
        except IntegrityError:  # another run was faster, and has told
            logger.info("escalation.raced team=%s", team.pk if team else None)
    return more


def _teams(at: dt.datetime) -> list[Team | None]:
    """The teams that have something to be told; None for the cases without one."""
    found = {pk for rule in RULES for pk in due(rule, at=at).order_by().values_list("team", flat=True).distinct()}
    teams: list[Team | None] = (
        list(Team.objects.filter(pk__in=found).select_related("lead").order_by("pk")) if found else []
    )
    return [*teams, None] if None in found else teams


def due(rule: Rule, *, at: dt.datetime) -> CaseQuerySet:
    """The cases that a rule is true of and whose lead was not told yet."""
    told = Escalation.objects.filter(case=OuterRef("pk"), clock=rule.clock, level=rule.level)
    return rule.rows(Case.objects.all(), at).filter(~Exists(told))


def _tell(team: Team | None, *, at: dt.datetime, size: int) -> bool:
    """The rows, their events and the mail of one team in one transaction, so that none is without the others."""
    with transaction.atomic():
        found = {rule: _locked(rule, team, at=at, size=size) for rule in RULES}
        if not any(found.values()):
            return False
        lead = team.lead if team and team.lead and team.lead.is_active else None
        message = _queue_mail(lead, at=at) if lead else None
        for rule, cases in found.items():
            for case in cases:
                _note(rule, case, lead=lead, message=message, at=at)
        return any(len(cases) == size for cases in found.values())


def _locked(rule: Rule, team: Team | None, *, at: dt.datetime, size: int) -> list[Case]:
    rows = due(rule, at=at).filter(team=team).select_for_update(skip_locked=True, of=("self",))
    return list(rows.select_related("contact__account").order_by(rule.due, "pk")[:size])


def _note(rule: Rule, case: Case, *, lead: User | None, message: Message | None, at: dt.datetime) -> None:
    Escalation.objects.create(
        case=case,
        clock=rule.clock,
        level=rule.level,
        due_at=getattr(case, rule.due),
        lead=lead,
        message=message,
        at=at,
    )
    record(case, reason=clockwords.escalated(rule.clock, rule.level))
    if rule.clock == Clock.OWNER and lead is not None:
        Case.objects.filter(pk=case.pk).update(owner=lead, owner_due_at=None)
        record(case, reason=timeline.OWNER + timeline.name_of(lead))


# ------------------------------------------------------------------------------------------------------------ the mail


def _queue_mail(lead: User, *, at: dt.datetime) -> Message:
    return Message.objects.create(
        letter=LETTER,
        purpose=Purpose.STAFF,
        promise=Promise.AT_LEAST_ONCE,
        priority=PRIORITY,
        user=lead,
        address_hash=addresses.keyed_hash(lead.email) if lead.email else "",
        not_before=at,
    )


def letter(message: Message) -> mail.Letter:
    """What the lead is told. Raises CannotRender without a lead who can be mailed, or when the cases are gone."""
    lead = message.user
    rows = Escalation.objects.filter(message=message).select_related("case__contact__account", "case__team")
    told = list(rows.order_by("due_at", "pk"))
    if not told or lead is None or not lead.is_active or not addresses.is_valid(lead.email.lower()):
        raise mail.CannotRender("the cases are gone, or the lead has no address that can be mailed")
    team = told[0].case.team
    zone = team.timezone if team else settings.TIME_ZONE
    with translation.override(settings.LANGUAGE_CODE), timezone.override(zone):
        context = {"first": told[0], "count": len(told), "zone": zone, **_lines(told)}
        subject = mergetags.header(render_to_string(f"emails/{LETTER}-subject.txt", context))
        body = mergetags.plain(render_to_string(f"emails/{LETTER}-text.txt", context))
    made = mail.Letter(subject=subject, body=body, to=[lead.email], headers=_headers(message))
    made.metadata = {"message": str(message.pk)}
    return made


def _lines(told: list[Escalation]) -> dict[str, Any]:
    base: str = settings.PUBLIC_BASE_URL
    lines = [(_who(row.case), row, base + reverse("advocacy:case", args=[row.case_id])) for row in told[:LINES]]
    return {"lines": lines, "others": len(told) - len(lines), "queue_url": base + reverse("advocacy:queue")}


def _who(case: Case) -> str:
    """The contact and the account on one line: a name with line breaks would look like lines of ours."""
    parts = [str(case.contact), str(case.contact.account or "")]
    return ", ".join(mergetags.header(part) for part in parts if part)


def _headers(message: Message) -> dict[str, str]:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return {
        "Message-ID": f"<{mail.message_number(message.token)}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
