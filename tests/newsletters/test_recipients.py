"""Addresses are found by their index, whatever case they were typed in."""

import pytest
from django.db import connection

from newsletters.models import Recipient
from newsletters.recipients import recipient_for
from tests.newsletters.builders import AT

pytestmark = pytest.mark.django_db


def test_an_address_is_found_by_its_index_and_made_once():
    made = recipient_for("Ann@Example.org", AT)
    assert recipient_for("ann@EXAMPLE.org", AT) == made
    with connection.cursor() as cursor:
        # So few rows are read through; the question is whether they have to be.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "recipient_email_unique" in Recipient.objects.filter(email="ann@example.org").explain()
