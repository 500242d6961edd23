"""What came after the groups were made: each role gets its rights there, and admins all of them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {
    "Support lead": ["surveys.confirm_response"],
    "Marketing": [
        "surveys.view_consent",
        "advocacy.view_testimonial",
        "advocacy.work_testimonial",
        *(f"advocacy.{verb}_{model}" for verb in ("view", "add", "change") for model in ("entry", "entrytext")),
        *(f"advocacy.{verb}_reviewsite" for verb in ("view", "add", "change")),
        "advocacy.view_reviewpolicy",
        "advocacy.view_reviewclick",
        "advocacy.view_entryvisit",
    ],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0006_seed_review_policies")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
