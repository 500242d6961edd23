"""What was done to requests, fixes, advocates and testimonials: who came first, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from advocacy import trailwords
from advocacy.enums import (
    AdvocateChange,
    AskAnswer,
    AskChange,
    AskRule,
    AskStage,
    AskStatus,
    FixStatus,
    HuddleChange,
    ReferralStatus,
    RequestKind,
    RewardStatus,
    StoryStatus,
)
from advocacy.models import (
    Advocate,
    Ask,
    CaseStudy,
    CustomerRequest,
    Fix,
    Huddle,
    Perk,
    PerkGuest,
    Referral,
    Reward,
    Testimonial,
)
from surveys.enums import Evidence
from surveys.models import Account, Contact, Event, Response
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

FIX_KIND, REQUEST_KIND = Fix._meta.label_lower, CustomerRequest._meta.label_lower
ADVOCATE_KIND, STORY_KIND = Advocate._meta.label_lower, Testimonial._meta.label_lower
HUDDLE_KIND, ACCOUNT_KIND = Huddle._meta.label_lower, Account._meta.label_lower
CALLED = "called"  # where an account was called because nobody of it answers
ASK_KIND, RESPONSE_KIND = Ask._meta.label_lower, Response._meta.label_lower
REFERRAL_KIND, REWARD_KIND = Referral._meta.label_lower, Reward._meta.label_lower
STUDY_KIND = CaseStudy._meta.label_lower
PERK_KIND, GUEST_KIND = Perk._meta.label_lower, PerkGuest._meta.label_lower

# How a reason begins that a machine wrote and that is told in words here. What follows stands in lines of its own.
LINKED, UNLINKED, PLAN = "linked to ", "unlinked from ", "plan "
TOLD, NOT_TOLD, ANSWERED, NOTED = "told of ", "not told: ", "answered with ", "noted by hand"
THANKS_EDITED, THANKS_REST, THANKS_TEXT, THANKS_SET_UP, THANKS_BACK = (
    "a thank-you was edited",
    "approved all thank-yous left: ",
    "thank-yous written in ",
    "thank-yous set up",
    "thank-you taken back: ",
)
INTO, TOOK_UP, WON = "into ", "took up ", "won "  # ideas that say the same; challenges
ABOUT, NOT_ABOUT = "about ", "not about "  # answers, and what a person says of their themes
# Reasons of testimonials that the program writes.
BY_PERSON, NOTHING_LEFT, TAKEN_UP = "the contact took it back", "the answer changed", "the contact changed it"
CONSENT_OVER = "the consent is over"
SHOWN_OTHERWISE, TRANSLATED = "shown with: ", "translated: "
# Reasons of asks: a rule, what the advocate said by the link, what became of the mail, and the score that ends them.
RULE, NOT_SENT, HELD_BACK, SCORED = "rule ", "not sent: ", "held back as it left", "score "
# Reasons of referrals.
HANDED_OVER, CLEARED, WINDOW_OVER = "handed over", "harmless: ", "90 days are over"


class Changed(WrongState):
    """Somebody changed the thing meanwhile: show what happened, keep what was typed, let the person decide again."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        super().__init__(_("Not saved: this changed meanwhile."))


def events(row: models.Model) -> QuerySet[Event]:
    """The events of one thing, newest first."""
    found = Event.objects.filter(kind=row._meta.label_lower, object_id=str(row.pk))
    return found.select_related("by").order_by("-at", "-pk")


def favours_of(contact: Contact) -> QuerySet[Event]:
    """The events of everything asked of a contact, of what they gave us, and of what they were given; newest first."""
    found = Event.objects.filter(contact=contact, kind__in=[ASK_KIND, STORY_KIND, REFERRAL_KIND, REWARD_KIND])
    return found.select_related("by").order_by("-at", "-pk")


def version(row: models.Model) -> str:
    """What stands in the log of the thing: a form carries it, so that one opened before a change is recognised.

    Read it before what the page shows: then a change between the two refuses once too often, never once too rarely.
    """
    return str(events(row).aggregate(latest=Max("pk"))["latest"] or 0)


