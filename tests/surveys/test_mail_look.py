"""What a mail is made of, read as a mail program reads it: its tables, its weight, and what a browser makes of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from playwright.sync_api import Page as Browser

from surveys import languages, mail, texts, typefaces
from surveys.enums import Style
from surveys.models import CampaignText, Contact
from tests.factories import make_brand, make_campaign, make_contact, make_invitation, make_message, make_wave
from tests.looks import THEMES, barriers
from tests.surveys.pages.public import VOID, Page

pytestmark = pytest.mark.django_db

LIMIT = 15_000
LONGEST = 300  # characters of a campaign's own question
SAID: dict[str, str] = {"ar": "ما مدى احتمالية أن توصي بنا ", "zh-Hans": "你有多大可能向朋友推荐我们的咖啡机"}
FOR_OUTLOOK = re.compile(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", re.DOTALL)


class Tables(HTMLParser):
    """Tables, rows and cells with what they hold; fails on an end tag that closes something else."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[dict[str, str | None]] = []
        self.rows: list[list[dict[str, Any]]] = []
        self._open: list[str] = []
        self._rows: list[list[dict[str, Any]]] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        self._open.append(tag)
        if tag == "table":
            self.tables.append(dict(attrs))
        elif tag == "tr":
            self._rows.append([])
            self.rows.append(self._rows[-1])
        elif tag == "td":
            self._rows[-1].append({**dict(attrs), "links": []})
        elif tag == "a" and self._rows:
            self._rows[-1][-1]["links"].append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "tr":
            self._rows.pop()


def html_for(tag: str = "en", *, style: str = Style.BANDED, contact: Contact | None = None) -> str:
    invitation = make_invitation(contact=contact or make_contact(language=tag), style=style)
    return str(mail.invitation(make_message(invitation=invitation)).alternatives[0][0])


def as_outlook_reads(html: str) -> str:
    """Outlook on Windows takes what stands in comments for it alone."""
    return FOR_OUTLOOK.sub(r"\1", html)


# -------------------------------------------------------------------------------------------------------------- weight


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize("style", Style.values)
def test_mail_with_the_longest_question_is_light(tag: str, style: str) -> None:
    question = (SAID.get(tag, "Quão provável é que você nos recomende ") * LONGEST)[:LONGEST]
    campaign = make_campaign(brand=make_brand(privacy_url="https://aurora.example.com/privacy"))
    CampaignText.objects.create(campaign=campaign, language=tag, question=question)
    invitation = make_invitation(wave=make_wave(campaign=campaign), contact=make_contact(language=tag), style=style)

    letter = mail.invitation(make_message(invitation=invitation))

    assert question in str(letter.alternatives[0][0])
    assert len(letter.message().as_bytes(linesep="\r\n")) < LIMIT


def test_mail_is_not_packed_for_a_long_line() -> None:
    """A line of 999 bytes would have the whole part encoded, which grows it by a third and cannot be spliced."""
    wide = ("你有多大可能向朋友推荐我们的咖啡机" * LONGEST)[:LONGEST]
    campaign = make_campaign()
    CampaignText.objects.create(campaign=campaign, language="zh-Hans", question=wide, sentence=wide)
    invitation = make_invitation(wave=make_wave(campaign=campaign), contact=make_contact(language="zh-Hans"))

    raw = mail.invitation(make_message(invitation=invitation)).message().as_bytes()

    assert raw.count(b"Content-Transfer-Encoding: 8bit") == 2


# -------------------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("tag", texts.OFFERED)
@pytest.mark.parametrize("reads", [str, as_outlook_reads])
def test_each_table_is_for_layout_and_says_its_direction(tag: str, reads: Any) -> None:
    found = Tables(reads(html_for(tag)))

    direction = languages.get(tag).direction
    assert {(table["role"], table["dir"]) for table in found.tables} == {("presentation", direction)}
    assert {table["border"] for table in found.tables} == {"0"}


def test_outlook_gets_a_table_that_is_fixed_and_everybody_else_one_that_fits() -> None:
    html = html_for()

    fixed = [table.get("width") for table in Tables(as_outlook_reads(html)).tables]
    fluid = [table["width"] for table in Tables(html).tables if "width" in table]
    assert fixed.count("560") == 1
    assert set(fluid) == {"100%"}


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_scale_is_one_row_of_eleven_cells_from_0_to_10(tag: str) -> None:
    (cells,) = [row for row in Tables(html_for(tag)).rows if len(row) == 11]

    links = [link for cell in cells for link in cell["links"]]
    assert [link["href"].rpartition("/")[2] for link in links] == [str(score) for score in range(11)]
    assert {(cell["height"], cell["width"], cell["align"]) for cell in cells} == {("46", "9%", "center")}
    assert [f"background:{cell['bgcolor']}" in cell["style"] for cell in cells] == [True] * 11


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_each_number_is_seen_first_and_said_first(tag: str) -> None:
    letter = mail.invitation(make_message(invitation=make_invitation(contact=make_contact(language=tag))))

    said = re.findall(r'aria-label="(\d*)', str(letter.alternatives[0][0]))
    lines = str(letter.body).splitlines()
    labels = [lines[number - 1] for number, line in enumerate(lines) if "/r/" in line]
    assert said == [str(score) for score in range(11)]
    # In a text part the first letter decides which way a line runs.
    assert [label[0].isalpha() for label in labels] == [True] * 11


