"""What a test with real transactions leaves behind is gone, and what the migrations brought is as it was."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User

from advocacy.enums import ReviewKind
from advocacy.models import ReviewPolicy
from surveys.models import Contact, Reason
from tests.emptying import Emptier
from tests.factories import make_case

pytestmark = pytest.mark.django_db(transaction=True)


def rights() -> dict[str, set[int]]:
    return {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()}


def test_rows_go_and_the_roles_are_as_they_were() -> None:
    before, emptier = rights(), Emptier()
    make_case(owner=User.objects.create_user("alice"))
    Group.objects.get(name="Support").permissions.clear()
    Group.objects.get(name="Marketing").delete()
    Group.objects.create(name="Guests")

    emptier.empty()

    assert (User.objects.count(), Contact.objects.count()) == (0, 0)
    assert rights() == before
    assert before["Marketing"]


def test_what_the_migrations_brought_is_there_again_and_nothing_else() -> None:
    before, emptier = list(ReviewPolicy.objects.order_by("pk").values()), Emptier()
    ReviewPolicy.objects.exclude(kind="g2").delete()
    ReviewPolicy.objects.update(note="Changed")
    Reason.objects.create(key="lone", labels={"en": "Lone"})

    emptier.empty()

    assert list(ReviewPolicy.objects.order_by("pk").values()) == before
    assert len(before) == len(ReviewKind.values)
    assert not Reason.objects.filter(key="lone").exists()


def test_permission_more_than_before_is_told() -> None:
    emptier = Emptier()
    there = Permission.objects.all()[0]
    lone = Permission.objects.create(name="Lone", codename="lone", content_type=there.content_type)

    with pytest.raises(RuntimeError, match="other content types or permissions"):
        emptier.empty()
    lone.delete()
