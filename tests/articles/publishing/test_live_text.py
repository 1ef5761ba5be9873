from __future__ import annotations

from articles.models.articles import Content
from articles.publishing import live_text


def test_every_shared_column_is_copied_when_published():
    """A column added to what draft and article share must be copied too, or readers never see it."""
    assert {field.name for field in Content._meta.fields} == set(live_text.SHARED)


def test_every_shared_relation_is_copied_when_published():
    assert {field.name for field in Content._meta.many_to_many} == {"topics", "industries"}
