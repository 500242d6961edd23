"""Tells the browser which form has arrived: until then a script of the console (`keep.js`) keeps what was written."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE = "vv-arrived-"
AN_HOUR = 60 * 60
NUMBER = re.compile(r"[0-9a-f]{32}")  # as the script makes it for each form it sends


class ToldOfArrival:
    """A form that was answered by leading on, with no error said, has arrived: a cookie with its number says so.

    A refused one comes back as a page, one of somebody signed out leads to sign-in: of these nothing is said.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code != 302 or not request.user.is_authenticated:
            return response
        number = request.POST.get("kept", "")
        if NUMBER.fullmatch(number) and not _says_an_error(request):
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(f"{COOKIE}{number}", "1", max_age=AN_HOUR, samesite="Lax", secure=secure)
        return response


def _says_an_error(request: HttpRequest) -> bool:
    said = messages.get_messages(request)
    is_bad = any(message.level >= messages.ERROR for message in said)
    if isinstance(said, BaseStorage):
        said.used = False  # looking at them is not showing them
    return is_bad
