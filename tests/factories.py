"""Plain functions that make rows, without surprises: what a test does not name has a harmless value."""

from __future__ import annotations

import datetime as dt
import uuid
from itertools import count
from typing import Any, TypeVar

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils import timezone

from advocacy import carried
from advocacy.asking import STAGE_OF_END
from advocacy.enums import (
    OPEN_ASK_STATUSES,
    AnnouncementStatus,
    AskKind,
    AskStage,
    AskStatus,
    CaseStatus,
    FixStatus,
    GuestStatus,
    Outcome,
    PerkKind,
    PerkStatus,
    ReviewKind,
    RewardKind,
    RewardReason,
    RewardStatus,
    StudyStatus,
)
from advocacy.models import (
    Absence,
    Advocate,
    Announcement,
    Ask,
    Budget,
    Case,
    CaseStudy,
    Challenge,
    CustomerRequest,
    DeletionRequest,
    Department,
    Draft,
    Entry,
    EntryText,
    Fix,
    Huddle,
    HuddleAction,
    Macro,
    Perk,
    PerkGuest,
    PerkText,
    Pledge,
    Profile,
    Programme,
    Referral,
    ReferralLink,
    ReferralOffer,
    ReviewPolicy,
    ReviewSite,
    Reward,
    RewardItem,
    SavedReply,
    SavedReplyText,
    StudyVersion,
    Team,
    Testimonial,
    Theme,
    Tier,
)
from advocacy.models.ideas import organisations_day
from surveys import addresses, consents
from surveys.enums import (
    IN_HAND_STATUSES,
    Band,
    Basis,
    Channel,
    ConsentPurpose,
    Evidence,
    MessageStatus,
    Promise,
    Purpose,
    QuestionKind,
    Scale,
    WaveStatus,
)
from surveys.models import (
    Account,
    Brand,
    Campaign,
    Claim,
    Click,
    Consent,
    Contact,
    DailyCount,
    Door,
    Import,
    InboxMail,
    Invitation,
    Message,
    Question,
    QuestionText,
    Reason,
    Response,
    Revision,
    TestMail,
    Touchpoint,
    Wave,
)

Row = TypeVar("Row", bound=Model)
_number = count(1)


def make_user(name: str = "", *groups: str, **fields: Any) -> User:
    name = name or f"user{next(_number)}"
    user = User.objects.create_user(username=name, email=f"{name}@example.com", password=f"{name}-password", **fields)
    found = list(Group.objects.filter(name__in=groups)) if groups else []
    assert len(found) == len(set(groups)), f"not all of {groups} are there"
    User.groups.through.objects.bulk_create(User.groups.through(user=user, group=group) for group in found)
    return user


def make_account(**fields: Any) -> Account:
    return Account.objects.create(**{"name": f"Account {next(_number)}", **fields})


def make_contact(**fields: Any) -> Contact:
    number = next(_number)
    values = {"email": f"contact{number}@example.com", "name": f"Contact {number}", "basis": Basis.CUSTOMER, **fields}
    return Contact.objects.create(address_hash=addresses.keyed_hash(values["email"]), **values)


def make_consent(**fields: Any) -> Consent:
    """A consent to be quoted, given just now."""
    if "contact" not in fields:
        fields["contact"] = make_contact()
    text = fields.setdefault("text", "Aurora may show my words.")
    at = fields.setdefault("at", timezone.now())
    values = {
        "purpose": ConsentPurpose.QUOTE,
        "text_hash": consents.hash_of(text),
        "language": "en",
        "scope": ["words", "name"],
        "source": "landing page",
        "expires_at": consents.ends_at(at),
    }
    return Consent.objects.create(**{**values, **fields})


def without_history(row: Row) -> Row:
    """Save `row` without the first version that the history would keep of it: hardly a test asks for that."""
    row.save_without_historical_record(force_insert=True)  # type: ignore[attr-defined]
    return row


def make_brand(**fields: Any) -> Brand:
    values = {
        "name": f"Brand {next(_number)} Coffee Machines",
        "short_name": "Aurora",
        "from_email": "hello@aurora.example.com",
        "postal_address": "12 Harbour Street, Exampleton",
        "site_url": "https://aurora.example.com",
    }
    return without_history(Brand(**{**values, **fields}))


