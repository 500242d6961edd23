"""Which ends of a worker the kills excuse, and which count against us."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.chaos.schedule import Options
from tests.chaos.servers import PostgreSQL, Redis
from tests.chaos.storm import GAVE_UP, Storm


@pytest.fixture
def storm(tmp_path: Path) -> Storm:
    return Storm(Options(), tmp_path, PostgreSQL(tmp_path, 0), Redis(tmp_path))


def ended(storm: Storm, last_word: str) -> subprocess.Popen[bytes]:
    worker = storm.installation.start("-c", f"import sys; sys.exit({last_word!r})")
    worker.wait()
    return worker


def test_kill_of_its_process_excuses_worker_that_could_not_start(storm: Storm) -> None:
    worker = ended(storm, GAVE_UP)
    storm.bereft.add(worker.pid)

    storm._note_end(worker)

    assert storm.record.gave_up == 1
    assert storm.record.ended == []


def test_one_excuse_serves_one_worker(storm: Storm) -> None:
    first, second = ended(storm, GAVE_UP), ended(storm, "out of memory")
    storm.bereft.update((first.pid, second.pid))

    storm._note_end(first)
    storm._note_end(second)

    assert storm.record.gave_up == 1
    assert storm.record.ended == ["worker, code 1"]
    assert storm.record.last_words == [GAVE_UP, "out of memory"]


def test_nothing_excuses_worker_whose_process_nobody_killed(storm: Storm) -> None:
    storm._note_end(ended(storm, GAVE_UP))

    assert storm.record.ended == ["worker, code 1"]
