"""What a comment is about, by words: lists per language, and how they are matched. Pure; nothing is translated.

Texts are compared in NFKC, casefolded, and without accents where the language allows that. Languages that part words
by spaces are matched by whole words, others by plain substring. `deliver*` is whatever begins so. In Arabic and Hebrew
a particle that is written together with its word ("the", "and", "in") is no part of the word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from surveys import languages

# Part of every version: comments are tagged anew when the way of matching changes.
METHOD = 1
LONGEST_WORD, LONGEST_TEXT, SHORTEST_PREFIX = 80, 10_000, 2
WINDOW = 3  # tokens before a word, or letters in scripts without spaces
BEHIND = 8  # letters behind a word, where a language denies at the end
UNSPACED = frozenset({"zh", "ja", "th"})
# A letter with an accent is a letter of its own in the other languages.
ACCENTS_FOLD = frozenset({"en", "es", "fr", "it", "pt", "nl", "ar", "he", "el", "cy"})
PARTICLES: Mapping[str, re.Pattern[str]] = {
    "ar": re.compile(r"(?:[وف]?(?:ال|لل|[بك]ال)|[وفبلك])(?=..)"),
    "he": re.compile(r"(?:[ושכ]{0,2}[הבלמ]|[וש])(?=..)"),
}
NEGATIONS: Mapping[str, str] = {
    "en": "no not never without none neither nor cannot hardly isn aren wasn weren don doesn didn won wouldn couldn",
    "es": "no ni nunca jamás sin tampoco nada ningún ninguna",
    "ar": "لا لم لن ليس ليست غير بدون دون ما بلا",
    "it": "non né mai senza nessun nessuna nessuno neppure",
    "de": "nicht kein keine keinen keiner keinem nie niemals ohne weder",
    "fr": "pas ne n jamais sans aucun aucune ni plus",
    "pt": "não nem nunca jamais sem nenhum nenhuma",
    "nl": "niet geen nooit zonder noch",
    "tr": "değil yok asla hiç ne",
    "he": "לא אין בלי ללא אף מעולם",
    "zh": "不 没 無 无 未 别 非",
    "ja": "ない ません なかった ず",
}
DENIES_BEHIND = frozenset({"ja", "tr"})
_SCRIPTS = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("CJK", "zh"), ("ARABIC", "ar"), ("HEBREW", "he"), ("THAI", "th"),
    ("HANGUL", "ko"), ("CYRILLIC", "ru"), ("GREEK", "el"), ("LATIN", "Latn"),
)  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Hit:
    """A word of a list in a text: where it stands there, and whether something near it denies it."""

    theme: int
    word: str
    start: int
    length: int
    is_negated: bool = False


# --------------------------------------------------------------------------------------------------------------- texts


@dataclass(frozen=True)
class Folded:
    """A text as it is compared; `places` says from which letter of the original each of its letters comes."""

    text: str
    places: Sequence[int]
    end: int

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where these letters stand in the original: the first of them, and how many."""
        first = self.places[start]
        last = self.places[end] if end < len(self.places) else self.end
        return first, max(last - first, 1)


def fold(text: str, language: str) -> Folded:
    text = text[:LONGEST_TEXT]
    family = _family(language)
    if text.isascii() and family != "tr":
        return Folded(text.lower(), range(len(text)), len(text))
    letters: list[str] = []
    places: list[int] = []
    for start, cluster in _clusters(text):
        for letter in _letters(cluster, family):
            letters.append(letter)
            places.append(start)
    return Folded("".join(letters), places, len(text))


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each letter together with the marks that follow it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, text[start:at]
            start = at


def _letters(cluster: str, family: str) -> str:
    if family == "tr":
        cluster = cluster.replace("İ", "i").replace("I", "i").replace("ı", "i")
    folded = unicodedata.normalize("NFKC", cluster).casefold()
    if family in ACCENTS_FOLD:
        parted = unicodedata.normalize("NFD", folded)
        folded = "".join(letter for letter in parted if not unicodedata.combining(letter))
        folded = folded.translate(_SAME)
    return unicodedata.normalize("NFKC", folded)


