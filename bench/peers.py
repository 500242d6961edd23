"""Views to compare an answer with: what one writes first, and a page that asks the database nothing."""

from __future__ import annotations

import random

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from surveys.models import Contact, Touch


@csrf_exempt
@login_not_required
def orm(request: HttpRequest, pk: int) -> HttpResponse:
    """SELECT, INSERT and UPDATE in one transaction, and a page."""
    with transaction.atomic():
        contact = Contact.objects.get(pk=pk)
        Touch.objects.create(contact=contact, kind="ask", at=timezone.now())
        Contact.objects.filter(pk=pk).update(phone=str(random.randrange(10**6)))
    return render(request, "peer.html", {"name": contact.name})


@login_not_required
def template(request: HttpRequest) -> HttpResponse:
    return render(request, "peer.html", {"name": "Mira Holt"})


urlpatterns = [
    path("bench/orm/<int:pk>", orm),
    path("bench/page", template),
    path("", include("config.urls")),
]
