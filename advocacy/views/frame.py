"""What stands round every page of the console, and the three choices a person makes about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from advocacy import demo, worklist
from advocacy.enums import RequestKind, Role
from advocacy.models import Case, CustomerRequest, DeletionRequest, Notice, Team
from advocacy.views import rooms
from advocacy.views.rooms import Section
from surveys.models import Brand
from surveys.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

THEMES = ("light", "dark")
THEME_COOKIE = "vv-theme"
KEYS_COOKIE = "vv-keys"
ROOMS_COOKIE = "vv-rooms"  # written by console.js
A_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Frame:
    sections: list[Section]
    here: StrOrPromise
    may_search: bool
    organisation: str
    is_demo: bool
    name: str
    initials: str
    place: str
    zone: ZoneInfo


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor. The frame costs one statement, and only on a page that shows it."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "frame": SimpleLazyObject(partial(of, request)),
        "theme": chosen if chosen in THEMES else "",
        "languages": [(tag, name) for tag, name in settings.LANGUAGES],
        "keys_are_off": request.COOKIES.get(KEYS_COOKIE) == "off",
        "demo_sign_ins": demo.sign_ins,
        "demo_password": demo.PASSWORD,
    }


def of(request: HttpRequest) -> Frame:
    """The frame of a page, looked up once for a request."""
    known: Frame | None = getattr(request, "_frame", None)
    if known is None:
        known = _look_up(request)
        request._frame = known  # type: ignore[attr-defined]
    return known


def _look_up(request: HttpRequest) -> Frame:
    user = cast("User", request.user)
    facts = _facts(user)
    sections = rooms.open_to(user, request.path, facts, unfolded=request.COOKIES.get(ROOMS_COOKIE, ""))
    name = user.get_full_name() or user.get_username()
    role = str(dict(Role.choices).get(facts["role"], facts["role"]))
    return Frame(
        sections=sections,
        here=next((room.name for section in sections for room in section.rooms if room.is_here), "Viva Voce"),
        may_search=rooms.may_search(user),
        organisation=facts["organisation"],
        is_demo=facts["organisation"] == demo.BRAND,
        name=name,
        initials="".join(word[0] for word in name.split()[:2]).upper(),
        place=" · ".join(part for part in (role, facts["team"]) if part),
        zone=ZoneInfo(facts["zone"]),
    )


def _facts(user: User) -> dict[str, Any]:
    """All that the frame has to know, in one statement over the one row of the person who looks."""
    return vars(_FACTS.first(user.pk))


def _facts_of(pk: int) -> QuerySet[User]:
    mine = Case.objects.awake().filter(owner=pk).order_by()
    unsorted = CustomerRequest.objects.filter(kind=RequestKind.UNSORTED).order_by()
    deletions = DeletionRequest.objects.waiting().order_by()
    teams = Team.objects.filter(members=OuterRef("pk")).order_by("pk")
    notices = Notice.objects.unseen_by(get_user_model()(pk=pk)).order_by()
    return (
        get_user_model()
        .objects.filter(pk=pk)
        .annotate(
            mine=worklist.CountUpTo(mine.values("pk")[: worklist.COUNT_LIMIT]),
            unsorted=worklist.CountUpTo(unsorted.values("pk")[: worklist.COUNT_LIMIT]),
            deletions=worklist.CountUpTo(deletions.values("pk")[: worklist.COUNT_LIMIT]),
            unseen=worklist.CountUpTo(notices.values("pk")[: worklist.COUNT_LIMIT]),
            role=_first(Group.objects.filter(user=OuterRef("pk")).order_by("pk").values("name"), ""),
            team=_first(teams.values("name"), ""),
            zone=_first(teams.values("timezone"), settings.TIME_ZONE),
            organisation=_first(Brand.objects.order_by("pk").values("name"), ""),
        )
        .only("pk")
    )


def _first(rows: Any, otherwise: str) -> Coalesce:
    return Coalesce(Subquery(rows[:1]), Value(otherwise))


# Each page of the console asks for it, and Django would take longer to write it down than the database to answer.
_FACTS = Prepared(_facts_of, example=-4_711)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or nothing chosen: as the system."""
    chosen = request.POST.get("theme", "")
    return _remember(request, THEME_COOKIE, chosen if chosen in THEMES else "")


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Shortcuts on or off."""
    return _remember(request, KEYS_COOKIE, "off" if request.POST.get("keys") == "off" else "")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The language of the console; nothing chosen: the browser's."""
    chosen = request.POST.get("language", "")
    known = chosen in dict(settings.LANGUAGES)
    return _remember(request, settings.LANGUAGE_COOKIE_NAME, chosen if known else "")


def _remember(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    """Keep a choice in this browser and go back to where it was made, never to another site."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(wanted if is_ours else reverse("advocacy:home"))
    if value:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(cookie, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response
