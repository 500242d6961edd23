"""Aurora's case studies: one on the wall, one that waits for the customer's signature, and one that begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from advocacy import questionnaires, releases, trailwords
from advocacy.demo.names import BRAND, Stage
from advocacy.enums import ReleaseAnswer, ReleaseStep, StudyChange, StudyFormatKind, StudyStatus
from advocacy.models import Advocate, CaseStudy, Release, StudyAnswer, StudyFormat, StudyVersion
from surveys import consents
from surveys.enums import Promise, Purpose
from surveys.models import Brand, Contact, Message

S = StudyStatus
DAY = dt.timedelta(days=1)
WALL, SIGNING, BEGUN = 0, 1, 2
# How far each has come, and how many days ago it began.
WAYS = (
    ((S.NOMINATED, S.QUALIFIED, S.AGREED, S.BOOKED, S.INTERVIEWED, S.DRAFTING, S.INTERNAL, S.CUSTOMER, S.LEGAL,
      S.SIGNED, S.PUBLISHED), 96),
    ((S.NOMINATED, S.QUALIFIED, S.AGREED, S.BOOKED, S.INTERVIEWED, S.DRAFTING, S.INTERNAL, S.CUSTOMER, S.LEGAL), 48),
    ((S.NOMINATED, S.QUALIFIED, S.AGREED, S.BOOKED), 17),
)  # fmt: skip
REASONS = {
    S.NOMINATED: "Recommended us at the trade fair, with figures",
    S.BOOKED: "By phone, one hour",
    S.DRAFTING: f"{trailwords.WROTE}1",
}
NEXT = ("", "Signature by the customer", "Hold the interview")
ANSWERS = (
    "Three coffee bars, nine machines, and a mechanic who knew us all by name.",
    "A pump a month. Each cost us a morning, and two of them a Saturday.",
    "We looked at two others. Yours was the only one that a barista could descale alone.",
    "None of the pumps broke since March. Before it was eleven in a year.",
    "Buy the one that your people can look after.",
)


@dataclass(frozen=True)
class Text:
    title: str
    summary: str
    body: str
    quote: str


TEXTS = (
    Text(
        "Eleven broken pumps a year, then none",
        "A coffee bar with three houses stopped waiting for the mechanic.",
        "## Before\n\nThree houses, nine machines, and a pump that broke every month. Each cost a morning; two of them"
        " a Saturday.\n\n## What changed\n\n- The machines say when they want to be descaled.\n- A barista"
        " does it alone in twenty minutes.\n- Spare parts come the next day.\n\n## After\n\nSince March no pump has"
        " broken. The mechanic comes once a year, for a look and a coffee.",
        "Buy the one that your people can look after.",
    ),
    Text(
        "Four hundred cups before nine",
        "A canteen serves twice as many in the same half hour.",
        "## Before\n\nThe queue stood in the corridor, and half of it went without.\n\n## After\n\nTwo machines brew"
        " four hundred cups between half past eight and nine. Nobody stands in the corridor any more.",
        "People come down for the coffee now.",
    ),
)


def tell(stage: Stage) -> None:
    brand = Brand.objects.get(name=BRAND)
    rows = Advocate.objects.filter(contact__in=stage.contacts, contact__language="en", asks=None, do_not_ask=False)
    people = rows.exclude(contact__email="").exclude(contact__account=None).select_related("contact__account")
    for number, advocate in enumerate(people.order_by("-pk")[: len(WAYS)]):
        study = _study(stage, advocate.contact, brand, number)
        if number < len(TEXTS):
            version = _write(stage, study, TEXTS[number])
            _ask(stage, study, version, is_signed=number == WALL)


def _at(stage: Stage, number: int, step: int) -> dt.datetime:
    """When a study took a step of its way, evenly, the last of them three days ago."""
    way, began = WAYS[number]
    days = began - step * (began - 3) // (len(way) - 1)
    return stage.ago(days=days, hours=-9 - step % 8)


def _study(stage: Stage, contact: Contact, brand: Brand, number: int) -> CaseStudy:
    (way, _began), owner = WAYS[number], stage.users["nora.lindqvist"]
    last = _at(stage, number, len(way) - 1)
    study = CaseStudy.objects.create(
        contact=contact,
        brand=brand,
        title=TEXTS[number].title if number < len(TEXTS) else str(contact.account),
        language="en",
        status=way[-1],
        stage_at=last,
        owner=owner,
        next_step=NEXT[number],
        due_on=stage.today + 4 * DAY if NEXT[number] else None,
        published_at=last if way[-1] == S.PUBLISHED else None,
        created_at=_at(stage, number, 0),
    )
    questionnaires.begin(study)
    if S.INTERVIEWED in way:
        for row, answer in zip(StudyAnswer.objects.filter(study=study).order_by("position"), ANSWERS, strict=False):
            row.answer = answer
            row.save(update_fields=["answer"])
    came_from = ""
    for step, status in enumerate(way):
        by_link = {S.LEGAL: ReleaseAnswer.FINE, S.SIGNED: ReleaseAnswer.SIGNED}.get(status)
        reason = f"{trailwords.SAID}{by_link}" if by_link else REASONS.get(status, "")
        by = None if by_link else owner
        stage.note(study, _at(stage, number, step), came_from=came_from, went_to=status, by=by, reason=reason)
        came_from = status
    return study


def _write(stage: Stage, study: CaseStudy, text: Text) -> StudyVersion:
    contact = study.contact
    return StudyVersion.objects.create(
        study=study,
        number=1,
        title=text.title,
        summary=text.summary,
        body=text.body,
        quote=text.quote,
        shown_name=contact.name,
        shown_role="Owner",
        shown_company=str(contact.account),
        site="https://coffee.example.com",
        by=study.owner,
        at=study.created_at + 20 * DAY,
    )


def _ask(stage: Stage, study: CaseStudy, version: StudyVersion, *, is_signed: bool) -> None:
    """The release: signed long ago, or asked for by a mail that leaves now, so that it can be signed in the Inbox."""
    at = study.stage_at if is_signed else stage.now
    asked = Release(
        study=study,
        version=version,
        step=ReleaseStep.SIGN,
        content_hash=releases.content_hash(version, []),
        asked_at=at - 2 * DAY if is_signed else at,
        asked_by=study.owner,
    )
    if is_signed:
        shown = releases.wording(asked, study.language)
        asked.answer, asked.answered_at, asked.language = ReleaseAnswer.SIGNED, at - DAY, study.language
        asked.typed_name, asked.typed_role, asked.scope = study.contact.name, "Owner", list(releases.SCOPE)
        asked.wording, asked.wording_hash = shown.text, consents.hash_of(shown.text)
        asked.expires_at = releases.months_later(at - DAY, study.release_months)
    else:
        asked.message = _letter(study.contact, at)
        stage.note(study, at, went_to=StudyChange.TO_SIGN, by=study.owner, reason=str(version.number))
    asked.save()
    if is_signed:
        study.shown = asked
        study.save(update_fields=["shown"])
        StudyFormat.objects.create(study=study, kind=StudyFormatKind.BLOG, done_at=at, done_by=study.owner)


def _letter(contact: Contact, at: dt.datetime) -> Message:
    return Message.objects.create(
        letter=releases.LETTER,
        purpose=Purpose.SERVICE,
        promise=Promise.AT_LEAST_ONCE,
        priority=releases.PRIORITY,
        contact=contact,
        address_hash=contact.address_hash,
        created_at=at,
        not_before=at,
    )
