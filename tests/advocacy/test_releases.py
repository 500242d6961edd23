from __future__ import annotations

import datetime as dt
import hashlib
import json
from functools import partial
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from advocacy import casestudies, questionnaires, releases, tasks, trail, wall
from advocacy.enums import ReleaseStep, StudyStatus
from advocacy.models import CaseStudy, Release, StudyVersion
from surveys import consents, mail, ports, privacy, texts
from surveys.enums import Purpose
from surveys.models import Message
from surveys.transitions import WrongState
from tests.factories import make_advocate, make_contact, make_deletion_request, make_study, make_user
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 10, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def by(db: None) -> User:
    return make_user("mar")


def sign(release: Release, name: str = "Mira Kovač", *, tag: str = "en", at: dt.datetime | None = None) -> None:
    agreed = releases.wording(release, tag).version
    content = release.content_hash
    releases.sign(release, name=name, role="Owner", content=content, agreed=agreed, tag=tag, at=at)


def make_signed(by: User, *, at: dt.datetime | None = None) -> CaseStudy:
    study = make_study(status=StudyStatus.LEGAL)
    sign(releases.ask_to_sign(study, by=by), at=at)
    study.refresh_from_db()
    return study


def make_public(by: User, *, at: dt.datetime | None = None) -> CaseStudy:
    study = make_signed(by, at=at)
    releases.publish(study, by=by)
    return study


def is_public(study: CaseStudy) -> bool:
    return CaseStudy.objects.public().filter(pk=study.pk).exists()


def told(study: CaseStudy) -> list[tuple[str, str]]:
    return [trail.sentence(event) for event in trail.events(study)]


def change(study: CaseStudy, by: User, body: str = "Edited.") -> StudyVersion:
    return questionnaires.write(study, by=by, **{**questionnaires.draft(study), "body": body})


# ------------------------------------------------------------------------------------------------- what is bound


def test_bytes_that_are_signed_are_as_they_are_described() -> None:
    version = make_study(status=StudyStatus.LEGAL, title="Cafés").versions.get()

    made = releases.canonical(version, ["b" * 64])

    assert made.decode() == (
        '{"form":1,"media":["' + "b" * 64 + '"],"names":{"handles":"","shown_company":"Kavarna","shown_name":"Mira K.",'
        '"shown_role":"","site":"https://kavarna.example.com"},"text":[["title","Cafés"],["heading","Before"],'
        '["paragraph","Three pumps broke."],["item","none since"],["quote","It just runs."]]}'
    )
    assert json.loads(made)["form"] == 1
    assert releases.content_hash(version, ["b" * 64]) == hashlib.sha256(made).hexdigest()


@pytest.mark.parametrize("name", questionnaires.WRITTEN)
def test_each_part_of_the_text_and_each_name_changes_what_is_bound(name: str) -> None:
    version = make_study(status=StudyStatus.LEGAL).versions.get()
    before = releases.content_hash(version, [])

    setattr(version, name, getattr(version, name) + "x")

    assert releases.content_hash(version, []) != before


def test_media_and_their_order_are_bound() -> None:
    version = make_study(status=StudyStatus.LEGAL).versions.get()

    hashes = {releases.content_hash(version, media) for media in ([], ["a"], ["a", "b"], ["b", "a"])}

    assert len(hashes) == 4


# --------------------------------------------------------------------------------------------------------------- ask


def test_review_is_asked_for_by_mail_of_service(by: User) -> None:
    study = make_study(status=StudyStatus.INTERNAL)

    casestudies.move_to(study, StudyStatus.CUSTOMER, by=by)

    release, message = Release.objects.get(), Message.objects.get()
    assert (release.step, release.version.number, release.message) == (ReleaseStep.REVIEW, 1, message)
    assert (message.letter, message.purpose, message.contact) == (releases.LETTER, Purpose.SERVICE, study.contact)
    assert (study.status, release.is_waiting) == (StudyStatus.CUSTOMER, True)


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize("step", list(ReleaseStep))
def test_letter_speaks_the_language_of_the_customer(by: User, tag: str, step: ReleaseStep) -> None:
    contact = make_contact(name="Mira", language=tag)
    study = make_study(status=StudyStatus.LEGAL, contact=contact)
    release = releases.ask_to_sign(study, by=by)
    Release.objects.filter(pk=release.pk).update(step=step)

    letter = ports.render(Message.objects.get())

    words = texts.table(mail_language(tag))[f"release_{step}"]
    assert letter.subject == words["subject"].replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "/s/" in str(letter.body)
    assert "<script" not in str(letter.alternatives)


