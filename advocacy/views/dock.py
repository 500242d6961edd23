"""What stands at the foot of the queue and the case: what was just done, and the way to take it back."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils import timezone

from advocacy import undoing

if TYPE_CHECKING:
    from django.http import HttpRequest

    from advocacy.models import Deed

KEY = "dock"


@dataclass(frozen=True)
class Dock:
    """`seconds` are those left to undo it; none when they are over."""

    deed: int
    said: str
    seconds: int
    at: dt.datetime


def put(request: HttpRequest, deed: Deed | None, said: str) -> None:
    """Say what was done; where nothing was changed there is nothing to undo."""
    if deed is None:
        messages.success(request, said)
        return
    request.session[KEY] = {"deed": deed.pk, "said": said, "at": deed.at.timestamp(), "is_shown": False}


def clear(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def of(request: HttpRequest) -> Dock | None:
    """What was just done, as long as it can be undone, and once in any case."""
    kept = request.session.get(KEY)
    if kept is None:
        return None
    left = undoing.PERIOD.total_seconds() - (timezone.now().timestamp() - kept["at"])
    seconds = max(math.ceil(left), 0)
    if not seconds and kept["is_shown"]:
        clear(request)
        return None
    if not kept["is_shown"]:
        request.session[KEY] = {**kept, "is_shown": True}
    at = dt.datetime.fromtimestamp(kept["at"], dt.UTC)
    return Dock(deed=kept["deed"], said=kept["said"], seconds=seconds, at=at)
