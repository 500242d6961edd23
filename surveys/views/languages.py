"""All languages we can ask in. A draft is accepted here, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from surveys import drafts
from surveys.models import Brand
from surveys.transitions import WrongState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from surveys.languages import Language

DECIDE = "surveys.change_languagereview"


@require_safe
@permission_required(DECIDE, raise_exception=True)
def languages(request: HttpRequest) -> HttpResponse:
    brand = Brand.objects.order_by("pk").first()
    lines = drafts.lines(brand.short_name if brand else "Aurora")
    context = {
        "drafts": [line for line in lines if line.language.is_draft],
        "others": [line for line in lines if not line.language.is_draft],
    }
    return render(request, "surveys/languages.html", context)


@require_POST
@permission_required(DECIDE, raise_exception=True)
def accept(request: HttpRequest, tag: str) -> HttpResponse:
    def act(by: User) -> str:
        return _("From now on, customers are asked in %(language)s.") % {"language": _name(drafts.accept(tag, by=by))}

    return _decide(request, act)


@require_POST
@permission_required(DECIDE, raise_exception=True)
def withdraw(request: HttpRequest, tag: str) -> HttpResponse:
    def act(by: User) -> str:
        return _("Nobody is asked in %(language)s any more.") % {"language": _name(drafts.withdraw(tag, by=by))}

    return _decide(request, act)


def _name(language: Language) -> str:
    return language.own_name


def _decide(request: HttpRequest, act: Callable[[User], str]) -> HttpResponse:
    try:
        messages.success(request, act(cast("User", request.user)))
    except LookupError as error:
        raise Http404 from error
    except WrongState as refusal:
        messages.error(request, _("Not changed: %(why)s") % {"why": refusal})
    return redirect("surveys:languages")
