"""How fast mail leaves, as a ratio to a C program that only speaks SMTP.

    python bench/send.py [--messages 6000] [--rounds 5] [--delay 0]

Starts a PostgreSQL and postfix's smtp-sink of its own (Debian: postgresql, postfix) and measures in interleaved rounds:
the whole path (claim, fill, commit `dispatching`, send, mark) with 1, 2 and 4 connections; smtp-source with 2 sessions;
the same mails by smtplib; Django's send_messages; and, where it is installed, django-post-office as it comes (one
process), with the same mail as its template. The last three get a part of the messages, and count for all.
`--delay 10` holds each direction of each connection for so many milliseconds, in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import pwd
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HAS_POST_OFFICE = find_spec("post_office") is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_postgres(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def postgresql() -> Iterator[str]:
    """A server with its safety on: what is committed is on the disk. Yields the address of an empty database."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        sys.exit("bench/send.py needs PostgreSQL (Debian: apt install postgresql)")
    directory, port = tempfile.mkdtemp(prefix="vv-bench-"), free_port()
    if os.geteuid() == 0:
        os.chown(directory, pwd.getpwnam("postgres").pw_uid, -1)
    data = f"{directory}/data"
    options = f"-p {port} -k {directory} -c listen_addresses=127.0.0.1"
    subprocess.run(
        as_postgres([f"{binaries[-1]}/initdb", "-D", data, "-A", "trust", "-U", "postgres"]),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    start = [f"{binaries[-1]}/pg_ctl", "-D", data, "-w", "-l", f"{directory}/log", "-o", options, "start"]
    subprocess.run(as_postgres(start), check=True, stdout=subprocess.DEVNULL)
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            as_postgres([f"{binaries[-1]}/pg_ctl", "-D", data, "-m", "immediate", "stop"]),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def sink() -> Iterator[int]:
    """postfix's smtp-sink; yields its port."""
    program = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        sys.exit("bench/send.py needs smtp-sink (Debian: apt install postfix)")
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *user, f"127.0.0.1:{port}", "100"], stderr=subprocess.DEVNULL)
    try:
        wait_until_open(port)
        yield port
    finally:
        process.kill()
        process.wait()


def wait_until_open(port: int) -> None:
    for _ in range(1_000):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"nothing listens on port {port}")


@contextmanager
def relay(target: int, milliseconds: float) -> Iterator[int]:
    """The sink behind a line that is slow to answer, and as wide as ever."""
    port = free_port()
    command = [sys.executable, str(ROOT / "bench" / "slow_line.py"), str(port), str(target), str(milliseconds)]
    process = subprocess.Popen(command)
    try:
        wait_until_open(port)
        yield port
    finally:
        process.kill()
        process.wait()


