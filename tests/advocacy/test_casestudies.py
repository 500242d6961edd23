from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import casestudies, questionnaires, trail
from advocacy.boards import BoardView
from advocacy.enums import (
    STUDY_MOVES,
    AskAnswer,
    AskKind,
    AskStatus,
    StudyFormatKind,
    StudyPart,
    StudyStatus,
)
from advocacy.models import CaseStudy, StudyFormat, StudyQuestion
from surveys.models import Event
from surveys.transitions import WrongState
from tests.factories import (
    make_account,
    make_ask,
    make_brand,
    make_contact,
    make_deletion_request,
    make_study,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def by(db: None) -> User:
    return make_user("mar", first_name="Mar")


def told(study: CaseStudy) -> list[str]:
    return [trail.sentence(event)[0] for event in trail.events(study)]


def test_nomination_begins_with_the_questions_and_the_account(by: User) -> None:
    make_brand(default_language="de")
    contact = make_contact(account=make_account(name="Kavarna"), language="")

    study = casestudies.nominate(contact, reason="Ten years with us", by=by)

    assert (study.title, study.status, study.language, study.owner) == ("Kavarna", StudyStatus.NOMINATED, "de", by)
    parts = list(study.answers.values_list("part", flat=True))
    assert parts == [StudyPart.SITUATION, StudyPart.PROBLEM, StudyPart.WHY_US, StudyPart.RESULT, StudyPart.QUOTE]
    assert told(study) == ["Case study: Nominated"]


def test_questions_of_the_house_stand_instead_of_the_usual_ones_and_besides(by: User) -> None:
    StudyQuestion.objects.create(part=StudyPart.PROBLEM, prompt="What kept you awake?")
    StudyQuestion.objects.create(part=StudyPart.QUOTE, prompt="", is_active=False)
    StudyQuestion.objects.create(part=StudyPart.OTHER, prompt="Who else should we ask?", position=1)

    asked = dict(questionnaires.questions())

    assert asked[StudyPart.PROBLEM] == "What kept you awake?"
    assert StudyPart.QUOTE not in asked
    assert list(asked)[-1] == StudyPart.OTHER


def test_one_case_study_of_a_contact_is_worked_on_at_a_time(by: User) -> None:
    study = make_study()

    with pytest.raises(WrongState, match="a case study of Mira Kovač is being worked on"):
        casestudies.nominate(study.contact, by=by)

    CaseStudy.objects.update(status=StudyStatus.PUBLISHED, published_at=timezone.now())
    assert casestudies.nominate(study.contact, by=by).pk != study.pk


def test_nomination_without_a_brand_says_so(by: User) -> None:
    with pytest.raises(WrongState, match="there is no brand yet"):
        casestudies.nominate(make_contact(), by=by)


def test_yes_to_an_ask_begins_where_the_customer_has_agreed(by: User) -> None:
    make_brand()
    said = {"status": AskStatus.SENT, "answer": AskAnswer.YES, "answered_at": timezone.now()}
    ask = make_ask(kind=AskKind.CASE_STUDY, **said)

    study = casestudies.from_ask(ask, by=by)

    assert (study.status, study.ask) == (StudyStatus.AGREED, ask)
    assert trail.sentence(trail.events(study)[0]) == ("Case study: Customer agreed", "Said yes to an ask")
    with pytest.raises(WrongState, match="its case study is there already"):
        casestudies.from_ask(ask, by=by)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"kind": AskKind.REFERRAL}, "this ask is about something else"),
        ({"kind": AskKind.CASE_STUDY}, "the advocate has not said yes"),
        ({"kind": AskKind.CASE_STUDY, "status": AskStatus.SENT}, "the advocate has not said yes"),
        (
            {"kind": AskKind.CASE_STUDY, "status": AskStatus.DECLINED, "answered_at": timezone.now()},
            "the advocate has not said yes",
        ),
    ],
)
def test_no_other_ask_begins_one(by: User, fields: dict[str, object], why: str) -> None:
    assert casestudies.why_not_from(make_ask(**fields)) == why


@pytest.mark.parametrize("status", list(StudyStatus))
def test_moves_are_those_of_the_table_and_the_rest_say_why(by: User, status: StudyStatus) -> None:
    study = make_study(status=status)

    allowed = {target.stage for target in casestudies.targets(study) if not target.why_not}

    # Publishing and signing need a release besides.
    assert allowed <= STUDY_MOVES.get(status, frozenset())
    assert STUDY_MOVES.get(status, frozenset()) - allowed <= {StudyStatus.SIGNED, StudyStatus.PUBLISHED}
    for target in set(StudyStatus) - allowed:
        with pytest.raises(WrongState, match="Not moved: Study "):
            casestudies.move_to(study, StudyStatus(target), by=by)
    study.refresh_from_db()
    assert study.status == status


def test_move_counts_the_days_anew_and_is_told(by: User) -> None:
    study = make_study(at=timezone.now() - 9 * DAY)
    assert study.age_days == 9

    casestudies.move_to(study, StudyStatus.QUALIFIED, by=by, reason="Figures are public")

    assert (study.status, study.age_days) == (StudyStatus.QUALIFIED, 0)
    assert trail.sentence(trail.events(study)[0]) == ("Case study: Qualified", "Figures are public")


