"""Pictures of case studies: taken in, shown while their rights and their release stand, and gone with their files.

Verbs that take `seen` refuse, with Changed, what was decided on an old picture of the study.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from advocacy import images, questionnaires, trail, trailwords, wall
from advocacy.models import CaseStudy, Picture, Release, StudyPlace
from advocacy.models.pictures import PictureQuerySet
from surveys import addresses, mergetags, ports
from surveys import mail as surveys_mail
from surveys.enums import Promise, Purpose
from surveys.models import Message
from surveys.transitions import WrongState, record

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.core.files import File

    from surveys.models import Contact

logger = logging.getLogger(__name__)

LETTER = "picture_rights"
PRIORITY = 40
MOST = 20  # of one study
SIZE = 200
LINES = 20  # of a mail
FOLDER = "pictures"
_STUDY, _DIGEST = re.compile(r"[0-9]{1,18}"), re.compile(r"[0-9a-f]{64}")


def add(
    study: CaseStudy,
    *,
    file: File[bytes],
    name: str,
    alt: str,
    rights_holder: str,
    credit: str = "",
    rights_until: dt.date | None = None,
    by: User,
    seen: str = "",
) -> Picture:
    """Keep an uploaded picture, drawn anew. No release covers the study any more, for there is more to sign.

    Raises ImageRefused for a file that is not taken, WrongState where the study takes none.
    """
    drawn = images.draw(file, name=name)
    with transaction.atomic():
        trail.lock(study, seen=seen)
        _may_change(study)
        rows = Picture.objects.filter(study=study)
        if rows.count() >= MOST:
            raise WrongState(_("Not added: there are %(n)d pictures already.") % {"n": MOST})
        if rows.filter(digest=drawn.digest).exists():
            raise WrongState(_("Not added: this picture is there already."))
        picture = Picture.objects.create(
            study=study,
            digest=drawn.digest,
            content_type=drawn.content_type,
            width=drawn.width,
            height=drawn.height,
            size=len(drawn.content),
            alt=alt,
            credit=credit,
            rights_holder=rights_holder,
            rights_until=rights_until,
            added_by=by,
        )
        _store(picture, drawn.content)
        questionnaires.to_drafting(study, by=by, reason=trailwords.PICTURED + alt)
        return picture


def remove(picture: Picture, *, by: User, seen: str = "") -> None:
    """It goes from every page of ours at once, and its file with it. What is left has to be signed anew."""
    study = picture.study
    with transaction.atomic():
        trail.lock(study, seen=seen)
        _may_change(study)
        if not Picture.objects.filter(pk=picture.pk).delete()[0]:
            return
        transaction.on_commit(partial(_clear, picture.study_id, picture.digest))
        questionnaires.to_drafting(study, by=by, reason=trailwords.UNPICTURED + picture.alt)
        wall.changed()


def renew(picture: Picture, *, rights_holder: str, rights_until: dt.date | None, by: User, seen: str = "") -> None:
    """Whose it is, and until when it may be shown. That is no part of what is signed."""
    with transaction.atomic():
        trail.lock(picture.study, seen=seen)
        picture.refresh_from_db()
        if (picture.rights_holder, picture.rights_until) == (rights_holder, rights_until):
            return
        picture.rights_holder, picture.rights_until = rights_holder, rights_until
        picture.save(update_fields=["rights_holder", "rights_until"])
        until = rights_until.isoformat() if rights_until else ""
        record(picture.study, by=by, reason=f"{trailwords.RIGHTS}{until}\n{picture.alt}")
        wall.changed()


def _may_change(study: CaseStudy) -> None:
    if not study.is_written:
        raise WrongState(_("Not changed: pictures are chosen after the interview, and not once it is withdrawn."))


# --------------------------------------------------------------------------------------------------------------- shown


def of_study(study: CaseStudy) -> PictureQuerySet:
    """All there are, in the order in which they are shown."""
    return Picture.objects.filter(study=study).select_related("added_by").order_by("pk")


def of_release(release: Release) -> list[Picture]:
    """Those of its study that a release speaks of, as long as somebody has the rights."""
    rows = Picture.objects.with_rights().filter(study=release.study_id).order_by("pk")
    return [picture for picture in rows if picture.bound in release.media]


def public(digest: str) -> Picture | None:
    """The picture of that digest, if the page of a study shows it now."""
    shown = CaseStudy.objects.public()
    rows = Picture.objects.with_rights().filter(digest=digest, study__in=shown).select_related("study__shown")
    return next((row for row in rows.order_by("pk") if row.study.shown and row.bound in row.study.shown.media), None)


def content(picture: Picture) -> File[bytes]:
    """Its bytes, to be read. Raises OSError where the file is lost."""
    return default_storage.open(picture.stored_name)


# --------------------------------------------------------------------------------------------------------------- files


def _store(picture: Picture, data: bytes) -> None:
    """Call it with the study locked. What lies there under the name is what an earlier attempt has left."""
    default_storage.delete(picture.stored_name)
    default_storage.save(picture.stored_name, ContentFile(data))


def _clear(study: int, digest: str) -> bool:
    """Delete the file of a picture that is not there any more; whether it was so. The lock keeps out whoever adds the
    same picture right now."""
    with transaction.atomic():
        CaseStudy.objects.select_for_update().filter(pk=study).first()
        if Picture.objects.filter(study=study, digest=digest).exists():
            return False
        default_storage.delete(f"{FOLDER}/{study}/{digest}")
        return True


def register() -> None:
    """Before the part of everything else: where a study is gone nobody knows its files any more."""
    ports.register_exporter(export)
    ports.register_eraser(erase)


def export(contact: Contact) -> dict[str, Any]:
    shown = ("study__title", "alt", "credit", "rights_holder", "rights_until", "digest", "added_at")
    noted = ("study__title", "name", "address", "added_at", "cleaned_at")
    pictures = Picture.objects.filter(study__contact=contact).order_by("pk")
    places = StudyPlace.objects.filter(study__contact=contact).order_by("pk")
    return {"pictures": list(pictures.values(*shown)), "places_of_case_studies": list(places.values(*noted))}


def erase(contact: Contact) -> None:
    """Pictures of the person's studies go, and their files when that is certain."""
    rows = Picture.objects.filter(study__contact=contact)
    for study, digest in rows.values_list("study", "digest"):
        transaction.on_commit(partial(_clear, study, digest))
    rows.delete()


