"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanku.config.settings")
application = get_wsgi_application()

from sanku.warehouse.names.serving import warm_up  # noqa: E402 - settings must be there first

warm_up()
