"""Addresses that strangers are led to: https and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    URLField = models.URLField[str, str]
else:
    URLField = models.URLField

LONGEST_ADDRESS = 500


class SecureURLField(URLField):
    """An address that begins with https://. No other scheme gets in, and none leads anywhere else than it says."""

    default_validators = [
        URLValidator(
            schemes=["https"],
            message=_("Write an address that begins with https://, such as https://example.com/help."),
        )
    ]

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", LONGEST_ADDRESS)
        super().__init__(*args, **options)

    def formfield(self, *args: Any, **options: Any) -> Any:
        return super().formfield(*args, **{"assume_scheme": "https", **options})

    def to_python(self, value: Any) -> Any:
        """The scheme in small letters, as the database looks for it."""
        text = super().to_python(value)
        return f"https://{text[8:]}" if isinstance(text, str) and text[:8].lower() == "https://" else text


def is_secure(name: str, *, blank: bool = False) -> Q:
    """The same as a constraint."""
    condition = Q(**{f"{name}__startswith": "https://"})
    return condition | Q(**{name: ""}) if blank else condition
