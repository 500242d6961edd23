"""What a test with real transactions leaves behind is gone, and what the migrations brought is as it was."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User

from surveys.models import Contact
from tests.emptying import Emptier
from tests.factories import make_case

pytestmark = pytest.mark.django_db(transaction=True)


def rights() -> dict[str, set[int]]:
    return {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()}


def test_rows_go_and_the_roles_are_as_they_were(alice: User) -> None:
    before, emptier = rights(), Emptier()
    make_case(owner=alice)
    Group.objects.get(name="Support").permissions.clear()
    Group.objects.get(name="Marketing").delete()
    Group.objects.create(name="Guests")

    emptier.empty()

    assert (User.objects.count(), Contact.objects.count()) == (0, 0)
    assert rights() == before
    assert before["Marketing"]


def test_permission_more_than_before_is_told() -> None:
    emptier = Emptier()
    there = Permission.objects.all()[0]
    lone = Permission.objects.create(name="Lone", codename="lone", content_type=there.content_type)

    with pytest.raises(RuntimeError, match="other content types or permissions"):
        emptier.empty()
    lone.delete()
