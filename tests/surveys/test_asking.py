from __future__ import annotations

from typing import Any

import pytest

from surveys import asking, reasons
from surveys.asking import Addition, Change, Wording
from surveys.enums import Band, CampaignStatus, QuestionKind
from surveys.models import Campaign, Question, QuestionAnswer, QuestionText
from surveys.transitions import WrongState
from tests.factories import make_campaign, make_question, make_reason, make_response, make_user

pytestmark = pytest.mark.django_db

RED = Band.DETRACTOR


def change(campaign: Campaign, *, seen: int | None = None, **fields: Any) -> Question | None:
    values: dict[str, Any] = {"by": make_user(), "chosen": [], "changes": {}, **fields}
    seen = asking.version(campaign, RED) if seen is None else seen
    return asking.change(campaign, RED, seen=seen, **values)


def stands(campaign: Campaign) -> list[tuple[int, str]]:
    return [(row.position, "/".join(text.text for text in row.texts.all())) for row in asking.questions(campaign, RED)]


@pytest.mark.parametrize(
    ("chosen", "addition"),
    [
        ("value", Addition(QuestionKind.ONE, "value")),
        ("wish", Addition(QuestionKind.TEXT, "wish")),
        ("many", Addition(QuestionKind.MANY)),
    ],
)
def test_addition_is_a_ready_made_question_or_a_kind(chosen: str, addition: Addition) -> None:
    assert Addition.read(chosen) == addition


def test_addition_of_nothing_known_is_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        Addition.read("nonsense")


def test_reasons_and_questions_are_changed_as_one_with_their_author() -> None:
    alice, campaign = make_user("alice"), make_campaign()
    first, second = make_question("A?", campaign=campaign, position=1), make_question(campaign=campaign, position=2)
    changes = {first.pk: Change(2, words={"en": Wording("A, now?"), "it": Wording("A?")}), second.pk: Change(1)}

    added = change(campaign, by=alice, chosen=[make_reason("app")], changes=changes, addition=Addition.read("value"))

    assert [reason.key for reason in reasons.offered(campaign, RED)] == ["app"]
    assert stands(campaign) == [(1, ""), (2, "A, now?/A?"), (3, "")]
    assert added is not None
    assert (added.kind, added.ready_made) == ("one", "value")
    histories: list[Any] = [Question.history, QuestionText.history]
    assert [each.filter(history_user=alice).count() for each in histories] == [3, 2]


def test_words_that_are_emptied_go_and_languages_not_named_stay() -> None:
    question = make_question("A?")
    for tag in ("es", "xx"):
        QuestionText.objects.create(question=question, language=tag, text=tag)

    change(question.campaign, changes={question.pk: Change(1, words={"en": Wording("A?"), "es": Wording("")})})

    assert stands(question.campaign) == [(1, "A?/xx")]


def test_question_that_was_answered_is_kept_and_asked_no_more() -> None:
    campaign = make_campaign()
    answered, fresh = make_question("A?", campaign=campaign), make_question("B?", campaign=campaign)
    QuestionAnswer.objects.create(response=make_response(), question=answered, text="Because")

    change(campaign, changes={row.pk: Change(1, is_removed=True) for row in (answered, fresh)})

    assert stands(campaign) == []
    assert [(row.pk, row.is_asked) for row in Question.objects.all()] == [(answered.pk, False)]
    assert QuestionAnswer.objects.get().question.texts.get().text == "A?"


def test_question_that_nobody_sent_stays_as_it_is() -> None:
    question = make_question("A?", position=4)

    change(question.campaign)

    assert stands(question.campaign) == [(4, "A?")]


@pytest.mark.parametrize("what", ["reason", "question", "words", "another band"])
def test_second_of_two_who_change_it_is_refused(what: str) -> None:
    campaign = make_campaign()
    question = make_question("A?", campaign=campaign)
    seen = asking.version(campaign, RED)
    if what == "reason":
        reasons.choose(campaign, RED, [make_reason("app")], by=make_user())
    elif what == "question":
        make_question(campaign=campaign)
    elif what == "words":
        question.texts.get().save()
    else:
        make_question(campaign=campaign, band=Band.PROMOTER)

    if what == "another band":
        change(campaign, seen=seen)
    else:
        with pytest.raises(WrongState, match="Somebody changed what this page asks meanwhile"):
            change(campaign, seen=seen, changes={question.pk: Change(1, is_removed=True)})
        assert Question.objects.filter(pk=question.pk).exists()


def test_sixth_question_and_an_archived_campaign_are_refused() -> None:
    full, archived = make_campaign(), make_campaign(status=CampaignStatus.ARCHIVED)
    rows = [make_question(f"{number}?", campaign=full) for number in range(asking.MOST_QUESTIONS)]

    with pytest.raises(WrongState, match="at most 5 questions"):
        change(full, addition=Addition.read("wish"), chosen=[make_reason("app")])
    with pytest.raises(WrongState, match="archived"):
        change(archived)
    change(full, addition=Addition.read("wish"), changes={rows[0].pk: Change(1, is_removed=True)})

    assert len(asking.questions(full, RED)) == asking.MOST_QUESTIONS
    assert full.band_reasons.count() == 0
