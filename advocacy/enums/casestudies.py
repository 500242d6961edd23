"""Choices of case studies, and where one may move."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from surveys.enums import Moves


class StudyStatus(TextChoices):
    """The stages of a case study, which are the columns of its board."""

    NOMINATED = "nominated", _("Nominated")
    QUALIFIED = "qualified", _("Qualified")
    AGREED = "agreed", _("Customer agreed")
    BOOKED = "booked", _("Interview booked")
    INTERVIEWED = "interviewed", _("Interviewed")
    DRAFTING = "drafting", _("Drafting")
    INTERNAL = "internal", _("Internal review")
    CUSTOMER = "customer", _("Customer review")
    LEGAL = "legal", _("Legal and brand approval")
    SIGNED = "signed", _("Release signed")
    PUBLISHED = "published", _("Published")
    REFRESH = "refresh", _("Refresh due")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What is public goes on being so, as it was signed, while a new version is worked on.
STUDY_MOVES: Moves = {
    StudyStatus.NOMINATED: frozenset({StudyStatus.QUALIFIED, StudyStatus.WITHDRAWN}),
    StudyStatus.QUALIFIED: frozenset({StudyStatus.AGREED, StudyStatus.NOMINATED, StudyStatus.WITHDRAWN}),
    StudyStatus.AGREED: frozenset({StudyStatus.BOOKED, StudyStatus.INTERVIEWED, StudyStatus.WITHDRAWN}),
    StudyStatus.BOOKED: frozenset({StudyStatus.INTERVIEWED, StudyStatus.AGREED, StudyStatus.WITHDRAWN}),
    StudyStatus.INTERVIEWED: frozenset({StudyStatus.DRAFTING, StudyStatus.WITHDRAWN}),
    StudyStatus.DRAFTING: frozenset({StudyStatus.INTERNAL, StudyStatus.WITHDRAWN}),
    StudyStatus.INTERNAL: frozenset({StudyStatus.CUSTOMER, StudyStatus.DRAFTING, StudyStatus.WITHDRAWN}),
    StudyStatus.CUSTOMER: frozenset(
        {StudyStatus.LEGAL, StudyStatus.INTERNAL, StudyStatus.DRAFTING, StudyStatus.WITHDRAWN}
    ),
    StudyStatus.LEGAL: frozenset(
        {StudyStatus.SIGNED, StudyStatus.INTERNAL, StudyStatus.DRAFTING, StudyStatus.WITHDRAWN}
    ),
    StudyStatus.SIGNED: frozenset({StudyStatus.PUBLISHED, StudyStatus.DRAFTING, StudyStatus.WITHDRAWN}),
    StudyStatus.PUBLISHED: frozenset({StudyStatus.REFRESH, StudyStatus.DRAFTING, StudyStatus.WITHDRAWN}),
    StudyStatus.REFRESH: frozenset({StudyStatus.LEGAL, StudyStatus.DRAFTING, StudyStatus.WITHDRAWN}),
}
# From here on its text may be written; a new version sends it back to drafting.
WRITTEN_STUDY_STATUSES = (
    StudyStatus.INTERVIEWED,
    StudyStatus.DRAFTING,
    StudyStatus.INTERNAL,
    StudyStatus.CUSTOMER,
    StudyStatus.LEGAL,
    StudyStatus.SIGNED,
    StudyStatus.PUBLISHED,
    StudyStatus.REFRESH,
)
# Nobody waits for a next step here.
RESTING_STUDY_STATUSES = (StudyStatus.PUBLISHED, StudyStatus.WITHDRAWN)


class StudyPart(TextChoices):
    """What the questionnaire asks about."""

    SITUATION = "situation", _("Situation")
    PROBLEM = "problem", _("Problem")
    WHY_US = "why_us", _("Why us")
    RESULT = "result", _("Result with figures")
    QUOTE = "quote", _("Quote")
    OTHER = "other", _("Something else")


class StudyFormatKind(TextChoices):
    """The formats that are made of a published study."""

    DOWNLOAD = "download", _("Download")
    BLOG = "blog", _("Blog post")
    WEB_PAGE = "web_page", _("Web page")
    PODCAST = "podcast", _("Podcast notes")
    SLIDES = "slides", _("Slides")


class ReleaseStep(TextChoices):
    """What a link to the customer is for."""

    REVIEW = "review", _("To read")
    SIGN = "sign", _("To sign")


class ReleaseAnswer(TextChoices):
    """What the customer said by the link."""

    NONE = "", _("No answer yet")
    FINE = "fine", _("Agrees with the text")
    SIGNED = "signed", _("Signed the release")
    CHANGES = "changes", _("Asks for changes")
    REFUSED = "refused", _("Wants no case study")


class StudyChange(TextChoices):
    """What happens to a study without a move; the values stand in the event log."""

    EDITED = "edited", _("Next step changed")
    ANSWERED = "questionnaire", _("Questionnaire changed")
    WRITTEN = "written", _("New version of the text")
    INVITED = "invited", _("The customer was asked to read it")
    TO_SIGN = "to_sign", _("The customer was asked to sign the release")
    SHOWN = "shown", _("The newly signed version is public")
    FORMAT = "format", _("Made of it")
    EXPORTED = "exported", _("Exported")
