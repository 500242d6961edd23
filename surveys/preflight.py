"""What stands in the way of a launch, and what one should know before it. Errors block, warnings explain."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys import addresses, dryrun, languages, mergetags, texts, waves, windows, words
from surveys.doctor import installation
from surveys.doctor.findings import Grade as DoctorGrade
from surveys.dryrun import DryRun
from surveys.enums import Band
from surveys.models import Campaign, Wave
from surveys.words import State, Text

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ENOUGH_DAYS = 2  # a wave that takes longer under the daily cap is worth a word


class NotReady(waves.NotEligible):
    """An error of the check stands in the way; it says which."""


@dataclass(frozen=True)
class Finding:
    """One thing: what is so, why that matters, and the place where it is mended: a step, or `brand` or `doctor`."""

    what: str
    why: str
    place: str
    is_error: bool = False
    language: str = ""
    band: str = ""


def of(campaign: Campaign, *, at: dt.datetime) -> list[Finding]:
    """Everything there is to say, errors first."""
    found = [*_of_brand(campaign), *_of_schedule(campaign), *_of_words(campaign)]
    if windows.weekdays(campaign):
        found += _of_audience(campaign, dryrun.of(campaign, at=at))
    found += [*_of_reach(campaign), *_of_installation(campaign)]
    return sorted(found, key=lambda finding: not finding.is_error)


def blocking(campaign: Campaign) -> list[Finding]:
    """The errors. Who is asked is not looked at: a launch does that itself, and in its own transaction."""
    found = [*_of_brand(campaign), *_of_schedule(campaign), *_of_words(campaign)]
    return [finding for finding in found if finding.is_error]


def launch(campaign: Campaign, *, by: User, agreed: int | None = None) -> Wave:
    """`waves.launch`, unless an error stands in the way: then NotReady is raised, and nothing has happened."""
    with transaction.atomic():
        refuse_if_not_ready(campaign)
        return waves.launch(campaign, by=by, agreed=agreed)


def activate(campaign: Campaign, *, by: User) -> None:
    """`waves.activate`, likewise."""
    with transaction.atomic():
        refuse_if_not_ready(campaign)
        waves.activate(campaign, by=by)


def refuse_if_not_ready(campaign: Campaign) -> None:
    """Raises NotReady, which names the first of them."""
    errors = [finding.what for finding in blocking(campaign)]
    if errors:
        rest = len(errors) - 1
        more = ngettext("and %(n)d more thing", "and %(n)d more things", rest) % {"n": rest}
        raise NotReady(f"{errors[0].rstrip('.')} ({more})" if rest else errors[0].rstrip("."))


# ---------------------------------------------------------------------------------------------------------- the brand


def _of_brand(campaign: Campaign) -> Iterator[Finding]:
    brand = campaign.brand
    if not addresses.is_valid(brand.from_email.strip().lower()):
        what = _("%(brand)s has no sender address.") % {"brand": brand}
        yield Finding(what, _("No mail could leave."), "brand", is_error=True)
    if not brand.postal_address.strip():
        what = _("%(brand)s has no postal address.") % {"brand": brand}
        yield Finding(what, _("It stands in every mail: the law asks for it."), "brand", is_error=True)


def _of_reach(campaign: Campaign) -> Iterator[Finding]:
    brand = campaign.brand
    if not brand.site_url:
        what = _("%(brand)s has no web site.") % {"brand": brand}
        yield Finding(what, _("The thank-you pages lead nowhere."), "brand")
    if not brand.privacy_url:
        what = _("%(brand)s has no privacy page.") % {"brand": brand}
        yield Finding(what, _("Mails and pages say nothing of what becomes of an answer."), "brand")


# ------------------------------------------------------------------------------------------------------------ schedule


def _of_schedule(campaign: Campaign) -> Iterator[Finding]:
    if not windows.weekdays(campaign):
        yield Finding(
            _("No day is chosen for mails to leave."), _("No mail would ever leave."), "schedule", is_error=True
        )
    last = campaign.reminders * campaign.reminder_days
    if campaign.reminders and campaign.open_days <= last:
        what = _("The last reminder leaves on day %(last)d, and answers close on day %(closes)d.")
        why = _("Whoever is reminded could not answer any more.")
        yield Finding(what % {"last": last, "closes": campaign.open_days}, why, "schedule", is_error=True)
    if campaign.throttle_days == 0:
        why = _("One contact may get this survey again the day after. Every %(days)d days is usual.") % {"days": 90}
        yield Finding(_("The throttle is 0 days."), why, "audience")


# --------------------------------------------------------------------------------------------------------------- words


def _of_words(campaign: Campaign) -> Iterator[Finding]:
    home = texts.language(campaign.brand.default_language)
    for band in (None, *Band):
        place = Text(campaign, home, band)
        theirs = words.own(place)
        for language, written in theirs.items():
            text = Text(campaign, language, band)
            reference = words.standard(text) | (theirs.get(home, {}) if language != home else {})
            for name, said in written.items():
                yield from _of_tags(text, name, said, reference.get(name, ""), is_home=language == home)


def _of_tags(text: Text, name: str, said: str, reference: str, *, is_home: bool) -> Iterator[Finding]:
    at = {"language": text.language, "band": text.band or "", "place": "pages" if text.band else "question"}
    label = text.model._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # words have a column
    where = {"text": label, "language": languages.get(text.language).own_name}
    if unknown := mergetags.unknown(said, texts.STAFF_TAGS):
        what = _("%(language)s, %(text)s: %(tags)s is no merge tag.") % {**where, "tags": ", ".join(unknown)}
        yield Finding(what, _("Customers would read it as it was typed."), is_error=True, **at)
    lost = sorted((mergetags.used(reference) - mergetags.used(said)) & set(texts.STAFF_TAGS))
    if lost:
        what = _("%(language)s, %(text)s: %(tags)s is missing.")
        tags = ", ".join(f"{{{{ {tag} }}}}" for tag in lost)
        if is_home:
            why = _("The standard words have it. Leave it so if you mean it.")
        else:
            why = _("The words that it translates have it.")
        yield Finding(what % {**where, "tags": tags}, why, is_error=not is_home, **at)


# ------------------------------------------------------------------------------------------------------------ audience


def _of_audience(campaign: Campaign, found: DryRun) -> Iterator[Finding]:
    if found.unreadable:
        what = _("The segment's conditions cannot be read.")
        yield Finding(what, f"{found.unreadable} {_('Nobody would be asked.')}", "audience", is_error=True)
        return
    if not found.plan.asked:
        why = _("Each contact is left out for a reason: the dry run names them.")
        yield Finding(_("Nobody may be asked now."), why, "audience", is_error=not campaign.is_self_starting)
    yield from _of_pace(campaign, found.plan.asked)
    home = texts.language(campaign.brand.default_language)
    places = {band: words.states(Text(campaign, home, band)) for band in (None, *Band)} if found.languages else {}
    for language, n in found.languages.items():
        lacking = [band for band, states in places.items() if states[language] == State.MISSING]
        yield from _of_language(language, n, lacking)
    for language, n in found.drafts.items():
        yield _of_draft(language, n)


def _of_pace(campaign: Campaign, asked: int) -> Iterator[Finding]:
    cap = campaign.brand.daily_cap
    days = math.ceil(asked / cap) if cap else 0
    if days >= ENOUGH_DAYS:
        numbers = {"asked": _grouped(asked), "cap": _grouped(cap), "days": _grouped(days)}
        what = _("%(asked)s mails at %(cap)s a day take about %(days)s days.") % numbers
        why = _("That is the daily limit of the brand's sender. Reminders and other campaigns count, too.")
        yield Finding(what, why, "brand")


def _of_language(language: str, n: int, lacking: list[Band | None]) -> Iterator[Finding]:
    """Of one language that `n` contacts would read; `lacking` are the mail (None) and the bands that miss words."""
    name = languages.get(language).own_name
    people = ngettext("%(n)s contact", "%(n)s contacts", n) % {"n": _grouped(n)}
    if lacking:
        band = lacking[0]
        what = _("%(language)s lacks words that you wrote in another language.") % {"language": name}
        why = _("%(people)s would read the standard words there.") % {"people": people}
        place = "pages" if band else "question"
        yield Finding(what, why, place, language=language, band=band or "")


def _of_draft(language: str, n: int) -> Finding:
    name = languages.own_name(language)
    people = ngettext("%(n)s contact", "%(n)s contacts", n) % {"n": _grouped(n)}
    what = _("The question in %(language)s is a draft that no admin has accepted.") % {"language": name}
    return Finding(what, _("%(people)s would be asked in another language.") % {"people": people}, "languages")


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)


# -------------------------------------------------------------------------------------------------------- installation


def _of_installation(campaign: Campaign) -> Iterator[Finding]:
    """What the doctor sees without asking anybody, but for what is said above of the brand."""
    seen = [installation.base_url(), installation.backend(), *installation.webhooks(), *installation.reports()]
    seen += [installation.worker(), *installation.of_brand(campaign.brand)]
    said = {"postal_address"} if not campaign.brand.postal_address.strip() else set()
    said |= {"sender"} if not addresses.is_valid(campaign.brand.from_email.strip().lower()) else set()
    for finding in seen:
        if finding.grade != DoctorGrade.OK and finding.check not in said:
            what = f"{finding.name}: {finding.found}"
            yield Finding(what, " ".join(filter(None, [finding.means, finding.mend])), "doctor")
