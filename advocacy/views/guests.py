"""The page of a guest, for people without a login: say yes or no, the calendar file, and what a tester found.

A GET shows, a POST decides; see `surveys.views.public`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from advocacy import mail, perks
from advocacy.enums import GuestStatus, PerkStatus
from advocacy.forms.perks import LONGEST_FINDING, FindForm
from advocacy.models import PerkGuest
from surveys import languages, texts, tokens
from surveys.models import Message
from surveys.transitions import WrongState
from surveys.views.pages import closed_page, page, public

SAID = {"yes": perks.accept, "no": perks.decline}
GIVES_BACK = (GuestStatus.ACCEPTED, GuestStatus.WAITING)
NO = (GuestStatus.DECLINED, GuestStatus.CANCELLED)
CONFLICT = 409
# What each status is called on the page; who has not answered has no heading.
HEADINGS = {
    GuestStatus.ACCEPTED: "accepted",
    GuestStatus.WAITING: "waiting",
    GuestStatus.DECLINED: "declined",
    GuestStatus.CANCELLED: "declined",
    GuestStatus.ATTENDED: "attended",
}


@public
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever knows no token gets the page of every closed link."""
    guest = _guest(token)
    if guest is None:
        return closed_page(request)
    if request.method != "POST" or "language" in request.POST:
        return _page(request, guest, form=FindForm(initial=request.POST.dict()))
    if "find" in request.POST:
        return _find(request, guest)
    said = SAID.get(request.POST.get("answer", ""))
    if said is None:
        return _page(request, guest, status=400, is_wrong=True)
    status = 200
    try:
        said(guest)
    except WrongState:
        status = CONFLICT  # the page says where it stands
    return _page(request, _guest(token) or guest, status=status)


def _find(request: HttpRequest, guest: PerkGuest) -> HttpResponse:
    form = FindForm(request.POST)
    if not form.is_valid():
        return _page(request, guest, form=form, status=400)
    try:
        perks.find(guest, **form.cleaned_data, language=_words(request, guest).tag)
    except WrongState:
        return _page(request, guest, status=CONFLICT, is_enough=True)
    return _page(request, guest, is_found=True)


@public
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar file of who has a place; of what was cancelled, the file that takes it out again."""
    guest = _guest(token)
    is_off = guest is not None and guest.perk.status == PerkStatus.CANCELLED and guest.status in perks.COMING
    if guest is None or not (guest.has_place or is_off):
        return closed_page(request)
    file = mail.calendar_file(guest, at=timezone.now())
    method = "CANCEL" if is_off else "PUBLISH"
    headers = {"Content-Disposition": 'attachment; filename="invitation.ics"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(file, content_type=f"text/calendar; charset=utf-8; method={method}", headers=headers)


def _guest(token: str) -> PerkGuest | None:
    uuid = tokens.decode(token)
    rows = PerkGuest.objects.select_related("perk__brand", "contact").exclude(perk__status=PerkStatus.DRAFT)
    return rows.prefetch_related("perk__texts").filter(token=uuid).first() if uuid else None


def _words(request: HttpRequest, guest: PerkGuest) -> texts.Words:
    """In the language just chosen, or in the one that the page was in."""
    return mail.words_of_guest(guest, request.POST.get("language", "") or request.POST.get("spoken", ""))


def _page(
    request: HttpRequest, guest: PerkGuest, *, form: FindForm | None = None, status: int = 200, **said: bool
) -> HttpResponse:
    words, perk = _words(request, guest), guest.perk
    text = perk.text_in(request.POST.get("language", ""), guest.contact.language, words.tag)
    is_off, can_yes = perk.status == PerkStatus.CANCELLED, perk.is_answerable
    may_find = perks.may_find(guest)
    shown = form or FindForm()
    context: dict[str, Any] = {
        "token": tokens.encode(guest.token),
        "exit_token": _exit_token(guest),
        "perk": perk,
        "text": text,
        "home": languages.get(perk.brand.default_language),
        "paragraphs": mail.paragraphs(text),
        "when": mail.when(perk, words.tag),
        "state": "off" if is_off else HEADINGS.get(GuestStatus(guest.status), ""),
        "can_say_yes": can_yes and (guest.status == GuestStatus.INVITED or guest.status in NO),
        "has_said_no": guest.status in NO,
        "is_late": not is_off and not can_yes and guest.status == GuestStatus.INVITED,
        "is_full": can_yes and perks.left(perk) <= 0,
        "can_give_back": guest.status in GIVES_BACK and not is_off and not perk.is_over,
        "has_place": guest.has_place and not is_off,
        "has_file": guest.has_place or (is_off and guest.status in perks.COMING),
        "may_find": may_find,
        "form": shown,
        "kinds": [(kind.value, words[f"kind_{kind.value}"]) for kind in FindForm.KINDS],
        "faults": {name: words[str(errors[0])] for name, errors in shown.errors.items()} if shown.is_bound else {},
        "most_letters": LONGEST_FINDING,
        "switch_form": "finding" if may_find else "",
        **said,
    }
    return page(request, "advocacy/guest.html", words, perk.brand, status=status, **context)


def _exit_token(guest: PerkGuest) -> str:
    """The way to choose what is sent, by the latest letter to the guest."""
    letters = Message.objects.filter(perk_letter__guest=guest).select_related("contact").order_by("-pk")
    message = letters.first()
    return tokens.encode(message.token) if message and message.is_to_contact else ""
