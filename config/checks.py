"""System checks for settings that would hurt in production."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from surveys import addresses

SHORTEST_SECRET = 20


@register(Tags.security)
def secrets_are_set(**_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.ADDRESS_HASH_KEY:
        where = "the environment" if settings.PRODUCTION else f"{settings.DATA_DIR} (is it writable?)"
        found.append(
            Error(
                "ADDRESS_HASH_KEY is missing: without it no suppressed address is recognised.",
                hint=f"Set a long random ADDRESS_HASH_KEY in {where}; keep it in your backups, never change it.",
                id="config.E001",
            )
        )
    if settings.SECRET_KEY.startswith("unset-"):
        found.append(
            Error("SECRET_KEY is missing.", hint="Set a long random SECRET_KEY in the environment.", id="config.E002")
        )
    return found


@register(Tags.security)
def reply_address_names_the_mail(**_kwargs: Any) -> list[CheckMessage]:
    """Checked here, once: a bad one would make every letter fail."""
    given = settings.REPLY_ADDRESS
    names_it = given.count("{token}") == given.partition("@")[0].count("{token}") == 1
    if not given or (names_it and addresses.is_valid(given.replace("{token}", "a" * 22).lower())):
        return []
    hint = "Write it as reply+{token}@ask.example.com, or leave it out: then replies go to the brand's address."
    return [Error("REPLY_ADDRESS is no mail address with {token} before its @.", hint=hint, id="config.E003")]


@register(Tags.security)
def webhooks_are_closed(**_kwargs: Any) -> list[CheckMessage]:
    """A provider that sends our mail also tells what became of it, and nobody else may."""
    given = settings.ANYMAIL.get("WEBHOOK_SECRET", [])
    secrets = [given] if isinstance(given, str) and given else list(given)
    hint = "Set ANYMAIL_WEBHOOK_SECRET=USER:PASSWORD, and give the provider https://USER:PASSWORD@HOST/webhooks/..."
    if settings.PRODUCTION and not secrets and settings.EMAIL_BACKEND.startswith("anymail."):
        text = "ANYMAIL_WEBHOOK_SECRET is missing: the provider cannot tell of bounces and complaints."
        return [Error(text, hint=hint, id="config.E004")]
    if any(":" not in secret or len(secret) < SHORTEST_SECRET for secret in secrets):
        text = f"ANYMAIL_WEBHOOK_SECRET is not USER:PASSWORD, or shorter than {SHORTEST_SECRET} characters."
        return [Error(text, hint=hint, id="config.E005")]
    return []


@register(Tags.security)
def no_server_of_this_machine_is_asked(**_kwargs: Any) -> list[CheckMessage]:
    """Whoever may note an address could reach what listens here only for itself."""
    if not settings.LINK_CHECK_LOOPBACK or (settings.DEBUG and not settings.PRODUCTION):
        return []
    hint = "Leave LINK_CHECK_LOOPBACK out: it is for tests, with DEBUG on and PRODUCTION off."
    return [Error("LINK_CHECK_LOOPBACK lets the link check ask servers of this machine.", hint=hint, id="config.E006")]


@register(Tags.security, deploy=True)
def production_is_meant(**_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.PUBLIC_BASE_URL.startswith("https://"):
        found.append(Warning("PUBLIC_BASE_URL is not https://: links in mails are not safe.", id="config.W001"))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(
            Warning("DATABASE_URL is not set: SQLite serves one machine and small audiences.", id="config.W002")
        )
    if settings.EMAIL_BACKEND == "surveys.inbox.EmailBackend":
        found.append(Warning("EMAIL_URL is not set: every mail stays in the local Inbox.", id="config.W003"))
    return found
