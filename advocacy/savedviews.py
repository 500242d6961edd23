"""Views of the queue that somebody saved: for themselves, or for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from advocacy.models import SavedView
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LEAD = "advocacy.assign_case"  # whoever gives work to others, keeps their shared views in order
MOST = 50  # of one person: the menu is a list to read


def visible(user: User) -> QuerySet[SavedView]:
    """Their own, and what others share."""
    rows = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner")
    return rows.order_by("name", "pk")


def may_change(saved: SavedView, user: User) -> bool:
    return saved.owner_id == user.pk or (saved.is_shared and user.has_perm(LEAD))


def save(name: str, *, is_shared: bool, view: str, query: str, by: User) -> SavedView:
    """Raises WrongState where they have one of that name, or too many."""
    if SavedView.objects.filter(owner=by).count() >= MOST:
        raise WrongState(_("Not saved: you have 50 saved views. Delete one first."))
    row = SavedView(name=name, owner=by, is_shared=is_shared, view=view, query=query)
    _write(row)
    return row


def change(saved: SavedView, *, name: str, is_shared: bool) -> None:
    """Give it another name, or share it. Raises WrongState where its owner has one of that name."""
    saved.name, saved.is_shared = name, is_shared
    _write(saved)


def _write(saved: SavedView) -> None:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise WrongState(_("Not saved: there is a view called “%(name)s” already.") % {"name": saved.name}) from error
