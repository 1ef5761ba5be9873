from __future__ import annotations

import pytest

from memberships import valkey
from newsletters.tracking import waiting
from tests.newsletters.builders import newsletter


@pytest.fixture
def counting(settings):
    """The site counts, and nothing waits from before."""
    settings.COUNT_MAIL = True
    settings.SITE_URL = "http://testserver"
    valkey.connect().delete(waiting._stream.key)


@pytest.fixture
def letter():
    return newsletter("takeaway")
