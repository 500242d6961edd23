"""What all pages for people without a login share: no session, no cookie, kept by nobody, no word of who is known."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys import languages, mail, texts
from surveys.enums import Band
from surveys.models import Brand
from surveys.models.languages import languages_in_use

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
# The class of a page and of a number on the scale.
TONES = {Band.DETRACTOR: ("red", "d"), Band.PASSIVE: ("yellow", "p"), Band.PROMOTER: ("green", "g")}
IPV4_BITS, IPV6_BITS = 24, 48
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


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for everybody, kept by nobody. It cannot ask for a CSRF token: that would need a cookie."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = require_http_methods(["GET", "HEAD", "POST"])(view)(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return page


def page(
    request: HttpRequest, template: str, words: texts.Words, brand: Brand | None, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page in the words' language with the brand's name and colours around it."""
    context |= {
        "words": words,
        "spoken": languages.get(words.tag),
        "offered": texts.offered(languages_in_use()),
        "brand": brand,
        "home": languages.get(brand.default_language) if brand else None,
        "initial": mail.initial(brand.name) if brand else "",
        "site_url": texts.link(brand.site_url) if brand else "",
        "privacy_url": texts.link(brand.privacy_url) if brand else "",
        "exit_link": texts.table(words.tag)["exit"]["link"],
    }
    response = render(request, template, context, status=status)
    response.headers["Content-Language"] = words.tag
    return response


def closed_page(request: HttpRequest) -> HttpResponse:
    """The same to the byte for whatever is not open, so without a brand's colours: their nonce differs each time."""
    brands = list(Brand.objects.order_by("pk")[:2])
    brand = brands[0] if len(brands) == 1 else None
    tag = wished_language(request, brand.default_language if brand else "")
    return page(request, "surveys/closed.html", texts.Words(tag, "page", "closed"), brand, status=404)


def wished_language(request: HttpRequest, *otherwise: str) -> str:
    """What was just chosen, else what the browser asks for; for a page that belongs to no invitation."""
    accepted = [tag for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    return texts.language(request.POST.get("language", ""), *accepted, *otherwise, in_use=languages_in_use())


def network(request: HttpRequest) -> str:
    """Where a request came from, coarsely: a keyed hash of the first bits of the address, never the address itself."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    bits = IPV4_BITS if address.version == 4 else IPV6_BITS
    part = ipaddress.ip_network((address, bits), strict=False)
    return salted_hmac("surveys.network", str(part), algorithm="sha256").hexdigest()[:16]


def agent(request: HttpRequest) -> str:
    """The family of the program that asked: one of a few names, since more would tell people apart."""
    name = request.headers.get("User-Agent", "").lower()
    return next((family for family, marks in AGENTS.items() if any(mark in name for mark in marks)), "")


def masked(address: str) -> str:
    """Enough of an address to know one's own."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••{at}{domain}"
