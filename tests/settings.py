"""The project's own settings, with values for tests. The environment of whoever runs them does not leak in."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

TEST_DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")

_data_dir = tempfile.mkdtemp(prefix="viva-voce-")
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)

_given = {
    "ADDRESS_HASH_KEY": "address-hash-key-of-the-tests",
    "DATA_DIR": _data_dir,
    "DNS_NAMESERVER": "off",  # no test may ask the real one
    "PORT": "8000",
    "PUBLIC_BASE_URL": "https://ask.example.com",
    "SECRET_KEY": "secret-key-of-the-tests",
    "TIME_ZONE": "UTC",
}
_unset = (
    "ALLOWED_HOSTS", "ANYMAIL", "ANYMAIL_WEBHOOK_SECRET", "BEHIND_PROXY", "CONN_MAX_AGE", "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL", "DEBUG", "DEFAULT_FROM_EMAIL", "DKIM_SELECTORS", "EMAIL_BACKEND", "EMAIL_TIMEOUT", "EMAIL_URL",
    "IMAP_URL", "LINK_CHECK_HTTP", "LINK_CHECK_LOOPBACK", "LOG_LEVEL", "PRODUCTION", "PROXIES", "REDIS_URL",
    "REPLY_ADDRESS", "SECRET_KEY_FALLBACKS", "SECURE_SSL_REDIRECT",
)  # fmt: skip
for _name in (*_given, *_unset):
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)
os.environ.update(_given)
if TEST_DATABASE_URL:
    os.environ["DATABASE_URL"] = TEST_DATABASE_URL

from config.settings import *

# Without TEST_DATABASE_URL this is SQLite with the project's own options; Django keeps the test database in memory.
DATABASES["default"]["CONN_MAX_AGE"] = 0

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# The test client and the live server speak plain HTTP.
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME = "vv-session"
CSRF_COOKIE_NAME = "vv-csrf"