def versions(rows: Sequence[models.Model]) -> dict[str, int]:
    """The same for rows of one kind by their id as text, in one statement."""
    if not rows:
        return {}
    found = Event.objects.filter(kind=rows[0]._meta.label_lower, object_id__in=[str(row.pk) for row in rows])
    return dict(found.order_by().values_list("object_id").annotate(latest=Max("pk")))


def lock(row: models.Model, *, seen: str = "") -> None:
    """Wait for whoever changes the thing, then look at it afresh. Raises Changed where there is news since `seen`."""
    row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update())
    check(row, seen=seen)


def check(row: models.Model, *, seen: str) -> None:
    """Raises Changed where something happened to the thing since `seen`; without a `seen` nobody asks."""
    if seen and (news := list(events(row).filter(pk__gt=int(seen)))):
        raise Changed(news)


# ----------------------------------------------------------------------------------------------------------- in words


def sentence(event: Event) -> tuple[str, str]:
    """An event as a line, and the free text below it."""
    kinds = {FIX_KIND: _of_fix, REQUEST_KIND: _of_request, ADVOCATE_KIND: _of_advocate, STORY_KIND: _of_story}
    kinds |= {HUDDLE_KIND: _of_huddle, ACCOUNT_KIND: _of_account, ASK_KIND: _of_ask}
    kinds |= {RESPONSE_KIND: _of_response}
    kinds |= {REFERRAL_KIND: _of_referral, REWARD_KIND: _of_reward, STUDY_KIND: trailwords.of_study}
    kinds |= {PERK_KIND: trailwords.of_perk, GUEST_KIND: trailwords.of_guest}
    told = kinds.get(event.kind)
    return told(event) if told else (event.reason, "")


def _of_fix(event: Event) -> tuple[str, str]:
    if event.went_to in {"", FixStatus.PLANNED} and event.reason.startswith(PLAN):
        day, owner, reason, *_rest = *event.reason.removeprefix(PLAN).split("\n", 2), "", ""
        said = {"day": trailwords.in_words(day), "owner": owner}
        if event.went_to:
            return _("Planned by %(day)s, owner %(owner)s") % said, reason
        return _("New plan: by %(day)s, owner %(owner)s") % said, reason
    for begins, title in _told_of_thanks().items():
        if event.reason.startswith(begins):
            return title, event.reason.removeprefix(begins)
    if not event.went_to and event.reason.startswith(TOOK_UP):
        return _("Took up the idea “%(title)s”, which says the same") % {
            "title": event.reason.removeprefix(TOOK_UP)
        }, ""
    if not event.went_to and event.reason.startswith(WON):
        challenge, _line, why = event.reason.removeprefix(WON).partition("\n")
        return _("Won the challenge “%(challenge)s”") % {"challenge": challenge}, why
    if event.went_to == FixStatus.MERGED:
        return _("Merged into “%(title)s”") % {"title": event.reason.removeprefix(INTO)}, ""
    told = {
        FixStatus.IDEA: _("Idea posted"),
        FixStatus.PLANNED: _("Planned"),
        FixStatus.SHIPPED: _("Shipped"),
        FixStatus.ANNOUNCED: _("Announced"),
        FixStatus.DECLINED: _("Declined"),
    }
    titles = {status.value: title for status, title in told.items()}
    name = titles.get(event.went_to)
    return (name, event.reason) if name else (event.reason, "")


def _of_request(event: Event) -> tuple[str, str]:
    reason = event.reason
    if reason.startswith(LINKED):
        return _("Linked to the fix “%(title)s”") % {"title": reason.removeprefix(LINKED)}, ""
    if reason.startswith(UNLINKED):
        return _("Taken off the fix “%(title)s”") % {"title": reason.removeprefix(UNLINKED)}, ""
    for begins, title in _told_of_requests().items():
        if reason.startswith(begins):
            return title, reason.removeprefix(begins)
    if event.went_to and event.went_to in RequestKind:
        return _("Sorted: %(kind)s") % {"kind": RequestKind(event.went_to).label}, reason
    return _("Asked for something: a request was noted"), ""