def test_nobody_of_the_house_signs(by: User) -> None:
    study = make_study(status=StudyStatus.LEGAL)

    with pytest.raises(WrongState, match="only the customer signs, by the link in the mail"):
        casestudies.move_to(study, StudyStatus.SIGNED, by=by)


def test_review_needs_a_text_and_an_address(by: User) -> None:
    study = make_study(status=StudyStatus.INTERNAL)
    study.contact.email = ""
    assert casestudies.why_not(study, StudyStatus.CUSTOMER) == "there is no mail address"
    study.versions.all().delete()
    assert casestudies.why_not(study, StudyStatus.CUSTOMER) == "there is no text yet"


def test_stale_move_is_refused_with_what_happened(by: User) -> None:
    study = make_study()
    seen = trail.version(study)
    casestudies.edit(study, owner=by, next_step="Call", due_on=None, by=by)

    with pytest.raises(trail.Changed):
        casestudies.move_to(study, StudyStatus.QUALIFIED, by=by, seen=seen)


def test_next_step_is_kept_once(by: User) -> None:
    study, day = make_study(), timezone.localdate()

    casestudies.edit(study, owner=by, next_step="Call", due_on=day, by=by)
    casestudies.edit(study, owner=by, next_step="Call", due_on=day, by=by)

    assert (study.owner, study.next_step, study.due_on, told(study)) == (by, "Call", day, ["Next step changed"])


def test_formats_are_ticked_off_and_back(by: User) -> None:
    study = make_study(status=StudyStatus.PUBLISHED)

    casestudies.mark_format(study, StudyFormatKind.SLIDES, is_done=True, by=by)
    casestudies.mark_format(study, StudyFormatKind.SLIDES, is_done=True, by=by)
    made = dict(casestudies.formats(study))
    assert [kind for kind, row in made.items() if row] == [StudyFormatKind.SLIDES]
    assert len(made) == 5

    casestudies.mark_format(study, StudyFormatKind.SLIDES, is_done=False, by=by)
    assert StudyFormat.objects.count() == 0
    assert told(study) == ["Not made after all: Slides", "Made: Slides"]


# --------------------------------------------------------------------------------------------------------------- board


def test_views_show_mine_nobodys_and_what_is_late(by: User) -> None:
    today = timezone.localdate()
    mine = make_study(owner=by)
    late = make_study(due_on=today - DAY)
    make_study(due_on=today - DAY, status=StudyStatus.WITHDRAWN, owner=make_user("other"))

    found = {view: list(casestudies.studies_of(view, by, on=today)) for view in BoardView}

    assert len(found[BoardView.ALL]) == 3
    assert found[BoardView.MINE] == [mine]
    assert found[BoardView.NOBODY] == [late]
    assert found[BoardView.OVERDUE] == [late]


def test_lanes_are_all_stages_with_counts(by: User) -> None:
    for _each in range(3):
        make_study(status=StudyStatus.DRAFTING)
    make_study(status=StudyStatus.PUBLISHED)

    found = casestudies.lanes(casestudies.studies_of(BoardView.ALL, by, on=timezone.localdate()), size=2)

    assert [lane.stage for lane in found] == list(StudyStatus)
    drafting = found[list(StudyStatus).index(StudyStatus.DRAFTING)]
    assert (drafting.count, len(drafting.slips), drafting.more) == (3, 2, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_lanes_cost_the_same_for_one_and_for_many(
    by: User, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for status in (StudyStatus.NOMINATED, StudyStatus.INTERNAL, StudyStatus.PUBLISHED):
        for _each in range(number):
            make_study(status=status, contact=make_contact(account=make_account()))
    studies = casestudies.studies_of(BoardView.ALL, by, on=timezone.localdate())

    with django_assert_num_queries(4):  # the counts, and one for each lane in which something stands
        casestudies.lanes(studies)


def test_lines_of_the_file(by: User) -> None:
    now = timezone.now()
    make_study(title="Cafés", at=now, next_step="Call", due_on=timezone.localdate(), owner=by)

    head, line = casestudies.lines(casestudies.studies_of(BoardView.ALL, by, on=timezone.localdate()))

    assert head[:4] == ["Case study", "Contact", "Account", "Stage"]
    today = timezone.localdate().isoformat()
    assert line == ["Cafés", "Mira Kovač", "", "Nominated", today, "Mar", "Call", today, ""]
    assert Event.objects.count() == 0


def test_board_says_why_nothing_of_who_wants_to_be_deleted_goes_out() -> None:
    why = "the person asked to be deleted, and nobody has decided about that yet"
    for status in (StudyStatus.INTERNAL, StudyStatus.SIGNED):
        make_deletion_request(contact=make_study(status=status).contact)

    internal, signed = casestudies.shown(CaseStudy.objects.order_by("pk"))

    targets = [{each.stage: each.why_not for each in casestudies.targets(study)} for study in (internal, signed)]
    assert (targets[0][StudyStatus.CUSTOMER], targets[1][StudyStatus.PUBLISHED]) == (why, why)
    assert [each[StudyStatus.DRAFTING] for each in targets] == ["", ""]
    assert [each.is_covered for each in (internal, signed)] == [False, False]
