"""What the admin pages of every app have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import Model
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from simple_history.admin import SimpleHistoryAdmin

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
    _Inline = admin.TabularInline[Any, Any]
else:
    _Admin, _Inline = admin.ModelAdmin, admin.TabularInline

NOTHING = "–"


def page_of(row: Model | None) -> str:
    """A link to the admin page of another row."""
    if row is None:
        return NOTHING
    return format_html('<a href="{}">{}</a>', reverse(_name(type(row), "change"), args=[row.pk]), row)


def list_of(model: type[Model], text: str, **conditions: Any) -> str:
    """A link to those rows in the admin's list of `model` that meet the conditions."""
    if None in conditions.values():  # a row that is just being made
        return NOTHING
    return format_html('<a href="{}?{}">{}</a>', reverse(_name(model, "changelist")), urlencode(conditions), text)


def _name(model: type[Model], page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


class ModelAdmin(_Admin):
    """Rows that staff set up or look up."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_per_page = 50
    show_full_result_count = False  # it would count the whole table beside what was searched for
    console_page = ""  # the name of the address where the console shows the same row

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return reverse(self.console_page, args=[obj.pk]) if self.console_page and obj is not None else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write what was changed and nothing else: a bare save would undo what somebody does meanwhile."""
        if not change:
            obj.save()
            return
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=columns.intersection(form.changed_data))

    def confirmation(
        self,
        request: HttpRequest,
        *,
        title: str,
        button: str,
        rows: Sequence[tuple[Model, Iterable[str]]],
        form: Form | None = None,
    ) -> HttpResponse:
        """The page that says what will happen to each row, and comes back with `confirmed`."""
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "button": button,
            "rows": rows,
            "form": form,
            "action": request.POST.get("action", ""),
            "opts": self.model._meta,
            "changelist": reverse(_name(self.model, "changelist")),
        }
        return TemplateResponse(request, "admin/confirm.html", context)


class ReadOnlyAdmin(ModelAdmin):
    """Facts: looked up, never typed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(_Inline):
    """The facts that belong to a row."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class HistoryAdmin(SimpleHistoryAdmin, ModelAdmin):  # type: ignore[misc]
    """Settings whose every version is kept, with who made it."""

    object_history_list_template = "admin/_history.html"

    def get_urls(self) -> list[URLPattern]:
        # Without the page of one version: whoever may see it could post it back, over a status that has moved since.
        urls: list[URLPattern] = admin.ModelAdmin.get_urls(self)
        return urls

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        return response
