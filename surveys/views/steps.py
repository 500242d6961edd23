"""A campaign in steps, each with an address of its own that saves itself: one can leave, and come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys import campaigns as desk
from surveys import dryrun, languages, texts, waves, words
from surveys.campaignforms import AudienceForm, ScheduleForm, SetUpForm, StepForm, WordsForm
from surveys.enums import Band, CampaignStatus
from surveys.models import Brand, Campaign, Touchpoint
from surveys.models.languages import languages_in_use
from surveys.transitions import WrongState
from surveys.views.campaigns import ADD, CHANGE, CONFLICT, READ, UNPROCESSABLE, get_campaign
from surveys.words import Text

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

NAMES = 20
STEPS = {
    "set_up": gettext_lazy("Basics"),
    "audience": gettext_lazy("Audience"),
    "question": gettext_lazy("Question"),
    "pages": gettext_lazy("Pages"),
    "schedule": gettext_lazy("Schedule"),
    "checks": gettext_lazy("Checks"),
    "launch": gettext_lazy("Launch"),
}
BANDS = {
    Band.DETRACTOR: gettext_lazy("Page for 0–6"),
    Band.PASSIVE: gettext_lazy("Page for 7–8"),
    Band.PROMOTER: gettext_lazy("Page for 9–10"),
}
View = Callable[..., HttpResponse]


def changing(view: View) -> View:
    """A page with a form of its own."""
    allowed: View = permission_required(CHANGE, raise_exception=True)(view)
    return require_http_methods(["GET", "HEAD", "POST"])(allowed)


@require_safe
@permission_required(ADD, raise_exception=True)
def new_campaign(request: HttpRequest) -> HttpResponse:
    return _new(request, SetUpForm(initial={"seen": 0}))


@require_POST
@permission_required(ADD, raise_exception=True)
def create_campaign(request: HttpRequest) -> HttpResponse:
    form = SetUpForm(request.POST)
    if not form.is_valid():
        return _new(request, form, status=UNPROCESSABLE)
    zone = timezone.get_default_timezone_name()
    made = desk.create(by=cast("User", request.user), timezone=zone, **form.setup())
    messages.success(request, _("Saved as a draft: nobody is asked before you launch it."))
    return redirect("surveys:audience", made.pk)


@changing
def set_up(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, get_campaign(pk), "set_up", SetUpForm, _set_up_facts)


@require_safe
@permission_required(READ, raise_exception=True)
def audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever may read sees the dry run; whoever may change, the form beside it."""
    return _step(request, get_campaign(pk), "audience", AudienceForm, _audience_facts)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def save_audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Save; or only count with what is chosen, and save nothing."""
    campaign = get_campaign(pk)
    if request.POST.get("then") != "count":
        return _step(request, campaign, "audience", AudienceForm, _audience_facts)
    form = AudienceForm(request.POST, instance=get_campaign(pk))
    status = 200 if form.is_valid() else UNPROCESSABLE
    counted = form.instance if form.is_valid() else campaign
    context = {"form": form, "is_only_counted": form.is_valid(), "seen": desk.version(campaign)}
    return page(request, campaign, "audience", status=status, **context, **_audience_facts(request, counted))


@changing
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(request, get_campaign(pk), "schedule", ScheduleForm, lambda _request, _campaign: {})


@changing
def question(request: HttpRequest, pk: int) -> HttpResponse:
    return _words_step(request, Text(get_campaign(pk), _language(request)), "question")


@changing
def pages(request: HttpRequest, pk: int, band: str) -> HttpResponse:
    if band not in Band.values:
        raise Http404
    return _words_step(request, Text(get_campaign(pk), _language(request), Band(band)), "pages")


# ----------------------------------------------------------------------------------------------------- a step as such


def trail(campaign: Campaign | None, here: str) -> list[dict[str, Any]]:
    """The steps in their order; those of a campaign that is there are links."""
    place = list(STEPS).index(here)
    return [
        {
            "label": label,
            "number": number + 1,
            "url": address(campaign, name) if campaign and number != place else "",
            "is_current": number == place,
            "is_done": number < place,
        }
        for number, (name, label) in enumerate(STEPS.items())
    ]


def address(campaign: Campaign, name: str, *, band: Band | None = None) -> str:
    args = [campaign.pk, band or Band.DETRACTOR] if name == "pages" else [campaign.pk]
    return reverse(f"surveys:{name}", args=args)


def page(
    request: HttpRequest, campaign: Campaign | None, here: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The page of a step, in the frame that all of them have."""
    later = [*STEPS.values()][list(STEPS).index(here) + 1 :]
    saved = desk.latest(campaign.history) if campaign else None
    context |= {
        "campaign": campaign,
        "steps": trail(campaign, here),
        "here": STEPS[here],
        "steps_in_all": len(STEPS),
        "following": context.get("following") or (later[0] if later else ""),
        "saved": saved,
        "is_archived": campaign is not None and campaign.status == CampaignStatus.ARCHIVED,
    }
    return render(request, f"surveys/step_{here}.html", context, status=status)