def mail_language(tag: str) -> str:
    from surveys.models.languages import languages_in_use

    return texts.language(tag, "en", in_use=languages_in_use())


def test_letter_without_its_release_is_not_rendered(by: User) -> None:
    study = make_study(status=StudyStatus.LEGAL)
    releases.ask_to_sign(study, by=by)
    Release.objects.all().delete()

    with pytest.raises(mail.CannotRender):
        ports.render(Message.objects.get())


def test_signature_is_asked_for_after_approval_and_an_older_link_closes(by: User) -> None:
    study = make_study(status=StudyStatus.DRAFTING)
    with pytest.raises(WrongState, match="after legal and brand approval"):
        releases.ask_to_sign(study, by=by)

    CaseStudy.objects.update(status=StudyStatus.LEGAL)
    first, second = releases.ask_to_sign(study, by=by), releases.ask_to_sign(study, by=by)

    first.refresh_from_db()
    assert (first.is_waiting, second.is_waiting) == (False, True)
    with pytest.raises(WrongState, match="this link is closed"):
        sign(first)


# ------------------------------------------------------------------------------------------------ what a customer says


def test_signature_keeps_who_what_when_and_the_exact_wording(by: User) -> None:
    study = make_study(status=StudyStatus.LEGAL, title="Cafés")
    release = releases.ask_to_sign(study, by=by)

    sign(release, at=NOW)

    release.refresh_from_db()
    assert (release.typed_name, release.typed_role, release.answered_at) == ("Mira Kovač", "Owner", NOW)
    assert release.wording.startswith("I release this case study, “Cafés”, with the names")
    assert release.wording_hash == consents.hash_of(release.wording)
    assert release.content_hash == releases.content_hash(release.version, [])
    assert release.expires_at == dt.datetime(2028, 3, 10, 10, tzinfo=dt.UTC)
    assert (release.scope[0], release.scope[-1]) == ("words", "24 months")
    study.refresh_from_db()
    assert study.status == StudyStatus.SIGNED
    assert told(study)[0] == ("The customer, by the link: Signed the release", "Mira Kovač, Owner")


def test_signing_twice_signs_once(by: User) -> None:
    study = make_signed(by)
    release = Release.objects.get()

    sign(release, "Somebody else")

    release.refresh_from_db()
    assert (release.typed_name, len(told(study))) == ("Mira Kovač", 2)


@pytest.mark.parametrize("what", ["content", "agreed"])
def test_what_was_not_on_the_page_is_not_signed(by: User, what: str) -> None:
    release = releases.ask_to_sign(make_study(status=StudyStatus.LEGAL), by=by)
    given: dict[str, Any] = {"content": release.content_hash, "agreed": releases.wording(release, "en").version}

    with pytest.raises(releases.NotSigned):
        releases.sign(release, name="Mira", role="", tag="en", **{**given, what: "other"})
    release.refresh_from_db()
    assert release.is_waiting


def test_edit_closes_the_link_before_it_is_signed(by: User) -> None:
    study = make_study(status=StudyStatus.LEGAL)
    release = releases.ask_to_sign(study, by=by)
    change(study, by)

    with pytest.raises(WrongState, match="this link is closed"):
        sign(release)


def test_review_cannot_be_signed_and_a_signature_link_is_no_review(by: User) -> None:
    study = make_study(status=StudyStatus.INTERNAL)
    review = releases.ask_to_read(study, by=by)
    with pytest.raises(WrongState):
        sign(review)
    CaseStudy.objects.update(status=StudyStatus.LEGAL)
    signing = releases.ask_to_sign(study, by=by)
    with pytest.raises(WrongState):
        releases.agree(signing)


