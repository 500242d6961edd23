"""A child's hold on its parent: when the parent is gone, however it went, the child and its children go too."""

from __future__ import annotations

import os
import signal
import threading
import time
from argparse import ArgumentParser

GRACE_SECONDS = 5.0


def add_argument(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--lifeline", type=int, metavar="FD", help="Stop when this inherited pipe is closed. Set by `manage.py serve`."
    )


def hold(descriptor: int | None) -> None:
    """Watch the read end of a pipe whose only write end the parent holds. The kernel closes it even at kill -9."""
    if descriptor is not None:
        threading.Thread(target=_stop_at_end, args=[descriptor], name="lifeline", daemon=True).start()


def _stop_at_end(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    # The child leads a process group of its own, so this reaches whatever it has started.
    os.killpg(os.getpgrp(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)
