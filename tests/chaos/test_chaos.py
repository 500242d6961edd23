"""A small storm: every promise holds. With a planted bug, each of which must turn it red."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.chaos import servers
from tests.conftest import need

# The servers are its own, since it empties and kills them; where others are given, their programs are there too.
pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.redis]

SMALL = "--recipients 1500 --kills 12 --stops 1 --flushes 1 --restarts 1 --unsubscribes 100 --pauses 1 --seconds 30"
SMALLER = "--recipients 500 --kills 6 --stops 0 --flushes 0 --restarts 0 --outages 0 --unsubscribes 20 --pauses 0"


def storm(arguments: str) -> tuple[int, str]:
    reason = servers.missing()
    need(not reason, reason)
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *arguments.split()],
        check=False,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, done.stdout


def broken(report: str) -> str:
    return "\n".join(line for line in report.splitlines() if "BROKEN" in line)


def test_promises_hold_while_everything_breaks() -> None:
    code, report = storm(f"{SMALL} --seed 2017")

    assert not broken(report), report
    assert code == 0


@pytest.mark.parametrize(
    ("bugs", "promises"),
    [
        ("double", ["mails accepted more than once"]),
        ("lost_and_deaf", ["sent without acceptance", "left after the commit of an unsubscribe"]),
    ],
)
def test_planted_bugs_are_seen(bugs: str, promises: list[str]) -> None:
    code, report = storm(f"{SMALLER} --seconds 12 --seed 2018 --plant {bugs}")

    assert [promise for promise in promises if promise not in broken(report)] == []
    assert code == 1
