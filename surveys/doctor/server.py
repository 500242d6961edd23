"""The mail server itself: is it there, is it who it says, does it let us in, and what does it offer? Sends nothing."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress

from django.conf import settings
from django.utils.translation import gettext as _

from surveys.doctor.findings import Finding, Grade, bad, ok, warning
from surveys.doctor.installation import LOCAL_HOSTS, uses_smtp

SECONDS = 5.0


def check() -> list[Finding]:
    if not uses_smtp():
        return []
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    name = _("Mail server %(place)s") % {"place": place}
    try:
        client = _connect()
    except (OSError, smtplib.SMTPException) as error:
        mend = _("See that the host and port of EMAIL_URL are right and that no firewall stands between.")
        return [bad("smtp", name, _("It cannot be reached."), mend=mend, records=[_words(error)])]
    try:
        return [ok("smtp", name, _("It answers.")), *_talk(client)]
    finally:
        with suppress(OSError, smtplib.SMTPException):
            client.close()


def _connect() -> smtplib.SMTP:
    place = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    if settings.EMAIL_USE_SSL:
        return smtplib.SMTP_SSL(*place, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(*place, timeout=SECONDS)


def _talk(client: smtplib.SMTP) -> list[Finding]:
    name = _("Conversation with the mail server")
    mend = _("Ask whoever runs the mail server, with these words.")
    try:
        client.ehlo()
        found = [_encryption(client)]
        if found[0].grade is Grade.BAD:
            return found  # the password must not leave in the clear
        if settings.EMAIL_USE_TLS:
            client.starttls(context=ssl.create_default_context())
            client.ehlo()
        offers = [_pipelining(client), _eight_bits(client)]
        return [*found, *_sign_in(client), *offers]
    except ssl.SSLCertVerificationError as error:
        means = _("No mail leaves: its certificate is of another name, has run out, or is signed by nobody known.")
        return [bad("smtp_tls", name, _("It cannot prove who it is."), means=means, mend=mend, records=[_words(error)])]
    except (OSError, smtplib.SMTPException) as error:
        return [bad("smtp", name, _("It broke off."), mend=mend, records=[_words(error)])]


def _encryption(client: smtplib.SMTP) -> Finding:
    name = "STARTTLS"
    if settings.EMAIL_USE_SSL:
        return ok("smtp_tls", name, _("Not needed: the connection is encrypted from the first byte."))
    offered = client.has_extn("starttls")
    if settings.EMAIL_USE_TLS:
        if offered:
            return ok("smtp_tls", name, _("It is offered, and used."))
        mend = _("Use a port on which the server offers it (587), or smtp+ssl:// (465).")
        return bad("smtp_tls", name, _("It is not offered, but EMAIL_URL asks for it: no mail leaves."), mend=mend)
    if offered and settings.EMAIL_HOST not in LOCAL_HOSTS:
        return warning("smtp_tls", name, _("It is offered, and not used."), mend=_("Write smtp+tls:// in EMAIL_URL."))
    return ok("smtp_tls", name, _("It is not used."))


def _sign_in(client: smtplib.SMTP) -> list[Finding]:
    if not settings.EMAIL_HOST_USER:
        return []
    name = _("Sign-in at the mail server")
    try:
        client.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        mend = _("Correct the user and password in EMAIL_URL; characters such as @ and / are written as %40 and %2F.")
        return [bad("smtp_login", name, _("It is refused: no mail leaves."), mend=mend, records=[_words(error)])]
    return [ok("smtp_login", name, _("User and password are taken."))]


def _pipelining(client: smtplib.SMTP) -> Finding:
    if client.has_extn("pipelining"):
        return ok("smtp_pipelining", "PIPELINING", _("It is offered."))
    means = _("Each mail waits for more answers of the server, so sending is slower over a long way.")
    mend = _("Nothing is broken; a mail server such as Postfix close by offers it.")
    return warning("smtp_pipelining", "PIPELINING", _("It is not offered."), means=means, mend=mend)


def _eight_bits(client: smtplib.SMTP) -> Finding:
    if client.has_extn("8bitmime"):
        return ok("smtp_8bit", "8BITMIME", _("It is offered."))
    means = _("Mails leave in an older encoding that is somewhat longer.")
    mend = _("Nothing is broken; most mail servers have a setting for it.")
    return warning("smtp_8bit", "8BITMIME", _("It is not offered."), means=means, mend=mend)


def _words(error: Exception) -> str:
    """What was said, without the address or user that an error may repeat."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    return f"{type(error).__name__}: {error}"