def make_touchpoint(**fields: Any) -> Touchpoint:
    number = next(_number)
    return without_history(Touchpoint(**{"key": f"touchpoint-{number}", "name": f"Touchpoint {number}", **fields}))


def make_campaign(**fields: Any) -> Campaign:
    fields.setdefault("brand", None)
    fields["brand"] = fields["brand"] or make_brand()
    if "touchpoint" not in fields:
        fields["touchpoint"] = make_touchpoint()
    return Campaign.objects.create(**{"name": f"Campaign {next(_number)}", **fields})


def make_wave(**fields: Any) -> Wave:
    """A wave that is sending today."""
    if "campaign" not in fields:
        fields["campaign"] = make_campaign()
    now = timezone.now()
    values = {"day": now.date(), "status": WaveStatus.SENDING, "planned_for": now, "started_at": now}
    return Wave.objects.create(**{**values, **fields})


def make_invitation(**fields: Any) -> Invitation:
    """An open invitation of a new contact."""
    if "wave" not in fields:
        fields["wave"] = make_wave()
    if "contact" not in fields:
        fields["contact"] = make_contact()
    values = {"style": fields["wave"].campaign.single_style, "closes_at": timezone.now() + dt.timedelta(days=30)}
    return Invitation.objects.create(**{**values, **fields})


def make_message(**fields: Any) -> Message:
    """An invitation's mail that waits to leave."""
    if "invitation" not in fields:
        fields["invitation"] = make_invitation()
    invitation = fields["invitation"]
    if invitation is not None:
        fields.setdefault("contact", invitation.contact)
    contact = fields.get("contact")
    values = {
        "letter": "invitation",
        "purpose": Purpose.RESEARCH,
        "promise": Promise.AT_MOST_ONCE,
        "status": MessageStatus.QUEUED,
        "address_hash": contact.address_hash if contact else "",
        "not_before": timezone.now(),
    }
    values |= fields
    if values["status"] in IN_HAND_STATUSES:
        values.setdefault("claim_id", uuid.uuid4())
    message = Message.objects.create(**values)
    if message.status in IN_HAND_STATUSES and message.claim_id:
        claim, _made = Claim.objects.get_or_create(pk=message.claim_id, defaults={"messages": []})
        claim.messages.append(message.pk)
        claim.save()
    return message


def make_test_mail(**fields: Any) -> TestMail:
    """A test mail of a campaign that waits to leave, from one colleague to another."""
    campaign = fields.get("campaign") or make_campaign()
    message = make_message(
        invitation=None,
        letter="test",
        purpose=Purpose.STAFF,
        promise=Promise.AT_LEAST_ONCE,
        user=fields.pop("to", None) or make_user(),
        language=fields.pop("language", "en"),
    )
    return TestMail.objects.create(**{"message": message, "by": message.user, **fields, "campaign": campaign})


def make_response(**fields: Any) -> Response:
    """A settled answer of a known contact, with its first revision; its daily count is not kept."""
    if "invitation" not in fields:
        fields["invitation"] = make_invitation(**({"contact": fields["contact"]} if fields.get("contact") else {}))
    invitation = fields["invitation"]
    at = fields.pop("at", None) or timezone.now()
    values = {
        "score": 3,
        "language": "en",
        "channel": Channel.MAIL,
        "evidence": Evidence.SUBMITTED,
        "answered_at": at,
        "submitted_at": at,
        "settles_at": at,
    }
    if invitation is not None:
        campaign = invitation.wave.campaign
        values |= {"campaign": campaign, "contact": invitation.contact, "style": invitation.style}
    response = Response.objects.create(**{**values, **fields})
    Revision.objects.create(
        response=response,
        number=response.revision,
        score=response.score,
        comment=response.comment,
        evidence=response.evidence,
        at=response.submitted_at,
    )
    return response


def make_reason(key: str = "", **labels: str) -> Reason:
    """A reason of that key, with its words by language (`zh_Hans` is `zh-Hans`); one that is there gets these words."""
    key = key or f"reason-{next(_number)}"
    words = {tag.replace("_", "-"): text for tag, text in labels.items()} or {"en": key.replace("_", " ").capitalize()}
    return Reason.objects.update_or_create(key=key, defaults={"labels": words})[0]


