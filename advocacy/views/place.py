"""Where in the queue a person is: the view, and what narrows it. Each page carries it in its links and forms, so that
two tabs never mistake each other's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from advocacy import worklist
from advocacy.filters import Filters
from advocacy.forms.queue import FilterForm
from advocacy.views import frame
from advocacy.worklist import View, Viewer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NARROWED = "narrowed"  # the filters as they stand in an address, under one name: a form of a case has names of its own
LONGEST = 4000  # nobody's filters are longer


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


def query(request: HttpRequest) -> str:
    """What narrows that view, as it stands in an address."""
    carried = request.POST.get(NARROWED) or request.GET.get(NARROWED) or ""
    given = QueryDict(carried if len(carried) <= LONGEST else "")
    return urlencode({name: given[name] for name in FilterForm.base_fields if given.get(name)})


def filters(request: HttpRequest) -> Filters:
    narrowed = query(request)
    return FilterForm(QueryDict(narrowed)).chosen() if narrowed else worklist.EVERYTHING


def whence(view: View | None, narrowed: str) -> str:
    """What a link to a case says of where it stood; the case page hands it on."""
    if view is None:
        return ""
    return urlencode({"view": view.value, **({NARROWED: narrowed} if narrowed else {})})


def queue_address(request: HttpRequest, view: View | None) -> str:
    """The queue as it was left."""
    narrowed = query(request)
    at = reverse("advocacy:queue")
    return at if view is None else f"{at}?{urlencode({'view': view.value})}" + (f"&{narrowed}" if narrowed else "")


def address(request: HttpRequest, name: str, **kwargs: Any) -> str:
    """A page that knows where in the queue the person is."""
    carried = whence(came_from(request), query(request))
    return reverse(name, kwargs=kwargs) + (f"?{carried}" if carried else "")
