"""What the rules of the known review sites say. Who runs the thing looks them up again and notes the day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import migrations

CHECKED_ON = dt.date(2026, 11, 29)
DISCLOSURE = "Whoever writes a review there gets a small thank-you, whatever the review says."
# Kind: what its rules say and where, and whether somebody has looked that up already.
NOTES = {
    "google": ("Contribution policy of Google Maps: nothing in return for a review, no fake engagement.", True),
    "trustpilot": ("Guidelines for Businesses: invite everybody alike, in neutral words, nothing in return.", True),
    "yelp": ("Yelp for Business: nothing in return, and businesses are told not to ask for reviews at all.", True),
    "g2": ("Look up the Community Guidelines: something in return only with a disclosure.", False),
    "capterra": ("Look up the Community Guidelines: something in return only with a disclosure.", False),
    "app_store": ("Look up the App Review Guidelines: nothing in return, nobody filtered.", False),
    "play": ("Look up the Developer Policy on ratings and reviews: nothing in return, nobody filtered.", False),
    "other": ("Not known: look up what the site says before you allow anything.", False),
}
DISCLOSED = {"g2", "capterra"}  # the words stand ready; nothing is allowed until somebody says so


def seed(apps: Any, _editor: Any) -> None:
    policies = apps.get_model("advocacy", "ReviewPolicy").objects
    for kind, (note, is_checked) in NOTES.items():
        values = {
            "note": note,
            "disclosure": DISCLOSURE if kind in DISCLOSED else "",
            "checked_on": CHECKED_ON if is_checked else None,
        }
        policies.get_or_create(kind=kind, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0003_admins_may_do_everything")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
