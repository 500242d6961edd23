"""The advocacy side: what is done about the answers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdvocacyConfig(AppConfig):
    name = "advocacy"
    verbose_name = _("Advocacy")

    def ready(self) -> None:
        from advocacy import asking, blocks, escalation, exits, mail, privacy, promises
        from surveys import ports

        asking.register()
        blocks.register()
        privacy.register()
        promises.register()
        ports.register_letter(asking.LETTER, mail.ask)
        ports.register_letter(exits.LETTER, mail.exit_link)
        ports.register_letter(escalation.LETTER, escalation.letter)