class Bench:
    """The project, set up on the servers above."""

    def __init__(self, database: str, port: int, messages: int) -> None:
        self.port, self.messages = port, messages
        os.environ.update(
            DATABASE_URL=database,
            EMAIL_URL=f"smtp://127.0.0.1:{port}",
            DATA_DIR=tempfile.mkdtemp(prefix="vv-bench-"),
            DJANGO_SETTINGS_MODULE="settings_post_office" if HAS_POST_OFFICE else "config.settings",
        )
        import django

        django.setup()
        from django.core.management import call_command

        from config.heap import settle

        call_command("migrate", verbosity=0)
        self.make_contacts()
        settle()  # as a worker does when it begins

    def make_contacts(self) -> None:
        from surveys import addresses
        from surveys.models import Brand, Contact, Touchpoint

        self.brand = Brand.objects.create(
            name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="12 Harbour Street"
        )
        self.touchpoint = Touchpoint.objects.create(key="use", name="Use")
        languages = ("en", "ar", "zh-Hans", "es", "it")
        people = [(f"p{n}@example.com", languages[n % 5]) for n in range(self.messages)]
        Contact.objects.bulk_create(
            Contact(
                email=address,
                address_hash=addresses.keyed_hash(address),
                basis="customer",
                name=f"Mira{n} Holt",
                language=language,
            )
            for n, (address, language) in enumerate(people)
        )

    def launch(self) -> None:
        from surveys import waves
        from surveys.models import Campaign, CampaignText, Touch

        Touch.objects.all().delete()
        name = f"Campaign {time.monotonic_ns()}"
        campaign = Campaign.objects.create(name=name, brand=self.brand, touchpoint=self.touchpoint)
        CampaignText.objects.create(campaign=campaign, language="en", sentence="{{ first_name }}, one click is enough.")
        waves.launch(campaign)

    def ours(self, connections: int) -> Callable[[], float]:
        def run() -> float:
            from surveys import lines, outbox
            from surveys.models import Message

            self.launch()
            if connections != lines.MOST:
                lines.MOST = connections
                lines._executor.clear()  # a pool has as many threads as there were lines when it was made
            with watched(self.messages, self.messages) as took:
                while outbox.send_batch():
                    pass
            unsent = Message.objects.exclude(status="sent").count()
            if unsent:
                sys.exit(f"{unsent} messages were not sent: the figures mean nothing")
            return took[0]

        return run

    def by_django(self, share: int = 5) -> Callable[[], float]:
        """Django's own backend and rendering, for a part of the messages; the time is for all."""

        def run() -> float:
            from django.core.mail.backends.smtp import EmailBackend

            from surveys import claims, mail
            from surveys.models import Message

            self.launch()
            _claim_id, messages = claims.claim(self.messages // share)
            with watched(len(messages), self.messages) as took:
                backend = EmailBackend(host="127.0.0.1", port=self.port)
                backend.send_messages([mail.invitation(each) for each in messages])
            Message.objects.exclude(status="sent").delete()
            return took[0]

        return run

    def by_post_office(self, share: int = 10) -> Callable[[], float]:
        """Its queue in the same database, each mail rendered when it leaves as it recommends; one process."""
        part = self.messages // share

        def run() -> float:
            from post_office import mail
            from post_office.models import Email, EmailTemplate

            fields, headers = self.as_template()
            template, _made = EmailTemplate.objects.update_or_create(name="ask", defaults=fields)
            mail.send_many(
                [
                    {
                        "recipients": [f"p{n}@example.com"],
                        "sender": "hello@example.com",
                        "template": template,
                        "context": {"name": f"Mira{n}", "token": f"token-of-person-{n:06}", "exit": f"exit-of-{n:06}"},
                        "headers": headers,
                        "render_on_delivery": True,
                    }
                    for n in range(part)
                ]
            )
            with watched(part, self.messages) as took:
                while mail.get_queued().exists():
                    mail.send_queued(processes=1)
            if Email.objects.exclude(status=0).exists():
                sys.exit("django-post-office has not sent all: the figures mean nothing")
            Email.objects.all().delete()
            return took[0]

        return run

    def as_template(self) -> tuple[dict[str, str], dict[str, str]]:
        """Our mail as a template of Django, and the headers that stand in it beside the usual ones."""
        from surveys import claims, mail, tokens
        from surveys.models import Message

        self.launch()
        _claim_id, (message,) = claims.claim(1)
        letter = mail.invitation(message)
        gaps = {
            message.contact.first_name: "{{ name }}",  # type: ignore[union-attr]
            tokens.encode(message.invitation.token): "{{ token }}",  # type: ignore[union-attr]
            tokens.encode(message.token): "{{ exit }}",
        }

        def opened(text: str) -> str:
            for value, gap in gaps.items():
                text = text.replace(value, gap)
            return text

        html = str(letter.alternatives[0][0])
        Message.objects.all().delete()
        fields = {"subject": opened(str(letter.subject)), "content": opened(letter.body), "html_content": opened(html)}
        return fields, {name: str(value) for name, value in letter.extra_headers.items() if name != "Message-ID"}

    def by_smtplib(self, share: int = 10) -> Callable[[], float]:
        """Spliced mails by smtplib: what pipelining saves."""

        def run() -> float:
            import smtplib

            from surveys import claims, ports
            from surveys.models import Message

            self.launch()
            _claim_id, messages = claims.claim(self.messages // share)
            fill = ports.splicer(messages)
            mails = [mail for message in messages if (mail := fill(message))]
            with watched(len(messages), self.messages) as took, smtplib.SMTP("127.0.0.1", self.port) as client:
                for mail in mails:
                    client.sendmail(mail.sender, [mail.recipient], mail.raw)
            Message.objects.exclude(status="sent").delete()
            return took[0]

        return run

    def rendering(self, rounds: int = 20) -> float:
        """The CPU time in microseconds that making one mail takes, when its campaign has been mailed before."""
        from surveys import claims, ports
        from surveys.models import Message

        self.launch()
        _claim_id, messages = claims.claim(500)
        took = []
        for _ in range(rounds):
            began = time.thread_time()
            fill = ports.splicer(messages)
            for message in messages:
                fill(message)
            took.append((time.thread_time() - began) / len(messages) * 1e6)
        Message.objects.exclude(status="sent").delete()
        return statistics.median(took[1:])

    def by_c(self) -> Callable[[], float]:
        program = shutil.which("smtp-source", path=f"{os.environ['PATH']}:/usr/sbin") or "smtp-source"
        command = [program, "-s", "2", "-l", "10000", "-m", str(self.messages), f"127.0.0.1:{self.port}"]

        def run() -> float:
            began = time.perf_counter()
            subprocess.run(command, check=True)
            return time.perf_counter() - began

        return run


spent = [0.0]  # the CPU seconds of the last stretch, for all messages


@contextmanager
def watched(messages: int, of: int) -> Iterator[list[float]]:
    """Yields a list that holds the seconds in the end; those of a part count for all."""
    took: list[float] = []
    began, before = time.perf_counter(), cpu()
    yield took
    took.append((time.perf_counter() - began) * of / messages)
    spent[0] = (cpu() - before) * of / messages


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=6_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--delay", type=float, default=0.0, metavar="MS")
    options = parser.parse_args()
    with ExitStack() as stack:
        port = stack.enter_context(sink())
        if options.delay:
            port = stack.enter_context(relay(port, options.delay))
        bench = Bench(stack.enter_context(postgresql()), port, options.messages)
        ways = {
            "smtp-source, 2 sessions": bench.by_c(),
            "Viva Voce, 1 connection": bench.ours(1),
            "Viva Voce, 2 connections": bench.ours(2),
            "Viva Voce, 4 connections": bench.ours(4),
            "spliced mail, smtplib": bench.by_smtplib(),
            "Django send_messages": bench.by_django(),
        }
        if HAS_POST_OFFICE:
            ways["django-post-office"] = bench.by_post_office()
        else:
            print("Without django-post-office beside it: pip install django-post-office")
        measure(ways, options.messages, options.rounds)
        print(f"Making one mail takes {bench.rendering():.0f} us of CPU")


def measure(ways: dict[str, Callable[[], float]], messages: int, rounds: int) -> None:
    took: dict[str, list[float]] = {name: [] for name in ways}
    used: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            took[name].append(run())
            used[name].append(spent[0])
    limit = statistics.median(took["smtp-source, 2 sessions"])
    print(f"{messages} messages, median of {rounds} interleaved rounds")
    print(f"{'':28} {'messages/s':>10} {'of smtp-source':>15} {'CPU us each':>12}")
    for name in ways:
        middle = statistics.median(took[name])
        cost = "" if name.startswith("smtp-source") else f"{statistics.median(used[name]) / messages * 1e6:12.0f}"
        print(f"{name:28} {messages / middle:10.0f} {limit / middle:15.2f} {cost}")


if __name__ == "__main__":
    main()
