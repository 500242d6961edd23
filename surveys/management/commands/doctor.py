"""Says what keeps mail from arriving, and how to mend it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from surveys import doctor
from surveys.doctor import findings, letters, lookup
from surveys.doctor.findings import Finding, Grade, Part


class Command(BaseCommand):
    help = "Look at all that mail needs to arrive: settings, DNS, a received mail. Ends with 1 if a thing is bad."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--message", metavar="FILE", help="The source of a mail of ours, as received (.eml).")
        parser.add_argument("--smtp", action="store_true", help="Speak with the mail server too; nothing is sent.")
        parser.add_argument("--json", action="store_true", help="Write the findings as JSON.")
        parser.add_argument(
            "--nameserver",
            metavar="HOST:PORT",
            default=settings.DNS_NAMESERVER,
            help="Ask this name server, by its address; “off” asks none.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        raw = self.read(options["message"]) if options["message"] else b""
        parts = [doctor.of_installation(), *doctor.of_names(lookup.Lookup(options["nameserver"]), raw)]
        if options["smtp"]:
            parts.append(doctor.of_server())
        counts = findings.count(parts)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(parts, counts), indent=2, ensure_ascii=False))
        else:
            self.tell(parts)
        if counts[Grade.BAD]:
            raise CommandError(f"{counts[Grade.BAD]} of {sum(counts.values())} findings are bad.", returncode=1)

    def read(self, name: str) -> bytes:
        try:
            with Path(name).open("rb") as file:
                raw = file.read(letters.MAX_SIZE + 1)
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from None
        if not raw:
            raise CommandError(f"{name} is empty.")
        if len(raw) > letters.MAX_SIZE:
            raise CommandError(f"{name} is larger than {letters.MAX_SIZE // 1_000_000} MB: is it one mail?")
        return raw

    def tell(self, parts: list[Part]) -> None:
        for part in parts:
            if part.findings:
                self.stdout.write(self.style.MIGRATE_HEADING(part.name))
            for finding in part.findings:
                self.tell_one(finding)

    def tell_one(self, finding: Finding) -> None:
        style = {Grade.OK: self.style.SUCCESS, Grade.WARNING: self.style.WARNING, Grade.BAD: self.style.ERROR}
        mark = style[finding.grade](f"{finding.grade:7}")
        self.stdout.write(f"  {mark}  {finding.name}: {finding.found}")
        for text in (finding.means, finding.mend and f"→ {finding.mend}", *(f"| {text}" for text in finding.records)):
            if text:
                self.stdout.write(f"           {text}")


def as_json(parts: list[Part], counts: dict[str, int]) -> dict[str, Any]:
    listed = [{"part": part.name, **finding.as_dict()} for part in parts for finding in part.findings]
    return {"counts": counts, "findings": listed}
