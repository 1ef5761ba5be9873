"""The evidence of one contract: everything that is kept, once, to whoever answers disputes, and written down."""

from __future__ import annotations

import json
import re
import zlib
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from memberships import clock
from memberships.evidence import Block
from memberships.models import AuditEntry, Consent, Dispute, Invoice, Refund, Voucher
from newsletters import messages
from newsroom.pages import evidence_pdf
from tests.memberships.browsing import text
from tests.memberships.builders import person, subscription
from tests.memberships.desk.acting import address, at_the_desk
from tests.memberships.vouchers.giving import draft

pytestmark = pytest.mark.django_db
LAYLA = "ليلى الخطيب"


@pytest.fixture
def contract():
    at = clock.now()
    payer = person("layla@example.org", name=LAYLA)
    row = subscription(payer, stripe_id="sub_layla")
    invoice = Invoice.objects.create(
        customer=row.customer, subscription=row, stripe_id="in_1", number="C-1", status="paid", currency="usd",
        amount_due=30000, amount_paid=30000, issued_at=at, synced_at=at,
    )  # fmt: skip
    Refund.objects.create(
        invoice=invoice, stripe_id="re_1", payment_ref="pi_1", status="succeeded", amount=12000, currency="usd",
        asked_at=at,
    )  # fmt: skip
    Dispute.objects.create(
        invoice=invoice, stripe_id="du_1", status="needs_response", amount=18000, currency="usd", opened_at=at,
        synced_at=at, due_at=at + timedelta(days=9),
    )  # fmt: skip
    Consent.objects.create(
        visit=payer.public_id, person=payer.public_id, plan_key="pro_annual", amount=30000, currency="usd",
        interval="year", trial_days=7, first_charge_at=at, locale="ar", words="٧ أيام مجانًا", words_at_the_till="300",
        given_at=at, address="192.0.2.7", user_agent="Browser",
    )  # fmt: skip
    messages.payment_receipt(invoice, at)
    return row


def test_everything_that_is_kept_is_in_it(client, contract):
    staff = at_the_desk(client, "Support")
    door = client.get(address("dispute", "evidence", Dispute.objects.get().pk))["Location"]
    assert door == client.get(address("subscription", "evidence", contract.pk))["Location"]
    page = client.get(door)
    assert "give it to the bank only" in text(page)
    # The desk's own parts do not run under the policy of the public pages.
    assert page["Content-Security-Policy"] == client.get(reverse("admin:index"))["Content-Security-Policy"]
    assert not AuditEntry.objects.filter(verb="evidence packed").exists()

    answer = client.post(door)

    pack = ZipFile(BytesIO(answer.content))
    assert sorted(pack.namelist()) == ["evidence.json", "evidence.pdf"]
    said = json.loads(pack.read("evidence.json"))
    assert said["contract"][0]["person"] == LAYLA
    assert said["consents"][0]["network_address"] == "192.0.2.7"
    assert said["consents"][0]["words"] == "٧ أيام مجانًا"
    assert (said["invoices"][0]["number"], said["invoices"][0]["paid"]) == ("C-1", "$300.00")
    assert said["refunds"][0]["amount"] == "$120.00"
    assert said["disputes"][0]["status"] == "needs_response"
    assert [row["kind"] for row in said["messages"]] == ["payment_receipt"]
    assert {"rights_to_read", "sign_ins", "withdrawals", "turns", "stories_opened", "reading_history"} <= said.keys()
    assert pack.read("evidence.pdf").startswith(b"%PDF-")
    assert AuditEntry.objects.get(verb="evidence packed").actor == staff


def test_a_gift_bought_without_an_account_has_its_own(client):
    voucher = draft(buyer_name=LAYLA, buyer_email="Layla@Example.org")
    page = address("voucher", "evidence", voucher.pk)
    at_the_desk(client, "Support")
    assert client.get(page, follow=True).status_code == 404, "nothing was paid"
    at = clock.now()
    Voucher.objects.filter(pk=voucher.pk).update(state="paid", paid_at=at, payment_ref="pi_1", expires_at=at)
    messages.gift_bought(voucher, at)

    answer = client.post(client.get(page)["Location"])

    said = json.loads(ZipFile(BytesIO(answer.content)).read("evidence.json"))
    assert (said["contract"][0]["person"], said["contract"][0]["payment"]) == (LAYLA, "pi_1")
    agreed = said["consents"][0]
    assert (agreed["words"], agreed["first_amount"], agreed["billed_every"]) == ("A gift", "$300.00", "once")
    assert (said["delivery"][0]["address"], said["refunds"]) == ("rana@example.org", [])
    assert [row["kind"] for row in said["messages"]] == ["gift_bought"]
    assert AuditEntry.objects.get(verb="evidence packed").subject_id == str(voucher.public_id)


def test_nobody_else_gets_it(client, contract):
    door = reverse("admin:evidence", args=[contract.pk])
    for who in (None, contract.customer.user):
        if who:
            client.force_login(who)
        for answer in (client.get(door), client.post(door)):
            assert answer["Location"].startswith("/admin/login/")
    at_the_desk(client, "Editor")
    assert client.post(door).status_code == 302
    assert not AuditEntry.objects.exists()


def test_arabic_is_joined_as_it_is_written():
    """One letter three times over is drawn as three: its first, its middle and its last form."""
    sheet = evidence_pdf.written("E", [], [Block.of("person", "name", [("ببب",)])])

    streams = re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", sheet, re.S)
    page = next(each for each in map(zlib.decompress, streams) if b"BT" in each[:400])
    arabic = re.search(rb"/F4 8.00 Tf(.*?)ET", page, re.S)[1]
    assert len(set(re.findall(rb"\((..)\) Tj", arabic, re.S))) >= 3
