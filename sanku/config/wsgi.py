"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanku.config.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # loads the pages now instead of with the first request
# What is loaded stays loaded: without this every full collection walks all of it in the middle of somebody's request.
gc.collect()
gc.freeze()

from sanku.warehouse.names.serving import warm_up  # noqa: E402 - settings must be there first

warm_up()
