"""What follows in the same transaction, whoever did it: of a move of a fix its author and followers are told, what was
changed of a contact or an account is carried anew by its cases, and the cases of a deleted user are nobody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver

from advocacy import carried, cases, notices, trail
from advocacy.enums import FixStatus, NoticeKind
from advocacy.models import Case, Fix, Follower
from surveys.enums import ImportStatus
from surveys.models import Account, Contact, Event, Import

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CARRIED_OF_CONTACTS, CARRIED_OF_ACCOUNTS = {"name", "email", "phone", "language", "account"}, {"name", "revenue"}
BROUGHT = {ImportStatus.FINISHED, ImportStatus.FAILED, ImportStatus.UNDONE}  # an import writes past the models
TOLD = {kind.value for kind in NoticeKind} & set(FixStatus.values)


@receiver(post_save, sender=Event)
def tell_of_fix(sender: object, *, instance: Event, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    if not created or raw or instance.kind != trail.FIX_KIND:
        return
    if instance.went_to == FixStatus.IDEA and instance.by is not None:
        Follower.objects.get_or_create(fix_id=int(instance.object_id), user=instance.by)
    elif instance.went_to in TOLD:
        fix = Fix.objects.get(pk=instance.object_id)
        notices.tell(fix, NoticeKind(instance.went_to), by=instance.by, event=instance)


@receiver(post_save, sender=Contact)
def carry_contact(
    sender: object, *, instance: Contact, created: bool, update_fields: Any = None, raw: bool = False, **_kwargs: Any
) -> None:
    if not (created or raw) and (update_fields is None or CARRIED_OF_CONTACTS & set(update_fields)):
        carried.renew_people(Case.objects.filter(contact=instance))


@receiver(post_save, sender=Account)
def carry_account(
    sender: object, *, instance: Account, created: bool, update_fields: Any = None, raw: bool = False, **_kwargs: Any
) -> None:
    if not (created or raw) and (update_fields is None or CARRIED_OF_ACCOUNTS & set(update_fields)):
        carried.renew_people(Case.objects.filter(contact__account=instance))


@receiver(pre_delete, sender=Account)
def carry_no_account(sender: object, *, instance: Account, **_kwargs: Any) -> None:
    Case.objects.filter(contact_account=instance).update(contact_revenue=None, account_name="")


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL)
def leave_cases(sender: object, *, instance: User, **_kwargs: Any) -> None:
    cases.leave(instance)


@receiver(post_save, sender=Event)
def carry_import(sender: object, *, instance: Event, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    if created and not raw and instance.kind == Import._meta.label_lower and instance.went_to in BROUGHT:
        carried.renew_all_people()
