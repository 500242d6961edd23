"""Saved views of the queue: the list with its counts, and what their owners do with them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import savedviews, worklist
from advocacy.filters import query_of
from advocacy.forms.queue import FilterForm, SavedViewForm
from advocacy.models import SavedView
from advocacy.views import place
from advocacy.worklist import View
from surveys.transitions import WrongState

READ = "advocacy.view_case"
CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request, SavedViewForm())


@require_POST
@permission_required(READ, raise_exception=True)
def save(request: HttpRequest) -> HttpResponse:
    """Save the view one looks at, with what narrows it."""
    view = place.view_named(request.POST.get("view", View.OPEN))
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=UNPROCESSABLE)
    name, is_shared = form.cleaned_data["name"], form.cleaned_data["is_shared"]
    query = urlencode(query_of(place.filters(request)))
    try:
        savedviews.save(name, is_shared=is_shared, view=view.value, query=query, by=place.user(request))
    except WrongState as refusal:
        form.add_error("name", str(refusal))
        return _page(request, form, status=CONFLICT)
    messages.success(request, _("Saved: the view “%(name)s”.") % {"name": name})
    return redirect("advocacy:saved_views")


@require_POST
@permission_required(READ, raise_exception=True)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _mine(request, pk)
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Not saved: give it a name of at most 60 letters."))
        return redirect("advocacy:saved_views")
    try:
        savedviews.change(saved, name=form.cleaned_data["name"], is_shared=form.cleaned_data["is_shared"])
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect("advocacy:saved_views")
    messages.success(request, _("Saved: the view “%(name)s”.") % {"name": saved.name})
    return redirect("advocacy:saved_views")


@require_POST
@permission_required(READ, raise_exception=True)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _mine(request, pk)
    saved.delete()
    messages.success(request, _("Deleted: the view “%(name)s”. No case was changed.") % {"name": saved.name})
    return redirect("advocacy:saved_views")


def _mine(request: HttpRequest, pk: int) -> SavedView:
    """One that this person may change; what others keep for themselves is not there for them."""
    saved = get_object_or_404(savedviews.visible(place.user(request)), pk=pk)
    if not savedviews.may_change(saved, place.user(request)):
        raise PermissionDenied
    return saved


def _page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    viewer = place.viewer(request)
    rows = [
        (saved, View(saved.view), worklist.count(View(saved.view), viewer, _filters(saved)), may_change)
        for saved in savedviews.visible(viewer.user)
        if saved.view in View
        for may_change in [savedviews.may_change(saved, viewer.user)]
    ]
    view = place.came_from(request) or View.OPEN
    context = {"rows": rows, "form": form, "view": view, "narrowed": place.query(request)}
    with timezone.override(viewer.zone):
        return render(request, "advocacy/saved_views.html", context, status=status)


def _filters(saved: SavedView) -> Any:
    return FilterForm(QueryDict(saved.query)).chosen() if saved.query else worklist.EVERYTHING
