"""Who was thanked for what has shipped, and who waits for it."""

from __future__ import annotations

from collections.abc import Iterable

from advocacy import announcing, trail
from advocacy.demo.names import BATCH, Stage
from advocacy.demo.news import NEWS
from advocacy.enums import AnnouncementStatus, DraftStatus, FixStatus
from advocacy.models import Announcement, AnnouncementText, CustomerRequest, Draft, Fix


def thank(stage: Stage, fixes: Iterable[Fix]) -> None:
    """What was announced has its letters behind it; what has just shipped has its drafts before it."""
    for fix in fixes:
        if fix.status == FixStatus.ANNOUNCED:
            _told(stage, fix)
        elif fix.status == FixStatus.SHIPPED:
            announcement = announcing.begin(fix)
            AnnouncementText.objects.bulk_create(
                AnnouncementText(announcement=announcement, language=language, news=news)
                for language, news in NEWS[fix.title].items()
            )
            while announcing.draft_slice(announcement.pk):
                pass


def _told(stage: Stage, fix: Fix) -> None:
    rows = CustomerRequest.objects.filter(fix=fix, told_at__isnull=False).order_by("pk")
    requests = list(rows.select_related("contact", "response", "subject"))
    done_at = max((request.told_at for request in requests if request.told_at), default=fix.shipped_at)
    announcement = Announcement.objects.create(fix=fix, status=AnnouncementStatus.DONE, finished_at=done_at)
    drafts: dict[int, Draft] = {}
    for request in requests:
        if request.told_at is None:
            continue
        stage.note(request, request.told_at, by=fix.owner, reason=trail.TOLD + fix.title)
        if request.contact_id not in drafts:
            drafts[request.contact_id] = _letter(announcement, request)
    Draft.objects.bulk_create(drafts.values(), batch_size=BATCH)


def _letter(announcement: Announcement, request: CustomerRequest) -> Draft:
    draft = announcing.new_draft(announcement, request)
    made = announcing.letter_of(draft)
    draft.status, draft.stop_reason = DraftStatus.SENT, ""
    draft.subject, draft.body = made.subject, made.body
    draft.decided_by, draft.decided_at = announcement.fix.owner, request.told_at
    return draft
