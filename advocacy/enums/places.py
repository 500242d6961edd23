"""What can be wrong with a page where a case study was published elsewhere."""

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
    NO_SITE = "no_site", _("The case study names no site to link to")
