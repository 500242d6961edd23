"""What all pages for people without a login share: no session, no cookie, kept by nobody, no word of who is known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys import languages, mail, networks, texts
from surveys.enums import Band
from surveys.models import Brand
from surveys.models.languages import languages_in_use

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_ENCODED = {name.lower(): (name, value) for name, value in HEADERS.items()}  # as a response holds them
# The class of a page and of a number on the scale.
TONES = {Band.DETRACTOR: ("red", "d"), Band.PASSIVE: ("yellow", "p"), Band.PROMOTER: ("green", "g")}
# In this order: each browser also names those it is like.
AGENTS = {
    "program": ("bot", "curl", "python", "java/", "go-http", "wget", "libwww", "headless"),
    "edge": ("edg/", "edga/", "edgios/"),
    "firefox": ("firefox/", "fxios/"),
    "chrome": ("chrome/", "crios/"),
    "safari": ("safari/",),
}


class SeeOther(HttpResponseRedirect):
    status_code = 303


class SeeOurs(SeeOther):
    """To an address that `reverse` has made: it needs no quoting, and nobody has to look where it leads."""

    def __init__(self, address: str) -> None:
        HttpResponse.__init__(self, content_type="text/html; charset=utf-8")
        self.headers["Location"] = address


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for everybody, kept by nobody. It cannot ask for a CSRF token: that would need a cookie."""

    checked = require_http_methods(["GET", "HEAD", "POST"])(view)

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = checked(request, *args, **kwargs)
        response.headers._store.update(_ENCODED)
        return response

    return page


def page(
    request: HttpRequest, template: str, words: texts.Words, brand: Brand | None, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page in the words' language with the brand's name and colours around it."""
    return response(html(request.csp_nonce, template, words, brand, **context), words.tag, status=status)  # type: ignore[attr-defined]


def html(style_nonce: Any, template: str, words: texts.Words, brand: Brand | None, **context: Any) -> str:
    shown = {
        "style_nonce": style_nonce,
        "words": words,
        "spoken": languages.get(words.tag),
        "offered": texts.offered(languages_in_use()),
        "brand": brand,
        "home": languages.get(brand.default_language) if brand else None,
        "initial": mail.initial(brand.name) if brand else "",
        "site_url": texts.link(brand.site_url) if brand else "",
        "privacy_url": texts.link(brand.privacy_url) if brand else "",
        "exit_link": texts.table(words.tag)["exit"]["link"],
        **context,
    }
    # Without the request there are no context processors: they tell of users and messages, which no public page has.
    return render_to_string(template, shown)


def response(page: str | bytes, tag: str, *, status: int = 200) -> HttpResponse:
    said = HttpResponse(page, status=status)
    said.headers["Content-Language"] = tag
    return said


def closed_page(request: HttpRequest) -> HttpResponse:
    """The same to the byte for whatever is not open, so without a brand's colours: their nonce differs each time."""
    brands = list(Brand.objects.order_by("pk")[:2])
    brand = brands[0] if len(brands) == 1 else None
    tag = wished_language(request, brand.default_language if brand else "")
    return page(request, "surveys/closed.html", texts.Words(tag, "page", "closed"), brand, status=404)


def is_prefetch(request: HttpRequest) -> bool:
    """Whether the browser only fetches ahead: nobody has looked at the page yet."""
    return any("prefetch" in request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))


def wished_language(request: HttpRequest, *otherwise: str) -> str:
    """What was just chosen, else what the browser asks for; for a page that belongs to no invitation."""
    accepted = [tag for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    return texts.language(request.POST.get("language", ""), *accepted, *otherwise, in_use=languages_in_use())


def network(request: HttpRequest) -> str:
    """Where a request came from: its network, never the whole address. What our own proxies say is believed."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return networks.coarse(networks.sender(request.META.get("REMOTE_ADDR", ""), forwarded, proxies=settings.PROXIES))


def network_mark(request: HttpRequest) -> str:
    """The same as a keyed hash, for a row that is kept; empty where nothing is known."""
    known = network(request)
    if known == networks.UNKNOWN:
        return ""
    return salted_hmac("surveys.network", known, algorithm="sha256").hexdigest()[:16]


def agent(request: HttpRequest) -> str:
    """The family of the program that asked: one of a few names, since more would tell people apart."""
    name = request.headers.get("User-Agent", "").lower()
    return next((family for family, marks in AGENTS.items() if any(mark in name for mark in marks)), "")


def masked(address: str) -> str:
    """Enough of an address to know one's own."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••{at}{domain}"
