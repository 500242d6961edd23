from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from surveys import contacts, segments
from surveys.enums import Basis, SuppressionReason
from surveys.models import Contact, Segment
from tests.factories import make_account, make_contact, make_response, make_user

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOSTILE = [
    "' OR 1=1 --",
    '"; DROP TABLE surveys_contact; --',
    "%",
    "_",
    "\\",
    "%(expressions)s",
    "$.a",
    "a' ->> 'b",
    "<script>alert(1)</script>",
]


def condition(name: str, value: str = "", key: str = "") -> segments.Condition:
    field, op = name.split(".")
    return {"field": field, "op": op, "value": value, "key": key}


def found(*conditions: segments.Condition) -> set[str]:
    return set(segments.contacts(list(conditions), at=NOW).values_list("name", flat=True))


def answered(contact: Contact, score: int, ago: dt.timedelta) -> None:
    make_response(contact=contact, score=score, at=NOW - ago)


def make_ana() -> Contact:
    """Whom each condition below finds, or does not."""
    account = make_account(name="Öko GmbH", segment="Key")
    ana = make_contact(
        name="Ana Ñandú",
        email="ana@shop.example.com",
        language="pt-BR",
        account=account,
        tags=["vip", "5"],
        properties={"plan": "Gold", "5": "five", "seats": 12, "beta": True, "note": None},
        customer_since=dt.date(2020, 5, 1),
        basis=Basis.CONSENT,
    )
    Contact.objects.filter(pk=ana.pk).update(created_at=NOW - 10 * DAY)
    answered(ana, 2, 50 * DAY)
    answered(ana, 9, 5 * DAY)
    return ana


# Condition, value, key, and whether it finds Ana, and Bo of whom nothing is known.
CASES: list[tuple[str, str, str, bool, bool]] = [
    ("text.contains", "ñandú", "", True, False),
    ("text.contains", "öko", "", True, False),
    ("text.contains", "ANA@SHOP", "", True, False),
    ("name.contains", "NDÚ", "", True, False),
    ("name.is", "ana ñandú", "", True, False),
    ("name.is", "ana", "", False, False),
    ("name.empty", "", "", False, False),
    ("domain.is", "@Shop.Example.com", "", True, False),
    ("domain.is", "example.com", "", False, True),
    ("domain.is_not", "shop.example.com", "", False, True),
    ("language.is", "pt", "", True, False),
    ("language.is", "pt_br", "", True, False),
    ("language.is", "es", "", False, False),
    ("language.is_not", "pt", "", False, True),
    ("language.empty", "", "", False, True),
    ("account.contains", "öko", "", True, False),
    ("account.is", "öko gmbh", "", True, False),
    ("account.is_not", "Öko GmbH", "", False, True),
    ("account.empty", "", "", False, True),
    ("account_segment.is", "key", "", True, False),
    ("account_segment.is_not", "Key", "", False, True),
    ("owner.empty", "", "", True, True),
    ("tag.is", "vip", "", True, False),
    ("tag.is", "5", "", True, False),
    ("tag.is", "vi", "", False, False),
    ("tag.is_not", "vip", "", False, True),
    ("property.is", "Gold", "plan", True, False),
    ("property.is", "five", "5", True, False),
    ("property.is", "12", "seats", True, False),
    ("property.is", "true", "beta", True, False),
    ("property.is_not", "Gold", "plan", False, True),
    ("property.contains", "ol", "plan", True, False),
    ("property.contains", "%", "plan", False, False),
    ("property.not_empty", "", "plan", True, False),
    ("property.not_empty", "", "note", False, False),
    ("property.empty", "", "plan", False, True),
    ("customer_since.before", "2020-05-02", "", True, False),
    ("customer_since.before", "2020-05-01", "", False, False),
    ("customer_since.after", "2020-04-30", "", True, False),
    ("customer_since.empty", "", "", False, True),
    ("last_band.is", "promoter", "", True, False),
    ("last_band.is", "detractor", "", False, False),
    ("last_band.is_not", "detractor", "", True, False),
    ("last_band.empty", "", "", False, True),
    ("last_answered.within", "6", "", True, False),
    ("last_answered.within", "4", "", False, False),
    ("last_answered.longer", "4", "", True, False),
    ("last_answered.longer", "6", "", False, False),
    ("created.before", "2026-02-21", "", True, False),
    ("created.after", "2026-02-19", "", True, True),
    ("created.after", "2026-02-20", "", False, True),
    ("basis.is", "consent", "", True, False),
    ("basis.is", "none", "", False, True),
    ("suppressed.yes", "", "", False, False),
    ("suppressed.no", "", "", True, True),
]


