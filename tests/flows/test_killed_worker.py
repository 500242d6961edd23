"""A worker is killed again and again during a wave: nobody is mailed twice, nobody is lost silently."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.flows.installation import Installation, kill, wait_for
from tests.sizes import whole_once_or

PEOPLE = whole_once_or(2_000, 300)
KILLS = whole_once_or(10, 2)
WINDOW = 20
CONNECTIONS = 4  # of one worker at most, each with a window of its own
LEASE = "3"

LAUNCH = f"""
from surveys import addresses, waves
from surveys.models import Brand, Campaign, Contact, Touchpoint
brand = Brand.objects.create(name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="x")
point = Touchpoint.objects.create(key="use", name="Use")
people = [f"person{{n}}@example.com" for n in range({PEOPLE})]
Contact.objects.bulk_create(
    Contact(email=address, address_hash=addresses.keyed_hash(address), basis="customer") for address in people)
waves.launch(Campaign.objects.create(name="Once", brand=brand, touchpoint=point))
"""
STATE = "SELECT m.status, c.email FROM surveys_message m JOIN surveys_contact c ON c.id = m.contact_id"


@dataclass(frozen=True)
class Result:
    states: Counter[str]
    accepted: Counter[str]
    sent: frozenset[str]

    @property
    def mailed_twice(self) -> list[str]:
        return [address for address, times in self.accepted.items() if times > 1]

    @property
    def sent_but_not_accepted(self) -> frozenset[str]:
        return self.sent - frozenset(self.accepted)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation.in_directory(tmp_path, OUTBOX_LEASE_SECONDS=LEASE, DJANGO_SETTINGS_MODULE="tests.flows.hurried")
    made.start("-m", "tests.flows.journal_smtp", str(tmp_path / "journal"), str(tmp_path / "port"))
    wait_for((tmp_path / "port").exists, "SMTP server")
    made.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{(tmp_path / 'port').read_text()}"
    yield made
    made.stop_all()


def set_up(installation: Installation) -> None:
    installation.migrate()
    installation.run(LAUNCH)


def accepted(installation: Installation) -> Counter[str]:
    journal = installation.directory / "journal"
    lines = journal.read_text().splitlines() if journal.exists() else []
    return Counter(line.split("\t")[1] for line in lines)


def has_left(installation: Installation, goal: int) -> bool:
    return sum(accepted(installation).values()) >= goal


def kill_again_and_again(
    installation: Installation,
    start_worker: Callable[[int], subprocess.Popen[bytes]],
    workers: int,
    *,
    until: Callable[[], bool] = lambda: False,
) -> None:
    """Kill a worker at random moments, each time after more mail has left, and start another in its place; no more
    of it once `until` holds. A worker that is left alone sends hundreds a second, so it is watched closely."""
    chance = random.Random(2_000)
    running = [start_worker(number) for number in range(workers)]
    for number in range(KILLS):
        if until():
            return
        goal = sum(accepted(installation).values()) + PEOPLE // (KILLS * 3)
        wait_for(partial(has_left, installation, goal), "mail", pause=0.02)
        time.sleep(chance.random() / 20)
        victim = running[number % workers]
        kill(victim)
        running[number % workers] = start_worker(workers + number)


def finish(installation: Installation) -> Result:
    def is_finished() -> bool:
        return installation.look_up("SELECT status FROM surveys_wave") == [("finished",)]

    wait_for(is_finished, "finished wave")
    states = installation.look_up(STATE)
    return Result(
        states=Counter(status for status, _address in states),
        accepted=accepted(installation),
        sent=frozenset(address for status, address in states if status == "sent"),
    )


def check(result: Result) -> None:
    assert result.mailed_twice == []
    assert result.sent_but_not_accepted == frozenset()
    assert sum(result.states.values()) == PEOPLE
    assert set(result.states) <= {"sent", "unknown"}
    assert result.states["unknown"] <= KILLS * WINDOW * CONNECTIONS


@pytest.mark.slow
@pytest.mark.sqlite
def test_embedded_worker_killed_again_and_again_mails_nobody_twice(installation: Installation) -> None:
    set_up(installation)

    kill_again_and_again(installation, lambda _number: installation.start("manage.py", "worker"), workers=1)
    result = finish(installation)

    check(result)


@pytest.mark.slow
@pytest.mark.sqlite
def test_planted_double_send_is_seen(installation: Installation) -> None:
    set_up(installation)
    installation.environment["DJANGO_SETTINGS_MODULE"] = "tests.flows.planted"

    def is_seen() -> bool:
        return any(times > 1 for times in accepted(installation).values())

    # The bug sends again what the sweep finds, a lease after a kill.
    kill_again_and_again(
        installation, lambda _number: installation.start("manage.py", "worker"), workers=1, until=is_seen
    )

    wait_for(is_seen, "mail twice")


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.redis
def test_celery_workers_killed_again_and_again_mail_nobody_twice(
    installation: Installation, postgres_url: str, redis_url: str
) -> None:
    installation.environment.update(DATABASE_URL=postgres_url, REDIS_URL=redis_url)
    set_up(installation)

    installation.start("-m", "celery", "-A", "config", "beat", "-s", str(installation.directory / "beat"))
    worker = ("-m", "celery", "-A", "config", "worker", "-c", "1", "-n")
    kill_again_and_again(installation, lambda number: installation.start(*worker, f"worker{number}@test"), workers=2)
    result = finish(installation)

    check(result)
