"""Thank-yous: when a fix ships, everyone who asked for it is told by name, with their own words, once a person has read
the letter.

Drafts are made and sent in slices. A person has one draft for a fix by constraint, so a crash between two slices, or
two runners at once, thank nobody twice; who has none yet is found again, so nobody is forgotten.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy import mail, personal, trail
from advocacy.enums import (
    ANNOUNCEMENT_MOVES,
    DRAFT_MOVES,
    FIX_MOVES,
    AnnouncementStatus,
    DraftStatus,
    FixStatus,
    StopReason,
)
from advocacy.models import Announcement, AnnouncementText, CustomerRequest, Draft, Fix
from surveys import languages, mergetags, texts
from surveys import mail as letters
from surveys.enums import CampaignKind, CampaignStatus
from surveys.models import Campaign, Message
from surveys.transitions import WrongState, move, move_many, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

LETTER = "thanks"
SECTION = "fix_mail"
TAGS = ("greeting", "first_name", "quote", "news", "gift", "company", "product")
SIZE = 10  # of a slice: a letter that is sent takes ten milliseconds, and a transaction may last a quarter of a second
GIFT_REASONS = (StopReason.SUPPRESSED, StopReason.NO_OFFERS, StopReason.NO_GIFTS, StopReason.NO_CONSENT)
OUT = (FixStatus.SHIPPED, FixStatus.ANNOUNCED)  # customers have it


class Rewritten(WrongState):
    """The letter says something else by now than this person read."""


# -------------------------------------------------------------------------------------------------------- in slices


def run(*, size: int = SIZE) -> bool:
    """One slice of each announcement: begin it, draft, send what was approved. Whether more waits."""
    for fix in Fix.objects.filter(status=FixStatus.SHIPPED, announcement__isnull=True).order_by("pk")[:size]:
        begin(fix)
    _take_in_latecomers()
    more = False
    for pk in _at_work().values_list("pk", flat=True):
        more = draft_slice(pk, size=size) or more
        more = send_slice(pk, size=size) or more
    return more


def _at_work() -> QuerySet[Announcement]:
    approved = Q(status=AnnouncementStatus.REVIEW, rest_by__isnull=False)
    return Announcement.objects.filter(Q(status=AnnouncementStatus.DRAFTING) | approved).order_by("pk")


def begin(fix: Fix, *, news: str = "", language: str = "") -> Announcement:
    """The announcement of a fix that has shipped, with what is different now in a language; one that is there stays."""
    announcement, is_new = Announcement.objects.get_or_create(fix=fix)
    news = mergetags.plain(news).strip()
    if is_new and news and language in texts.OFFERED:
        AnnouncementText.objects.create(announcement=announcement, language=language, news=news)
    return announcement


def _take_in_latecomers() -> None:
    """Who was linked to a fix after its drafts were made is told too."""
    rows = Announcement.objects.exclude(status=AnnouncementStatus.DRAFTING).filter(fix__status__in=OUT)
    rows = rows.filter(Exists(_unwritten().filter(fix=OuterRef("fix")).order_by()))
    move_many(rows, ANNOUNCEMENT_MOVES, AnnouncementStatus.DRAFTING, finished_at=None)


def _unwritten() -> QuerySet[CustomerRequest]:
    """The requests of which nobody was told, and whose contact has no draft for their fix."""
    drafts = Draft.objects.filter(announcement__fix=OuterRef("fix"), contact=OuterRef("contact"))
    return CustomerRequest.objects.filter(~Exists(drafts), told_at__isnull=True)


def draft_slice(pk: int, *, size: int = SIZE) -> bool:
    """Drafts for up to `size` requests of this announcement. Whether more wait."""
    with transaction.atomic():
        announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=pk)
        if announcement.status != AnnouncementStatus.DRAFTING:
            return False
        rows = _unwritten().filter(fix=announcement.fix_id).select_related("contact", "response").order_by("pk")
        asked = list(rows.defer("contact__properties", "contact__tags")[:size])
        drafts = [new_draft(announcement, request) for request in _with_words_first(asked)]
        Draft.objects.bulk_create(drafts, ignore_conflicts=True)
        if len(asked) < size:
            move_many(Announcement.objects.filter(pk=pk), ANNOUNCEMENT_MOVES, AnnouncementStatus.REVIEW)
            announcement.refresh_from_db()
            _finish_if_decided(announcement, by=None)
        return len(asked) == size


def _with_words_first(asked: list[CustomerRequest]) -> list[CustomerRequest]:
    """One request of each contact: the first that has words to quote."""
    chosen: dict[int, CustomerRequest] = {}
    for request in asked:
        kept = chosen.setdefault(request.contact_id, request)
        if not kept.words.strip() and request.words.strip():
            chosen[request.contact_id] = request
    return list(chosen.values())


def new_draft(announcement: Announcement, request: CustomerRequest) -> Draft:
    """The draft for the contact of this request, not stored yet."""
    contact = request.contact
    stop = personal.why_not(contact, is_gift=bool(announcement.gift))
    return Draft(
        announcement=announcement,
        contact=contact,
        request=request,
        language=personal.language_of(contact, request.spoken, mail.brand_of(contact)),
        status=DraftStatus.STOPPED if stop else DraftStatus.WAITING,
        stop_reason=stop,
    )


def send_slice(pk: int, *, size: int = SIZE) -> bool:
    """Send up to `size` of the drafts that somebody approved together. Whether more wait."""
    with transaction.atomic():
        announcement = Announcement.objects.select_for_update(of=("self",)).select_related("rest_by").get(pk=pk)
        if announcement.rest_by is None or announcement.status != AnnouncementStatus.REVIEW:
            return False
        rows = waiting(announcement).filter(pk__lte=announcement.rest_up_to)
        drafts = list(rows.select_related("contact", "request__response", "request__subject")[:size])
        for draft in drafts:
            draft.announcement = announcement
            _send(draft, by=announcement.rest_by, at=timezone.now())
        if len(drafts) < size:
            Announcement.objects.filter(pk=pk).update(rest_by=None)
        _finish_if_decided(announcement, by=announcement.rest_by)
        return len(drafts) == size


# ------------------------------------------------------------------------------------------------------------ a letter


def waiting(announcement: Announcement) -> QuerySet[Draft]:
    """The queue: those to be read, one after another."""
    return Draft.objects.filter(announcement=announcement, status=DraftStatus.WAITING).order_by("pk")


def letter_of(draft: Draft) -> personal.Draft:
    """The letter as it would leave now, or as it left: what a person wrote, else the text of its language filled in."""
    if draft.body:
        return personal.Draft(draft.subject, draft.body)
    own, ready = _text(draft), personal.table(draft.language, SECTION)
    subject, body = (own.subject, own.body) if own else ("", "")
    return personal.filled(subject or ready["subject"], body or ready["body"], _known(draft, own))


def _text(draft: Draft) -> AnnouncementText | None:
    return AnnouncementText.objects.filter(announcement=draft.announcement_id, language=draft.language).first()


def _known(draft: Draft, own: AnnouncementText | None) -> dict[str, str]:
    """What stands for each of the tags."""
    request = draft.request
    return personal.values(
        draft.contact,
        mail.brand_of(draft.contact),
        draft.language,
        quote=personal.quoted(request.words) if request else "",
        news=own.news if own else "",
        gift=draft.announcement.gift,
        product=request.subject.name if request and request.subject else "",
    )


def letter(message: Message) -> letters.Letter:
    """The mail. Raises CannotRender when its draft is gone."""
    draft = Draft.objects.filter(message=message).first()
    if draft is None:
        raise letters.CannotRender("its draft is gone")
    return personal.render(message, draft=personal.Draft(draft.subject, draft.body), section=SECTION)


def counts(announcement: Announcement) -> dict[str, int]:
    """How many drafts stand where."""
    rows = Draft.objects.filter(announcement=announcement).order_by().values_list("status")
    found = dict(rows.annotate(n=Count("pk")))
    return {status.value: found.get(status.value, 0) for status in DraftStatus}


def spoken(announcement: Announcement) -> list[tuple[languages.Language, int]]:
    """The languages of its drafts that are still to be read, with how many each."""
    rows = waiting(announcement).order_by().values_list("language")
    return [(languages.get(tag), n) for tag, n in rows.annotate(n=Count("pk")).order_by("-n", "language")]


def silent(announcement: Announcement) -> list[str]:
    """The languages in which letters still to be read do not say what is different now."""
    own = AnnouncementText.objects.filter(announcement=announcement)
    able = [row.language for row in own if row.news or (row.body and "news" not in mergetags.used(row.body))]
    rows = waiting(announcement).filter(body="").exclude(language__in=able)
    return sorted(rows.order_by().values_list("language", flat=True).distinct())


# -------------------------------------------------------------------------------------------------------- a decision


def edit(draft: Draft, *, subject: str, body: str, by: User, read: str = "") -> None:
    """Write it in one's own words; tags are filled in, so that what is read is what leaves. From then on the texts of
    the announcement change nothing in it. Raises Rewritten where the letter is not the one that was `read`.
    """
    with transaction.atomic():
        _take_up(draft)
        if read and read != mark_of(letter_of(draft)):
            raise Rewritten(_("Not saved: somebody changed this letter meanwhile. Theirs stands above yours."))
        known = _known(draft, _text(draft))
        if fault := personal.fault(subject, body, known):
            raise WrongState(_("Not saved: %(reason)s") % {"reason": fault})
        made = personal.written(subject, body, known)
        draft.subject, draft.body = made.subject, made.body
        draft.save(update_fields=["subject", "body"])
        record(draft.announcement.fix, by=by, reason=trail.THANKS_EDITED)


def mark_of(made: personal.Draft) -> str:
    """What a form carries, so that nothing else is sent or written over than what was read."""
    return hashlib.sha256(f"{made.subject}\n{made.body}".encode()).hexdigest()[:16]


def send(draft: Draft, *, by: User, read: str = "") -> StopReason:
    """Send it as it was read: the mail, that the person was told, and the decision, in one transaction.

    Gives why it was not sent where something forbids it: then it is stopped, and the queue goes on.
    """
    with transaction.atomic():
        announcement = _take_up(draft)
        if read and read != mark_of(letter_of(draft)):
            raise Rewritten(_("Not sent: the letter changed meanwhile. Read it again."))
        stopped = _send(draft, by=by, at=timezone.now())
        _finish_if_decided(announcement, by=by)
        return stopped


def skip(draft: Draft, *, reason: str, by: User) -> None:
    """Do not thank this person, and say why."""
    with transaction.atomic():
        announcement = _take_up(draft)
        _decide(draft, DraftStatus.SKIPPED, by=by, reason=reason)
        if draft.request:
            record(draft.request, by=by, reason=trail.NOT_TOLD + reason)
        _finish_if_decided(announcement, by=by)


def send_rest(announcement: Announcement, *, count: int, by: User) -> None:
    """Approve all that are left. `count` is how many the page said there are: with another number nothing happens."""
    with transaction.atomic():
        announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
        if announcement.status == AnnouncementStatus.DRAFTING:
            raise WrongState(_("Not sent: the drafts are still being made."))
        left = list(waiting(announcement).values_list("pk", flat=True))
        if len(left) != count or not left:
            raise WrongState(_("Not sent: %(count)d are left now. Look again.") % {"count": len(left)})
        Announcement.objects.filter(pk=announcement.pk).update(rest_by=by, rest_up_to=left[-1])
        record(announcement.fix, by=by, reason=f"{trail.THANKS_REST}{count}")


def conclude(announcement: Announcement, *, by: User) -> None:
    """Nobody asked for it, or everything is decided: it counts as announced."""
    with transaction.atomic():
        announcement = (
            Announcement.objects.select_for_update(of=("self",)).select_related("fix").get(pk=announcement.pk)
        )
        if announcement.status != AnnouncementStatus.REVIEW or waiting(announcement).exists():
            raise WrongState(_("Not announced: there are thank-yous to decide yet."))
        _finish(announcement, by=by)


def _take_up(draft: Draft) -> Announcement:
    """Lock the announcement, so that decisions come one after the other and the last of them is seen to be the last."""
    announcement = (
        Announcement.objects.select_for_update(of=("self",)).select_related("fix").get(pk=draft.announcement_id)
    )
    draft.refresh_from_db()
    draft.announcement = announcement
    if draft.status != DraftStatus.WAITING:
        status = str(DraftStatus(draft.status).label).lower()
        raise WrongState(_("Not saved: this thank-you is decided already: %(status)s.") % {"status": status})
    return announcement


def _send(draft: Draft, *, by: User, at: dt.datetime) -> StopReason:
    announcement = draft.announcement
    stop = personal.why_not(draft.contact, is_gift=bool(announcement.gift), at=at)
    if stop:
        _decide(draft, DraftStatus.STOPPED, by=by, stop_reason=stop)
        return stop
    made = letter_of(draft)
    _decide(draft, DraftStatus.SENT, by=by, subject=made.subject, body=made.body)
    is_gift = bool(announcement.gift)
    draft.message = personal.queue(LETTER, draft.contact, language=draft.language, at=at, is_gift=is_gift)
    draft.save(update_fields=["message"])
    for request in CustomerRequest.objects.filter(
        fix=announcement.fix_id, contact=draft.contact_id, told_at__isnull=True
    ).order_by("pk"):
        request.told_at = at
        request.save(update_fields=["told_at"])
        record(request, by=by, reason=trail.TOLD + announcement.fix.title)
    return StopReason.NONE


def _decide(draft: Draft, status: DraftStatus, *, by: User, **fields: Any) -> None:
    """Only one wins: the update names the state it was decided on."""
    rows = Draft.objects.filter(pk=draft.pk)
    if not move_many(rows, DRAFT_MOVES, status, decided_by=by, decided_at=timezone.now(), **fields):
        raise WrongState(_("Not saved: somebody else decided this thank-you meanwhile."))
    draft.refresh_from_db(fields=["status", "decided_by", "decided_at", *fields])


def _finish_if_decided(announcement: Announcement, *, by: User | None) -> None:
    drafts = Draft.objects.filter(announcement=announcement)
    decided = drafts.exclude(status=DraftStatus.WAITING)
    is_open = announcement.status == AnnouncementStatus.REVIEW
    if is_open and decided.exists() and not drafts.filter(status=DraftStatus.WAITING).exists():
        _finish(announcement, by=by)


def _finish(announcement: Announcement, *, by: User | None) -> None:
    rows = Announcement.objects.filter(pk=announcement.pk)
    move_many(rows, ANNOUNCEMENT_MOVES, AnnouncementStatus.DONE, finished_at=timezone.now(), rest_by=None)
    if announcement.fix.status == FixStatus.SHIPPED:
        move(announcement.fix, FIX_MOVES, FixStatus.ANNOUNCED, by=by)


# ---------------------------------------------------------------------------------------------------------- its texts


def text_in(announcement: Announcement, tag: str) -> dict[str, str]:
    """The words of a language as they are now: one's own, else the ready-made ones."""
    own = AnnouncementText.objects.filter(announcement=announcement, language=tag).first()
    ready = personal.table(tag, SECTION)
    return {
        "subject": (own.subject if own else "") or ready["subject"],
        "body": (own.body if own else "") or ready["body"],
        "news": own.news if own else "",
    }


