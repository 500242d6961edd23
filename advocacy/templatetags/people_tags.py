"""Words of contacts and accounts: what stopped mail, a score with its sign, an interval, a share."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from advocacy import stopwords
from surveys import scoring
from surveys.models import Suppression
from surveys.scoring import Counts

register = template.Library()


@register.filter
def nps(counts: Counts) -> str:
    return scoring.signed(counts.display)


@register.filter
def source_words(stop: Suppression) -> str:
    """What stopped mail to the address."""
    return stopwords.source(stop.reason, stop.source)


@register.filter
def interval(counts: Counts) -> str:
    """`+12 to +40`: where the score lies with 95 % confidence."""
    found = counts.interval()
    if found is None:
        return scoring.signed(None)
    low, high = scoring.signed(round(found.low)), scoring.signed(round(found.high))
    return _("%(low)s to %(high)s") % {"low": low, "high": high}
