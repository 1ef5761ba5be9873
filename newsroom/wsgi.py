"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

_django = get_wsgi_application()

from newsroom.pagecache.layer import PageCache  # noqa: E402 - it needs the settings, which Django has read only now
from newsroom.pagecache.node import this  # noqa: E402

application = PageCache(_django, this)