def _told_of_requests() -> dict[str, str]:
    """What the reason of an event of a request begins with, and how that is told; the rest stands below."""
    return {
        TOLD: _("Told by mail that it is there"),
        NOT_TOLD: _("Not told that it is there"),
        THANKS_BACK: _("A thank-you was taken back before it left"),
        ANSWERED: _("Answered from the knowledge base"),
        NOTED: _("Noted as a request by a person"),
        trailwords.FOUND: _("Found in a beta test"),
    }


def _told_of_thanks() -> dict[str, str]:
    return {
        THANKS_EDITED: _("A thank-you was written in words of its own"),
        THANKS_REST: _("All thank-yous that were left are approved"),
        THANKS_TEXT: _("The text of the thank-yous was changed"),
        THANKS_SET_UP: _("The thank-yous were set up: gift, and who is asked again"),
        THANKS_BACK: _("A thank-you was taken back before it left"),
    }


def _of_response(event: Event) -> tuple[str, str]:
    if event.reason.startswith(ABOUT):
        return _("Said what the answer is about: %(theme)s") % {"theme": event.reason.removeprefix(ABOUT)}, ""
    if event.reason.startswith(NOT_ABOUT):
        return _("Said that the answer is not about: %(theme)s") % {"theme": event.reason.removeprefix(NOT_ABOUT)}, ""
    if event.went_to == Evidence.CONFIRMED:
        return _("Confirmed as an answer by a person"), event.reason
    return event.reason, ""


def _of_advocate(event: Event) -> tuple[str, str]:
    if event.went_to == AdvocateChange.FOUND:
        return str(AdvocateChange.FOUND.label), ""
    if event.went_to == AdvocateChange.PAUSED:
        day, _line, reason = event.reason.partition("\n")
        return _("Not asked until %(day)s") % {"day": trailwords.in_words(day)}, reason
    if event.reason.startswith(trailwords.SAID):
        return _("Said by the link: never ask me again"), ""
    if told := _of_tier(event.went_to, event.reason):
        return told
    if event.went_to in AdvocateChange:
        return str(AdvocateChange(event.went_to).label), event.reason
    return event.reason, ""


def of_tier(name: str, points: int, more: str = "") -> str:
    """The reason of an event of a tier: its name, the points, and the tier that was left or the day it is held to."""
    return f"{name}\n{points}\n{more}"


def _of_tier(change: str, reason: str) -> tuple[str, str] | None:
    name, number, more, *_rest = *reason.split("\n"), "", "", ""
    said = {"name": name, "points": number, "left": more, "day": trailwords.in_words(more)}
    told = {
        AdvocateChange.TIER_UP.value: _("Rose to the tier %(name)s with %(points)s points"),
        AdvocateChange.TIER_HELD.value: _("%(points)s points are too few for %(name)s, held until %(day)s"),
        AdvocateChange.TIER_KEPT.value: _("Has points enough for %(name)s again: %(points)s"),
        AdvocateChange.TIER_DOWN.value: _("Fell from %(left)s to %(name)s with %(points)s points")
        if name
        else _("Fell from %(left)s with %(points)s points"),
    }
    return (told[change] % said, "") if change in told else None


def _of_story(event: Event) -> tuple[str, str]:
    told = {
        BY_PERSON: _("Testimonial withdrawn: the contact took it back"),
        NOTHING_LEFT: _("Testimonial withdrawn: the answer it came with has changed"),
        TAKEN_UP: _("Testimonial changed by the contact"),
        CONSENT_OVER: _("Testimonial expired: the consent has come to its end"),
    }
    if event.reason in told:
        return told[event.reason], ""
    if event.went_to == "" and (told_of := _of_shown_story(event.reason)):
        return told_of
    if event.went_to in StoryStatus:
        status = str(StoryStatus(event.went_to).label).lower()
        return _("Testimonial: %(status)s") % {"status": status}, event.reason
    return event.reason, ""


