"""Where in the queue a person is: the view, and what narrows it, kept while they go through its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from advocacy import worklist
from advocacy.filters import Filters, query_of
from advocacy.forms.queue import FilterForm
from advocacy.views import frame
from advocacy.worklist import View, Viewer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEY = "queue"


def user(request: HttpRequest) -> User:
    return cast("User", request.user)


def viewer(request: HttpRequest) -> Viewer:
    return Viewer(user=user(request), zone=frame.of(request).zone, at=timezone.now())


def view_named(name: str) -> View:
    try:
        return View(name)
    except ValueError as error:
        raise Http404 from error


def came_from(request: HttpRequest) -> View | None:
    """The view of the queue that the person works through, if there is one."""
    name = request.POST.get("view") or request.GET.get("view")
    return view_named(name) if name else None


def keep(request: HttpRequest, view: View, filters: Filters) -> None:
    """Remember what narrows the view, for the cases that are opened from it and the way back."""
    if filters:
        request.session[KEY] = {"view": view.value, "query": urlencode(query_of(filters))}
    elif KEY in request.session:
        del request.session[KEY]


def query(request: HttpRequest, view: View | None) -> str:
    """What narrows the view, as it stands in an address."""
    kept = request.session.get(KEY)
    return str(kept["query"]) if kept and view and kept["view"] == view.value else ""


def filters(request: HttpRequest, view: View | None) -> Filters:
    narrowed = query(request, view)
    return FilterForm(QueryDict(narrowed)).chosen() if narrowed else worklist.EVERYTHING


def queue_address(request: HttpRequest, view: View | None) -> str:
    """The queue as it was left."""
    narrowed = query(request, view)
    return address("advocacy:queue", view) + (f"&{narrowed}" if narrowed else "")


def address(name: str, view: View | None, **kwargs: Any) -> str:
    return reverse(name, kwargs=kwargs) + (f"?{urlencode({'view': view.value})}" if view else "")