def saved(request: HttpRequest, campaign: Campaign, *, stay: str, following: str) -> HttpResponse:
    """On to where the button that was pressed leads."""
    is_draft = campaign.status == CampaignStatus.DRAFT
    messages.success(request, _("Saved.") if is_draft else _("Saved. It holds from the next wave on."))
    return redirect(stay if request.POST.get("then") == "stay" else following)


def _step(
    request: HttpRequest,
    campaign: Campaign,
    here: str,
    form_class: type[StepForm],
    facts: Callable[[HttpRequest, Campaign], dict[str, Any]],
) -> HttpResponse:
    """Show the form of a part of the set-up, or save it; after a refusal the second press is about what stands now."""
    refusal, status = None, 200
    form = form_class(instance=campaign)
    if request.method == "POST":
        form = form_class(request.POST, instance=get_campaign(campaign.pk))
        if form.is_valid():
            try:
                desk.change(campaign, by=_user(request), seen=form.cleaned_data["seen"] or 0, **form.setup())
            except WrongState as error:
                refusal, status = error, CONFLICT
            else:
                following = list(STEPS)[list(STEPS).index(here) + 1]
                return saved(request, campaign, stay=address(campaign, here), following=address(campaign, following))
        else:
            status = UNPROCESSABLE
    context = {"form": form, "refusal": refusal, "seen": desk.version(campaign), **facts(request, campaign)}
    return page(request, campaign, here, status=status, **context)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _new(request: HttpRequest, form: SetUpForm, *, status: int = 200) -> HttpResponse:
    return page(request, None, "set_up", status=status, form=form, seen=0, **_set_up_facts(request, None))


def _set_up_facts(_request: HttpRequest, _campaign: Campaign | None) -> dict[str, Any]:
    return {"lacks_brand": not Brand.objects.exists(), "lacks_touchpoint": not Touchpoint.objects.exists()}


def _audience_facts(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """The dry run, with names for those who may see contacts, and how far the mail is in each language."""
    now = timezone.now()
    found = dryrun.of(campaign, at=now)
    states = words.states(Text(campaign, campaign.brand.default_language))
    return {
        **numbers(request, campaign, found.plan, unreadable=found.unreadable),
        "spoken": [(languages.get(tag), n, states[tag]) for tag, n in found.languages.items()],
    }


def numbers(request: HttpRequest, campaign: Campaign, plan: waves.Plan, *, unreadable: str) -> dict[str, Any]:
    """What the table of a dry run needs."""
    names: dict[str, Any] = {}
    if plan.looked_at and request.user.has_perm("surveys.view_contact"):
        names = waves.first_names(campaign, at=timezone.now(), reasons=["", *plan.left_out], limit=NAMES)
    return {
        "plan": plan,
        "asked_names": names.get("", []),
        "left_out": [(reason, count, names.get(reason, [])) for reason, count in plan.left_out.items()],
        "unasked": plan.looked_at - plan.asked,
        "unreadable": unreadable,
        "names_shown": NAMES,
    }


# ------------------------------------------------------------------------------------------------------- its own words


def _language(request: HttpRequest) -> str:
    """The language that is edited; any other is no page."""
    tag = request.GET.get("lang", texts.OFFERED[0])
    if tag not in texts.OFFERED:
        raise Http404
    return tag


def _words_step(request: HttpRequest, text: Text, here: str) -> HttpResponse:
    campaign, row, refusal, status = text.campaign, words.find(text), None, 200
    following, url = _following(text)
    form = WordsForm(request.POST if request.method == "POST" else None, text=text, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            words.write(text, form.words(), by=_user(request), seen=form.cleaned_data["seen"] or 0)
        except WrongState as error:
            refusal, status = error, CONFLICT
        else:
            stay = f"{address(campaign, here, band=text.band)}?lang={text.language}"
            return saved(request, campaign, stay=stay, following=url)
    elif request.method == "POST":
        status = UNPROCESSABLE
    states, in_use = words.states(text), languages_in_use()
    drafts = languages.drafts() - in_use
    home = campaign.brand.default_language
    context = {
        "form": form,
        "following": following,
        "refusal": refusal,
        "seen": words.version(text),
        "text": text,
        "state": states[text.language],
        "tongue": languages.get(text.language),
        "home": languages.get(texts.language(home, in_use=in_use)),
        "draft": languages.get(text.language) if text.language in drafts else None,
        "instead": languages.get(texts.language(text.language, home, in_use=in_use)),
        "states": [(languages.get(tag), state, tag in drafts) for tag, state in states.items()],
        "bands": [(band, label, address(campaign, "pages", band=band)) for band, label in BANDS.items()],
        "tags": [f"{{{{ {tag} }}}}" for tag in texts.STAFF_TAGS],
    }
    return page(request, campaign, here, status=status, **context)


def _following(text: Text) -> tuple[StrOrPromise, str]:
    """Page after page in the same language, then the schedule: how it is called, and its address."""
    bands = list(BANDS)
    place = bands.index(text.band) + 1 if text.band else 0
    if place == len(bands):
        return STEPS["schedule"], address(text.campaign, "schedule")
    url = address(text.campaign, "pages", band=bands[place])
    return BANDS[bands[place]], f"{url}?lang={text.language}"
