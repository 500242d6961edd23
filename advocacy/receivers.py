"""What follows from a move of a fix, whoever made it: its author and followers are told, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from advocacy import notices, trail
from advocacy.enums import FixStatus, NoticeKind
from advocacy.models import Fix, Follower
from surveys.models import Event

TOLD = {kind.value for kind in NoticeKind} & set(FixStatus.values)


@receiver(post_save, sender=Event)
def tell_of_fix(sender: object, *, instance: Event, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    if not created or raw or instance.kind != trail.FIX_KIND:
        return
    if instance.went_to == FixStatus.IDEA and instance.by is not None:
        Follower.objects.get_or_create(fix_id=int(instance.object_id), user=instance.by)
    elif instance.went_to in TOLD:
        fix = Fix.objects.get(pk=instance.object_id)
        notices.tell(fix, NoticeKind(instance.went_to), by=instance.by, event=instance)
