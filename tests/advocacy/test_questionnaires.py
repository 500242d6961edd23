from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from advocacy import questionnaires, trail
from advocacy.enums import StudyPart, StudyStatus
from advocacy.models import Release, StudyAnswer
from advocacy.questionnaires import Block, Piece
from surveys.transitions import WrongState
from tests.factories import make_account, make_advocate, make_contact, make_study, make_user, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    return make_user("mar")


def text(**changes: str) -> dict[str, str]:
    return {"title": "Cafés", "body": "One line.", "site": "https://a.example.com", **changes}


# ------------------------------------------------------------------------------------------------------- the questions


def test_answers_are_kept_and_an_emptied_question_goes(by: User) -> None:
    study = make_study()
    questionnaires.begin(study)
    rows = list(study.answers.all())
    said = {rows[0].pk: ("Who are you?", "A roaster"), rows[1].pk: ("", "")}

    questionnaires.fill(study, said=said, new_question="And the coffee?", by=by)

    kept = list(study.answers.values_list("question", "answer"))
    assert (kept[0], kept[-1], len(kept)) == (("Who are you?", "A roaster"), ("And the coffee?", ""), 5)
    assert [trail.sentence(event)[0] for event in trail.events(study)] == ["Questionnaire changed"]


def test_same_answers_are_no_event_and_stale_ones_are_refused(by: User) -> None:
    study = make_study()
    questionnaires.begin(study)
    row, seen = study.answers.first(), trail.version(study)
    assert row is not None

    questionnaires.fill(study, said={row.pk: (row.question, row.answer)}, by=by)
    assert trail.version(study) == seen
    questionnaires.fill(study, said={row.pk: (row.question, "Yes")}, by=by)
    with pytest.raises(trail.Changed):
        questionnaires.fill(study, said={row.pk: (row.question, "No")}, by=by, seen=seen)
    assert StudyAnswer.objects.get(pk=row.pk).answer == "Yes"


def test_there_is_an_end_to_questions(by: User) -> None:
    study = make_study()
    for number in range(questionnaires.MOST_QUESTIONS):
        StudyAnswer.objects.create(study=study, position=number, question=f"Question {number}")

    with pytest.raises(WrongState, match="there are 30 questions already"):
        questionnaires.fill(study, said={}, new_question="One more?", by=by)


# ------------------------------------------------------------------------------------------------------------ the text


def test_draft_begins_with_the_interview_and_goes_on_with_the_latest_version(by: User) -> None:
    contact = make_contact(name="Mira", account=make_account(name="Kavarna"))
    make_advocate(contact=contact, site="https://kavarna.example.com", handles="@kavarna")
    study = make_study(contact=contact, status=StudyStatus.INTERVIEWED)
    for number, part in enumerate((StudyPart.PROBLEM, StudyPart.QUOTE)):
        StudyAnswer.objects.create(study=study, part=part, position=number, question="?", answer=f"Said {number}")

    begun = questionnaires.draft(study)

    assert (begun["body"], begun["quote"], begun["shown_company"]) == ("## Problem\n\nSaid 0", "Said 1", "Kavarna")
    assert (begun["site"], begun["handles"]) == ("https://kavarna.example.com", "@kavarna")
    questionnaires.write(study, by=by, **text())
    assert questionnaires.draft(study)["body"] == "One line."


def test_change_is_a_new_version_and_the_same_is_none(by: User) -> None:
    study = make_study(status=StudyStatus.INTERVIEWED)

    first = questionnaires.write(study, by=by, **text())
    again = questionnaires.write(study, by=by, **text(body="One line.\r\n"))
    second = questionnaires.write(study, by=by, **text(body="Another."))

    assert (first.number, again, second.number) == (1, first, 2)
    assert (study.status, study.title, study.versions.count()) == (StudyStatus.DRAFTING, "Cafés", 2)
    told = [trail.sentence(event)[0] for event in trail.events(study)]
    assert told == [f"Version {n} of the text: no release covers it yet" for n in (2, 1)]


