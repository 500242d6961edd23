"""The public wall of a brand: selected customer stories, each with an address of its own, to be found and to be framed.

A GET changes nothing. Nothing here is about who looks, so a page is made once and kept until a story changes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from advocacy import showcase, wall
from surveys import texts
from surveys.models import Brand
from surveys.models.languages import languages_in_use
from surveys.views.pages import SeeOther, closed_page, page, public, wished_language

# Stands in a kept page where each visit has a nonce of its own.
NONCE = "nonce-of-this-visit"
MOST_PAGES = 1_000
Make = Callable[[Brand, str], HttpResponse | None]


def findable(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A public page that search engines may show, unlike every other."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            del response.headers["X-Robots-Tag"]
        return response

    return page


@public
def door(request: HttpRequest, brand: int) -> HttpResponse:
    """To the wall in the language of whoever comes."""
    found = Brand.objects.filter(pk=brand).first()
    if found is None:
        return closed_page(request)
    tag = wished_language(request, found.default_language)
    return HttpResponseRedirect(reverse("advocacy:wall", args=[brand, tag]))


@findable
@public
def index(request: HttpRequest, brand: int, tag: str) -> HttpResponse:
    number = number_in(request.GET.get("page", "1"))

    def make(found: Brand, spoken: str) -> HttpResponse | None:
        shown = wall.page(found, spoken, number)
        if number > 1 and not shown.quotes:
            return None
        has_studies = bool(showcase.page(found).stories)
        studies = texts.table(spoken)["study"]["title"] if has_studies else ""
        return _page(request, "advocacy/wall.html", found, spoken, shown=shown, studies=studies)

    return kept(request, ("wall", brand, tag, number), make, name="advocacy:wall", args=[brand])


@findable
@public
def story(request: HttpRequest, brand: int, tag: str, pk: int) -> HttpResponse:
    def make(found: Brand, spoken: str) -> HttpResponse | None:
        quote = wall.one(found, spoken, pk)
        return _page(request, "advocacy/wall_story.html", found, spoken, quote=quote) if quote else None

    return kept(request, ("story", brand, tag, pk), make, name="advocacy:wall_story", args=[brand, pk])


@public
def frame(request: HttpRequest, brand: int, tag: str) -> HttpResponse:
    """The wall for a frame on any page: there is nothing on it that a visitor could be made to press."""

    def make(found: Brand, spoken: str) -> HttpResponse | None:
        shown = wall.page(found, spoken)
        return _page(request, "advocacy/wall_frame.html", found, spoken, shown=shown, offered=[])

    response: Any = kept(request, ("frame", brand, tag), make, name="advocacy:wall_frame", args=[brand])
    response._csp_replace = {"frame-ancestors": ["*"]}
    response.xframe_options_exempt = True
    return response  # type: ignore[no-any-return]


@public
@require_safe
def feed(request: HttpRequest, brand: int, tag: str) -> HttpResponse:
    """The same as JSON, for any page's script: what is public anyway."""

    def make(found: Brand, spoken: str) -> HttpResponse | None:
        def address(pk: int) -> str:
            return f"{settings.PUBLIC_BASE_URL}{reverse('advocacy:wall_story', args=[found.pk, spoken, pk])}"

        return HttpResponse(wall.feed(found, spoken, address=address), content_type="application/json; charset=utf-8")

    response = kept(
        request, ("feed", brand, tag), make, name="advocacy:wall_feed", args=[brand], kind="application/json"
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


# ------------------------------------------------------------------------------------------------------ what they share


def number_in(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_PAGES else 1


def kept(
    request: HttpRequest, key: tuple[Any, ...], make: Make, *, name: str, args: list[int], kind: str = "text/html"
) -> HttpResponse:
    """The kept page with the nonce of this visit; made where there is none. What is not there is the closed page."""
    tag = key[2]
    if request.method == "POST":  # of the languages
        chosen = texts.language(request.POST.get("language", ""), tag, in_use=languages_in_use())
        return SeeOther(reverse(name, args=[args[0], chosen, *args[1:]]))
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]

    def body() -> bytes:
        found = Brand.objects.filter(pk=key[1]).first()
        spoken = texts.language(tag, in_use=languages_in_use())
        made = make(found, spoken) if found and spoken == tag else None
        return made.content.replace(nonce.encode(), NONCE.encode()) if made else b""

    content = wall.kept(key, body)
    if not content:
        return closed_page(request)
    response = HttpResponse(content.replace(NONCE.encode(), nonce.encode()), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Language"] = tag
    return response


def _page(request: HttpRequest, template: str, brand: Brand, tag: str, **context: Any) -> HttpResponse:
    words = texts.Words(tag, "page", "wall", values={"company": brand.short_name})
    home = reverse("advocacy:wall", args=[brand.pk, tag])
    return page(request, template, words, brand, is_public=True, wall_home=home, **context)
