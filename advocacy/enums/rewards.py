"""Choices of rewards and referrals, and where each may move."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from surveys.enums import Moves


class RewardKind(TextChoices):
    GIFT_CARD = "gift_card", _("Gift card")
    DISCOUNT = "discount", _("Discount")
    MERCHANDISE = "merchandise", _("Merchandise")
    BETA = "beta", _("Beta access")
    OFFER = "offer", _("Preview or special offer")
    EVENT = "event", _("Event or VIP invitation")
    DONATION = "donation", _("Donation")
    NOTE = "note", _("Thank-you note")


# What is no gift to the person: an employer who forbids gifts has nothing against it.
NO_GIFTS = (RewardKind.BETA, RewardKind.DONATION, RewardKind.NOTE)


class RewardReason(TextChoices):
    """What somebody did. A score, an answer and a public review are none of it: nothing is ever given for those."""

    REFERRAL = "referral", _("Referral")
    TESTIMONIAL = "testimonial", _("Testimonial on our own pages")
    CASE_STUDY = "case_study", _("Case study")
    REFERENCE_CALL = "reference_call", _("Reference call")
    SPEAKER = "speaker", _("Speaker or event")
    ADVISORY_BOARD = "advisory_board", _("Advisory board")
    SOCIAL_POST = "social_post", _("Social post")
    BETA = "beta", _("Beta test")
    GOODWILL = "goodwill", _("Goodwill")


class RewardSide(TextChoices):
    ADVOCATE = "advocate", _("Advocate")
    LEAD = "lead", _("Lead")


class RewardStatus(TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    ISSUED = "issued", _("Issued")
    FULFILLED = "fulfilled", _("Fulfilled")
    VOID = "void", _("Void")
    REVERSED = "reversed", _("Reversed")


REWARD_MOVES: Moves = {
    RewardStatus.PENDING: frozenset({RewardStatus.APPROVED, RewardStatus.VOID}),
    RewardStatus.APPROVED: frozenset({RewardStatus.ISSUED, RewardStatus.VOID}),
    RewardStatus.ISSUED: frozenset({RewardStatus.FULFILLED, RewardStatus.REVERSED}),
    RewardStatus.FULFILLED: frozenset({RewardStatus.REVERSED}),
}
GIVEN_REWARD_STATUSES = (RewardStatus.ISSUED, RewardStatus.FULFILLED)


class ReferralStatus(TextChoices):
    INVITED = "invited", _("Invited")
    REGISTERED = "registered", _("Registered")
    QUALIFIED = "qualified", _("Qualified")
    CONVERTED = "converted", _("Converted")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")


_ENDS = frozenset({ReferralStatus.REJECTED, ReferralStatus.EXPIRED})
REFERRAL_MOVES: Moves = {
    ReferralStatus.INVITED: _ENDS | {ReferralStatus.REGISTERED},
    ReferralStatus.REGISTERED: _ENDS | {ReferralStatus.QUALIFIED},
    ReferralStatus.QUALIFIED: _ENDS | {ReferralStatus.CONVERTED},
    ReferralStatus.CONVERTED: frozenset({ReferralStatus.REJECTED}),  # the sale was undone
}
OPEN_REFERRAL_STATUSES = (ReferralStatus.INVITED, ReferralStatus.REGISTERED, ReferralStatus.QUALIFIED)


class ReferralSign(TextChoices):
    """What makes somebody look twice. None of them rejects anybody: a person does."""

    SAME_PERSON = "same_person", _("looks like the advocate's own address")
    OWN_DOMAIN = "own_domain", _("an address at the advocate's company")
    STAFF = "staff", _("an address of one of us")
    CUSTOMER = "customer", _("is a customer already")
    CIRCLE = "circle", _("has referred the advocate, so they refer each other")
    EARLIER_CODE = "earlier_code", _("came earlier by another link")
    SPEED = "speed", _("more than five a day by this link")
    NETWORK = "network", _("came from the same network as another by this link")
    DISPOSABLE = "disposable", _("an address for throwing away")
