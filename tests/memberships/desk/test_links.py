"""Links that open closed texts, taken back by staff: gifts by their list, passes beside the recipient."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from memberships import clock, gift_links, passes
from memberships.models import AuditEntry, GiftLink
from tests.factories.newsletters import make_recipient
from tests.memberships.builders import person
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db


def test_support_take_a_gift_back_with_a_reason(client):
    support, item, at = at_the_desk(client, "Support"), str(uuid4()), clock.now()
    link = gift_links.give(person(), item, at)
    where = address("giftlink", "take_back", link.pk)

    assert client.post(where, {"reason": ""}).status_code == 422
    assert gift_links.opens(str(link.public_id), item, at, counts=False)
    client.post(where, {"reason": "It stood on a forum"})

    assert not gift_links.opens(str(link.public_id), item, at, counts=False)
    entry = AuditEntry.objects.get(verb="gift link taken back")
    assert (entry.actor, entry.details["reason"]) == (support, "It stood on a forum")


def test_looking_at_a_gift_shows_no_link(client):
    at_the_desk(client, "Support")
    link = gift_links.give(person(), str(uuid4()), clock.now())
    page = client.get(address("giftlink", "change", link.pk)).content.decode()
    assert str(link.public_id) not in page


def test_sales_may_look_and_not_take_back(client):
    at_the_desk(client, "Sales")
    link = gift_links.give(person(), str(uuid4()), clock.now())
    assert client.get(address("giftlink", "change", link.pk)).status_code == 200
    assert client.post(address("giftlink", "take_back", link.pk), {"reason": "x"}).status_code == 403
    assert GiftLink.objects.get().revoked_at is None


def test_support_revoke_the_passes_of_a_recipient(client):
    support, at, item = at_the_desk(client, "Support"), clock.now(), str(uuid4())
    recipient = make_recipient()
    token = passes.issue(recipient.public_id, item, at.date())
    assert passes.opens(token, item, at)

    client.post(
        reverse("admin:newsletters_recipient_revoke_passes", args=[recipient.pk]), {"reason": "Forwarded to all"}
    )

    assert not passes.opens(token, item, at)
    assert AuditEntry.objects.get(verb="passes revoked").actor == support
