"""A bracket at the end of a name stays there, whichever way the sentence runs."""

from __future__ import annotations

import pytest
from django.utils import translation

from newsletters.rendering.isolating import isolated

FSI, PDI = "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("language", "name", "is_apart"),
    [
        ("ar", "Middle East Minute (AM)", True),
        ("ar", "موجز الصباح (الخليج)", False),
        ("en", "موجز الصباح (الخليج)", True),
        ("en", "Middle East Minute (AM)", False),
        ("ar", "24/7", False),
        ("ar", "", False),
        ("ar", "9 to 5!", True),
    ],
)
def test_only_a_name_that_runs_the_other_way_is_set_apart(language, name, is_apart):
    with translation.override(language):
        assert isolated(name) == (f"{FSI}{name}{PDI}" if is_apart else name)
