"""Pages of a personal link for people without a login: the invitation itself, its QR code, and the advocate's own page.

A GET changes nothing. Whoever leaves an address gets the same page, known or not.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from advocacy import referrals
from advocacy.enums import RewardSide, RewardStatus
from advocacy.forms.referrals import LeadForm
from advocacy.models import Advocate, ReferralLink, ReferralOffer
from surveys import qrcodes, texts, tokens
from surveys.models.languages import languages_in_use
from surveys.views.pages import closed_page, network_mark, page, public, wished_language

SHOWN = 200
REWARD_WORDS = {
    RewardStatus.PENDING: "reward_held",
    RewardStatus.APPROVED: "reward_coming",
    RewardStatus.ISSUED: "reward_coming",
    RewardStatus.FULFILLED: "reward_there",
    RewardStatus.VOID: "reward_none",
    RewardStatus.REVERSED: "reward_none",
}


@public
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    link, offer = _open(code)
    if link is None or offer is None:
        return closed_page(request)
    is_sent = request.method == "POST" and "language" not in request.POST
    form = LeadForm(request.POST) if is_sent else LeadForm(initial=request.POST.dict())
    words = _words(link, offer, wished_language(request, offer.brand.default_language))
    if not is_sent or not form.is_valid():
        return _page(request, link, offer, words, form, status=400 if is_sent else 200)
    said = {name: form.cleaned_data[name] for name in ("name", "email", "company")}
    agreed = f"{words.plain('agree')}. {words.plain('agree_text')}"
    try:
        referrals.register(link, **said, language=words.tag, consent_text=agreed, network=network_mark(request))
    except referrals.NotOpen:
        return closed_page(request)
    return _page(request, link, offer, words, form, is_done=True)


@public
@require_safe
def qr_code(request: HttpRequest, code: str) -> HttpResponse:
    link, offer = _open(code)
    if link is None or offer is None:
        return closed_page(request)
    return HttpResponse(qrcodes.svg(address_of(link)), content_type="image/svg+xml")


@public
def own(request: HttpRequest, token: str) -> HttpResponse:
    """What became of those who came by somebody's link: days and states, and no word of who they are."""
    uuid = tokens.decode(token)
    rows = ReferralLink.objects.select_related("advocate__contact")
    link = rows.filter(token=uuid, advocate__isnull=False).first() if uuid else None
    offer = referrals.offer_of(link) if link else None
    if link is None or offer is None or link.advocate is None:
        return closed_page(request)
    brand, contact = offer.brand, link.advocate.contact
    wish = request.POST.get("language", "") or contact.language
    tag = texts.language(wish, brand.default_language, in_use=languages_in_use())
    words = _words(link, offer, tag, own={"title": texts.table(tag)["referral"]["own_title"]})
    came = link.referrals.prefetch_related("rewards").order_by("-pk")[:SHOWN]
    entries = [
        (
            texts.day(tag, (each.registered_at or each.created_at).date()),
            words[f"is_{each.status}"],
            [
                words[REWARD_WORDS[RewardStatus(reward.status)]]
                for reward in each.rewards.all()
                if reward.side == RewardSide.ADVOCATE
            ],
        )
        for each in came
    ]
    context: dict[str, Any] = {"link": link, "address": address_of(link), "entries": entries}
    return page(request, "advocacy/referral_own.html", words, brand, **context)


def address_of(link: ReferralLink) -> str:
    base: str = settings.PUBLIC_BASE_URL
    return base + reverse("advocacy:invitation", args=[link.code])


def shown(advocate: Advocate) -> dict[str, Any]:
    """The link of an advocate for the console, if there is one."""
    link = ReferralLink.objects.filter(advocate=advocate).order_by("-pk").first()
    return {"link": link, "link_address": address_of(link), "link_token": tokens.encode(link.token)} if link else {}


def _open(code: str) -> tuple[ReferralLink | None, ReferralOffer | None]:
    if not (code.isascii() and code.isalnum()):  # PostgreSQL refuses to look for some of what an address may hold
        return None, None
    rows = ReferralLink.objects.select_related("advocate__contact")
    link = rows.filter(code=code, advocate__isnull=False).first()
    return link, referrals.offer_of(link) if link else None


def _words(
    link: ReferralLink, offer: ReferralOffer, tag: str, *, own: dict[str, str] | None = None, gift: str = ""
) -> texts.Words:
    first_name = link.advocate.contact.first_name if link.advocate else ""
    values = {"company": offer.brand.short_name, "first_name": first_name, "name": offer.writer, "gift": gift}
    return texts.Words(tag, "page", "referral", values=values, own=own)


def _page(
    request: HttpRequest,
    link: ReferralLink,
    offer: ReferralOffer,
    words: texts.Words,
    form: LeadForm,
    *,
    status: int = 200,
    is_done: bool = False,
) -> HttpResponse:
    is_named = bool(link.advocate and link.advocate.contact.first_name)
    context: dict[str, Any] = {
        "heading": words["heading" if is_named else "heading_nameless"],
        "gifts": [
            _words(link, offer, words.tag, gift=item.name)[key]
            for key, item in (("you_get", offer.lead_item), ("sender_gets", offer.advocate_item))
            if item
        ],
        "form": form,
        "faults": {name: words[str(errors[0])] for name, errors in form.errors.items()} if form.is_bound else {},
        "is_done": is_done,
        "switch_form": "" if is_done else "lead",
    }
    return page(request, "advocacy/invitation.html", words, offer.brand, status=status, **context)
