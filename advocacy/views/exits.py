"""The way out, for people without a login: what may be sent, what is known, and to be forgotten.

The token is that of a mail, and it opens this page only where the mail went to the address that the contact has now.
A GET shows, a POST acts at once. See `surveys.views.public` for what all such pages have in common.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from advocacy import deletions, exits, mail, stories
from advocacy.enums import ReleaseAnswer
from advocacy.models import DeletionRequest, Release, Testimonial
from surveys import languages, texts, tokens, wishes
from surveys.enums import ExitChoice, SuppressionScope
from surveys.models import Brand, Contact, Message
from surveys.views.pages import SeeOther, closed_page, masked, page, public, wished_language

LONGEST_NUMBER = 19  # digits
OF_MESSAGE = ("contact__account", "contact__owner", "invitation__contact", "invitation__wave__campaign__brand")


@dataclass(frozen=True)
class Holder:
    """Whoever holds the mail of a contact, and how the pages speak to this person."""

    message: Message
    contact: Contact
    brand: Brand | None
    language: str

    @property
    def token(self) -> str:
        return tokens.encode(self.message.token)


Page = Callable[[HttpRequest, Holder], HttpResponse]


def for_holder(view: Page) -> Callable[..., HttpResponse]:
    """A public page for the holder of a mail. Whoever knows no token gets the page of every closed link; a mail that
    went to another address than the contact has now stops what goes there, and shows nothing of the contact."""

    @public
    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        uuid = tokens.decode(token)
        message = Message.objects.select_related(*OF_MESSAGE).filter(token=uuid).first() if uuid else None
        if message is None:
            return closed_page(request)
        if message.contact is None or not message.is_to_contact:
            return SeeOther(reverse("surveys:unsubscribe", args=[token]))
        return view(request, _holder(request, message, message.contact))

    return found


def for_fresh_mail(view: Page) -> Callable[..., HttpResponse]:
    """An act, so a POST, that an old mail does not open: then the page of choices says how to get a new one."""

    @for_holder
    @wraps(view)
    def acted(request: HttpRequest, holder: Holder) -> HttpResponse:
        if request.method != "POST" or not exits.is_fresh(holder.message):
            return _back(holder)
        return view(request, holder)

    return acted


@for_holder
def choices(request: HttpRequest, holder: Holder) -> HttpResponse:
    """What may be sent. Nothing is chosen any more by who asked to be forgotten."""
    if request.method != "POST":
        return _choices_page(request, holder)
    picked = request.POST.get("mail", "")
    choice = ExitChoice(picked) if picked in ExitChoice else None
    if "language" in request.POST:
        return _choices_page(request, holder, picked=choice)
    if choice is None or deletions.waiting_for(holder.contact):
        return _choices_page(request, holder, status=400)
    wishes.choose(holder.contact, choice, message=holder.message)
    return _choices_page(request, holder, is_saved=True)


@for_fresh_mail
def data(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Everything that is known, to be read. Its form for another language comes back here."""
    words = texts.Words(holder.language, "page", "exit_data")
    names = texts.table(holder.language)["exit_sections"]
    sections = [
        (names.get(section.name, section.name.replace("_", " ")), section.entries)
        for section in exits.sections(exits.known(holder.contact))
    ]
    context: dict[str, Any] = {"sections": sections, "token": holder.token, "exit_token": holder.token}
    return page(request, "advocacy/exit_data.html", words, holder.brand, **context)


