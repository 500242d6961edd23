from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys import questions
from surveys.enums import Band, QuestionKind, ReadyMade
from surveys.forms import AnswerForm
from surveys.models import Campaign, Question, QuestionAnswer, QuestionText, Response
from surveys.ports import Visit
from surveys.questions import BLOCK, Asked
from tests.factories import make_brand, make_campaign, make_question, make_response

pytestmark = pytest.mark.django_db

ONE, MANY, SCALE, TEXT = QuestionKind.ONE, QuestionKind.MANY, QuestionKind.SCALE, QuestionKind.TEXT


def offer(campaign: Campaign, language: str = "en") -> list[Asked]:
    return BLOCK.offer(campaign, Band.DETRACTOR, language)


def visit(response: Response | None, campaign: Campaign) -> Visit:
    return Visit(campaign, Band.DETRACTOR, "en", contact=None, response=response, at=timezone.now())


def answered(response: Response, sent: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What is kept of an answer that was sent, by the words of the question."""
    shown = offer(response.campaign)
    form = AnswerForm({"score": "3", **sent}, more=BLOCK.fields(shown))
    assert form.is_valid()
    BLOCK.keep(shown, response, form.cleaned_data)
    kept: dict[str, list[tuple[str, str]]] = {}
    for row in response.extras.order_by("question__position", "value"):
        kept.setdefault(row.question.texts.get().text, []).append((row.value, row.text))
    return kept


def test_questions_of_a_band_stand_in_their_order(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    campaign = make_campaign()
    make_question("Third?", campaign=campaign, position=3)
    make_question("First?", campaign=campaign, position=1)
    make_question("Never?", campaign=campaign, position=2, is_asked=False)
    make_question("Green?", campaign=campaign, band=Band.PROMOTER)
    make_question(campaign=campaign)  # has no words yet
    make_question("Of what?", campaign=campaign, kind=ONE)  # has nothing to choose from

    with django_assert_num_queries(2):
        found = offer(campaign)

    assert [asked.text for asked in found] == ["First?", "Third?"]


@pytest.mark.parametrize(
    ("words", "language", "shown"),
    [
        (["it", "en"], "it", ("it", "")),
        (["pt", "en"], "pt-BR", ("pt", "pt")),
        (["ar", "en"], "it", ("ar", "ar")),  # the language of the brand
        (["en", "de"], "it", ("en", "en")),
        (["de"], "it", ("de", "de")),
    ],
)
def test_words_fall_back_along_the_chain_with_a_language_of_their_own(
    words: list[str], language: str, shown: tuple[str, str]
) -> None:
    question = make_question(campaign=make_campaign(brand=make_brand(default_language="ar")))
    for tag in words:
        QuestionText.objects.create(question=question, language=tag, text=tag)

    (asked,) = offer(question.campaign, language)

    assert (asked.text, asked.language) == shown
    assert asked.direction == ("rtl" if shown[1] == "ar" else "ltr")


def test_ready_made_questions_have_words_in_every_language() -> None:
    campaign = make_campaign()
    for ready in ReadyMade:
        make_question(campaign=campaign, ready_made=ready, kind=ready.asks)

    english, arabic = offer(campaign, "en"), offer(campaign, "ar")

    assert [(asked.text, asked.kind, asked.options) for asked in english] == [
        ("Did something disappoint you?", TEXT, ()),
        ("Is it worth what it costs?", ONE, ("Yes", "Mostly", "No")),
        ("What could we do?", TEXT, ()),
        ("Have you recommended us to somebody in the last twelve months?", ONE, ("Yes", "No")),
    ]
    assert [asked.text for asked in arabic] == [
        "هل خيّب شيء ظنك؟",
        "هل يستحق ما تدفعه؟",
        "ماذا يمكننا أن نفعل؟",
        "هل أوصيت بنا أحدًا خلال الاثني عشر شهرًا الماضية؟",
    ]
    assert [asked.language for asked in english + arabic] == [""] * 8


def test_ready_made_question_of_another_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="One of several"):
        Question(ready_made=ReadyMade.VALUE, kind=TEXT).clean()


@pytest.mark.parametrize(("text", "options"), [("Why {{ company }}?", ""), ("Why?", "Red\n{% now %}")])
def test_merge_tag_in_the_words_of_a_question_is_refused(text: str, options: str) -> None:
    with pytest.raises(ValidationError, match="nothing is filled in"):
        QuestionText(text=text, options=options).clean()


def test_answers_are_kept_by_number_and_text_as_it_was_typed() -> None:
    response = make_response()
    text = make_question("Why?", campaign=response.campaign, position=1)
    one = make_question("Which?", options="Red\n\n Blue ", campaign=response.campaign, position=2, kind=ONE)
    many = make_question("Any?", options="A\nB\nC", campaign=response.campaign, position=3, kind=MANY)
    scale = make_question("How much?", campaign=response.campaign, position=4, kind=SCALE)

    kept = answered(
        response,
        {
            f"question_{text.pk}": "  <b>Slow</b>\r\n{{ 7*7 }} ",
            f"question_{one.pk}": ["1", "0"],
            f"question_{many.pk}": ["2", "0", "2"],
            f"question_{scale.pk}": ["10"],
        },
    )

    assert kept == {
        "Why?": [("", "<b>Slow</b>\n{{ 7*7 }}")],
        "Which?": [("1", "")],
        "Any?": [("0", ""), ("2", "")],
        "How much?": [("10", "")],
    }


@pytest.mark.parametrize("value", ["3", "-1", "00", "01", "٠", "1.0", "<script>", "x" * 100_000])
def test_option_that_is_none_is_ignored(value: str) -> None:
    response = make_response()
    one = make_question("Which?", options="Red\nBlue\nGreen", campaign=response.campaign, kind=ONE)

    assert answered(response, {f"question_{one.pk}": [value]}) == {}


def test_long_text_is_cut_and_white_space_is_nothing() -> None:
    response = make_response()
    question = make_question("Why?", campaign=response.campaign)
    field = f"question_{question.pk}"

    long = answered(response, {field: "很" * 100_000})
    blank = answered(response, {field: " \u200b\r\n"})

    assert long == {"Why?": [("", "很" * questions.LONGEST)]}
    assert blank == {}


def test_latest_answer_wins_and_that_of_another_page_stays() -> None:
    response = make_response()
    question = make_question("Why?", campaign=response.campaign)
    elsewhere = make_question("Green?", campaign=response.campaign, band=Band.PROMOTER)
    QuestionAnswer.objects.create(response=response, question=elsewhere, text="Leaves")

    for said in ("Slow", "Mended"):
        kept = answered(response, {f"question_{question.pk}": said})

    assert kept == {"Why?": [("", "Mended")], "Green?": [("", "Leaves")]}


def test_question_that_was_not_on_the_form_yet_is_not_answered() -> None:
    response = make_response()
    make_question("Why?", campaign=response.campaign)

    BLOCK.keep(offer(response.campaign), response, {"comment": "Slow"})

    assert response.extras.count() == 0


def test_given_is_what_was_answered(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    response = make_response()
    text = make_question("Why?", campaign=response.campaign)
    many = make_question("Any?", options="A\nB\nC", campaign=response.campaign, kind=MANY)
    answered(response, {f"question_{text.pk}": "Slow", f"question_{many.pk}": ["0", "2"]})
    shown = offer(response.campaign)

    with django_assert_num_queries(1):
        given = BLOCK.given(shown, visit(response, response.campaign))

    assert given == {f"question_{text.pk}": "Slow", f"question_{many.pk}": ["0", "2"]}
    assert BLOCK.given(shown, visit(None, response.campaign)) == {}


def test_what_was_said_is_told_in_words_and_an_option_that_is_gone_by_its_number() -> None:
    response = make_response()
    value = make_question(campaign=response.campaign, position=1, kind=ONE, ready_made=ReadyMade.VALUE)
    text = make_question("Why?", campaign=response.campaign, position=2)
    many = make_question("Any?", options="A\nB", campaign=response.campaign, position=3, kind=MANY)
    rows = [
        QuestionAnswer(response=response, question=many, value="7"),
        QuestionAnswer(response=response, question=text, text="Slow, loud"),
        QuestionAnswer(response=response, question=value, value="2"),
        QuestionAnswer(response=response, question=many, value="0"),
    ]

    said = questions.said(rows, "es")

    assert [(asked.text, words, is_typed) for asked, words, is_typed in said] == [
        ("¿Vale lo que cuesta?", "No", False),
        ("Why?", "Slow, loud", True),
        ("Any?", "A, 7", False),
    ]
