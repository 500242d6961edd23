"""Accounts: the list, and the page of one with its people."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy import lists, people, search
from advocacy.people import SILENT_DAYS, AccountOrder
from advocacy.views import frame
from surveys.analytics import accounts as analytics
from surveys.models import Account

READ = "surveys.view_account"


@require_safe
@permission_required(READ, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    text = search.cleaned(request.GET.get("q", ""))
    silent = next((days for days in SILENT_DAYS if str(days) == request.GET.get("silent")), 0)
    wanted = request.GET.get("order", "")
    order = AccountOrder(wanted) if wanted in AccountOrder.values else AccountOrder.NAME
    rows = people.accounts(text, silent_days=silent, order=order)
    page = lists.page(rows, lists.page_number(request.GET.get("page", "")))
    figures = analytics.figures(page.rows)
    given = {"q": text, "silent": silent or "", "order": order.value if order != AccountOrder.NAME else ""}
    context = {
        "rows": [(account, figures[account.pk]) for account in page.rows],
        "page": page,
        "text": text,
        "silent": silent,
        "silent_days": SILENT_DAYS,
        "order": order,
        "orders": AccountOrder,
        "query": urlencode({name: value for name, value in given.items() if value}),
    }
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/accounts.html", context)


@require_safe
@permission_required(READ, raise_exception=True)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.select_related("owner"), pk=pk)
    context = {"account": account, "figures": analytics.figures([account])[account.pk]}
    if request.user.has_perm("surveys.view_contact"):
        context["page"] = lists.page(people.first_of(account), lists.page_number(request.GET.get("page", "")))
    with timezone.override(frame.of(request).zone):
        return render(request, "advocacy/account.html", context)
