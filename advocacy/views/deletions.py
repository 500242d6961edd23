"""Who asked to be forgotten, and by when it has to be done. Erased is on the page that erases anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import deletions, lists
from advocacy.forms.people import KeepForm
from advocacy.models import DeletionRequest
from advocacy.views import frame
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ERASE = "surveys.erase_contact"
SETTLED = 20
UNPROCESSABLE = 422


@require_safe
@permission_required(ERASE, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@permission_required(ERASE, raise_exception=True)
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(DeletionRequest.objects.select_related("contact__account"), pk=pk)
    form = KeepForm(request.POST, auto_id=f"keep-{pk}-%s")
    if not form.is_valid():
        return _page(request, status=UNPROCESSABLE, refused={pk: form})
    try:
        deletions.keep(asked, reason=form.cleaned_data["reason"], by=cast("User", request.user))
    except WrongState as refusal:
        messages.error(request, str(refusal))
        return redirect("advocacy:deletions")
    messages.success(request, _("Noted: this contact stays. Nothing is mailed to it until somebody lets mail through."))
    return redirect("advocacy:deletions")


def _page(request: HttpRequest, *, status: int = 200, refused: dict[int, KeepForm] | None = None) -> HttpResponse:
    forms = refused or {}
    rows = DeletionRequest.objects.select_related("contact__account", "by")
    page = lists.page(rows.waiting().order_by("asked_at", "pk"), lists.page_number(request.GET.get("page", "")))
    context = {
        "page": page,
        "rows": [(row, forms.get(row.pk, KeepForm(auto_id=f"keep-{row.pk}-%s"))) for row in page.rows],
        "settled": rows.exclude(done_at=None).order_by("-done_at", "-pk")[:SETTLED],
        "now": timezone.now(),
    }
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/deletions.html", context, status=status)
