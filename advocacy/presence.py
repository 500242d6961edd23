"""Who else has a case open, as their browsers say every few seconds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from advocacy.models import Case, Presence

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SILENT_AFTER = dt.timedelta(seconds=60)
MOST = 5


def ping(case: Case, user: User) -> None:
    """The user has the page open now. After a minute of silence it counts as opened anew."""
    now = timezone.now()
    Presence.objects.filter(case=case, at__lte=now - SILENT_AFTER).delete()
    Presence.objects.update_or_create(
        case=case, user=user, defaults={"at": now}, create_defaults={"at": now, "since": now}
    )


def others(case: Case, user: User) -> list[Presence]:
    """The colleagues who have it open, the first one first."""
    heard_of = timezone.now() - SILENT_AFTER
    rows = Presence.objects.filter(case=case, at__gt=heard_of).exclude(user=user).select_related("user")
    return list(rows.order_by("since", "pk")[:MOST])
