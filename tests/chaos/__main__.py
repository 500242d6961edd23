"""Send a wave while everything around it breaks, then compare what was taken with what the database says.

    python -m tests.chaos [--recipients 20000 --kills 200 --seconds 900 ...] [--seed N] [--plant BUG]

Starts a PostgreSQL, a Redis and an SMTP server of its own, four Celery workers and two schedulers. Ends with code 1
when a promise is broken.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
from dataclasses import fields, replace
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from tests.chaos import checker, servers
from tests.chaos.checker import Findings
from tests.chaos.schedule import Options
from tests.chaos.storm import Record, Storm


def main() -> int:
    options = read_arguments()
    if reason := servers.missing():
        sys.exit(f"make chaos {reason}")
    say(f"Seed {options.seed}: {options.recipients} recipients, about {options.seconds:.0f} s of faults")
    with servers.started() as (place, postgresql, redis):
        storm = Storm(options, place, postgresql, redis)
        try:
            record = storm.run()
            findings = checker.check(postgresql.url, storm.journal, record)
        finally:
            if keep := os.environ.get("CHAOS_KEEP"):
                keep_traces(place, Path(keep))
    report(options, record, findings)
    return 0 if findings.holds else 1


def read_arguments() -> Options:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    defaults = Options()
    for each in fields(Options):
        default = getattr(defaults, each.name)
        if each.name not in ("seed", "plant"):
            parser.add_argument(f"--{each.name}", type=type(default), default=default)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="repeat a run")
    bugs = ["", "double", "lost", "deaf", "lost_and_deaf"]
    parser.add_argument("--plant", choices=bugs, default="", help="with this bug, which must show")
    return replace(defaults, **vars(parser.parse_args()))


def report(options: Options, record: Record, findings: Findings) -> None:
    events = findings.journal.events
    faults = ", ".join(f"{fault.value} {times}" for fault, times in record.faults.items())
    states = ", ".join(f"{state} {number}" for state, number in findings.states.most_common())
    say(
        f"Took {record.took:.0f} s. {faults}; {record.whole} of the kills took a whole worker, and {record.gave_up}"
        " made Celery give up at its start"
    )
    say(f"Pauses {options.pauses}, unsubscribed {findings.unsubscribed}")
    say(
        f"The server accepted {events['accepted']}, refused {events['refused']} for good and {events['temporary']}"
        f" for now, dropped {events['dropped']} of {events['open']} connections; {events['cut']} were cut by workers"
    )
    say(f"Messages: {states}")
    for figure in findings.figures:
        say(str(figure))
    for line in record.last_words:
        say(f"  {line}")
    say(f"{'All promises hold' if findings.holds else 'BROKEN'} (seed {options.seed})")


def keep_traces(place: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in ("journal", "log"):
        if (place / name).exists():
            shutil.copy(place / name, target / name)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
