"""In words what stopped mail to an address: the source of a suppression names rows, which nobody knows by number."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from surveys.enums import SuppressionReason

_ROW = re.compile(r"(?P<name>[a-z][a-z0-9_ ]*) (?P<number>[0-9]+)\Z")
_SURVEY = ("invitation", "reminder")


def source(reason: str, source: str) -> str:
    """The source of a suppression for people to read. What somebody wrote stays as it is."""
    row = _ROW.match(source)
    if row is None:
        return source
    if row["name"] == "case":
        return _("case %(number)s") % {"number": row["number"]}
    if row["name"] == "deletion request":
        return _("with the wish to be forgotten")
    if reason == SuppressionReason.MANUAL:
        return source
    is_survey = row["name"].startswith(_SURVEY)
    if reason == SuppressionReason.UNSUBSCRIBED:
        return _("by the link in a survey mail") if is_survey else _("by the link in a mail")
    return _("after a survey mail") if is_survey else _("after a mail")
