"""Every page of every model in the admin, whoever registered it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group, User
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from advocacy.enums import AskKind, ReviewKind, RoutedTo, StudyPart, TierAction
from advocacy.models import (
    ActionPoints,
    AnnouncementText,
    AskTier,
    Attempt,
    CaseLetter,
    CaseNote,
    EntryAnswer,
    Escalation,
    GiftCode,
    LedgerEntry,
    Mention,
    Release,
    Reply,
    ReviewClick,
    Routing,
    SavedView,
    StoryPlace,
    StoryTranslation,
    StudyAnswer,
    StudyFormat,
    StudyQuestion,
    Tier,
    TierStanding,
)
from surveys.enums import Band, SuppressionReason
from surveys.models import (
    BandReason,
    CampaignText,
    DeliveryEvent,
    DoorText,
    Event,
    HeldAnswer,
    Import,
    LanguageReview,
    PageText,
    Segment,
    Subject,
    Suppression,
    Touchpoint,
)
from tests.advocacy.theming import make_reason_theme, make_theme_rule
from tests.factories import (
    make_absence,
    make_account,
    make_advocate,
    make_announcement,
    make_ask,
    make_brand,
    make_budget,
    make_campaign,
    make_case,
    make_challenge,
    make_consent,
    make_contact,
    make_deletion_request,
    make_department,
    make_door,
    make_draft,
    make_entry,
    make_fix,
    make_guest,
    make_huddle,
    make_invitation,
    make_item,
    make_link,
    make_macro,
    make_message,
    make_offer,
    make_perk,
    make_pledge,
    make_policy,
    make_programme,
    make_question,
    make_reason,
    make_referral,
    make_request,
    make_response,
    make_reward,
    make_saved_reply,
    make_site,
    make_study,
    make_team,
    make_test_mail,
    make_testimonial,
    make_theme,
    make_tiers,
    make_touchpoint,
    make_user,
    make_version,
    make_wave,
)
from tests.media import make_picture, make_place
from tests.sizes import WHOLE_ONCE

pytestmark = pytest.mark.django_db

HOSTILE = '<script>alert("1")</script>\u202e' + "x" * 40


def make_routing(number: int) -> Routing:
    response = make_response()
    return Routing.objects.create(response=response, revision=1, band=Band.DETRACTOR, routed_to=RoutedTo.CASE)


def make_mention(number: int) -> Mention:
    note = CaseNote.objects.create(case=make_case(), by=make_user(), text=f"See {number}", at=timezone.now())
    return Mention.objects.create(note=note, user=make_user(), at=timezone.now())


# By label, so that a model that somebody registers without a line here fails.
MAKERS: dict[str, Callable[[int], models.Model]] = {
    "auth.Group": lambda number: Group.objects.create(name=f"Group {number}"),
    "auth.User": lambda number: make_user(f"ursula{number}", "Support"),
    "surveys.Account": lambda number: make_account(owner=make_user()),
    "surveys.Brand": lambda number: make_brand(),
    "surveys.Campaign": lambda number: make_campaign(segment=Segment.objects.create(name=f"Segment {number}")),
    "surveys.CampaignText": lambda number: CampaignText.objects.create(
        campaign=make_campaign(), language="en", subject="One question"
    ),
    "surveys.Consent": lambda number: make_consent(),
    "surveys.Contact": lambda number: make_contact(account=make_account(), owner=make_user()),
    "surveys.DeliveryEvent": lambda number: DeliveryEvent.objects.create(
        key=f"key {number}", provider="smtp", type="bounced", message_pk=make_message().pk, at=timezone.now()
    ),
    "surveys.Door": lambda number: make_door(),
    "surveys.DoorText": lambda number: DoorText.objects.create(door=make_door(), language="en", heading="Hello"),
    "surveys.Event": lambda number: Event.objects.create(
        kind="surveys.wave", object_id=str(number), by=make_user(), reason="a wrong link"
    ),
    "surveys.Import": lambda number: Import.objects.create(name="people.csv", basis="customer", by=make_user()),
    "surveys.Invitation": lambda number: make_invitation(),
    "surveys.LanguageReview": lambda number: LanguageReview.objects.create(
        tag=("he", "hi", "et")[number % 3], accepted_by=make_user(), accepted_at=timezone.now()
    ),
    "surveys.Message": lambda number: make_message(),
    "surveys.PageText": lambda number: PageText.objects.create(
        campaign=make_campaign(), language="en", band=Band.PASSIVE, heading="Thank you"
    ),
    "surveys.HeldAnswer": lambda number: HeldAnswer.objects.create(
        invitation=make_invitation(), score=9, evidence="gesture", language="en", at=timezone.now()
    ),
    "surveys.Response": lambda number: make_response(comment="It leaks."),
    "surveys.Segment": lambda number: Segment.objects.create(name=f"Segment {number}", by=make_user()),
    "surveys.Subject": lambda number: Subject.objects.create(key=f"subject-{number}", name=f"Subject {number}"),
    "surveys.Suppression": lambda number: Suppression.objects.create(
        address_hash=f"{number:064}", reason=SuppressionReason.MANUAL, source="a call"
    ),
    "surveys.Reason": lambda number: make_reason(),
    "surveys.BandReason": lambda number: BandReason.objects.create(
        campaign=make_campaign(), band=Band.DETRACTOR, reason=make_reason()
    ),
    "surveys.Question": lambda number: make_question("Which machine?"),
    "surveys.QuestionText": lambda number: make_question("Which machine?").texts.get(),
    "surveys.TestMail": lambda number: make_test_mail(),
    "surveys.Touchpoint": lambda number: make_touchpoint(),
    "surveys.Wave": lambda number: make_wave(),
    "advocacy.Absence": lambda number: make_absence(),
    "advocacy.Advocate": lambda number: make_advocate(),
    "advocacy.Announcement": lambda number: make_announcement(
        fix=make_fix(title=f"Fix {number}"), rest_by=make_user(), ask_with=make_campaign()
    ),
    "advocacy.AnnouncementText": lambda number: AnnouncementText.objects.create(
        announcement=make_announcement(), language="en", subject="It is there", news="It is dark."
    ),
    "advocacy.Ask": lambda number: make_ask(programme=make_programme(owner=make_user()), owner=make_user()),
    "advocacy.Attempt": lambda number: Attempt.objects.create(case=make_case(), by=make_user(), at=timezone.now()),
    "advocacy.Case": lambda number: make_case(owner=make_user(), team=make_team(), theme=make_theme()),
    "advocacy.CaseNote": lambda number: CaseNote.objects.create(
        case=make_case(), by=make_user(), text="Rings back", at=timezone.now()
    ),
    "advocacy.CaseLetter": lambda number: CaseLetter.objects.create(
        case=make_case(), by=make_user(), subject="About it", text="We are on it.", language="en", at=timezone.now()
    ),
    "advocacy.Challenge": lambda number: make_challenge(jury=make_user()),
    "advocacy.CustomerRequest": lambda number: make_request(theme=make_theme(), fix=make_fix()),
    "advocacy.DeletionRequest": lambda number: make_deletion_request(by=make_user(), message=make_message()),
    "advocacy.Department": lambda number: make_department(),
    "advocacy.Draft": lambda number: make_draft(decided_by=make_user()),
    "advocacy.Entry": lambda number: make_entry(brand=make_brand()),
    "advocacy.EntryAnswer": lambda number: EntryAnswer.objects.create(
        request=make_request(), entry=make_entry(), language="en", subject="Your question", body="x", by=make_user()
    ),
    "advocacy.EntryText": lambda number: make_entry().texts.get(),
    "advocacy.Escalation": lambda number: Escalation.objects.create(
        case=make_case(), clock="owner", level="breach", due_at=timezone.now(), lead=make_user(), at=timezone.now()
    ),
    "advocacy.Fix": lambda number: make_fix(theme=make_theme(), owner=make_user()),
    "advocacy.Huddle": lambda number: make_huddle(made_by=make_user()),
    "advocacy.Macro": lambda number: make_macro(saved_reply=make_saved_reply(), theme=make_theme()),
    "advocacy.Mention": make_mention,
    "advocacy.Pledge": lambda number: make_pledge(by=make_user()),
    "advocacy.Profile": lambda number: make_department("", make_user()).profiles.get(),
    "advocacy.Programme": lambda number: make_programme(owner=make_user()),
    "advocacy.Reply": lambda number: Reply.objects.create(
        key=f"key {number}", contact=make_contact(), case=make_case(), text="Please wait", at=timezone.now()
    ),
    "advocacy.Budget": lambda number: make_budget(),
    "advocacy.GiftCode": lambda number: GiftCode.objects.create(item=make_item(has_codes=True), code=f"CODE-{number}"),
    "advocacy.LedgerEntry": lambda number: LedgerEntry.objects.create(
        reward=make_reward(), budget=make_budget(), amount=20, currency="EUR", at=timezone.now(), by=make_user()
    ),
    "advocacy.Referral": lambda number: make_referral(),
    "advocacy.ReferralLink": lambda number: make_link(),
    "advocacy.ReferralOffer": lambda number: make_offer(brand=make_brand()),
    "advocacy.Reward": lambda number: make_reward(),
    "advocacy.RewardItem": lambda number: make_item(),
    "advocacy.ReviewClick": lambda number: ReviewClick.objects.create(site=make_site(), invitation=make_invitation()),
    "advocacy.ReviewPolicy": lambda number: make_policy(list(ReviewKind)[number], note="Look it up"),
    "advocacy.ReviewSite": lambda number: make_site(),
    "advocacy.Routing": make_routing,
    "advocacy.SavedReply": lambda number: make_saved_reply(),
    "advocacy.SavedView": lambda number: SavedView.objects.create(name=f"View {number}", owner=make_user(), view="all"),
    "advocacy.Picture": lambda number: make_picture(),
    "advocacy.StudyPlace": lambda number: make_place(),
    "advocacy.StoryPlace": lambda number: StoryPlace.objects.create(testimonial=make_testimonial(), name="Leaflet"),
    "advocacy.StoryTranslation": lambda number: StoryTranslation.objects.create(
        testimonial=make_testimonial(), language="ar", words="أبدا", agreed_on=timezone.localdate(), agreed_how="mail"
    ),
    "advocacy.Team": lambda number: make_team(lead=make_user()),
    "advocacy.CaseStudy": lambda number: make_study(),
    "advocacy.StudyQuestion": lambda number: StudyQuestion.objects.create(part=StudyPart.OTHER, prompt="Who else?"),
    "advocacy.StudyAnswer": lambda number: StudyAnswer.objects.create(study=make_study(), position=1, question="Who?"),
    "advocacy.StudyVersion": lambda number: make_version(study=make_study()),
    "advocacy.Release": lambda number: Release.objects.create(
        version=(version := make_version(study=make_study())), study=version.study, step="sign", asked_at=timezone.now()
    ),
    "advocacy.StudyFormat": lambda number: StudyFormat.objects.create(
        study=make_study(), kind="slides", done_at=timezone.now()
    ),
    "advocacy.Tier": lambda number: Tier.objects.create(name=f"Tier {number}", points=30 + number, perks="Coffee"),
    "advocacy.ActionPoints": lambda number: ActionPoints.objects.update_or_create(
        action=list(TierAction)[number], defaults={"points": number}
    )[0],
    "advocacy.AskTier": lambda number: AskTier.objects.create(kind=list(AskKind)[number], tier=make_tiers()[0]),
    "advocacy.TierStanding": lambda number: TierStanding.objects.create(advocate=make_advocate(), points=number),
    "advocacy.Perk": lambda number: make_perk(),
    "advocacy.PerkGuest": lambda number: make_guest(),
    "advocacy.Testimonial": lambda number: make_testimonial(),
    "advocacy.Theme": lambda number: make_theme(),
    "advocacy.ThemeRule": lambda number: make_theme_rule(),
    "advocacy.ReasonTheme": lambda number: make_reason_theme(key=f"reason-{number}"),
}
FACTS = {
    "surveys.TestMail",
    "advocacy.Advocate",
    "advocacy.Announcement",
    "advocacy.AnnouncementText",
    "advocacy.Ask",
    "advocacy.Attempt",
    "advocacy.Case",
    "advocacy.CaseLetter",
    "advocacy.CaseNote",
    "advocacy.CustomerRequest",
    "advocacy.DeletionRequest",
    "advocacy.Draft",
    "advocacy.EntryAnswer",
    "advocacy.Escalation",
    "advocacy.Fix",
    "advocacy.Huddle",
    "advocacy.Mention",
    "advocacy.Pledge",
    "advocacy.GiftCode",
    "advocacy.LedgerEntry",
    "advocacy.Referral",
    "advocacy.ReferralLink",
    "advocacy.Reward",
    "advocacy.Reply",
    "advocacy.ReviewClick",
    "advocacy.Routing",
    "advocacy.SavedView",
    "advocacy.Perk",
    "advocacy.PerkGuest",
    "advocacy.Picture",
    "advocacy.StudyPlace",
    "advocacy.TierStanding",
    "advocacy.Release",
    "advocacy.StoryPlace",
    "advocacy.StudyAnswer",
    "advocacy.StudyFormat",
    "advocacy.StudyVersion",
    "advocacy.StoryTranslation",
    "advocacy.Testimonial",
    "surveys.Consent",
    "surveys.DeliveryEvent",
    "surveys.Event",
    "surveys.Import",
    "surveys.Invitation",
    "surveys.LanguageReview",
    "surveys.Message",
    "surveys.HeldAnswer",
    "surveys.Response",
    "surveys.Wave",
}
MADE_ELSEWHERE = {"advocacy.CaseStudy", "surveys.Segment", "surveys.Door"}  # put together in the console
NEVER_DELETED = {"surveys.Contact", "advocacy.CaseStudy", "advocacy.ReviewPolicy"}
NEVER_CHANGED = {"surveys.Suppression"}  # added, and lifted with a reason
# Their lists show numbers, choices and short names alone.
NO_WORDS = {
    "surveys.Reason",
    "advocacy.ActionPoints",
    "advocacy.AskTier",
    "advocacy.ReviewClick",
    "advocacy.ReviewPolicy",
    "advocacy.Routing",
}
every_model = pytest.mark.parametrize("label", MAKERS)


def some_models(first: int) -> pytest.MarkDecorator:
    """All in CI on SQLite; elsewhere every third from `first` on, for what Django's own pages do alike."""
    return pytest.mark.parametrize("label", MAKERS if WHOLE_ONCE else list(MAKERS)[first::3])


