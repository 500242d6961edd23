from __future__ import annotations

import pytest

from surveys import sites


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" https://www.example.com \n\nhttps://shop.example.com:8443/", ["https://www.example.com", "https://shop.example.com:8443"]),
        ("HTTPS://Example.COM\nhttps://example.com", ["https://example.com"]),
        ("http://localhost:3000\nhttp://127.0.0.1", ["http://localhost:3000", "http://127.0.0.1"]),
        ("https://xn--bcher-kva.example", ["https://xn--bcher-kva.example"]),
    ],
)  # fmt: skip
def test_origins_are_read_one_a_line(text: str, found: list[str]) -> None:
    assert sites.origins(text) == found


@pytest.mark.parametrize(
    "line",
    [
        "*",
        "https://*.example.com",
        "http://www.example.com",
        "https://example.com/page",
        "https://example.com; script-src *",
        "https://example.com https://evil.example",
        "https://example",
        "https://user@example.com",
        "https://example.com:0",
        "https://bücher.example",
        "'self'",
        "javascript:alert(1)",
        "example.com",
        "https://" + "a" * 64 + ".com",
        "https://" + "a." * 200 + "com",
    ],
)
def test_what_could_mean_more_than_one_site_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        sites.origins(f"https://good.example.com\n{line}")


def test_list_has_an_end() -> None:
    text = "\n".join(f"https://site{number}.example.com" for number in range(sites.MOST_SITES + 1))

    with pytest.raises(ValueError, match=r"site50\.example\.com"):
        sites.origins(text)
