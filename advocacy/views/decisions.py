"""What the pages of requests, fixes and advocates share: how a decision that was refused is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advocacy import timeline, trail

if TYPE_CHECKING:
    from advocacy.forms.parts import WrittenForm
    from surveys.transitions import WrongState

CONFLICT, UNPROCESSABLE = 409, 422


def status(form: WrittenForm | None, refusal: WrongState | None) -> int:
    return 200 if form is None else CONFLICT if refusal else UNPROCESSABLE


def refusal(form: WrittenForm | None, refusal: WrongState | None) -> dict[str, Any]:
    """The refused form, why, and what colleagues did meanwhile if that is why."""
    news = [timeline.of_event(event) for event in refusal.events] if isinstance(refusal, trail.Changed) else []
    return {"refused": form, "refusal": refusal, "news": news}