def test_customer_agrees_or_asks_for_changes_or_refuses(by: User) -> None:
    fine, changed, refused = (make_study(status=StudyStatus.INTERNAL) for _each in range(3))
    for study in (fine, changed, refused):
        releases.ask_to_read(study, by=by)

    releases.agree(fine.releases.get())
    releases.agree(fine.releases.get())
    releases.ask_for_changes(changed.releases.get(), remarks="Two pumps, not three.")
    releases.refuse(refused.releases.get())

    for study in (fine, changed, refused):
        study.refresh_from_db()
    assert [each.status for each in (fine, changed, refused)] == [
        StudyStatus.LEGAL,
        StudyStatus.DRAFTING,
        StudyStatus.WITHDRAWN,
    ]
    assert told(changed)[0] == ("The customer, by the link: Asks for changes", "Two pumps, not three.")
    assert changed.releases.get().remarks == "Two pumps, not three."
    assert told(fine)[0] == ("The customer, by the link: Agrees with the text", "")


def test_refusing_a_new_version_leaves_what_was_signed_before(by: User) -> None:
    study = make_public(by)
    change(study, by)
    CaseStudy.objects.update(status=StudyStatus.INTERNAL)
    study.refresh_from_db()
    review = releases.ask_to_read(study, by=by)

    releases.refuse(review, remarks="No time")

    study.refresh_from_db()
    assert (study.status, is_public(study)) == (StudyStatus.INTERNAL, True)


