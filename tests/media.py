"""Pictures and places of case studies for tests; every picture that is made here has its file."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from advocacy import images, releases
from advocacy.enums import ReleaseAnswer, ReleaseStep, StudyStatus
from advocacy.models import CaseStudy, Picture, Release, StudyPlace, StudyVersion
from advocacy.pictures import _store
from tests.factories import make_brand, make_contact

SITE = "https://mill.example/"
_number = count(1)


def picture_bytes(kind: str = "PNG", size: tuple[int, int] = (40, 30), shade: int | None = None) -> bytes:
    """A picture that no other call makes, unless its shade is named."""
    out = BytesIO()
    number = next(_number) if shade is None else shade
    Image.new("RGB", size, (number % 256, number // 256 % 256, 90)).save(out, kind)
    return out.getvalue()


def picture_file(name: str = "mill.png", **fields: Any) -> ContentFile[bytes]:
    return ContentFile(picture_bytes(**fields), name=name)


def make_study(**fields: Any) -> CaseStudy:
    """A case study that is being drafted, of a contact; owned by nobody."""
    now = timezone.now()
    stands = {"title": "The mill of Bled", "language": "en", "status": StudyStatus.DRAFTING, "stage_at": now}
    stands |= {"contact": fields.get("contact") or make_contact(), "brand": fields.get("brand") or make_brand()}
    return CaseStudy.objects.create(**{**stands, "created_at": now, **fields})


def make_version(study: CaseStudy, **fields: Any) -> StudyVersion:
    number = study.versions.count() + 1
    text = {"title": study.title, "body": "It grinds.", "site": SITE, "shown_name": "Ana Horvat"}
    return StudyVersion.objects.create(**{"study": study, "number": number, "at": timezone.now(), **text, **fields})


def make_picture(study: CaseStudy | None = None, *, kind: str = "PNG", **fields: Any) -> Picture:
    content = picture_bytes(kind)
    drawn = images.draw(ContentFile(content), name="mill")
    said = {"alt": "The mill wheel in spring", "rights_holder": "the customer"}
    drawing = {"digest": drawn.digest, "content_type": drawn.content_type, "size": len(drawn.content)}
    drawing |= {"width": drawn.width, "height": drawn.height}
    picture = Picture.objects.create(**{"study": study or make_study(), **said, **drawing, **fields})
    _store(picture, drawn.content)
    return picture


def make_release(study: CaseStudy, **fields: Any) -> Release:
    """A signed release of the latest version with the pictures there are."""
    version = study.versions.first() or make_version(study)
    media, now = releases.media_of(study), timezone.now()
    asked = {"step": ReleaseStep.SIGN, "content_hash": releases.content_hash(version, media), "media": media}
    signed = {"answer": ReleaseAnswer.SIGNED, "answered_at": now, "typed_name": "Ana Horvat", "wording": "I agree."}
    signed |= {"wording_hash": "0" * 64, "expires_at": now + dt.timedelta(days=700)}
    rows = {"study": study, "version": version, "asked_at": now}
    return Release.objects.create(**{**rows, **asked, **signed, **fields})


def publish(study: CaseStudy) -> CaseStudy:
    """Public with a release of all there is."""
    study.shown, study.status, study.published_at = make_release(study), StudyStatus.PUBLISHED, timezone.now()
    study.save(update_fields=["shown", "status", "published_at"])
    return study


def make_place(study: CaseStudy | None = None, **fields: Any) -> StudyPlace:
    if study is None:
        study = make_study()
        make_version(study)
    return StudyPlace.objects.create(
        **{"study": study, "name": "Our blog", "address": "https://blog.example.com/mill", **fields}
    )
