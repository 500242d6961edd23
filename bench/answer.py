"""How fast answers are taken, as a ratio to a plain Django view and to a page without a database.

    python bench/answer.py [--seconds 4] [--rounds 5] [--people 60000]

Starts a PostgreSQL of its own (Debian: postgresql) and the project's web server, loads them with wrk (Debian: wrk) in
interleaved rounds. An answer is the POST of the landing page, each by another person, with a comment: its invitation,
revision, daily count, clicks looked at, reminders stopped, redirect.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from send import ROOT, free_port, postgresql, wait_until_open

LUA = """
local lines, place = {}, tonumber("%(first)d")
for line in io.lines("%(path)s") do table.insert(lines, line) end
function request()
  place = place %% #lines + 1
  local address, body = lines[place]:match("([^ ]+) ?(.*)")
  if body == "" then return wrk.format("%(method)s", address) end
  return wrk.format("%(method)s", address, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
end
"""


def people(number: int) -> list[Any]:
    """Invitations that were mailed and opened, one for each person."""
    from django.utils import timezone

    from surveys import addresses, waves
    from surveys.models import Brand, Campaign, Click, Contact, Invitation, Message, Touchpoint

    brand = Brand.objects.create(
        name="Aurora", short_name="Aurora", from_email="hello@example.com", postal_address="12 Harbour Street"
    )
    touchpoint = Touchpoint.objects.create(key="use", name="Use")
    names = [f"p{n}@example.com" for n in range(number)]
    Contact.objects.bulk_create(
        Contact(email=name, address_hash=addresses.keyed_hash(name), basis="customer", name="Mira Holt", language="en")
        for name in names
    )
    waves.launch(Campaign.objects.create(name="Bench", brand=brand, touchpoint=touchpoint))
    Message.objects.update(status="sent", sent_at=timezone.now() - dt.timedelta(days=1))
    asked = list(Invitation.objects.order_by("pk"))
    Click.objects.bulk_create(Click(invitation=row, score=9, at=timezone.now()) for row in asked)
    return asked


def write_requests(directory: Path, asked: list[Any]) -> dict[str, tuple[str, Path]]:
    from django.utils import timezone

    from surveys import content, evidence, tokens
    from surveys.firsts import Sheet

    at = timezone.now() - dt.timedelta(minutes=1)
    campaign = asked[0].wave.campaign
    # All of them have the same, as their pages show.
    sheet = Sheet(campaign.pk, asked[0].wishes, content.current(campaign))
    nonces = [evidence.nonce(row.token, at=at, sheet=sheet) for row in asked]
    answers = [
        f"/r/{tokens.encode(row.token)}/9 score={n % 11}&comment=A+word+of+praise&nonce={nonces[n]}"
        for n, row in enumerate(asked)
    ]
    # People come to the page before they answer, so those who look are others than those who answer.
    some = len(answers) * 3 // 4
    pages = [line.partition(" ")[0] for line in answers[some:]]
    files = {
        "answer": ("POST", answers[:some]),
        "landing page": ("GET", pages),
        "plain ORM view": ("POST", [f"/bench/orm/{row.contact_id} x=1" for row in asked]),
        "page without database": ("GET", ["/bench/page"]),
    }
    for name, (_method, lines) in files.items():
        (directory / name).write_text("\n".join(lines))
    return {name: (method, directory / name) for name, (method, _lines) in files.items()}


def load(port: int, method: str, path: Path, first: int, seconds: int) -> float:
    """Answers per second; ends the program when one of them is an error."""
    script = path.with_suffix(".lua")
    script.write_text(LUA % {"path": path, "method": method, "first": first})
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{port}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        sys.exit(f"{path.name}: errors\n{said}")
    found = re.search(r"Requests/sec:\s*([\d.]+)", said)
    return float(found[1]) if found else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=60_000)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench/answer.py needs wrk (Debian: apt install wrk)")
    with postgresql() as database, tempfile.TemporaryDirectory(prefix="vv-bench-") as directory:
        run(database, Path(directory), options)


def run(database: str, directory: Path, options: argparse.Namespace) -> None:
    port = free_port()
    os.environ.update(
        DATABASE_URL=database, DATA_DIR=str(directory / "data"), DJANGO_SETTINGS_MODULE="settings_answer",
        PYTHONPATH=str(ROOT / "bench"),
    )  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    requests = write_requests(directory, people(options.people))
    server = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "web", "--port", str(port)], cwd=ROOT)
    rates: dict[str, list[float]] = {name: [] for name in requests}
    used = dict.fromkeys(requests, 0)
    try:
        wait_until_open(port)
        for number in range(-1, options.rounds):
            for name, (method, path) in requests.items():
                rate = load(port, method, path, first=used[name], seconds=options.seconds)
                used[name] += int(rate * options.seconds * 1.1)  # nobody answers twice
                if name == "answer" and used[name] > options.people * 3 // 4:
                    sys.exit("more have answered than there are: give --people a larger number")
                if number >= 0:  # the round before the first warms up
                    rates[name].append(rate)
    finally:
        server.terminate()
        server.wait()
    report({name: statistics.median(each) for name, each in rates.items()}, options.rounds)


def report(rates: dict[str, float], rounds: int) -> None:
    print(f"16 connections, median of {rounds} interleaved rounds")
    print(f"{'':24}{'req/s':>8}{'of plain ORM':>14}{'of page':>10}")
    for name, rate in rates.items():
        plain, page = rates["plain ORM view"], rates["page without database"]
        print(f"{name:24}{rate:8.0f}{rate / plain:14.2f}{rate / page:10.2f}")


if __name__ == "__main__":
    main()
