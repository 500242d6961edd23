"""What staff wrote down: after a call, for each other, and as a promise. By theme, so that it fits what was said."""

from __future__ import annotations

# theme: (what was said when the contact was reached, what was promised)
TALK: dict[str, list[tuple[str, str]]] = {
    "Repair": [
        (
            "Apologised for the weeks without a machine. The workshop had waited for a pump and told nobody.",
            "A loaner machine arrives, and a call each Friday until theirs is back",
        ),
        (
            "She keeps a café running on one machine. Found hers on the shelf, moved it to the front of the line.",
            "The machine leaves the workshop",
        ),
        ("The fault came back after the repair. Booked the senior technician, with the part in the bag this time.", ""),
    ],
    "Speed of support": [
        ("Ten days without an answer: the ticket had been merged into another. Solved it during the call.", ""),
        ("On hold for half an hour twice. Gave my direct number; the setting itself took two minutes.", ""),
    ],
    "Support": [
        (
            "Had told the story to five people. Read all five notes before calling, so this was not the sixth time.",
            "",
        ),
        ("Felt talked down to. Apologised without excuses; went through the settings together.", ""),
    ],
    "Delivery": [
        (
            "Parcel found at a neighbour's. Beans had gone stale, so a fresh box is on its way at our cost.",
            "A fresh box arrives, to be handed over in person",
        ),
        ("Third late delivery this year. Changed the carrier for this address.", ""),
    ],
    "Billing": [
        (
            "Cancelled in spring, still charged. Stopped the run by hand and sent the refund while we spoke.",
            "The refund is on the account",
        ),
        ("Wrong tax number on every invoice. Corrected it and sent the last three again.", "The new invoices arrive"),
    ],
    "Price": [
        ("Learned of the increase from the invoice. Old price kept for the rest of the term.", ""),
        (
            "Compared us with two others. Explained what the care plan covers. Polite, not convinced.",
            "",
        ),
    ],
    "Reliability": [
        (
            "Second pump in 14 months. Exchanged the machine instead of repairing it once more.",
            "The new machine is delivered and set up",
        ),
        ("Leaks each morning: the seal of that series. Technician booked, seal and hose replaced for free.", ""),
    ],
    "Product quality": [
        ("Coffee not hot enough. Guided through the temperature setting; a cup thermometer is in the post.", ""),
        ("Cracked housing. It was a fault in the material: sent a new side panel, no charge.", ""),
    ],
    "Ease of use": [
        ("The lights are confusing. Walked through them on the phone, sent the one-page card for the wall.", ""),
        ("Descaling beeps at every step. Showed how to mute it; noted the wish.", ""),
    ],
    "App": [
        ("The update had wiped the recipes. Restored them from the backup of the day before.", ""),
        ("The app could not find the machine. It had changed its network name; works again.", ""),
    ],
    "Getting started": [
        (
            "Nobody had mentioned the power line. We pay half of the bill.",
            "Half of the electrician's bill is paid back",
        ),
        ("The set-up call came too late. Did it now, in half an hour, with both colleagues on the line.", ""),
    ],
    "Sustainability": [("Too big a box for two samples. No excuse; passed it on, it is on the list for spring.", "")],
    "Something else": [
        ("Could not say what exactly was missing. Thanked for the honesty, asked what would make it a nine.", ""),
        ("Short call. Nothing is wrong, it is simply not exciting. Fair enough.", ""),
    ],
}
UNREACHED = [
    "Rang long, no answer.",
    "Mailbox. Left my name and number.",
    "Colleague says back tomorrow after ten.",
    "Busy twice.",
]
WRITTEN = ["Wrote in their language, asked for a good time to call.", "Sent a short mail with my direct number."]
NOTES = [
    "Sounded tired rather than angry. Give it time, do not sell anything.",
    "Renewal is in two months: tell the account owner before that.",
    "Prefers to write. Speaks for three sites.",
    "Same series as the other two leaks of this month. Told the workshop.",
    "Has recommended us before. Worth the extra hour.",
]
CONTRADICTION = "The words are pure praise and the score is low. Asked: the scale was read the wrong way round."
MISCLICK = "Pressed the wrong end of the scale and corrected it at once. Very happy, as the words say."
SINCE_REOPENED = "Called us: what was promised has not come. Open again until it is there."
NO_CONTACT_NOTE = "Reached. Wishes no further calls about this, and said so kindly."
NO_FIX_NOTE = "Reached. Nothing we can change; explained why, and that it was heard."
CANNOT_PLEASE_NOTE = "Reached for the third time. Would be content with a free machine only."
LEFT_NOTE = "Had cancelled before we called. Asked for the reason, wished them well."
WRONG_NOTE = "This person has left the firm; the answer came from a shared mailbox."
