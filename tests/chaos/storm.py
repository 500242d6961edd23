"""One run: servers, workers and two schedulers, the faults, and the wait until all is over."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psycopg

from tests.chaos import schedule, sockets
from tests.chaos.schedule import Fault, Options
from tests.chaos.servers import PostgreSQL, Redis
from tests.flows.installation import Installation, kill, wait_for

AIM_SECONDS = 1.5
AIMED = 0.8  # of the kills; the others hit whoever is there
SETTLE_SECONDS = 240.0
# What Celery says when the process that was to do the work is dead before its worker is ready: it ends with code 1.
GAVE_UP = "Unrecoverable error: WorkerLostError('Could not start worker processes')"
LAST_WORDS = 40  # lines of the log

LAUNCH = """
from surveys import addresses, waves
from surveys.models import Brand, Campaign, CampaignText, Contact, Touchpoint
brand = Brand.objects.create(name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="x")
languages = ("en", "ar", "zh-Hans", "es", "it")
people = [(f"person{{n}}@example.com", languages[n % 5]) for n in range({recipients})]
Contact.objects.bulk_create(
    [Contact(email=email, address_hash=addresses.keyed_hash(email), basis="customer", name="Mira", language=language)
     for email, language in people], batch_size=2000)
campaign = Campaign.objects.create(
    name="Once", brand=brand, touchpoint=Touchpoint.objects.create(key="use", name="Use"))
CampaignText.objects.create(campaign=campaign, language="en", sentence="{{{{ first_name }}}}, one click is enough.")
waves.launch(campaign)
"""
# The order of commits is known by their times; what else happens to the row later leaves these notes alone.
NOTES = """
CREATE TABLE chaos_dispatch (message_id bigint, address_hash text);
CREATE TABLE chaos_wave (status text);
CREATE FUNCTION chaos_note_dispatch() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO chaos_dispatch VALUES (NEW.id, NEW.address_hash); RETURN NULL; END';
CREATE FUNCTION chaos_note_wave() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO chaos_wave VALUES (NEW.status); RETURN NULL; END';
CREATE TRIGGER chaos_dispatch AFTER UPDATE ON surveys_message FOR EACH ROW
    WHEN (NEW.status = 'dispatching' AND OLD.status <> 'dispatching') EXECUTE FUNCTION chaos_note_dispatch();
CREATE TRIGGER chaos_wave AFTER UPDATE ON surveys_wave FOR EACH ROW
    WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION chaos_note_wave();
"""
# Some mail is due at each moment, and some in crowds, so that small and full batches are both hit.
SPREAD = """
SELECT setseed({seed});
UPDATE surveys_message SET not_before = now() + interval '1 second' * {seconds} * CASE
    WHEN random() < 0.6 THEN random() * 0.95 ELSE (floor(random() * {crowds}) + 0.3) / {crowds} END
"""
UNFINISHED = """
SELECT count(*) FROM surveys_wave wave WHERE wave.status = 'finished' AND EXISTS (
    SELECT 1 FROM surveys_message message JOIN surveys_invitation invitation ON invitation.id = message.invitation_id
    WHERE invitation.wave_id = wave.id AND message.status IN ('queued', 'claimed', 'dispatching'))
