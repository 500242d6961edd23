"""Marketing takes the list of what sales is to get as a file, and reads how often review links are followed."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {
    "Marketing": [
        "advocacy.export_referral",
        "advocacy.view_reviewsite",
        "advocacy.view_reviewpolicy",
        "advocacy.view_reviewclick",
    ],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0037_rights_of_tiers")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
