from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from advocacy import images, pictures, releases, tasks, trail
from advocacy.enums import StudyStatus
from advocacy.models import CaseStudy, Picture, StudyPlace
from surveys import ports, privacy
from surveys.mail import CannotRender
from surveys.models import Event, Message
from surveys.transitions import WrongState
from tests.factories import make_user
from tests.media import make_picture, make_place, make_release, make_study, make_version, picture_file, publish
from tests.threads import at_once

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY, A_DAY = NOW.date(), dt.timedelta(days=1)
SAID: dict[str, Any] = {"alt": "The mill wheel", "rights_holder": "the customer"}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def media_root(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def told(study: CaseStudy) -> list[tuple[str, str]]:
    return [trail.sentence(event) for event in trail.events(study)]


# ---------------------------------------------------------------------------------------------------------- add, remove


def test_add_keeps_the_picture_as_it_was_drawn_anew(alice: User, media_root: Path) -> None:
    study = make_study()

    picture = pictures.add(study, file=picture_file("x.jpg", kind="JPEG"), name="x.jpg", credit="Ana", by=alice, **SAID)

    stored = (media_root / "pictures" / str(study.pk) / picture.digest).read_bytes()
    assert files(media_root) == [f"pictures/{study.pk}/{picture.digest}"]
    assert Image.open(BytesIO(stored)).format == "JPEG"
    assert (picture.content_type, picture.width, picture.height, picture.size) == ("image/jpeg", 40, 30, len(stored))
    assert (picture.alt, picture.credit, picture.rights_holder, picture.added_by) == (
        "The mill wheel",
        "Ana",
        "the customer",
        alice,
    )
    with pictures.content(picture) as file:
        assert file.read() == stored


@pytest.mark.parametrize("status", [StudyStatus.CUSTOMER, StudyStatus.LEGAL, StudyStatus.SIGNED, StudyStatus.PUBLISHED])
def test_add_and_remove_send_the_study_back_to_drafting(alice: User, status: StudyStatus) -> None:
    for verb in ("add", "remove"):
        study = make_study(status=status, published_at=NOW)
        picture = make_picture(study)
        waiting = make_release(study, answer="", typed_name="")

        if verb == "add":
            pictures.add(study, file=picture_file(), name="x.png", by=alice, **SAID)
        else:
            pictures.remove(picture, by=alice)

        study.refresh_from_db()
        waiting.refresh_from_db()
        assert study.status == StudyStatus.DRAFTING
        assert not waiting.is_waiting


def test_add_makes_a_signed_release_cover_no_more(alice: User) -> None:
    study = make_study(status=StudyStatus.SIGNED)
    make_release(study)
    assert releases.why_not_public(study) == ""

    pictures.add(study, file=picture_file(), name="x.png", by=alice, **SAID)

    assert releases.why_not_public(study) == "text, names or pictures are not what was signed"
    with pytest.raises(WrongState, match="pictures are not what was signed"):
        releases.publish(study, by=alice)


def test_release_binds_bytes_words_and_credit_of_each_picture() -> None:
    study = make_study()
    picture = make_picture(study, credit="Photo: Ana")
    bound = releases.media_of(study)

    assert bound == [picture.bound]
    for name, value in (("alt", "Something else"), ("credit", ""), ("digest", "0" * 64)):
        Picture.objects.filter(pk=picture.pk).update(**{name: value})
        assert releases.media_of(study) != bound
        Picture.objects.filter(pk=picture.pk).update(**{name: getattr(picture, name)})
    Picture.objects.filter(pk=picture.pk).update(rights_holder="somebody else", rights_until=TODAY)
    assert releases.media_of(study) == bound  # whose they are is no part of what the customer says


def test_bound_can_be_made_again_without_this_program() -> None:
    picture = Picture(digest="ab" * 32, alt="Mühle “am Bach”", credit="")

    assert picture.bound == "52ae3b31071136fb8ee7bf8b13a9cb8509ec0d7a7e09193410cc77c141daab1a"


@pytest.mark.parametrize("status", [StudyStatus.NOMINATED, StudyStatus.BOOKED, StudyStatus.WITHDRAWN])
def test_add_is_refused_where_nothing_is_written(alice: User, media_root: Path, status: StudyStatus) -> None:
    study = make_study(status=status)

    with pytest.raises(WrongState, match="Not changed: pictures are chosen after the interview"):
        pictures.add(study, file=picture_file(), name="x.png", by=alice, **SAID)
    assert (Picture.objects.count(), files(media_root)) == (0, [])


def test_add_refuses_the_same_picture_twice_and_too_many(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    study = make_study()
    pictures.add(study, file=picture_file(shade=7), name="x.png", by=alice, **SAID)

    with pytest.raises(WrongState, match=r"^Not added: this picture is there already\.$"):
        pictures.add(study, file=picture_file(shade=7), name="y.png", by=alice, **SAID)
    monkeypatch.setattr(pictures, "MOST", 1)
    with pytest.raises(WrongState, match=r"^Not added: there are 1 pictures already\.$"):
        pictures.add(study, file=picture_file(), name="z.png", by=alice, **SAID)


def test_add_refuses_what_is_no_picture(alice: User, media_root: Path) -> None:
    study = make_study()

    with pytest.raises(images.ImageRefused):
        pictures.add(study, file=ContentFile(b"<svg onload=alert(1)>"), name="x.png", by=alice, **SAID)

    assert (Picture.objects.count(), files(media_root), told(study)) == (0, [], [])


def test_add_refuses_what_was_decided_on_an_old_page(alice: User) -> None:
    study = make_study()
    pictures.add(study, file=picture_file(), name="x.png", by=alice, **SAID)
    seen = trail.version(study)
    pictures.add(study, file=picture_file(), name="y.png", by=alice, **SAID)

    with pytest.raises(trail.Changed):
        pictures.add(study, file=picture_file(), name="z.png", by=alice, seen=seen, **SAID)


def test_picture_without_alternative_text_is_refused_by_the_database() -> None:
    study = make_study()

    for name in ("alt", "rights_holder"):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_picture(study, **{name: ""})


def test_remove_takes_the_file_with_it(
    alice: User, media_root: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    study = make_study()
    gone, kept = make_picture(study), make_picture(study)

    with django_capture_on_commit_callbacks(execute=True):
        pictures.remove(gone, by=alice)
        assert len(files(media_root)) == 2  # until it is certain
    pictures.remove(gone, by=alice)  # a second time changes nothing

    assert list(pictures.of_study(study)) == [kept]
    assert files(media_root) == [kept.stored_name]
    assert len(told(study)) == 1


def test_remove_leaves_the_file_of_another_study(
    alice: User, media_root: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    rows = [
        pictures.add(make_study(), file=picture_file(shade=9), name="x.png", by=alice, **SAID) for _study in range(2)
    ]
    assert rows[0].digest == rows[1].digest

    with django_capture_on_commit_callbacks(execute=True):
        pictures.remove(rows[0], by=alice)

    assert files(media_root) == [rows[1].stored_name]


def test_trail_tells_what_happened_to_pictures(alice: User) -> None:
    study = make_study(status=StudyStatus.SIGNED)
    picture = pictures.add(study, file=picture_file(), name="x.png", by=alice, **SAID)
    pictures.renew(picture, rights_holder="the agency", rights_until=TODAY + A_DAY, by=alice)
    pictures.renew(picture, rights_holder="the agency", rights_until=TODAY + A_DAY, by=alice)
    pictures.renew(picture, rights_holder="the agency", rights_until=None, by=alice)
    pictures.remove(picture, by=alice)

    assert told(study) == [
        ("Picture removed: no release covers what is left yet", "The mill wheel"),
        ("Rights of a picture: without an end", "The mill wheel"),
        ("Rights of a picture: until 24 Nov 2026", "The mill wheel"),
        ("Picture added: no release covers it yet", "The mill wheel"),
    ]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_add_of_one_picture_by_many_at_once_keeps_one_with_its_file(media_root: Path) -> None:
    study, user = make_study(), make_user()

    def add() -> str:
        mine = CaseStudy.objects.get(pk=study.pk)
        return pictures.add(mine, file=picture_file(shade=3), name="x.png", by=user, **SAID).digest

    done = at_once(*[add] * 8)

    assert sum(isinstance(each, WrongState) for each in done) == 7
    picture = Picture.objects.get()
    assert files(media_root) == [picture.stored_name]
    with pictures.content(picture) as file:
        assert len(file.read()) == picture.size


# --------------------------------------------------------------------------------------------------------------- shown


def test_public_shows_what_the_release_of_a_public_study_speaks_of() -> None:
    study = make_study()
    signed = make_picture(study)
    assert pictures.public(signed.digest) is None  # not published
    publish(study)
    later = make_picture(study)

    assert pictures.public(signed.digest) == signed
    assert pictures.public(later.digest) is None
    assert pictures.public("0" * 64) is None
    assert study.shown is not None
    assert pictures.of_release(study.shown) == [signed]


@pytest.mark.parametrize(
    "changed",
    [
        {"status": StudyStatus.WITHDRAWN},
        {"shown__withdrawn_at": NOW},
        {"shown__expires_at": NOW},
        {"alt": "Something that nobody has signed"},
    ],
)
def test_public_shows_nothing_once_it_may_not(changed: dict[str, Any]) -> None:
    study = make_study()
    picture = make_picture(study)
    publish(study)
    assert pictures.public(picture.digest) == picture

    for name, value in changed.items():
        if name == "alt":
            Picture.objects.update(alt=value)
        elif name.startswith("shown__"):
            setattr(study.shown, name.removeprefix("shown__"), value)
            assert study.shown is not None
            study.shown.save()
        else:
            CaseStudy.objects.update(**{name: value})

    assert pictures.public(picture.digest) is None


def test_public_shows_a_picture_until_the_end_of_its_last_day(clock: Any) -> None:
    study = make_study()
    picture = make_picture(study, rights_until=TODAY)
    publish(study)
    release = study.shown
    assert release is not None

    clock.move_to(dt.datetime(2026, 11, 23, 23, 59, 59, tzinfo=dt.UTC))
    assert (pictures.public(picture.digest), pictures.of_release(release)) == (picture, [picture])

    clock.move_to(dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    assert (pictures.public(picture.digest), pictures.of_release(release)) == (None, [])
    assert releases.why_not_public(study) == ""  # the signature stands all the same


# --------------------------------------------------------------------------------------------------------------- files


def test_erase_deletes_pictures_and_files_and_keeps_the_places_to_clean(
    alice: User, media_root: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    study, other = make_study(), make_study()
    picture, kept = make_picture(study), make_picture(other)
    place = make_place(study)
    publish(study)

    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(study.contact, by=alice)

    assert list(Picture.objects.all()) == [kept]
    assert files(media_root) == [kept.stored_name]
    assert pictures.public(picture.digest) is None
    assert list(StudyPlace.objects.to_clean()) == [place]
    place.refresh_from_db()
    assert place.study is None


def test_export_names_pictures_and_places() -> None:
    study = make_study()
    picture = make_picture(study, credit="Ana", rights_until=TODAY)
    make_place(study)

    told = pictures.export(study.contact)

    assert told["pictures"] == [
        {
            "study__title": "The mill of Bled",
            "alt": "The mill wheel in spring",
            "credit": "Ana",
            "rights_holder": "the customer",
            "rights_until": TODAY,
            "digest": picture.digest,
            "added_at": picture.added_at,
        }
    ]
    assert [row["address"] for row in told["places_of_case_studies"]] == ["https://blog.example.com/mill"]


def test_sweep_deletes_what_a_crash_has_left_and_nothing_else(media_root: Path) -> None:
    assert pictures.sweep() == 0  # there is no folder yet
    kept = make_picture()
    for name in (f"{kept.study_id}/{'a' * 64}", f"999999/{'b' * 64}", "999999/notes.txt", f"elsewhere/{'c' * 64}"):
        path = media_root / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")

    assert (tasks.sweep_pictures(), tasks.sweep_pictures()) == (2, 0)
    assert files(media_root) == sorted(
        [kept.stored_name, "pictures/999999/notes.txt", f"pictures/elsewhere/{'c' * 64}"]
    )


# --------------------------------------------------------------------------------------------------------------- rights


def mails() -> list[tuple[str, str]]:
    return [(m.user.username if m.user else "", m.letter) for m in Message.objects.order_by("pk")]


def test_warn_tells_each_owner_once_of_each_end(clock: Any) -> None:
    owner, other = make_user("lin"), make_user("dana")
    study = make_study(owner=owner)
    first, second = make_picture(study, rights_until=TODAY + 29 * A_DAY), make_picture(study, rights_until=TODAY)
    make_picture(make_study(owner=other), rights_until=TODAY + 30 * A_DAY)
    make_picture(study, rights_until=TODAY + 31 * A_DAY)
    make_picture(study)
    make_picture(make_study(), rights_until=TODAY)  # owned by nobody
    make_picture(make_study(owner=owner, status=StudyStatus.WITHDRAWN), rights_until=TODAY)

    assert tasks.warn_of_picture_rights() is False
    tasks.warn_of_picture_rights()

    assert mails() == [("lin", "picture_rights"), ("dana", "picture_rights")]
    pictures.renew(first, rights_holder="the customer", rights_until=TODAY + 60 * A_DAY, by=other)
    clock.move_to(NOW + 31 * A_DAY)
    tasks.warn_of_picture_rights()
    assert mails()[2:] == [("lin", "picture_rights")]  # of the new end, and of the one that came into reach
    assert Picture.objects.get(pk=second.pk).warned_of == TODAY


def test_warn_tells_the_new_owner_nothing_of_what_was_told() -> None:
    study = make_study(owner=make_user("lin"))
    make_picture(study, rights_until=TODAY)
    pictures.warn()
    study.owner = make_user("dana")
    study.save(update_fields=["owner"])

    assert pictures.warn() is False
    assert mails() == [("lin", "picture_rights")]


def test_letter_names_each_picture_and_its_last_day() -> None:
    study = make_study(owner=make_user("lin"))
    make_picture(study, rights_until=TODAY, alt="The <b>wheel</b>\n& the pond")
    make_picture(study, rights_until=TODAY + A_DAY)
    pictures.warn()

    letter = ports.render(Message.objects.get())

    assert (letter.to, letter.subject) == (["lin@example.com"], "The rights of 2 pictures end")
    assert letter.body == (
        "The <b>wheel</b> & the pond\nMay be shown until 23 Nov 2026; from the day after it is on no page any more.\n"
        f"https://ask.example.com/studies/{study.pk}/media/\n\n"
        "The mill wheel in spring\nMay be shown until 24 Nov 2026; from the day after it is on no page any more.\n"
        f"https://ask.example.com/studies/{study.pk}/media/\n\n"
        "Each is told once. Renew the rights, or choose another picture. All that need care: "
        "https://ask.example.com/studies/care/\n"
    )


def test_letter_is_not_sent_once_the_rights_are_renewed(alice: User) -> None:
    picture = make_picture(make_study(owner=make_user("lin")), rights_until=TODAY)
    pictures.warn()
    pictures.renew(picture, rights_holder="the customer", rights_until=None, by=alice)

    with pytest.raises(CannotRender):
        pictures.letter(Message.objects.get())


def test_ending_lists_what_ends_first_on_top() -> None:
    study = make_study()
    later, over = make_picture(study, rights_until=TODAY + A_DAY), make_picture(study, rights_until=TODAY - A_DAY)
    make_picture(study)

    assert list(pictures.ending()) == [over, later]
    assert Event.objects.count() == 0
    assert make_version(study).number == 1
