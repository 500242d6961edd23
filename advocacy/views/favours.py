"""The page where an advocate says yes or no to a favour, or writes the words that were asked for.

A GET shows, a POST decides; see `surveys.views.public`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from advocacy import asking, deletions, mail, referrals, stories
from advocacy.enums import AskAnswer, AskKind, AskStatus
from advocacy.forms.stories import WordsForm
from advocacy.models import Ask, ReferralLink
from advocacy.views import invitations
from surveys import languages, mergetags, texts, tokens
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
    if "words" in request.POST and ask.kind == AskKind.TESTIMONIAL:
        return _take_words(request, ask, brand)
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


def _take_words(request: HttpRequest, ask: Ask, brand: Brand) -> HttpResponse:
    """What was written, if it comes with the consent to exactly what stood beside it; else it is shown once more."""
    shown = stories.wording(brand, _words(request, ask, brand).tag)
    form = WordsForm(request.POST, shown=shown)
    if not form.is_valid():
        return _page(request, ask, brand, form=form, status=400)
    said = form.cleaned_data
    named = {"shown_name": said["quote_name"], "shown_role": said["quote_role"]}
    try:
        asking.give_words(ask, brand=brand, shown=shown, words=said["words"], **named)
    except WrongState:
        return closed_page(request)
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


def _words(request: HttpRequest, ask: Ask, brand: Brand) -> texts.Words:
    """In the language that was just chosen, else in that of the page from which something comes."""
    words: texts.Words = mail.words_of_ask(ask, brand, request.POST.get("language", ""), request.POST.get("tag", ""))
    return words


def _empty(request: HttpRequest, ask: Ask, shown: stories.Wording) -> WordsForm:
    """What is typed is taken along into another language, but not a tick: it stood beside other words."""
    typed = {name: request.POST[name] for name in ("words", "quote_name", "quote_role") if name in request.POST}
    name = stories.short_name(mergetags.safe_name(ask.contact.name))
    agreed = {"quote": request.POST["quote"]} if request.POST.get("quote") == shown.version else {}
    return WordsForm(initial={"quote_name": name, **typed, **agreed}, shown=shown)


def _writing(
    request: HttpRequest, ask: Ask, brand: Brand, words: texts.Words, form: WordsForm | None
) -> dict[str, Any]:
    """The form for the words, where they are asked for; or the words, where they were given."""
    if ask.kind != AskKind.TESTIMONIAL:
        return {}
    if not _is_open(ask):
        story = stories.of_ask(ask).live().first() if ask.status == AskStatus.DONE else None
        return {"story": story, "spoken_in": languages.get(story.language)} if story else {}
    if deletions.waiting_for(ask.contact):  # who is to be forgotten is not quoted, and types nothing in vain
        return {}
    shown = stories.wording(brand, words.tag)
    form = form or _empty(request, ask, shown)
    faults = [words[key] for key in form.faults] if form.is_bound else []
    return {"form": form, "offer": shown, "faults": faults, "switch_form": "words"}


def _page(
    request: HttpRequest, ask: Ask, brand: Brand, *, form: WordsForm | None = None, status: int = 200
) -> HttpResponse:
    words = _words(request, ask, brand)
    writing = _writing(request, ask, brand, words, form)
    said = "words" if "story" in writing else ask.answer
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
        "noted": words[f"noted_{said}"] if said else "",
        "take_back": texts.table(words.tag)["exit"]["take_back"],
        "link": _link(ask, words),
        "is_open": _is_open(ask),
        "is_wrong": status == 400 and form is None,
        **writing,
    }
    return page(request, "advocacy/ask_public.html", words, brand, status=status, **context)
