"""People who sign in, and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import admin as allauth_admin  # noqa: F401 - registers what is taken away below
from allauth.account.models import EmailAddress, EmailConfirmation
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import accounts
from config.admin import list_of

if TYPE_CHECKING:
    NewUserForm = AdminUserCreationForm[User]
    ChangedUserForm = UserChangeForm[User]
    UserBase = UserAdmin[User]
else:
    NewUserForm, ChangedUserForm, UserBase = AdminUserCreationForm, UserChangeForm, UserAdmin

for model in (User, Group, EmailAddress, EmailConfirmation):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class OneAddressEach:
    """Whoever has an address signs in and resets a password by it: no two people may share one."""

    def clean_email(self) -> str:
        address: str = self.cleaned_data["email"]  # type: ignore[attr-defined]
        others = User.objects.exclude(pk=self.instance.pk)  # type: ignore[attr-defined]
        if address and others.filter(email__iexact=address).exists():
            raise forms.ValidationError(_("Somebody else signs in with this address."))
        return address


class NewPersonForm(OneAddressEach, NewUserForm):
    pass


class PersonForm(OneAddressEach, ChangedUserForm):
    pass


@admin.register(User)
class PersonAdmin(UserBase):
    """Whoever is not a superuser makes none, and touches none."""

    form = PersonForm
    add_form = NewPersonForm
    list_display = ["username", "email", "first_name", "last_name", "roles", "is_active", "is_staff", "last_login"]
    list_filter = ["groups", "is_active", "is_staff"]
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = ["last_login", "date_joined", "its_teams"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (gettext_lazy("Who it is"), {"fields": [("first_name", "last_name"), "email"]}),
        (
            gettext_lazy("What it may do"),
            {
                "fields": ["is_active", "groups", "its_teams", "is_staff"],
                "description": gettext_lazy(
                    "The roles say it all. Whoever leaves is made inactive, not deleted: what was done stays signed."
                ),
            },
        ),
        (gettext_lazy("Record"), {"fields": ["last_login", "date_joined"]}),
    ]
    superuser_fieldsets = [
        (gettext_lazy("Beyond the roles"), {"fields": ["is_superuser", "user_permissions"], "classes": ["collapse"]})
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email", "groups", "is_staff"]}),
        (gettext_lazy("Password"), {"fields": ["usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all()))

    @admin.display(description=gettext_lazy("teams"))
    def its_teams(self, user: User) -> str:
        return ", ".join(user.teams.order_by("name").values_list("name", flat=True)) or "–"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets, *self.superuser_fieldsets] if obj and _is_superuser(request) else fieldsets

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_superuser(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            accounts.forget_other_addresses(obj)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    return user is None or not user.is_superuser or _is_superuser(request)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """The roles; a new one may be added."""

    list_display = ["name", "people"]

    @admin.display(description=gettext_lazy("people"))
    def people(self, group: Group) -> str:
        return list_of(User, _("Show"), groups__id__exact=group.pk)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **options: Any) -> Any:
        if db_field.name == "permissions":
            ours = Permission.objects.filter(content_type__app_label__in=["surveys", "advocacy", "auth"])
            options["queryset"] = ours.exclude(codename__contains="historical").select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **options)
