"""Small parts of every page: icons and scores."""

from __future__ import annotations

from django import template
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from surveys import scoring
from surveys.enums import Band

register = template.Library()

LOOKS = {Band.DETRACTOR: "det", Band.PASSIVE: "pas", Band.PROMOTER: "pro"}
# The words that go with the shape: colour alone would say nothing to many.
SPOKEN = {
    Band.DETRACTOR: _("of 10, detractor"),
    Band.PASSIVE: _("of 10, passive"),
    Band.PROMOTER: _("of 10, promoter"),
}


@register.simple_tag
def icon(name: str, look: str = "") -> SafeString:
    """An icon beside words; `turn` mirrors one that points, where writing runs from right to left."""
    address = f"{static('surveys/icons.svg')}#{name}"
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}"/></svg>', f" {look}" if look else "", address
    )


@register.simple_tag
def score(value: int, size: str = "") -> SafeString:
    """A score in the colour and shape of its band, in size `sm`, `lg` or the usual one."""
    band = scoring.band(value)
    look = f"{LOOKS[band]} {size}".strip()
    return format_html(
        '<span class="score {}">{}<span class="visually-hidden"> {}</span></span>', look, value, SPOKEN[band]
    )


@register.filter
def grouped(number: int) -> str:
    """A count as it is read: 12,480."""
    return number_format(number, force_grouping=True)
