"""The demo organisation as one finds it: all that it tells has to hang together."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from advocacy import announcing, asks, cases, demo, fatigue, releases, rewards, routing, wall
from advocacy.demo.names import DATA
from advocacy.demo.news import NEWS
from advocacy.enums import (
    REACHED_OUTCOMES,
    AskKind,
    CaseStatus,
    FixStatus,
    Outcome,
    ReferralStatus,
    RewardStatus,
)
from advocacy.models import (
    Advocate,
    Announcement,
    Ask,
    Attempt,
    Budget,
    Case,
    CaseNote,
    CaseStudy,
    CustomerRequest,
    Entry,
    Fix,
    GiftCode,
    Huddle,
    HuddleAction,
    LedgerEntry,
    Perk,
    PerkGuest,
    Referral,
    ReferralFlag,
    Release,
    ReviewSite,
    Reward,
    Testimonial,
)
from surveys import outbox, scoring
from surveys.enums import Band, MessageStatus, SuppressionReason, TouchKind, WaveStatus
from surveys.models import (
    Account,
    Brand,
    Contact,
    DailyCount,
    Event,
    InboxMail,
    Invitation,
    Message,
    Response,
    Revision,
    Suppression,
    Touch,
    Wave,
)
from tests.advocacy.carrying import of_all_cases, told_by_answers

NOW = dt.datetime(2026, 3, 4, 14, 30, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Loaded once, and taken away again: that it goes without a trace is a test of its own."""
    with django_db_blocker.unblock():
        demo.load(now=NOW)
    yield
    with django_db_blocker.unblock():
        demo.remove()


@pytest.fixture(autouse=True)
def _at_that_time() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


# ----------------------------------------------------------------------------------------------------- people and mail


def test_all_contacts_of_the_sample_are_there_with_their_owners() -> None:
    assert Contact.objects.count() == 1200
    assert Contact.objects.filter(owner__isnull=False).count() == 955
    assert Account.objects.count() == 420
    assert Account.objects.filter(owner__isnull=False).count() > 300
    assert Contact.objects.filter(customer_since__gt=NOW.date()).count() == 0


