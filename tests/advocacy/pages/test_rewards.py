from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from advocacy import trail, trailwords
from advocacy.enums import ReferralStatus, RewardStatus
from advocacy.models import GiftCode, Referral, Reward
from surveys.models import Event, Message
from tests.advocacy.pages.casework import text_of
from tests.factories import make_advocate, make_budget, make_item, make_link, make_referral, make_reward

pytestmark = pytest.mark.django_db

REWARD_VERBS = ("approve", "issue", "fulfil", "void", "reverse")
REFERRAL_VERBS = ("clear", "qualify", "hand-over", "convert", "reject")


def press(client: Client, row: Reward | Referral, verb: str, **fields: Any) -> Any:
    folder = "referrals" if isinstance(row, Referral) else "rewards"
    return client.post(f"/{folder}/{row.pk}/{verb}/", {"seen": trail.version(row), **fields})


def rows() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Reward, Referral, GiftCode, Event)]


@pytest.mark.parametrize("address", ["/rewards/", "/rewards/catalogue/", "/referrals/", "/referrals/?view=ended"])
def test_empty_lists_say_what_will_come(address: str, client: Client, alice: User) -> None:
    client.force_login(alice)

    assert client.get(address).status_code == 200
    assert client.get("/rewards/?view=nonsense").status_code == 404
    assert client.get("/referrals/?view=nonsense").status_code == 404


def test_lists_take_the_same_number_of_statements(
    client: Client, alice: User, django_assert_max_num_queries: Any
) -> None:
    client.force_login(alice)
    client.get("/rewards/")  # what is looked up once for all pages
    counted: dict[str, list[int]] = {}
    for number in (1, 3):
        while Reward.objects.count() < number:
            make_reward()
            make_referral(link=make_link())
        for address in ("/rewards/", "/referrals/?view=registered"):
            with django_assert_max_num_queries(40) as queries:
                client.get(address)
            counted.setdefault(address, []).append(len(queries))

    assert all(few == many for few, many in counted.values()), counted


def test_reader_reads_and_changes_nothing(client: Client, bob: User, carol: User) -> None:
    reward, referral, advocate = make_reward(), make_referral(), make_advocate()
    item = make_item(has_codes=True)
    before = rows()
    client.force_login(bob)

    pages = [client.get(f"/rewards/{reward.pk}/"), client.get(f"/referrals/{referral.pk}/")]
    refused = [press(client, reward, verb) for verb in REWARD_VERBS]
    refused += [press(client, referral, verb) for verb in REFERRAL_VERBS]
    refused += [client.post(f"/advocates/{advocate.pk}/{name}/") for name in ("link", "reward")]
    refused += [client.post(f"/rewards/catalogue/{item.pk}/codes/", {"codes": "A"})]
    assert ([page.status_code for page in pages], {page.status_code for page in refused}) == ([200, 200], {403})
    assert client.get(f"/rewards/{reward.pk}/approve/").status_code == 405
    client.force_login(carol)
    assert [client.get(f"/{name}/").status_code for name in ("rewards", "referrals")] == [403, 403]
    client.logout()
    assert client.get("/rewards/").status_code == 302
    assert rows() == before


def test_reward_is_proposed_once_for_an_advocate(client: Client, alice: User) -> None:
    advocate, item = make_advocate(), make_item()
    client.force_login(alice)
    page = client.get(f"/advocates/{advocate.pk}/reward/")
    data = {"key": page.context["form"]["key"].value(), "item": item.pk, "reason": "speaker", "note": "<b>Lyon</b>"}

    sent = [client.post(f"/advocates/{advocate.pk}/reward/", data) for _time in range(2)]

    reward = Reward.objects.get()
    assert {answer.headers["Location"] for answer in sent} == {f"/rewards/{reward.pk}/"}
    assert (reward.contact, reward.proposed_by, reward.status) == (advocate.contact, alice, RewardStatus.PENDING)
    assert "<b>Lyon</b>" not in client.get(f"/rewards/{reward.pk}/").content.decode()
    assert client.post(f"/advocates/{advocate.pk}/reward/", {**data, "item": ""}).status_code == 422


