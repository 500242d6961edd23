"""Segments: the list, and one with its conditions, how many it has, and who they are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import lists
from surveys import segments
from surveys.models import Segment
from surveys.segmentforms import SegmentForm

READ, ADD, CHANGE, DELETE = (f"surveys.{verb}_segment" for verb in ("view", "add", "change", "delete"))
NAMES_SHOWN = 20
UNPROCESSABLE = 422


@require_safe
@permission_required(READ, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    page = lists.page(Segment.objects.select_related("by").order_by("name", "pk"), _number(request))
    counts = segments.counts(page.rows)
    rows = [(segment, segments.in_words(segment.conditions), counts.get(segment.pk)) for segment in page.rows]
    return render(request, "advocacy/segments.html", {"rows": rows, "page": page})


@require_safe
@permission_required(READ, raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    return _page(request, SegmentForm(request.GET.dict()))


@require_safe
@permission_required(READ, raise_exception=True)
def segment(request: HttpRequest, pk: int) -> HttpResponse:
    segment = get_object_or_404(Segment, pk=pk)
    return _page(request, SegmentForm(request.GET.dict(), segment=segment), segment)


@require_POST
@permission_required(ADD, raise_exception=True)
def create(request: HttpRequest) -> HttpResponse:
    return _save(request, SegmentForm(request.POST.dict(), is_post=True), Segment(by=request.user))  # type: ignore[misc]


@require_POST
@permission_required(CHANGE, raise_exception=True)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    segment = get_object_or_404(Segment, pk=pk)
    form = SegmentForm(request.POST.dict(), segment=get_object_or_404(Segment, pk=pk), is_post=True)
    return _save(request, form, segment)


def _save(request: HttpRequest, form: SegmentForm, segment: Segment) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, segment if segment.pk else None, status=UNPROCESSABLE)
    segment.name, segment.conditions = form.name.cleaned_data["name"], form.conditions
    segment.save()
    messages.success(request, _("Saved: the segment %(name)s.") % {"name": segment.name})
    return redirect("advocacy:segment", pk=segment.pk)


@require_POST
@permission_required(DELETE, raise_exception=True)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    segment = get_object_or_404(Segment, pk=pk)
    try:
        segment.delete()
    except ProtectedError:
        names = ", ".join(segment.campaigns.order_by("name").values_list("name", flat=True)[:5])
        messages.error(request, _("Not deleted: this segment is asked by %(campaigns)s.") % {"campaigns": names})
        return redirect("advocacy:segment", pk=pk)
    messages.success(request, _("Deleted: the segment %(name)s. Its contacts stay.") % {"name": segment.name})
    return redirect("advocacy:segments")


def _number(request: HttpRequest) -> int:
    return lists.page_number(request.GET.get("page", ""))


def _page(request: HttpRequest, form: SegmentForm, segment: Segment | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "segment": segment,
        "is_tried": segment is not None and bool(request.GET),
        "can_save": request.user.has_perm(CHANGE if segment else ADD),
        "campaigns": list(segment.campaigns.order_by("name")) if segment else [],
    }
    if form.can_be_asked:
        found = segments.contacts(form.conditions)
        context["count"] = found.count()
        if request.user.has_perm("surveys.view_contact"):
            shown = found.select_related("account").defer("properties", "tags").order_by("name", "pk")
            context["people"] = list(shown[:NAMES_SHOWN])
    return render(request, "advocacy/segment.html", context, status=status)