def _of_shown_story(reason: str) -> tuple[str, str] | None:
    beginnings = {
        SHOWN_OTHERWISE: _("Shown otherwise on the wall"),
        TRANSLATED: _("Translated"),
        trailwords.PLACED: _("Used elsewhere"),
        trailwords.CLEANED: _("Cleaned by hand"),
    }
    found = next((each for each in beginnings if reason.startswith(each)), None)
    return (beginnings[found], reason.removeprefix(found)) if found else None


def _of_account(event: Event) -> tuple[str, str]:
    if event.went_to == CALLED:
        return _("Called, because nobody of the account answers"), event.reason
    return event.reason, ""


def _of_huddle(event: Event) -> tuple[str, str]:
    if event.went_to in HuddleChange:
        return str(HuddleChange(event.went_to).label), event.reason
    return event.reason, ""


def _of_ask(event: Event) -> tuple[str, str]:
    changes: dict[str, str] = {
        AskChange.POSTPONED.value: _("Ask put off"),
        AskChange.QUEUED.value: _("The mail of the ask waits to leave"),
        AskChange.EDITED.value: _("Next step of the ask changed"),
        AskStatus.PLANNED.value: _("Ask planned"),
        AskStatus.SENT.value: _("Asked for a favour by mail"),
        AskStatus.DROPPED.value: _("Ask dropped before it was sent"),
        AskStatus.EXPIRED.value: _("Ask ended without an answer"),
        AskStatus.DECLINED.value: _("Said no to an ask"),
        AskStatus.DONE.value: _("Ask done"),
    }
    if title := changes.get(event.went_to):
        return title, _why_of_ask(event.reason)
    if event.went_to in AskStage:
        return _("Ask moved to “%(stage)s”") % {"stage": AskStage(event.went_to).label}, _why_of_ask(event.reason)
    return event.reason, ""


def _why_of_ask(reason: str) -> str:
    if reason.startswith(RULE) and reason.removeprefix(RULE) in AskRule:
        return str(AskRule(reason.removeprefix(RULE)).label)
    if reason.startswith(trailwords.SAID) and reason.removeprefix(trailwords.SAID) in AskAnswer:
        return _("Said by the link: %(answer)s") % {"answer": AskAnswer(reason.removeprefix(trailwords.SAID)).label}
    if reason == trailwords.WORDS_GIVEN:
        return _("Wrote the words and agreed to be quoted, by the link")
    if reason.startswith(NOT_SENT):
        return _("The mail did not leave: %(error)s") % {"error": reason.removeprefix(NOT_SENT)}
    if reason.startswith(SCORED):
        return _("Gave a score of %(score)s") % {"score": reason.removeprefix(SCORED)}
    return _("A rule held the mail back as it was leaving") if reason == HELD_BACK else reason


def _of_referral(event: Event) -> tuple[str, str]:
    if event.reason == WINDOW_OVER:
        return _("Referral expired: 90 days are over"), ""
    if event.went_to == trailwords.EXPORTED:
        return _("Taken along in a file for sales"), ""
    if event.reason == HANDED_OVER:
        return _("Referral handed over to sales"), ""
    if not event.went_to and event.reason.startswith(CLEARED):
        return _("Signs of the referral found harmless"), event.reason.removeprefix(CLEARED)
    if event.went_to in ReferralStatus:
        status = str(ReferralStatus(event.went_to).label).lower()
        return _("Referral: %(status)s") % {"status": status}, event.reason
    return event.reason, ""


def _of_reward(event: Event) -> tuple[str, str]:
    if event.went_to in RewardStatus:
        status = str(RewardStatus(event.went_to).label).lower()
        return _("Reward: %(status)s") % {"status": status}, event.reason
    return event.reason, ""
