"""Everything the advocacy side stores."""

from __future__ import annotations

from advocacy.models.advocates import Advocate
from advocacy.models.announcing import Announcement, AnnouncementText, Draft, EntryAnswer
from advocacy.models.asks import Ask, Programme
from advocacy.models.cases import Attempt, Case, CaseNote, Escalation, Routing
from advocacy.models.casestudies import (
    CaseStudy,
    Release,
    StudyAnswer,
    StudyFormat,
    StudyQuestion,
    StudyVersion,
)
from advocacy.models.deletions import DeletionRequest
from advocacy.models.demo import DemoRow
from advocacy.models.fixes import CustomerRequest, Fix, Theme
from advocacy.models.huddles import Huddle, HuddleAction, HuddleItem
from advocacy.models.ideas import (
    Challenge,
    CoAuthor,
    Department,
    Digest,
    Follower,
    IdeaComment,
    IdeaPart,
    IdeaWords,
    Merger,
    Notice,
    Profile,
    Vote,
)
from advocacy.models.knowledge import Entry, EntryText, EntryVisit
from advocacy.models.letters import CaseLetter, SavedReply, SavedReplyText
from advocacy.models.perks import Perk, PerkGuest, PerkLetter, PerkText
from advocacy.models.pictures import Picture, StudyPlace
from advocacy.models.queue import Deed, DeedCase, SavedView
from advocacy.models.referrals import Referral, ReferralFlag, ReferralLink, ReferralOffer
from advocacy.models.replies import Reply
from advocacy.models.reviews import ReviewClick, ReviewPolicy, ReviewSite
from advocacy.models.rewards import Budget, GiftCode, LedgerEntry, Reward, RewardItem
from advocacy.models.stories import StoryPlace, StoryTranslation, Testimonial
from advocacy.models.teams import Absence, Team
from advocacy.models.teamwork import Macro, Mention, Pledge, PledgeAlert, Presence
from advocacy.models.themes import CommentTheme, ReasonTheme, Tagging, ThemeRule
from advocacy.models.tiers import ActionPoints, AskTier, Tier, TierStanding

__all__ = [
    "Absence",
    "ActionPoints",
    "Advocate",
    "Announcement",
    "AnnouncementText",
    "Ask",
    "AskTier",
    "Attempt",
    "Budget",
    "Case",
    "CaseLetter",
    "CaseNote",
    "CaseStudy",
    "Challenge",
    "CoAuthor",
    "CommentTheme",
    "CustomerRequest",
    "Deed",
    "DeedCase",
    "DeletionRequest",
    "DemoRow",
    "Department",
    "Digest",
    "Draft",
    "Entry",
    "EntryAnswer",
    "EntryText",
    "EntryVisit",
    "Escalation",
    "Fix",
    "Follower",
    "GiftCode",
    "Huddle",
    "HuddleAction",
    "HuddleItem",
    "IdeaComment",
    "IdeaPart",
    "IdeaWords",
    "LedgerEntry",
    "Macro",
    "Mention",
    "Merger",
    "Notice",
    "Perk",
    "PerkGuest",
    "PerkLetter",
    "PerkText",
    "Picture",
    "Pledge",
    "PledgeAlert",
    "Presence",
    "Profile",
    "Programme",
    "ReasonTheme",
    "Referral",
    "ReferralFlag",
    "ReferralLink",
    "ReferralOffer",
    "Release",
    "Reply",
    "ReviewClick",
    "ReviewPolicy",
    "ReviewSite",
    "Reward",
    "RewardItem",
    "Routing",
    "SavedReply",
    "SavedReplyText",
    "SavedView",
    "StoryPlace",
    "StoryTranslation",
    "StudyAnswer",
    "StudyFormat",
    "StudyPlace",
    "StudyQuestion",
    "StudyVersion",
    "Tagging",
    "Team",
    "Testimonial",
    "Theme",
    "ThemeRule",
    "Tier",
    "TierStanding",
    "Vote",
]
