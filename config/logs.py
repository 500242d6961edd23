"""What a log must not tell."""

from __future__ import annotations

import logging
import re

from django.conf import settings

_TOKEN = re.compile(rf"(/(?:{'|'.join(settings.PUBLIC_PREFIXES)})/)[^/\s?]+")


class MaskTokens(logging.Filter):
    """Public addresses carry tokens: whoever reads the log could answer for somebody else."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_TOKEN.sub(r"\1…", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
