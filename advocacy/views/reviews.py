"""The review sites: where their links stand, what their rules allow, and how often they are followed."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy import lists, reviews

READ = "advocacy.view_reviewsite"


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    rows = reviews.sites(at=timezone.now())
    page = lists.page(rows, lists.page_number(request.GET.get("page", "1")))
    context = {"page": page, "rows": reviews.with_policies(page.rows), "days": reviews.LATELY.days}
    return render(request, "advocacy/reviews.html", context)
