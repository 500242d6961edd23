"""The WSGI entry point, for granian and any other server."""

from __future__ import annotations

import os
from importlib import import_module

import django
from django.conf import settings

from config.front import Front
from config.heap import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)
application = Front()
import_module(settings.ROOT_URLCONF)
settle()
