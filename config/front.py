"""Django's WSGI handler, at which public pages do not wait for what only the console needs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, get_script_name
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.urls import set_script_prefix
from django.utils.log import log_response

from config.middleware import is_public


class Front(WSGIHandler):
    """A public page is answered without the signals that tell of each request: they are there for what is cleared up
    around it, and of that it needs but the care for old connections to the database."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not is_public(environ.get("PATH_INFO", "")):
            return super().__call__(environ, start_response)
        set_script_prefix(get_script_name(environ))
        close_old_connections()
        request = self.request_class(environ)
        response: HttpResponse = self._middleware_chain(request)  # type: ignore[attr-defined]
        if response.status_code >= 400:
            log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request)
        cookies = (("Set-Cookie", cookie.output(header="")) for cookie in response.cookies.values())
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items(), *cookies])
        return self._body(request, response)

    def _body(self, request: HttpRequest, response: Any) -> Any:
        if response.streaming:  # it clears up itself when it was read
            response._resource_closers.append(request.close)
            response._handler_class = type(self)
            return response
        with suppress(Exception):  # as in Django: the answer stands, whatever becomes of a file that came with it
            request.close()
        close_old_connections()
        return [response.content]
