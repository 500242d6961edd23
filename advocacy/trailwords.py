"""In words what happened to case studies and perks, and how the reasons begin that a machine wrote of them."""

from __future__ import annotations

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocacy.enums import GuestStatus, PerkChange, PerkStatus, ReleaseAnswer, StudyChange, StudyFormatKind, StudyStatus
from surveys.models import Event

EXPORTED = "exported"
SAID = "said "  # what somebody said by a link without signing in
WORDS_GIVEN = "words given"  # on the page of an ask for a testimonial
PLACED, CLEANED = "used in: ", "cleaned: "
# Reasons of what belongs to a case study: its pictures, and pages out of our reach.
PICTURED, UNPICTURED, RIGHTS = "picture added: ", "picture removed: ", "rights of a picture until "
LOST_LINK, FOUND_LINK = "link missing: ", "link is back: "
# Reasons of case studies; what the customer said by the link begins with SAID.
WROTE, TAKEN_BACK, RELEASE_ENDS = "version ", "the customer withdrew the release", "the release ends"
OF_ASK, UNDONE = "from an ask", "undone: "
# Of guests, and of requests that testers send.
MOVED_UP, FOUND = "moved up", "found in "


def of_study(event: Event) -> tuple[str, str]:
    reason = event.reason
    if told_of := of_media(reason):
        return told_of
    if reason.startswith(WROTE) and event.went_to in (StudyStatus.DRAFTING, StudyChange.WRITTEN):
        return _("Version %(n)s of the text: no release covers it yet") % {"n": reason.removeprefix(WROTE)}, ""
    if reason.startswith(SAID):
        answer, _line, words = reason.removeprefix(SAID).partition("\n")
        label = ReleaseAnswer(answer).label if answer in ReleaseAnswer else answer
        return _("The customer, by the link: %(answer)s") % {"answer": label}, words
    if reason in (TAKEN_BACK, RELEASE_ENDS):
        told = {
            TAKEN_BACK: _("Withdrawn by the customer"),
            RELEASE_ENDS: _("Refresh due: the release comes to its end"),
        }
        return told[reason], ""
    if event.went_to == StudyChange.FORMAT:
        kind = reason.removeprefix(UNDONE)
        label = str(StudyFormatKind(kind).label) if kind in StudyFormatKind else kind
        is_undone = reason.startswith(UNDONE)
        return (_("Not made after all: %(format)s") if is_undone else _("Made: %(format)s")) % {"format": label}, ""
    if event.went_to == StudyChange.TO_SIGN:
        return str(StudyChange.TO_SIGN.label), _("Version %(n)s") % {"n": reason}
    if event.went_to in StudyChange:
        return str(StudyChange(event.went_to).label), reason
    if event.went_to in StudyStatus:
        stage = {"stage": StudyStatus(event.went_to).label}
        why = _("Said yes to an ask") if reason == OF_ASK else reason
        return _("Case study: %(stage)s") % stage, why
    return reason, ""


def of_media(reason: str) -> tuple[str, str] | None:
    """Of its pictures, and of pages out of our reach."""
    if reason.startswith(RIGHTS):
        until, _line, alt = reason.removeprefix(RIGHTS).partition("\n")
        day = _("until %(day)s") % {"day": in_words(until)} if until else _("without an end")
        return _("Rights of a picture: %(day)s") % {"day": day}, alt
    beginnings = {
        PICTURED: _("Picture added: no release covers it yet"),
        UNPICTURED: _("Picture removed: no release covers what is left yet"),
        PLACED: _("Published elsewhere"),
        CLEANED: _("Not there any more"),
        LOST_LINK: _("A page does not link to the customer any more"),
        FOUND_LINK: _("A page links to the customer again"),
    }
    found = next((each for each in beginnings if reason.startswith(each)), None)
    return (beginnings[found], reason.removeprefix(found)) if found else None


def of_perk(event: Event) -> tuple[str, str]:
    if event.went_to == EXPORTED:
        return _("The guests were exported as a file"), ""
    if event.went_to in PerkChange:
        return str(PerkChange(event.went_to).label), "" if event.went_to != PerkChange.TEXT else event.reason
    if event.went_to in PerkStatus:
        status = str(PerkStatus(event.went_to).label).lower()
        return _("Perk: %(status)s") % {"status": status}, event.reason
    return event.reason, ""


def of_guest(event: Event) -> tuple[str, str]:
    if event.reason == MOVED_UP:
        return _("Guest: moved up from the waiting list"), ""
    if event.went_to in GuestStatus:
        status = str(GuestStatus(event.went_to).label).lower()
        return _("Guest: %(status)s") % {"status": status}, event.reason
    return event.reason, ""


def in_words(text: str) -> str:
    """A day as it was written into a reason."""
    day = parse_date(text)
    return date_format(day, "j M Y") if day else text
