"""This side's part when two contacts become one, and when a person is exported or erased."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils import timezone

from advocacy import asking, carried, perks, referrals, releases, stories, wall
from advocacy.enums import CASE_MOVES, CaseStatus, DraftStatus
from advocacy.models import (
    Advocate,
    Ask,
    Case,
    CaseStudy,
    CommentTheme,
    CustomerRequest,
    DeletionRequest,
    Draft,
    IdeaWords,
    Mention,
    PerkGuest,
    Referral,
    Release,
    Reply,
    Reward,
    StoryPlace,
    StoryTranslation,
    StudyAnswer,
    StudyVersion,
    Tagging,
    Testimonial,
)
from surveys import ports
from surveys.models import Contact, Event
from surveys.transitions import move, record

MERGED = "the contact was merged with another"
ERASED = "the contact was erased"
ASKED = ("kind", "status", "planned_for", "sent_at", "answered_at", "answer", "ended_at", "reason_why", "next_step")
INVITED = ("perk__name", "status", "invited_at", "answered_at", "waiting_since")
DESCRIBED = ("site", "handles", "nominated_at")
STANDING = ("standing__tier__name", "standing__points", "standing__since", "standing__held_until")


def register() -> None:
    ports.register_merger(merge)
    ports.register_exporter(export)
    ports.register_eraser(erase)


# --------------------------------------------------------------------------------------------------------------- merge


def merge(keep: Contact, gone: Contact) -> None:
    _join_open_cases(keep, gone)
    Case.objects.filter(contact=gone).update(contact=keep)
    carried.renew(Case.objects.filter(contact=keep), also_of=gone)
    CustomerRequest.objects.filter(contact=gone).update(contact=keep)
    _join_thanks(keep, gone)
    Reply.objects.filter(contact=gone).update(contact=keep)
    _join_deletion_requests(keep, gone)
    Testimonial.objects.filter(contact=gone).update(contact=keep)
    CaseStudy.objects.filter(contact=gone).update(contact=keep)
    Reward.objects.filter(contact=gone).update(contact=keep)
    Referral.objects.filter(customer=gone).update(customer=keep)
    perks.merge(keep, gone)
    _join_advocates(keep, gone)


def _join_thanks(keep: Contact, gone: Contact) -> None:
    """One thank-you of a contact for a fix: the one that was sent, else the one whose contact stays."""
    for draft in Draft.objects.filter(contact=gone).order_by("pk"):
        mine = Draft.objects.filter(contact=keep, announcement=draft.announcement_id).first()
        if mine is not None and (mine.status == DraftStatus.SENT or draft.status != DraftStatus.SENT):
            draft.delete()
            continue
        if mine is not None:
            mine.delete()
        Draft.objects.filter(pk=draft.pk).update(contact=keep)


def _join_deletion_requests(keep: Contact, gone: Contact) -> None:
    """One that waits, the older one: the time to do it runs since then."""
    both = DeletionRequest.objects.waiting().filter(contact__in=[keep, gone]).order_by("asked_at", "pk")
    for later in both[1:]:
        later.delete()
    DeletionRequest.objects.filter(contact=gone).update(contact=keep)
    wall.changed()  # what stands there of the one is hidden by the wish of the other


def _join_open_cases(keep: Contact, gone: Contact) -> None:
    """One open case of a contact: the older one takes up what was tried and noted in the other."""
    opened = list(Case.objects.open().select_for_update().filter(contact__in=[keep, gone]).order_by("opened_at", "pk"))
    if len(opened) < 2:
        return
    older, newer = opened
    newer.presences.all().delete()  # its page is gone
    newer.escalations.all().delete()  # what still holds for the case that goes on is told anew
    _point(newer, older)
    Event.objects.filter(kind=Case._meta.label_lower, object_id=str(newer.pk)).update(object_id=str(older.pk))
    Case.objects.filter(pk=older.pk).update(
        owner=older.owner_id or newer.owner_id,
        team=older.team_id or newer.team_id,
        theme=older.theme_id or newer.theme_id,
        priority=min(older.priority, newer.priority),
        due_at=min(older.due_at, newer.due_at),
        warn_at=_earlier(older.warn_at, newer.warn_at),
        resolve_by=_earlier(older.resolve_by, newer.resolve_by),
        owner_due_at=None if older.owner_id or newer.owner_id else _earlier(older.owner_due_at, newer.owner_due_at),
        contacted_at=_earlier(older.contacted_at, newer.contacted_at),
    )
    number, is_contacted = newer.pk, newer.status == CaseStatus.CONTACTED
    newer.delete()
    older.refresh_from_db()
    if is_contacted and older.status == CaseStatus.OPEN:
        move(older, CASE_MOVES, CaseStatus.CONTACTED)
    record(older, reason=f"took up case {number}, whose contact was merged")


def _earlier(*moments: dt.datetime | None) -> dt.datetime | None:
    return min((moment for moment in moments if moment), default=None)


def _join_advocates(keep: Contact, gone: Contact) -> None:
    """One advocate of a contact; what either must not be asked, neither is."""
    other = Advocate.objects.filter(contact=gone).first()
    mine = Advocate.objects.filter(contact=keep).first()
    if other is None:
        return
    if mine is None:
        Advocate.objects.filter(pk=other.pk).update(contact=keep)
        return
    pauses = [until for until in (mine.paused_until, other.paused_until) if until]
    mine.paused_until = max(pauses, default=None)
    mine.do_not_ask = mine.do_not_ask or other.do_not_ask
    mine.forbids_gifts = mine.forbids_gifts or other.forbids_gifts
    mine.nominated_at = mine.nominated_at or other.nominated_at
    mine.nominated_by = mine.nominated_by or other.nominated_by
    mine.site, mine.handles = mine.site or other.site, mine.handles or other.handles
    mine.save()
    _join_open_asks(mine, other)
    _point(other, mine)
    Event.objects.filter(kind=Advocate._meta.label_lower, object_id=str(other.pk)).update(object_id=str(mine.pk))
    other.delete()


def _join_open_asks(mine: Advocate, other: Advocate) -> None:
    """One open ask of an advocate: what was sent stays rather than what is planned, and the older one of two alike."""
    opened = Ask.objects.open().filter(advocate__in=[mine, other]).select_related("advocate__contact")
    for later in list(opened.order_by("-status", "created_at", "pk"))[1:]:
        if not asking.drop(later, reason=MERGED):
            asking.stop_waiting(later, reason=MERGED)


def _point(old: models.Model, new: models.Model) -> None:
    """Whatever points at the one row points at the other: a table to come is not forgotten here."""
    for relation in old._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.one_to_many:
            column = relation.field.name
            relation.field.model._base_manager.filter(**{column: old.pk}).update(**{column: new.pk})


# -------------------------------------------------------------------------------------------------------------- export


def export(contact: Contact) -> dict[str, Any]:
    requests = CustomerRequest.objects.filter(contact=contact).order_by("pk")
    advocates = Advocate.objects.filter(contact=contact)
    testimonials = Testimonial.objects.filter(contact=contact).order_by("pk")
    asked = (
        *("kind", "quote", "theme__name", "subject__name", "fix__title", "due_at", "told_at", "created_at"),
        "perk__name",
        *("drafts__subject", "drafts__body", "answered__subject", "answered__body"),
    )
    said = (
        *("words", "language", "shown_name", "shown_role", "disclosure", "status", "brand__name"),
        *("received_at", "published_at"),
    )
    themes = CommentTheme.objects.filter(response__contact=contact).order_by("response", "theme__name")
    return {
        "cases": [_case(case) for case in Case.objects.filter(contact=contact).select_related("theme").order_by("pk")],
        "requests": list(requests.values(*asked)),
        "replies": list(Reply.objects.filter(contact=contact).order_by("pk").values("sender", "subject", "text", "at")),
        "deletion_requests": list(
            DeletionRequest.objects.filter(contact=contact).order_by("pk").values("asked_at", "done_at", "reason")
        ),
        "asks": list(Ask.objects.filter(advocate__contact=contact).order_by("pk").values(*ASKED)),
        "advocate": advocates.values(
            "paused_until", "do_not_ask", "forbids_gifts", *DESCRIBED, *STANDING, "created_at"
        ).first(),
        "testimonials": list(testimonials.values(*said)),
        "translations": list(
            StoryTranslation.objects.filter(testimonial__contact=contact)
            .order_by("pk")
            .values("testimonial_id", "language", "words", "agreed_on")
        ),
        "places": list(
            StoryPlace.objects.filter(testimonial__contact=contact)
            .order_by("pk")
            .values("testimonial_id", "name", "address", "added_at", "cleaned_at")
        ),
        **_given(contact),
        **_told(contact),
        "themes": list(themes.values("response", "theme__name", "origin", "word", "is_removed")),
        "quoted_beside_ideas": list(
            IdeaWords.objects.filter(response__contact=contact).order_by("pk").values("fix__title", "response__comment")
        ),
    }


def _given(contact: Contact) -> dict[str, Any]:
    """What the person was given, whom they brought (not who that is), and what they said where they came by a link."""
    brought = Referral.objects.filter(link__advocate__contact=contact).order_by("pk")
    came = (
        "link__code",
        "name",
        "email",
        "company",
        "consent_text",
        "status",
        "registered_at",
        "converted_at",
        "revenue",
        "currency",
    )
    given = ("item__name", "kind", "amount", "currency", "reason", "note", "status", "created_at", "issued_at")
    return {
        "rewards": list(Reward.objects.filter(contact=contact).order_by("pk").values(*given, "fulfilled_at")),
        "referrals": list(brought.values("link__code", "status", "registered_at", "converted_at")),
        "came_by": list(referrals.of_person(contact).order_by("pk").values(*came)),
        "perks": list(PerkGuest.objects.filter(contact=contact).order_by("pk").values(*INVITED)),
    }


def _told(contact: Contact) -> dict[str, Any]:
    """The case studies of the person: what was said and written, and what they signed."""
    by_study = {"study__contact": contact}
    text = ("title", "summary", "body", "quote", "shown_name", "shown_role", "shown_company", "site", "handles")
    signed = (
        *("step", "version__number", "asked_at", "answer", "answered_at", "remarks", "typed_name", "typed_role"),
        *("scope", "wording", "wording_hash", "content_hash", "expires_at", "withdrawn_at"),
    )
    studies = CaseStudy.objects.filter(contact=contact).order_by("pk")
    return {
        "case_studies": list(studies.values("title", "status", "language", "created_at", "published_at")),
        "case_study_answers": list(StudyAnswer.objects.filter(**by_study).order_by("pk").values("question", "answer")),
        "case_study_texts": list(StudyVersion.objects.filter(**by_study).order_by("pk").values("number", *text, "at")),
        "releases": list(Release.objects.filter(**by_study).order_by("pk").values(*signed)),
    }


def _case(case: Case) -> dict[str, Any]:
    columns = [
        *("id", "status", "opened_at", "due_at", "contacted_at", "closed_at", "outcome", "promise", "promise_due_on"),
    ]
    known = {column: getattr(case, column) for column in columns} | {"theme": str(case.theme or "")}
    return known | {
        "attempts": list(case.attempts.order_by("pk").values("channel", "reached", "note", "at")),
        "notes": list(case.notes.order_by("pk").values("text", "at")),
        "letters": list(case.letters.order_by("pk").values("language", "subject", "text", "at", "message__status")),
        "promises": list(case.pledges.order_by("pk").values("text", "due_on", "at", "kept_at", "broken_at", "reason")),
        "colleagues_told": Mention.objects.filter(note__case=case).count(),
    }


# --------------------------------------------------------------------------------------------------------------- erase


def erase(contact: Contact) -> None:
    """Cases, with what was noted in them, wishes and what was asked of the person go; the receipts of routing stay,
    and that the person asked for it. Their words are taken off wherever they are shown before they go.
    """
    DeletionRequest.objects.waiting().filter(contact=contact).update(done_at=timezone.now())
    DeletionRequest.objects.filter(contact=contact).update(reason="")
    for story in Testimonial.objects.live().filter(contact=contact):
        stories.withdraw(story)
    Testimonial.objects.filter(contact=contact).delete()  # where else it was used stays on the list of what to clean
    for study in CaseStudy.objects.going_on().filter(contact=contact):
        releases.withdraw(study, reason=ERASED)
    CaseStudy.objects.filter(contact=contact).delete()
    Draft.objects.filter(contact=contact).delete()
    # What the words were about goes with them; the reasons that stay are looked at again.
    CommentTheme.objects.filter(response__contact=contact).delete()
    Tagging.objects.filter(response__contact=contact).delete()
    Case.objects.filter(contact=contact).delete()
    CustomerRequest.objects.filter(contact=contact).delete()
    IdeaWords.objects.filter(response__contact=contact).delete()
    referrals.erase(contact)
    Reward.objects.filter(contact=contact).update(note="")  # that something was given stays in the ledger
    Advocate.objects.filter(contact=contact).delete()
    perks.forget(contact)  # after the advocate: whoever invites locks in this order
