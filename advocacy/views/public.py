"""Pages of this side for people without a login: an entry of the knowledge base, and the way to a review site.

A GET counts that somebody was there and changes nothing else. What a program fetches ahead is not counted.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from advocacy import knowledge, reviews
from advocacy.models import Entry
from surveys import languages, texts, tokens
from surveys.models import Brand
from surveys.models.languages import languages_in_use
from surveys.views.pages import SeeOther, closed_page, is_prefetch, page, public


@public
def entry(request: HttpRequest, pk: int, tag: str) -> HttpResponse:
    """An entry in the language of its link, or the nearest one; one that stands elsewhere leads there."""
    found = Entry.objects.select_related("brand").filter(pk=pk).first()
    wish = request.POST.get("language", "") or tag
    text = knowledge.text_of(found, wish) if found else None
    if found is None or text is None:
        return closed_page(request)
    if _is_counted(request):
        knowledge.count_visit(text)
    if text.address:
        return SeeOther(text.address) if request.method == "POST" else HttpResponseRedirect(text.address)
    spoken = texts.language(wish, text.language, in_use=languages_in_use())
    words = texts.Words(spoken, "page", "help", own={"title": text.title})
    brand = found.brand or _only_brand()
    direction = languages.get(text.language).direction
    return page(request, "advocacy/entry.html", words, brand, text=text, direction=direction)


@public
@require_safe
def go(request: HttpRequest, pk: int, token: str = "") -> HttpResponse:
    """To a review site, whose address is ours to say: a link names it by number only."""
    site = reviews.site_to_open(pk)
    if site is None:
        return closed_page(request)
    if _is_counted(request):
        reviews.click(site, token=tokens.decode(token))
    return HttpResponseRedirect(site.address)


def _is_counted(request: HttpRequest) -> bool:
    return request.method == "GET" and not is_prefetch(request)


def _only_brand() -> Brand | None:
    """Whose page it is when nothing says so: the one brand there is."""
    brands = list(Brand.objects.order_by("pk")[:2])
    return brands[0] if len(brands) == 1 else None
