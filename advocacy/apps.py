"""The advocacy side: what is done about the answers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdvocacyConfig(AppConfig):
    name = "advocacy"
    verbose_name = _("Advocacy")

    def ready(self) -> None:
        from advocacy import (
            announcing,
            answering,
            asking,
            blocks,
            digest,
            escalation,
            exits,
            inviting,
            letters,
            linkback,
            mail,
            mentions,
            notices,
            perks,
            pictures,
            pledges,
            privacy,
            promises,
            receivers,  # noqa: F401 - hears of the moves of fixes
            releases,
            rewards,
        )
        from advocacy.enums import PerkLetterKind
        from surveys import ports

        asking.register()
        blocks.register()
        pictures.register()
        inviting.register()
        privacy.register()
        promises.register()
        ports.register_letter(asking.LETTER, mail.ask)
        ports.register_letter(exits.LETTER, mail.exit_link)
        ports.register_letter(releases.LETTER, mail.release)
        ports.register_letter(rewards.LETTER, mail.reward_code)
        ports.register_letter(answering.LETTER, answering.letter)
        ports.register_letter(announcing.LETTER, announcing.letter)
        ports.register_letter(escalation.LETTER, escalation.letter)
        ports.register_letter(notices.LETTER, notices.letter)
        ports.register_letter(digest.LETTER, digest.letter)
        ports.register_letter(letters.LETTER, letters.letter)
        ports.register_letter(mentions.LETTER, mentions.letter)
        ports.register_letter(pledges.LETTER, pledges.letter)
        ports.register_letter(pictures.LETTER, pictures.letter)
        ports.register_letter(linkback.LETTER, linkback.letter)
        for kind in PerkLetterKind:
            ports.register_letter(perks.letter_name(kind), mail.perk)