@pytest.fixture(autouse=True)
def bare_frame(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of all models beside each page takes longer than the page, and a refusal is its status here: both are
    drawn in the tests of the frame."""
    if "label" in request.fixturenames:
        monkeypatch.setattr(AdminSite, "get_app_list", lambda *_args: [])
        request.getfixturevalue("bare_refusals")


@pytest.fixture
def ada(db: None) -> User:
    """An Admin of the organisation, who is no superuser."""
    return make_user("ada", "Admin", is_staff=True)


def page_of(label: str, page: str, *args: Any) -> str:
    return reverse(f"admin:{label.lower().replace('.', '_')}_{page}", args=args)


def get(client: Client, label: str, page: str, *args: Any) -> int:
    return client.get(page_of(label, page, *args)).status_code


@pytest.mark.once
def test_every_field_has_words_that_can_be_translated() -> None:
    """A label that Django derives from the name of the column is English for ever."""
    fields = [
        (model, field)
        for app in ("surveys", "advocacy")
        for model in apps.get_app_config(app).get_models()
        if model in admin.site._registry
        for field in model._meta.local_fields + model._meta.local_many_to_many
        if not field.auto_created
    ]

    wrong = {
        f"{model.__name__}.{field.name}: {words}"
        for model, field in fields
        for words in (field.verbose_name, field.help_text)
        if words and not isinstance(words, Promise)
    }
    assert wrong == set()


def test_every_registered_model_is_tested_here() -> None:
    assert {model._meta.label for model in admin.site._registry} == set(MAKERS)


@every_model
def test_pages_answer_who_administers(client: Client, ada: User, label: str) -> None:
    client.force_login(ada)
    row = MAKERS[label](1)

    answers = [get(client, label, "changelist"), get(client, label, "add")]
    answers += [get(client, label, page, row.pk) for page in ("change", "history")]

    added = 403 if label in FACTS | MADE_ELSEWHERE else 200
    assert answers == [200, added, 200, 200]


@pytest.mark.once
@some_models(1)
def test_facts_cannot_be_changed_nor_deleted(client: Client, alice: User, label: str) -> None:
    client.force_login(alice)
    row = MAKERS[label](1)

    changed = client.post(page_of(label, "change", row.pk), {}).status_code

    assert changed == (403 if label in FACTS | NEVER_CHANGED else 200)
    assert (get(client, label, "delete", row.pk) == 403) == (label in FACTS | NEVER_DELETED)


@pytest.mark.once
@some_models(0)
def test_strangers_sign_in_first(client: Client, label: str) -> None:
    page = page_of(label, "changelist")

    response = client.get(page)

    assert (response.status_code, response.headers["Location"]) == (302, f"/accounts/login/?next={page}")


@pytest.mark.once
@some_models(1)
def test_staff_without_the_right_are_refused(client: Client, carol: User, label: str) -> None:
    carol.is_staff = True
    carol.save(update_fields=["is_staff"])
    client.force_login(carol)
    row = MAKERS[label](1)

    answers = [get(client, label, page) for page in ("changelist", "add")]
    answers += [get(client, label, page, row.pk) for page in ("change", "history", "delete")]

    assert answers == [403] * 5


@pytest.mark.parametrize("role", ["Support", "Support lead", "Marketing", "Employee"])
def test_other_roles_do_not_come_in(client: Client, role: str) -> None:
    client.force_login(make_user("otto", role))

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403


@some_models(2)
def test_list_costs_the_same_with_one_row_and_with_three(client: Client, alice: User, label: str) -> None:
    client.force_login(alice)
    page = page_of(label, "changelist")
    MAKERS[label](1)
    client.get(page)  # content types are looked up once for all

    with CaptureQueriesContext(
        connection,
    ) as with_one:
        client.get(page)
    MAKERS[label](2)
    MAKERS[label](3)
    with CaptureQueriesContext(connection) as with_three:
        client.get(page)

    assert len(with_three) == len(with_one)


@pytest.mark.once
@some_models(0)
def test_hostile_texts_are_shown_as_texts(client: Client, alice: User, label: str) -> None:
    client.force_login(alice)
    row = MAKERS[label](1)
    make_hostile()

    pages = [
        client.get(page_of(label, page, *args)).content.decode()
        for page, args in (("changelist", []), ("change", [row.pk]), ("history", [row.pk]))
    ]

    assert [page.count("<script>alert") for page in pages] == [0, 0, 0]
    assert ("&lt;script&gt;alert" in pages[0]) == (label not in NO_WORDS)


def make_hostile() -> None:
    """Everything that somebody may have typed, in every row there is; but whoever looks keeps her name in the head."""
    with connection.cursor() as cursor:
        for statement in hostile_statements():
            cursor.execute(statement, {"hostile": HOSTILE})


@cache
def hostile_statements() -> list[str]:
    ours = [model for app in ("surveys", "advocacy") for model in apps.get_app_config(app).get_models()]
    everything: list[type[models.Model]] = [*ours, User, Group]
    quote = connection.ops.quote_name
    statements = []
    for model in everything:
        table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
        typed = [quote(str(field.column)) for field in model._meta.concrete_fields if is_typed(field)]
        changes = ", ".join(f"{column} = CAST({key} AS text) || %(hostile)s" for column in typed)
        others = " WHERE username <> 'alice'" if model is User else ""
        if typed:
            statements.append(f"UPDATE {table} SET {changes}{others}")
    return statements


def is_typed(field: Any) -> bool:
    if type(field) is models.TextField:
        return True
    is_word = type(field) is models.CharField and not field.choices and (field.max_length or 0) >= 80
    return is_word and field.name not in {"password", "address_hash"}


@some_models(1)
def test_odd_addresses_of_a_list_are_answered(client: Client, alice: User, label: str) -> None:
    client.force_login(alice)
    MAKERS[label](1)
    page = page_of(label, "changelist")
    odd = ["q=%00", "q=<b>'\"", "p=banana", "p=99999", "o=1.-9.x", "nonsense=1", "all="]

    answers = {query: client.get(f"{page}?{query}", follow=True).status_code for query in odd}

    assert answers == dict.fromkeys(odd, 200)


@some_models(2)
def test_row_that_is_not_there_is_not_found(client: Client, alice: User, label: str) -> None:
    client.force_login(alice)

    answers = {get(client, label, page, pk) for page in ("change", "history") for pk in ("0", "abc", "987654321")}

    assert answers <= {302, 404}


# ------------------------------------------------------------------------------------------------------------- history


def test_history_tells_who_changed_what(client: Client, alice: User, ada: User) -> None:
    touchpoint = Touchpoint.objects.create(key="repair", name="Repair")
    for user, name in ((alice, "Repairs"), (ada, "Repair visit")):
        client.force_login(user)
        client.post(page_of("surveys.Touchpoint", "change", touchpoint.pk), {"key": "repair", "name": name})

    page = " ".join(client.get(page_of("surveys.Touchpoint", "history", touchpoint.pk)).content.decode().split())

    assert list(touchpoint.history.order_by("pk").values_list("name", "history_user__username")) == [
        ("Repair", None),
        ("Repairs", "alice"),
        ("Repair visit", "ada"),
    ]
    assert "<strong>Name:</strong> Repairs → Repair visit" in page
    assert page.index(">ada</a>") < page.index(">alice</a>") < page.index("Not by a person")
    assert "3 versions" in page


def test_saving_without_a_change_leaves_no_trace(client: Client, alice: User) -> None:
    client.force_login(alice)
    touchpoint = Touchpoint.objects.create(key="repair", name="Repair")

    client.post(
        page_of("surveys.Touchpoint", "change", touchpoint.pk), {"key": touchpoint.key, "name": touchpoint.name}
    )

    assert touchpoint.history.count() == 1


def test_no_version_can_be_brought_back(client: Client, alice: User) -> None:
    client.force_login(alice)
    campaign = make_campaign(name="Yearly")
    version = campaign.history.get()

    response = client.post(f"/admin/surveys/campaign/{campaign.pk}/history/{version.pk}/", {"name": "Monthly"})

    assert response.status_code in (302, 404)
    assert (campaign.history.count(), type(campaign).objects.get().name) == (1, "Yearly")


# --------------------------------------------------------------------------------------------------------------- frame


def test_pages_lead_back_to_the_console(client: Client, alice: User) -> None:
    client.force_login(alice)
    case = make_case()

    index = client.get("/admin/").content.decode()
    page = client.get(page_of("advocacy.Case", "change", case.pk)).content.decode()

    assert '<a href="/">Back to the console</a>' in index
    assert "<title>Site administration | Viva Voce</title>" in index
    assert f'<a href="/cases/{case.pk}/">Open in the console</a>' in page


def test_many_rows_are_not_deleted_at_once(client: Client, alice: User) -> None:
    client.force_login(alice)
    make_brand()

    page = client.get(page_of("surveys.Brand", "changelist")).content.decode()

    assert "delete_selected" not in page
