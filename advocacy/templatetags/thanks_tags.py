"""What a fix page tells of those who asked: who was told, and what came of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from advocacy import announcing, lifting
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


@register.inclusion_tag("advocacy/_letter_sent.html")
def letter_sent(wish: Wish) -> dict[str, Any]:
    """The letter by which a person was told, as it left."""
    answer = EntryAnswer.objects.filter(request=wish).first()
    mine = Draft.objects.filter(contact=wish.contact_id, announcement__fix=wish.fix_id, status="sent")
    made: EntryAnswer | Draft | None = answer or (mine.first() if wish.told_at and wish.fix_id else None)
    return {"made": made, "told_at": wish.told_at}