# Letters of Arabic that are written in more than one way, and the stroke that only makes a word longer.
_SAME = str.maketrans({"ى": "ي", "ة": "ه", "ـ": "", "’": "'"})


def _family(language: str) -> str:
    return language.partition("-")[0].lower()


def language_of(text: str, spoken: str, known: Iterable[str]) -> str:
    """Whose lists a text is held against: those of the survey's language, where the text is written in its script;
    else those of the script. Empty: there are no lists for it."""
    known = set(known)
    script = _script(text)
    named = _nearest(spoken, known)
    if named and script in {"", _script_of(named)}:
        return named
    by_script = "zh-Hans" if script == "zh" else script
    return by_script if by_script in known else named


def _nearest(spoken: str, known: set[str]) -> str:
    near = next((tag for tag in languages.chain(spoken) if tag in known), "")
    family = _family(spoken)
    return near or next((tag for tag in sorted(known) if family != "zh" and _family(tag) == family), "")


def _script_of(language: str) -> str:
    family = _family(language)
    return family if family in {"ja", "zh", "ar", "he", "th", "ko", "ru", "el"} else "Latn"


def _script(text: str) -> str:
    """The script that most letters are of; a Japanese text also has Chinese ones."""
    counts: dict[str, int] = defaultdict(int)
    for letter in text[:500]:
        if letter.isalpha():
            counts["Latn" if letter.isascii() else _script_of_letter(letter)] += 1
    if counts.get("ja"):
        counts["ja"] += counts.pop("zh", 0)
    return max(sorted(counts), key=lambda name: counts[name], default="")


def _script_of_letter(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for start, script in _SCRIPTS if name.startswith(start)), "")


# --------------------------------------------------------------------------------------------------------------- lists


@dataclass(frozen=True)
class Line:
    """One line of a list, and what is wrong with it; empty: nothing."""

    number: int
    word: str
    fault: str = ""


def parse(words: str, language: str) -> list[Line]:
    """The lines of a list. A fault is one of `long`, `star`, `short`, `letterless` and `twice`."""
    found: list[Line] = []
    seen: set[str] = set()
    for number, line in enumerate(words.splitlines(), 1):
        word = " ".join(line.split())
        if not word:
            continue
        key = fold(word, language).text
        found.append(Line(number, word, _fault(word, key, language) or ("twice" if key in seen else "")))
        seen.add(key)
    return found


def _fault(word: str, key: str, language: str) -> str:
    bare = key.rstrip("*")
    if len(word) > LONGEST_WORD:
        return "long"
    if "*" in bare or key.endswith("**") or (key.endswith("*") and _family(language) in UNSPACED):
        return "star"
    if not _TOKEN.search(bare):
        return "letterless"
    return "short" if key.endswith("*") and len(_TOKEN.findall(bare)[-1]) < SHORTEST_PREFIX else ""


@dataclass(frozen=True)
class _Pattern:
    """A word or phrase: its tokens, and whether the last one is only a beginning."""

    theme: int
    word: str
    tokens: tuple[str, ...]
    is_prefix: bool


