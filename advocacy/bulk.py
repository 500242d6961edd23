"""One thing done to many cases: each in a transaction of its own, so that one that cannot be done stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from advocacy import undoing
from advocacy.enums import Verb
from advocacy.models import Case, Deed
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 500  # beyond that a person would wait for the page, and nobody can say of so many that they belong together


@dataclass
class Result:
    """What was done, what could not be done and why, and the deed by which it can be undone."""

    deed: Deed | None = None
    done: int = 0
    refused: list[tuple[Case, str]] = field(default_factory=list)


def run(verb: Verb, numbers: Sequence[int], act: Callable[[Case], Any], *, by: User) -> Result:
    """Raises ValueError for more than MOST. A case that is gone is passed over."""
    if len(numbers) > MOST:
        raise ValueError(f"at most {MOST} cases at once")
    result = Result()
    found = Case.objects.filter(pk__in=numbers).select_related("contact__account", "team", "response").order_by("pk")
    for case in found:
        try:
            result.deed = undoing.do(verb, case, lambda case=case: act(case), by=by, deed=result.deed)  # type: ignore[misc]
            result.done += 1
        except WrongState as refusal:
            result.refused.append((case, str(refusal)))
    if result.deed is not None:  # the ten seconds begin when the last is done
        result.deed.at = timezone.now()
        result.deed.save(update_fields=["at"])
    return result
