"""What Python does now and then in a process that runs for long: look for what nobody needs any more."""

from __future__ import annotations

import gc

ALLOCATED = 20_000  # objects more than were freed; by default 700, which a tenth of a batch of mails makes


def look_seldom() -> None:
    """To be called before anything is loaded: a tenth of the second in which a process starts went into looking."""
    gc.set_threshold(ALLOCATED)


def settle() -> None:
    """To be called when all is loaded that stays. From now on it is not looked through any more, and what comes after
    it less often: with each batch of mails that took a tenth of the time in which they leave."""
    gc.freeze()
    look_seldom()
