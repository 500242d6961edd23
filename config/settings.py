"""All settings, read from the environment; secrets also from files.

Without any variable this is the embedded default: SQLite, no broker, mail kept in the local Inbox.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).expanduser().absolute()
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
PORT = env("PORT", default="8000")  # checked where it is used, so that a bad value gets a clear message


def _secret(name: str) -> str:
    """The secret from the environment, or one made once and kept under DATA_DIR.

    In production a made-up secret would differ between machines, so there it must be given.
    """
    value: str = env(name, default="")
    if value or PRODUCTION:
        return value
    path = DATA_DIR / name.lower()
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Exclusive and complete in one step: two processes that start together must agree on one secret.
            draft = path.with_suffix(f".{os.getpid()}")
            draft.write_text(secrets.token_urlsafe(48))
            draft.chmod(0o600)
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError:
        return ""  # config.checks names the directory and the way out


SECRET_KEY = _secret("SECRET_KEY") or "unset-" + secrets.token_urlsafe(32)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ADDRESS_HASH_KEY = _secret("ADDRESS_HASH_KEY")

PUBLIC_BASE_URL = env("PUBLIC_BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
_base = urlsplit(PUBLIC_BASE_URL)
_secure = _base.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_base.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_BASE_URL])

INSTALLED_APPS = [
    "surveys",
    "advocacy",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "anymail",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "simple_history",
]

# How the addresses of pages without a login begin, and all that such a page goes through: no session, no cookie.
PUBLIC_PREFIXES = ["r", "u", "o", "embed", "x", "go", "k", "wall", "a", "f", "p", "s"]
PUBLIC_MIDDLEWARE = ["config.middleware.KeptHeaders"]
MIDDLEWARE = [
    "config.middleware.PublicPath",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "config.kept.ToldOfArrival",
    "config.methods.LedBack",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "advocacy.views.frame.context",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'vivavoce.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # FULL: NORMAL may drop the last commits at a power cut, and with them an unsubscribe or a `dispatching`.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    # Seconds. To open the file, and to fold the log into it when nobody else has it open, takes longer than most pages.
    DATABASES["default"]["CONN_MAX_AGE"] = 5
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")

# What all processes must agree on at once: in Redis, or in files beside the database where one machine does it all.
if REDIS_URL.startswith(("redis://", "rediss://", "redis+socket://")):
    _stamps = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket:", "unix:").replace("virtual_host=", "db="),
        "KEY_PREFIX": "vivavoce",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
else:
    _stamps = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "stamps"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "stamps": _stamps}

# Mail: without EMAIL_URL nothing leaves the machine, every letter is kept for the Inbox page.
EMAIL_BACKEND = env("EMAIL_BACKEND", default="surveys.inbox.EmailBackend")
if env("EMAIL_URL", default=""):
    globals().update(env.email("EMAIL_URL"))
if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "surveys.smtp.EmailBackend"  # which knows how far a conversation came when it broke off
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=30)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="viva-voce@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ANYMAIL = env.json("ANYMAIL", default={})
# USER:PASSWORD, which the provider sends with each event; two while it is changed. Without it /webhooks/ is 404.
if env.list("ANYMAIL_WEBHOOK_SECRET", default=[]):
    ANYMAIL = {**ANYMAIL, "WEBHOOK_SECRET": env.list("ANYMAIL_WEBHOOK_SECRET")}
# Where reports and replies arrive, such as imaps://user:password@mail.example.com/INBOX. Empty: nobody looks.
IMAP_URL = env("IMAP_URL", default="")
# Such as reply+{token}@ask.example.com: then each mail has an address of its own for replies, and so a reply is known.
REPLY_ADDRESS = env("REPLY_ADDRESS", default="")
# What the doctor cannot find out: under which selectors the mail server signs, and whom it may ask for DNS records
# (HOST:PORT; empty: as the system does; "off": nobody).
DKIM_SELECTORS = env.list("DKIM_SELECTORS", default=[])
DNS_NAMESERVER = env("DNS_NAMESERVER", default="")
# Pages where a case study was published are read each week. Servers of this machine, as HOST:PORT, are for tests only.
LINK_CHECK_HTTP = env.bool("LINK_CHECK_HTTP", default=False)
LINK_CHECK_LOOPBACK = env.list("LINK_CHECK_LOOPBACK", default=[])
# How long a worker may be silent before what it holds is taken from it.
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", default=120)

# The tasks, and how many seconds pass between two looks of each at the database. `manage.py worker` and Celery's beat
# read the same table. A tick that nobody took is worth nothing once the next one rings.
CELERY_BEAT_SCHEDULE = {
    task.rpartition(".")[2]: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for task, seconds in {
        "surveys.tasks.start_due_waves": 60.0,
        "surveys.tasks.plan_reminders": 600.0,
        "surveys.tasks.move_messages_to_their_next_window": 60.0,
        "surveys.tasks.send_queued_messages": 5.0,
        "surveys.tasks.put_paused_messages_aside": 5.0,
        "surveys.tasks.bring_resumed_messages_back": 5.0,
        "surveys.tasks.sweep_outbox": 10.0,
        "surveys.tasks.apply_delivery_events": 10.0,
        "surveys.tasks.judge_held_answers": 10.0,
        "surveys.tasks.run_imports": 3.0,
        "surveys.tasks.sweep_imports": 3600.0,
        "surveys.tasks.sweep_doors": 600.0,
        "advocacy.tasks.fetch_mail": 60.0,
        "advocacy.tasks.route_settled_responses": 10.0,
        "advocacy.tasks.route_overlooked_responses": 3600.0,
        "advocacy.tasks.escalate_cases": 60.0,
        "advocacy.tasks.expire_testimonials": 3600.0,
        "advocacy.tasks.announce_fixes": 10.0,
        "advocacy.tasks.ask_again": 3600.0,
        "advocacy.tasks.tag_settled_responses": 60.0,
        "advocacy.tasks.tag_overlooked_responses": 600.0,
        "advocacy.tasks.settle_challenges": 600.0,
        "advocacy.tasks.send_idea_digests": 3600.0,
        "advocacy.tasks.tell_of_overdue_promises": 600.0,
        "advocacy.tasks.wake_cases": 30.0,
        "advocacy.tasks.renew_what_cases_carry": 3600.0,
        "advocacy.tasks.run_programmes": 600.0,
        "advocacy.tasks.queue_due_asks": 30.0,
        "advocacy.tasks.follow_asks": 30.0,
        "advocacy.tasks.expire_referrals": 3600.0,
        "advocacy.tasks.check_places": 600.0,
        "advocacy.tasks.tell_of_lost_links": 3600.0,
        "advocacy.tasks.warn_of_picture_rights": 3600.0,
        "advocacy.tasks.sweep_pictures": 86_400.0,
        "advocacy.tasks.refresh_case_studies": 86_400.0,
        "advocacy.tasks.recount_tiers": 3600.0,
    }.items()
}
CELERY_BROKER_URL = REDIS_URL or None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "visibility_timeout": 3600}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "config.accounts.ClosedAdapter"
ACCOUNT_FORMS = {"login": "config.accounts.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = env("TIME_ZONE", default="UTC")  # the organisation's zone: its days are the days of every report
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MEDIA_ROOT = DATA_DIR / "media"

SECURE_CONTENT_TYPE_NOSNIFF = True
# Under "no-referrer" browsers send `Origin: null` with a form, and the CSRF check refuses it. Public pages say it all
# the same: their addresses are secrets, and their forms are exempt.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = _secure and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _secure
SECURE_HSTS_PRELOAD = _secure
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours add to X-Forwarded-For, one behind the other: the network of whoever answers is read there.
PROXIES = env.int("PROXIES", default=1 if BEHIND_PROXY else 0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "__Host-vv-session" if _secure else "vv-session"
CSRF_COOKIE_NAME = "__Host-vv-csrf" if _secure else "vv-csrf"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# The first one drops what is too large as it comes in; of the rest, what is not small goes to the disk at once.
FILE_UPLOAD_HANDLERS = [
    "surveys.views.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"mask": {"()": "config.logs.MaskTokens"}, "refusals": {"()": "config.logs.OneLineOfARefusal"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask"]}},
    "loggers": {"django.request": {"filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
