from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from csp.constants import NONCE, NONE, SELF
from csp.exceptions import CSPNonceError
from csp.middleware import CSPMiddleware
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.test import Client, RequestFactory
from django.urls import Resolver404, URLPattern, get_resolver, resolve
from django.utils import translation
from pytest_django import Settings

from config.middleware import KeptHeaders, KeptPolicy, ShortHandler, _patterns, is_public
from surveys.views import public
from tests.factories import make_invitation
from tests.surveys.pages.public import answer_url, page_of

pytestmark = pytest.mark.django_db

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def test_public_page_sets_no_cookie_and_differs_by_none(client: Client) -> None:
    client.cookies.load({project.SESSION_COOKIE_NAME: "nothing", "django_language": "es"})

    response = client.get(answer_url(make_invitation(), 3))

    assert (response.status_code, dict(response.cookies), response.headers.get("Vary", "")) == (200, {}, "")


def test_public_page_has_no_session_and_no_user(client: Client, alice: User) -> None:
    client.force_login(alice)

    request = client.get(answer_url(make_invitation(), 3)).wsgi_request

    assert [hasattr(request, name) for name in ("user", "session", "_messages")] == [False] * 3


def test_public_page_has_the_headers_that_protect_it(client: Client, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    client = Client(headers={"X-Forwarded-Proto": "https"})

    response = client.get(answer_url(make_invitation(), 3), secure=True)

    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert response.headers["Content-Length"] == str(len(response.content))
    policy = response.headers["Content-Security-Policy"]
    (nonce,) = re.findall(r"style-src 'self' 'nonce-([^']+)'", policy)
    assert [style["nonce"] for style in page_of(response).find("style")] == [nonce]
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("prefix", project.PUBLIC_PREFIXES)
@pytest.mark.parametrize("rest", ["nothing", "nothing/", "nothing/else/at/all", "%00"])
def test_unknown_address_below_a_public_prefix_gets_the_closed_page(client: Client, prefix: str, rest: str) -> None:
    response = client.get(f"/{prefix}/{rest}")

    assert (response.status_code, page_of(response).text("h1")) == (404, "This link is not open.")


@pytest.mark.parametrize("address", ["/r/", "/r", "/r/%0A", "/re/x"])
def test_address_that_is_none_of_ours_is_simply_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_foreign_host_is_refused(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["ask.example.com"]

    response = Client(headers={"host": "evil.example.net"}).get(answer_url(make_invitation(), 3))

    assert response.status_code == 400


def test_fault_in_a_public_page_is_a_fault_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_token: str) -> None:
        raise RuntimeError("no luck")

    told = []
    monkeypatch.setattr(public, "find", fail)
    got_request_exception.connect(lambda **_kwargs: told.append(1), weak=False, dispatch_uid="told")

    response = Client(raise_request_exception=False).get("/r/nothing/3")

    got_request_exception.disconnect(dispatch_uid="told")
    assert (response.status_code, told) == (500, [1])
    assert "Something broke on our side" in page_of(response).text("h1")


def test_public_page_does_not_speak_the_language_of_the_page_before(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str | None] = []
    monkeypatch.setattr(public, "find", lambda _token: spoken.append(translation.get_language()))

    with translation.override("es"):
        client.get("/r/nothing/3")

    assert spoken == ["en"]


def test_console_still_goes_the_long_way(client: Client, alice: User) -> None:
    client.force_login(alice)

    response = client.get("/campaigns/")

    assert (response.wsgi_request.user, "Cookie" in response.headers["Vary"]) == (alice, True)


def plain_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def with_nonce(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]


def framed(_request: HttpRequest) -> HttpResponse:
    response: Any = HttpResponse()
    response._csp_replace = {"frame-ancestors": ["https://shop.example.com"]}
    return response  # type: ignore[no-any-return]


def with_its_own(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Content-Security-Policy": "sandbox"})


@pytest.mark.parametrize("view", [plain_view, with_nonce, framed, with_its_own])
def test_policy_that_is_kept_is_the_one_that_would_be_made(settings: Settings, view: Any) -> None:
    def policy_of(middleware: Any) -> str:
        request: Any = RequestFactory().get("/r/x/9")
        request._csp_nonce = None if view is plain_view else "bm9uY2U="
        return str(middleware(request).headers["Content-Security-Policy"])

    kept, made = KeptPolicy(view), CSPMiddleware(view)
    seen = [(policy_of(kept), policy_of(made)) for _ in range(2)]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": [NONE], "script-src": [NONCE, SELF, NONCE]}}
    seen += [(policy_of(kept), policy_of(made))]

    assert [one for one, _other in seen] == [other for _one, other in seen]
    assert (len({one for one, _other in seen}) == 1) == (view is with_its_own)


def in_any_frame(_request: HttpRequest) -> HttpResponse:
    response: Any = HttpResponse()
    response.xframe_options_exempt = True
    return response  # type: ignore[no-any-return]


def with_its_own_headers(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"Referrer-Policy": "no-referrer", "X-Frame-Options": "SAMEORIGIN", "X-Other": "1"})


VIEWS = [plain_view, with_nonce, framed, with_its_own, in_any_frame, with_its_own_headers]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_headers_that_are_kept_are_those_that_would_be_made(settings: Settings, view: Any, scheme: str) -> None:
    settings.SECURE_HSTS_SECONDS = 3_600
    kept, made = KeptHeaders(view), SecurityMiddleware(CSPMiddleware(XFrameOptionsMiddleware(view)))

    def headers_of(middleware: Any) -> dict[str, str]:
        request: Any = RequestFactory().get("/r/x/9", secure=scheme == "https")
        request._csp_nonce = "bm9uY2U=" if view is with_nonce else None
        return dict(middleware(request).headers)

    seen = [(headers_of(kept), headers_of(made)) for _ in range(2)]
    settings.X_FRAME_OPTIONS = "SAMEORIGIN"
    seen.append((headers_of(kept), headers_of(made)))
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": [NONE]}}
    seen.append((headers_of(kept), headers_of(made)))

    assert [one for one, _other in seen] == [other for _one, other in seen]


def test_what_one_response_is_given_stays_out_of_the_next() -> None:
    kept: Any = KeptHeaders(plain_view)
    kept(RequestFactory().get("/r/x/9")).headers["X-Other"] = "1"

    assert "X-Other" not in kept(RequestFactory().get("/r/x/9")).headers


def test_public_page_is_asked_for_by_https_where_the_site_is(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    kept: Any = KeptHeaders(plain_view)
    response = kept(RequestFactory().get("/r/x/9"))

    assert (response.status_code, response.headers["Location"]) == (301, "https://testserver/r/x/9")


@pytest.mark.parametrize("kept", [KeptPolicy, KeptHeaders])
def test_nonce_that_comes_too_late_is_refused(kept: Any) -> None:
    request: Any = RequestFactory().get("/r/x/9")
    kept(plain_view)(request)

    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)


@pytest.mark.parametrize("prefix", project.PUBLIC_PREFIXES)
@pytest.mark.parametrize(
    "rest",
    ["7", "abc", "abc/thanks", "abc/more", "abc/9", "abc/9/x", "1/en", "1/en/studies/3", "own/abc", "abc/", "/x"],
)  # fmt: skip
def test_public_address_leads_where_django_finds_it(rf: RequestFactory, prefix: str, rest: str) -> None:
    request = rf.get(f"/{prefix}/{rest}")

    found, expected = ShortHandler().resolve_request(request), resolve(request.path_info)

    names = ("func", "args", "kwargs", "captured_kwargs", "extra_kwargs", "url_name", "view_name", "app_names", "route")
    assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]
    assert request.resolver_match is found


def test_every_public_address_is_among_those_looked_through() -> None:
    def routes(resolver: Any, before: str = "") -> Iterator[str]:
        for each in resolver.url_patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield route
            else:
                yield from routes(each, route)

    looked_through = {str(pattern.pattern) for some in _patterns(project.ROOT_URLCONF).values() for pattern, *_ in some}

    assert {route for route in routes(get_resolver()) if is_public(f"/{route}")} == looked_through


def test_public_address_that_leads_nowhere_is_not_found(rf: RequestFactory) -> None:
    with pytest.raises(Resolver404):
        ShortHandler().resolve_request(rf.get("/r/"))
