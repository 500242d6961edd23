"""How urgent a case is, why, and who of the unhappy can be won back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from advocacy.models import Case
from advocacy.models.cases import BAD_SCORES, BEST_SCORES
from surveys.models import Response


@dataclass(frozen=True)
class Past:
    """What the contact answered otherwise."""

    is_repeated: bool = False
    was_promoter: bool = False


def past_of(response: Response) -> Past:
    """What the contact of an answer answered otherwise."""
    others = Response.objects.filter(contact=response.contact_id).exclude(pk=response.pk)
    scores = set(others.values_list("score", flat=True).distinct()) if response.contact_id else set()
    return Past(is_repeated=not scores.isdisjoint(BAD_SCORES), was_promoter=not scores.isdisjoint(BEST_SCORES))


def weigh(response: Response, past: Past) -> tuple[int, list[str]]:
    """How urgent an answer is, small first, and the reasons in words; it orders cases that are due at the same moment.

    10 for a score of 0 and 6 more for each point; 8 less for who asked to be called; 4 less for a bad score before and
    3 less for a promoter of old; one less for each digit of the account's revenue a year before the point, since ten
    times the revenue counts one step; never below 1.
    """
    account = response.contact.account if response.contact else None
    revenue = account.revenue if account and account.revenue and account.revenue > 0 else Decimal(0)
    size = len(str(int(revenue))) if revenue >= 1 else 0
    number = 10 + 6 * response.score - 8 * response.wants_contact - 4 * past.is_repeated - 3 * past.was_promoter - size
    reasons = [_("score %(score)d") % {"score": response.score}]
    if response.wants_contact:
        reasons.append(_("asks for a call"))
    if revenue:
        reasons.append(a_year(revenue))
    if past.is_repeated:
        reasons.append(_("second bad score"))
    if past.was_promoter:
        reasons.append(_("was a promoter"))
    return max(1, number), reasons


def of(case: Case) -> tuple[int, list[str]]:
    """The same for the answer that opened a case, which was read `with_past()`; without an answer no reasons."""
    return weigh(case.response, _past(case)) if case.response else (case.priority, [])


def winnable(case: Case) -> str:
    """Whether the person can be won back, in a sentence; empty where nothing speaks for or against it."""
    if case.response is None:
        return ""
    past = _past(case)
    hopes = [_("asks for a call")] * case.response.wants_contact + [_("was a promoter")] * past.was_promoter
    if hopes and past.is_repeated:
        return _("Winnable: %(hopes)s. Second bad score") % {"hopes": ", ".join(hopes)}
    if hopes:
        return _("Winnable: %(hopes)s") % {"hopes": ", ".join(hopes)}
    return _("Hard to win: second bad score, and no call wanted") if past.is_repeated else ""


def a_year(amount: Decimal) -> str:
    return _("%(amount)s a year") % {"amount": number_format(amount, decimal_pos=0, force_grouping=True)}


def _past(case: Case) -> Past:
    return Past(getattr(case, "is_repeated", False), getattr(case, "was_promoter", False))
