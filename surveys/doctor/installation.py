"""What settings and database tell by themselves, without asking anybody."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import addresses
from surveys.doctor.findings import Finding, bad, ok, warning
from surveys.models import Brand, Campaign, DeliveryEvent, Tick

INBOX = "surveys.inbox.EmailBackend"
SMTP = {"surveys.smtp.EmailBackend", "django.core.mail.backends.smtp.EmailBackend"}
PROVIDER = "anymail.backends."
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
TICK_MAY_BE_OLD = dt.timedelta(minutes=3)
FEWEST_SECRET = 16
# Their owners tell receivers to refuse what does not come from their own servers.
FREE_MAIL = {
    "aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "live.com",
    "mail.ru", "outlook.com", "proton.me", "protonmail.com", "qq.com", "web.de", "yahoo.com", "yandex.ru",
}  # fmt: skip


def check() -> list[Finding]:
    brands = list(Brand.objects.order_by("name"))
    found = [base_url(), backend(), *webhooks(), *reports(), worker(), *zones()]
    if not brands:
        mend = _("Make one under Settings: it gives every letter its sender.")
        found.append(warning("brand", _("Brand"), _("There is no brand yet."), mend=mend))
    return [*found, *(finding for brand in brands for finding in of_brand(brand))]


def uses_smtp() -> bool:
    return settings.EMAIL_BACKEND in SMTP


def base_url() -> Finding:
    name, address = "PUBLIC_BASE_URL", settings.PUBLIC_BASE_URL
    parts = urlsplit(address)
    grade = bad if settings.PRODUCTION else warning
    mend = _("Set PUBLIC_BASE_URL to the https address under which recipients reach this server.")
    if not parts.hostname or parts.scheme not in ("http", "https"):
        return bad("base_url", name, _("It is no web address: %(address)s") % {"address": address}, mend=mend)
    if parts.hostname in LOCAL_HOSTS:
        means = _("Every link in a mail leads to the recipient's own machine.")
        return grade("base_url", name, _("It is %(address)s.") % {"address": address}, means=means, mend=mend)
    if parts.scheme != "https":
        means = _("Answers travel unprotected, and one-click unsubscribing works with https only.")
        return grade("base_url", name, _("It is %(address)s.") % {"address": address}, means=means, mend=mend)
    return ok("base_url", name, _("It is %(address)s.") % {"address": address})


def backend() -> Finding:
    name, path = _("Way out"), settings.EMAIL_BACKEND
    if path == INBOX:
        grade = bad if settings.PRODUCTION else warning
        means = _("No mail leaves this machine; each is kept in the Inbox.")
        mend = _("Set EMAIL_URL, or EMAIL_BACKEND and ANYMAIL for a provider.")
        return grade("backend", name, _("The local Inbox."), means=means, mend=mend)
    if path in SMTP:
        return _smtp(name)
    if path.startswith(PROVIDER):
        provider = path.removeprefix(PROVIDER).partition(".")[0]
        return ok("backend", name, _("The provider %(provider)s.") % {"provider": provider})
    means = _("Whether mail leaves by it is not known here.")
    mend = _("If it is not your own, set EMAIL_URL.")
    return warning("backend", name, _("Another backend: %(path)s.") % {"path": path}, means=means, mend=mend)


def _smtp(name: str) -> Finding:
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL:
        return ok("backend", name, _("SMTP at %(place)s, encrypted.") % {"place": place})
    if settings.EMAIL_HOST in LOCAL_HOSTS:
        return ok("backend", name, _("SMTP at %(place)s, on this machine.") % {"place": place})
    means = _("Mails, and the password if there is one, can be read on their way to the mail server.")
    mend = _("Write smtp+tls:// (port 587) or smtp+ssl:// (port 465) in EMAIL_URL.")
    found = _("SMTP at %(place)s, not encrypted.") % {"place": place}
    return warning("backend", name, found, means=means, mend=mend)


def webhooks() -> list[Finding]:
    """Only a provider reports by web: a plain mail server sends its reports by mail."""
    if not settings.EMAIL_BACKEND.startswith(PROVIDER):
        return []
    name = _("Secret of the provider's events")
    given = settings.ANYMAIL.get("WEBHOOK_SECRET") or []
    secrets = [given] if isinstance(given, str) else list(given)
    mend = _("Set ANYMAIL_WEBHOOK_SECRET to two long random words with a colon between them; tell the provider, too.")
    if not secrets:
        means = _("So no event is taken: nobody learns of bounces and complaints, and doubtful mails stay unknown.")
        return [bad("webhooks", name, _("None is set."), means=means, mend=mend)]
    if any(":" not in secret or len(secret) < FEWEST_SECRET for secret in secrets):
        means = _("It may be guessed, or the provider cannot be given it.")
        return [warning("webhooks", name, _("It is short or has no colon."), means=means, mend=mend)]
    return [ok("webhooks", name, _("It is set."))]


def reports() -> list[Finding]:
    """A plain mail server sends its reports by mail. A pipe to `receive_mail` shows itself by what came through it."""
    if not uses_smtp():
        return []
    name = _("Reports of bounces")
    if settings.IMAP_URL:
        return [ok("reports", name, _("The mailbox of IMAP_URL is looked at."))]
    if DeliveryEvent.objects.exists():
        return [ok("reports", name, _("They have come in."))]
    found = _("No mailbox is looked at, and none has come in yet.")
    means = _("Addresses that do not exist would be mailed again in each wave.")
    mend = _("Set IMAP_URL, or let the mail server pipe the sender's mail into manage.py receive_mail.")
    return [warning("reports", name, found, means=means, mend=mend)]


def worker() -> Finding:
    name = _("Worker")
    tick = Tick.objects.order_by("-at").first()
    mend = _("Start manage.py worker, or Celery's workers and one beat.")
    means = _("While none runs, no mail leaves and no answer is sorted.")
    if tick is None:
        return bad("worker", name, _("None has ever run."), means=means, mend=mend)
    age = timezone.now() - tick.at
    if age > TICK_MAY_BE_OLD:
        found = _("The last sign of it is %(n)d minutes old.") % {"n": age.total_seconds() // 60}
        return bad("worker", name, found, means=means, mend=mend)
    return ok("worker", name, _("It runs: the last sign is %(n)d seconds old.") % {"n": max(0, age.total_seconds())})


def zones() -> list[Finding]:
    name = _("Time zones")
    used = {settings.TIME_ZONE, *Campaign.objects.order_by().values_list("timezone", flat=True).distinct()}
    unknown = sorted(zone for zone in used if not _is_zone(zone))
    mend = _("Install the package tzdata anew.")
    if unknown:
        means = _("What is planned by them cannot start.")
        found = _("Not known here: %(zones)s.") % {"zones": ", ".join(unknown)}
        return [bad("zones", name, found, means=means, mend=mend)]
    version = _version_of_zones()
    if version is None or timezone.now().year - version >= 2:
        means = _("Countries change their clocks: mails there may leave an hour early or late.")
        found = _("The rules are old, or their age is not known.")
        return [warning("zones", name, found, means=means, mend=_("Update the package tzdata."))]
    return [ok("zones", name, _("The rules are of %(year)d, and every zone in use is known.") % {"year": version})]


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, OSError, ValueError):  # KeyError is what it says of a name it does not know
        return False
    return True


def _version_of_zones() -> int | None:
    try:
        year = importlib.metadata.version("tzdata").partition(".")[0]
    except importlib.metadata.PackageNotFoundError:
        return None
    return int(year) if year.isdecimal() else None


def of_brand(brand: Brand) -> list[Finding]:
    return [_sender(brand), _postal_address(brand), _replies(brand)]


def sender_domain(brand: Brand) -> str:
    return brand.from_email.rpartition("@")[2].strip().lower()


def _sender(brand: Brand) -> Finding:
    name = _("Sender of %(brand)s") % {"brand": brand.name}
    domain = sender_domain(brand)
    if not addresses.is_valid(brand.from_email.strip().lower()):
        mend = _("Write a full address of your own domain into the brand.")
        return bad("sender", name, _("It is no address: %(text)s") % {"text": brand.from_email}, mend=mend)
    if domain in FREE_MAIL:
        means = _("%(domain)s tells receivers to refuse mail in its name from other servers.") % {"domain": domain}
        mend = _("Send from a domain of your own.")
        return bad("sender", name, _("It is %(address)s.") % {"address": brand.from_email}, means=means, mend=mend)
    return ok("sender", name, _("It is %(address)s.") % {"address": brand.from_email})


def _postal_address(brand: Brand) -> Finding:
    name = _("Postal address of %(brand)s") % {"brand": brand.name}
    if brand.postal_address.strip():
        return ok("postal_address", name, brand.postal_address)
    means = _("The law of many countries asks for it in every such mail.")
    return bad("postal_address", name, _("There is none."), means=means, mend=_("Write it into the brand."))


def _replies(brand: Brand) -> Finding:
    name = _("Replies to %(brand)s") % {"brand": brand.name}
    if settings.REPLY_ADDRESS:
        found = _("Each mail has an address of its own: %(address)s") % {"address": settings.REPLY_ADDRESS}
        return ok("replies", name, found)
    if brand.reply_to:
        return ok("replies", name, _("They go to %(address)s.") % {"address": brand.reply_to})
    means = _("They go to the sender address %(address)s.") % {"address": brand.from_email}
    mend = _("Have somebody read it, name another address in the brand, or set REPLY_ADDRESS.")
    return warning("replies", name, _("No address is named for them."), means=means, mend=mend)
