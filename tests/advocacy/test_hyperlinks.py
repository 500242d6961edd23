from __future__ import annotations

import time

import pytest

from advocacy.hyperlinks import leads_to, whereabouts

SITE = "https://www.mill.example/"
PAGE = "https://partner.example/stories/mill.html"


def link(address: str) -> str:
    return f'<!doctype html><p>They are <a class="x" href="{address}">the mill</a>.</p>'


@pytest.mark.parametrize(
    "address",
    [
        "https://www.mill.example/",
        "https://www.mill.example",
        "https://mill.example",
        "http://mill.example/",
        "HTTPS://WWW.MILL.EXAMPLE/",
        "//mill.example",
        "https://mill.example./",
        "https://mill.example:443/",
        "http://mill.example:80",
        "https://mill.example/#team",
        "https://mill.example/?utm_source=partner",
        "https://mill.example/about",
        "  https://mill.example\n",
        "https://mill.example/?a=1&amp;b=2",
    ],
)
def test_leads_to_a_site_however_it_is_written(address: str) -> None:
    assert leads_to(link(address), SITE, page=PAGE)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "#",
        "/",
        "mill.example",
        "https://mill.example.evil.example/",
        "https://evilmill.example/",
        "https://evil.example/?https://mill.example/",
        "https://evil.example/https://mill.example/",
        "https://mill.example@evil.example/",
        "https://mill.example:8443/",
        "https://shop.mill.example/",
        "mailto:office@mill.example",
        "javascript:location='https://mill.example'",
        "https://[",
        "https://a..b/",
    ],
)
def test_leads_to_no_other_site(address: str) -> None:
    assert not leads_to(link(address), SITE, page=PAGE)


@pytest.mark.parametrize(
    ("site", "address", "expected"),
    [
        ("https://host.example/mill", "https://host.example/mill/", True),
        ("https://host.example/mill/", "https://host.example/mill", True),
        ("https://host.example/mill", "https://host.example/mill/about", True),
        ("https://host.example/mill", "https://host.example/./x/../mill", True),
        ("https://host.example/mill", "https://host.example/millstone", False),
        ("https://host.example/mill", "https://host.example/", False),
        ("https://host.example/m%C3%BChle", "https://host.example/mühle", True),
        ("https://host.example/?id=7", "http://www.host.example/?id=7#top", True),
        ("https://host.example/?id=7", "https://host.example/?id=8", False),
        ("https://mühle.example", "https://xn--mhle-0ra.example/", True),
        ("https://host.example:8443/", "https://host.example:8443", True),
        ("ftp://host.example/", "ftp://host.example/", False),
        ("", "", False),
    ],
)
def test_leads_to_a_part_of_a_host(site: str, address: str, expected: bool) -> None:
    assert leads_to(link(address), site, page=PAGE) is expected


@pytest.mark.parametrize(
    ("page", "text", "expected"),
    [
        ("https://mill.example/news/", '<a href="../">home</a>', True),
        ("https://mill.example/news/", '<a href="about">about</a>', True),
        (PAGE, '<base href="https://mill.example/"><a href="about">about</a>', True),
        (PAGE, '<base href="//mill.example/"><base href="/"><a href=about>about</a>', True),
        (PAGE, '<map><area href="https://mill.example"></map>', True),
        (PAGE, "<A HREF=https://mill.example>them", True),
        (PAGE, "<a\nhref = 'https://mill.example'\n>them", True),
        (PAGE, '<a rel="nofollow sponsored" href="https://mill.example">them</a>', True),
        (PAGE, "<![if !IE]><![endif]><![CDATA[x]]><a href=https://mill.example>them", True),
        (PAGE, "<![<![<!<a href=https://mill.example>x</a> <a href=https://mill.example>them", True),
        (PAGE, '<link rel="canonical" href="https://mill.example/">', False),
        (PAGE, '<img src="https://mill.example/logo.png">', False),
        (PAGE, "https://mill.example", False),
        (PAGE, '<!-- <a href="https://mill.example">them</a> -->', False),
        (PAGE, '<!-- <a href="https://mill.example">them</a>', False),
        (PAGE, "<script>'<a href=\"https://mill.example\">them</a>'</script>", False),
        (PAGE, '<a href="https://other.example" title="https://mill.example">them</a>', False),
        (PAGE, "<a href>them</a><a>them</a>", False),
        (PAGE, '<a href="https://mill.example', False),
        (PAGE, "", False),
    ],
)
def test_leads_to_reads_a_page_as_a_browser_does(page: str, text: str, expected: bool) -> None:
    assert leads_to(text, SITE, page=page) is expected


@pytest.mark.parametrize(
    "piece", ["<!--", "<![", "<![CDATA[", "</", "<a ", "<a href='", "<?", "&#", "<script>", "</a ", '<a "', "<!"]
)
def test_leads_to_is_done_with_hostile_pages_soon(piece: str) -> None:
    text = (piece * (512 * 1024))[: 512 * 1024]
    began = time.monotonic()

    assert not leads_to(text, SITE, page=PAGE)
    assert time.monotonic() - began < 10


def test_whereabouts_leaves_out_what_makes_no_difference() -> None:
    assert whereabouts("HTTP://WWW.Mill.Example.:80/a//b/../c/?q=1#top") == ("mill.example", "/a/c", "q=1")
    assert whereabouts("mailto:office@mill.example") is None