def make_question(text: str = "", *, options: str = "", language: str = "en", **fields: Any) -> Question:
    """A question on the red page of a new campaign; with `text` it has words of its own in one language."""
    if "campaign" not in fields:
        fields["campaign"] = make_campaign()
    question = Question.objects.create(**{"band": Band.DETRACTOR, "kind": QuestionKind.TEXT, **fields})
    if text:
        QuestionText.objects.create(question=question, language=language, text=text, options=options)
    return question


def make_asked_on(campaign: Campaign, style: str, *scores: int | None, at: dt.datetime) -> None:
    """New people whose mail with buttons of this look arrived `at`, each with the score they gave, or none."""
    wave = campaign.waves.first() or make_wave(campaign=campaign)
    for score in scores:
        invitation = make_invitation(wave=wave, style=style, created_at=at)
        make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=at)
        if score is not None:
            make_response(invitation=invitation, score=score, at=at)


def make_door(**fields: Any) -> Door:
    """An open link of a new campaign."""
    if "campaign" not in fields:
        fields["campaign"] = make_campaign()
    return Door.objects.create(**{"name": f"Door {next(_number)}", **fields})


def make_team(**fields: Any) -> Team:
    members = fields.pop("members", [])
    team = Team.objects.create(**{"name": f"Team {next(_number)}", **fields})
    team.members.set(members)
    return team


def make_deletion_request(**fields: Any) -> DeletionRequest:
    """A contact who asked just now to be forgotten."""
    fields.setdefault("contact", None)
    fields["contact"] = fields["contact"] or make_contact()
    return DeletionRequest.objects.create(**{"asked_at": timezone.now(), **fields})


def make_absence(**fields: Any) -> Absence:
    """Somebody is away today."""
    if "user" not in fields:
        fields["user"] = make_user()
    today = timezone.localdate()
    return Absence.objects.create(**{"starts_on": today, "ends_on": today, **fields})


def make_theme(name: str = "") -> Theme:
    """A theme of the name; some come with the installation."""
    return Theme.objects.get_or_create(name=name or f"Theme {next(_number)}")[0]


def make_case(**fields: Any) -> Case:
    """An open case of an unhappy contact, due tomorrow."""
    if "response" not in fields:
        fields["response"] = make_response(**({"contact": fields["contact"]} if fields.get("contact") else {}))
    response = fields["response"]
    if response is not None:
        fields.setdefault("contact", response.contact)
    now = timezone.now()
    if fields.get("status") == CaseStatus.CLOSED:
        fields = {"outcome": Outcome.LEFT, "closed_at": now, **fields}
    elif fields.get("status") == CaseStatus.CONTACTED:
        fields = {"contacted_at": now, **fields}
    case = Case.objects.create(**{"opened_at": now, "due_at": now + dt.timedelta(days=1), **fields})
    carried.renew(Case.objects.filter(pk=case.pk))
    return case


def make_daily_count(**fields: Any) -> DailyCount:
    """Today's counts of a campaign; all are 0."""
    if "campaign" not in fields:
        fields["campaign"] = make_campaign()
    return DailyCount.objects.create(
        **{"scale": Scale.ZERO_TO_TEN, "language": "en", "day": timezone.localdate(), **fields}
    )


def make_click(**fields: Any) -> Click:
    if "invitation" not in fields:
        fields["invitation"] = make_invitation()
    return Click.objects.create(**{"score": 3, "at": timezone.now(), **fields})


def make_inbox_mail(**fields: Any) -> InboxMail:
    number = next(_number)
    values = {
        "sender": "hello@aurora.example.com",
        "recipient": f"contact{number}@example.com",
        "subject": f"One question {number}",
        "text": "How likely are you to recommend us?",
        "html": "<html><head><title>One question</title></head><body><p>How likely?</p></body></html>",
        "headers": "Subject: One question",
    }
    return InboxMail.objects.create(**{**values, **fields})


def make_fix(**fields: Any) -> Fix:
    """An idea; what is planned has an owner and is due in thirty days, what is shipped has shipped just now."""
    status = fields.get("status", FixStatus.IDEA)
    if status not in {FixStatus.IDEA, FixStatus.DECLINED}:
        fields.setdefault("owner", None)
        fields["owner"] = fields["owner"] or make_user()
        fields.setdefault("due_on", timezone.localdate() + dt.timedelta(days=30))
    if status in {FixStatus.SHIPPED, FixStatus.ANNOUNCED}:
        fields.setdefault("shipped_at", timezone.now())
    return Fix.objects.create(**{"title": f"Fix {next(_number)}", **fields})


