"""What Aurora invites its advocates to: a beta test that is running, and a tasting with a waiting list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from advocacy.demo.names import BATCH, BRAND, Stage
from advocacy.enums import GuestStatus, PerkChange, PerkKind, PerkStatus, RequestKind, RequestOrigin
from advocacy.models import Advocate, CustomerRequest, Perk, PerkGuest, PerkText
from surveys.enums import TouchKind
from surveys.models import Brand, Touch

Status = GuestStatus
ZONE = "Europe/Madrid"
DAY = dt.timedelta(days=1)
APP = {
    "en": ("Try the descaling app before everybody else", "Four weeks with the app that says when to descale.\n\n"
           "Tell us on this page what does not work."),
    "es": ("Prueba la app de descalcificación antes que nadie", "Cuatro semanas con la app que avisa cuándo "
           "descalcificar.\n\nCuéntanos en esta página qué no funciona."),
}  # fmt: skip
TASTING = {
    "en": ("An evening of tasting", "Six coffees, two roasters, and the people who build the machines."),
    "es": ("Una tarde de cata", "Seis cafés, dos tostadores y la gente que hace las máquinas."),
}
# Who answered how, in the order in which they did.
TESTERS = (Status.ACCEPTED, Status.ACCEPTED, Status.ATTENDED, Status.ACCEPTED, Status.DECLINED, Status.INVITED)
TASTERS = (Status.ACCEPTED, Status.ACCEPTED, Status.ACCEPTED, Status.WAITING, Status.WAITING, Status.INVITED)
FINDING = "After step 3 the app does not say that the tank has to be filled again."


def invite(stage: Stage) -> None:
    """Of those whom nobody has asked for a favour, so that no rule is broken."""
    rows = Advocate.objects.filter(contact__in=stage.contacts, asks=None, do_not_ask=False, forbids_gifts=False)
    free = list(rows.exclude(contact__email="").select_related("contact").order_by("pk")[: len(TESTERS) + len(TASTERS)])
    beta = _perk(
        stage, PerkKind.BETA, "Beta of the descaling app", APP, begins=-10, days=28, capacity=8, place="", asked=20
    )
    tasting = _perk(
        stage, PerkKind.EVENT, "Tasting in Madrid", TASTING, begins=21, days=0, capacity=3, asked=6,
        place="Calle Mayor 1, Madrid",
    )  # fmt: skip
    testers = _guests(stage, beta, free[: len(TESTERS)], TESTERS, asked=20)
    _guests(stage, tasting, free[len(TESTERS) :], TASTERS, asked=6)
    if testers:
        _find(stage, testers[0])


def _perk(
    stage: Stage, kind: PerkKind, name: str, texts: dict[str, tuple[str, str]], *, begins: int, days: int, asked: int,
    **fields: Any,
) -> Perk:  # fmt: skip
    owner = stage.users["nora.lindqvist"]
    starts_at = stage.midnight + begins * DAY + dt.timedelta(hours=18)
    perk = Perk.objects.create(
        kind=kind,
        name=name,
        brand=Brand.objects.get(name=BRAND),
        status=PerkStatus.OPEN,
        starts_at=starts_at,
        ends_at=starts_at + (days * DAY or dt.timedelta(hours=3)),
        time_zone=ZONE,
        owner=owner,
        created_at=stage.ago(days=asked + 2, hours=-11),
        **fields,
    )
    words = [PerkText(perk=perk, language=tag, title=title, text=text) for tag, (title, text) in texts.items()]
    PerkText.objects.bulk_create(words)
    stage.made.append(perk)
    stage.note(perk, stage.ago(days=asked + 2, hours=-11), went_to=PerkChange.PLANNED, by=owner)
    moved = {"came_from": PerkStatus.DRAFT, "went_to": PerkStatus.OPEN}
    stage.note(perk, stage.ago(days=asked + 1, hours=-9), **moved, by=owner)
    return perk


def _guests(
    stage: Stage, perk: Perk, advocates: list[Advocate], statuses: tuple[GuestStatus, ...], *, asked: int
) -> list[PerkGuest]:
    invited_at = stage.ago(days=asked, hours=-10)
    found = []
    for number, (advocate, status) in enumerate(zip(advocates, statuses, strict=False), start=1):
        at = invited_at + dt.timedelta(days=number // 3, minutes=73 * number) if status != Status.INVITED else None
        found.append(
            PerkGuest(
                perk=perk,
                contact=advocate.contact,
                status=status,
                invited_by=perk.owner,
                invited_at=invited_at,
                answered_at=at,
                waiting_since=at if status == Status.WAITING else None,
            )
        )
    PerkGuest.objects.bulk_create(found, batch_size=BATCH)
    Touch.objects.bulk_create([Touch(contact=each.contact, kind=TouchKind.ASK, at=invited_at) for each in found])
    for guest in found:
        stage.note(guest, invited_at, went_to=Status.INVITED, by=perk.owner)
        if guest.answered_at:
            said = Status.ACCEPTED if guest.status == Status.ATTENDED else guest.status
            stage.note(guest, guest.answered_at, came_from=Status.INVITED, went_to=said)
        if guest.status == Status.ATTENDED:
            stage.note(guest, stage.ago(days=3), came_from=Status.ACCEPTED, went_to=Status.ATTENDED, by=perk.owner)
    return found


def _find(stage: Stage, guest: PerkGuest) -> None:
    request = CustomerRequest.objects.create(
        contact=guest.contact,
        perk=guest.perk,
        origin=RequestOrigin.BETA,
        kind=RequestKind.PROBLEM,
        quote=FINDING,
        language="en",
        due_at=stage.midnight + 5 * DAY,
        created_at=stage.ago(days=1, hours=-11),
    )
    stage.note(request, request.created_at, went_to=RequestKind.PROBLEM, reason=f"found in {guest.perk}")
