"""A worker is killed again and again while it thanks many: nobody is thanked twice, and nobody is forgotten.

ANNOUNCED_PEOPLE=5000 thanks all of them; without it some hundreds are thanked.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.flows.installation import Installation, kill, wait_for
from tests.sizes import whole_once_or

PEOPLE = int(os.environ.get("ANNOUNCED_PEOPLE") or whole_once_or(1_000, 150))
TWICE = PEOPLE // 10  # so many have asked twice
KILLS = whole_once_or(4, 1)  # while the drafts are made, and as often while they are sent

SHIP = f"""
from django.contrib.auth.models import User
from django.utils import timezone
from advocacy import fixes
from advocacy.models import CustomerRequest, Fix
from surveys import addresses
from surveys.models import Brand, Contact
Brand.objects.create(name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="x")
dana = User.objects.create_user("dana")
fix = Fix.objects.create(title="Dark mode", status="planned", owner=dana, due_on=timezone.localdate())
people = [f"person{{n}}@example.com" for n in range({PEOPLE})]
made = Contact.objects.bulk_create(
    Contact(email=address, address_hash=addresses.keyed_hash(address), basis="customer") for address in people)
CustomerRequest.objects.bulk_create(
    CustomerRequest(contact=contact, fix=fix, kind="problem", quote="No dark mode.", language=language,
                    origin="hand", due_at=timezone.now())
    for contact, language in zip([*made, *made[:{TWICE}]], ["en", "de", "ar", "ja"] * {PEOPLE}))
fixes.ship(fix, reason="It is dark.", by=dana)
"""
APPROVE = f"""
from django.contrib.auth.models import User
from advocacy import announcing
from advocacy.models import Announcement
announcing.send_rest(Announcement.objects.get(), count={PEOPLE}, by=User.objects.get())
"""
DRAFTED = "SELECT count(*) FROM advocacy_draft"
SENT = "SELECT count(*) FROM advocacy_draft WHERE status = 'sent'"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation.in_directory(tmp_path, DJANGO_SETTINGS_MODULE="tests.flows.thanking")
    yield made
    made.stop_all()


def number_of(installation: Installation, sql: str) -> int:
    ((number,),) = installation.look_up(sql)
    return int(number)


def kill_while(installation: Installation, progress: str, *, workers: int, is_done: Callable[[], bool]) -> list[int]:
    """Kill a worker in the middle of its work again and again, and start another in its place, until all is done.
    How far it was each time."""
    chance = random.Random(5_000)
    running = [installation.start("manage.py", "worker") for _ in range(workers)]
    far = []
    for number in range(KILLS):
        goal = number_of(installation, progress) + PEOPLE // (KILLS + 3)
        wait_for(partial(_has_come_to, installation, progress, goal), "thank-yous", pause=0.02)
        time.sleep(chance.random() / 10)
        kill(running[number % workers])
        far.append(number_of(installation, progress))
        running[number % workers] = installation.start("manage.py", "worker")
    wait_for(is_done, "end")
    for worker in running:
        kill(worker)
    return far


def _has_come_to(installation: Installation, progress: str, goal: int) -> bool:
    return number_of(installation, progress) >= goal


def thank_all(installation: Installation, *, workers: int) -> list[int]:
    """Ship, draft and send, with all the kills; how far the work was at each."""

    def has_become(status: str) -> bool:
        return installation.look_up("SELECT status FROM advocacy_announcement") == [(status,)]

    installation.migrate()
    installation.run(SHIP)
    far = kill_while(installation, DRAFTED, workers=workers, is_done=lambda: has_become("review"))
    assert (number_of(installation, DRAFTED), number_of(installation, SENT)) == (PEOPLE, 0)
    installation.run(APPROVE)
    return far + kill_while(installation, SENT, workers=workers, is_done=lambda: has_become("done"))


def check(installation: Installation, far: list[int]) -> None:
    assert len([at for at in far if 0 < at < PEOPLE]) >= KILLS  # came in the middle; some may come too late
    mails = "SELECT count(*), count(DISTINCT contact_id) FROM surveys_message WHERE letter = 'thanks'"
    told = "SELECT count(*), count(DISTINCT object_id) FROM surveys_event WHERE reason = 'told of Dark mode'"
    drafts = "SELECT status, count(*), count(DISTINCT contact_id), count(DISTINCT message_id) FROM advocacy_draft"
    assert installation.look_up(mails) == [(PEOPLE, PEOPLE)]
    assert installation.look_up(told) == [(PEOPLE + TWICE, PEOPLE + TWICE)]
    assert installation.look_up(f"{drafts} GROUP BY status") == [("sent", PEOPLE, PEOPLE, PEOPLE)]
    assert number_of(installation, "SELECT count(*) FROM advocacy_customerrequest WHERE told_at IS NULL") == 0
    assert installation.look_up("SELECT status FROM advocacy_fix") == [("announced",)]


@pytest.mark.slow
@pytest.mark.sqlite
def test_announcement_cut_again_and_again_thanks_everybody_once(installation: Installation) -> None:
    far = thank_all(installation, workers=1)

    check(installation, far)


@pytest.mark.slow
@pytest.mark.postgres
def test_two_workers_cut_again_and_again_thank_everybody_once(installation: Installation, postgres_url: str) -> None:
    installation.environment["DATABASE_URL"] = postgres_url

    far = thank_all(installation, workers=2)

    check(installation, far)
