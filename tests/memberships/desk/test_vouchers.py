from __future__ import annotations

import pytest

from memberships import clock
from memberships.models import AuditEntry, Voucher
from memberships.stripe import voucher_till
from memberships.vouchers import claiming, links
from tests.memberships.browsing import text
from tests.memberships.builders import person
from tests.memberships.conftest import holds_pro
from tests.memberships.desk.acting import address, at_the_desk
from tests.memberships.vouchers.giving import bought_at

pytestmark = pytest.mark.django_db


def test_support_gives_the_money_of_a_claimed_gift_back_with_a_reason(client, local_stripe):
    reader, voucher = person("reader@example.org"), voucher_till.settle(bought_at(local_stripe), clock.now())
    claiming.claim(links.new_token(voucher), reader, clock.now())
    act = address("voucher", "give_back", voucher.pk)
    at_the_desk(client, "Sales")
    assert "was claimed on" in text(client.get(address("voucher", "change", voucher.pk)))
    assert client.post(act, {"reason": "They wrote."}).status_code in {302, 403}
    assert holds_pro(reader)

    at_the_desk(client, "Support")
    page = text(client.get(act))
    assert "$300.00 go back to Karim." in page
    assert "stops reading with the gift at once" in page
    assert client.post(act, {"reason": ""}).status_code == 422
    done = client.post(act, {"reason": "They wrote."}, follow=True)

    assert "The money is on its way" in text(done)
    row = Voucher.objects.get()
    assert (row.state, row.refund_note, holds_pro(reader)) == (Voucher.State.VOID, "They wrote.", False)
    assert AuditEntry.objects.filter(verb="refund of a gift asked for", subject_id=str(row.public_id)).exists()
