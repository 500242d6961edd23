"""By a range of scores, and by key accounts, the queue is read from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("advocacy", "0044_queue_by_what_they_carry"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="advocacy_case_queue",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="advocacy_case_by_team",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["rank", "due_at", "priority", "id", "answer_score"],
                name="advocacy_case_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("snoozed_until__isnull", True), ("status__in", ("open", "contacted"))),
                fields=["team", "rank", "due_at", "priority", "id", "contact_revenue"],
                name="advocacy_case_by_team",
            ),
        ),
    ]
