"""The survey side: contacts, campaigns, mail, answers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        import config.checks  # noqa: F401 - registers them
        import surveys.receivers  # noqa: F401 - connects them
        from surveys import mail, ports, questions, reasons, reminders, splicing, testmails, wishes
        from surveys.enums import Purpose

        ports.register_letter("invitation", mail.invitation, splicer=splicing.invitations)
        for letter in reminders.LETTERS:
            ports.register_letter(letter, mail.reminder)
        ports.register_letter(testmails.LETTER, testmails.letter)
        ports.register_guard(Purpose.RESEARCH, reminders.may_leave)
        ports.register_guard(Purpose.RESEARCH, wishes.may_ask)
        ports.register_guard(Purpose.MARKETING, wishes.may_offer)
        ports.register_block(reasons.BLOCK)
        ports.register_block(questions.BLOCK)