def write_text(announcement: Announcement, tag: str, *, subject: str, body: str, news: str, by: User) -> None:
    """Words of one's own in a language: they stand in every draft that nobody has decided or edited."""
    if tag not in texts.OFFERED:
        raise WrongState(_("Not saved: there are no texts in this language."))
    ready = personal.table(tag, SECTION)
    body = mergetags.plain(body).strip()
    words = {
        "subject": "" if subject == ready["subject"] else subject,
        "body": "" if body == ready["body"] else body,
        "news": mergetags.plain(news).strip(),
    }
    with transaction.atomic():
        AnnouncementText.objects.update_or_create(announcement=announcement, language=tag, defaults=words)
        record(announcement.fix, by=by, reason=f"{trail.THANKS_TEXT}{languages.get(tag).own_name}")


def news_elsewhere(announcement: Announcement, tag: str) -> list[tuple[languages.Language, str]]:
    """What is different now as it stands in other languages, to write it in this one."""
    rows = AnnouncementText.objects.filter(announcement=announcement).exclude(Q(language=tag) | Q(news=""))
    return [(languages.get(row.language), row.news) for row in rows.order_by("language")]


def set_up(announcement: Announcement, *, gift: str, ask_with: Campaign | None, by: User) -> None:
    """With a gift or without, and by which campaign they are asked again. Sent letters stay as they were."""
    with transaction.atomic():
        locked = Announcement.objects.select_for_update(of=("self",)).select_related("fix").get(pk=announcement.pk)
        if locked.gift != gift and Draft.objects.filter(announcement=locked, status=DraftStatus.SENT).exists():
            raise WrongState(_("Not saved: some have their letter already. A gift is for everybody or for nobody."))
        Announcement.objects.filter(pk=locked.pk).update(gift=gift, ask_with=ask_with)
        if locked.gift != gift:  # whom only the gift stopped is looked at afresh
            Draft.objects.filter(announcement=locked, stop_reason__in=GIFT_REASONS).delete()
        record(locked.fix, by=by, reason=trail.THANKS_SET_UP)


def campaigns() -> QuerySet[Campaign]:
    """Those that can ask somebody again: they follow an event, and are active."""
    return Campaign.objects.filter(kind=CampaignKind.EVENT, status=CampaignStatus.ACTIVE).order_by("name", "pk")
