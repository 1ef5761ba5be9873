"""Whatever names a person is decided about: what their copy shows, what an erasure and a merger do with it."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import ForeignKey, Model

from memberships.models import Customer, User
from memberships.people import holdings
from newsletters.models import Recipient

NAMES_A_PERSON = (User, Recipient, Customer, EmailAddress)
KEYS = sorted(
    (model._meta.label, field.name)
    for model in apps.get_models(include_auto_created=True)
    for field in model._meta.get_fields()
    if isinstance(field, ForeignKey) and field.related_model in NAMES_A_PERSON
)


def decided() -> set[tuple[str, str]]:
    return {(holding.model._meta.label, holding.owner.split("__")[0]) for holding in holdings.every()}


def test_every_key_to_a_person_was_decided_about():
    assert [key for key in KEYS if key not in decided()] == []
    assert len(KEYS) > 35


def test_nothing_is_decided_about_twice():
    names = [(holding.model, holding.owner) for holding in holdings.every()]
    assert len(names) == len(set(names))


def ends(model: type[Model], path: str) -> object:
    for name in path.split("__"):
        field = model._meta.get_field(name)
        model = field.related_model or model
    return field


@pytest.mark.parametrize("holding", list(holdings.every()), ids=lambda each: f"{each.model._meta.label}.{each.owner}")
def test_what_a_copy_shows_exists_and_has_a_title(holding):
    for path in (*holding.shown, *holding.once_by):
        assert ends(holding.model, path)
    assert bool(holding.title) == bool(holding.shown)
    if not holding.is_by_public_id:
        assert ends(holding.model, holding.owner).related_model is User
