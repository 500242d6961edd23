"""Mail and pages of a campaign as they would be, and the mail to a colleague. Nothing here answers or counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from csp.constants import NONCE, NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from surveys import languages, previews, tasks, testmails, texts
from surveys.doctor import installation
from surveys.enums import Band, CampaignStatus
from surveys.mail import CannotRender
from surveys.models import Campaign, Contact
from surveys.models.languages import languages_in_use
from surveys.views import public
from surveys.views.campaigns import CHANGE, CONFLICT, READ, get_campaign
from surveys.views.inbox import HEAD, LEAVE_THE_FRAME, MAIL_POLICY

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_FOUND = 8
LONGEST_QUERY = 100
PLACE = re.compile(r"[1-9]\d{0,17}", re.ASCII)
SCORES = {Band.DETRACTOR: 3, Band.PASSIVE: 8, Band.PROMOTER: 10}
SHOWN = {
    "mail": gettext_lazy("Mail"),
    "text": gettext_lazy("Mail as text"),
    Band.DETRACTOR.value: gettext_lazy("Page for 0–6"),
    Band.PASSIVE.value: gettext_lazy("Page for 7–8"),
    Band.PROMOTER.value: gettext_lazy("Page for 9–10"),
    f"{Band.DETRACTOR}-thanks": gettext_lazy("Thanks for 0–6"),
    f"{Band.PASSIVE}-thanks": gettext_lazy("Thanks for 7–8"),
    f"{Band.PROMOTER}-thanks": gettext_lazy("Thanks for 9–10"),
}
# Links leave the frame, and no window may open: so they lead nowhere. No form may be sent.
INERT_MAIL = {**MAIL_POLICY, "sandbox": True}
INERT_PAGE = {
    "default-src": [NONE],
    "style-src": [SELF, NONCE],
    "img-src": [SELF, "data:"],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


@require_safe
@permission_required(READ, raise_exception=True)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_campaign(pk))


@require_safe
@permission_required(READ, raise_exception=True)
@xframe_options_sameorigin
@csp(INERT_MAIL)  # type: ignore[arg-type]  # its types know no view with arguments
def mail(request: HttpRequest, pk: int, scheme: str) -> HttpResponse:
    """The HTML of the mail, for the frame, as a light or dark mail program shows it."""
    if scheme not in ("light", "dark"):
        raise Http404
    try:
        made = previews.letter(_invitation(request, get_campaign(pk)))
    except CannotRender as error:
        return HttpResponse(str(error), status=CONFLICT, content_type="text/plain; charset=utf-8")
    html = previews.in_scheme(previews.html_of(made), "dark" if scheme == "dark" else "light")
    return HttpResponse(_without_ways_out(html))


@require_safe
@permission_required(READ, raise_exception=True)
@xframe_options_sameorigin
@csp(INERT_PAGE)  # type: ignore[arg-type]  # likewise
def page(request: HttpRequest, pk: int, band: str) -> HttpResponse:
    """The page of a band, for the frame; with `?thanks=1` the one after it."""
    if band not in Band.values:
        raise Http404
    asked = _invitation(request, get_campaign(pk))
    response = public.preview(request, asked, score=SCORES[Band(band)], is_thanks="thanks" in request.GET)
    response.content = _without_ways_out(response.content.decode())
    return response


@require_POST
@permission_required(CHANGE, raise_exception=True)
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """To somebody on the list; any other choice sends nothing."""
    campaign, chosen = get_campaign(pk), request.POST.get("to", "")
    language = request.POST.get("lang", "")
    if language not in texts.OFFERED:
        raise Http404
    to = testmails.readers().filter(pk=int(chosen)).first() if PLACE.fullmatch(chosen) else None
    if to is None:
        return _page(request, campaign, refusal=_("Choose one of your colleagues."), status=CONFLICT)
    try:
        testmails.put(campaign, to=to, by=cast("User", request.user), language=language)
    except (CannotRender, testmails.TooMany) as refusal:
        return _page(request, campaign, refusal=str(refusal), status=CONFLICT)
    tasks.send_queued_messages.delay_on_commit()
    words = _("A test mail leaves for %(address)s. It is marked [TEST], and its links lead here.") % {
        "address": to.email
    }
    if settings.EMAIL_BACKEND == installation.INBOX:
        words = f"{words} {_('No mail server is set, so it is kept in the Inbox.')}"
    messages.success(request, words)
    return redirect(f"{reverse('surveys:preview', args=[pk])}?lang={language}")


# ------------------------------------------------------------------------------------------------------ what they share


def _without_ways_out(html: str) -> str:
    head = HEAD.search(html)
    place = head.end() if head else 0
    return html[:place] + LEAVE_THE_FRAME + html[place:]


def _invitation(request: HttpRequest, campaign: Campaign) -> Any:
    return previews.invitation(campaign, language=_chosen_language(request), contact=_contact(request))


def _contact(request: HttpRequest) -> Contact | None:
    """The one that was chosen, for those who may see contacts; else nobody, that is somebody made up."""
    chosen = request.GET.get("contact", "")
    if not PLACE.fullmatch(chosen) or not request.user.has_perm("surveys.view_contact"):
        return None
    return get_object_or_404(Contact.objects.select_related("account"), pk=int(chosen))


def _chosen_language(request: HttpRequest) -> str:
    """Empty: the contact's own."""
    given = request.POST.get("lang") or request.GET.get("lang", "")
    return given if given in texts.OFFERED else ""


def _found(request: HttpRequest) -> list[Contact]:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    if not query or not request.user.has_perm("surveys.view_contact"):
        return []
    fits = Contact.objects.filter(Q(name__icontains=query) | Q(email__icontains=query)).select_related("account")
    return list(fits.order_by("name", "pk")[:MOST_FOUND])


def _page(request: HttpRequest, campaign: Campaign, *, refusal: str = "", status: int = 200) -> HttpResponse:
    show = request.GET.get("show", "mail")
    if show not in SHOWN:
        raise Http404
    asked, contact = _invitation(request, campaign), _contact(request)
    band, _dash, thanks = show.partition("-")
    try:
        letter, cannot = previews.letter(asked) if show in ("mail", "text") else None, ""
    except CannotRender as error:
        letter, cannot = None, str(error)
    chosen: dict[str, Any] = {"lang": _chosen_language(request), "contact": contact.pk if contact else ""}
    in_use = languages_in_use()
    draft = languages.draft_of(chosen["lang"] or asked.contact.language, in_use)
    kept = urlencode({name: value for name, value in chosen.items() if value})
    context = {
        "campaign": campaign,
        "show": show,
        "shown": SHOWN,
        "title": SHOWN[show],
        "band": band if band in Band.values else "",
        "of_page": f"{kept}&thanks=1" if thanks else kept,
        "kept": kept,
        "letter": letter,
        "weight": len(previews.html_of(letter).encode()) / 1000 if letter else 0,
        "cannot": cannot,
        "contact": contact,
        "spoken": languages.get(asked.spoken),
        "draft": languages.get(draft) if draft else None,
        "instead": languages.get(asked.asked_in),
        "chosen_language": chosen["lang"],
        "offered": [(languages.get(tag), tag in languages.drafts() - in_use) for tag in texts.OFFERED],
        "query": request.GET.get("q", ""),
        "found": _found(request),
        "readers": testmails.readers() if request.user.has_perm(CHANGE) else [],
        "may_test": request.user.has_perm(CHANGE) and campaign.status != CampaignStatus.ARCHIVED,
        "refusal": refusal,
    }
    return render(request, "surveys/preview.html", context, status=status)