def test_refusal_is_told_on_the_page(client: Client, alice: User) -> None:
    reward, dollars = make_reward(), make_budget(currency="USD")
    client.force_login(alice)

    page = press(client, reward, "approve", budget=dollars.pk)

    assert (page.status_code, Reward.objects.get().status) == (409, RewardStatus.PENDING)
    assert "Not approved: the budget is in USD, the reward in EUR." in text_of(page)
    assert press(client, reward, "void", reason="").status_code == 422


def test_codes_are_filled_in_and_shown_to_whoever_issues(client: Client, alice: User, bob: User) -> None:
    item = make_item(has_codes=True)
    reward = make_reward(item=item, status=RewardStatus.APPROVED)
    client.force_login(alice)

    client.post(f"/rewards/catalogue/{item.pk}/codes/", {"codes": "SECRET-1\nSECRET-2"})
    press(client, reward, "issue")

    assert "SECRET-1" in text_of(client.get(f"/rewards/{reward.pk}/"))
    assert "1 code left" in text_of(client.get("/rewards/catalogue/"))
    assert client.post(f"/rewards/catalogue/{item.pk}/codes/", {"codes": ""}).status_code == 422
    client.force_login(bob)
    assert "SECRET-1" not in text_of(client.get(f"/rewards/{reward.pk}/"))


def test_referral_page_goes_through_its_states(client: Client, alice: User) -> None:
    referral = make_referral(link=make_link())
    client.force_login(alice)

    answers = [press(client, referral, verb).status_code for verb in ("qualify", "hand-over", "convert")]

    assert (answers, Referral.objects.get().status) == ([302] * 3, ReferralStatus.CONVERTED)
    assert press(client, referral, "reject", reason="").status_code == 422
    assert press(client, referral, "qualify").status_code == 409


def test_old_picture_is_refused(client: Client, alice: User) -> None:
    reward = make_reward(budget=make_budget())
    client.force_login(alice)
    press(client, reward, "void", reason="First")

    page = client.post(f"/rewards/{reward.pk}/void/", {"seen": "0", "reason": "Second"})

    assert (page.status_code, Reward.objects.get().status) == (409, RewardStatus.VOID)


def test_admin_looks_up(client: Client, alice: User) -> None:
    make_reward()
    make_referral()
    client.force_login(alice)

    names = ("budget", "rewarditem", "referraloffer", "reward", "ledgerentry", "giftcode", "referral", "referrallink")
    assert {client.get(f"/admin/advocacy/{name}/").status_code for name in names} == {200}


def test_what_a_new_customer_brings_is_noted_with_its_currency(client: Client, alice: User) -> None:
    first, second = (make_referral(status=ReferralStatus.QUALIFIED) for _each in range(2))
    client.force_login(alice)

    refused = [
        press(client, first, "convert", revenue=revenue, currency=currency)
        for revenue, currency in (("1200", ""), ("-1", "EUR"), ("12", "euro"), ("a lot", "EUR"))
    ]
    noted = press(client, first, "convert", revenue="1200.50", currency="EUR")
    open_ = press(client, second, "convert", revenue="", currency="EUR")

    assert [each.status_code for each in refused] == [422] * 4
    assert "Currency: Name the currency too." in text_of(refused[0])
    assert (noted.status_code, open_.status_code) == (302, 302)
    assert list(Referral.objects.order_by("pk").values_list("revenue", "currency")) == [
        (Decimal("1200.50"), "EUR"),
        (None, ""),
    ]
    assert "1200.50 EUR a year" in text_of(client.get(f"/referrals/{first.pk}/"))


def test_file_for_sales_holds_what_is_to_be_handed_over_and_says_so(client: Client, alice: User) -> None:
    qualified = {"status": ReferralStatus.QUALIFIED, "registered_at": "2026-11-20T12:00:00Z"}
    lead = make_referral(**qualified, name="=cmd()", email="lea@shop.example.org", company="متجر", consent_text="Yes")
    make_referral(**qualified, handed_over_at="2026-11-21T12:00:00Z")
    make_referral()
    client.force_login(alice)

    response = client.post("/referrals/file/")

    head, *lines = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert head == ["Name", "Mail", "Company", "Language", "Brought by", "Code", "Came", "Agreed to"]
    shown = ["'=cmd()", "lea@shop.example.org", "متجر", "", str(lead.contact), lead.link.code, "2026-11-20", "Yes"]
    assert lines == [shown]
    assert (response["Content-Type"], response["Cache-Control"]) == ("text/csv; charset=utf-8", "no-store")
    event = Event.objects.get(kind=trail.REFERRAL_KIND)
    assert (event.object_id, event.went_to, event.by) == (str(lead.pk), trailwords.EXPORTED, alice)
    assert trail.sentence(event) == ("Taken along in a file for sales", "")
    assert "Taken along in a file for sales" in text_of(client.get(f"/referrals/{lead.pk}/"))
    assert "File for sales (CSV)" in text_of(client.get("/referrals/?view=hand-over"))


