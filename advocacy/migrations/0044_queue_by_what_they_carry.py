"""The queue by what cases carry, most urgent first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0043_fill_what_cases_carry")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["answer_score", "rank", "due_at", "priority", "id"],
                name="advocacy_case_by_score",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["answer_language", "rank", "due_at", "priority", "id"],
                name="advocacy_case_by_tongue",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["answer_campaign", "rank", "due_at", "priority", "id"],
                name="advocacy_case_by_campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("snoozed_until__isnull", True),
                    ("status__in", ("open", "contacted")),
                    ("contact_revenue__isnull", False),
                ),
                fields=["contact_revenue"],
                name="advocacy_case_by_revenue",
            ),
        ),
    ]
