"""Takes the demo away: the rows it brought, and what was made since on its contacts. All else stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from email.utils import getaddresses
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q, QuerySet

from advocacy import carried
from advocacy.demo.names import BATCH
from advocacy.models import (
    Ask,
    Budget,
    Case,
    Challenge,
    CustomerRequest,
    DemoRow,
    Department,
    Entry,
    EntryText,
    Fix,
    GiftCode,
    Huddle,
    LedgerEntry,
    Macro,
    Perk,
    PerkGuest,
    Profile,
    Programme,
    Referral,
    ReferralLink,
    ReferralOffer,
    ReviewSite,
    Reward,
    RewardItem,
    SavedReply,
    SavedReplyText,
    Team,
    Theme,
)
from surveys import planning, responses
from surveys.models import (
    Account,
    BandReason,
    Brand,
    Campaign,
    CampaignText,
    Contact,
    DailyCount,
    Event,
    InboxMail,
    PageText,
    Question,
    QuestionText,
    Response,
    Segment,
    Subject,
    Suppression,
    Touchpoint,
    Wave,
)

# What somebody may have used since for something of their own; such a row stays. Each after what refers to it.
SHARED: Sequence[type[models.Model]] = (
    Budget,
    RewardItem,
    Programme,
    Segment,
    Brand,
    Touchpoint,
    Subject,
    Fix,
    Theme,
    Account,
    Team,
    Department,
)


def is_loaded() -> bool:
    return DemoRow.objects.exists()


def keep_in_mind(rows: Iterable[models.Model]) -> None:
    made = [DemoRow(kind=row._meta.label_lower, row_id=row.pk) for row in rows]
    DemoRow.objects.bulk_create(made, batch_size=BATCH)


def remove() -> int:
    """Take the demo away, all of it or nothing; how many contacts went. Without a demo nothing happens."""
    with transaction.atomic():
        ids: dict[str, set[int]] = defaultdict(set)
        for kind, row_id in DemoRow.objects.values_list("kind", "row_id"):
            ids[kind].add(row_id)
        if ids:  # a session that loaded it may still take the tables for empty
            planning.count_anew()
        contacts = Contact.objects.filter(pk__in=ids["surveys.contact"])
        campaigns = Campaign.objects.filter(pk__in=ids["surveys.campaign"])
        gone = contacts.count()
        agendas = set(Huddle.objects.filter(team__in=ids["advocacy.team"]).values_list("pk", flat=True))
        _forget_mail(contacts, ids)
        _forget_events(ids, campaigns)
        _forget_answers(contacts, campaigns)
        _forget_rewards(contacts, ids)
        contacts.delete()
        Wave.objects.filter(campaign__in=campaigns).delete()
        campaigns.delete()
        Entry.objects.filter(pk__in=ids["advocacy.entry"]).delete()
        ReviewSite.objects.filter(pk__in=ids["advocacy.reviewsite"]).delete()
        Macro.objects.filter(pk__in=ids["advocacy.macro"]).delete()
        Perk.objects.filter(pk__in=ids["advocacy.perk"]).delete()
        _forget_replies(ids["advocacy.savedreply"])
        Huddle.objects.filter(pk__in=ids["advocacy.huddle"]).delete()
        Challenge.objects.filter(pk__in=ids["advocacy.challenge"]).delete()
        get_user_model().objects.filter(pk__in=ids["auth.user"]).delete()
        for model in SHARED:
            ids[model._meta.label_lower] -= _kept(model, ids[model._meta.label_lower])
            model._default_manager.filter(pk__in=ids[model._meta.label_lower]).delete()
        _forget_huddles(agendas)
        _forget_history(ids)
        DemoRow.objects.all().delete()
    return gone


def _forget_rewards(contacts: QuerySet[Contact], ids: dict[str, set[int]]) -> None:
    """What the demo's people were given, whom they brought, and the ledger of it, which nothing else may delete."""
    brought = Referral.objects.filter(Q(link__advocate__contact__in=contacts) | Q(customer__in=contacts))
    numbers = list(brought.order_by("pk").values_list("pk", flat=True))
    rows = Reward.objects.filter(Q(contact__in=contacts) | Q(referral__in=numbers))
    rewards = list(rows.order_by("pk").values_list("pk", flat=True))
    lines: QuerySet[LedgerEntry] = QuerySet(LedgerEntry)
    lines.filter(reward__in=rewards).delete()
    GiftCode.objects.filter(Q(reward__in=rewards) | Q(item__in=ids["advocacy.rewarditem"], reward=None)).delete()
    Reward.objects.filter(pk__in=rewards).delete()
    Referral.objects.filter(pk__in=numbers).delete()
    ReferralLink.objects.filter(advocate__contact__in=contacts, referrals=None).delete()
    ReferralOffer.objects.filter(pk__in=ids["advocacy.referraloffer"]).delete()
    for model, found in ((Referral, numbers), (Reward, rewards)):
        ids[model._meta.label_lower] |= set(found)


