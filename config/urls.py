"""Where each address leads."""

from __future__ import annotations

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from surveys.views import public, webhooks

# One way in: the admin's own form would pass by allauth's limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Each row goes by itself, on its own page, where what hangs on it is shown.
admin.site.disable_action("delete_selected")

# Of allauth only what staff need, under the names that it looks up itself. Addresses are changed by an admin.
sign_in = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", include("surveys.urls")),
    path("", include("advocacy.urls")),
    path("accounts/", include(sign_in)),
    path("admin/", admin.site.urls),
    path("webhooks/", include((webhooks.urlpatterns, "anymail"))),
    # Last: whatever begins like a public address and goes on like none.
    *(path(f"{prefix}/<path:rest>", public.closed) for prefix in settings.PUBLIC_PREFIXES),
]
