"""Marketing reads the tiers, which begin with three; admins set them up."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

SEEN = [f"advocacy.view_{name}" for name in ("tier", "actionpoints", "asktier", "tierstanding")]
RIGHTS = {"Marketing": SEEN}
TIERS = {
    "Supporter": (1, "A thank-you by name."),
    "Advocate": (5, "News before everybody else, and a first look at what is being built."),
    "Champion": (12, "A direct line to the team, and an invitation to its events."),
}
POINTS = {
    "testimonial": 2,
    "referral": 1,
    "customer": 4,
    "case_study": 5,
    "reference_call": 3,
    "speaker": 4,
    "advisory_board": 4,
    "social_post": 1,
    "beta": 2,
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


def seed(apps: Any, _editor: Any) -> None:
    for name, (points, perks) in TIERS.items():
        apps.get_model("advocacy", "Tier").objects.get_or_create(name=name, defaults={"points": points, "perks": perks})
    for action, points in POINTS.items():
        apps.get_model("advocacy", "ActionPoints").objects.get_or_create(action=action, defaults={"points": points})


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0034_rights_of_pictures")]
    operations = [
        migrations.RunPython(grant, migrations.RunPython.noop),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
