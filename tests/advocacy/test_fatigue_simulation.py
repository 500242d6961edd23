"""A year of asking: programmes ask by themselves, people ask beside them, and advocates answer as they like.

Afterwards every mail that left is counted once more in plain loops over the rows, which share no line with the rules.
FATIGUE_ADVOCATES=5000 simulates all of them; without it a few dozen do, and where somebody waits for eight months.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail as django_mail

from advocacy import asking, asks, pledges, programmes, routing
from advocacy.asking import NotAsked
from advocacy.enums import AskAnswer, AskKind, AskStatus
from advocacy.models import Advocate, Ask, Case, CustomerRequest, Pledge, Programme
from advocacy.programmes import DryRunView
from surveys import addresses, outbox
from surveys.enums import Basis, Channel, Evidence, MessageStatus, TouchKind
from surveys.models import Account, Campaign, Contact, Event, Hold, Message, Response, Touch
from tests.factories import make_brand, make_campaign, make_programme
from tests.sizes import whole_once_or

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE = int(os.environ.get("FATIGUE_ADVOCATES", "24"))
BEGAN = dt.datetime(2026, 1, 1, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DAYS = whole_once_or(365, 110)
STEP = whole_once_or(2, 5)  # days from a programme to the next
AUTOMATIC = (AskKind.REFERRAL, AskKind.TESTIMONIAL, AskKind.CASE_STUDY, AskKind.BETA)


@dataclass
class Year:
    by: User
    campaign: Campaign
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    people: list[Advocate] = field(default_factory=list)
    boards: list[Programme] = field(default_factory=list)
    answers_on: dict[int, list[tuple[int, AskAnswer]]] = field(default_factory=lambda: defaultdict(list))
    done_on: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    known: set[int] = field(default_factory=set)
    refusals: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    def live(self) -> None:
        self.begin()
        for number in range(DAYS):
            now = BEGAN + number * DAY
            with time_machine.travel(now, tick=False):
                self.hear(now)
                self.settle(number)
                self.try_by_hand(now)
                if number % STEP == 0:
                    programmes.run(self.boards[number // STEP % len(self.boards)].pk, at=now, size=500)
                asking.queue_due(at=now, size=5000)
                if Message.objects.filter(status=MessageStatus.QUEUED).exists():  # else it would look for it at length
                    outbox.send_batch(seconds=600)
                asking.follow_mails(size=5000)
                asking.expire(at=now, size=5000)
                self.react(number)
                if number % 73 == 0:
                    self.explain(now)
                django_mail.outbox.clear()

    def begin(self) -> None:
        accounts = Account.objects.bulk_create(Account(name=f"Firm {number}") for number in range(PEOPLE // 3 + 1))
        contacts = []
        for number in range(PEOPLE):
            address = f"person{number}@example.com"
            since = (BEGAN - self.dice.randint(1, 900) * DAY).date() if self.dice.random() < 0.8 else None
            contacts.append(
                Contact(
                    email=address,
                    address_hash=addresses.keyed_hash(address),
                    name=f"Person {number}",
                    account=accounts[self.dice.randrange(len(accounts))],
                    customer_since=since,
                    basis=Basis.CUSTOMER if self.dice.random() < 0.97 else Basis.NONE,
                    language=self.dice.choice(["en", "de", "ja", "sv"]),
                )
            )
        made = Contact.objects.bulk_create(contacts, batch_size=500)
        self.answer(made, [BEGAN - self.dice.randint(1, 200) * DAY for _ in made], score=10)
        rows = [Advocate(contact=contact) for contact in made]
        self.people = Advocate.objects.bulk_create(rows, batch_size=500)
        cap = max(1, PEOPLE // 200)
        self.boards = [
            make_programme(name=kind.label, kind=kind, is_automatic=True, daily_cap=cap) for kind in AUTOMATIC
        ]

    def answer(self, contacts: list[Contact], times: list[dt.datetime], *, score: int) -> list[Response]:
        rows = [
            Response(
                campaign=self.campaign, contact=contact, score=score, language="en", channel=Channel.API,
                evidence=Evidence.SUBMITTED, answered_at=at, submitted_at=at, settles_at=at,
            )
            for contact, at in zip(contacts, times, strict=True)
        ]  # fmt: skip
        return Response.objects.bulk_create(rows, batch_size=500)

    def hear(self, now: dt.datetime) -> None:
        """New answers; now and then a survey that left, a wish of staff, or a favour asked on the phone."""
        for _ in range(self.often(120)):
            contact = self.anybody().contact
            score = self.dice.choices([10, 9, 8, 4], [60, 28, 8, 4])[0]
            (response,) = self.answer([contact], [now - dt.timedelta(hours=1)], score=score)
            if score < 9:
                routing.route(response.pk)
                self.promise(contact, now)
        for _ in range(self.often(90)):
            kind = TouchKind.INVITATION if self.dice.random() < 0.9 else TouchKind.ASK
            Touch.objects.create(contact=self.anybody().contact, kind=kind, at=now - dt.timedelta(hours=2))
        if self.dice.random() < 0.05:
            asks.never_ask(self.anybody(), reason="asked us not to", by=self.by)
        if self.dice.random() < 0.1:
            asks.pause(self.anybody(), until=(now + 40 * DAY).date(), reason="on leave", by=self.by)

    def promise(self, contact: Contact, now: dt.datetime) -> None:
        """Something is promised to most whose case is open; what becomes of it is said late, or never."""
        case = Case.objects.open().filter(contact=contact).order_by("pk").first()
        if case and self.dice.random() < 0.8:
            pledges.make(case, by=self.by, text="a loan", due_on=(now + self.dice.randint(1, 12) * DAY).date())

    def settle(self, number: int) -> None:
        """Staff close a case and sort a request within weeks, and say of most promises whether they were kept."""
        due = Pledge.objects.overdue((BEGAN + number * DAY).date()).order_by("pk")
        for pledge in due if number % 30 == 0 else []:
            if self.dice.random() < 0.4:
                pledges.keep(pledge, by=self.by)
            elif self.dice.random() < 0.7:
                pledges.give_up(pledge, by=self.by, reason="sold out")
        if number % 9 == 0:
            old = BEGAN + (number - 12) * DAY
            closed = Case.objects.open().filter(opened_at__lt=old)
            Hold.objects.filter(contact__in=closed.values("contact")).delete()
            closed.update(status="closed", outcome="resolved", closed_at=BEGAN + number * DAY)
            CustomerRequest.objects.filter(kind="").update(kind="problem", told_at=BEGAN + number * DAY)
        for pk in self.done_on.pop(number, []):
            ask = Ask.objects.get(pk=pk)
            if ask.status == "sent":
                asking.end(ask, AskStatus.DONE)

    def try_by_hand(self, now: dt.datetime) -> None:
        """Colleagues ask the same few people again and again, some of them over a rule."""
        for _ in range(max(2, PEOPLE // 250)):
            advocate = self.people[self.dice.randrange(max(10, PEOPLE // 25))]
            over = "the board agreed" if self.dice.random() < 0.02 else ""
            later = now + self.dice.choice([0, 0, 0, 3, 40]) * DAY
            try:
                kind = self.dice.choice(list(AskKind))
                asking.plan(advocate, kind=kind, by=self.by, override_reason=over, planned_for=later, at=now)
            except NotAsked as refusal:
                self.refusals[refusal.next_ask.rule.value] += 1
                if not refusal.next_ask.words or refusal.next_ask.rule.value == "":
                    self.unexplained.append(f"{advocate.pk} {now}")

    def react(self, number: int) -> None:
        for pk, said in self.answers_on.pop(number, []):
            ask = Ask.objects.select_related("advocate__contact").get(pk=pk)
            if ask.status == "sent":
                asking.answer(ask, said)
                if said in (AskAnswer.YES, AskAnswer.WILL):
                    self.done_on[number + self.dice.randint(1, 25)].append(pk)
        sent = Ask.objects.filter(status="sent", answered_at=None).exclude(pk__in=self.known)
        for pk in sent.order_by("pk").values_list("pk", flat=True):
            self.known.add(pk)
            chosen = self.dice.choices([*list(AskAnswer)[1:], None], [25, 10, 20, 2, 43])[0]
            if chosen is not None:
                self.answers_on[number + self.dice.randint(1, 9)].append((pk, chosen))

    def explain(self, now: dt.datetime) -> None:
        """Everybody is in one half of each dry run; whoever is left out has a reason, and nobody else has."""
        for board in self.boards:
            halves = {view: list(programmes.dry_run(board, view, at=now)) for view in DryRunView}
            assert sum(len(half) for half in halves.values()) == PEOPLE
            for row in halves[DryRunView.LEFT_OUT]:
                if not programmes.reason(board, row, at=now):
                    self.unexplained.append(f"{row.pk} {board} {now}")
            assert {programmes.reason(board, row, at=now) for row in halves[DryRunView.ASKED]} <= {""}

    def often(self, days: int) -> int:
        """How many of all people it happens to today, if to each every so many days."""
        return int(PEOPLE / days + self.dice.random())

    def anybody(self) -> Advocate:
        advocate = self.dice.choice(self.people)
        advocate.refresh_from_db()
        return advocate


# ---------------------------------------------------------------------------------------------------------- the recount


def history_of(rows: Any, key: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def broken() -> Iterator[str]:
    """Every rule that some mail broke, from nothing but the rows."""
    people = list(Advocate.objects.values("pk", "contact", "contact__account"))
    asked = history_of(Ask.objects.order_by("sent_at").values(), "advocate_id")
    touched = history_of(Touch.objects.filter(kind="ask").values(), "contact_id")
    scored = history_of(Response.objects.order_by("submitted_at", "pk").values(), "contact_id")
    cases = history_of(Case.objects.values(), "contact_id")
    promised = history_of(Pledge.objects.values("case__contact", "due_on", "kept_at", "broken_at"), "case__contact")
    stops = list(Event.objects.filter(kind="advocacy.advocate", went_to="do_not_ask").values())
    stopped = {int(row["object_id"]): row["at"] for row in stops}
    for person in people:
        mine = asked.get(person["pk"], [])
        facts: dict[str, Any] = {"touches": sorted(row["at"] for row in touched.get(person["contact"], []))}
        facts |= {"answers": scored[person["contact"]], "cases": cases.get(person["contact"], [])}
        facts |= {"stopped": stopped.get(person["pk"]), "promises": promised.get(person["contact"], [])}
        for ask in mine:
            if ask["sent_at"]:
                for rule in broken_by(ask, mine, facts):
                    yield f"{person['pk']}: {rule} on {ask['sent_at']:%Y-%m-%d}"
        yield from overlapping(mine, 1, f"{person['pk']}: two open at once")
    firms: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for person in people:
        firms[person["contact__account"]] += asked.get(person["pk"], [])
    for firm, theirs in firms.items():
        yield from overlapping(theirs, 2, f"firm {firm}: three open at once")


def broken_by(ask: dict[str, Any], mine: list[dict[str, Any]], facts: dict[str, Any]) -> Iterator[str]:
    at = ask["sent_at"]
    answers = [row for row in facts["answers"] if row["submitted_at"] <= at]
    if answers[-1]["score"] < 9:
        yield "not a promoter"
    if facts["stopped"] and facts["stopped"] <= at:
        yield "do not ask"
    for case in facts["cases"]:
        if case["opened_at"] <= at and (case["closed_at"] is None or case["closed_at"] > at):
            yield "open case"
    if not ask["override_reason"]:
        yield from worn_out_by(ask, mine, facts, answers[-1])


def worn_out_by(
    ask: dict[str, Any], mine: list[dict[str, Any]], facts: dict[str, Any], answer: dict[str, Any]
) -> Iterator[str]:
    at = ask["sent_at"]
    if (at - answer["submitted_at"]).days > 180:
        yield "answer too old"
    if any(is_owed(promise, at, answer["submitted_at"]) for promise in facts["promises"]):
        yield "owed a promise"
    earlier = [time for time in facts["touches"] if time < at]
    if earlier and at - earlier[-1] < dt.timedelta(days=30):
        yield "30 days"
    if len([time for time in earlier if at - time < dt.timedelta(days=365)]) > 3:
        yield "four a year"
    before = [row for row in mine if row["sent_at"] and row["sent_at"] < at]
    heavy = ("case_study", "reference_call", "speaker")
    if ask["kind"] in heavy and any(r["kind"] in heavy and (at - r["sent_at"]).days < 90 for r in before):
        yield "heavy"
    same = [row for row in before if row["kind"] == ask["kind"]]
    if any(row["status"] == "declined" and (at - row["ended_at"]).days < 180 for row in same):
        yield "said no"
    if any(row["status"] == "done" and row["ended_at"] <= at for row in same):
        yield "done already"
    for first, second in pairwise(before):
        if first["status"] == second["status"] == "expired" and (at - second["ended_at"]).days < 180:
            yield "two unanswered"


def is_owed(promise: dict[str, Any], at: dt.datetime, answered_at: dt.datetime) -> bool:
    """Whether its day was over and nobody had said a word, or it was broken and nothing was heard since."""
    said_at = promise["kept_at"] or promise["broken_at"]
    if said_at is None or said_at > at:
        return bool(promise["due_on"] < at.date())
    return promise["broken_at"] is not None and answered_at <= promise["broken_at"]


def overlapping(asks: list[dict[str, Any]], most: int, words: str) -> Iterator[str]:
    """Asks count from their plan to their end; one that is planned over a rule may be one too many."""
    moments = []
    for ask in asks:
        moments.append((ask["created_at"], 1, ask["override_reason"]))
        if ask["ended_at"]:
            moments.append((ask["ended_at"], 0, ask["override_reason"]))
    opened = 0
    for _at, begins, reason in sorted(moments, key=lambda moment: (moment[0], moment[1])):
        opened += 1 if begins else -1
        if begins and opened > most and not reason:
            yield words


def test_no_rule_is_broken_in_a_year_and_every_exclusion_is_explained(alice: User) -> None:
    year = Year(by=alice, campaign=make_campaign(brand=make_brand(short_name="Aurora")))
    year.live()
    sent = Ask.objects.filter(sent_at__isnull=False)

    assert list(broken()) == []
    assert year.unexplained == []
    assert sent.count() >= PEOPLE  # or nothing was shown
    assert Touch.objects.filter(kind="ask").count() >= sent.count()
    assert {"one_open", "one_in_a_month"} <= set(year.refusals)
    ends = set(Ask.objects.values_list("status", flat=True))
    assert {"done", "declined", "expired"} <= ends
    # A recount that finds nothing anywhere would say nothing.
    ask = sent.filter(override_reason="").order_by("pk")[0]
    assert ask.sent_at is not None
    Touch.objects.create(contact=ask.contact, kind="ask", at=ask.sent_at - 5 * DAY)
    old = {"opened_at": BEGAN, "due_at": BEGAN, "closed_at": BEGAN, "status": "closed", "outcome": "resolved"}
    case = Case.objects.create(contact=ask.contact, **old)
    Pledge.objects.create(case=case, text="a loan", due_on=ask.sent_at.date() - DAY, at=BEGAN)
    found = [
        line.partition(": ")[2].partition(" on ")[0] for line in broken() if line.startswith(f"{ask.advocate_id}:")
    ]
    assert {"30 days", "owed a promise"} <= set(found)