def test_mail_needs_no_picture_and_fetches_nothing() -> None:
    page = Page(html_for())

    assert {tag for tag, _attrs in page.tags} & {"img", "link", "script", "iframe", "object", "video"} == set()
    assert re.findall(r"url\(|@import|@font-face", html_for()) == []


# ----------------------------------------------------------------------------------------------------------- fine print


def test_preheader_is_followed_by_nothing_in_a_list_of_mails() -> None:
    html = html_for()

    (hidden,) = re.findall(r'<div style="display:none[^>]*>(.*?)</div>', html, re.DOTALL)
    said, filler = hidden.split("\n", 1)
    assert said == "One question. Ten seconds."
    assert (len(filler), filler.strip("\N{COMBINING GRAPHEME JOINER}\N{FIGURE SPACE}")) == (200, "")


@pytest.mark.parametrize("tag", texts.OFFERED)
def test_mail_is_set_in_the_type_of_its_script(tag: str) -> None:
    html, look = html_for(tag), typefaces.of(tag)

    assert f"font-family:{look.fonts};font-size:24px;line-height:{look.heading};" in html
    assert f"font-family:{look.fonts};font-size:17px;line-height:{look.text};" in html
    assert f"<style>td,a,h1,p{{font-family:{look.outlook},sans-serif!important}}</style>" in html


def test_decoy_is_a_link_that_no_person_meets() -> None:
    letter = mail.invitation(make_message())
    page = Page(str(letter.alternatives[0][0]))

    (decoy,) = page.find("a", class_="off")
    assert decoy["href"].endswith("/more")
    assert (decoy["aria-hidden"], decoy["tabindex"]) == ("true", "-1")
    assert "/more" not in str(letter.body)
    assert "honey" not in str(letter.message())
    assert all("/more" not in value for value in letter.extra_headers.values())


def test_reminder_has_the_decoy_too() -> None:
    reminder = mail.reminder(make_message(letter="reminder"))

    assert len(Page(str(reminder.alternatives[0][0])).find("a", class_="off")) == 1


# ------------------------------------------------------------------------------------------------------------- browser


@pytest.mark.browser
@pytest.mark.parametrize("style", Style.values)
@pytest.mark.parametrize("tag", [tag for tag in ("en", "ar", "zh-Hans", "he", "ja") if tag in texts.OFFERED])
def test_scale_fits_the_smallest_phone_in_light_and_dark(page: Browser, tag: str, style: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.set_content(html_for(tag, style=style, contact=make_contact(language=tag)))

    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        boxes: list[Any] = [link.bounding_box() or {} for link in page.locator("a[href*='/r/']:not(.off)").all()]
        assert len({box["y"] for box in boxes}) == 1
        assert min(box["width"] for box in boxes) >= 24
        assert {box["height"] for box in boxes} == {46}
        across = [box["x"] for box in boxes]
        assert across == sorted(across, reverse=languages.get(tag).direction == "rtl")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert barriers(page) == []


@pytest.mark.browser
def test_square_with_the_initial_stays_one_beside_a_long_name(page: Browser) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    wave = make_wave(campaign=make_campaign(brand=make_brand(name="Aurora Coffee Machines and Grinders " * 3)))
    letter = mail.invitation(make_message(invitation=make_invitation(wave=wave)))

    page.set_content(str(letter.alternatives[0][0]))

    box: Any = page.locator(".logo").bounding_box()
    name: Any = page.locator("td:has(.logo) + td.ink").bounding_box()
    assert (box["width"], box["height"]) == (36, 36)
    assert name["height"] >= 72


@pytest.mark.browser
def test_decoy_is_neither_seen_nor_reached(page: Browser) -> None:
    page.set_content(html_for())

    decoy = page.locator("a.off")
    reached = []
    for _ in range(15):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') || ''"))
    assert sum(href.endswith("/more") for href in reached) == 0
    assert sum("/r/" in href for href in reached) >= 11
    assert (decoy.bounding_box() or {"height": 0})["height"] == 0
    names = page.locator("body").aria_snapshot()
    assert "more" not in names
