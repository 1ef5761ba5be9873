"""People at the desk, signed in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from memberships.models import User
from tests.articles.builders import writer


def at_the_desk(role: str) -> Client:
    person = writer(f"{role.lower()}@example.org", name=f"The {role}")
    person.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(person)
    client.person = person
    return client


@pytest.fixture
def journalist(db) -> Client:
    return at_the_desk("Journalist")


@pytest.fixture
def editor(db) -> Client:
    return at_the_desk("Editor")


@pytest.fixture
def support(db) -> Client:
    return at_the_desk("Support")


@pytest.fixture
def reader(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("reader@example.org"))
    return client