@for_fresh_mail
def file(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The same for a program."""
    known, form = exits.known(holder.contact), {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(known, encoder=DjangoJSONEncoder, json_dumps_params=form)
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@for_fresh_mail
def deletion(request: HttpRequest, holder: Holder) -> HttpResponse:
    deletions.ask(holder.contact, message=holder.message)
    return _back(holder)


@for_holder
def link(request: HttpRequest, holder: Holder) -> HttpResponse:
    """A new link goes to the contact's own address, never to one that is typed."""
    if request.method == "POST" and not exits.is_fresh(holder.message):
        exits.send_link(holder.contact)
    return _back(holder)


@for_holder
def take_down(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Their words go off everywhere at once, however old the mail is. What is not theirs, or gone, changes nothing."""
    chosen = request.POST.get("quote", "")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < LONGEST_NUMBER:
        story = Testimonial.objects.live().filter(contact=holder.contact, pk=int(chosen)).first()
        if story is not None:
            stories.withdraw(story)
    return _back(holder)


# ------------------------------------------------------------------------------------------------------ what is shown


def _holder(request: HttpRequest, message: Message, contact: Contact) -> Holder:
    asked = message.invitation
    brand = asked.wave.campaign.brand if asked else mail.brand_of(contact)
    if asked is None:
        return Holder(message, contact, brand, wished_language(request, contact.language))
    asked.contact = contact
    if request.method == "POST":
        asked.choose_language(request.POST.get("language", ""))
    return Holder(message, contact, brand, asked.spoken)


def _back(holder: Holder) -> HttpResponse:
    return SeeOther(reverse("advocacy:exit", args=[holder.token]))


def _choices_page(
    request: HttpRequest,
    holder: Holder,
    *,
    picked: ExitChoice | None = None,
    is_saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    contact, tag = holder.contact, holder.language
    standing, waiting = wishes.standing(contact), deletions.waiting_for(contact)
    is_fresh = exits.is_fresh(holder.message)
    words = texts.Words(tag, "page", "exit", values=_values(holder, standing, waiting))
    chosen = picked or standing.holds
    context = {
        "token": holder.token,
        "exit_token": holder.token,
        "switch_form": "" if waiting else "mails",
        "choices": [
            (each.value, *_told(words, each, holder), each == chosen, each == standing.holds) for each in ExitChoice
        ],
        "waiting": waiting,
        "is_saved": is_saved,
        "is_wrong": status == 400 and not waiting,
        "is_stopped": standing.suppression is not None and not standing.is_own,
        "is_fresh": is_fresh,
        "can_mail": standing.suppression is None or standing.suppression.scope != SuppressionScope.ALL,
        "quotes": _quotes(contact),
        "studies": _studies(contact),
        "studies_link": texts.table(tag)["release"]["button"],
        "link_sent": not is_fresh and exits.link_sent(contact),
    }
    return page(request, "advocacy/exit.html", words, holder.brand, status=status, **context)


def _quotes(contact: Contact) -> list[dict[str, Any]]:
    """What we show of their words, then what we do not, but may come to show; each group where there is any."""
    shown = Exists(Testimonial.objects.published().filter(pk=OuterRef("pk")))
    groups: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    rows: Any = Testimonial.objects.live().filter(contact=contact).annotate(is_shown=shown)
    for story in rows.order_by("-pk"):
        said = {"pk": story.pk, "words": story.words, "spoken": languages.get(story.language)}
        groups[story.is_shown].append(said)
    return [{"is_public": is_public, "rows": rows} for is_public, rows in groups.items() if rows]


def _studies(contact: Contact) -> list[dict[str, str]]:
    """The case studies they have signed for, each with the page where it is taken back."""
    signed = Release.objects.filter(study__contact=contact, answer=ReleaseAnswer.SIGNED, withdrawn_at=None)
    return [
        {
            "title": one.version.title,
            "address": reverse("advocacy:release", args=[tokens.encode(one.token)]),
            "language": one.study.language,
        }
        for one in signed.select_related("version", "study").order_by("-pk")
    ]


def _told(words: texts.Words, choice: ExitChoice, holder: Holder) -> tuple[str, str]:
    """The name of a choice and what it means. Where there is no rhythm of surveys, none is promised."""
    asked = holder.message.invitation
    is_free = choice == ExitChoice.ALL and (asked is None or asked.wave.campaign.throttle_days < 2)
    return words[f"{choice.value}_name"], words[f"{choice.value}_text{'_free' if is_free else ''}"]


def _values(holder: Holder, standing: wishes.Standing, waiting: DeletionRequest | None) -> dict[str, str]:
    """What the words of the page are filled in with."""
    asked, tag = holder.message.invitation, holder.language
    values = {
        "address": masked(holder.contact.email),
        "days": str(asked.wave.campaign.throttle_days if asked else 0),
        "until": _day(tag, (standing.pause and standing.pause.until) or wishes.pause_ends_at()),
    }
    if waiting:
        values |= {"day": _day(tag, waiting.asked_at), "due": _day(tag, waiting.due_at)}
    return values


def _day(tag: str, at: dt.datetime) -> str:
    """A day with its year, as the language writes it."""
    return texts.plain(texts.table(tag)["exit"]["date"], {"day": texts.day(tag, at.date()), "year": str(at.year)})
