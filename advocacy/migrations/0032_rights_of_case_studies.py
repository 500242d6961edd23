"""Marketing works on case studies; support leads look on."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

SEEN = ("casestudy", "studyversion", "studyanswer", "release", "studyformat")
RIGHTS = {
    "Support lead": ["advocacy.view_casestudy"],
    "Marketing": [
        *(f"advocacy.view_{name}" for name in SEEN),
        *(f"advocacy.{verb}_studyquestion" for verb in ("view", "add", "change", "delete")),
        "advocacy.work_casestudy",
        "advocacy.export_casestudy",
    ],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0030_rights_of_referrals")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
