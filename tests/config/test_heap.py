from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from celery.signals import worker_process_init

from config.heap import ALLOCATED


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_worker_does_not_look_through_what_stays() -> None:
    gc.unfreeze()

    worker_process_init.send(sender=None)

    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold()[0] == ALLOCATED
    assert gc.isenabled()
