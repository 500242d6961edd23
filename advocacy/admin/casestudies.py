"""Case studies are worked on in the console and looked up here; what was written and signed is never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from advocacy.models import CaseStudy, Release, StudyAnswer, StudyFormat, StudyQuestion, StudyVersion
from config.admin import HistoryAdmin, ModelAdmin, ReadOnlyAdmin, list_of, page_of
from surveys.admin.contacts import LanguageFilter

if TYPE_CHECKING:
    from django.db.models import Model


@admin.register(CaseStudy)
class CaseStudyAdmin(ModelAdmin):
    """What may be mended here: under which brand and in which language it stands, how long a release lasts, who owns
    it. Its stage and what is public change in the console alone."""

    list_display = ["title", "contact", "brand", "status", "stage_at", "owner", "due_on"]
    list_filter = ["status", "brand", LanguageFilter]
    list_select_related = ["contact", "brand", "owner"]
    search_fields = ["title", "contact__name", "contact__email"]
    autocomplete_fields = ["owner"]
    console_page = "advocacy:study"
    fieldsets = [
        (None, {"fields": ["title", "its_contact", "brand", "language", "release_months"]}),
        (gettext_lazy("Work"), {"fields": ["status", "stage_at", "owner", "next_step", "due_on", "its_ask"]}),
        (gettext_lazy("Public"), {"fields": ["its_release", "published_at", "its_versions", "its_releases"]}),
    ]
    readonly_fields = [
        *("its_contact", "status", "stage_at", "its_ask", "its_release", "published_at", "its_versions"),
        "its_releases",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, study: CaseStudy) -> str:
        return page_of(study.contact)

    @admin.display(description=gettext_lazy("ask"))
    def its_ask(self, study: CaseStudy) -> str:
        return page_of(study.ask)

    @admin.display(description=gettext_lazy("release"))
    def its_release(self, study: CaseStudy) -> str:
        return page_of(study.shown)

    @admin.display(description=gettext_lazy("versions"))
    def its_versions(self, study: CaseStudy) -> str:
        return _list(StudyVersion, study)

    @admin.display(description=gettext_lazy("releases"))
    def its_releases(self, study: CaseStudy) -> str:
        return _list(Release, study)


def _list(model: type[Model], study: CaseStudy) -> str:
    return list_of(model, str(gettext_lazy("Show")), study__id__exact=study.pk)


@admin.register(StudyQuestion)
class StudyQuestionAdmin(HistoryAdmin):
    """What is asked of a new study instead of the usual question of a part, or besides."""

    list_display = ["prompt", "part", "is_active", "position"]
    list_filter = ["part", "is_active"]
    search_fields = ["prompt"]


@admin.register(StudyAnswer)
class StudyAnswerAdmin(ReadOnlyAdmin):
    list_display = ["study", "part", "position", "question"]
    list_filter = ["part"]
    list_select_related = ["study"]
    search_fields = ["question", "answer", "study__title"]


@admin.register(StudyVersion)
class StudyVersionAdmin(ReadOnlyAdmin):
    list_display = ["study", "number", "title", "by", "at"]
    list_select_related = ["study", "by"]
    search_fields = ["title", "body", "study__title"]


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """What a customer was asked to read or to sign, and what they said; the token stays out of sight."""

    list_display = ["study", "step", "version", "asked_at", "answer", "answered_at", "expires_at", "withdrawn_at"]
    list_filter = ["step", "answer", ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["study", "version"]
    search_fields = ["study__title", "typed_name", "content_hash", "wording_hash"]
    fieldsets = [
        (None, {"fields": ["its_study", "its_version", "step", "asked_at", "asked_by", "closed_at"]}),
        (gettext_lazy("Answer"), {"fields": ["answer", "answered_at", "remarks", "typed_name", "typed_role"]}),
        (
            gettext_lazy("What was signed"),
            {"fields": ["content_hash", "media", "wording", "wording_hash", "language", "scope"]},
        ),
        (gettext_lazy("Times"), {"fields": ["expires_at", "withdrawn_at"]}),
    ]
    readonly_fields = ["its_study", "its_version"]

    @admin.display(description=gettext_lazy("case study"))
    def its_study(self, release: Release) -> str:
        return page_of(release.study)

    @admin.display(description=gettext_lazy("version"))
    def its_version(self, release: Release) -> str:
        return page_of(release.version)


@admin.register(StudyFormat)
class StudyFormatAdmin(ReadOnlyAdmin):
    list_display = ["study", "kind", "done_at", "done_by"]
    list_filter = ["kind"]
    list_select_related = ["study", "done_by"]
    search_fields = ["study__title"]
