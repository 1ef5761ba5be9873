"""Figures in words of the page's language."""

from __future__ import annotations

import pytest
from django.utils import translation

from articles.templatetags.figures import change, figure


@pytest.mark.parametrize(("language", "written"), [("en", "12,345"), ("tr", "12.345"), ("ar", "12,345")])
def test_thousands_stand_apart_as_the_language_writes_them(language, written):
    with translation.override(language):
        assert figure(12_345) == written


def test_change_carries_its_sign_before_the_digits():
    assert [change(value) for value in (1_200, 0, -7)] == ["\u2066+1,200\u2069", "0", "\u2066−7\u2069"]
