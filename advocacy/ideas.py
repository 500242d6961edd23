"""The idea hub: everybody posts ideas, votes for them, speaks about them and follows what becomes of them.

An idea is a fix in its first state: who plans and ships it does so where fixes are worked.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from advocacy import fixes, notices, quoting
from advocacy.enums import OPEN_FIX_STATUSES, FixStatus, NoticeKind
from advocacy.models import (
    Challenge,
    CustomerRequest,
    Department,
    Fix,
    Follower,
    IdeaComment,
    IdeaPart,
    IdeaWords,
    Profile,
    Theme,
    Vote,
)
from surveys.models import Response
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

PAGE_SIZE = 20
ALIKE = 5
ALIKE_ENOUGH = 0.5
LOOKED_THROUGH = 2000  # titles, the latest: what is older is found by searching
MOST_WORDS = 10
DONE = (FixStatus.SHIPPED, FixStatus.ANNOUNCED)

# --------------------------------------------------------------------------------------------------------------- lists


class IdeaView(TextChoices):
    """The views of the hub; the value stands in the URL."""

    WANTED = "wanted", gettext_lazy("Most wanted")
    NEW = "new", pgettext_lazy("ideas", "New")
    MINE = "mine", gettext_lazy("Mine")
    FOLLOWED = "followed", gettext_lazy("Followed")
    PLANNED = "planned", gettext_lazy("Planned")
    SHIPPED = "shipped", gettext_lazy("Shipped")
    DECLINED = "declined", gettext_lazy("Declined")


ORDER = {IdeaView.WANTED: "n_votes", IdeaView.SHIPPED: "shipped_at"}


def ideas_of(view: IdeaView, user: User) -> QuerySet[Any]:
    """The ideas of a view, without order."""
    rows = Fix.objects.exclude(status=FixStatus.MERGED)
    return {
        IdeaView.WANTED: rows.filter(status__in=OPEN_FIX_STATUSES),
        IdeaView.NEW: rows.filter(status=FixStatus.IDEA),
        IdeaView.MINE: rows.filter(Q(author=user) | Exists(_mine("coauthors", user))),
        IdeaView.FOLLOWED: rows.filter(Exists(_mine("followers", user))),
        IdeaView.PLANNED: rows.filter(status=FixStatus.PLANNED),
        IdeaView.SHIPPED: rows.filter(status__in=DONE),
        IdeaView.DECLINED: rows.filter(status=FixStatus.DECLINED),
    }[view]


def _mine(relation: str, user: User) -> QuerySet[Any]:
    model: Any = Fix._meta.get_field(relation).related_model
    rows: QuerySet[Any] = model._default_manager.filter(fix=OuterRef("pk"), user=user)
    return rows


def listed(view: IdeaView, user: User, *, search: str = "", after: int | None = None) -> list[Any]:
    """A page of ideas and one row more, if there is one: those after the idea `after`. A search looks everywhere."""
    rows = ideas_of(view, user)
    if search:
        rows = Fix.objects.exclude(status=FixStatus.MERGED)
        rows = rows.filter(Q(title__icontains=search) | Q(description__icontains=search))
    rows, key = counted(rows), "pk" if search else ORDER.get(view, "pk")
    if after is not None:
        value = rows.filter(pk=after).values_list(key, flat=True).first()
        if value is not None:
            rows = rows.filter(Q(**{f"{key}__lt": value}) | Q(**{key: value}, pk__lt=after))
    shown = rows.annotate(excerpt=Left("description", quoting.EXCERPT), is_mine=Exists(_mine("votes", user)))
    shown = shown.select_related("theme", "author__profile__department").defer("description")
    return list(shown.order_by(F(key).desc(nulls_last=True), "-pk")[: PAGE_SIZE + 1])


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Each with how many votes count, how many comments it has, and how many customers said it."""
    found: QuerySet[Any] = rows.annotate(
        n_votes=_count(Vote.objects.counting()),
        n_comments=_count(IdeaComment.objects.all()),
        n_people=_count(CustomerRequest.objects.all(), "contact"),
    )
    return found


def _count(rows: QuerySet[Any], what: str = "pk") -> Coalesce:
    of_fix = rows.filter(fix=OuterRef("pk")).order_by().values("fix").annotate(n=Count(what, distinct=True))
    return Coalesce(Subquery(of_fix.values("n"), output_field=IntegerField()), 0)


def words_of(fix: Fix) -> list[Any]:
    """What colleagues put beside the idea, without who said it; what is forgotten meanwhile says nothing."""
    rows = Response.objects.filter(Exists(IdeaWords.objects.filter(fix=fix, response=OuterRef("pk"))))
    return list(quoting.with_words(rows.exclude(comment="")).order_by("-answered_at", "-pk")[:50])


def bands_of(fix: Fix) -> dict[str, int]:
    """How many answers of each band stand behind the idea: those of who asked for it, and those put beside it."""
    asked = CustomerRequest.objects.filter(fix=fix, response=OuterRef("pk"))
    beside = IdeaWords.objects.filter(fix=fix, response=OuterRef("pk"))
    found = {"promoters": 0, "passives": 0, "detractors": 0}
    for score in Response.objects.filter(Exists(asked) | Exists(beside)).values_list("score", flat=True):
        found["promoters" if score >= 9 else "passives" if score >= 7 else "detractors"] += 1
    return found


