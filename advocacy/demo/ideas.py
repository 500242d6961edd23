"""The fixes of Aurora: ideas, plans, what was shipped and told, and what was declined, each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from advocacy.demo.voices import Comment
from advocacy.enums import FixStatus
from surveys.enums import Band


@dataclass(frozen=True)
class Idea:
    """A fix with its days: how long ago it was noted, planned, shipped, announced or declined; 0 is not at all."""

    title: str
    theme: str
    status: FixStatus
    description: str
    words: str  # what the comments behind it have in common, as a regular expression; empty: the reason is enough
    reason_key: str
    noted: int
    author: str = "dana.whitfield"
    owner: str = ""
    planned: int = 0
    shipped: int = 0
    announced: int = 0
    declined: int = 0
    due_in: int | None = None
    reason: str = ""

    @property
    def told(self) -> int:
        """How many days ago everybody behind it was told how it ended; 0 is not yet."""
        return self.announced or self.declined

    def is_about(self, comment: Comment) -> bool:
        if comment.band == Band.PROMOTER or self.reason_key not in comment.reasons:
            return False
        return re.search(self.words, comment.text, re.IGNORECASE) is not None


# The first that fits counts, so the narrow ones stand first.
IDEAS = [
    Idea(
        "Dark mode in the app",
        "App",
        FixStatus.DECLINED,
        "Asked for now and then. The app follows the phone's own setting from the next version on.",
        r"dark mode",
        "app",
        noted=240,
        author="sofie.berg",
        owner="dana.whitfield",
        declined=170,
        reason="The connection comes first: nearly everybody who writes about the app writes about that.",
    ),
    Idea(
        "The app in proper Arabic, Japanese and Hebrew",
        "App",
        FixStatus.IDEA,
        "Mirrored words, buttons in the wrong place, stiff sentences. Have it read by people who speak it.",
        r"بالعربي|日本語|עברית",
        "app",
        noted=80,
        author="haruka.sato",
    ),
    Idea(
        "The app finds the machine again by itself",
        "App",
        FixStatus.PLANNED,
        "After a restart of the router the machine has to be added anew. Keep the pairing, try again each minute.",
        r"",
        "app",
        noted=200,
        owner="dana.whitfield",
        planned=75,
        due_in=20,
        reason="First of the app's list: more than a dozen customers are behind it.",
    ),
    Idea(
        "Tax number and right address on every invoice",
        "Billing",
        FixStatus.ANNOUNCED,
        "The VAT number of the customer stands on the PDF, and a corrected address reaches the billing the same day.",
        r"VAT|NIF|宛名|adres|vergi|صحيح",
        "billing",
        noted=430,
        owner="jonas.keller",
        planned=395,
        shipped=330,
        announced=322,
        due_in=-335,
        reason="An hour of work for us, one each month for them.",
    ),
    Idea(
        "One invoice for several sites",
        "Billing",
        FixStatus.IDEA,
        "Firms with three cafés get three invoices. One with three blocks would do.",
        r"trois sites",
        "billing",
        noted=120,
        author="ines.moreau",
    ),
    Idea(
        "Say the minimum term on the first page of the offer",
        "Price",
        FixStatus.PLANNED,
        "Nobody should find out about 12 or 24 months when they want to leave.",
        r"minimum term|permanencia|fidelidade|Kündigungsfrist|condizioni",
        "billing",
        noted=150,
        owner="nora.lindqvist",
        planned=60,
        due_in=-3,
        reason="The lawyers agree; sales writes the page.",
    ),
    Idea(
        "Stop the invoices on the day of the cancellation",
        "Billing",
        FixStatus.PLANNED,
        "A cancellation is typed into two systems by hand, and the second is forgotten. Let the first tell the second.",
        r"",
        "billing",
        noted=260,
        owner="dana.whitfield",
        planned=90,
        due_in=34,
        reason="The angriest letters we get. Nobody who left should have to write to us again.",
    ),
    Idea(
        "Yearly payment with a discount",
        "Price",
        FixStatus.DECLINED,
        "One payment a year, or a better price for large amounts.",
        r"discount|خصم|korting|新用户",
        "price_value",
        noted=300,
        author="tom.okafor",
        owner="dana.whitfield",
        declined=140,
        reason="The price of the beans changes within a year; a fixed one would have to be higher for everybody.",
    ),
    Idea(
        "Write before a price goes up",
        "Price",
        FixStatus.SHIPPED,
        "Six weeks before, in the customer's language, with the reason and the new amount.",
        r"went up|subido|زاد السعر|Aumento|grenzwertig",
        "price_value",
        noted=210,
        owner="nora.lindqvist",
        planned=160,
        shipped=12,
        due_in=-10,
        reason="It is the surprise that hurts, not the amount.",
    ),
    Idea(
        "A loaner machine while yours is with us",
        "Repair",
        FixStatus.ANNOUNCED,
        "Nobody with a care plan stays without coffee: the loaner comes with the driver who takes the machine.",
        r"",
        "repair",
        noted=300,
        owner="dana.whitfield",
        planned=270,
        shipped=205,
        announced=198,
        due_in=-210,
        reason="Repairs are the reason for the dip: weeks without a machine, and nobody calls.",
    ),
    Idea(
        "Tell the new day when a delivery moves",
        "Delivery",
        FixStatus.SHIPPED,
        "A message with the new day and a link to change it, as soon as the carrier knows.",
        r"",
        "delivery",
        noted=180,
        owner="karim.haddad",
        planned=110,
        shipped=8,
        due_in=-5,
        reason="A late parcel is forgiven, a silent one is not.",
    ),
    Idea(
        "Less plastic and smaller boxes",
        "Sustainability",
        FixStatus.ANNOUNCED,
        "Paper tape, no bag in the bag, and three sizes of box instead of one.",
        r"",
        "sustainability",
        noted=520,
        author="pavel.novak",
        owner="sofie.berg",
        planned=470,
        shipped=150,
        announced=141,
        due_in=-160,
        reason="Cheaper as well.",
    ),
    Idea(
        "A quieter grinder for offices and small flats",
        "Product quality",
        FixStatus.PLANNED,
        "A rubber mount under the grinder takes away a third of the noise. In the test kitchen since last month.",
        r"loud|ruido|condominio|laut|صوت|声音|silence",
        "product_quality",
        noted=280,
        author="pavel.novak",
        owner="sofie.berg",
        planned=45,
        due_in=70,
        reason="Ready for the next series; a kit for machines in use comes later.",
    ),
    Idea(
        "A drip tray that holds a day, a cup tray that fits a mug",
        "Product quality",
        FixStatus.IDEA,
        "The tray is full by noon in an office, and a travel mug does not fit below the spout.",
        r"lekbakje|cup tray|drip tray",
        "product_quality",
        noted=33,
        author="sofie.berg",
    ),
    Idea(
        "Descaling as a video, in every language",
        "Getting started",
        FixStatus.SHIPPED,
        "Two minutes, no words needed, and a sheet with pictures for the wall.",
        r"",
        "onboarding",
        noted=330,
        author="elif.demir",
        owner="sofie.berg",
        planned=230,
        shipped=25,
        due_in=-30,
        reason="Half of the questions of the first weeks are about this.",
    ),
    Idea(
        "Support in the evening, for those who run a bar",
        "Speed of support",
        FixStatus.IDEA,
        "Cafés call at nine in the evening and reach a tape. Two people until ten would be enough.",
        r"orario|ساعات|on hold|tardan",
        "support_speed",
        noted=58,
        author="chiara.conti",
    ),
    Idea(
        "A lock for the cleaning programme",
        "Ease of use",
        FixStatus.IDEA,
        "Colleagues press the wrong button, and the machine rinses for four minutes.",
        r"wrong button|按钮太多|Troppi menù",
        "ease_of_use",
        noted=21,
        author="pavel.novak",
    ),
]


def about(comment: Comment | None) -> Idea | None:
    """The fix that would have kept this comment from being written."""
    return next((idea for idea in IDEAS if comment and idea.is_about(comment)), None)