def test_reader_takes_no_file(client: Client, bob: User) -> None:
    make_referral(status=ReferralStatus.QUALIFIED)
    client.force_login(bob)

    assert client.post("/referrals/file/").status_code == 403
    assert client.get("/referrals/file/").status_code == 405
    assert "File for sales" not in text_of(client.get("/referrals/?view=hand-over"))
    assert Event.objects.count() == 0


def test_reward_for_a_review_is_refused_and_nothing_typed_is_lost(client: Client, alice: User) -> None:
    said = {"item": make_item().pk, "reason": "goodwill", "key": "0b54c6ee-5f0d-4f4b-8d55-0c8c7f9b5d11"}
    address = f"/advocates/{make_advocate().pk}/reward/"
    client.force_login(alice)

    refused = client.post(address, {**said, "note": "<script> for the review"})
    accepted = client.post(address, {**said, "note": "Showed us round"})

    assert (refused.status_code, accepted.status_code) == (409, 302)
    assert "Not proposed: “review”: nothing is given for a public review or a score" in text_of(refused)
    assert "&lt;script&gt; for the review" in refused.content.decode()
    assert list(Reward.objects.values_list("note", flat=True)) == ["Showed us round"]


def test_100_kb_are_refused_and_hostile_codes_are_only_codes(client: Client, alice: User) -> None:
    item, advocate = make_item(has_codes=True), make_advocate()
    client.force_login(alice)
    pool = f"/rewards/catalogue/{item.pk}/codes/"
    said = {"item": item.pk, "reason": "speaker", "key": "0b54c6ee-5f0d-4f4b-8d55-0c8c7f9b5d11", "note": "x" * 100_000}

    refused = [client.post(pool, {"codes": "x" * 100_001}), client.post(f"/advocates/{advocate.pk}/reward/", said)]
    client.post(pool, {"codes": "<script>alert(1)</script>\n" + "y" * 101 + "\n\u202eevil"})
    reward = make_reward(item=item, status=RewardStatus.APPROVED)
    press(client, reward, "issue")

    assert [answer.status_code for answer in refused] == [422, 422]
    assert list(GiftCode.objects.order_by("pk").values_list("code", flat=True)) == [
        "<script>alert(1)</script>",
        "\u202eevil",
    ]
    assert "<script>alert(1)" not in client.get(f"/rewards/{reward.pk}/").content.decode()


def test_whoever_an_advocate_named_is_noted_once_and_nothing_is_mailed(client: Client, alice: User) -> None:
    advocate = make_advocate()
    client.force_login(alice)
    address = f"/advocates/{advocate.pk}/invited/"

    empty = client.get(address)
    refused = client.post(address, {"name": "<b>Lea</b>", "email": "lea at home"})
    noted = [client.post(address, {"name": "<b>Lea</b>", "email": "Lea@Shop.example.org"}) for _each in range(2)]

    assert (empty.status_code, refused.status_code) == (200, 422)
    assert "Write a whole mail address, such as lea@example.com." in text_of(refused)
    assert "&lt;b&gt;Lea&lt;/b&gt;" in refused.content.decode()
    row = Referral.objects.get()
    assert [each.headers["Location"] for each in noted] == [f"/referrals/{row.pk}/"] * 2
    assert (row.status, row.email, row.contact) == (ReferralStatus.INVITED, "lea@shop.example.org", advocate.contact)
    assert not Message.objects.exists()
    assert address in client.get(f"/advocates/{advocate.pk}/").content.decode()


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("carol", 403)])
def test_only_who_works_referrals_notes_who_was_named(
    client: Client, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    advocate = make_advocate()
    client.force_login(request.getfixturevalue(who))

    assert client.get(f"/advocates/{advocate.pk}/invited/").status_code == status
    assert client.post(f"/advocates/{advocate.pk}/invited/", {"name": "x", "email": "x@example.com"}).status_code == 403
    assert not Referral.objects.exists()
