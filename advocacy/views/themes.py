"""Themes: by which words a comment is known to be about one, a field to try them, and what people say instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from advocacy import rules, tagging
from advocacy.forms.themes import ThemeForm, TryForm
from advocacy.models import Theme, ThemeRule
from advocacy.views.decisions import UNPROCESSABLE
from surveys import languages
from surveys.models import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

READ, WORK = "advocacy.view_themerule", "advocacy.work_commenttheme"
SEES_ANSWERS = "surveys.view_response"
STANDARD = "en"


@require_safe
@permission_required(READ, raise_exception=True)
def listing(request: HttpRequest) -> HttpResponse:
    """The words of one language, `?language=`."""
    return _page(request, request.GET.get("language", ""))


@require_POST
@permission_required(READ, raise_exception=True)
def try_out(request: HttpRequest) -> HttpResponse:
    """Which words hit in a comment that somebody types. Nothing is kept."""
    form = TryForm(request.POST, spoken=_spoken())
    if not form.is_valid():
        return _page(request, "", form=form, status=UNPROCESSABLE)
    text, spoken = form.cleaned_data["text"], form.cleaned_data["language"]
    now = tagging.current()
    names = dict(Theme.objects.values_list("pk", "name"))
    tried = {
        "text": text,
        "language": rules.language_of(text, spoken, now.words),
        "hits": [(names.get(hit.theme, ""), hit) for hit in now.hits(text, spoken)],
    }
    return _page(request, spoken, form=form, tried=tried)


@require_POST
@permission_required([SEES_ANSWERS, WORK], raise_exception=True)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    return _say(request, pk, tagging.add, _("Noted: it is about %(theme)s. No rule changes that."))


@require_POST
@permission_required([SEES_ANSWERS, WORK], raise_exception=True)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    return _say(request, pk, tagging.remove, _("Noted: it is not about %(theme)s. No rule brings it back."))


# ------------------------------------------------------------------------------------------------------ what they share


def _say(request: HttpRequest, pk: int, verb: Callable[..., Any], said: str) -> HttpResponse:
    response, form = get_object_or_404(Response, pk=pk), ThemeForm(request.POST)
    if form.is_valid():
        theme = form.cleaned_data["theme"]
        verb(response, theme=theme, by=cast("User", request.user))
        messages.success(request, said % {"theme": theme})
    else:
        messages.error(request, str(form.errors["theme"][0]))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page that the form stood on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else "advocacy:patterns"


def _spoken() -> list[str]:
    """The languages with words, by their own names."""
    tags = ThemeRule.objects.order_by().values_list("language", flat=True).distinct()
    return sorted(tags, key=lambda tag: languages.own_name(tag).casefold())


def _page(
    request: HttpRequest,
    language: str,
    *,
    form: TryForm | None = None,
    tried: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    spoken = _spoken()
    if language and language not in spoken:
        raise Http404
    shown = language or (STANDARD if STANDARD in spoken else next(iter(spoken), ""))
    listed = ThemeRule.objects.filter(language=shown).select_related("theme").order_by("theme__name")
    context = {
        "direction": languages.get(shown).direction,
        "tag": shown,
        "languages": [(tag, languages.own_name(tag)) for tag in spoken],
        "rules": listed,
        "form": form or TryForm(spoken=spoken, initial={"language": shown}),
        "tried": tried,
        "can_edit": request.user.is_staff and request.user.has_perm("advocacy.change_themerule"),
    }
    return render(request, "advocacy/themes.html", context, status=status)