def make_request(**fields: Any) -> CustomerRequest:
    """An unsorted request from the answer of a passive, due in five days."""
    if "response" not in fields:
        fields["response"] = make_response(score=8, **({"contact": fields["contact"]} if fields.get("contact") else {}))
    response = fields["response"]
    if response is not None:
        fields.setdefault("contact", response.contact)
    return CustomerRequest.objects.create(**{"due_at": timezone.now() + dt.timedelta(days=5), **fields})


def make_advocate(**fields: Any) -> Advocate:
    """A promoter whom nothing keeps from being asked."""
    if "response" not in fields:
        fields["response"] = make_response(
            score=10, **({"contact": fields["contact"]} if fields.get("contact") else {})
        )
    response = fields["response"]
    if response is not None:
        fields.setdefault("contact", response.contact)
    return Advocate.objects.create(**fields)


def make_testimonial(**fields: Any) -> Testimonial:
    """A promoter's words that came in just now, with a consent to show them."""
    if "response" not in fields:
        contact = {"contact": fields["contact"]} if fields.get("contact") else {}
        fields["response"] = make_response(score=9, comment="It never lets me down.", **contact)
    response = fields["response"]
    if response is not None:
        said = {"contact": response.contact, "brand": response.campaign.brand, "words": response.comment}
        fields = {**said, "language": response.language, **fields}
    if "consent" not in fields:
        fields["consent"] = make_consent(contact=fields["contact"])
    return Testimonial.objects.create(**{"shown_name": "Mira K.", "received_at": timezone.now(), **fields})


def make_entry(*titles: str, **fields: Any) -> Entry:
    """An entry that the yellow page offers, for every brand; its titles are written `en: Pause a delivery`."""
    entry = Entry.objects.create(**{"name": f"Entry {next(_number)}", "is_offered_on_yellow": True, **fields})
    for title in titles or ("en: How to pause a delivery",):
        language, _colon, words = title.partition(": ")
        EntryText.objects.create(entry=entry, language=language, title=words, text=f"{words}.\n\nLike this.")
    return entry


def make_policy(kind: ReviewKind = ReviewKind.GOOGLE, **fields: Any) -> ReviewPolicy:
    """What the rules of a kind of site allow: nothing that is not named."""
    return ReviewPolicy.objects.update_or_create(kind=kind, defaults={"note": "Guidelines for businesses", **fields})[0]


def make_site(**fields: Any) -> ReviewSite:
    """A review site that everybody is shown."""
    if "brand" not in fields:
        fields["brand"] = make_brand()
    number = next(_number)
    values = {"kind": ReviewKind.GOOGLE, "name": f"Site {number}", "address": f"https://reviews.example.com/{number}"}
    return ReviewSite.objects.create(**{**values, **fields})


def make_import(content: str | bytes = "", **fields: Any) -> Import:
    """An uploaded file of contacts with that content, whose columns nobody has named yet."""
    values = {"name": "people.csv", "source": "people.csv", "basis": Basis.CUSTOMER, "size": len(content)}
    if content:
        values["file"] = ContentFile(content.encode() if isinstance(content, str) else content, "x")
    return Import.objects.create(**{**values, **fields})


def make_huddle(**fields: Any) -> Huddle:
    """Today's huddle of a new team, over the last week."""
    fields.setdefault("team", None)
    fields["team"] = fields["team"] or make_team()
    now = timezone.now()
    values = {"on": timezone.localdate(), "since": now - dt.timedelta(days=7), "made_at": now}
    return Huddle.objects.create(**{**values, **fields})


def make_action(**fields: Any) -> HuddleAction:
    """Something somebody does within a week."""
    fields.setdefault("huddle", None)
    fields["huddle"] = fields["huddle"] or make_huddle()
    due_on = timezone.localdate() + dt.timedelta(days=7)
    return HuddleAction.objects.create(**{"text": f"Action {next(_number)}", "due_on": due_on, **fields})


def make_announcement(**fields: Any) -> Announcement:
    """The thank-yous of a fix that has shipped, of which none is drafted yet."""
    if "fix" not in fields:
        fields["fix"] = make_fix(status=FixStatus.SHIPPED)
    return Announcement.objects.create(**fields)