def found_words(fix: Fix | None, search: str) -> list[Any]:
    """Customers' words with this in them that do not stand beside the idea yet."""
    rows = quoting.quotable().filter(comment__icontains=search)
    if fix is not None:
        rows = rows.exclude(Exists(IdeaWords.objects.filter(fix=fix, response=OuterRef("pk"))))
    return list(quoting.with_words(rows).order_by("-answered_at", "-pk")[:8])


def comments_of(fix: Fix) -> QuerySet[IdeaComment]:
    rows = IdeaComment.objects.filter(fix=fix).select_related("author__profile__department")
    return rows.order_by("at", "pk")


# ---------------------------------------------------------------------------------------------------------- duplicates


def alike(title: str) -> list[Any]:
    """Ideas whose titles say nearly the same, the most alike first."""
    wanted = _grams(title)
    rows = Fix.objects.exclude(status=FixStatus.MERGED).order_by("-pk").values_list("pk", "title")[:LOOKED_THROUGH]
    weighed = [(_likeness(wanted, _grams(other)), pk) for pk, other in rows]
    best = sorted((pair for pair in weighed if pair[0] >= ALIKE_ENOUGH), reverse=True)[:ALIKE]
    found = counted(Fix.objects.filter(pk__in=[pk for _likeness_, pk in best])).in_bulk()
    return [found[pk] for _likeness_, pk in best if pk in found]


def _grams(text: str) -> set[str]:
    """Pieces of three letters, of each word by itself; a word of signs is looked at two by two."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    return {piece for word in words for piece in _pieces(word)}


def _pieces(word: str) -> set[str]:
    if any(unicodedata.category(char) == "Lo" for char in word):
        return {word[at : at + 2] for at in range(max(len(word) - 1, 1))}
    padded = f" {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _likeness(one: set[str], other: set[str]) -> float:
    """From 0 to 1: twice what both have, of what each has."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


# --------------------------------------------------------------------------------------------------------------- verbs


def post(
    *,
    title: str,
    description: str = "",
    theme: Theme | None = None,
    challenge: Challenge | None = None,
    words: Iterable[int] = (),
    by: User,
) -> Fix:
    """Post an idea, with the customers' words it comes from; its author follows it. Raises WrongState, posting nothing,
    when the challenge takes no ideas in."""
    with transaction.atomic():
        if challenge is not None:
            _check_open(challenge)
        fix = fixes.create(title=title, description=description, theme=theme, by=by)
        if challenge is not None:
            IdeaPart.objects.create(fix=fix, challenge=challenge)
        attach(fix, list(words), by=by)
        return fix


def _check_open(challenge: Challenge) -> None:
    if not challenge.is_open:
        text = _("Not posted: “%(challenge)s” takes no ideas in today.")
        raise WrongState(text % {"challenge": challenge})


def attach(fix: Fix, words: list[int], *, by: User) -> int:
    """Put customers' words beside an idea; how many are new there. What nobody may quote is left out."""
    if fix.status == FixStatus.MERGED:
        raise WrongState(_("Not attached: this idea was merged into another. Go on there."))
    chosen = quoting.quotable().filter(pk__in=words[:MOST_WORDS]).order_by("pk").values_list("pk", flat=True)
    known = set(IdeaWords.objects.filter(fix=fix, response__in=chosen).values_list("response", flat=True))
    made = [IdeaWords(fix=fix, response_id=pk, by=by) for pk in chosen if pk not in known]
    IdeaWords.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def vote(fix: Fix, *, by: User, wanted: bool | None = None) -> bool:
    """Give the vote, or take it back; without saying which, the other of what it is. Whether it now stands.

    Pressed twice at the same moment there is one vote. Raises WrongState for who does not work here any more, and for
    an idea about which is decided.
    """
    with transaction.atomic():
        if not get_user_model().objects.filter(pk=by.pk, is_active=True).exists():
            raise WrongState(_("Not counted: this person does not work here any more."))
        fix.refresh_from_db(fields=["status"])
        if fix.status not in OPEN_FIX_STATUSES:
            raise WrongState(_("Not counted: only ideas and what is planned take votes."))
        mine = Vote.objects.filter(fix=fix, user=by)
        wanted = not mine.exists() if wanted is None else wanted
        if wanted:
            Vote.objects.bulk_create([Vote(fix=fix, user=by)], ignore_conflicts=True)
        else:
            mine.delete()
        return wanted


def comment(fix: Fix, *, text: str, by: User) -> IdeaComment:
    """Say something about an idea; whoever had it or follows it is told."""
    with transaction.atomic():
        fix.refresh_from_db(fields=["status"])
        if fix.status == FixStatus.MERGED:
            raise WrongState(_("Not saved: this idea was merged into another. Go on there."))
        made = IdeaComment.objects.create(fix=fix, author=by, text=text)
        notices.tell(fix, NoticeKind.COMMENT, by=by, comment=made)
        return made


def follow(fix: Fix, *, by: User, wanted: bool) -> None:
    """Be told what becomes of it, or no longer."""
    if wanted:
        Follower.objects.get_or_create(fix=fix, user=by)
    else:
        Follower.objects.filter(fix=fix, user=by).delete()


# ------------------------------------------------------------------------------------------------------------- persons


def profile(user: User) -> Profile:
    """What is known of somebody; without a row, what holds for everybody. Nothing is stored."""
    return Profile.objects.filter(user=user).select_related("department").first() or Profile(user=user)


def set_profile(
    user: User, *, department: Department | None, wants_news: bool | None = None, wants_digest: bool | None = None
) -> None:
    row = profile(user)
    row.department = department
    row.wants_news = row.wants_news if wants_news is None else wants_news
    row.wants_digest = row.wants_digest if wants_digest is None else wants_digest
    row.save()