@pytest.mark.parametrize(("name", "value", "key", "ana", "bo"), CASES)
def test_condition_finds_whom_it_names(name: str, value: str, key: str, ana: bool, bo: bool) -> None:
    make_ana()
    make_contact(name="Bo", email="bo@example.com", basis=Basis.NONE)

    expected = {person for person, is_found in (("Ana Ñandú", ana), ("Bo", bo)) if is_found}
    assert found(condition(name, value, key)) == expected


def test_owner_is_looked_up_by_number() -> None:
    marta = make_user("marta")
    make_contact(name="hers", owner=marta)
    make_contact(name="nobody's")

    assert found(condition("owner.is", str(marta.pk))) == {"hers"}
    assert found(condition("owner.is_not", str(marta.pk))) == {"nobody's"}
    assert found(condition("owner.is", "999999")) == set()


def test_nameless_contact_is_found() -> None:
    make_contact(name="", email="x@example.com")
    make_contact(name="named")

    assert found(condition("name.empty")) == {""}


def test_suppressed_address_is_found() -> None:
    contacts.suppress(make_contact(name="stopped").email, reason=SuppressionReason.MANUAL)
    make_contact(name="free")
    make_contact(name="by phone", email="", phone="+1")

    assert found(condition("suppressed.yes")) == {"stopped"}
    assert found(condition("suppressed.no")) == {"free", "by phone"}


def test_answer_counts_once_it_is_settled() -> None:
    make_response(contact=make_contact(), score=1, at=NOW, settles_at=NOW + DAY)

    assert found(condition("last_band.is", "detractor")) == set()


def test_all_conditions_must_hold() -> None:
    make_contact(name="both", language="es", tags=["vip"])
    make_contact(name="one", language="es")

    assert found(condition("language.is", "es"), condition("tag.is", "vip")) == {"both"}


def test_without_conditions_everybody_is_found() -> None:
    make_contact(name="a")

    assert found() == {"a"}


def test_every_condition_is_tried_above() -> None:
    tried = {name for name, *_rest in CASES}

    assert set(segments.CONDITIONS) - tried == {"owner.is", "owner.is_not"}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["text.contains", "name.is", "account.is", "account_segment.is", "tag.is"])
def test_hostile_value_is_only_a_value(name: str, text: str) -> None:
    make_contact(name="innocent", tags=["a"])
    make_contact(
        name=text, tags=[text], account=make_account(name=text, segment=text), properties={text: text, "plan": text}
    )

    assert found(condition(name, text)) == {text}
    assert found(condition("property.is", text, key=text)) == {text}
    assert found(condition("property.contains", text, key="plan")) == {text}
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ("name", "Conditions are a list."),
        ({"field": "name"}, "Conditions are a list."),
        (["name"], "There is no such condition."),
        ([{}], "There is no such condition."),
        ([{"field": "password", "op": "is", "value": "x"}], "There is no such condition."),
        ([{"field": "name", "op": "regex", "value": "x"}], "There is no such condition."),
        ([{"field": ["name"], "op": "is", "value": "x"}], "There is no such condition."),
        ([condition("name.is", " \x00 ")], "Say what to look for."),
        ([{"field": "name", "op": "is", "value": {"a": 1}}], "Say what to look for."),
        ([condition("name.is", "x" * 201)], "At most 200 characters."),
        ([condition("property.is", "x")], "Name the property."),
        ([condition("domain.is", "shop@")], "Write a domain such as example.com."),
        ([condition("language.is", "<b>")], "Write a language tag such as es or pt-BR."),
        ([condition("owner.is", "marta")], "Choose a person."),
        ([condition("owner.is", "9" * 30)], "Choose a person."),
        ([condition("customer_since.before", "2026-02-31")], "Write a day such as 2026-01-31."),
        ([condition("created.after", "yesterday")], "Write a day such as 2026-01-31."),
        ([condition("created.after", "9999-12-31")], "Write a day such as 2026-01-31."),
        ([condition("last_band.is", "fan")], "Choose a band."),
        ([condition("last_answered.within", "0")], "Write a number of days."),
        ([condition("last_answered.within", "٣")], "Write a number of days."),
        ([condition("last_answered.within", "99999999999")], "Write a number of days."),
        ([condition("basis.is", "hope")], "Choose a basis."),
        ([condition("name.empty")] * 21, "At most 20 conditions."),
    ],
)
def test_what_is_no_condition_is_refused(conditions: Any, why: str) -> None:
    with pytest.raises(segments.BadConditions) as caught:
        segments.contacts(conditions)

    assert str(caught.value) == why


