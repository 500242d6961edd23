"""On SQLite a large import, a wave and twenty people answering at once: nobody meets an error."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from tests.flows.installation import Installation, free_port, is_open, wait_for
from tests.sizes import whole_or

ROWS = whole_or(100_000, 5_000)
INVITED = whole_or(600, 60)
AT_ONCE = 20
LOOK = 2.1  # seconds: sooner, no person has read the page
NONCE = re.compile(r'name="nonce" value="([^"]+)"')

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

LAUNCH = """
waves.finish_done()
waves.launch(Campaign.objects.create(name="Once", brand=brand, touchpoint=point))
"""
# Who has answered is mailed no more.
COUNTS = """
SELECT (SELECT count(*) FROM surveys_contact),
    (SELECT count(*) FROM surveys_message WHERE status IN ('sent', 'cancelled')),
    (SELECT count(*) FROM surveys_response)
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    port = free_port()
    made = Installation.in_directory(tmp_path, PORT=str(port))
    made.migrate()
    made.manage("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    yield made
    made.stop_all()


def write_people(path: Path) -> None:
    with path.open("w") as file:
        file.write("email,name,company,language\n")
        file.writelines(f"new{n}@example.com,New Person {n},Company {n % 5_000},en\n" for n in range(ROWS))


def answer(address: str, score: int) -> int:
    """Open the page, look at it, and POST an answer as its form does; the status of the page one ends on."""
    try:
        with urllib.request.urlopen(f"{address}/{score}", timeout=60) as page:  # noqa: S310 - loopback
            nonce = NONCE.search(page.read().decode())
        time.sleep(LOOK)
        said = {"nonce": nonce[1] if nonce else "", "score": score, "comment": f"A {score} from a test"}
        data = urllib.parse.urlencode(said).encode()
        with urllib.request.urlopen(f"{address}/{score}", data, timeout=60) as page:  # noqa: S310 - loopback
            return int(page.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_import_wave_and_answers_meet_no_error(installation: Installation, tmp_path: Path) -> None:
    tokens = installation.ask(INVITED, then=LAUNCH)
    write_people(tmp_path / "people.csv")
    port = int(installation.environment["PORT"])
    installation.start("manage.py", "web", "--port", str(port))
    wait_for(lambda: is_open(port), "web server")
    installation.start("manage.py", "worker")
    importing = subprocess.Popen(
        [sys.executable, "manage.py", "import_contacts", str(tmp_path / "people.csv")],
        env=installation.environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def one(number: int) -> int:
        # The same number each time: several from one mail within a minute would be a robot's.
        return answer(f"http://127.0.0.1:{port}/r/{tokens[number % INVITED]}", number % INVITED % 11)

    answers: Counter[int] = Counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        number = 0
        while importing.poll() is None or number < INVITED:
            answers.update(pool.map(one, range(number, number + AT_ONCE * 2)))
            number += AT_ONCE * 2
    _out, errors = importing.communicate()
    wait_for(lambda: installation.look_up("SELECT status FROM surveys_wave") == [("finished",)] * 2, "end of the wave")

    assert importing.returncode == 0, errors
    assert set(answers) == {200}
    assert installation.look_up(COUNTS) == [(ROWS + INVITED, 2 * INVITED, INVITED)]
    assert "locked" not in installation.log() + errors
