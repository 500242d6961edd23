"""The short way that public pages go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver
from django.utils import translation
from django.utils.module_loading import import_string

_MARK = "the nonce"
Handler = Callable[[HttpRequest], HttpResponseBase]


def is_public(path: str) -> bool:
    """Whether it leads to a page for everybody: `/r/...` does, `/r/` does not."""
    return _public().match(path) is not None


@cache
def _public() -> re.Pattern[str]:
    return re.compile(rf"/(?:{'|'.join(settings.PUBLIC_PREFIXES)})/.")


class PublicPath:
    """Stands first and takes the public pages out of the long chain: no session, no user, no messages, no cookie.

    What it does beside `PUBLIC_MIDDLEWARE` the console has from CommonMiddleware and LocaleMiddleware: refuse a foreign
    host, say how long the body is, and not speak the language of whoever was served before.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        handler = ShortHandler()
        handler.load_middleware()
        self._answer: Handler = handler.answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_public(request.path_info):
            return self.get_response(request)
        request.get_host()
        if translation.get_language() == settings.LANGUAGE_CODE:
            response = self._answer(request)
        else:
            with translation.override(settings.LANGUAGE_CODE):
                response = self._answer(request)
        if not response.streaming and not response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        return response


class KeptPolicy(CSPMiddleware):
    """The same header, of which but the nonce is made once. A view that says something of it has it made anew."""

    _kept: tuple[Any, str, str] = (None, "", "")  # of these settings: without a nonce, and with the mark for one

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_as_ever = not any(name.startswith("_csp") for name in vars(response)) and HEADER not in response
        nonce = getattr(request, "_csp_nonce", None)
        if settings.DEBUG or not is_as_ever or getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None):
            return super().process_response(request, response)
        _settings, without, marked = self._policy()
        response.headers[HEADER] = marked.replace(_MARK, nonce) if nonce else without
        if nonce is None:
            request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response

    def _policy(self) -> tuple[Any, str, str]:
        given = settings.CONTENT_SECURITY_POLICY
        if self._kept[0] is not given:
            self._kept = (given, build_policy(), build_policy(nonce=_MARK))
        return self._kept


class KeptHeaders(KeptPolicy):
    """All that the console's middleware adds to a response for the browser's sake: it adds to an empty one once, and
    what that got the others get. A view that says something of it, or uses the nonce, has it added each time."""

    def __init__(self, get_response: Handler) -> None:
        super().__init__(get_response)
        self._security = SecurityMiddleware(get_response)
        self._frames = XFrameOptionsMiddleware(get_response)
        self._added: dict[bool, tuple[Any, dict[str, tuple[str, str]]]] = {}

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:  # type: ignore[override]
        super().process_request(request)
        return self._security.process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        own = vars(response)
        says_something = "xframe_options_exempt" in own or any(name.startswith("_csp") for name in own)
        if settings.DEBUG or says_something or getattr(request, "_csp_nonce", None) is not None:
            return self._add(request, response)
        # Each of them is added where the view has not set it. By this door, since the usual one encodes it each time.
        headers: Any = response.headers
        headers._store = {**self._usual(request), **headers._store}
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response

    def _usual(self, request: HttpRequest) -> dict[str, tuple[str, str]]:
        """What is added to an empty response under the settings of now, as a response holds it."""
        under = (settings.CONTENT_SECURITY_POLICY, settings.X_FRAME_OPTIONS)
        is_secure = bool(self._security.sts_seconds) and request.is_secure()
        seen, added = self._added.get(is_secure, (None, {}))
        if seen != under:
            headers = self._add(request, HttpResponse()).headers
            added = {name.lower(): (name, value) for name, value in headers.items() if name != "Content-Type"}
            self._added[is_secure] = (under, added)
        return added

    def _add(self, request: HttpRequest, response: Any) -> HttpResponse:
        response = super().process_response(request, self._frames.process_response(request, response))
        return self._security.process_response(request, response)


class ShortHandler(BaseHandler):
    """Django's own handler with the middleware of public pages. None of them needs a hook of the view."""

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware: list[Handler] = []
        self._template_response_middleware: list[Handler] = []
        self._exception_middleware: list[Handler] = []
        self.answer: Any = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        for name in reversed(settings.PUBLIC_MIDDLEWARE):
            self.answer = convert_exception_to_response(import_string(name)(self.answer))

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """As Django does it, past the steps between the address and the few that begin like it."""
        path = request.path_info[1:]
        for pattern, app_names, namespaces in _patterns(settings.ROOT_URLCONF).get(path.partition("/")[0], ()):
            if (found := pattern.pattern.match(path)) is not None:
                _rest, args, captured = found
                match = ResolverMatch(
                    pattern.callback,
                    args,
                    {**captured, **pattern.default_args},
                    pattern.name,
                    app_names,
                    namespaces,
                    str(pattern.pattern),
                    captured_kwargs=captured,
                    extra_kwargs=pattern.default_args,
                )
                request.resolver_match = match
                return match
        return super().resolve_request(request)


_Placed = tuple[URLPattern, list[str | None], list[str | None]]


@cache
def _patterns(urlconf: str) -> dict[str, list[_Placed]]:
    """By the first part of a public address its patterns in their order, with the names of apps and namespaces."""
    found: dict[str, list[_Placed]] = {prefix: [] for prefix in settings.PUBLIC_PREFIXES}
    for placed in _walk(get_resolver(urlconf), [], []):
        prefix = str(placed[0].pattern).partition("/")[0]
        if prefix in found:
            found[prefix].append(placed)
    return found


def _walk(resolver: URLResolver, app_names: list[str | None], namespaces: list[str | None]) -> Iterator[_Placed]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each, app_names, namespaces
        elif not str(each.pattern) and not each.default_kwargs:
            further = [*app_names, each.app_name] if each.app_name else app_names
            yield from _walk(each, further, [*namespaces, each.namespace] if each.namespace else namespaces)
