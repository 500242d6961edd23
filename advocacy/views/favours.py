"""The page where an advocate says yes or no to a favour. A GET shows, a POST decides; see `surveys.views.public`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from advocacy import asking, mail, referrals
from advocacy.enums import AskAnswer, AskKind, AskStatus
from advocacy.models import Ask, ReferralLink
from advocacy.views import invitations
from surveys import texts, tokens
from surveys.models import Brand
from surveys.transitions import WrongState
from surveys.views.pages import closed_page, page, public

SAID = [said for said in AskAnswer if said != AskAnswer.NONE]


@public
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever knows no token, and who comes too late, gets the page of every closed link."""
    uuid = tokens.decode(token)
    rows = Ask.objects.select_related("advocate__contact", "message")
    ask = rows.filter(token=uuid, message__isnull=False).first() if uuid else None
    brand = mail.brand_of(ask.contact) if ask else None
    if ask is None or brand is None or not (ask.answer or _is_open(ask)):
        return closed_page(request)
    if request.method != "POST" or "language" in request.POST:
        return _page(request, ask, brand)
    picked = request.POST.get("answer", "")
    if picked not in SAID:
        return _page(request, ask, brand, status=400)
    try:
        asking.answer(ask, AskAnswer(picked))
    except WrongState:
        return closed_page(request)
    if _is_to_spread(ask):
        referrals.link_of(ask.advocate)
    return _page(request, ask, brand)


def _is_open(ask: Ask) -> bool:
    """Asked and not over; or its mail has just left, and nobody has noted that yet."""
    if ask.status == AskStatus.PLANNED:
        return ask.message is not None and ask.message.sent_at is not None
    return ask.status == AskStatus.SENT


def _is_to_spread(ask: Ask) -> bool:
    """Whoever said that they recommend us needs the personal link to do it by."""
    return ask.kind == AskKind.REFERRAL and ask.answer in (AskAnswer.YES, AskAnswer.WILL)


def _link(ask: Ask, words: texts.Words) -> dict[str, str]:
    """The personal link and the page of those who came by it, once there is one and the brand takes leads."""
    link = ReferralLink.objects.filter(advocate=ask.advocate).order_by("-pk").first() if _is_to_spread(ask) else None
    if link is None or referrals.offer_of(link) is None:
        return {}
    said, address = texts.table(words.tag)["referral"], invitations.address_of(link)
    own = reverse("advocacy:own_referrals", args=[tokens.encode(link.token)])
    return {"sentence": said["own_sentence"], "address": address, "own": own, "own_title": said["own_title"]}


def _page(request: HttpRequest, ask: Ask, brand: Brand, *, status: int = 200) -> HttpResponse:
    words: texts.Words = mail.words_of_ask(ask, brand, request.POST.get("language", ""))
    context: dict[str, Any] = {
        "token": tokens.encode(ask.token),
        "exit_token": tokens.encode(ask.message.token) if ask.message and ask.message.is_to_contact else "",
        "choices": [
            (
                each.value,
                words[each.value],
                words[f"{each.value}_text"],
                each == (request.POST.get("answer") or ask.answer),
            )
            for each in SAID
        ],
        "noted": words[f"noted_{ask.answer}"] if ask.answer else "",
        "link": _link(ask, words),
        "is_open": _is_open(ask),
        "is_wrong": status == 400,
    }
    return page(request, "advocacy/ask_public.html", words, brand, status=status, **context)