@pytest.mark.parametrize(
    ("at", "months", "ends"),
    [
        (dt.datetime(2024, 2, 29, tzinfo=dt.UTC), 24, dt.datetime(2026, 2, 28, tzinfo=dt.UTC)),
        (dt.datetime(2025, 8, 31, tzinfo=dt.UTC), 6, dt.datetime(2026, 2, 28, tzinfo=dt.UTC)),
        (dt.datetime(2025, 12, 1, tzinfo=dt.UTC), 1, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ],
)
def test_months_end_on_the_same_day(at: dt.datetime, months: int, ends: dt.datetime) -> None:
    assert releases.months_later(at, months) == ends


# ------------------------------------------------------------------------------------------------------------- publish


def refusal(study: CaseStudy, by: User) -> str:
    with pytest.raises(WrongState) as caught:
        releases.publish(study, by=by)
    assert not is_public(study)
    return str(caught.value)


def test_nothing_is_published_without_a_release(by: User) -> None:
    study = make_study(status=StudyStatus.SIGNED)

    assert refusal(study, by) == "Not published: no release is signed."
    assert casestudies.why_not(study, StudyStatus.PUBLISHED) == "no release is signed"


def test_nothing_is_published_with_a_release_of_an_older_version(by: User) -> None:
    study = make_signed(by)
    change(study, by)
    CaseStudy.objects.update(status=StudyStatus.SIGNED)

    assert refusal(study, by) == "Not published: the release covers version 1, and the text is version 2 now."


def test_nothing_is_published_whose_row_was_changed_behind_the_signature(by: User) -> None:
    study = make_signed(by)
    StudyVersion.objects.update(body="Anything")

    assert refusal(study, by) == "Not published: text, names or pictures are not what was signed."


def test_nothing_is_published_with_other_media_than_were_signed(by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_signed(by)
    monkeypatch.setattr(releases, "media_of", lambda _study: ["c" * 64])

    assert refusal(study, by) == "Not published: text, names or pictures are not what was signed."


def test_nothing_is_published_after_a_withdrawal(by: User) -> None:
    study = make_signed(by)
    releases.withdraw(study)

    assert refusal(study, by) == "Not published: the release was withdrawn."


def test_nothing_is_published_after_the_end_of_the_release(by: User) -> None:
    study = make_signed(by, at=timezone.now() - 740 * DAY)

    assert refusal(study, by).startswith("Not published: the release is over since ")


def test_published_page_keeps_the_signed_version_until_a_newer_one_is_signed(by: User) -> None:
    study = make_public(by)
    assert (study.status, is_public(study), study.shown) == (StudyStatus.PUBLISHED, True, releases.signed(study))

    change(study, by)
    study.refresh_from_db()
    assert (study.status, is_public(study)) == (StudyStatus.DRAFTING, True)
    assert study.shown is not None
    assert study.shown.version.number == 1

    CaseStudy.objects.update(status=StudyStatus.LEGAL)
    study.refresh_from_db()
    sign(releases.ask_to_sign(study, by=by))
    releases.publish(study, by=by)
    study.refresh_from_db()
    assert study.shown.version.number == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_edit_and_publishing_at_once_never_show_an_unsigned_text(by: User) -> None:
    assert connection.vendor == "postgresql"
    for number in range(5):
        study = make_signed(by)
        both = [
            partial(releases.publish, CaseStudy.objects.get(pk=study.pk), by=by),
            partial(change, CaseStudy.objects.get(pk=study.pk), by, f"Edit {number}"),
        ]
        at_once(*both)  # type: ignore[arg-type]
        shown = CaseStudy.objects.select_related("shown__version").get(pk=study.pk).shown
        assert shown is None or shown.version.body == "## Before\n\nThree pumps broke.\n\n- none since"


# ------------------------------------------------------------------------------------------------------------ withdraw


def test_withdrawal_takes_it_off_at_once_and_for_good(by: User) -> None:
    study = make_public(by)

    releases.withdraw(study)
    releases.withdraw(study)

    assert (study.status, is_public(study)) == (StudyStatus.WITHDRAWN, False)
    assert [title for title, _text in told(study)].count("Withdrawn by the customer") == 1
    with pytest.raises(WrongState):
        casestudies.move_to(study, StudyStatus.DRAFTING, by=by)


def test_erasing_a_contact_withdraws_first(by: User) -> None:
    study = make_public(by)
    make_advocate(contact=study.contact)

    privacy.erase(study.contact, by=by)

    assert (CaseStudy.objects.count(), Release.objects.count(), StudyVersion.objects.count()) == (0, 0, 0)


def test_merged_contact_keeps_the_case_study_and_its_export_tells_it(by: User) -> None:
    study, keep = make_public(by), make_contact(name="Keep")

    privacy.merge(keep, study.contact, by=by)

    study.refresh_from_db()
    assert (study.contact, is_public(study)) == (keep, True)
    known = privacy.known(keep)
    assert [each["typed_name"] for each in known["releases"]] == ["Mira Kovač"]
    assert [each["number"] for each in known["case_study_texts"]] == [1]
    assert [each["status"] for each in known["case_studies"]] == ["published"]


def test_refresh_is_due_a_month_before_the_end_and_the_page_goes_at_the_end(by: User) -> None:
    study = make_public(by, at=NOW)
    later = dt.datetime(2028, 2, 1, tzinfo=dt.UTC)

    with time_machine.travel(later, tick=False):
        assert tasks.refresh_case_studies() is False
        study.refresh_from_db()
        assert study.status == StudyStatus.PUBLISHED
    with time_machine.travel(later + 15 * DAY, tick=False):
        tasks.refresh_case_studies()
        study.refresh_from_db()
        assert (study.status, is_public(study)) == (StudyStatus.REFRESH, True)
        assert told(study)[0] == ("Refresh due: the release comes to its end", "")
    with time_machine.travel(later + 60 * DAY, tick=False):
        assert is_public(study) is False
        casestudies.move_to(study, StudyStatus.LEGAL, by=by)
        release = releases.ask_to_sign(study, by=by)
        sign(release)
        study.refresh_from_db()
        releases.publish(study, by=by)
        assert is_public(study) is True
    wall.forget()


# ------------------------------------------------------------------------------------------ whoever wants to be deleted


def test_public_study_is_hidden_while_a_deletion_waits(by: User) -> None:
    study, other = make_public(by), make_public(by)

    make_deletion_request(contact=study.contact)

    assert (is_public(study), is_public(other)) == (False, True)


def test_nothing_is_sent_to_be_signed_or_published_while_a_deletion_waits(by: User) -> None:
    signed, legal, internal = (
        make_signed(by),
        make_study(status=StudyStatus.LEGAL),
        make_study(status=StudyStatus.INTERNAL),
    )
    for study in (signed, legal, internal):
        make_deletion_request(contact=study.contact)

    with pytest.raises(WrongState, match="Not published: the person asked to be deleted"):
        releases.publish(signed, by=by)
    with pytest.raises(WrongState, match="Not asked: the person asked to be deleted"):
        releases.ask_to_sign(legal, by=by)
    with pytest.raises(WrongState, match="the person asked to be deleted"):
        casestudies.move_to(internal, StudyStatus.CUSTOMER, by=by)

    assert (is_public(signed), Message.objects.filter(contact=legal.contact).count()) == (False, 0)