def test_each_error_names_its_place() -> None:
    with pytest.raises(segments.BadConditions) as caught:
        segments.clean([condition("name.empty"), condition("name.is"), condition("last_band.is", "x")])

    assert caught.value.errors == {1: "Say what to look for.", 2: "Choose a band."}


def test_clean_conditions_have_one_spelling() -> None:
    cleaned = segments.clean(
        [
            {"field": "name", "op": "is", "value": "  Ana\n B ", "more": 1},
            {"field": "name", "op": "empty", "value": "left over", "key": "k"},
            {"field": "last_answered", "op": "within", "value": 30},
        ]
    )

    assert cleaned == [
        {"field": "name", "op": "is", "value": "Ana B"},
        {"field": "name", "op": "empty"},
        {"field": "last_answered", "op": "within", "value": "30"},
    ]
    assert segments.clean(cleaned) == cleaned


def test_counts_of_many_segments_take_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_ana()
    make_contact(name="Bo")
    everybody = Segment.objects.create(name="everybody", conditions=[])
    few = Segment.objects.create(
        name="few", conditions=[condition("tag.is", "vip"), condition("account.is", "öko gmbh")]
    )
    nobody = Segment.objects.create(name="nobody", conditions=[condition("last_band.is", "detractor")])
    broken = Segment.objects.create(name="broken", conditions=[{"field": "x"}])

    with django_assert_num_queries(1):
        counts = segments.counts([everybody, few, nobody, broken], at=NOW)

    assert counts == {everybody.pk: 2, few.pk: 1, nobody.pk: 0}


def test_counting_nothing_asks_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert segments.counts([]) == {}


def test_words_name_people_and_days() -> None:
    marta = make_user("marta", first_name="Marta", last_name="Ruiz")

    words = segments.in_words(
        [
            condition("owner.is", str(marta.pk)),
            condition("owner.is", "999999"),
            condition("owner.empty"),
            condition("last_band.is", "promoter"),
            condition("customer_since.before", "2026-01-31"),
            condition("property.is", "Gold", "plan"),
            condition("property.empty", key="plan"),
            condition("basis.is", "none"),
        ]
    )

    assert words == [
        "owner is Marta Ruiz",
        "owner is somebody who is gone",
        "has no owner",
        "last answer was that of a Promoter",
        "customer since before 31 Jan 2026",
        "property is plan: Gold",
        "has not the property plan",
        "basis for surveys is None recorded",
    ]


def test_broken_conditions_are_said_to_be_so() -> None:
    assert segments.in_words([{"field": "x"}]) == ["These conditions cannot be read: There is no such condition."]


@pytest.mark.parametrize(
    "words", ["陈伟", "Íñigo Peralta", "فاطمة البكري", "Олена Шевченко", "Δήμητρα Ιωάννου", "יעל כהן", "さくら"]
)
def test_names_of_every_script_are_found_in_any_case(words: str) -> None:
    make_contact(name=words)
    make_contact(name="other")
    change: list[Callable[[str], str]] = [str.lower, str.upper, str.title]

    assert [found(condition("name.contains", spell(words))) for spell in change] == [{words}] * 3
