"""Colleagues named in a private note: they are told by mail, and their home page shows it until they have seen it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from advocacy import cases, timeline
from advocacy.models import Case, CaseNote, Mention
from surveys import addresses, mergetags
from surveys import mail as surveys_mail
from surveys.enums import Promise, Purpose
from surveys.models import Message

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

LETTER = "mention"
PRIORITY = 20
MOST = 20  # in one note: more is a mistake, or a flood
SHOWN = 500
# Not within a mail address, and the dot that ends a sentence is none of the name.
_NAMED = re.compile(r"(?<![\w.+-])@([\w+-]+(?:[.@][\w+-]+)*)")


@dataclass(frozen=True)
class Kept:
    """A note that is kept, whom it told, and what was written like a name and told nobody."""

    note: CaseNote
    told: list[User]
    unknown: list[str]


def names_in(text: str) -> list[str]:
    """What is written as `@name`, each once, in order."""
    return list(dict.fromkeys(found[1] for found in _NAMED.finditer(text)))


def colleagues_in(text: str) -> list[str]:
    """Those of the names that a colleague signs in with."""
    names = names_in(text)
    known = _by_name(names) if names else {}
    return [name for name in names if name.lower() in known]


def _by_name(names: Sequence[str]) -> dict[str, User]:
    users = get_user_model().objects.filter(username__in={*names, *(name.lower() for name in names)})
    return {user.username.lower(): user for user in users}


def readers() -> QuerySet[User]:
    """Who can be told: whoever may see cases, by name."""
    backend = "django.contrib.auth.backends.ModelBackend"
    found = get_user_model().objects.with_perm("advocacy.view_case", backend=backend)
    return found.order_by("first_name", "last_name", "pk")


def note(case: Case, *, by: User, text: str, tell: Iterable[User] = ()) -> Kept:
    """Keep a private note, and tell whoever is named in it or chosen beside it. Names nobody can be told by are given
    back; the note is kept all the same."""
    names = names_in(text)[:MOST]
    known = _by_name(names) if names else {}
    wanted = {user.pk: user for name in names if (user := known.get(name.lower()))} | {user.pk: user for user in tell}
    told = [user for user in wanted.values() if _can_be_told(user)]
    unknown = [name for name in names if known.get(name.lower()) not in told]
    with transaction.atomic():
        kept = cases.add_note(case, by=by, text=text)
        for user in told:
            if user != by:
                _tell(kept, user)
    return Kept(note=kept, told=[user for user in told if user != by], unknown=unknown)


def _can_be_told(user: User) -> bool:
    return user.is_active and user.has_perm("advocacy.view_case")


def _tell(note: CaseNote, user: User) -> None:
    message = None
    if addresses.is_valid(user.email.lower()):
        message = Message.objects.create(
            letter=LETTER,
            purpose=Purpose.STAFF,
            promise=Promise.AT_LEAST_ONCE,
            priority=PRIORITY,
            user=user,
            address_hash=addresses.keyed_hash(user.email),
            not_before=note.at,
        )
    Mention.objects.create(note=note, user=user, message=message, at=note.at)


# ------------------------------------------------------------------------------------------------------- until seen


def unseen(user: User) -> QuerySet[Mention]:
    rows = Mention.objects.filter(user=user, seen_at__isnull=True)
    return rows.select_related("note__case__contact__account", "note__by").order_by("-at", "-pk")


def see(mention: Mention) -> None:
    """Its colleague has seen it; the first time counts."""
    Mention.objects.filter(pk=mention.pk, seen_at__isnull=True).update(seen_at=timezone.now())


# ------------------------------------------------------------------------------------------------------------ the mail


def letter(message: Message) -> surveys_mail.Letter:
    """What the colleague is told. Raises CannotRender when the note is gone, or the colleague has no address."""
    found = Mention.objects.filter(message=message).select_related("note__case__contact", "note__by", "user").first()
    if found is None or not found.user.is_active or not addresses.is_valid(found.user.email.lower()):
        raise surveys_mail.CannotRender("the note is gone, or the colleague has no address that can be mailed")
    case = found.note.case
    context = {
        "who": timeline.name_of(found.note.by),
        "contact": mergetags.header(str(case.contact)),
        "text": mergetags.plain(found.note.text)[:SHOWN],
        "url": settings.PUBLIC_BASE_URL + reverse("advocacy:case", args=[case.pk]),
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = mergetags.header(render_to_string(f"emails/{LETTER}-subject.txt", context))
        body = mergetags.plain(render_to_string(f"emails/{LETTER}-text.txt", context))
    made = surveys_mail.Letter(
        subject=subject, body=body, to=[found.user.email], headers=surveys_mail.headers_of_staff(message)
    )
    made.metadata = {"message": str(message.pk)}
    return made
