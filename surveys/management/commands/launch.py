"""Launches a campaign, or says what a launch would do."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys import campaigns, waves
from surveys.transitions import WrongState


class Command(BaseCommand):
    help = "Launch a campaign now: make today's wave and let it leave."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", help="The campaign's name, or its number.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say who would be asked and who not; change nothing."
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            campaign = campaigns.named(options["campaign"])
        except LookupError as error:
            raise CommandError(str(error)) from None
        if options["dry_run"]:
            self.report(waves.dry_run(campaign), "would be asked", "would be left out")
            return
        try:
            wave = waves.launch(campaign)
        except waves.NotEligible:
            self.report(waves.dry_run(campaign), "would be asked", "would be left out")
            raise CommandError(f"Not launched: {campaign} may ask nobody now. The reasons stand above.") from None
        except WrongState as error:
            raise CommandError(f"Not launched: {error}.") from None
        self.report(waves.outcome(wave), "are asked", "are left out")

    def report(self, plan: waves.Plan, asked: str, left_out: str) -> None:
        self.stdout.write(f"{plan.asked} {asked}")
        for reason, count in plan.left_out.items():
            self.stdout.write(f"{count} {left_out}: {reason.label}")
