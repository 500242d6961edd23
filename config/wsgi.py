"""The WSGI entry point, for granian and any other server."""

from __future__ import annotations

import os

import django

from config.front import Front

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
application = Front()
