from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys.analytics import bysegment, selection
from surveys.analytics.reports import Reach, Row
from surveys.analytics.selection import Selection
from surveys.enums import MessageStatus
from surveys.models import Campaign, Contact, Segment
from surveys.scoring import Counts
from tests.factories import make_campaign, make_contact, make_invitation, make_message, make_response, make_wave

pytestmark = pytest.mark.django_db

SINCE, UNTIL = dt.date(2026, 9, 1), dt.date(2026, 11, 30)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


def make_segment(name: str, **condition: str) -> Segment:
    return Segment.objects.create(name=name, conditions=[condition] if condition else [])


def make_tagged(tag: str, value: str) -> Segment:
    return make_segment(tag, field="tag", op="is", value=value)


def answer(score: int, *, tags: tuple[str, ...] = (), campaign: Campaign | None = None, **fields: Any) -> Contact:
    """A contact that was asked at noon and answered at once."""
    contact = make_contact(tags=list(tags), language=fields.setdefault("language", "en"))
    campaign = campaign or Campaign.objects.first() or make_campaign()
    invitation = make_invitation(wave=campaign.waves.first() or make_wave(campaign=campaign), contact=contact)
    make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=NOON)
    make_response(invitation=invitation, score=score, at=fields.pop("at", NOON), **fields)
    return contact


def rows(total: int = 1_000, **fields: Any) -> dict[str, Row]:
    chosen = Selection(SINCE, UNTIL, **fields)
    return {row.label: row for row in bysegment.rows(chosen, selection.catalogue(), Counts(total, 0, 0), at=NOON)}


def test_without_segments_there_are_no_rows() -> None:
    answer(9)

    assert rows() == {}


def test_each_segment_has_the_answers_and_invitations_of_whoever_is_in_it_now() -> None:
    make_tagged("Gold", "gold")
    make_tagged("Trial", "trial")
    make_segment("Everybody")
    make_segment("Nobody", field="name", op="is", value="Nobody at all")
    for score in (9, 10, 7, 0, 6):
        answer(score, tags=("gold",))
    for score in (8, 8, 8, 8, 8, 8):
        answer(score, tags=("gold", "trial"))
    silent = make_invitation(contact=make_contact(tags=["trial"]))
    make_message(invitation=silent, status=MessageStatus.SENT, sent_at=NOON)

    found = rows()

    assert list(found) == ["Everybody", "Gold", "Trial", "Nobody"]
    assert found["Gold"].counts == Counts(promoters=2, passives=7, detractors=2)
    assert (found["Trial"].counts, found["Trial"].reach) == (Counts(0, 6, 0), Reach(sent=7, bounced=0, answered=6))
    assert (found["Nobody"].counts, found["Nobody"].reach) == (Counts(), Reach())
    assert not any(row.is_hidden for row in found.values())


def test_what_the_selection_leaves_out_is_left_out_here() -> None:
    make_segment("Everybody")
    autumn, spring = make_campaign(name="Autumn"), make_campaign(name="Spring")
    answer(9, campaign=autumn)
    answer(9, campaign=spring, language="es")
    answer(9, campaign=autumn, at=NOON - dt.timedelta(days=300))

    def counted(**fields: Any) -> tuple[int, int]:
        row = rows(**fields)["Everybody"]
        return row.counts.n, row.reach.sent

    assert counted() == (2, 3)
    assert counted(campaign=autumn.pk) == (1, 2)
    assert counted(campaign=spring.pk) == (1, 1)
    assert counted(language="es") == (1, 1)
    assert counted(scale="1-5") == (0, 3)


@pytest.mark.parametrize(
    ("n", "total", "is_hidden"),
    [(0, 9, False), (1, 9, True), (4, 9, True), (5, 9, True), (5, 10, False), (5, 5, False)],
)
def test_few_and_all_but_few_are_hidden(n: int, total: int, is_hidden: bool) -> None:
    """Five of nine would tell what the other four said."""
    make_tagged("Gold", "gold")
    for _ in range(n):
        answer(9, tags=("gold",))

    assert rows(total)["Gold"].is_hidden == is_hidden


def test_segment_that_cannot_be_read_is_left_out() -> None:
    make_segment("Broken", field="nothing", op="is", value="known")
    make_segment("Everybody")

    assert list(rows()) == ["Everybody"]


def test_as_many_statements_for_one_segment_as_for_three(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    names, chosen = selection.catalogue(), Selection(SINCE, UNTIL)
    answer(9, tags=("gold",))
    for name in ("One", "Two", "Three"):
        make_segment(name, field="last_band", op="is", value="promoter")
        with django_assert_num_queries(3):
            found = bysegment.rows(chosen, names, Counts(9, 0, 0), at=NOON)

    assert [row.counts.n for row in found] == [1, 1, 1]


def test_of_too_many_the_first_by_name_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bysegment, "MOST", 2)
    for name in ("C", "A", "B"):
        make_segment(name)

    assert list(rows()) == ["A", "B"]