@pytest.mark.postgres
def test_postgresql_knows_how_much_there_is() -> None:
    """Else it looks through all answers for each ambassador, and loading takes minutes instead of seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'advocacy_advocate'")
        (known,) = cursor.fetchone() or (0,)
    assert known > Advocate.objects.count() / 2


def test_cases_carry_what_their_contacts_answered() -> None:
    assert len(of_all_cases()) > 100
    assert of_all_cases() == told_by_answers()


def test_each_role_has_a_sign_in() -> None:
    shown = [line.partition(" ") for line in demo.sign_ins()]

    users = [User.objects.get(email=address) for address, _space, _role in shown]

    assert [role for _address, _space, role in shown] == [
        "(support)",
        "(support lead)",
        "(marketing)",
        "(employee)",
        "(admin)",
    ]
    assert [user.groups.get().name for user in users] == ["Support", "Support lead", "Marketing", "Employee", "Admin"]
    assert all(user.check_password(demo.PASSWORD) for user in users)


def test_nobody_was_asked_twice_within_the_throttle() -> None:
    asked = defaultdict(list)
    for contact, at in Touch.objects.filter(kind=TouchKind.INVITATION).order_by("at").values_list("contact", "at"):
        asked[contact].append(at)

    gaps = [later - earlier for times in asked.values() for earlier, later in pairwise(times)]

    assert len(gaps) > 2000
    assert min(gaps) >= dt.timedelta(days=90)


def test_nobody_was_mailed_after_a_suppression() -> None:
    since = dict(Suppression.objects.values_list("address_hash", "created_at"))
    messages = Message.objects.filter(address_hash__in=since, sent_at__isnull=False)

    sent = messages.values_list("pk", "address_hash", "sent_at")
    mailed_after = [pk for pk, address, at in sent if at and at > since[address]]

    assert messages.count() > 50
    assert mailed_after == []


def test_suppressions_have_every_reason() -> None:
    reasons = Counter(Suppression.objects.values_list("reason", flat=True))

    assert set(reasons) == set(SuppressionReason.values)
    assert reasons[SuppressionReason.BOUNCED] == Message.objects.filter(bounced_at__isnull=False).count()


def test_a_third_to_a_quarter_answered() -> None:
    sent = Message.objects.filter(sent_at__isnull=False, bounced_at__isnull=True).count()

    assert 0.25 <= Response.objects.count() / sent <= 0.35


# -------------------------------------------------------------------------------------------------------------- answers


def test_every_comment_is_said_once_in_its_language_and_with_its_score() -> None:
    lines = json.loads((DATA / "comments.json").read_text(encoding="utf-8"))
    sample = Counter((line["language"], line["score"], line["comment"]) for line in lines)
    spoken = Response.objects.exclude(comment="")

    said = Counter(spoken.values_list("language", "score", "comment"))

    assert said == sample
    assert spoken.exclude(contact__language=F("language")).count() == 0


def test_counts_are_those_of_the_answers() -> None:
    counted: Counter[tuple[Any, ...]] = Counter()
    for row in Response.objects.all():
        day = timezone.localtime(row.answered_at, timezone.get_default_timezone()).date()
        counted[row.campaign_id, row.subject_id, row.scale, row.language, day, row.band] += 1
    kept: Counter[tuple[Any, ...]] = Counter()
    for count in DailyCount.objects.all():
        key = (count.campaign_id, count.subject_id, count.scale, count.language, count.day)
        bands = {
            Band.PROMOTER: count.promoters,
            Band.PASSIVE: count.passives,
            Band.DETRACTOR: count.detractors,
        }
        kept.update({(*key, band): many for band, many in bands.items() if many})

    assert kept == counted


def test_every_version_of_an_answer_is_kept() -> None:
    latest = Revision.objects.filter(number=F("response__revision"), score=F("response__score"))

    assert latest.count() == Response.objects.count()
    assert Revision.objects.count() == sum(Response.objects.values_list("revision", flat=True))
    assert Response.objects.filter(revision=2).count() > 10


def test_only_what_was_just_answered_waits_for_the_router() -> None:
    waiting = routing.unrouted(at=NOW)
    later = routing.unrouted(at=NOW + dt.timedelta(minutes=30))

    assert waiting.count() == 3
    assert 6 <= later.count() <= 14
    assert set(later.values_list("answered_at", flat=True)) == {NOW}


def test_score_falls_while_repairs_are_slow_and_rises_after() -> None:
    def nps(since: int, until: int) -> float:
        span = (NOW - dt.timedelta(days=since), NOW - dt.timedelta(days=until))
        scores = Response.objects.filter(answered_at__range=span).values_list("score", flat=True)
        bands = Counter(scoring.band(score) for score in scores)
        return 100 * (bands[Band.PROMOTER] - bands[Band.DETRACTOR]) / len(scores)

    loaner = Fix.objects.get(title__startswith="A loaner machine")

    assert nps(730, 550) < nps(550, 320) - 8
    assert nps(310, 205) < nps(550, 320) - 10
    assert nps(200, 0) > nps(310, 205) + 15
    assert loaner.shipped_at is not None
    assert (MIDNIGHT - loaner.shipped_at).days == 204


def test_some_were_won_back_and_some_lost() -> None:
    scores = defaultdict(list)
    for contact, score in Response.objects.order_by("answered_at").values_list("contact", "score"):
        scores[contact].append(scoring.band(score))
    pairs = Counter(pair for bands in scores.values() for pair in pairwise(bands))

    assert pairs[Band.DETRACTOR, Band.PROMOTER] > 20
    assert pairs[Band.PROMOTER, Band.DETRACTOR] > 5


# ---------------------------------------------------------------------------------------------------------------- cases


def test_cases_stand_in_every_state() -> None:
    outcomes = Counter(Case.objects.closed().values_list("outcome", flat=True))
    open_cases = Case.objects.open()

    assert set(outcomes) == set(Outcome.values)
    assert Case.objects.overdue().count() >= 3
    assert Case.objects.due_soon().count() >= 3
    assert open_cases.filter(status=CaseStatus.CONTACTED).count() >= 5
    assert open_cases.filter(waiting_since__isnull=False).count() >= 1
    assert open_cases.filter(snoozed_until__gt=NOW).count() >= 1
    nobodys = open_cases.filter(owner__isnull=True).select_related("team")
    assert nobodys
    assert [case.owner_due_at for case in nobodys] == [
        cases.owner_due(None, start=case.opened_at, team=case.team) for case in nobodys
    ]
    assert list(Case.objects.ownerless(NOW)) == list(nobodys)  # the next tick takes it to the lead
    assert not Case.objects.filter(owner__isnull=False, owner_due_at__isnull=False).exists()
    assert Event.objects.filter(kind="advocacy.case", came_from="closed", went_to="open").count() >= 1
    assert open_cases.filter(owner__username="marta.ruiz").count() >= 4


def test_closed_cases_are_closed_as_the_rules_want_it() -> None:
    reached = Case.objects.closed().filter(outcome__in=REACHED_OUTCOMES)

    assert reached.filter(Q(contacted_at__isnull=True) | Q(contacted_at__gt=F("closed_at"))).count() == 0
    assert reached.exclude(attempts__reached=True).count() == 0
    for case in Case.objects.closed().filter(outcome=Outcome.NOT_REACHED):
        attempts, days = cases.attempts_so_far(case)
        assert attempts == 3
        assert days >= 2


def test_each_detractor_has_a_case_and_its_history_adds_up() -> None:
    routed = Response.objects.filter(score__lte=6, answered_at__lt=MIDNIGHT)
    moves: dict[str, list[str]] = defaultdict(list)
    for event in Event.objects.filter(kind="advocacy.case").exclude(went_to="").order_by("at", "pk"):
        before = moves[event.object_id][-1] if moves[event.object_id] else ""
        assert event.came_from == before
        moves[event.object_id].append(event.went_to)

    assert routed.filter(cases__isnull=True).count() == 0
    assert {pk: states[-1] for pk, states in moves.items()} == {
        str(pk): status for pk, status in Case.objects.values_list("pk", "status")
    }


def test_the_past_ends_before_today() -> None:
    assert Response.objects.filter(answered_at__gte=MIDNIGHT).exclude(answered_at=NOW).count() == 0
    for model, field in (
        (Attempt, "at"),
        (CaseNote, "at"),
        (Touch, "at"),
        (Case, "opened_at"),
        (Case, "contacted_at"),
        (Case, "closed_at"),
        (Message, "sent_at"),
        (Advocate, "created_at"),
        (CustomerRequest, "told_at"),
        (Suppression, "created_at"),
    ):
        times = model._default_manager.filter(**{f"{field}__isnull": False}).values_list(field, flat=True)
        assert max(times) <= MIDNIGHT, (model, field)


# ------------------------------------------------------------------------------------------------ requests, fixes, asks


def test_fixes_stand_in_every_state_with_customers_behind_them() -> None:
    states = Counter(Fix.objects.values_list("status", flat=True))

    assert set(states) == set(FixStatus.values) - {FixStatus.MERGED}  # nobody has merged ideas yet
    assert all(fix.requests.exists() for fix in Fix.objects.all())
    assert CustomerRequest.objects.filter(fix__status=FixStatus.ANNOUNCED, told_at__isnull=True).count() == 0
    assert CustomerRequest.objects.filter(fix__status=FixStatus.SHIPPED, told_at__isnull=False).count() == 0
    for fix in Fix.objects.filter(status=FixStatus.DECLINED):
        assert Event.objects.get(kind="advocacy.fix", object_id=str(fix.pk), went_to="declined").reason


def test_each_passive_has_a_request() -> None:
    passives = Response.objects.filter(score__in=[7, 8], answered_at__lt=MIDNIGHT)

    assert passives.count() > 200
    assert passives.filter(requests__isnull=True).count() == 0


def test_advocates_have_their_limits() -> None:
    assert Advocate.objects.filter(paused_until__gt=NOW).count() >= 5
    assert Advocate.objects.filter(do_not_ask=True).count() >= 3
    assert Advocate.objects.filter(forbids_gifts=True).count() >= 3
    assert Advocate.objects.exclude(contact__responses__score__gte=9).count() == 0


# ----------------------------------------------------------------------------------------------------------------- live


def test_a_wave_is_being_sent_while_one_watches(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "surveys.inbox.EmailBackend"
    wave = Wave.objects.get(status=WaveStatus.SENDING)
    waiting = Message.objects.filter(invitation__wave=wave, status=MessageStatus.QUEUED)
    spread = max(waiting.values_list("not_before", flat=True)) - NOW
    asked, due = waiting.count(), waiting.filter(not_before__lte=NOW).count()

    outbox.send_batch(seconds=30)

    assert wave.campaign.name == "Spring survey"
    assert asked > 300
    assert dt.timedelta(minutes=5) < spread < dt.timedelta(minutes=20)
    # Who is first hangs on the numbers of the rows, which on PostgreSQL go on from the tests before.
    assert 10 < due < 80
    assert asked - waiting.count() == due
    assert InboxMail.objects.count() == due + 1  # and the release of a case study
    assert Invitation.objects.filter(wave=wave).exclude(skip_reason="").values("skip_reason").distinct().count() >= 3


def test_customers_may_be_quoted_helped_and_led_to_review_sites() -> None:
    stories = Testimonial.objects.order_by("language").values_list("language", "status", "consent__language")

    assert [told for told in stories if told[1] != "published"] == [("en", "approved", "en"), ("es", "received", "es")]
    assert {told[0] for told in stories if told[1] == "published"} >= {"en", "ar", "zh-Hans"}
    assert all(story.words == story.response.comment for story in Testimonial.objects.all() if story.response)
    assert Entry.objects.filter(is_offered_on_yellow=True, texts__language="en").count() == 3
    assert list(ReviewSite.objects.values_list("name", "shown_to")) == [("Google", "all"), ("Trustpilot", "all")]


def test_boards_have_slips_in_every_column_and_no_rule_is_broken() -> None:
    asks = Ask.objects.filter(programme__isnull=False)
    found = set(asks.values_list("programme__kind", "stage"))

    columns = ("planned", "asked", "agreed", "done", "said_no", "no_answer")
    kinds = ("testimonial", "referral", "case_study", "beta")
    assert found == {(kind, column) for kind in kinds for column in columns}
    assert asks.values("advocate").distinct().count() == asks.count()
    invited = PerkGuest.objects.count()
    assert Touch.objects.filter(kind="ask").count() == asks.filter(sent_at__isnull=False).count() + invited
    assert not asks.filter(status="planned", planned_for__lt=NOW).exists()


def test_slips_say_that_somebody_said_why_only_of_who_did() -> None:
    slips = Ask.objects.filter(programme__isnull=False, reason_why__startswith="Gave us")
    said = {bool((answer := asks.latest_answer(ask.advocate)) and answer.comment): ask.reason_why for ask in slips}

    assert said == {True: "Gave us a 9 or 10, and said why", False: "Gave us a 9 or 10"}


def test_one_favour_of_each_board_leaves_while_one_watches() -> None:
    due = Ask.objects.due(NOW).order_by("kind")

    assert list(due.values_list("kind", flat=True)) == ["beta", "case_study", "referral", "testimonial"]
    assert all(fatigue.next_ask(ask.advocate, at=NOW, kind=AskKind(ask.kind), sparing=ask).is_possible for ask in due)


def test_referrals_and_rewards_stand_in_every_state_and_the_ledger_balances() -> None:
    assert set(Referral.objects.values_list("status", flat=True)) == set(ReferralStatus.values)
    assert set(Reward.objects.values_list("status", flat=True)) == set(RewardStatus.values)
    assert {flag.referral.is_open for flag in ReferralFlag.objects.select_related("referral")} == {True}
    assert not rewards.unbalanced().exists()
    budget = Budget.objects.get()
    assert budget.spent == sum(LedgerEntry.objects.values_list("amount", flat=True)) > 0
    drawn = set(GiftCode.objects.exclude(reward=None).values_list("reward__status", flat=True))
    assert drawn == {"fulfilled"}
    assert GiftCode.objects.free().exists()
    told = Event.objects.filter(kind="advocacy.reward").count()
    assert told >= Reward.objects.count()
    quotes = wall.page(Brand.objects.get(), "en").quotes
    assert "Got a mug from Aurora." in {quote.disclosure for quote in quotes}


def test_case_studies_are_published_waited_for_and_begun() -> None:
    stages = CaseStudy.objects.order_by("created_at").values_list("status", flat=True)
    published = CaseStudy.objects.public(NOW).get()
    waiting = Release.objects.waiting().get()

    assert list(stages) == ["published", "legal", "booked"]
    assert releases.is_whole(releases.signed(published))  # type: ignore[arg-type]
    assert (waiting.message.letter, waiting.study.status) == (releases.LETTER, "legal")  # type: ignore[union-attr]


def test_perks_have_guests_a_finding_and_a_waiting_list() -> None:
    beta, tasting = Perk.objects.order_by("starts_at")

    assert (beta.kind, tasting.kind, beta.findings.count()) == ("beta", "event", 1)
    assert (beta.guests.placed().count(), tasting.guests.placed().count()) == (4, tasting.capacity)
    assert tasting.guests.waiting().count() == 2


def test_huddles_were_held_on_mondays_and_left_something_to_do() -> None:
    held = Huddle.objects.order_by("on", "team__name")
    events = Event.objects.filter(kind="advocacy.huddle")

    assert list(held.values_list("on", "team__name")) == [
        (dt.date(2026, 2, 23), "Customer care"),
        (dt.date(2026, 3, 2), "Business accounts"),
        (dt.date(2026, 3, 2), "Customer care"),
    ]
    assert all(huddle.decision and huddle.items.exists() and huddle.present.exists() for huddle in held)
    assert HuddleAction.objects.open().count() == 4
    assert [action.is_late for action in HuddleAction.objects.order_by("due_on", "pk")] == [False, True, *[False] * 3]
    assert events.filter(at__gte=MIDNIGHT).count() == 0
    assert Counter(events.values_list("went_to", flat=True)) == {"made": 3, "written": 3, "action": 5, "done": 1}


def test_thank_yous_say_in_each_language_what_is_different_now() -> None:
    waiting = Announcement.objects.filter(fix__status=FixStatus.SHIPPED)

    assert {announcement.fix.title: announcing.silent(announcement) for announcement in waiting} == {
        title: [] for title in NEWS
    }
