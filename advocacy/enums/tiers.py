"""What an advocate can have done for us that counts towards a tier."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from advocacy.enums.asks import AskKind


class TierAction(TextChoices):
    """A thing that is done and over. A score, an answer, a public review and how kind the words were are none of it.

    Those named as kinds of asks are done when their ask is.
    """

    TESTIMONIAL = "testimonial", _("Testimonial published")
    REFERRAL = "referral", _("Referral qualified")
    CUSTOMER = "customer", _("Referral became a customer")
    CASE_STUDY = "case_study", _("Case study done")
    REFERENCE_CALL = "reference_call", _("Reference call done")
    SPEAKER = "speaker", _("Spoke at an event")
    ADVISORY_BOARD = "advisory_board", _("Sat on the advisory board")
    SOCIAL_POST = "social_post", _("Social post done")
    BETA = "beta", _("Beta test done")


# Of the others the thing itself is counted, whether somebody asked for it or not.
ASKS_THAT_COUNT = tuple(kind for kind in AskKind if kind not in (AskKind.TESTIMONIAL, AskKind.REFERRAL))
# Where nobody has said otherwise.
USUAL_POINTS = {
    TierAction.TESTIMONIAL: 2,
    TierAction.REFERRAL: 1,
    TierAction.CUSTOMER: 4,
    TierAction.CASE_STUDY: 5,
    TierAction.REFERENCE_CALL: 3,
    TierAction.SPEAKER: 4,
    TierAction.ADVISORY_BOARD: 4,
    TierAction.SOCIAL_POST: 1,
    TierAction.BETA: 2,
}
