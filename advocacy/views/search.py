"""One field over contacts, accounts and cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy import search
from advocacy.views import frame, rooms

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SECTIONS = {
    "contacts": ("surveys.view_contact", search.contacts),
    "accounts": ("surveys.view_account", search.accounts),
    "cases": ("advocacy.view_case", search.cases),
}


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Each section needs its own right, and is not looked up without it."""
    user = cast("User", request.user)
    if not rooms.may_search(user):
        raise PermissionDenied
    query = search.cleaned(request.GET.get("q", ""))
    found = {name: look_up(query) for name, (right, look_up) in SECTIONS.items() if query and user.has_perm(right)}
    context = {"query": query, "found": found, "is_empty": not any(each.rows for each in found.values())}
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/search.html", context)