@pytest.mark.parametrize("status", [StudyStatus.NOMINATED, StudyStatus.BOOKED, StudyStatus.WITHDRAWN])
def test_text_is_written_after_the_interview(by: User, status: StudyStatus) -> None:
    with pytest.raises(WrongState, match="its text is written after the interview"):
        questionnaires.write(make_study(status=status), by=by, **text())


@pytest.mark.parametrize("status", [StudyStatus.CUSTOMER, StudyStatus.LEGAL, StudyStatus.SIGNED, StudyStatus.PUBLISHED])
def test_edit_goes_back_to_drafting(by: User, status: StudyStatus) -> None:
    study = make_study(status=status)

    questionnaires.write(study, by=by, **text())

    assert study.status == StudyStatus.DRAFTING
    assert Release.objects.waiting().count() == 0


def test_stale_text_is_refused(by: User) -> None:
    study = make_study(status=StudyStatus.DRAFTING)
    seen = trail.version(study)
    questionnaires.write(study, by=by, **text())

    with pytest.raises(trail.Changed):
        questionnaires.write(study, by=by, seen=seen, **text(body="Mine."))
    assert study.versions.count() == 2


# ---------------------------------------------------------------------------------------------------- as it is rendered


def test_blocks_are_what_is_rendered() -> None:
    study = make_study(status=StudyStatus.DRAFTING)
    body = "First\nline.\n## Head\nright below\n- one\n- two\n\n\nLast # not a head"
    version = make_version(study=study, title="T", summary="S", body=body, quote="Q\nq")

    assert questionnaires.blocks(version) == [
        Block("title", "T"),
        Block("summary", "S"),
        Block("paragraph", "First\nline."),
        Block("heading", "Head"),
        Block("paragraph", "right below"),
        Block("item", "one"),
        Block("item", "two"),
        Block("paragraph", "Last # not a head"),
        Block("quote", "Q\nq"),
    ]


def test_markdown_means_nothing_but_what_was_meant() -> None:
    study = make_study(status=StudyStatus.DRAFTING)
    body = "## Before\n\n<script>alert(1)</script> *x* [a](javascript:b)\n\n- one"
    version = make_version(study=study, title="# T", body=body, quote="A\nb", handles="@kavarna\n")

    assert questionnaires.markdown(version) == (
        "# \\# T\n\n## Before\n\n\\<script\\>alert(1)\\</script\\> \\*x\\* \\[a\\](javascript:b)\n\n- one\n\n"
        "> A\n> b\n\nMira K., Kavarna\n\n<https://kavarna.example.com>\n\n- @kavarna\n"
    )


# ------------------------------------------------------------------------------------------------- what has changed


def test_difference_is_word_by_word_and_told_by_field() -> None:
    study = make_study(status=StudyStatus.DRAFTING)
    old = make_version(study=study, title="T", body="Three pumps broke.\nSame.", quote="")
    new = make_version(study=study, title="T", body="Two pumps broke.\nSame.", quote="Good")

    found = {each.name: each for each in questionnaires.difference(old, new)}

    assert list(found) == ["title", "text", "quote", "person, as shown", "company, as shown", "their site"]
    assert [each.name for each in found.values() if each.is_changed] == ["text", "quote"]
    assert list(found["text"].pieces) == [
        Piece("del", "Three"),
        Piece("ins", "Two"),
        Piece("", " pumps broke.\n"),
        Piece("", "Same."),
    ]
    assert list(found["quote"].pieces) == [Piece("ins", "Good")]


def test_long_texts_are_compared_quickly() -> None:
    study = make_study(status=StudyStatus.DRAFTING)
    old = make_version(study=study, body=" ".join(f"a{n}" for n in range(6000)))
    new = make_version(study=study, body=" ".join(f"b{n}" for n in range(6000)))

    found = {each.name: list(each.pieces) for each in questionnaires.difference(old, new)}

    assert [piece.mark for piece in found["text"]] == ["del", "ins"]