def make_draft(**fields: Any) -> Draft:
    """A thank-you in English that somebody has to read."""
    if "announcement" not in fields:
        fields["announcement"] = make_announcement(status=AnnouncementStatus.REVIEW)
    if "request" not in fields:
        contact = {"contact": fields["contact"]} if fields.get("contact") else {}
        response = make_response(score=8, comment="The app has no dark mode.", **contact)
        fields["request"] = make_request(response=response, kind="suggestion", fix=fields["announcement"].fix)
    request = fields["request"]
    if request is not None:
        fields.setdefault("contact", request.contact)
    return Draft.objects.create(**{"language": "en", **fields})


def make_department(name: str = "", *people: User) -> Department:
    """A department with these people in it."""
    department = Department.objects.create(name=name or f"Department {next(_number)}")
    for user in people:
        Profile.objects.update_or_create(user=user, defaults={"department": department})
    return department


def make_challenge(**fields: Any) -> Challenge:
    """A challenge that takes ideas in since yesterday and for a week."""
    today = organisations_day()
    values = {
        "title": f"Challenge {next(_number)}",
        "question": "What could be quieter?",
        "opens_on": today - dt.timedelta(days=1),
        "closes_on": today + dt.timedelta(days=7),
    }
    return Challenge.objects.create(**{**values, **fields})


def make_saved_reply(*texts: str, **fields: Any) -> SavedReply:
    """A reply kept ready; its texts are written `en: subject: text`."""
    reply = SavedReply.objects.create(**{"name": f"Reply {next(_number)}", **fields})
    for written in texts or ("en: About your machine: Dear {{ first_name }}, we are on it.",):
        language, subject, text = written.split(": ", 2)
        SavedReplyText.objects.create(reply=reply, language=language, subject=subject, text=text)
    return reply


def make_macro(**fields: Any) -> Macro:
    """A macro that does nothing but what is named."""
    return Macro.objects.create(**{"name": f"Macro {next(_number)}", **fields})


def make_pledge(**fields: Any) -> Pledge:
    """A promise of an open case, due tomorrow."""
    if "case" not in fields:
        fields["case"] = make_case()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    return Pledge.objects.create(**{"text": "A machine on loan", "due_on": tomorrow, "at": timezone.now(), **fields})


def make_programme(**fields: Any) -> Programme:
    return Programme.objects.create(**{"name": f"Programme {next(_number)}", "kind": AskKind.REFERRAL, **fields})


def make_ask(**fields: Any) -> Ask:
    """An ask that is planned for now, or one that has the status that is named."""
    now = fields.pop("at", None) or timezone.now()
    status = fields.get("status", AskStatus.PLANNED)
    if "advocate" not in fields:
        fields["advocate"] = make_advocate()
    if status not in (AskStatus.PLANNED, AskStatus.DROPPED):
        fields.setdefault("sent_at", now)
        fields.setdefault("stage", AskStage.ASKED)
    if status not in OPEN_ASK_STATUSES:
        fields.setdefault("ended_at", now)
        fields["stage"] = STAGE_OF_END[status]
    dated = {"planned_for": now, "stage_at": now, "created_at": now}
    return Ask.objects.create(**{"kind": AskKind.REFERRAL, **dated, **fields})


def make_budget(**fields: Any) -> Budget:
    """1000 EUR for this year and the next; 50 by one person, 200 a head and year."""
    today = timezone.localdate()
    period = {"starts_on": today - dt.timedelta(days=30), "ends_on": today + dt.timedelta(days=335)}
    money = {"currency": "EUR", "amount": 1000, "approval_limit": 50, "yearly_ceiling": 200}
    return Budget.objects.create(**{"name": f"Budget {next(_number)}", **period, **money, **fields})


def make_item(**fields: Any) -> RewardItem:
    """A voucher of 20 EUR, without a pool of codes."""
    values = {"name": f"Voucher {next(_number)}", "kind": RewardKind.GIFT_CARD, "amount": 20, "currency": "EUR"}
    return RewardItem.objects.create(**{**values, **fields})


