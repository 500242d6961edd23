"""What a log must not tell."""

from __future__ import annotations

import logging
import re

from django.conf import settings
from django.core.exceptions import PermissionDenied

_TOKEN = re.compile(rf"(/(?:{'|'.join(settings.PUBLIC_PREFIXES)})/)[^/\s?]+")


class OneLineOfARefusal(logging.Filter):
    """Somebody may not open a page: that is no fault, and how it came to be refused is always the same."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True


class MaskTokens(logging.Filter):
    """Public addresses carry tokens: whoever reads the log could answer for somebody else."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_TOKEN.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