"""


@dataclass
class Record:
    """What was done, and seen to happen, besides what journal and database say."""

    faults: Counter[Fault] = field(default_factory=Counter)
    whole: int = 0  # kills of a worker with all its processes; the others hit the one that sends
    open_at_kills: int = 0
    restarts: list[tuple[float, float]] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)  # when Redis was there again
    ended: list[str] = field(default_factory=list)  # processes that gave up, and were not killed
    last_words: list[str] = field(default_factory=list)  # of the log when one of them was missed
    gave_up: int = 0  # workers that ended because we killed their process before they were ready
    finished_early: int = 0
    took: float = 0.0


class Storm:
    def __init__(self, options: Options, place: Path, postgresql: PostgreSQL, redis: Redis) -> None:
        self.options, self.place, self.postgresql, self.redis = options, place, postgresql, redis
        self.chance = Random(f"{options.seed} aim")
        self.record = Record()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.others: dict[str, subprocess.Popen[bytes]] = {}
        self.stopped: set[int] = set()
        self.bereft: set[int] = set()  # workers whose process was killed, and not they themselves
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.installation = Installation.in_directory(
            place, OUTBOX_LEASE_SECONDS=str(options.lease), DJANGO_SETTINGS_MODULE=self._settings()
        )

    @property
    def journal(self) -> Path:
        return self.place / "journal"

    def _settings(self) -> str:
        return f"tests.chaos.planted_{self.options.plant}" if self.options.plant else "tests.chaos.settings"

    # ----------------------------------------------------------------------------------------------------------- start

    def run(self) -> Record:
        began = time.monotonic()
        try:
            self._set_up()
            self._start_all()
            self._strike()
            self._settle()
        finally:
            for pid in list(self.stopped):
                self._wake(pid)
            self.installation.stop_all()
        self.record.took = time.monotonic() - began
        return self.record

    def _set_up(self) -> None:
        options, installation = self.options, self.installation
        port_file = self.place / "port"
        smtp = installation.start("-m", "tests.chaos.smtp", str(options.seed), str(self.journal), str(port_file))
        wait_for(port_file.exists, "SMTP server")
        self.others["SMTP server"] = smtp
        self.port = int(port_file.read_text())
        installation.environment.update(
            DATABASE_URL=self.postgresql.url, REDIS_URL=self.redis.url, EMAIL_URL=f"smtp://127.0.0.1:{self.port}"
        )
        installation.manage("manage.py", "migrate", "-v0")
        self._tell(NOTES)
        installation.run(LAUNCH.format(recipients=options.recipients))
        crowds = max(2, options.recipients // 1_000)
        seed = Random(options.seed).random()
        self._tell(SPREAD.format(seed=seed, seconds=options.seconds, crowds=crowds))

    def _tell(self, sql: str) -> None:
        with psycopg.connect(self.postgresql.url) as database:
            database.execute(sql.encode())

    def _start_all(self) -> None:
        for number in (1, 2):
            beat = ("-m", "celery", "-A", "config", "beat", "-s", str(self.place / f"beat{number}"))
            self.others[f"beat {number}"] = self.installation.start(*beat)
        self.workers = [self._start_worker() for _ in range(self.options.workers)]
        wait_for(self._has_accepted, "mail")
        options = self.options
        numbers = map(str, (options.seed, options.seconds, options.unsubscribes, options.pauses))
        self.hands = self.installation.start("-m", "tests.chaos.hands", *numbers)

    def _start_worker(self) -> subprocess.Popen[bytes]:
        name = f"worker{len(self.installation.processes)}@chaos"
        return self.installation.start(
            "-m", "celery", "-A", "config", "worker", "-c", "1", "--without-gossip", "--without-mingle", "-n", name
        )

    def _has_accepted(self) -> bool:
        return b"\taccepted\t" in self.journal.read_bytes()

    # ---------------------------------------------------------------------------------------------------------- faults

    def _strike(self) -> None:
        began = time.monotonic()
        strikes = {
            Fault.KILL: self._kill,
            Fault.STOP: self._stop,
            Fault.FLUSH: self._flush,
            Fault.REDIS: self._take_redis_away,
            Fault.DATABASE: self._restart_database,
        }
        for moment, fault in schedule.plan(self.options):
            self._wait_until(began + moment)
            strikes[fault]()
            self.record.faults[fault] += 1
        self._wait_until(began + self.options.seconds)
        while self.later:
            self._wait_until(self.later[0][0] + 0.1)

    def _wait_until(self, moment: float) -> None:
        while True:
            self._do_what_is_due()
            rest = moment - time.monotonic()
            if rest <= 0:
                return
            time.sleep(min(rest, 0.25))
            self._look()

    def _do_what_is_due(self) -> None:
        for entry in sorted(self.later, key=lambda each: each[0]):
            if entry[0] <= time.monotonic():
                self.later.remove(entry)
                entry[1]()
        self.later.sort(key=lambda each: each[0])

    def _kill(self) -> None:
        """kill -9 of a worker, most often of one that has connections open: all of it, or the process that sends."""
        victim = self._freeze()
        pids = sockets.children(victim.pid)
        # One may just be about to open: its window is committed, and counts.
        self.record.open_at_kills += max(1, sockets.connections(pids, self.port))
        if pids and self.chance.random() < 0.5:
            for pid in pids:
                _signal(pid, signal.SIGKILL)
            self.bereft.add(victim.pid)
            _signal(victim.pid, signal.SIGCONT)
            return
        self.record.whole += 1
        kill(victim)
        self.workers[self.workers.index(victim)] = self._start_worker()

    def _stop(self) -> None:
        worker = self._freeze()
        wakes_at = time.monotonic() + self.options.lease * self.chance.uniform(1.4, 2.5)
        self.stopped.add(worker.pid)
        self.later.append((wakes_at, lambda: self._wake(worker.pid)))

    def _freeze(self) -> subprocess.Popen[bytes]:
        """A worker that stands still, most often one that has connections open."""
        awake = [worker for worker in self.workers if worker.pid not in self.stopped]
        deadline = time.monotonic() + AIM_SECONDS * (self.chance.random() < AIMED)
        while time.monotonic() < deadline:
            if (busy := self._busy(awake)) is not None:
                time.sleep(self.chance.random() * 0.03)
                _signal_all(busy, signal.SIGSTOP)
                if self._busy([busy]):
                    return busy
                _signal_all(busy, signal.SIGCONT)
            time.sleep(0.005)
        victim = self.chance.choice(awake)
        _signal_all(victim, signal.SIGSTOP)
        return victim

    def _busy(self, workers: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes] | None:
        mixed = self.chance.sample(workers, len(workers))
        return next((each for each in mixed if sockets.connections(sockets.children(each.pid), self.port)), None)

    def _wake(self, pid: int) -> None:
        self.stopped.discard(pid)
        for each in (*sockets.children(pid), pid):
            _signal(each, signal.SIGCONT)

    def _flush(self) -> None:
        if self.redis.process is not None:
            self.redis.empty()

    def _take_redis_away(self) -> None:
        self.redis.stop()
        self.later.append((time.monotonic() + min(10.0, self.options.seconds / 10), self._bring_redis_back))

    def _bring_redis_back(self) -> None:
        self.redis.start()
        self.record.returns.append(time.time())

    def _restart_database(self) -> None:
        deadline = time.monotonic() + AIM_SECONDS
        while self._busy(self.workers) is None and time.monotonic() < deadline:
            time.sleep(0.005)
        before = time.time()
        self.postgresql.restart_at_once()
        self.record.restarts.append((before, time.time()))

    # ----------------------------------------------------------------------------------------------------------- watch

    def _look(self) -> None:
        """What a supervisor does: start again what ended by itself. But it counts against us."""
        for number, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self._note_end(worker)
                self.workers[number] = self._start_worker()
        for name, process in self.others.items():
            if process.poll() is not None and name not in self.record.ended:
                self._miss(name)
        with suppress(psycopg.OperationalError):
            self.record.finished_early += self.installation.look_up(UNFINISHED)[0][0]

    def _note_end(self, worker: subprocess.Popen[bytes]) -> None:
        """A worker that gives up at its start since its process was killed did not end by itself."""
        if worker.pid in self.bereft and self.installation.log().count(GAVE_UP) > self.record.gave_up:
            self.record.gave_up += 1
        else:
            self._miss(f"worker, code {worker.returncode}")

    def _miss(self, name: str) -> None:
        self.record.ended.append(name)
        self.record.last_words = self.installation.log().splitlines()[-LAST_WORDS:]

    def _settle(self) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline and not self._is_over():
            time.sleep(0.25)
            self._look()

    def _is_over(self) -> bool:
        is_finished = self.installation.look_up("SELECT status FROM surveys_wave") == [("finished",)]
        return is_finished and self.hands.poll() is not None


def _signal_all(worker: subprocess.Popen[bytes], number: int) -> None:
    for pid in (worker.pid, *sockets.children(worker.pid)):
        _signal(pid, number)


def _signal(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