def _forget_replies(ids: set[int]) -> None:
    """Those that no macro of somebody's own sends."""
    gone = SavedReply.objects.filter(pk__in=ids).exclude(macros__isnull=False)
    texts = set(SavedReplyText.objects.filter(reply__in=gone).values_list("pk", flat=True))
    ids.intersection_update(set(gone.values_list("pk", flat=True)))
    SavedReply.objects.filter(pk__in=ids).delete()
    SavedReplyText.history.filter(id__in=texts).delete()


def _forget_mail(contacts: QuerySet[Contact], ids: dict[str, set[int]]) -> None:
    addresses = set(contacts.exclude(email="").values_list("email", flat=True))
    addresses |= set(get_user_model().objects.filter(pk__in=ids["auth.user"]).values_list("email", flat=True))
    mails = [
        pk
        for pk, recipient in InboxMail.objects.values_list("pk", "recipient").iterator()
        if {address.lower() for _name, address in getaddresses([recipient])} & addresses
    ]
    for start in range(0, len(mails), BATCH):
        InboxMail.objects.filter(pk__in=mails[start : start + BATCH]).delete()
    hashes = set(contacts.exclude(address_hash="").values_list("address_hash", flat=True))
    Suppression.objects.filter(Q(address_hash__in=hashes) | Q(pk__in=ids["surveys.suppression"])).delete()


def _forget_events(ids: dict[str, set[int]], campaigns: QuerySet[Campaign]) -> None:
    """Of the demo's people and things. What somebody did with something of their own is not told here."""
    contacts = ids["surveys.contact"]
    Event.objects.filter(contact__in=contacts).delete()
    named: dict[str, set[int]] = {kind: set(rows) for kind, rows in ids.items()}
    parts: list[tuple[type[models.Model], QuerySet[Any]]] = [
        (Wave, Wave.objects.filter(campaign__in=campaigns)),
        (Case, Case.objects.filter(contact__in=contacts)),
        (CustomerRequest, CustomerRequest.objects.filter(contact__in=contacts)),
        (Ask, Ask.objects.filter(advocate__contact__in=contacts)),
        (PerkGuest, PerkGuest.objects.filter(perk__in=ids["advocacy.perk"])),
    ]
    for model, rows in parts:
        named[model._meta.label_lower] = set(rows.values_list("pk", flat=True))
    for kind, numbers in named.items():
        texts = sorted(str(number) for number in numbers)
        for start in range(0, len(texts), BATCH):
            Event.objects.filter(kind=kind, object_id__in=texts[start : start + BATCH]).delete()


def _forget_huddles(agendas: set[int]) -> None:
    """The events of those that went with their team; a team that stays keeps what somebody held with it."""
    gone = agendas - set(Huddle.objects.filter(pk__in=agendas).values_list("pk", flat=True))
    Event.objects.filter(kind=Huddle._meta.label_lower, object_id__in=[str(pk) for pk in gone]).delete()


def _forget_answers(contacts: QuerySet[Contact], campaigns: QuerySet[Campaign]) -> None:
    answers = Response.objects.filter(Q(contact__in=contacts) | Q(campaign__in=campaigns))
    for answer in answers.exclude(campaign__in=campaigns):  # given to a campaign that stays: its counts follow
        field = responses.COUNT_FIELD[answer.band]
        counts = DailyCount.objects.filter(**responses.count_key(answer))
        counts.update(**{field: F(field) - 1})
        counts.filter(promoters=0, passives=0, detractors=0).delete()
    touched = list(Case.objects.filter(contact__responses__in=answers).order_by().values_list("pk", flat=True))
    answers.delete()
    carried.renew(Case.objects.filter(pk__in=touched))


def _kept(model: type[models.Model], ids: set[int]) -> set[int]:
    """Those to which a row refers that stands for itself: not a part of it, which would go with it, nor the log."""
    kept: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model is Event:
            continue
        if relation.on_delete in (models.PROTECT, models.SET_NULL):
            rows: Any = relation.related_model
            name = relation.field.name
            users = rows._default_manager.filter(**{f"{name}__in": ids}).order_by()
            kept |= set(users.values_list(name, flat=True))
    if model is Team:
        kept |= set(Team.objects.filter(pk__in=ids, members__isnull=False).values_list("pk", flat=True))
    return kept


def _forget_history(ids: dict[str, set[int]]) -> None:
    """The deletions above were noted as history too, so this comes last."""
    historied: list[Any] = [Campaign, Entry, Macro, ReferralOffer, ReviewSite, SavedReply, Challenge, *SHARED]
    for model in historied:
        if hasattr(model, "history"):
            model.history.filter(id__in=ids[model._meta.label_lower]).delete()
    profiles: Any = Profile
    profiles.history.filter(user_id__in=ids["auth.user"]).delete()
    EntryText.history.filter(entry_id__in=ids["advocacy.entry"]).delete()
    questions: Any = Question
    asked = list(questions.history.filter(campaign_id__in=ids["surveys.campaign"]).values_list("id", flat=True))
    words: Any = QuestionText
    words.history.filter(question_id__in=asked).delete()
    parts: list[Any] = [CampaignText, PageText, BandReason, Question]
    for model in parts:
        if hasattr(model, "history"):
            model.history.filter(campaign_id__in=ids["surveys.campaign"]).delete()
