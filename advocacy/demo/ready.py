"""What the team of Aurora keeps ready: replies in the languages of its customers, and macros."""

from __future__ import annotations

from advocacy.demo.names import Stage
from advocacy.enums import MacroOwner
from advocacy.models import Macro, SavedReply, SavedReplyText

# Each reply by what staff call it, in each language: its subject and its text.
REPLIES: dict[str, dict[str, tuple[str, str]]] = {
    "Repair is late": {
        "en": (
            "Your machine, and what happens next",
            "Dear {{ first_name }},\n\nyou are right: that took too long. I am {{ agent }}, and"
            " from today I look after it myself. Tomorrow you hear from me when your machine is back.\n\n{{ agent }}",
        ),
        "es": (
            "Su máquina, y qué pasa ahora",
            "Hola {{ first_name }}:\n\nTiene razón: ha tardado demasiado. Soy {{ agent }} y desde hoy me"
            " ocupo yo. Mañana le digo cuándo vuelve su máquina.\n\n{{ agent }}",
        ),
        "de": (
            "Ihre Maschine, und wie es weitergeht",
            "Guten Tag {{ name }},\n\nSie haben recht: Das hat zu lange gedauert. Ich bin {{ agent }} und"
            " kümmere mich ab heute selbst darum. Morgen hören Sie von mir, wann Ihre Maschine zurück ist."
            "\n\n{{ agent }}",
        ),
        "fr": (
            "Votre machine, et la suite",
            "Bonjour {{ name }},\n\nVous avez raison : cela a trop duré. Je suis {{ agent }} et je m’en"
            " occupe dès aujourd’hui. Demain, je vous dis quand votre machine revient.\n\n{{ agent }}",
        ),
        "it": (
            "La sua macchina, e che cosa succede ora",
            "Buongiorno {{ name }},\n\nha ragione: ci è voluto troppo tempo. Sono {{ agent }} e da oggi me"
            " ne occupo io. Domani le dico quando torna la sua macchina.\n\n{{ agent }}",
        ),
        "ar": (
            "جهازكم وما سيحدث الآن",
            "مرحبًا {{ first_name }}،\n\nمعكم حق: لقد طال الأمر. أنا {{ agent }} وسأتابع الموضوع بنفسي من"
            " اليوم. غدًا أخبركم بموعد عودة الجهاز.\n\n{{ agent }}",
        ),
        "zh-Hans": (
            "您的机器和接下来的安排",
            '{{ name|fallback:"您" }}，您好：\n\n您说得对，时间拖得太久了。我是 {{ agent }}，从今天起由我负责。'
            "明天我会告诉您机器何时送回。\n\n{{ agent }}",
        ),
    },
    "When may we call?": {
        "en": (
            "When may I call you?",
            "Dear {{ first_name }},\n\nthank you for your plain words. I would like to understand what"
            " happened. When may I call you, and on which number?\n\n{{ agent }}",
        ),
        "es": (
            "¿Cuándo puedo llamarle?",
            "Hola {{ first_name }}:\n\nGracias por decirlo con claridad. Quiero entender qué pasó. ¿Cuándo"
            " puedo llamarle, y a qué número?\n\n{{ agent }}",
        ),
        "de": (
            "Wann darf ich Sie anrufen?",
            "Guten Tag {{ name }},\n\ndanke für Ihre klaren Worte. Ich möchte verstehen, was geschehen ist."
            " Wann darf ich Sie anrufen, und unter welcher Nummer?\n\n{{ agent }}",
        ),
        "fr": (
            "Quand puis-je vous appeler ?",
            "Bonjour {{ name }},\n\nMerci pour votre franchise. J’aimerais comprendre ce qui s’est passé."
            " Quand puis-je vous appeler, et à quel numéro ?\n\n{{ agent }}",
        ),
    },
    "Promise made": {
        "en": (
            "What we agreed",
            "Dear {{ first_name }},\n\nas we agreed, it is done by {{ due }}. If it is not, write to"
            " me: this mail comes back to me.\n\n{{ agent }}",
        ),
        "es": (
            "Lo que acordamos",
            "Hola {{ first_name }}:\n\nComo acordamos, estará hecho antes del {{ due }}. Si no, escríbame: este"
            " correo me llega a mí.\n\n{{ agent }}",
        ),
    },
}


def keep_ready(stage: Stage) -> None:
    replies = {name: _write(stage, name, texts) for name, texts in REPLIES.items()}
    stage.made += [
        Macro.objects.create(
            name="Write, then wait three days",
            saved_reply=replies["When may we call?"],
            owner_change=MacroOwner.ME,
            waits=True,
            snooze_hours=72,
        ),
        Macro.objects.create(
            name="Ask the workshop", owner_change=MacroOwner.ME, note="Workshop asked: which part, and when?"
        ),
    ]


def _write(stage: Stage, name: str, texts: dict[str, tuple[str, str]]) -> SavedReply:
    reply = SavedReply.objects.create(name=name)
    stage.made.append(reply)
    for language, (subject, text) in texts.items():
        SavedReplyText.objects.create(reply=reply, language=language, subject=subject, text=text)
    return reply
