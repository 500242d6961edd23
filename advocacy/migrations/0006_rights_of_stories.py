"""Marketing works with testimonials, reads consents, and keeps the knowledge base and the review sites."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ["auth", "surveys", "advocacy"]
MARKETING = [
    ("surveys", "view_consent"),
    ("advocacy", "view_testimonial"),
    ("advocacy", "work_testimonial"),
    *(
        ("advocacy", f"{verb}_{model}")
        for verb in ("view", "add", "change")
        for model in ("entry", "entrytext", "reviewsite")
    ),
    ("advocacy", "view_reviewpolicy"),
    ("advocacy", "view_reviewclick"),
    ("advocacy", "view_entryvisit"),
]


def grant(apps: Any, _editor: Any) -> None:
    # Django makes permissions after all migrations; the groups need them now.
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    groups, permissions = apps.get_model("auth", "Group").objects, apps.get_model("auth", "Permission").objects
    admin, _created = groups.get_or_create(name="Admin")
    admin.permissions.add(*permissions.filter(content_type__app_label__in=APPS))
    marketing, _created = groups.get_or_create(name="Marketing")
    for app, codename in MARKETING:
        marketing.permissions.add(permissions.get(content_type__app_label=app, codename=codename))


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0005_seed_review_policies"), ("surveys", "0002_consents")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
