"""Choices of pictures, and of pages where a case study was published elsewhere."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FetchTrouble(TextChoices):
    """Why a page could not be read, or does not show what it should."""

    ADDRESS = "address", _("It is no web address that can be asked")
    PLAIN = "plain", _("It begins with http://, and only https:// is asked here")
    PORT = "port", _("It names a port of its own, which is not asked here")
    NAME = "name", _("The name of the server is not known")
    PRIVATE = "private", _("It leads into a private network, which is not asked")
    UNREACHED = "unreached", _("The server does not answer, or breaks off")
    CERTIFICATE = "certificate", _("The certificate of the server is not valid for it")
    SLOW = "slow", _("The server takes too long")
    REDIRECTS = "redirects", _("It redirects too often")
    STATUS = "status", _("The server answers that the page is not there")
    NO_PAGE = "no_page", _("What is there is no web page")
    NO_LINK = "no_link", _("The page is there, the link is not")
    LONG = "long", _("The page is long, and the link does not stand in its first part")


class PictureKind(TextChoices):
    """The kinds of pictures that are kept, as they are called on the wire."""

    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    WEBP = "image/webp", "WebP"

    @property
    def ending(self) -> str:
        return {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}[self.value]


class CareView(TextChoices):
    """The views of what needs somebody; the value stands in the URL."""

    MISSING = "missing", _("Links missing")
    ENDING = "ending", _("Rights that end")
    CLEAN = "clean", _("To clean by hand")