def sweep() -> int:
    """Delete files that no picture speaks of: what a crash has left behind. How many there were."""
    known = set(Picture.objects.values_list("study", "digest"))
    swept = 0
    for study in _listed(FOLDER, _STUDY, at=0):
        for digest in _listed(f"{FOLDER}/{study}", _DIGEST, at=1):
            if (int(study), digest) not in known:
                swept += _clear(int(study), digest)
    return swept


def _listed(folder: str, pattern: re.Pattern[str], *, at: int) -> list[str]:
    """The folders (0) or files (1) in a folder that are named as ours are."""
    try:
        found = default_storage.listdir(folder)[at]
    except FileNotFoundError:
        return []
    return sorted(name for name in found if pattern.fullmatch(name))


# ------------------------------------------------------------------------------------------------ told before they end


def ending(*, on: dt.date | None = None) -> QuerySet[Picture]:
    """Pictures whose rights are over or soon will be, what ends first on top."""
    rows = Picture.objects.ending(on).select_related("study__contact", "study__owner")
    return rows.order_by("rights_until", "pk")


def warn(*, today: dt.date | None = None, size: int = SIZE) -> bool:
    """Tell owners of the rights that end within thirty days, of each end once; whether more waits."""
    is_told = Q(warned_of=F("rights_until"))
    try:
        with transaction.atomic():
            rows = ending(on=today).filter(study__owner__is_active=True).exclude(is_told & Q(warned_of__isnull=False))
            found = list(rows.select_for_update(skip_locked=True, of=("self",))[:size])
            _warn(found)
    except IntegrityError:  # an owner who is gone meanwhile
        logger.info("pictures.raced")
        return False
    return len(found) == size


def _warn(found: list[Picture]) -> None:
    by_owner: dict[int, list[Picture]] = {}
    for picture in found:
        by_owner.setdefault(picture.study.owner_id or 0, []).append(picture)
    for rows in by_owner.values():
        message = message_to(rows[0].study.owner, LETTER)
        for picture in rows:
            picture.warned_of, picture.warning = picture.rights_until, message
        Picture.objects.bulk_update(rows, ["warned_of", "warning"])


def message_to(person: User | None, letter: str) -> Message:
    """A mail to a colleague that waits to leave."""
    email = person.email if person else ""
    return Message.objects.create(
        letter=letter,
        purpose=Purpose.STAFF,
        promise=Promise.AT_LEAST_ONCE,
        priority=PRIORITY,
        user=person,
        address_hash=addresses.keyed_hash(email) if email else "",
        not_before=timezone.now(),
    )


def letter(message: Message) -> surveys_mail.Letter:
    """What the owner is told. Raises CannotRender when the rights were renewed meanwhile, or nobody can be mailed."""
    found = list(ending().filter(warning=message))
    with translation.override(settings.LANGUAGE_CODE):
        lines = [(mergetags.header(row.alt), _day(row.rights_until), _address(row.study)) for row in found[:LINES]]
        return compose(message, LETTER, lines, len(found))


def compose(message: Message, name: str, lines: list[Any], count: int) -> surveys_mail.Letter:
    """A letter of plain text with a list of what needs care."""
    person = message.user
    if not count or person is None or not person.is_active or not addresses.is_valid(person.email.lower()):
        raise surveys_mail.CannotRender("it is settled, or nobody can be mailed")
    context = {"lines": lines, "count": count, "first": lines[0][0]}
    context["url"] = settings.PUBLIC_BASE_URL + reverse("advocacy:study_care")
    subject = mergetags.header(render_to_string(f"emails/{name}-subject.txt", context))
    body = mergetags.plain(render_to_string(f"emails/{name}-text.txt", context))
    made = surveys_mail.Letter(
        subject=subject, body=body, to=[person.email], headers=surveys_mail.headers_of_staff(message)
    )
    made.metadata = {"message": str(message.pk)}
    return made


def _day(day: dt.date | None) -> str:
    return date_format(day, "j M Y") if day else ""


def _address(study: CaseStudy) -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('advocacy:study_media', args=[study.pk])}"
