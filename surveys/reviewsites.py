"""Public review sites by their addresses, and words that speak of a public review. Pure.

What their rules allow, and where links to them stand, is said above; here is only how to know one when it is seen.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_TLD = r"[a-z]{2,3}(?:\.[a-z]{2})?"
# Each kind by the hosts that are its own, and how an address there begins.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{pattern})(?:[/?#].*)?", re.DOTALL))
    for kind, pattern in (
        ("play", r"(?:[\w-]+\.)*play\.google\.com|(?:[\w-]+\.)*play\.app\.goo\.gl"),
        (
            "google",
            rf"(?:(?:www|maps|search|business|local)\.)?google\.{_TLD}|(?:[\w-]+\.)*g\.page"
            r"|maps\.app\.goo\.gl|goo\.gl/maps|g\.co/kgs",
        ),
        ("trustpilot", rf"(?:[\w-]+\.)*trustpilot\.{_TLD}"),
        ("yelp", rf"(?:[\w-]+\.)*yelp\.{_TLD}|(?:[\w-]+\.)*yelp\.to"),
        ("g2", r"(?:[\w-]+\.)*g2(?:crowd)?\.com"),
        ("capterra", rf"(?:[\w-]+\.)*capterra\.{_TLD}"),
        ("app_store", r"(?:apps|itunes)\.apple\.com|(?:[\w-]+\.)*appsto\.re"),
    )
)
_ADDRESS = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#][^\s<>\"']*)?", re.IGNORECASE)
_ONLY_REVIEWS = r"trust\s?pilot|yelp|capterra|g2(?:\s?crowd)?|trip\s?advisor|glassdoor"
_SITES = re.compile(rf"\b(?:{_ONLY_REVIEWS}|google|app\s?store|play\s?store)\b", re.IGNORECASE)
_WORDS = re.compile(
    rf"\b(?:{_ONLY_REVIEWS})\b"
    r"|\b(?:review(?:s|ed|er|ers|ing)?|ratings?|rate\s+us)\b"
    r"|\b(?:reseñ\w+|valora(?:d|r|ción|ciones|cion)|calificaci\w+)\b"
    r"|\b(?:\w*rezension(?:en)?|rezensier\w+|\w*bewert(?:en|et|e|ung|ungen))\b"
    r"|\b(?:avis|évaluations?|évaluez|recension[ei]|recensit\w+|valutazion[ei]|avali(?:e|em|ar|ação|ações)|resenhas?)\b"
    r"|\b(?:\w*recensies?|\w*beoordel(?:ing|ingen|en)|yorum\w*|değerlendir\w*)\b"
    r"|レビュー|口コミ|クチコミ|评价|评论|点评|好评|評価|تقييم|ביקורת|חוות דעת|★|⭐",
    re.IGNORECASE,
)
_SCORES = re.compile(r"\b(?:nps|net\s+promoter|scores?|survey\s+answers?)\b", re.IGNORECASE)


def kind_of(address: str) -> str:
    """Which known review site an address leads to; empty for none of them."""
    text = address.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    place = f"{(parts.hostname or '').rstrip('.')}{parts.path}"
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(place)), "")


def addresses_in(text: str) -> list[str]:
    """The addresses in a text that lead to a known review site, as they stand there."""
    found = (each.group().rstrip(".,;:!?)") for each in _ADDRESS.finditer(str(text)))
    return [address for address in found if _is_known(address)]


def _is_known(address: str) -> bool:
    try:
        return bool(kind_of(address))
    except ValueError:  # what looks like an address and is none
        return False


def invitation_in(text: str) -> str:
    """What in a text asks for a review on a known site, by its address or by its name; empty where nothing does."""
    found = addresses_in(text) or (site_names(text) if review_words(text) else [])
    return found[0] if found else ""


def review_words(text: str) -> list[str]:
    """What in a text speaks of a public review: each once, as it stands there."""
    return _found(_WORDS, text)


def score_words(text: str) -> list[str]:
    """What in a text speaks of a score or of answering a survey."""
    return _found(_SCORES, text)


def site_names(text: str) -> list[str]:
    """The review sites that a text names. A thing may be called after some of them, such as a gift card."""
    return _found(_SITES, text)


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(each.group() for each in pattern.finditer(str(text))))
