from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys import responses
from surveys.enums import Evidence, MessageStatus
from surveys.models import Campaign, Contact, DailyCount, Invitation, Response, Segment, Wave
from tests.factories import (
    make_account,
    make_campaign,
    make_click,
    make_contact,
    make_daily_count,
    make_invitation,
    make_message,
    make_response,
    make_touchpoint,
    make_user,
    make_wave,
)
from tests.sizes import MANY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]

NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
BESIDE = "hidden, so that a small group beside it cannot be worked out"
HOSTILE = ["<script>alert(1)</script>", '"><svg onload=alert(1)>', "=HYPERLINK(1)", "استطلاع الخريف", "x" * 120]


@pytest.fixture
def monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def emil() -> User:
    return make_user("emil", "Employee")


def read(client: Client, user: User, **query: object) -> str:
    client.force_login(user)
    return " ".join(client.get(f"/reports/?{urlencode(query)}").content.decode().split())


def table(client: Client, user: User, **query: object) -> list[dict[str, str]]:
    client.force_login(user)
    response = client.get(f"/reports.csv?{urlencode(query)}")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def part(rows: list[dict[str, str]], name: str) -> list[dict[str, str]]:
    return [row for row in rows if row["part"] == name]


def words(html: str) -> str:
    """What a reader sees of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def cells(page: str, heading: str) -> list[list[str]]:
    """The rows of the table below a heading."""
    body = page[page.index(f"<h2>{heading}</h2>") :]
    body = body[body.index("<tbody>") : body.index("</tbody>")]
    return [[words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in body.split("</tr>")[:-1]]


def make_a_year() -> Campaign:
    """50, 20 and 30 in November, 17 in October, 40, 10 and 50 in September."""
    campaign = make_campaign(name="Autumn")
    make_daily_count(campaign=campaign, day=dt.date(2026, 11, 2), promoters=50, passives=20, detractors=30)
    make_daily_count(campaign=campaign, day=dt.date(2026, 10, 2), promoters=17)
    make_daily_count(campaign=campaign, day=dt.date(2026, 9, 2), promoters=40, passives=10, detractors=50)
    return campaign


# -------------------------------------------------------------------------------------------------------------- access


@pytest.mark.parametrize("address", ["/reports/", "/reports.csv"])
def test_reports_are_for_those_who_may_read_them(client: Client, carol: User, emil: User, address: str) -> None:
    stranger = client.get(address)
    client.force_login(carol)
    without = client.get(address)
    client.force_login(emil)
    with_the_right = client.get(address)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={address}")
    assert (without.status_code, with_the_right.status_code) == (403, 200)


@pytest.mark.parametrize("address", ["/reports/", "/reports.csv"])
def test_reports_take_no_post(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)

    assert client.post(address).status_code == 405


def test_reports_name_nobody(client: Client, emil: User) -> None:
    account = make_account(name="Peralta Café", revenue=4200)
    person = make_contact(name="Ana Peralta", email="ana@peralta.example", account=account)
    invitation = make_invitation(contact=person)
    make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=NOW)
    responses.record(invitation, score=2, comment="Ana Peralta was here", language="en", at=NOW)
    make_daily_count(campaign=make_campaign(), promoters=40)

    page = read(client, emil)
    rows = table(client, emil)

    assert "n 41" in page
    assert Response.objects.get().comment == "Ana Peralta was here"
    assert re.findall(r"Peralta|peralta|4200|4,200|/contacts/|/cases/", page + str(rows)) == []


# ------------------------------------------------------------------------------------------------------------- figures


def test_empty_installation_reads_what_will_come(client: Client, emil: User) -> None:
    page = read(client, emil)

    assert "<h2>Nobody was asked and nobody answered in these days</h2>" in page
    assert ('<svg class="ch"' in page, "too few" in page) == (False, False)


def test_score_stands_with_interval_number_rate_and_base(client: Client, emil: User) -> None:
    campaign = make_a_year()
    wave = make_wave(campaign=campaign)
    for number in range(6):
        invitation = make_invitation(wave=wave)
        bounced_at = NOW if number == 5 else None
        make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=NOW, bounced_at=bounced_at)
        if number == 0:
            make_response(invitation=invitation, at=NOW)
        else:
            make_click(invitation=invitation, at=NOW)

    page = read(client, emil, since="2026-11-01", until="2026-11-23")

    assert '<div class="fig"><bdi>+20</bdi></div>' in page
    assert 'NPS, between <b class="num nowrap"><bdi>+3</bdi> and <bdi>+36</bdi></b> with 95 % certainty' in page
    assert "n 100 · 50 promoters, 20 passives, 30 detractors" in page
    assert "<b>20.0 % answered</b> of 5 delivered" in page
    assert "6 sent, 1 bounced, 1 answered so far" in page
    assert "5 mails were clicked without an answer; not counted" in page
    assert "Answers first given 1 November 2026 – 23 November 2026, each with its latest score" in page
    assert "The interval is the adjusted Wald interval at 95 %." in page


@pytest.mark.parametrize(("n", "is_shown"), [(29, False), (30, True)])
def test_score_of_few_answers_is_not_shown(client: Client, emil: User, n: int, is_shown: bool) -> None:
    make_daily_count(promoters=n)

    page = read(client, emil)

    assert ("too few to say, 29 of 30" in page, '<div class="fig"' in page) == (not is_shown, is_shown)
    assert f"n {n} · {n} promoters, 0 passives, 0 detractors" in page


def test_one_answer_is_a_number_and_nothing_more(client: Client, emil: User) -> None:
    responses.record(make_invitation(), score=2, language="en", at=NOW)

    page = read(client, emil)
    rows = table(client, emil)

    assert "too few to say, 1 of 30" in page
    assert "Of fewer than 5 answers nothing but their number is shown, so that nobody is recognised." in page
    assert (re.findall(r"1 detractor|By score|By month", page), cells(page, "By language")[0][2]) == ([], "not shown")
    assert [(row["n"], row["detractors"]) for row in part(rows, "score")] == [("1", "")]
    assert part(rows, "answers with score") == []
    assert [(row["n"], row["answered"]) for row in part(rows, "language")] == [("", "")]


@pytest.mark.parametrize(
    ("then", "now", "sentence"),
    [
        ((40, 10, 50), (50, 20, 30), "Yes: −10 then, n 100. The rise lies between +4.5 and +53.8 points (p 0.021)."),
        ((50, 20, 30), (40, 10, 50), "No, it is worse: +20 then, n 100. The change lies between −53.8 and −4.5 points"),
        ((50, 20, 30), (50, 20, 30), "Cannot be said yet: +20 then, n 100. The change lies between −23.7 and +23.7"),
        ((29, 0, 0), (50, 20, 30), "Cannot be said: 29 answers then and 100 now, and it takes 30 in each."),
        ((300, 0, 0), (0, 0, 300), "points (p < 0.0001)."),
    ],
)
def test_comparison_is_a_sentence(
    client: Client, emil: User, then: tuple[int, int, int], now: tuple[int, int, int], sentence: str
) -> None:
    for day, (promoters, passives, detractors) in ((10, then), (11, now)):
        make_daily_count(day=dt.date(2026, 11, day), promoters=promoters, passives=passives, detractors=detractors)

    page = read(client, emil, since="2026-11-11", until="2026-11-11")

    assert f"Is it better than the day before? {sentence}" in words(page) or sentence in words(page)


def test_first_period_is_compared_with_nothing(client: Client, emil: User) -> None:
    make_a_year()

    assert "Is it better" not in read(client, emil)


def test_trend_has_a_gap_and_a_table_with_the_same_numbers(client: Client, emil: User) -> None:
    make_a_year()

    page = read(client, emil)

    assert cells(page, "By month") == [
        ["September 2026", "−10", "−28 to +8", "100"],
        ["October 2026", "too few to say", "17"],
        ["November 2026 (part)", "+20", "+3 to +36", "100"],
    ]
    assert page.count('<line class="few"') == 1
    assert page.count('<polyline class="line"') == page.count('<polygon class="band"') == 2
    assert re.findall(r'<text class="b halo"[^>]*>(.*?)</text>', page) == ["+20"]
    assert "A month with fewer than 30 answers is a gap." in page


def test_month_without_a_score_draws_no_chart_and_opens_the_table(client: Client, emil: User) -> None:
    make_daily_count(promoters=12)

    page = read(client, emil)

    assert "No month has 30 answers, so none has a score yet." in page
    assert '<details class="twin" open>' in page


def test_distribution_has_eleven_bars_and_a_table_with_the_same_numbers(client: Client, emil: User) -> None:
    for score in [0, 6, 7, 8, 9, 10, 10]:
        responses.record(make_invitation(), score=score, language="en", at=NOW)

    page = read(client, emil)

    bars = re.findall(r'<rect class="(...)"', page)
    assert bars == ["det"] * 7 + ["pas"] * 2 + ["pro"] * 2
    assert [row[1] for row in cells(page, "By score")] == ["1", "0", "0", "0", "0", "0", "1", "1", "1", "1", "2"]
    assert cells(page, "By score")[10] == ["10", "2", "28.6 %"]


def test_mixed_scales_are_told_and_never_pooled(client: Client, emil: User) -> None:
    make_daily_count(promoters=40)
    make_daily_count(scale="1-10", detractors=7)

    page = read(client, emil)
    other = read(client, emil, scale="1-10")

    assert "7 answers of these days are on the scale 1–10 and are not in these figures" in page
    assert ("n 40 ·" in page, "n 7 ·" in other) == (True, True)
    assert "40 answers of these days are on the scale 0 to 10 and are not in these figures" in other


def test_tables_are_ordered_by_n_and_small_rows_say_so(client: Client, emil: User) -> None:
    make_a_year()
    make_daily_count(campaign=make_campaign(name="Calls"), promoters=17)
    make_daily_count(campaign=make_campaign(name="Pilot"), promoters=4)

    page = read(client, emil)

    assert cells(page, "By campaign") == [
        ["Autumn", "+12", "0 to +24", "217", "–"],
        ["Calls", "too few to say", "17 of 30", "–"],
        ["Pilot", "too few to say", "not shown", "–"],
    ]


def test_row_hidden_for_the_one_beside_it_says_why(client: Client, emil: User) -> None:
    make_daily_count(campaign=make_campaign(touchpoint=make_touchpoint(name="Delivery")), promoters=63)
    make_daily_count(campaign=make_campaign(touchpoint=make_touchpoint(name="Visit")), promoters=2)

    page, rows = read(client, emil), table(client, emil)

    assert [row[-2] for row in cells(page, "By campaign")] == ["63", "not shown"]
    assert cells(page, "By touchpoint") == [
        ["Delivery", BESIDE, "not shown", "–"],
        ["Visit", "too few to say", "not shown", "–"],
    ]
    assert [row["n"] for row in part(rows, "campaign")] == ["63", ""]
    assert [(row["nps"], row["n"], row["note"]) for row in part(rows, "touchpoint")] == [
        ("", "", BESIDE),
        ("", "", "too few answers, fewer than 5: not shown, so that nobody is recognised"),
    ]


def test_long_table_shows_ten_and_leads_to_all(client: Client, emil: User) -> None:
    for number in range(12):
        make_daily_count(campaign=make_campaign(name=f"C{number:02}"), promoters=30 + number)

    page = read(client, emil)
    whole = read(client, emil, by="campaign")

    assert [row[0] for row in cells(page, "By campaign")] == [f"C{number:02}" for number in range(11, 1, -1)]
    assert '<a href="?period=12-months&amp;by=campaign">2 more</a>' in page
    assert len(cells(whole, "By campaign")) == 12
    assert "By language" not in whole


def test_row_leads_to_its_own_report(client: Client, emil: User) -> None:
    campaign = make_a_year()
    make_daily_count(promoters=50)

    page = read(client, emil)
    own = read(client, emil, campaign=campaign.pk)

    assert f'href="?period=12-months&amp;campaign={campaign.pk}"><bdi>Autumn</bdi></a>' in page
    assert ("n 217 ·" in own, "Campaign <bdi>Autumn</bdi>" in own) == (True, True)


# ------------------------------------------------------------------------------------------------------------- choices


def test_days_of_a_period_are_that_period_and_others_are_ones_own(client: Client, emil: User) -> None:
    make_a_year()

    rolling = read(client, emil, period="12-months", since="2025-12-01", until="2026-11-23")
    own = read(client, emil, period="12-months", since="2026-11-02", until="2026-11-02")

    assert '<a href="?period=12-months" aria-current="page">' in rolling
    assert '<a href="?since=2026-11-02&amp;until=2026-11-02" aria-current="page">' in own
    assert ("n 217 ·" in rolling, "n 100 ·" in own) == (True, True)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "yesterday"}, "This is no day we know. Write it as 2026-11-23."),
        ({"since": "2026-02-30"}, "This is no day we know. Write it as 2026-11-23."),
        ({"since": "0001-01-01"}, "This is no day we know. Write it as 2026-11-23."),
        ({"since": "2026-01-01", "until": "9999-12-31"}, "This is no day we know. Write it as 2026-11-23."),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "The first day lies after the last."),
        ({"since": "2026-11-24"}, "This day has not come yet."),
        ({"until": "2026-11-01"}, "Name the first day too."),
        ({"campaign": "99999999999999999999"}, "There is no such campaign."),
        ({"campaign": "\x00"}, "There is no such campaign."),
        ({"touchpoint": "x"}, "There is no such touchpoint."),
        ({"subject": "-1"}, "There is no such subject."),
        ({"language": "<script>"}, "Nobody answered in this language."),
        ({"scale": "1-10"}, "There are no answers on this scale."),
        ({"period": "for ever"}, "There is no such period."),
    ],
)
def test_bad_value_is_told_beside_its_field(client: Client, emil: User, query: dict[str, str], sentence: str) -> None:
    make_daily_count(promoters=40)

    page = read(client, emil, **query)
    answer = client.get(f"/reports.csv?{urlencode(query)}")

    assert re.findall(r"invalid-feedback[^>]*><svg.*?</svg> (.*?)</", page) == [sentence]
    assert ("No report for this choice." in page, "n 40 ·" in page) == (True, False)
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/?{urlencode(query)}")


@pytest.mark.parametrize("query", [{"by": "x"}, {"by": "\x00"}, {"page": "9"}, {"period": "own"}, {"since": ""}])
def test_value_without_a_field_changes_nothing(client: Client, emil: User, query: dict[str, str]) -> None:
    make_daily_count(promoters=40)

    assert "n 40 ·" in read(client, emil, **query)


def test_future_end_is_today(client: Client, emil: User) -> None:
    make_daily_count(promoters=40)

    page = read(client, emil, since="2026-11-01", until="2027-01-31")

    assert "Answers first given 1 November 2026 – 23 November 2026" in page


def test_empty_choice_leads_back(client: Client, emil: User) -> None:
    campaign = make_campaign()
    make_daily_count(promoters=40)

    page = read(client, emil, campaign=campaign.pk)

    assert "Nobody was asked and nobody answered in these days" in page
    assert '<a class="btn btn-plain" href="/reports/">The usual report</a>' in page


# ----------------------------------------------------------------------------------------------------------------- CSV


def test_csv_has_the_numbers_of_the_page(client: Client, emil: User) -> None:
    campaign = make_a_year()
    for score in [0, 3, 7, 8, 9, 10, 10]:
        invitation = make_invitation(wave=campaign.waves.first() or make_wave(campaign=campaign))
        make_message(invitation=invitation, status=MessageStatus.SENT, sent_at=NOW)
        responses.record(invitation, score=score, language="en", at=NOW)
    make_click(at=NOW)
    make_daily_count(campaign=make_campaign(name="Pilot"), promoters=3)
    make_daily_count(day=dt.date(2025, 11, 20), detractors=35)

    page, rows = read(client, emil), table(client, emil)

    (total,) = part(rows, "score")
    assert f'<div class="fig"><bdi>+{round(Decimal(total["nps"]))}</bdi>' in page
    assert f"n {total['n']} · {total['promoters']} promoters, {total['passives']} passives" in page
    assert f"<b>{total['response_rate']} % answered</b> of {total['delivered']} delivered" in page
    assert f"{total['sent']} sent, {total['bounced']} bounced, {total['answered']} answered" in page
    assert [row["n"] for row in part(rows, "month")] == [row[-1] for row in cells(page, "By month")]
    assert [row["n"] for row in part(rows, "answers with score")] == [row[1] for row in cells(page, "By score")]
    for name in ("campaign", "touchpoint", "language", "subject"):
        shown = [[row[0], row[-2].removesuffix(" of 30")] for row in cells(page, f"By {name}")]
        assert [[row["item"], row["n"] or "not shown"] for row in part(rows, name)] == shown
    (before,), (difference,) = part(rows, "before"), part(rows, "difference")
    assert f"−{-round(Decimal(before['nps']))}</bdi> then, n {before['n']}" in page
    assert f"between +{difference['low_95']} and +{difference['high_95']} points" in words(page)
    assert part(rows, "clicks without an answer")[0]["n"] == "1"


def test_csv_gives_one_decimal_and_no_value_of_few(client: Client, emil: User) -> None:
    make_daily_count(day=dt.date(2026, 11, 2), promoters=120, passives=45, detractors=30)
    make_daily_count(day=dt.date(2026, 10, 2), detractors=17)

    november = part(table(client, emil, since="2026-11-01", until="2026-11-23"), "score")[0]
    october = part(table(client, emil, since="2026-10-01", until="2026-10-31"), "score")[0]

    assert (november["nps"], november["low_95"], november["high_95"]) == ("46.2", "35.0", "55.9")
    assert (october["nps"], october["low_95"], october["n"]) == ("", "", "17")
    assert october["note"] == "too few to say, 17 of 30"


def test_csv_says_what_it_is_about(client: Client, emil: User) -> None:
    campaign = make_a_year()

    client.force_login(emil)
    response = client.get(f"/reports.csv?campaign={campaign.pk}&since=2026-11-01&until=2026-11-23")
    about = part(table(client, emil, campaign=campaign.pk, since="2026-11-01", until="2026-11-23"), "about")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="report-2026-11-01-2026-11-23.csv"'
    assert [(row["item"], row["note"]) for row in about] == [
        ("Answers first given", "2026-11-01 / 2026-11-23 (UTC)"),
        ("Campaign", "Autumn"),
        ("Scale", "0 to 10"),
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"])
def test_csv_runs_no_formula(client: Client, emil: User, text: str) -> None:
    campaign = make_campaign(name=text)
    make_daily_count(campaign=campaign, promoters=40)

    rows = table(client, emil, campaign=campaign.pk)

    typed = [part(rows, "campaign")[0]["item"], part(rows, "about")[1]["note"]]
    assert [cell for cell in typed if not cell.startswith("'")] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text(client: Client, emil: User, text: str) -> None:
    campaign = make_campaign(name=text)
    make_daily_count(campaign=campaign, promoters=40)

    page = read(client, emil, campaign=campaign.pk)

    assert page.count(f"<bdi>{text}</bdi>") == (0 if "<" in text else 2)
    assert unescape(page).count(f"<bdi>{text}</bdi>") == 2


# ------------------------------------------------------------------------------------------------------------- segments


def make_answers_of_gold(n: int) -> None:
    Segment.objects.create(name="Gold", conditions=[{"field": "tag", "op": "is", "value": "gold"}])
    for _ in range(n):
        gold = make_invitation(contact=make_contact(tags=["gold"]))
        responses.record(gold, score=9, language="en", at=NOW)
        responses.record(make_invitation(), score=0, language="en", at=NOW)


def test_segments_are_one_click_away_for_those_who_may_see_them(client: Client, alice: User, emil: User) -> None:
    make_answers_of_gold(5)
    link = '<a href="?period=12-months&amp;by=segment">How the 1 segment answers</a>'

    assert link in read(client, alice)
    assert "by=segment" not in read(client, emil)
    assert "<h2>By segment</h2>" not in read(client, emil, by="segment")
    assert part(table(client, emil, by="segment"), "segment") == []


def test_table_by_segment_is_on_the_page_and_in_the_csv(client: Client, alice: User) -> None:
    make_answers_of_gold(31)
    page = read(client, alice, by="segment")

    assert cells(page, "By segment") == [["Gold", "+100", "+79 to +100", "31", "–"]]
    assert "A segment is whoever meets its conditions today" in page
    assert "/reports.csv?period=12-months&amp;by=segment" in page
    assert [row["item"] for row in part(table(client, alice, by="segment"), "segment")] == ["Gold"]
    assert part(table(client, alice), "segment") == []


def test_without_a_segment_the_page_says_how_to_make_one(client: Client, alice: User) -> None:
    responses.record(make_invitation(), score=9, language="en", at=NOW)

    assert "How the" not in read(client, alice)
    assert "There is no segment yet" in read(client, alice, by="segment")


# ------------------------------------------------------------------------------------------------------------ many rows


def statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def make_thousands_of_answers() -> None:
    """As the database would hold them, a fifth of them to each of five campaigns."""
    contacts = Contact.objects.bulk_create(
        Contact(email=f"c{n}@example.com", address_hash=f"{n:064x}") for n in range(MANY)
    )
    waves: list[Wave] = [make_wave() for _ in range(5)]
    asked = Invitation.objects.bulk_create(
        Invitation(wave=waves[n % 5], contact=contact, style="banded", closes_at=NOW)
        for n, contact in enumerate(contacts)
    )
    Response.objects.bulk_create(
        Response(
            campaign=waves[n % 5].campaign,
            channel="mail",
            contact_id=each.contact_id,
            invitation=each,
            style="banded",
            language="en",
            score=n % 11,
            evidence=Evidence.SUBMITTED,
            answered_at=NOW,
            submitted_at=NOW,
            settles_at=NOW,
        )
        for n, each in enumerate(asked)
    )
    few = MANY // 25
    for wave in waves:
        DailyCount.objects.create(
            campaign=wave.campaign,
            scale="0-10",
            language="en",
            day=timezone.localdate(),
            promoters=few,
            passives=4 * few,
        )


def test_reports_take_as_many_statements_for_thousands_of_answers_as_for_one(client: Client, alice: User) -> None:
    client.force_login(alice)
    responses.record(make_invitation(), score=9, language="en", at=NOW)
    first = [statements(client, address) for address in ("/reports/", "/reports.csv")]

    make_thousands_of_answers()

    # Session and user, the frame of the page, five for the names, six for the figures, and how many segments there are.
    assert first == [2 + 1 + 5 + 6 + 1, 2 + 5 + 6]
    # Where the score is shown, one more looks for reasons.
    assert [statements(client, address) for address in ("/reports/", "/reports.csv")] == [first[0] + 1, first[1]]
    assert f"n {MANY + 1:,} ·" in read(client, alice)
