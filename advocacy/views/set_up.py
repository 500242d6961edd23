"""What is still to be set up, where each thing is mended, and what the environment says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from advocacy import checklist
from advocacy.checklist import Step
from advocacy.views import rooms

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

# What a step is, why it matters, and the place where it is done; without one it is done in the environment.
STEPS: dict[Step, tuple[StrOrPromise, StrOrPromise, str]] = {
    Step.ADDRESS: (
        _("The public address is known"),
        _("Every link in a mail begins with it. Set PUBLIC_BASE_URL to the address contacts reach from outside."),
        "",
    ),
    Step.WORKER: (
        _("The worker is running"),
        _("It sends the mail and opens the cases. Start it with “manage.py worker”, or “manage.py serve” for all."),
        "",
    ),
    Step.MAIL: (
        _("Mail leaves this machine"),
        _("Until EMAIL_URL is set, every letter is kept in the Inbox, which is right for trying out."),
        "surveys:inbox",
    ),
    Step.BRAND: (
        _("A brand with sender and postal address"),
        _("Who the mail comes from, and the postal address the law asks for."),
        "admin:surveys_brand_changelist",
    ),
    Step.PEOPLE: (
        _("Colleagues are invited"),
        _("Make a user for each, with a role. They set their own password with “Forgot the password?”."),
        "admin:auth_user_changelist",
    ),
    Step.TEAM: (
        _("A team with members and a lead"),
        _("New cases go round its members in its working hours, and what is late goes to its lead."),
        "admin:advocacy_team_changelist",
    ),
    Step.CONTACTS: (
        _("Contacts are imported"),
        _("From a CSV or XLSX file, as your CRM or shop exports it."),
        "surveys:imports",
    ),
    Step.CAMPAIGN: (
        _("A campaign is active"),
        _("What is asked, of whom, and how often."),
        "surveys:campaigns",
    ),
    Step.WAVE: (
        _("The first wave has been sent"),
        _("Launch a campaign; answers and cases appear by themselves."),
        "surveys:campaigns",
    ),
}
PLACES: tuple[tuple[StrOrPromise, str], ...] = (
    (_("Brands"), "admin:surveys_brand_changelist"),
    (_("Touchpoints"), "admin:surveys_touchpoint_changelist"),
    (_("Subjects"), "admin:surveys_subject_changelist"),
    (_("Themes"), "admin:advocacy_theme_changelist"),
    (_("Teams"), "admin:advocacy_team_changelist"),
    (_("Users"), "admin:auth_user_changelist"),
    (_("Roles"), "admin:auth_group_changelist"),
    (_("Campaigns and their texts"), "admin:surveys_campaign_changelist"),
    (_("Languages"), "surveys:languages"),
)


@dataclass(frozen=True)
class Line:
    """A step of the set-up as it is shown."""

    key: str
    name: StrOrPromise
    why: StrOrPromise
    address: str
    is_done: bool


@require_safe
@permission_required(rooms.SET_UP, raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    found = checklist.look(cast("User", request.user))
    context = {
        "lines": lines(found),
        "left": found.left,
        "all": len(found.done),
        "places": [(name, reverse(route)) for name, route in PLACES],
        "environment": environment(),
    }
    return render(request, "advocacy/settings.html", context)


def lines(found: checklist.Checklist) -> list[Line]:
    return [
        Line(key=step.value, name=STEPS[step][0], why=STEPS[step][1], address=_address(STEPS[step][2]), is_done=done)
        for step, done in found.done.items()
    ]


def _address(route: str) -> str:
    return reverse(route) if route else ""


def environment() -> list[tuple[str, StrOrPromise]]:
    """What is in force, by the name of the variable that changes it. Of a secret only that it is set."""
    database, mail = settings.DATABASES["default"], settings.EMAIL_BACKEND
    celery = _("set: Celery runs the tasks") if settings.REDIS_URL else _("not set: the worker runs all tasks")
    is_behind_proxy = bool(getattr(settings, "SECURE_PROXY_SSL_HEADER", None))
    return [
        ("PUBLIC_BASE_URL", settings.PUBLIC_BASE_URL),
        ("EMAIL_URL", _("not set: kept in the Inbox") if mail == checklist.INBOX else _mail_server(mail)),
        ("DEFAULT_FROM_EMAIL", settings.DEFAULT_FROM_EMAIL),
        ("DATABASE_URL", "SQLite" if "sqlite" in database["ENGINE"] else f"PostgreSQL, {database['NAME']}"),
        ("REDIS_URL", celery),
        ("TIME_ZONE", settings.TIME_ZONE),
        ("ALLOWED_HOSTS", ", ".join(dict.fromkeys(settings.ALLOWED_HOSTS))),
        ("PRODUCTION", _("on") if settings.PRODUCTION else _("off")),
        ("BEHIND_PROXY", _("on") if is_behind_proxy else _("off")),
        ("SECRET_KEY", _("set, not shown")),
        ("ADDRESS_HASH_KEY", _("set, not shown")),
    ]


def _mail_server(backend: str) -> str:
    """The host only: user name and password stand in the same address."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if "smtp" in backend else backend.rpartition(".")[0]
