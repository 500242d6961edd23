"""Several steps on a case at once: told in words before, done in one transaction, and one entry of the history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocacy import cases, casewords, letters, mentions, replying, snoozing, timeline
from advocacy.enums import MacroOwner
from advocacy.models import Case, Macro, Theme
from surveys import languages
from surveys.models import Event
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet


@dataclass(frozen=True)
class Step:
    """What a macro would do to this case now, and why it could not; a text below where it writes one."""

    words: str
    refusal: str = ""
    text: str = ""


def offered() -> QuerySet[Macro]:
    rows = Macro.objects.filter(is_offered=True).select_related("saved_reply", "theme", "owner")
    return rows.order_by("name")


def preview(macro: Macro, case: Case, *, by: User) -> list[Step]:
    """Each step in words, in the order in which they are done. One refusal keeps all of it from being done."""
    if not case.is_open:
        return [Step(_("Nothing is done."), refusal=_("this case is closed. Reopen it first."))]
    steps = []
    if macro.owner_change:
        steps.append(_giving(macro, case, by))
    if macro.theme and macro.theme_id != case.theme_id:
        steps.append(Step(_("Root cause becomes “%(theme)s”.") % {"theme": macro.theme}))
    if macro.note:
        steps.append(Step(_("A private note is kept."), text=macro.note))
    if macro.saved_reply:
        steps.append(_writing(macro, case, by))
    if macro.waits and not case.is_waiting:
        steps.append(Step(_("It waits for the customer: the time to resolve it stands still.")))
    if macro.snooze_hours:
        until = date_format(timezone.localtime(_until(macro)), "j M, H:i")
        steps.append(Step(_("Snoozed until %(when)s.") % {"when": until}))
    return steps or [Step(_("Nothing is left to do: all of it is so already."))]


def _giving(macro: Macro, case: Case, by: User) -> Step:
    to = _new_owner(macro, by)
    if to == case.owner and not _is_gone(macro):
        return Step(_("The owner stays: %(name)s.") % {"name": timeline.name_of(to) or _("nobody")})
    words = _("Given to %(name)s.") % {"name": timeline.name_of(to)} if to else _("Put back: nobody owns it.")
    return Step(words, refusal=_refusal_to_give(macro, to, by))


def _refusal_to_give(macro: Macro, to: User | None, by: User) -> str:
    if _is_gone(macro):
        return _("the colleague it is given to is gone.")
    if to is not None and not cases.can_work(to):
        return _("%(name)s cannot work cases.") % {"name": timeline.name_of(to)}
    if to != by and not by.has_perm("advocacy.assign_case"):
        return _("giving a case to others is not open to you.")
    return ""


def _is_gone(macro: Macro) -> bool:
    return macro.owner_change == MacroOwner.USER and macro.owner is None


def _new_owner(macro: Macro, by: User) -> User | None:
    return {MacroOwner.ME: by, MacroOwner.USER: macro.owner}.get(MacroOwner(macro.owner_change))


def _writing(macro: Macro, case: Case, by: User) -> Step:
    chosen = replying.choose(macro.saved_reply, language=case.contact.language) if macro.saved_reply else None
    if chosen is None:
        return Step(_("A mail is sent."), refusal=_("the saved reply has no text."))
    known = replying.values(case, by=by, language=chosen.language)
    words = _("Sent to %(address)s in ten seconds, in %(language)s: “%(subject)s”.") % {
        "address": case.contact.email or "–",
        "language": languages.own_name(chosen.language),
        "subject": replying.fill(chosen.subject, known),
    }
    refusal = letters.against(case, known, subject=chosen.subject, text=chosen.text)
    return Step(words, refusal=refusal, text=replying.fill(chosen.text, known))


def _until(macro: Macro) -> dt.datetime:
    return timezone.now() + dt.timedelta(hours=macro.snooze_hours or 0)


# ---------------------------------------------------------------------------------------------------------------- done


def run(macro: Macro, case: Case, *, by: User, seen: str = "") -> None:
    """Do all of it or nothing. Raises WrongState naming the first step that cannot be done, and why."""
    with transaction.atomic():
        cases.take_up(case, seen=seen)
        for step in preview(macro, case, by=by):
            if step.refusal:
                words = _("Not done, none of it: %(reason)s")
                raise WrongState(words % {"reason": step.refusal})
        _do(macro, case, by)


def _do(macro: Macro, case: Case, by: User) -> None:
    mine = Event.objects.filter(kind=timeline.CASE_KIND, object_id=str(case.pk))
    before = mine.count()
    if macro.owner_change:
        cases.assign(case, to=_new_owner(macro, by), by=by)
    if macro.theme and macro.theme_id != case.theme_id:
        _find(case, macro.theme, by)
    if macro.note:
        mentions.note(case, by=by, text=macro.note)
    if macro.saved_reply and (chosen := replying.choose(macro.saved_reply, language=case.contact.language)):
        said = {"subject": chosen.subject, "text": chosen.text, "language": chosen.language}
        letters.write(case, by=by, waits=macro.waits, **said)  # so that it ends when the letter is taken back
    elif macro.waits:
        cases.wait(case, by=by)
    if macro.snooze_hours:
        snoozing.snooze(case, until=_until(macro), by=by)
    record(case, by=by, reason=casewords.ran(macro.name, mine.count() - before))


def _find(case: Case, theme: Theme, by: User) -> None:
    """The root cause, known before the case is closed."""
    case.theme = theme
    case.save(update_fields=["theme"])
    record(case, by=by, reason=f"{casewords.THEME}{theme.name}")
