"""The mail of a campaign to a colleague: marked, with inert links, and counted nowhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys import addresses, mail, mergetags, previews
from surveys.enums import Promise, Purpose
from surveys.mail import CannotRender, Letter
from surveys.models import Campaign, Message, TestMail

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

LETTER = "test"
MARK = "[TEST]"
PRIORITY = 10  # somebody waits for it
MOST = 20
SPAN = dt.timedelta(hours=1)


class TooMany(Exception):
    """This person has sent enough for now; says when there is room again."""


def readers() -> QuerySet[User]:
    """Who can be sent one: people with an address who may see campaigns, so that its links open for them."""
    users = get_user_model().objects.with_perm(
        "surveys.view_campaign", backend="django.contrib.auth.backends.ModelBackend"
    )
    return users.exclude(email="").order_by("first_name", "last_name", "username")


def put(campaign: Campaign, *, to: User, by: User, language: str) -> TestMail:
    """Queue it for the outbox. Raises TooMany after twenty in an hour, CannotRender when there would be no mail."""
    previews.letter(previews.invitation(campaign, language=language))
    now = timezone.now()
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=by.pk)  # two at once are counted one after the other
        _refuse_too_many(by, now)
        message = Message.objects.create(
            letter=LETTER,
            purpose=Purpose.STAFF,
            promise=Promise.AT_LEAST_ONCE,
            priority=PRIORITY,
            user=to,
            address_hash=addresses.keyed_hash(to.email),
            language=language,
            not_before=now,
        )
        return TestMail.objects.create(campaign=campaign, message=message, by=by, at=now)


def _refuse_too_many(by: User, now: dt.datetime) -> None:
    sent = list(TestMail.objects.filter(by=by, at__gt=now - SPAN).order_by("-at").values_list("at", flat=True)[:MOST])
    if len(sent) == MOST:
        again = date_format(timezone.localtime(sent[-1] + SPAN), "H:i")
        words = _("At most %(n)d test mails leave in an hour. The next one may leave at %(time)s.")
        raise TooMany(words % {"n": MOST, "time": again})


def letter(message: Message) -> Letter:
    """The mail as a contact would get it. Raises CannotRender when its campaign or the colleague's address is gone."""
    sent = TestMail.objects.select_related("campaign__brand", "campaign__subject").filter(message=message).first()
    if sent is None or message.user is None or not addresses.is_valid(message.user.email.lower()):
        raise CannotRender("the test mail has no campaign, or nobody to go to")
    made = previews.letter(previews.invitation(sent.campaign, language=message.language))
    made.subject = mergetags.header(f"{MARK} {made.subject}")
    made.to = [message.user.email]
    domain = sent.campaign.brand.from_email.rpartition("@")[2]
    made.extra_headers["Message-ID"] = f"<{mail.message_number(message.token)}@{domain}>"
    made.metadata = {"message": str(message.pk)}
    return made
