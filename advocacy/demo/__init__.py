"""A demo organisation: invented people with two years behind them, and a survey that is being sent right now.

What is past is stored as it would have been; what happens now goes through the functions that real use calls.
"""

from __future__ import annotations

import datetime as dt
import random

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from advocacy.demo import (
    casework,
    catalogue,
    favours,
    giving,
    happy,
    hub,
    huddles,
    past,
    people,
    perks,
    present,
    ready,
    receipts,
    record,
    referred,
    removal,
    stories,
    studies,
    thanks,
    wishes,
    words,
)
from advocacy.demo.names import BATCH, BRAND, DOMAIN, PASSWORD, Refused, Stage
from advocacy.demo.removal import is_loaded, remove
from advocacy.demo.voices import Voices
from surveys import planning
from surveys.models import Brand, Contact, Event, Hold, Suppression, Tick

__all__ = ["BRAND", "DOMAIN", "PASSWORD", "Refused", "check", "is_loaded", "is_wanted", "load", "remove", "sign_ins"]

SEED = "Aurora"
KEPT_HERE = {  # the mail backends that let nothing out
    "surveys.inbox.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
    "django.core.mail.backends.dummy.EmailBackend",
}


def is_wanted() -> bool:
    """Whether nobody has ever worked with this database, and no mail of the demo could leave the machine."""
    is_used = any(model._default_manager.exists() for model in (Tick, Contact, Brand, get_user_model()))
    return not is_used and not mail_leaves()


def mail_leaves() -> bool:
    return settings.EMAIL_BACKEND not in KEPT_HERE


def check(*, force: bool = False) -> None:
    """Raises Refused, saying why the demo is not to be loaded here. `force` overrides what is only caution."""
    if is_loaded():
        raise Refused("Not loaded: the demo is here already. Take it away with `manage.py demo --remove`.")
    if mail_leaves() and not force:
        raise Refused(
            "Not loaded: mail settings are given (EMAIL_URL), so the demo's mail would really be sent, to invented"
            " people under example.com. Unset EMAIL_URL, or say --force."
        )
    if Contact.objects.exists() and not force:
        raise Refused(
            "Not loaded: there are contacts here that are not the demo's. Use an empty database (another DATA_DIR),"
            " or say --force: the demo then stands beside them and asks none of them."
        )
    people.check_names()
    catalogue.check_names(timezone.localdate())


def sign_ins() -> list[str]:
    """Addresses to try, with what each may do; empty where the demo is not loaded."""
    known = set(get_user_model().objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    shown = {f"{name}@{DOMAIN}": role for name, role in people.SHOWN_SIGN_INS.items()}
    return [f"{address} ({role})" for address, role in shown.items() if address in known]


def load(*, now: dt.datetime | None = None, most: int | None = None, force: bool = False) -> None:
    """Bring the demo, all of it or nothing; the same every time on one day but for tokens and the hour.

    `most` takes only so many contacts of the sample. Raises Refused.
    """
    now = now or timezone.now()
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    stage = Stage(today=today, now=now, chance=random.Random(SEED))  # noqa: S311 - the same demo every time
    with transaction.atomic():
        check(force=force)
        people.make_staff(stage)
        people.make_contacts(stage, most=most)
        catalogue.make_catalogue(stage)
        _past_and_present(stage)
        removal.keep_in_mind(stage.made)


def _past_and_present(stage: Stage) -> None:
    voices = Voices(stage.chance)
    history = past.Past(stage, voices)
    history.live_through()
    answers = history.answers
    words.give_words(stage, voices, answers)
    words.think_again(stage, answers)
    record.record(stage, history)
    fixes = wishes.make_fixes(stage)
    hub.take_part(stage, fixes)
    receipts.write(
        answers,
        casework.work(stage, answers),
        wishes.make_requests(stage, answers, fixes),
        happy.find_advocates(stage, answers),
    )
    thanks.thank(stage, fixes.values())
    stories.show_in_public(stage, answers)
    ready.keep_ready(stage)
    huddles.hold(stage)
    stage.made += Suppression.objects.bulk_create(stage.suppressions, batch_size=BATCH)
    Hold.objects.bulk_create(stage.holds, batch_size=BATCH)
    planning.count_anew()  # from here on the rules of the product look through all these rows
    favours.ask_favours(stage)
    giving.give(stage)
    referred.spread_the_word(stage, answers)
    perks.invite(stage)
    studies.tell(stage)
    Event.objects.bulk_create(sorted(stage.events, key=lambda event: event.at), batch_size=BATCH)
    referred.climb(stage)
    present.send_survey(stage)
    present.answer_now(stage, history, voices)
