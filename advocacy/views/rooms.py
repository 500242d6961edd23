"""The rooms of the console by the job they serve, and the right that opens each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User
    from django_stubs_ext import StrOrPromise

SET_UP = "surveys.change_brand"  # whoever may say who the mail comes from, may set up the rest
STAFF = "is_staff"  # not a right: Django's admin asks for this mark of the user first
SEARCHED = ("surveys.view_contact", "surveys.view_account", "advocacy.view_case")


@dataclass(frozen=True)
class Door:
    """Where a room is, and who may open it; `below` are the rooms one reaches through it."""

    name: StrOrPromise
    route: str
    icon: str
    right: str = ""
    key: str = ""
    counts: str = ""
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Room:
    """An entry of the navigation; `key` follows `g` on the keyboard, `waiting` is work, never a total."""

    name: StrOrPromise
    address: str
    icon: str
    key: str = ""
    waiting: int = 0
    waits_for: StrOrPromise = ""
    is_here: bool = False


@dataclass(frozen=True)
class Section:
    """The entries of one job under their heading, which can be folded; the first has none and is always seen."""

    name: StrOrPromise
    slug: str
    rooms: list[Room]
    is_open: bool

    @property
    def waiting(self) -> int:
        return sum(room.waiting for room in self.rooms)


WAITS_FOR = {
    "mine": _("yours, open"),
    "unsorted": _("to be sorted"),
    "deletions": _("to be erased"),
    "unseen": _("not seen yet"),
}
HOME = "advocacy:home"
MOST_UNFOLDED = 20  # more of them do not fit beside a page of 800 pixels
DOORS: tuple[tuple[StrOrPromise, str, tuple[Door, ...]], ...] = (
    (
        "",
        "",
        (
            Door(_("Home"), HOME, "home", key="h"),
            Door(_("Queue"), "advocacy:queue", "queue", "advocacy.view_case", key="q", counts="mine"),
            Door(_("Teams"), "advocacy:lead", "themes", "advocacy.read_lead", below=("/huddles/",)),
        ),
    ),
    (
        _("Improve"),
        "improve",
        (
            Door(
                _("Requests"), "advocacy:requests", "req", "advocacy.view_customerrequest", key="r", counts="unsorted"
            ),
            Door(_("Fixes"), "advocacy:fixes", "fix", "advocacy.view_fix", key="f"),
            Door(_("Ideas"), "advocacy:ideas", "idea", "advocacy.view_fix", below=("/challenges/",)),
            Door(_("News"), "advocacy:notices", "flag", "advocacy.view_fix", counts="unseen"),
        ),
    ),
    (
        _("Advocates"),
        "advocates",
        (
            Door(_("Advocates"), "advocacy:advocates", "star", "advocacy.view_advocate", key="a"),
            Door(
                _("Programmes"),
                "advocacy:programmes",
                "board",
                "advocacy.view_programme",
                key="m",
                below=("/asks/", "/studies/", "/reviews/", "/perks/", "/guests/"),
            ),
            Door(_("Testimonials"), "advocacy:testimonials", "book", "advocacy.view_testimonial", key="t"),
            Door(_("Referrals"), "advocacy:referrals", "people", "advocacy.view_referral"),
            Door(_("Rewards"), "advocacy:rewards", "gift", "advocacy.view_reward"),
        ),
    ),
    (
        _("Ask"),
        "ask",
        (
            Door(_("Campaigns"), "surveys:campaigns", "send", "surveys.view_campaign", below=("/waves/",)),
            Door(
                _("Contacts"),
                "advocacy:contacts",
                "people",
                "surveys.view_contact",
                key="c",
                below=("/accounts/", "/suppressions/"),
            ),
            Door(_("Segments"), "advocacy:segments", "funnel", "surveys.view_segment"),
            Door(_("Silence"), "advocacy:silence", "phone", "surveys.view_account"),
        ),
    ),
    (
        _("Learn"),
        "learn",
        (
            Door(_("Reports"), "surveys:reports", "chart", "surveys.read_report", key="p"),
            Door(_("Patterns"), "advocacy:patterns", "themes", "surveys.read_report"),
            Door(_("Themes"), "advocacy:themes", "doc", "advocacy.view_themerule"),
        ),
    ),
    (
        _("Run"),
        "run",
        (
            Door(_("Imports"), "surveys:imports", "upload", "surveys.import_contacts"),
            Door(_("Deletions"), "advocacy:deletions", "x", "surveys.erase_contact", counts="deletions"),
            Door(_("Inbox"), "surveys:inbox", "mail", "surveys.view_inboxmail", key="i"),
            Door(_("Outbox"), "surveys:outbox", "out", "surveys.view_message"),
            Door(_("Settings"), "advocacy:settings_page", "gear", SET_UP),
            Door(_("Admin"), "admin:index", "lock", STAFF),
        ),
    ),
)


def open_to(user: User | AnonymousUser, path: str, waiting: dict[str, int], *, unfolded: str = "") -> list[Section]:
    """Each heading with the entries this person may open, and none without an entry.

    `unfolded` are the slugs of the sections the person left open, parted by dots; who has left none so sees all of
    them, or of too many the one that holds the page. That one is never folded.
    """
    sections = [
        (name, slug, [_room(door, path, waiting) for door in doors if _opens(door, user)])
        for name, slug, doors in DOORS
    ]
    is_short = sum(len(rooms) for _name, _slug, rooms in sections) <= MOST_UNFOLDED
    chosen = unfolded.split(".") if unfolded else []
    return [
        Section(
            name=name,
            slug=slug,
            rooms=rooms,
            is_open=any(room.is_here for room in rooms) or (slug in chosen if unfolded else is_short),
        )
        for name, slug, rooms in sections
        if rooms
    ]


def may_search(user: User | AnonymousUser) -> bool:
    return any(user.has_perm(right) for right in SEARCHED)


def _opens(door: Door, user: User | AnonymousUser) -> bool:
    if door.right == STAFF:
        return user.is_staff
    return not door.right or user.has_perm(door.right)


def _room(door: Door, path: str, waiting: dict[str, Any]) -> Room:
    address = reverse(door.route)
    is_here = path == address if door.route == HOME else path.startswith((address, *door.below))
    return Room(
        name=door.name,
        address=address,
        icon=door.icon,
        key=door.key,
        waiting=waiting.get(door.counts, 0),
        waits_for=WAITS_FOR.get(door.counts, ""),
        is_here=is_here,
    )
