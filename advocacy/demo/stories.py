"""What Aurora shows in public: entries that help, review sites, and customers who may be quoted."""

from __future__ import annotations

import datetime as dt
from itertools import islice, pairwise

from advocacy import stories
from advocacy.demo.names import Stage
from advocacy.demo.past import Answer
from advocacy.enums import ReviewKind, StoryStatus
from advocacy.models import Entry, EntryText, ReviewSite, Testimonial
from surveys import texts
from surveys.enums import Band
from surveys.models import Brand

# Each entry by what staff call it, in each language: its title, and its paragraphs.
ENTRIES: dict[str, dict[str, tuple[str, ...]]] = {
    "Pause a delivery": {
        "en": (
            "Pause or move a bean delivery",
            "Open My deliveries and choose Pause.",
            "It starts again on the day you set.",
        ),
        "es": (
            "Pausar o mover una entrega de café",
            "Abra Mis entregas y elija Pausar.",
            "Vuelve a empezar el día que usted indique.",
        ),
        "ar": (
            "إيقاف توصيل البن أو تغيير موعده",
            "افتح صفحة التوصيل واختر الإيقاف.",
            "يعود التوصيل في اليوم الذي تحدده.",
        ),
        "zh-Hans": (
            "暂停或更改咖啡豆配送",
            "打开“我的配送”，选择“暂停”。",
            "配送会在您指定的日期恢复。",
        ),
        "it": (
            "Sospendere o spostare una consegna",
            "Apri Le mie consegne e scegli Sospendi.",
            "Riparte il giorno che indichi.",
        ),
    },
    "Service plan": {
        "en": (
            "What the service plan includes",
            "One visit a year and all wearing parts.",
            "A machine on loan while yours is away.",
        ),
        "es": (
            "Qué incluye el plan de servicio",
            "Una visita al año y todas las piezas de desgaste.",
            "Una máquina de préstamo si la suya no está.",
        ),
        "it": (
            "Che cosa comprende il piano di assistenza",
            "Una visita l’anno e le parti soggette a usura.",
            "Una macchina in prestito.",
        ),
    },
    "Milk foam": {
        "en": (
            "Ten minutes to a better milk foam",
            "Begin with cold milk.",
            "Keep the tip just below the surface until the jug is warm.",
        ),
        "zh-Hans": (
            "十分钟打出更好的奶泡",
            "用冷藏的牛奶。",
            "让蒸汽头刚好没入液面，直到奶缸变热。",
        ),
    },
}
SITES = {
    "Google": (ReviewKind.GOOGLE, "https://reviews.example.com/google/aurora"),
    "Trustpilot": (ReviewKind.TRUSTPILOT, "https://reviews.example.com/trustpilot/aurora"),
}
SPOKEN = ("en", "es")  # one who may be quoted in each, and waits for a decision on it; the first is approved
# Of each language so many stand on the wall already, if so many have said something.
ON_THE_WALL = {"en": 3, "ar": 1, "zh-Hans": 1, "de": 1, "fr": 1, "ja": 1}
SOON = dt.timedelta(hours=20)
STEPS = (StoryStatus.RECEIVED, StoryStatus.APPROVED, StoryStatus.PUBLISHED)


def show_in_public(stage: Stage, answers: list[Answer]) -> None:
    brand = next(iter(stage.campaigns.values())).brand
    _write_entries(stage, brand)
    for position, (name, (kind, address)) in enumerate(SITES.items()):
        site = ReviewSite.objects.create(brand=brand, kind=kind, name=name, address=address, position=position)
        stage.made.append(site)
    for number, tag in enumerate(SPOKEN):
        answer = next((one for one in reversed(answers) if _may_be_quoted(one, tag)), None)
        if answer is not None:
            _quote(stage, brand, answer, status=StoryStatus.APPROVED if number == 0 else StoryStatus.RECEIVED)
    for tag, most in ON_THE_WALL.items():
        for answer in islice((one for one in answers if _may_be_quoted(one, tag)), most):
            _quote(stage, brand, answer, status=StoryStatus.PUBLISHED)


def _write_entries(stage: Stage, brand: Brand) -> None:
    for position, (name, words) in enumerate(ENTRIES.items()):
        entry = Entry.objects.create(name=name, brand=brand, is_offered_on_yellow=True, position=position)
        stage.made.append(entry)
        for language, (title, *paragraphs) in words.items():
            text = "\n\n".join(paragraphs)
            EntryText.objects.create(entry=entry, language=language, title=title, text=text)


def _may_be_quoted(answer: Answer, tag: str) -> bool:
    return answer.band == Band.PROMOTER and answer.response.language == tag and bool(answer.response.comment)


def _quote(stage: Stage, brand: Brand, answer: Answer, *, status: StoryStatus) -> None:
    response, contact = answer.response, answer.contact
    consent = stories.agree(response, stories.wording(brand, texts.language(response.language)))
    decided_at = min(response.submitted_at + SOON, stage.midnight)
    story = Testimonial.objects.create(
        contact=contact,
        brand=brand,
        response=response,
        consent=consent,
        words=response.comment,
        language=response.language,
        shown_name=stories.short_name(contact.name),
        shown_role=contact.account.name if contact.account else "",
        status=status,
        received_at=response.submitted_at,
        published_at=decided_at if status == StoryStatus.PUBLISHED else None,
    )
    stage.note(story, response.submitted_at, went_to=StoryStatus.RECEIVED)
    steps = {StoryStatus.RECEIVED: 0, StoryStatus.APPROVED: 1, StoryStatus.PUBLISHED: 2}[status]
    by = stage.users["nora.lindqvist"]
    for came_from, went_to in list(pairwise((StoryStatus.RECEIVED, StoryStatus.APPROVED, StoryStatus.PUBLISHED)))[
        :steps
    ]:
        stage.note(story, decided_at, came_from=came_from, went_to=went_to, by=by)
