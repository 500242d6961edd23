"""What came after the groups were made: each role gets its rights there, and admins all of them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

RIGHTS = {"Support lead": ["surveys.confirm_response"]}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0004_deletion_requests")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
