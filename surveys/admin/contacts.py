"""Accounts and contacts, with what keeps us from asking and every attempt we made; segments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import HistoryAdmin, ModelAdmin, ReadOnlyInline, list_of
from surveys import contacts, languages
from surveys.models import Account, Contact, Event, Hold, Invitation, Message, Response, Segment, Touch
from surveys.transitions import WrongState

if TYPE_CHECKING:
    ContactModelForm = forms.ModelForm[Contact]
else:
    ContactModelForm = forms.ModelForm


@admin.register(Account)
class AccountAdmin(ModelAdmin):
    list_display = ["name", "website", "revenue", "owner", "segment"]
    ordering = ["name"]
    list_select_related = ["owner"]
    list_filter = ["segment"]
    search_fields = ["name", "website"]
    autocomplete_fields = ["owner"]
    readonly_fields = ["its_contacts", "created_at"]
    console_page = "advocacy:account"
    fieldsets = [
        (None, {"fields": ["name", "website", "segment", "its_contacts"]}),
        (
            gettext_lazy("Worth"),
            {"fields": ["revenue", "owner"], "description": gettext_lazy("The owner looks after all of its contacts.")},
        ),
        (gettext_lazy("Record"), {"fields": ["created_at"]}),
    ]

    @admin.display(description=gettext_lazy("contacts"))
    def its_contacts(self, account: Account) -> str:
        return list_of(Contact, _("Show"), account__id__exact=account.pk)


class HoldInline(ReadOnlyInline):
    model = Hold
    fields = ["kind", "until", "reason", "created_at"]
    readonly_fields = ["created_at"]


class TouchInline(ReadOnlyInline):
    model = Touch
    fields = ["kind", "at"]
    ordering = ["-at"]


class LanguageFilter(admin.SimpleListFilter):
    """From the list of languages: the values in use would be read off the whole table."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(tag, languages.own_name(tag)) for tag in languages.tags()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(language=self.value()) if self.value() in languages.tags() else queryset


@admin.display(description=gettext_lazy("language"), ordering="language")
def own_language(row: Any) -> str:
    """The language of a row by its own name."""
    return languages.own_name(row.language)


class ContactForm(ContactModelForm):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.version = contacts.version(self.instance) if self.instance.pk else ""
        self.initial["seen"] = self.version

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.version:
            self.add_error(None, _("This contact changed meanwhile: open it in a second tab, and compare."))
        return self.version

    def add_error(self, field: str | None, error: Any) -> None:
        """Without a word of the model about the address where the form has said already what is wrong with it."""
        if field is None and "email" in self.errors and hasattr(error, "error_dict"):
            error.error_dict.pop("email", None)
        super().add_error(field, error)

    def has_changed(self) -> bool:
        return bool(self.changed_data)

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "seen"]


@admin.register(Contact)
class ContactAdmin(ModelAdmin):
    """Nobody is deleted here: a person is erased in the console, with all that hangs on the person."""

    list_display = ["__str__", "email", "account", own_language, "owner", "customer_since"]
    list_filter = [LanguageFilter, "basis"]
    list_select_related = ["account", "owner"]
    ordering = ["-pk"]  # the look-up fields of other pages turn pages too
    search_fields = ["name", "email", "phone", "external_id", "account__name"]
    autocomplete_fields = ["account", "owner"]
    readonly_fields = [
        *("basis_source", "basis_at", "mail_wish", "mail_wish_at", "created_at", "updated_at", "stopped", "related"),
    ]
    inlines = [HoldInline, TouchInline]
    form = ContactForm
    console_page = "advocacy:contact"
    fieldsets = [
        (None, {"fields": ["name", "email", "phone", "stopped", "related", "seen"]}),
        (gettext_lazy("Who it is"), {"fields": ["account", "owner", "customer_since", "external_id"]}),
        (gettext_lazy("How to write"), {"fields": ["language", "timezone"]}),
        (
            gettext_lazy("May we ask"),
            {
                "fields": ["basis", "basis_source", "basis_at", "mail_wish", "mail_wish_at"],
                "description": gettext_lazy("Without a recorded basis no survey is sent."),
            },
        ),
        (
            gettext_lazy("What segments look at"),
            {
                "fields": ["tags", "properties"],
                "description": gettext_lazy("As JSON: tags are a list of texts, properties are pairs of texts."),
            },
        ),
        (gettext_lazy("Record"), {"fields": ["created_at", "updated_at"]}),
    ]

    @admin.display(description=gettext_lazy("mail to this address"))
    def stopped(self, contact: Contact) -> str:
        suppression = contacts.find_suppression(contact.email)
        if suppression is None:
            return _("Allowed")
        since = {"reason": suppression.get_reason_display(), "scope": suppression.get_scope_display()}
        return _("Stopped: %(reason)s (%(scope)s)") % since

    @admin.display(description=gettext_lazy("what belongs to it"))
    def related(self, contact: Contact) -> str:
        if contact.pk is None:
            return ""
        lists = [
            (Response, _("Responses")),
            (Invitation, _("Invitations")),
            (Message, _("Messages")),
            (Event, _("Events")),
        ]
        return format_html_join(
            " · ", "{}", ((list_of(model, text, contact__id__exact=contact.pk),) for model, text in lists)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Contact, form: Any, change: bool) -> None:
        by: Any = request.user
        if not change:
            contacts.add(obj, by=by)
            return
        details = {name: getattr(obj, name) for name in form.changed_data}
        contacts.save_details(obj, seen=form.cleaned_data["seen"], by=by, **details)

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **options)
        except WrongState as error:  # after the form was checked somebody was faster
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())


@admin.register(Segment)
class SegmentAdmin(HistoryAdmin):
    """Its conditions are put together in the console, where one sees whom they find."""

    list_display = ["name", "by", "created_at"]
    list_select_related = ["by"]
    search_fields = ["name"]
    fields = ["name", "what_it_asks", "by", "created_at"]
    readonly_fields = ["what_it_asks", "by", "created_at"]
    console_page = "advocacy:segment"

    @admin.display(description=gettext_lazy("conditions"))
    def what_it_asks(self, segment: Segment) -> str:
        return json.dumps(segment.conditions, ensure_ascii=False)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
