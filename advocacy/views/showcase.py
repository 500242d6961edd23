"""The public case studies of a brand, each with an address of its own, beside the wall.

A GET changes nothing, and a page is made once and kept until something public changes: see `views.wall`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from advocacy import showcase
from advocacy.views.wall import findable, kept, number_in
from surveys import texts
from surveys.models import Brand
from surveys.views.pages import page, public


@findable
@public
def index(request: HttpRequest, brand: int, tag: str) -> HttpResponse:
    number = number_in(request.GET.get("page", "1"))

    def make(found: Brand, spoken: str) -> HttpResponse | None:
        shown = showcase.page(found, number)
        if number > 1 and not shown.stories:
            return None
        return _page(request, "advocacy/wall_studies.html", found, spoken, shown=shown)

    return kept(request, ("studies", brand, tag, number), make, name="advocacy:wall_studies", args=[brand])


@findable
@public
def study(request: HttpRequest, brand: int, tag: str, pk: int) -> HttpResponse:
    def make(found: Brand, spoken: str) -> HttpResponse | None:
        story = showcase.one(found, pk)
        return (
            _page(request, "advocacy/wall_study.html", found, spoken, title=story.title, story=story) if story else None
        )

    return kept(request, ("study", brand, tag, pk), make, name="advocacy:wall_study", args=[brand, pk])


def _page(
    request: HttpRequest, template: str, brand: Brand, tag: str, *, title: str = "", **context: Any
) -> HttpResponse:
    values = {"company": brand.short_name}
    words = texts.Words(tag, "page", "study", values=values)
    home = reverse("advocacy:wall_studies", args=[brand.pk, tag])
    return page(request, template, words, brand, is_public=True, wall_home=home, page_title=title, **context)
