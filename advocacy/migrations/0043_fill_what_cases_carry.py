"""Cases from before carry what is known of their contacts and answers, too."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat, Left, Lower, NullIf

EXCERPT = 300
BAD_SCORES, BEST_SCORES = [0, 1, 2, 3, 4, 5, 6], [9, 10]


def fill(apps: Any, _editor: Any) -> None:
    answers = apps.get_model("surveys", "Response").objects.order_by()
    own = answers.filter(pk=OuterRef("response_id"))
    others = answers.filter(contact=OuterRef("contact")).exclude(pk=Coalesce(OuterRef("response_id"), 0))
    contact = apps.get_model("surveys", "Contact").objects.filter(pk=OuterRef("contact_id")).order_by()
    words = Concat(
        Subquery(contact.values("name")), Value("\n"), Subquery(own.values("comment")), output_field=TextField()
    )
    called = Coalesce(NullIf("name", Value("")), NullIf("email", Value("")), "phone", output_field=TextField())
    apps.get_model("advocacy", "Case").objects.update(
        answer_score=Subquery(own.values("score")),
        answer_language=Coalesce(Subquery(own.values("language")), Value("")),
        answer_campaign=Subquery(own.values("campaign")),
        answer_excerpt=Coalesce(Subquery(own.values_list(Left("comment", EXCERPT))), Value("")),
        answer_wants_contact=Exists(own.filter(wants_contact=True)),
        has_other_bad=Exists(others.filter(score__in=BAD_SCORES)),
        has_other_best=Exists(others.filter(score__in=BEST_SCORES)),
        contact_account=Subquery(contact.values("account")),
        contact_revenue=Subquery(contact.values("account__revenue")),
        contact_name=Subquery(contact.values_list(called)),
        contact_language=Subquery(contact.values("language")),
        account_name=Coalesce(Subquery(contact.values("account__name")), Value("")),
        searched=Lower(words),
    )


class Migration(migrations.Migration):
    dependencies = [("advocacy", "0041_rights_of_perks")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
