"""The local Inbox: what would have been mailed, had the installation a way to mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from surveys.models import InboxMail

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE_SIZE = 50
# Digits that fit the key of a row; a longer number is no place in the list, and databases refuse it.
PLACE = re.compile(r"\d{1,18}", re.ASCII)
HEAD = re.compile(r"<head(?:\s[^>]*)?>", re.IGNORECASE)
# Links of the mail lead out of the frame it is shown in.
LEAVE_THE_FRAME = '<base target="_blank">'
# A mail is not our page: nothing in it runs, loads or posts, and it does not share our origin.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}

may_read = permission_required("surveys.view_inboxmail", raise_exception=True)


@require_safe
@may_read
def inbox(request: HttpRequest) -> HttpResponse:
    """Mails, newest first, by pages whose address is the mail they come before."""
    found = list(_before(request.GET.get("before", ""))[: PAGE_SIZE + 1])
    context = {
        "mails": found[:PAGE_SIZE],
        "older_than": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "is_first_page": "before" not in request.GET,
        "is_kept_here": settings.EMAIL_BACKEND == "surveys.inbox.EmailBackend",
    }
    return render(request, "surveys/inbox.html", context)


@require_safe
@may_read
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: as it looks, its text part and its headers."""
    return render(request, "surveys/inbox_mail.html", {"mail": get_object_or_404(InboxMail, pk=pk)})


@require_safe
@may_read
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # its types know no view with arguments
def html(_request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML part as it was sent, for the frame on the page above, or as the recipient opens it."""
    body = get_object_or_404(InboxMail.objects.only("html"), pk=pk).html
    head = HEAD.search(body)
    place = head.end() if head else 0
    return HttpResponse(body[:place] + LEAVE_THE_FRAME + body[place:])


def _before(place: str) -> QuerySet[InboxMail]:
    mails = InboxMail.objects.order_by("-pk").defer("text", "html", "headers")
    return mails.filter(pk__lt=int(place)) if PLACE.fullmatch(place) else mails
