"""Who had an idea or follows it is told at each step: in the console, and the author by mail as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from advocacy import trail
from advocacy.enums import NoticeKind
from advocacy.models import Fix, IdeaComment, Notice, Profile
from advocacy.models.ideas import NoticeQuerySet
from surveys import addresses, mail, mergetags
from surveys.enums import Promise, Purpose
from surveys.models import Event, Message

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LETTER = "idea_news"
PRIORITY = 40


def tell(
    fix: Fix,
    kind: NoticeKind,
    *,
    by: User | None = None,
    event: Event | None = None,
    comment: IdeaComment | None = None,
) -> None:
    """One notice for each author and follower but for who did it. Authors get a mail with it, unless they want none or
    it is a comment. Call it in the transaction of the step."""
    authors = _authors(fix)
    people = get_user_model().objects.filter(is_active=True)
    told = people.filter(Q(pk__in=authors) | Q(pk__in=fix.followers.values("user")))
    quiet = set(Profile.objects.filter(wants_news=False, user__in=authors).values_list("user", flat=True))
    made = []
    for user in (told.exclude(pk=by.pk) if by else told).order_by("pk"):
        notice = Notice(user=user, fix=fix, kind=kind, event=event, comment=comment, by=by, is_own=user.pk in authors)
        if notice.is_own and kind != NoticeKind.COMMENT and user.pk not in quiet:
            notice.message = staff_message(LETTER, user)
        made.append(notice)
    Notice.objects.bulk_create(made)


def _authors(fix: Fix) -> set[int]:
    found = set(fix.coauthors.values_list("user", flat=True))
    return found | ({fix.author_id} if fix.author_id else set())


def of_person(user: User) -> NoticeQuerySet:
    """What somebody was told, the latest on top."""
    rows = Notice.objects.filter(user=user).select_related("fix", "event", "comment", "by")
    return rows.defer("fix__description").order_by("-pk")


def see(user: User, *, notice: int | None = None) -> int:
    """Take note of one piece of news, or of all; how many were new."""
    rows = Notice.objects.unseen_by(user)
    if notice is not None:
        rows = rows.filter(pk=notice)
    return rows.update(seen_at=timezone.now())


def reason(notice: Notice) -> str:
    """The words that came with the step: why it was declined, what is different, what a colleague wrote."""
    if notice.comment is not None:
        return notice.comment.text
    return trail.sentence(notice.event)[1] if notice.event else ""


# ------------------------------------------------------------------------------------------------------------ the mail


def staff_message(letter: str, user: User) -> Message | None:
    """A mail to a colleague that waits to leave; None without an address that can be mailed."""
    if not addresses.is_valid(user.email.lower()):
        return None
    return Message.objects.create(
        letter=letter,
        purpose=Purpose.STAFF,
        promise=Promise.AT_LEAST_ONCE,
        priority=PRIORITY,
        user=user,
        address_hash=addresses.keyed_hash(user.email),
        not_before=timezone.now(),
    )


def letter(message: Message) -> mail.Letter:
    """What became of somebody's own idea. Raises CannotRender when they are gone or want it no more."""
    rows = Notice.objects.filter(message=message, user__is_active=True).select_related("user", "fix", "event")
    notice = rows.first()
    if notice is None or Profile.objects.filter(user=notice.user, wants_news=False).exists():
        raise mail.CannotRender("the notice is gone, or the person wants no mail of it")
    base = settings.PUBLIC_BASE_URL
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "kind": NoticeKind(notice.kind).label,
            "title": mergetags.header(notice.fix.title),
            "reason": reason(notice),
            "url": base + reverse("advocacy:idea", args=[notice.fix_id]),
        }
        return compose(LETTER, message, notice.user, context)


def compose(name: str, message: Message, user: User, context: dict[str, Any]) -> mail.Letter:
    """A letter of plain text to a colleague, with the way to have it no more."""
    if not addresses.is_valid(user.email.lower()):
        raise mail.CannotRender("the person has no address that can be mailed")
    context = {**context, "settings_url": settings.PUBLIC_BASE_URL + reverse("advocacy:idea_settings")}
    subject = mergetags.header(render_to_string(f"emails/{name}-subject.txt", context))
    body = mergetags.plain(render_to_string(f"emails/{name}-text.txt", context))
    made = mail.Letter(subject=subject, body=body, to=[user.email], headers=mail.headers_of_staff(message))
    made.metadata = {"message": str(message.pk)}
    return made