@dataclass
class Lists:
    """The lists of one language, made ready once."""

    language: str
    by_token: dict[str, list[_Pattern]] = field(default_factory=lambda: defaultdict(list))
    by_prefix: dict[str, list[_Pattern]] = field(default_factory=lambda: defaultdict(list))
    lengths: tuple[int, ...] = ()
    by_theme: dict[int, tuple[re.Pattern[str], dict[str, str]]] = field(default_factory=dict)
    denials: frozenset[str] = frozenset()

    def hits(self, text: str) -> list[Hit]:
        """The first word of each theme that nothing denies, else the first; in the order of the text."""
        folded = fold(text, self.language)
        found: dict[int, Hit] = {}
        for hit in self._in_letters(folded) if self.by_theme else self._in_words(folded):
            standing = found.get(hit.theme)
            if standing is None or (standing.is_negated and not hit.is_negated):
                found[hit.theme] = hit
        return sorted(found.values(), key=lambda hit: (hit.start, hit.theme))

    def _in_words(self, folded: Folded) -> Iterator[Hit]:
        tokens = list(_TOKEN.finditer(folded.text))
        words = [token.group() for token in tokens]
        bare = [_without_particle(word, self.language) for word in words]
        for at in range(len(words)):
            for pattern in self._beginning(words[at], bare[at]):
                last = at + len(pattern.tokens) - 1
                if last < len(words) and self._goes_on(pattern, words, bare, at):
                    start, length = folded.place(tokens[at].start(), tokens[last].end())
                    yield Hit(pattern.theme, pattern.word, start, length, self._is_denied(words, at, last))

    def _beginning(self, *words: str) -> Iterator[_Pattern]:
        for word in dict.fromkeys(words):
            yield from self.by_token.get(word, ())
            for length in self.lengths:
                if length > len(word):
                    break
                yield from self.by_prefix.get(word[:length], ())

    def _goes_on(self, pattern: _Pattern, words: Sequence[str], bare: Sequence[str], at: int) -> bool:
        for place, token in enumerate(pattern.tokens[1:], at + 1):
            is_start = pattern.is_prefix and place == at + len(pattern.tokens) - 1
            here = (words[place], bare[place])
            if not any(word.startswith(token) if is_start else word == token for word in here):
                return False
        return True

    def _is_denied(self, words: Sequence[str], first: int, last: int) -> bool:
        near = words[max(0, first - WINDOW) : first]
        if _family(self.language) in DENIES_BEHIND:
            near = [*near, *words[last + 1 : last + 1 + WINDOW]]
        return not self.denials.isdisjoint(near)

    def _in_letters(self, folded: Folded) -> Iterator[Hit]:
        for theme, (pattern, written) in self.by_theme.items():
            for match in pattern.finditer(folded.text):
                start, length = folded.place(match.start(), match.end())
                is_negated = self._is_denied_near(folded.text, match.start(), match.end())
                yield Hit(theme, written[match.group()], start, length, is_negated)

    def _is_denied_near(self, text: str, start: int, end: int) -> bool:
        behind = _family(self.language) in DENIES_BEHIND
        near = text[end : end + BEHIND] if behind else text[max(0, start - WINDOW) : start]
        return any(word in near for word in self.denials)


def _without_particle(word: str, language: str) -> str:
    pattern = PARTICLES.get(_family(language))
    return pattern.sub("", word, count=1) if pattern and pattern.match(word) else word


def compiled(language: str, words: Mapping[int, str]) -> Lists:
    """The lists of a language by theme. Lines with a fault are left out."""
    family = _family(language)
    denials = frozenset(fold(word, language).text for word in NEGATIONS.get(family, "").split())
    lists = Lists(language, denials=denials)
    for theme in sorted(words):
        good = [line.word for line in parse(words[theme], language) if not line.fault]
        if family in UNSPACED:
            _add_letters(lists, theme, good)
        else:
            _add_words(lists, theme, good)
    lists.lengths = tuple(sorted({len(start) for start in lists.by_prefix}))
    return lists


def _add_letters(lists: Lists, theme: int, words: Iterable[str]) -> None:
    written = {fold(word, lists.language).text: word for word in words}
    longest_first = sorted(written, key=lambda word: (-len(word), word))
    if written:
        lists.by_theme[theme] = (re.compile("|".join(_anywhere(word) for word in longest_first)), written)


def _anywhere(word: str) -> str:
    """Latin words are words in every script: "app" is not in "happy"."""
    plain = re.escape(word)
    return rf"(?<![a-z0-9]){plain}(?![a-z0-9])" if word.isascii() else plain


def _add_words(lists: Lists, theme: int, words: Iterable[str]) -> None:
    for word in words:
        key = fold(word, lists.language).text
        tokens = tuple(_TOKEN.findall(key))
        pattern = _Pattern(theme, word, tokens, key.endswith("*"))
        index = lists.by_prefix if pattern.is_prefix and len(tokens) == 1 else lists.by_token
        index[tokens[0]].append(pattern)
