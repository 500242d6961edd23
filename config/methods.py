"""What a person sees who comes with a wrong method: mostly with a GET to where only a form can be sent."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

CONSOLE = {"advocacy", "surveys"}  # the namespaces of its pages


class LedBack:
    """Leads the browser of somebody signed in from an address of the console that only takes POST to the page above it.

    Such an address stands in the address bar after a refused form, and is where sign-in leads whose session had ended.
    What asks for no page, as a program does, gets the bare refusal; public pages and webhooks have no part in this.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or not _wants_page(request):
            return response
        above = page_above(request.path_info) if request.method in {"GET", "HEAD"} else ""
        if above:
            _tell_what_got_lost(request)
            return HttpResponseRedirect(above)
        page = render(request, "405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def page_above(path: str) -> str:
    """The nearest address above this path that leads to something of the console, or nothing.

    That may take POST alone too: then it leads further. The start page is only above what lies right below it.
    """
    parts = path.strip("/").split("/")[:-1]
    if not parts:
        return reverse("advocacy:home")
    for length in range(len(parts), 0, -1):
        try:
            match = resolve(f"/{'/'.join(parts[:length])}/")
        except Resolver404:
            continue
        if match.namespace in CONSOLE:
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)
    return ""


def _wants_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    is_console = match is not None and match.namespace in CONSOLE
    return is_console and request.user.is_authenticated and "text/html" in request.headers.get("Accept", "")


def _tell_what_got_lost(request: HttpRequest) -> None:
    """Who comes from signing in had sent a form, and believes that it arrived. It is said once on the way."""
    signed_in = request.build_absolute_uri(reverse("account_login"))
    came_from = request.headers.get("Referer", "").partition("?")[0]
    if came_from == signed_in and not messages.get_messages(request):
        messages.warning(request, _("You had been signed out, so what you sent was not saved. Please send it again."))
