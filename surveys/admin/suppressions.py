"""Addresses that must not be mailed. Only their hashes are kept, so one looks them up by typing the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin import ModelAdmin, list_of
from surveys import addresses, contacts
from surveys.enums import SuppressionReason, SuppressionScope
from surveys.models import Contact, Suppression

if TYPE_CHECKING:
    SuppressionModelForm = forms.ModelForm[Suppression]
else:
    SuppressionModelForm = forms.ModelForm


class SuppressionForm(SuppressionModelForm):
    address = forms.CharField(
        label=gettext_lazy("mail address"), max_length=254, help_text=gettext_lazy("Kept as its hash.")
    )

    class Meta:
        model = Suppression
        fields = ["scope", "source"]
        labels = {"source": gettext_lazy("how we know")}
        help_texts = {"source": gettext_lazy("Such as: told us on the phone.")}

    def clean_address(self) -> str:
        address = addresses.normalise(self.cleaned_data["address"])
        if not addresses.is_valid(address):
            raise forms.ValidationError(_("This is no address we can mail."))
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        known = contacts.find_suppression(cleaned.get("address", ""))
        if known and (known.scope == SuppressionScope.ALL or known.scope == cleaned.get("scope")):
            since = {"reason": known.get_reason_display(), "day": f"{known.created_at:%Y-%m-%d}"}
            self.add_error("address", _("Mail to it is stopped already: %(reason)s, %(day)s.") % since)
        return cleaned


class LiftForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Such as: asked for surveys again by mail of 3 May."),
    )


@admin.register(Suppression)
class SuppressionAdmin(ModelAdmin):
    list_display = ["short_hash", "reason", "scope", "source", "created_at"]
    list_filter = ["reason", "scope"]
    search_fields = ["source", "address_hash__startswith"]
    search_help_text = gettext_lazy("Type a mail address to see whether mail to it is stopped.")
    fields = ["address_hash", "reason", "scope", "source", "created_at", "its_contact"]
    readonly_fields = ["its_contact", "created_at"]
    form = SuppressionForm

    @admin.display(description=gettext_lazy("hash"), ordering="address_hash")
    def short_hash(self, suppression: Suppression) -> str:
        return f"{suppression.address_hash[:12]}…"

    @admin.display(description=gettext_lazy("contact"))
    def its_contact(self, suppression: Suppression) -> str:
        return list_of(Contact, _("Show"), address_hash__exact=suppression.address_hash)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else ["address", "scope", "source"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if "@" in search_term:
            return queryset.filter(address_hash=addresses.keyed_hash(search_term)), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        row = contacts.suppress(
            form.cleaned_data["address"],
            reason=SuppressionReason.MANUAL,
            source=obj.source,
            scope=SuppressionScope(obj.scope),
            by=request.user,  # type: ignore[arg-type]
        )
        obj.pk, obj.address_hash, obj.reason = row.pk, row.address_hash, row.reason

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lift it, for a reason that is kept."""
        suppression = self.get_object(request, unquote(object_id))
        if suppression is None:
            raise Http404
        if not self.has_delete_permission(request, suppression):
            raise PermissionDenied
        form = LiftForm(request.POST or None)
        if form.is_valid():
            contacts.lift(suppression, reason=form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The address may be mailed again. The reason is kept."))
            return HttpResponseRedirect(reverse("admin:surveys_suppression_changelist"))
        rows = [(suppression, [_("Whoever has this address will be mailed again.")])]
        return self.confirmation(
            request, title=_("Let mail through again?"), button=_("Let through"), rows=rows, form=form
        )
