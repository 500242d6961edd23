"""Two years of surveys, thought out before anything is stored: who was asked when, and who answered what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from advocacy.demo.catalogue import AFTER, BEGINNERS, CALLS, MONTHS_OF_TWICE, PARCELS, REPAIRS, TWICE
from advocacy.demo.names import Stage
from advocacy.demo.voices import Comment, Voices
from surveys.enums import Band, SkipReason, WaveStatus
from surveys.models import Campaign, Contact, Invitation, Response, Wave
from surveys.scoring import band

DAYS = 730
LAST = {
    CALLS: 2,
    PARCELS: 5,
    REPAIRS: 9,
    BEGINNERS: 16,
}  # the latest wave of each, days ago; before it every four weeks
EVERY = 28
LAST_SIZE = {CALLS: 100, PARCELS: 110, REPAIRS: 70, BEGINNERS: 60}
BROKEN_OFF = (11, 12)  # of each of the last waves: for somebody to settle in the Outbox
THROTTLE = dt.timedelta(days=90)
OPEN_FOR = dt.timedelta(days=30)
DIP = (310, 205)  # days ago: repairs took weeks, until there were loaner machines
SCORES = {
    Band.DETRACTOR: ([0, 1, 2, 3, 4, 5, 6], [6, 4, 7, 9, 11, 18, 24]),
    Band.PASSIVE: ([7, 8], [42, 58]),
    Band.PROMOTER: ([9, 10], [42, 58]),
}


class Fate(StrEnum):
    """What became of an invitation, beside an answer."""

    SENT = "sent"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass
class Asked:
    wave: Wave
    contact: Contact
    at: dt.datetime
    fate: Fate = Fate.SENT
    skip_reason: SkipReason = SkipReason.NONE
    invitation: Invitation | None = None


@dataclass
class Answer:
    asked: Asked
    at: dt.datetime
    score: int
    comment: Comment | None = None
    role: str = ""  # what is to become of its case; empty: whatever chance says
    first_score: int | None = None  # what was chosen before the person thought again
    response: Response = field(default_factory=Response)

    @property
    def band(self) -> Band:
        return band(self.score)

    @property
    def chosen_first(self) -> int:
        return self.score if self.first_score is None else self.first_score

    @property
    def contact(self) -> Contact:
        return self.asked.contact


@dataclass(frozen=True)
class Scripted:
    """An answer that the queue of today needs: hours before midnight, whose contact, and what became of the case."""

    hours: float
    text: str
    role: str
    owner: str = ""


SCRIPT = {
    CALLS: [
        Scripted(36, 'I was told to "read the manual"', "untouched", "marta.ruiz"),
        Scripted(31, "كل موظف يعطيني", "tried", "karim.haddad"),
        Scripted(5.2, "Dana was wonderful", "untouched", "marta.ruiz"),
        Scripted(8.5, "Muy amables todos", "untouched", "marta.ruiz"),
        Scripted(7, "問い合わせて十日", "untouched", "haruka.sato"),
        Scripted(10, "La app pide permiso", "untouched", "marta.ruiz"),
        Scripted(10.3, "Nice but could not solve it", "untouched", "tom.okafor"),
    ],
    REPAIRS: [
        Scripted(190, "Technician was polite", "waiting", "tom.okafor"),
        Scripted(150, "Quatre passages du technicien", "promised", "ines.moreau"),
        Scripted(75, "Llevo un mes sin máquina", "contacted", "marta.ruiz"),
    ],
    BEGINNERS: [
        Scripted(340, "Nobody told us we needed", "promised", "dana.whitfield"),
        Scripted(260, "Je ne comprends rien aux voyants", "snoozed", "ines.moreau"),
        Scripted(120, "表示が小さくて", "contacted", "haruka.sato"),
    ],
    PARCELS: [
        Scripted(100, "Pacco lasciato dal tabaccaio", "waiting", "chiara.conti"),
        Scripted(80, "Pakket stond bij", "promised", "jonas.keller"),
        Scripted(70, "Left in the rain", "unassigned"),
        Scripted(56, "收到的时候外壳就裂了", "tried", "lin.yue"),
        Scripted(33, "El repartidor ni llamó", "contacted", "marta.ruiz"),
        Scripted(90, "Beans come stale", "reopened", "dana.whitfield"),
        Scripted(60, "وصل البن مفتوحاً", "contacted", "karim.haddad"),
        Scripted(6, "Chegou com a caixa", "untouched", "thiago.lopes"),
        Scripted(6.3, "המשלוח התעכב", "untouched"),
        Scripted(9.8, "Zweimal die falsche Sorte", "untouched", "jonas.keller"),
    ],
}


class Past:
    """Goes through the waves from the oldest to the latest; who was asked lately is not asked again."""

    def __init__(self, stage: Stage, voices: Voices) -> None:
        self.stage, self.voices, self.chance = stage, voices, stage.chance
        self.waves: list[Wave] = []
        self.asked: list[Asked] = []
        self.answers: list[Answer] = []
        self.last_asked: dict[int, dt.datetime] = {}
        self.last_band: dict[int, Band] = {}
        self.stopped: set[int] = set()
        self.size = len(stage.contacts) / 1200
        self.deciding = [person for person in stage.contacts if "decision-maker" in person.tags]
        self.others = [person for person in stage.contacts if "decision-maker" not in person.tags]

    def live_through(self) -> None:
        for day, name in sorted(self._days()):
            self._ask(self.stage.campaigns[name], day)
        self.answers.sort(key=lambda answer: (answer.at, answer.contact.email))

    def _days(self) -> Iterator[tuple[dt.date, str]]:
        for name, last in LAST.items():
            for days in range(last, DAYS, EVERY):
                yield self.stage.today - dt.timedelta(days=days), name
        start = self.stage.today - relativedelta(months=MONTHS_OF_TWICE[0])
        for months in MONTHS_OF_TWICE:
            yield start + relativedelta(months=MONTHS_OF_TWICE[0] - months), TWICE

    def _ask(self, campaign: Campaign, day: dt.date) -> None:
        ago = (self.stage.today - day).days
        began = self.stage.ago(days=ago) + dt.timedelta(hours=9)
        wave = Wave(
            campaign=campaign,
            day=day,
            status=WaveStatus.FINISHED,
            planned_for=began,
            started_at=began,
            finished_at=began + dt.timedelta(minutes=6),
            created_at=began,
        )
        self.waves.append(wave)
        script = SCRIPT.get(campaign.name, []) if LAST.get(campaign.name) == ago else []
        cast = self._cast(wave, script)
        people = self._people(campaign.name, day, began, ago)
        people = [person for person in people if person.pk not in {one.contact.pk for one in cast}]
        for number, person in enumerate(people):
            one = self._mail(wave, person, number)
            if script and number in BROKEN_OFF:
                one.fate = Fate.UNKNOWN
                self.stopped.discard(person.pk)
            if one.fate == Fate.SENT:
                self._perhaps_answer(one, ago, with_fewer_detractors=bool(cast))
        if campaign.name == TWICE:
            self._skip(wave, {person.pk for person in people})

    def _may_be_asked(self, person: Contact, began: dt.datetime) -> bool:
        last = self.last_asked.get(person.pk)
        since = person.customer_since
        is_customer = since is None or since + dt.timedelta(days=14) <= began.date()
        return is_customer and person.pk not in self.stopped and (last is None or last < began - THROTTLE)

    def _people(self, name: str, day: dt.date, began: dt.datetime, ago: int) -> list[Contact]:
        if name == TWICE:
            return [person for person in self.deciding if self._may_be_asked(person, began)]
        fitting = [person for person in self.others if self._may_be_asked(person, began)]
        if name == BEGINNERS:
            # The sample has few newcomers in its first months.
            lately = dt.timedelta(days=100)
            fitting = [one for one in fitting if one.customer_since and day - one.customer_since < lately]
        usual = 46 - 18 * ago / DAYS
        size = LAST_SIZE[name] if LAST[name] == ago else usual
        return self.chance.sample(fitting, min(len(fitting), max(4, round(size * self.size))))

    def _mail(self, wave: Wave, person: Contact, number: int) -> Asked:
        at = wave.started_at or wave.planned_for
        is_new = person.pk not in self.last_asked
        one = Asked(wave, person, at + dt.timedelta(seconds=1 + number * 0.4), self._fate(is_new=is_new))
        self.last_asked[person.pk] = one.at
        if one.fate in (Fate.UNSUBSCRIBED, Fate.BOUNCED, Fate.COMPLAINED):
            self.stopped.add(person.pk)
        self.asked.append(one)
        return one

    def _fate(self, *, is_new: bool) -> Fate:
        drawn = self.chance.random()
        limits = [
            (Fate.BOUNCED, 0.014 if is_new else 0.002),
            (Fate.UNSUBSCRIBED, 0.008),
            (Fate.COMPLAINED, 0.001),
            (Fate.FAILED, 0.001),
        ]
        for fate, share in limits:
            if drawn < share:
                return fate
            drawn -= share
        return Fate.SENT

    def _skip(self, wave: Wave, asked: set[int]) -> None:
        at = wave.planned_for
        for person in self.deciding:
            if person.pk not in asked and person.created_at < at:
                reason = SkipReason.SUPPRESSED if person.pk in self.stopped else SkipReason.THROTTLED
                self.asked.append(Asked(wave, person, at, Fate.SKIPPED, reason))

    def _perhaps_answer(self, one: Asked, ago: int, *, with_fewer_detractors: bool) -> None:
        known = one.contact.pk in self.last_band
        if self.chance.random() > (0.38 if known else 0.28):
            one.fate = Fate.CLICKED if self.chance.random() < 0.035 else one.fate
            return
        at = one.at + dt.timedelta(hours=min(600.0, 0.05 + self.chance.expovariate(1 / 22)))
        drawn = self._band(one, ago)
        if with_fewer_detractors and drawn == Band.DETRACTOR and self.chance.random() < 0.6:
            drawn = Band.PROMOTER if self.chance.random() < 0.6 else Band.PASSIVE
        scores, weights = SCORES[drawn]
        score = self.chance.choices(scores, weights)[0]
        if at < self.stage.midnight:
            self._say(Answer(one, at, score))

    def _say(self, answer: Answer) -> None:
        self.last_band[answer.contact.pk] = answer.band
        self.answers.append(answer)

    def _band(self, one: Asked, ago: int) -> Band:
        last = self.last_band.get(one.contact.pk)
        if last == Band.DETRACTOR:  # somebody took care of them meanwhile
            return self.chance.choices([Band.PROMOTER, Band.PASSIVE, Band.DETRACTOR], [46, 34, 20])[0]
        if last is not None and self.chance.random() < 0.4:
            return last
        promoters, detractors = shares(ago, is_repair=one.wave.campaign.name == REPAIRS)
        weights = [promoters, 1 - promoters - detractors, detractors]
        return self.chance.choices([Band.PROMOTER, Band.PASSIVE, Band.DETRACTOR], weights)[0]

    def _cast(self, wave: Wave, script: list[Scripted]) -> list[Answer]:
        cast: list[Answer] = []
        for line in script:
            comment = self.voices.take_starting(line.text)
            person = self._actor(line, comment.language, wave.planned_for)
            if person is None:  # a smaller demo may have nobody of this language
                continue
            one = self._mail(wave, person, len(cast))
            one.fate = Fate.SENT
            self.stopped.discard(person.pk)
            answer = Answer(one, self.stage.ago(hours=line.hours), comment.score, comment, line.role)
            self._say(answer)
            cast.append(answer)
        return cast

    def _actor(self, line: Scripted, language: str, began: dt.datetime) -> Contact | None:
        """One of the owner's if possible, and one who was happy before: that is the story worth looking into."""
        owner = self.stage.users[line.owner].pk if line.owner else None
        fitting = [
            person
            for person in self.stage.contacts
            if person.language == language and self._may_be_asked(person, began)
        ]
        fitting.sort(
            key=lambda person: (
                person.owner_id == owner,
                self.last_band.get(person.pk) == Band.PROMOTER,
                person.account_id is not None,
            ),
            reverse=True,
        )
        return fitting[0] if fitting else None


def shares(ago: int, *, is_repair: bool) -> tuple[float, float]:
    """How many of those who answered so many days ago were promoters, and how many detractors: better every month,
    but for the months in which repairs took weeks."""
    passed = 1 - ago / DAYS
    promoters, detractors = 0.42 + 0.17 * passed, 0.27 - 0.12 * passed
    if DIP[1] <= ago <= DIP[0]:
        promoters, detractors = promoters - 0.14, detractors + 0.15
    if is_repair:
        promoters, detractors = promoters - 0.06, detractors + 0.06
    return promoters, detractors


def touchpoint_of(answer: Answer) -> str:
    return AFTER.get(answer.asked.wave.campaign.name, "product_use")
