"""The outer loop: what contacts ask for is sorted and linked to a fix, and a fix is planned, shipped or declined.

Every verb that takes `seen` refuses, with Changed, what was decided on an old picture.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Case, F, Q, TextChoices, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from advocacy import announcing, trail
from advocacy.enums import FIX_MOVES, FixStatus, RequestKind
from advocacy.models import CustomerRequest, Fix, Theme
from advocacy.models.fixes import CustomerRequestQuerySet, FixQuerySet
from surveys.transitions import WrongState, move, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

EXCERPT = 300
CANDIDATES = 8

# ---------------------------------------------------------------------------------------------------- requests: lists


class RequestView(TextChoices):
    """The views of the requests; the value stands in the URL."""

    UNSORTED = "unsorted", gettext_lazy("To sort")
    OVERDUE = "overdue", gettext_lazy("Overdue")
    MINE = "mine", gettext_lazy("Of my contacts")
    WAITING = "waiting", gettext_lazy("Without a fix")
    LINKED = "linked", gettext_lazy("Linked to a fix")
    NO_WISH = "none", gettext_lazy("Not a request")
    ALL = "all", gettext_lazy("All")


IN_ORDER_OF_WORK = (RequestView.UNSORTED, RequestView.OVERDUE, RequestView.MINE, RequestView.WAITING)


def requests_of(view: RequestView, user: User, *, at: dt.datetime) -> CustomerRequestQuerySet:
    """The requests of a view: what waits by its due time, what is settled with the latest on top."""
    rows = CustomerRequest.objects.all()
    found = {
        RequestView.UNSORTED: rows.unsorted(),
        RequestView.OVERDUE: rows.overdue(at),
        RequestView.MINE: rows.waiting().of_owner(user),
        RequestView.WAITING: rows.waiting(),
        RequestView.LINKED: rows.linked(),
        RequestView.NO_WISH: rows.filter(kind=RequestKind.NO_WISH),
        RequestView.ALL: rows,
    }[view]
    return found.order_by("due_at", "pk") if view in IN_ORDER_OF_WORK else found.order_by("-due_at", "-pk")


def shown(requests: CustomerRequestQuerySet) -> QuerySet[Any]:
    """What a row shows. Of the words only the beginning: a comment may have a hundred thousand characters."""
    return (
        requests.with_excerpt(EXCERPT)
        .select_related("contact__account", "response", "fix")
        .defer("response__comment", "contact__properties", "contact__tags", "fix__description")
    )


def following(request: CustomerRequest, view: RequestView, user: User, *, at: dt.datetime) -> CustomerRequest | None:
    """The request to take up after this one: the next in the view, or from the end its first. None: nothing is left."""
    rows = requests_of(view, user, at=at).exclude(pk=request.pk)
    later = Q(due_at__gt=request.due_at) | Q(due_at=request.due_at, pk__gt=request.pk)
    earlier = Q(due_at__lt=request.due_at) | Q(due_at=request.due_at, pk__lt=request.pk)
    return rows.filter(later if view in IN_ORDER_OF_WORK else earlier).first() or rows.first()


def candidates(request: CustomerRequest, *, title: str = "") -> QuerySet[Any]:
    """The fixes a request may be linked to: by title if one is looked for, of its theme first, then the most wanted."""
    rows: QuerySet[Any] = Fix.objects.with_people().exclude(status__in=[FixStatus.DECLINED, FixStatus.MERGED])
    if request.fix_id:
        rows = rows.exclude(pk=request.fix_id)
    if title:
        rows = rows.filter(title__icontains=title)
    alike = Case(When(theme=request.theme_id, then=True), default=False) if request.theme_id else Value(False)
    rows = rows.select_related("theme").defer("description").annotate(is_alike=alike)
    found: QuerySet[Any] = rows.order_by("-is_alike", "-people", "-pk")[:CANDIDATES]
    return found


# ---------------------------------------------------------------------------------------------------- requests: verbs


def sort(request: CustomerRequest, *, kind: RequestKind, by: User, seen: str = "") -> None:
    """Say what a request is. Sorted so already, nothing changes. What is linked to a fix stays a request."""
    with transaction.atomic():
        trail.lock(request)
        if request.kind == kind:
            return
        trail.check(request, seen=seen)
        if kind == RequestKind.NO_WISH and request.fix is not None:
            text = _("Not sorted: it is linked to the fix “%(title)s”. Take it off the fix first.")
            raise WrongState(text % {"title": request.fix})
        came_from = request.kind
        _change(request, kind=kind)
        record(request, came_from=came_from, went_to=kind, by=by)


def link(request: CustomerRequest, *, fix: Fix, by: User, seen: str = "") -> None:
    """Link a sorted request to the fix that would answer it; from another fix it moves over."""
    with transaction.atomic():
        trail.lock(request)
        if request.fix_id == fix.pk:
            return
        trail.check(request, seen=seen)
        if request.kind == RequestKind.UNSORTED:
            raise WrongState(_("Not linked: say first what it is: a question, a problem or a suggestion."))
        if request.kind == RequestKind.NO_WISH:
            raise WrongState(_("Not linked: it is sorted as no request. Sort it again first."))
        trail.lock(fix)  # a fix that is being declined takes nobody in any more
        if fix.status == FixStatus.DECLINED:
            raise WrongState(_("Not linked: the fix “%(title)s” was declined.") % {"title": fix})
        if fix.status == FixStatus.MERGED:
            raise WrongState(_("Not linked: the fix “%(title)s” was merged into another.") % {"title": fix})
        _change(request, fix=fix)
        record(request, by=by, reason=trail.LINKED + fix.title)


def unlink(request: CustomerRequest, *, by: User, seen: str = "") -> None:
    """Take a request off its fix: it waits again."""
    with transaction.atomic():
        trail.lock(request)
        if request.fix is None:
            return
        trail.check(request, seen=seen)
        if request.told_at is not None:
            raise WrongState(_("Not taken off: this person was told that it is there."))
        title = request.fix.title
        _change(request, fix=None)
        record(request, by=by, reason=trail.UNLINKED + title)


def link_new(
    request: CustomerRequest, *, title: str, description: str, theme: Theme | None, by: User, seen: str = ""
) -> Fix:
    """Open a fix for a request, and link it: both or neither."""
    with transaction.atomic():
        fix = create(title=title, description=description, theme=theme, by=by)
        link(request, fix=fix, by=by, seen=seen)
        return fix


def _change(row: CustomerRequest | Fix, **fields: object) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


# -------------------------------------------------------------------------------------------------------- fixes: lists


class FixView(TextChoices):
    """The views of the fixes; the value stands in the URL."""

    OPEN = "open", pgettext_lazy("fixes", "Open")
    MINE = "mine", gettext_lazy("Mine")
    OVERDUE = "overdue", gettext_lazy("Overdue")
    SHIPPED = "shipped", gettext_lazy("Shipped")
    DECLINED = "declined", gettext_lazy("Declined")


def fixes_of(view: FixView, user: User, *, on: dt.date) -> FixQuerySet:
    """The fixes of a view, without order."""
    rows = Fix.objects.all()
    return {
        FixView.OPEN: rows.open(),
        FixView.MINE: rows.open().filter(Q(owner=user) | Q(author=user)),
        FixView.OVERDUE: rows.overdue(on),
        FixView.SHIPPED: rows.filter(status__in=[FixStatus.SHIPPED, FixStatus.ANNOUNCED]),
        FixView.DECLINED: rows.filter(status=FixStatus.DECLINED),
    }[view]


def listed(view: FixView, user: User, *, on: dt.date) -> QuerySet[Any]:
    """The fixes of a view with what a row shows, state by state: what is planned by its day, ideas by who asked."""
    rows = fixes_of(view, user, on=on).select_related("theme", "owner", "author").defer("description").with_people()
    if view == FixView.SHIPPED:
        return rows.order_by("-status", "-shipped_at", "-pk")  # "shipped" has people to tell yet, so it comes first
    if view == FixView.DECLINED:
        return rows.order_by("-pk")
    return rows.order_by("-status", F("due_on").asc(nulls_last=True), "-people", "-pk")


def add_revenue(rows: list[Any]) -> None:
    """What the accounts behind each fix pay a year, for a page of fixes, in one statement."""
    weighed = Fix.objects.filter(pk__in=[fix.pk for fix in rows]).weighed()
    known = dict(weighed.values_list("pk", "revenue"))
    for fix in rows:
        fix.revenue = known.get(fix.pk)


def voices(fix: Fix, *, with_people: bool) -> QuerySet[Any]:
    """The words of those who asked, the latest on top. Names are not even read for who may not see them."""
    said_in = Coalesce(NullIf("language", Value("")), "response__language", Value(""))
    rows: QuerySet[Any] = CustomerRequest.objects.of_fix(fix).with_excerpt(EXCERPT)
    rows = rows.annotate(score=F("response__score"), said_in=said_in)
    if with_people:
        rows = rows.select_related("contact__account").defer("contact__properties", "contact__tags")
    return rows.order_by("-pk")


def owners() -> QuerySet[User]:
    """Everybody who can see fixes, by name: whoever makes it true may own it."""
    backend = "django.contrib.auth.backends.ModelBackend"
    rows = get_user_model().objects.with_perm("advocacy.view_fix", backend=backend)
    return rows.order_by("first_name", "last_name", "pk")


# -------------------------------------------------------------------------------------------------------- fixes: verbs


def create(*, title: str, description: str = "", theme: Theme | None = None, by: User) -> Fix:
    """Post an idea."""
    with transaction.atomic():
        fix = Fix.objects.create(title=title, description=description, theme=theme, author=by)
        record(fix, went_to=FixStatus.IDEA, by=by)
        return fix


def plan(fix: Fix, *, owner: User, due_on: dt.date, by: User, seen: str = "") -> None:
    """Decide to do it: somebody owns it, and there is a day."""
    with transaction.atomic():
        _begin(fix, FixStatus.PLANNED, seen=seen)
        reason = f"{trail.PLAN}{due_on.isoformat()}\n{_name(owner)}"
        move(fix, FIX_MOVES, FixStatus.PLANNED, by=by, reason=reason, owner=owner, due_on=due_on)


def replan(fix: Fix, *, owner: User, due_on: dt.date, reason: str, by: User, seen: str = "") -> None:
    """Another owner or another day for what is planned, with the reason."""
    with transaction.atomic():
        trail.lock(fix, seen=seen)
        if fix.status != FixStatus.PLANNED:
            raise WrongState(_("Not changed: only what is planned has a day and an owner to change."))
        if (fix.owner, fix.due_on) == (owner, due_on):
            return
        _change(fix, owner=owner, due_on=due_on)
        record(fix, by=by, reason=f"{trail.PLAN}{due_on.isoformat()}\n{_name(owner)}\n{reason}")


def ship(fix: Fix, *, reason: str, by: User, language: str = "", seen: str = "") -> None:
    """It is there for customers; the reason says what is different now. Thank-yous to who asked are begun with it, and
    say so in the `language` that the reason is written in.
    """
    with transaction.atomic():
        _begin(fix, FixStatus.SHIPPED, seen=seen)
        move(fix, FIX_MOVES, FixStatus.SHIPPED, by=by, reason=reason, shipped_at=timezone.now())
        announcing.begin(fix, news=reason, language=language)


def decline(fix: Fix, *, reason: str, by: User, seen: str = "") -> None:
    """Decide against it. Whoever asked stays linked, so that one can see whom it leaves without an answer."""
    with transaction.atomic():
        _begin(fix, FixStatus.DECLINED, seen=seen)
        move(fix, FIX_MOVES, FixStatus.DECLINED, by=by, reason=reason)


def why_not(fix: Fix, target: FixStatus) -> str:
    """Why the fix cannot move there from where it stands, in words; empty when it can."""
    if target in FIX_MOVES.get(fix.status, frozenset()):
        return ""
    if fix.status == target:
        return _("It is there already.")
    return {
        FixStatus.IDEA: _("It is an idea: plan it first, with an owner and a day."),
        FixStatus.PLANNED: _("It has not shipped yet."),
        FixStatus.SHIPPED: _("It has shipped: customers have it, and a fix does not go back."),
        FixStatus.ANNOUNCED: _("It was announced: customers know of it, and a fix does not go back."),
        FixStatus.DECLINED: _("It was declined, and that stays in the history: post a new idea."),
        FixStatus.MERGED: _("It was merged into another: go on there."),
    }[FixStatus(fix.status)]


def _begin(fix: Fix, target: FixStatus, *, seen: str) -> None:
    trail.lock(fix, seen=seen)
    if reason := why_not(fix, target):
        raise WrongState(_("Not moved to “%(state)s”: %(reason)s") % {"state": target.label, "reason": reason})


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()
