"""Brands, touchpoints, subjects, campaigns with their texts, waves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.admin import HistoryAdmin, ReadOnlyAdmin, list_of, page_of
from surveys import languages, tasks, texts, waves
from surveys.admin.contacts import own_language
from surveys.models import Brand, Campaign, CampaignText, Invitation, PageText, Response, Subject, Touchpoint, Wave
from surveys.transitions import WrongState

if TYPE_CHECKING:
    Inline = admin.StackedInline[Any, Campaign]
else:
    Inline = admin.StackedInline


class OffersLanguages:
    """A language is chosen among those that have all words, or for a text those that have a question of their own."""

    LANGUAGE_FIELDS = ("language", "default_language")

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.LANGUAGE_FIELDS:
            offered = [(tag, languages.own_name(tag)) for tag in texts.OFFERED]
            if db_field.name == "language":
                offered += _question_only()
            initial = db_field.get_default() or texts.OFFERED[0]
            return forms.ChoiceField(choices=offered, label=capfirst(str(db_field.verbose_name)), initial=initial)
        return super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]


def _question_only() -> list[tuple[str, str]]:
    names = {tag: languages.own_name(tag) for tag in languages.tags() if tag not in texts.OFFERED}
    return [(tag, _("%(language)s: question only") % {"language": name}) for tag, name in names.items()]


@admin.register(Brand)
class BrandAdmin(OffersLanguages, HistoryAdmin):
    list_display = ["name", "short_name", "from_email", "site_url"]
    search_fields = ["name", "short_name", "from_email"]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "default_language"]}),
        (
            gettext_lazy("Mail"),
            {
                "fields": ["from_email", "reply_to", "postal_address"],
                "description": gettext_lazy("Every mail of its campaigns leaves under this address."),
            },
        ),
        (gettext_lazy("Pace"), {"fields": ["holidays", "daily_cap", "rate_per_minute"]}),
        (
            gettext_lazy("Links"),
            {
                "fields": ["site_url", "privacy_url", "contact_email"],
                "description": gettext_lazy("At the foot of mails and pages. An empty one is left out."),
            },
        ),
        (gettext_lazy("Look"), {"fields": ["colour", "colour_dark"]}),
    ]


@admin.register(Touchpoint, Subject)
class NamedAdmin(HistoryAdmin):
    list_display = ["name", "key", "its_campaigns"]
    search_fields = ["name", "key"]
    prepopulated_fields = {"key": ["name"]}

    @admin.display(description=gettext_lazy("campaigns"))
    def its_campaigns(self, row: Touchpoint | Subject) -> str:
        return list_of(Campaign, _("Show"), **{f"{row._meta.model_name}__id__exact": row.pk})


class CampaignTextInline(OffersLanguages, Inline):
    model = CampaignText
    extra = 0
    show_change_link = True


class PageTextInline(OffersLanguages, Inline):
    model = PageText
    extra = 0
    show_change_link = True


class TextAdmin(OffersLanguages, HistoryAdmin):
    """The texts alone, for their history; they are written on the page of the campaign, too."""

    list_select_related = ["campaign"]
    search_fields = ["campaign__name"]
    autocomplete_fields = ["campaign"]


@admin.register(CampaignText)
class CampaignTextAdmin(TextAdmin):
    list_display = ["campaign", own_language, "subject", "question"]
    list_filter = ["campaign"]


@admin.register(PageText)
class PageTextAdmin(TextAdmin):
    list_display = ["campaign", own_language, "band", "heading", "thanks_heading"]
    list_filter = ["campaign", "band"]


@admin.register(Campaign)
class CampaignAdmin(HistoryAdmin):
    list_display = ["name", "status", "kind", "touchpoint", "subject", "segment"]
    list_filter = ["status", "kind", "touchpoint", "subject", "brand"]
    list_select_related = ["touchpoint", "subject", "segment"]
    search_fields = ["name"]
    readonly_fields = ["status", "activated_at", "its_waves", "its_responses"]
    autocomplete_fields = ["touchpoint", "subject", "segment"]
    inlines = [CampaignTextInline, PageTextInline]
    actions = ["launch", "pause", "resume", "archive"]
    fieldsets = [
        (None, {"fields": ["name", "status", ("its_waves", "its_responses")]}),
        (gettext_lazy("Who asks whom about what"), {"fields": ["brand", "touchpoint", "subject", "segment"]}),
        (
            gettext_lazy("When"),
            {
                "fields": [
                    "kind",
                    "starts_on",
                    ("every", "unit"),
                    "send_at",
                    "timezone",
                    "delay_hours",
                    "activated_at",
                ],
                "description": gettext_lazy(
                    "A periodic campaign launches itself on its days while it is active. One for once waits for you."
                ),
            },
        ),
        (
            gettext_lazy("Send window"),
            {"fields": ["window_days", ("window_opens", "window_closes"), "window_zone"]},
        ),
        (
            gettext_lazy("Rules"),
            {
                "fields": [
                    "throttle_days",
                    "min_relation_days",
                    "account_cap",
                    ("reminders", "reminder_days"),
                    "open_days",
                    ("style", "scale"),
                ],
                "description": gettext_lazy("They hold from the next wave on."),
            },
        ),
    ]

    @admin.display(description=gettext_lazy("waves"))
    def its_waves(self, campaign: Campaign) -> str:
        return list_of(Wave, _("Show"), campaign__id__exact=campaign.pk)

    @admin.display(description=gettext_lazy("responses"))
    def its_responses(self, campaign: Campaign) -> str:
        return list_of(Response, _("Show"), campaign__id__exact=campaign.pk)

    def has_launch_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("surveys.launch_campaign")

    @admin.action(description=gettext_lazy("Launch…"), permissions=["launch"])
    def launch(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse:
        """Show the exact numbers; launch when they are confirmed."""
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": _("Launch now?"),
                "opts": self.model._meta,
                "plans": [(campaign, waves.dry_run(campaign)) for campaign in queryset.order_by("name")],
            }
            return TemplateResponse(request, "admin/surveys/campaign/launch.html", context)
        for campaign in queryset.order_by("name"):
            self._launch(request, campaign)
        return HttpResponseRedirect(request.get_full_path())

    def _launch(self, request: HttpRequest, campaign: Campaign) -> None:
        try:
            wave = waves.launch(campaign, by=request.user)  # type: ignore[arg-type]
        except (WrongState, waves.NotEligible) as error:
            messages.error(request, _("Not launched: %(why)s.") % {"why": error})
            return
        tasks.send_queued_messages.delay_on_commit()
        asked = waves.outcome(wave).asked
        words = ngettext("%(wave)s: %(count)d contact is asked.", "%(wave)s: %(count)d contacts are asked.", asked)
        messages.success(request, words % {"wave": wave, "count": asked})

    @admin.action(description=gettext_lazy("Pause…"), permissions=["launch"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse:
        if "confirmed" not in request.POST:
            rows = [(campaign, [_reach(waves.running(campaign)), str(_HELD_BACK)]) for campaign in queryset]
            return self.confirmation(request, title=_("Pause?"), button=_("Pause"), rows=rows)
        return self._move(request, queryset, waves.pause_campaign)

    @admin.action(description=gettext_lazy("Resume…"), permissions=["launch"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse:
        if "confirmed" not in request.POST:
            rows = [(campaign, [_reach(waves.held_back(campaign)), str(_GOES_ON)]) for campaign in queryset]
            return self.confirmation(request, title=_("Resume?"), button=_("Resume"), rows=rows)
        response = self._move(request, queryset, waves.resume_campaign)
        tasks.send_queued_messages.delay_on_commit()
        return response

    @admin.action(description=gettext_lazy("Archive…"), permissions=["launch"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> HttpResponse:
        if "confirmed" not in request.POST:
            rows = [(campaign, [_reach(waves.unfinished(campaign)), str(_ENDS)]) for campaign in queryset]
            return self.confirmation(request, title=_("Archive for good?"), button=_("Archive"), rows=rows)
        return self._move(request, queryset, waves.archive_campaign)

    def _move(
        self, request: HttpRequest, queryset: QuerySet[Campaign], move: Callable[..., waves.Running]
    ) -> HttpResponse:
        for campaign in queryset:
            try:
                reached = move(campaign, by=request.user)
            except WrongState as error:
                messages.error(request, _("Nothing changed: %(why)s.") % {"why": error})
            else:
                now = _("%(campaign)s is %(status)s now: %(waves)s, %(messages)s.")
                status = campaign.get_status_display().lower()
                words = now % {"campaign": campaign, "status": status, **_counted(reached)}
                messages.success(request, words)
        return HttpResponseRedirect(request.get_full_path())


_HELD_BACK = gettext_lazy("What has left can be answered as before. What waits is kept, and leaves when you resume.")
_GOES_ON = gettext_lazy("Sending starts at once. Waves that were paused for themselves stay paused.")
_ENDS = gettext_lazy("What waits will never leave. What has left can be answered as before. Nothing brings it back.")


def _reach(running: waves.Running) -> str:
    """How much a move reaches, as one sentence."""
    return _("Reaches %(waves)s, %(messages)s that have not left.") % _counted(running)


def _counted(running: waves.Running) -> dict[str, str]:
    return {
        "waves": ngettext("%(n)d wave", "%(n)d waves", running.waves) % {"n": running.waves},
        "messages": ngettext("%(n)d message", "%(n)d messages", running.waiting) % {"n": running.waiting},
    }


@admin.register(Wave)
class WaveAdmin(ReadOnlyAdmin):
    list_display = ["campaign", "day", "status", "started_at", "finished_at", "pause_reason"]
    list_filter = ["status", "campaign"]
    list_select_related = ["campaign"]
    search_fields = ["campaign__name"]
    date_hierarchy = "day"
    fieldsets = [
        (None, {"fields": ["its_campaign", "day", "status", "pause_reason"]}),
        (gettext_lazy("Times"), {"fields": ["planned_for", "started_at", "finished_at"]}),
        (gettext_lazy("Audience"), {"fields": ["asked", "left_out", "its_invitations"]}),
    ]
    readonly_fields = ["its_campaign", "asked", "left_out", "its_invitations"]

    @admin.display(description=gettext_lazy("campaign"))
    def its_campaign(self, wave: Wave) -> str:
        return page_of(wave.campaign)

    @admin.display(description=gettext_lazy("asked"))
    def asked(self, wave: Wave) -> int:
        return waves.outcome(wave).asked

    @admin.display(description=gettext_lazy("left out"))
    def left_out(self, wave: Wave) -> str:
        left_out = waves.outcome(wave).left_out
        return "; ".join(f"{reason.label}: {count}" for reason, count in left_out.items()) or "0"

    @admin.display(description=gettext_lazy("invitations"))
    def its_invitations(self, wave: Wave) -> str:
        return list_of(Invitation, _("Show"), wave__id__exact=wave.pk)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Who was asked, and why others were not. The token stays out: whoever has it can answer."""

    list_display = ["contact", "wave", "asked_or_why_not", own_language, "closes_at"]
    list_filter = ["skip_reason"]
    list_select_related = ["contact", "wave__campaign"]
    search_fields = ["contact__name", "contact__email"]
    fields = ["its_contact", "its_wave", "skip_reason", "style", "language", "closes_at", "created_at"]
    readonly_fields = ["its_contact", "its_wave", "created_at"]

    @admin.display(description=gettext_lazy("asked, or why not"), ordering="skip_reason")
    def asked_or_why_not(self, invitation: Invitation) -> str:
        return invitation.get_skip_reason_display() or _("Asked")

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, invitation: Invitation) -> str:
        return page_of(invitation.contact)

    @admin.display(description=gettext_lazy("wave"))
    def its_wave(self, invitation: Invitation) -> str:
        return page_of(invitation.wave)
