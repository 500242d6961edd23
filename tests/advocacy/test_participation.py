from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from advocacy import ideas, participation
from advocacy.enums import FixStatus
from advocacy.models import CoAuthor
from tests.factories import make_department, make_fix, make_user

pytestmark = pytest.mark.django_db


def test_departments_tell_who_takes_part_and_which_are_silent_but_nothing_of_few() -> None:
    people = [make_user() for _ in range(6)]
    gone = make_user(is_active=False)
    make_department("Workshop", *people, gone)
    make_department("Finance", *[make_user() for _ in range(5)])
    few = [make_user() for _ in range(4)]
    make_department("Board", *few)
    fix = make_fix(author=people[0])
    make_fix(author=people[0])
    ideas.vote(fix, by=people[1])
    ideas.comment(fix, text="Good", by=people[2])
    CoAuthor.objects.create(fix=fix, user=people[3])
    make_fix(author=people[4], created_at=timezone.now() - dt.timedelta(days=91))
    make_fix(author=few[0])

    found = participation.departments()

    told = [(one.name, one.people, one.active, one.is_hidden, one.is_silent) for one in found]
    assert told == [("Board", 4, 1, True, False), ("Finance", 5, 0, False, True), ("Workshop", 6, 4, False, False)]
    assert found[2].percent == 67


def test_credits_name_authors_and_coauthors_of_what_has_shipped() -> None:
    ann, ben = make_user("ann"), make_user("ben")
    now = timezone.now()
    shipped = make_fix(status=FixStatus.SHIPPED, author=ann, shipped_at=now - dt.timedelta(days=2))
    told = make_fix(status=FixStatus.ANNOUNCED, shipped_at=now - dt.timedelta(days=1))
    CoAuthor.objects.create(fix=told, user=ben)
    CoAuthor.objects.create(fix=shipped, user=ben)
    make_fix(status=FixStatus.PLANNED, author=ann)
    make_fix(status=FixStatus.SHIPPED)

    assert participation.credits() == [(told, [ben]), (shipped, [ann, ben])]
    assert participation.authors_of(shipped) == [ann, ben]
