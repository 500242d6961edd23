"""What a fix page tells of those who asked: who was told, and what came of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from advocacy import announcing, casewords, lifting
from advocacy.models import Announcement, Draft, EntryAnswer, Fix
from advocacy.models import CustomerRequest as Wish

register = template.Library()


@register.inclusion_tag("advocacy/_fix_thanks.html", takes_context=True)
def fix_thanks(context: Context, fix: Fix) -> dict[str, Any]:
    """Nothing for a fix that has not shipped."""
    announcement = Announcement.objects.filter(fix=fix).first() if fix.shipped_at else None
    return {
        "fix": fix,
        "perms": context.get("perms"),
        "announcement": announcement,
        "counts": announcing.counts(announcement) if announcement else {},
        "lift": lifting.of_fix(fix) if fix.shipped_at else None,
    }


@register.filter
def held_for(draft: Draft) -> int:
    """The seconds until its mail leaves."""
    return casewords.seconds(draft.message.not_before, timezone.now()) if draft.message else 0


@register.filter
def waits(draft: Draft) -> SafeString:
    """The same in words, marked so that a script finds the seconds in it."""
    said = casewords.waits(draft.message.not_before, timezone.now()) if draft.message else ""
    return format_html("<span data-fate>{}</span>", said)


@register.inclusion_tag("advocacy/_letter_sent.html")
def letter_sent(wish: Wish) -> dict[str, Any]:
    """The letter by which a person was told, as it left."""
    answer = EntryAnswer.objects.filter(request=wish).first()
    mine = Draft.objects.filter(contact=wish.contact_id, announcement__fix=wish.fix_id, status="sent")
    made: EntryAnswer | Draft | None = answer or (mine.first() if wish.told_at and wish.fix_id else None)
    return {"made": made, "told_at": wish.told_at}
