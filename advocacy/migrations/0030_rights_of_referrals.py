"""Marketing works with referrals and rewards; support leads look on."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from advocacy.migrations import _rights

SEEN = ("referral", "reward", "rewarditem", "budget")
RIGHTS = {
    "Support lead": ["advocacy.view_referral", "advocacy.view_reward"],
    "Marketing": [
        *(f"advocacy.view_{name}" for name in SEEN),
        "advocacy.work_referral",
        "advocacy.work_reward",
        "advocacy.add_giftcode",
    ],
}


def grant(apps: Any, _editor: Any) -> None:
    _rights.grant(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0026_rights_of_wall")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
