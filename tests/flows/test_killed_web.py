"""The web server is killed again and again while many answer at once: whoever was thanked has an answer that counts."""

from __future__ import annotations

import http.client
import re
import threading
import time
import urllib.parse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.flows.installation import Installation, free_port, is_open, kill, wait_for
from tests.sizes import whole_or

INVITED = whole_or(400, 240)
AT_ONCE = 12
KILLS = 3
LOOK = 2.1  # seconds: sooner, no person has read the page
NONCE = re.compile(r'name="nonce" value="([^"]+)"')

pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@dataclass
class Crowd:
    """People with an open page each, and who of them was thanked."""

    port: int
    nonces: dict[str, str]
    thanked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, token: str) -> None:
        """Press the button once; who meets no server, or loses it, does not try again."""
        wait_for(lambda: is_open(self.port), "web server")
        said = {"nonce": self.nonces[token], "score": "9", "comment": f"From {token}"}
        try:
            status, _page = ask(self.port, "POST", f"/r/{token}/9", urllib.parse.urlencode(said))
        except (OSError, http.client.HTTPException):
            return
        assert status == 303
        with self.lock:
            self.thanked.append(token)


def ask(port: int, method: str, path: str, body: str | None = None) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture
def installation(tmp_path: Path, postgres_url: str) -> Iterator[Installation]:
    made = Installation.in_directory(tmp_path, PORT=str(free_port()), DATABASE_URL=postgres_url)
    made.migrate()
    made.manage("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    yield made
    made.stop_all()


def opened(port: int, token: str) -> str:
    found = NONCE.search(ask(port, "GET", f"/r/{token}/9")[1])
    return found[1] if found else ""


def test_nobody_is_thanked_for_an_answer_that_is_lost(installation: Installation) -> None:
    tokens = installation.ask(INVITED)
    port = int(installation.environment["PORT"])
    server = installation.start("manage.py", "web", "--port", str(port))
    wait_for(lambda: is_open(port), "web server")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        crowd = Crowd(port, dict(zip(tokens, pool.map(lambda token: opened(port, token), tokens), strict=True)))
        time.sleep(LOOK)
        answering = [pool.submit(crowd.answer, token) for token in tokens]
        for number in range(1, KILLS + 1):  # each kill meets people who wait for their answer
            goal = len(tokens) * number // (KILLS + 1) - AT_ONCE * number
            wait_for(lambda goal=goal: len(crowd.thanked) >= goal, "answers")  # type: ignore[misc]
            kill(server)
            server = installation.start("manage.py", "web", "--port", str(port))
        for each in answering:
            each.result()

    rows = installation.look_up("SELECT count(*), count(DISTINCT invitation_id) FROM surveys_response")
    kept = {comment for (comment,) in installation.look_up("SELECT comment FROM surveys_response")}
    counted = installation.look_up("SELECT sum(promoters) FROM surveys_dailycount")
    versions = installation.look_up("SELECT count(*) FROM surveys_revision")
    assert len(tokens) // 2 < len(crowd.thanked) == len(set(crowd.thanked))
    assert {f"From {token}" for token in crowd.thanked} <= kept
    assert rows == [(len(kept), len(kept))]
    assert (counted, versions) == ([(len(kept),)], [(len(kept),)])
