"""Promises to contacts: made, kept or broken, and whoever is responsible is told once when one is overdue."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy import cases, casewords
from advocacy.models import Case, Pledge, PledgeAlert
from surveys import addresses, mergetags
from surveys import mail as surveys_mail
from surveys.enums import Promise, Purpose
from surveys.models import Message
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

LETTER = "overdue_promise"
PRIORITY = 20
SIZE = 200
LINES = 20  # of a mail

# Whether there is anybody to be told.
_SOMEBODY = (
    Q(case__owner__is_active=True)
    | Q(case__owner__isnull=True, by__is_active=True)
    | Q(case__team__lead__is_active=True)
)


def make(case: Case, *, by: User, text: str, due_on: dt.date, seen: str = "") -> Pledge:
    """Note a promise to the contact while the case is open."""
    with transaction.atomic():
        cases.take_up(case, seen=seen)
        if not case.is_open:
            raise WrongState(_("Not noted: this case is closed. Reopen it first."))
        return cases.promised(case, by=by, text=text, due_on=due_on)


def keep(pledge: Pledge, *, by: User) -> None:
    """It was kept, on a closed case too."""
    with transaction.atomic():
        _settle(pledge, kept_at=timezone.now())
        record(pledge.case, by=by, reason=f"{casewords.KEPT}{pledge.text}")


def give_up(pledge: Pledge, *, by: User, reason: str) -> None:
    """It was broken; why is told to whoever reads the history."""
    with transaction.atomic():
        _settle(pledge, broken_at=timezone.now(), reason=reason)
        record(pledge.case, by=by, reason=f"{casewords.BROKEN}{pledge.text} · {reason}")


def _settle(pledge: Pledge, **fields: dt.datetime | str) -> None:
    """Two at once cannot both decide it."""
    if not Pledge.objects.open().filter(pk=pledge.pk).update(**fields):
        raise WrongState(_("Not noted: somebody has said already what became of this promise."))
    pledge.refresh_from_db(fields=["kept_at", "broken_at", "reason"])


# ----------------------------------------------------------------------------------------------------------- to be kept


def of_case(case: Case) -> list[Pledge]:
    return list(case.pledges.open().select_related("by").order_by("due_on", "pk"))


def of_owner(user: User) -> QuerySet[Pledge]:
    """What this person has to keep: of the cases they own, and what they promised where nobody owns the case."""
    mine = Q(case__owner=user) | Q(case__owner__isnull=True, by=user)
    return _shown(Pledge.objects.open().filter(mine))


def of_all() -> QuerySet[Pledge]:
    return _shown(Pledge.objects.open())


def _shown(rows: QuerySet[Pledge]) -> QuerySet[Pledge]:
    return rows.select_related("case__contact__account", "case__owner", "by").order_by("due_on", "pk")


def due_words(pledge: Pledge, today: dt.date) -> str:
    """How much time is left, in words."""
    days = (pledge.due_on - today).days
    if days < 0:
        return ngettext("%(n)d day overdue", "%(n)d days overdue", -days) % {"n": -days}
    if days == 0:
        return _("due today")
    return ngettext("due tomorrow", "due in %(n)d days", days) % {"n": days}


# ---------------------------------------------------------------------------------------------------- told when overdue


def tell(*, today: dt.date | None = None, size: int = SIZE) -> bool:
    """Tell the owner and the lead of each overdue promise, each person once; whether more waits."""
    today = today or timezone.localdate()
    try:
        with transaction.atomic():
            found = Pledge.objects.overdue(today).filter(_SOMEBODY, alerts__isnull=True)
            rows = found.select_related("case__owner", "case__team__lead", "by").order_by("due_on", "pk")
            pledges = list(rows.select_for_update(skip_locked=True, of=("self",))[:size])
            _tell(pledges)
    except IntegrityError:  # another run was faster, and has told
        logger.info("pledges.raced")
        return False
    return len(pledges) == size


def _tell(pledges: list[Pledge]) -> None:
    by_person: dict[int, tuple[User, list[Pledge]]] = {}
    for pledge in pledges:
        for person in _responsible(pledge):
            by_person.setdefault(person.pk, (person, []))[1].append(pledge)
    now = timezone.now()
    for person, told in by_person.values():
        message = Message.objects.create(
            letter=LETTER,
            purpose=Purpose.STAFF,
            promise=Promise.AT_LEAST_ONCE,
            priority=PRIORITY,
            user=person,
            address_hash=addresses.keyed_hash(person.email) if person.email else "",
            not_before=now,
        )
        PledgeAlert.objects.bulk_create(
            PledgeAlert(pledge=pledge, user=person, message=message, at=now) for pledge in told
        )


def _responsible(pledge: Pledge) -> list[User]:
    """Whoever owns the case, or else made the promise; and the lead of the team."""
    team = pledge.case.team
    people = [pledge.case.owner or pledge.by, team.lead if team else None]
    return list({person.pk: person for person in people if person is not None and person.is_active}.values())


def letter(message: Message) -> surveys_mail.Letter:
    """What they are told. Raises CannotRender when all of it is settled meanwhile, or nobody can be mailed."""
    rows = PledgeAlert.objects.filter(message=message, pledge__in=Pledge.objects.open())
    told = [row.pledge for row in rows.select_related("pledge__case__contact").order_by("pledge__due_on", "pledge")]
    person = message.user
    if not told or person is None or not person.is_active or not addresses.is_valid(person.email.lower()):
        raise surveys_mail.CannotRender("the promises are settled, or nobody can be mailed")
    context = {"first": told[0], "count": len(told), "lines": [_line(pledge) for pledge in told[:LINES]]}
    with translation.override(settings.LANGUAGE_CODE):
        subject = mergetags.header(render_to_string(f"emails/{LETTER}-subject.txt", context))
        body = mergetags.plain(render_to_string(f"emails/{LETTER}-text.txt", context))
    made = surveys_mail.Letter(
        subject=subject, body=body, to=[person.email], headers=surveys_mail.headers_of_staff(message)
    )
    made.metadata = {"message": str(message.pk)}
    return made


def _line(pledge: Pledge) -> tuple[str, Pledge, str]:
    base: str = settings.PUBLIC_BASE_URL
    url = base + reverse("advocacy:case", args=[pledge.case_id])
    return mergetags.header(str(pledge.case.contact)), pledge, url
