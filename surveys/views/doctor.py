"""Is everything there that mail needs to arrive? What settings tell stands there at once; DNS is asked on demand."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from surveys import doctor
from surveys.doctor import findings
from surveys.doctor.findings import Part
from surveys.doctor.lookup import Lookup
from surveys.forms import ReceivedMailForm

LOOK = "surveys.launch_campaign"


@require_safe
@permission_required(LOOK, raise_exception=True)
def look(request: HttpRequest) -> HttpResponse:
    return _page(request, [doctor.of_installation()], ReceivedMailForm())


@require_POST
@permission_required(LOOK, raise_exception=True)
def ask_dns(request: HttpRequest) -> HttpResponse:
    """May take its twenty seconds. Changes nothing: it is a POST so that no link and no prefetch sets it off."""
    is_too_large = "surveys.upload_too_large" in request.META
    form = ReceivedMailForm(request.POST, request.FILES, is_too_large=is_too_large)
    if not form.is_valid():
        return _page(request, [doctor.of_installation()], form)
    parts = [doctor.of_installation(), *doctor.of_names(Lookup(settings.DNS_NAMESERVER), form.raw())]
    return _page(request, parts, ReceivedMailForm(), has_asked=True)


def _page(request: HttpRequest, parts: list[Part], form: ReceivedMailForm, *, has_asked: bool = False) -> HttpResponse:
    context = {"parts": parts, "counts": findings.count(parts), "form": form, "has_asked": has_asked}
    return render(request, "surveys/doctor.html", context)
