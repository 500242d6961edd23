"""How a migration gives rights to roles. Django makes permissions after all migrations; the groups need them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.management import create_permissions

APPS = ["auth", "surveys", "advocacy"]
ADMIN = "Admin"


def grant(apps: Any, rights: Mapping[str, Iterable[str]]) -> None:
    """Give each role its rights, written as `app.codename`, and admins all there are. Raises KeyError for one there is not."""
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    rows = apps.get_model("auth", "Permission").objects.filter(content_type__app_label__in=APPS)
    permissions = {f"{row.content_type.app_label}.{row.codename}": row for row in rows.select_related("content_type")}
    for role, names in {**rights, ADMIN: permissions}.items():
        group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.add(*(permissions[name] for name in names))
