"""Anymail's webhooks, behind a secret: without one there are none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.exceptions import AnymailConfigurationError
from anymail.urls import urlpatterns as anymail_patterns
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.views import View

logger = logging.getLogger(__name__)


class Tolerant(View):
    """Before anymail's own view in the order of inheritance: what cannot be read is refused, and one bad event of a
    batch is left out. Anymail would answer 500, and the provider send the whole batch again, for days."""

    esp_name: str

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with transaction.atomic():  # all of a batch or none: one that is answered with an error comes again
                response: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]
        except (AnymailConfigurationError, SuspiciousOperation, DatabaseTrouble):
            raise
        except Exception as error:  # whatever a body may hold
            logger.warning("webhook.unreadable provider=%s error=%s", self.esp_name, type(error).__name__)
            return HttpResponseBadRequest("This is no event that can be read.\n", content_type="text/plain")
        return response

    def parse_events(self, request: HttpRequest) -> list[Any]:
        return [event for event in super().parse_events(request) if event is not None]  # type: ignore[misc]

    def esp_to_anymail_event(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().esp_to_anymail_event(*args, **kwargs)  # type: ignore[misc]
        except (AnymailConfigurationError, SuspiciousOperation):
            raise
        except Exception as error:
            logger.warning("webhook.bad_event provider=%s error=%s", self.esp_name, type(error).__name__)
            return None


def _behind_secret(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def hook(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except AnymailConfigurationError as error:  # this provider's own key is missing, or it was told another address
            logger.warning("webhook.not_set_up path=%s error=%s", request.path, type(error).__name__)
            raise Http404 from error

    return hook


def _pattern(pattern: URLPattern) -> URLPattern:
    view_class = pattern.callback.view_class  # type: ignore[attr-defined]
    tolerant: type[View] = type(f"Tolerant{view_class.__name__}", (Tolerant, view_class), {})
    return URLPattern(pattern.pattern, _behind_secret(tolerant.as_view()), name=pattern.name)


# Tracking alone. Mandrill has one address for both.
urlpatterns = [_pattern(each) for each in anymail_patterns if "inbound" not in str(each.name)]
