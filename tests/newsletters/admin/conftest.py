"""Who works at the desk of newsletters."""

import pytest
from django.contrib.auth.models import Group

from memberships.models import User
from tests.newsletters.builders import person


@pytest.fixture
def works_as(client):
    def sign_in(role: str) -> User:
        user = person(is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return user

    return sign_in