def make_reward(**fields: Any) -> Reward:
    """A pending reward for somebody who has spoken for us; one that is approved has its budget."""
    if "contact" not in fields:
        fields["contact"] = make_contact()
    fields.setdefault("item", None)
    item = fields["item"] = fields["item"] or make_item()
    if fields.get("status", RewardStatus.PENDING) != RewardStatus.PENDING and "budget" not in fields:
        fields["budget"] = make_budget()
    values = {"reason": RewardReason.SPEAKER, "kind": item.kind, "amount": item.amount, "currency": item.currency}
    return Reward.objects.create(**{**values, "idempotency_key": f"key {next(_number)}", **fields})


def make_offer(**fields: Any) -> ReferralOffer:
    """A brand that gives both sides a voucher."""
    if "brand" not in fields:
        fields["brand"] = Brand.objects.order_by("pk").first() or make_brand()
    for side in ("advocate_item", "lead_item"):
        if side not in fields:
            fields[side] = make_item()
    return ReferralOffer.objects.create(**{"writer": "Tom Okafor", **fields})


def make_link(**fields: Any) -> ReferralLink:
    """The link of an advocate whom nobody has asked yet, so that the first brand speaks to them."""
    if "advocate" not in fields:
        fields["advocate"] = make_advocate(response=None, contact=make_contact())
    return ReferralLink.objects.create(**{"code": f"code{next(_number)}", **fields})


def make_referral(**fields: Any) -> Referral:
    """Somebody who came just now by a link, without any sign."""
    if "link" not in fields:
        fields["link"] = make_link()
    email = fields.setdefault("email", f"lead{next(_number)}@shop.example.org")
    values = {"name": "Lea", "person_hash": addresses.keyed_hash(email), "registered_at": timezone.now()}
    return Referral.objects.create(**{**values, **fields})


def make_study(**fields: Any) -> CaseStudy:
    """A case study that was just nominated; one that is written has a text."""
    if "contact" not in fields:
        fields["contact"] = make_contact(name="Mira Kovač", language="en")
    if "brand" not in fields:
        fields["brand"] = make_brand()
    now = fields.pop("at", None) or timezone.now()
    text, status = fields.pop("text", {}), fields.get("status", StudyStatus.NOMINATED)
    dated = {"stage_at": now, "created_at": now, "published_at": now if status == StudyStatus.PUBLISHED else None}
    title = f"Study {next(_number)}"
    study = CaseStudy.objects.create(**{"title": title, "language": "en", **dated, **fields})
    if study.is_written and status != StudyStatus.INTERVIEWED:
        make_version(study=study, **text)
    return study


def make_version(**fields: Any) -> StudyVersion:
    study = fields["study"]
    said = {"title": study.title, "body": "## Before\n\nThree pumps broke.\n\n- none since", "quote": "It just runs."}
    said |= {"shown_name": "Mira K.", "shown_company": "Kavarna", "site": "https://kavarna.example.com"}
    number = study.versions.count() + 1
    return StudyVersion.objects.create(**{"number": number, "at": timezone.now(), **said, **fields})


def make_tiers() -> list[Tier]:
    """The three usual ones, from the lowest up."""
    steps = {"Supporter": 1, "Advocate": 5, "Champion": 12}
    named = {name: {"points": points, "perks": ""} for name, points in steps.items()}
    return [Tier.objects.update_or_create(name=name, defaults=values)[0] for name, values in named.items()]


def make_perk(**fields: Any) -> Perk:
    """An open event of two places in ten days, with words in English."""
    if "brand" not in fields:
        fields["brand"] = Brand.objects.order_by("pk").first() or make_brand()
    starts_at = fields.setdefault("starts_at", timezone.now() + dt.timedelta(days=10))
    text = {"title": fields.pop("title", "An evening of tasting"), "text": fields.pop("text", "")}
    values = {
        "kind": PerkKind.EVENT,
        "name": f"Perk {next(_number)}",
        "status": PerkStatus.OPEN,
        "ends_at": starts_at + dt.timedelta(hours=3),
        "capacity": 2,
    }
    perk = Perk.objects.create(**{**values, **fields})
    PerkText.objects.create(perk=perk, language="en", **text)
    return perk


def make_guest(**fields: Any) -> PerkGuest:
    """Somebody who is invited to an open perk."""
    if "perk" not in fields:
        fields["perk"] = make_perk()
    if "contact" not in fields:
        fields["contact"] = make_contact()
    if fields.get("status") == GuestStatus.WAITING:
        fields.setdefault("waiting_since", timezone.now())
    return PerkGuest.objects.create(**fields)
