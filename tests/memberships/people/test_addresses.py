"""An account moves when the new mailbox agrees, comes back when the old one says so, and Stripe and letters follow."""

from __future__ import annotations

import re

import pytest

from memberships import clock
from memberships.models import AddressChange, AuditEntry, Customer, User
from memberships.people import addresses
from memberships.people.addresses import LINKS_HOLD_FOR, AddressRefused
from newsletters import recipients
from newsletters.models import Message, Recipient, Signup
from tests.memberships.browsing import text
from tests.memberships.builders import NOW, person
from tests.memberships.conftest import begin_trial
from tests.memberships.desk.acting import address, at_the_desk
from tests.newsletters.builders import newsletter

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return person("old@example.org")


def links() -> dict[str, str]:
    """Kind of message to the path of its link."""
    told = Message.objects.filter(kind__startswith="address_").order_by("pk")
    return {each.kind: re.search(r"/account/address/\S+/", each.text)[0] for each in told}


def asked(user: User, to: str = "New@example.net", at=None) -> AddressChange:
    return addresses.ask(user, to, person(is_staff=True), "They lost their mailbox", at or clock.now())


def test_account_moves_when_the_new_mailbox_agrees_and_not_before(client, reader):
    Signup.objects.create(
        recipient=recipients.recipient_of(reader, NOW), newsletter=newsletter(), state="confirmed", requested_at=NOW,
        confirmed_at=NOW,
    )  # fmt: skip
    at_the_desk(client, "Support")
    client.post(address("user", "readdress", reader.pk), {"address": "New@example.net", "reason": "Lost mailbox"})
    told = {each.kind: each.recipient.email for each in Message.objects.all()}
    assert told == {"address_agreement": "new@example.net", "address_notice": "old@example.org"}
    client.logout()
    assert "moves to" in text(client.get(links()["address_agreement"]))
    reader.refresh_from_db()
    assert reader.email == "old@example.org"

    assert client.post(links()["address_agreement"]).status_code == 200
    assert client.post(links()["address_agreement"]).status_code == 410

    reader.refresh_from_db()
    assert (reader.email, reader.email_as_typed) == ("new@example.net", "New@example.net")
    assert reader.emailaddress_set.get().verified
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["change of address asked", "address changed"]
    recipients.follow_all(NOW)
    assert Recipient.objects.get(user=reader).signups.get().state == "confirmed"


def test_old_mailbox_takes_it_back_before_and_after(client, reader):
    asked(reader)
    client.post(links()["address_notice"])
    assert client.post(links()["address_agreement"]).status_code == 410
    reader.refresh_from_db()
    assert reader.email == "old@example.org"

    Message.objects.all().delete()
    asked(reader)
    client.force_login(reader)
    client.post(links()["address_agreement"])
    assert "stays as it was" in text(client.post(links()["address_notice"]))
    reader.refresh_from_db()
    assert reader.email == "old@example.org"
    assert AddressChange.objects.filter(state="undone").count() == 2


def test_links_grow_old_and_cut_ones_say_so(client, reader):
    change = asked(reader, at=clock.now() - LINKS_HOLD_FOR)
    for token in (addresses.token_for(change, addresses.Answer.YES), "cut"):
        assert client.post(f"/account/address/{token}/").status_code == 410
    reader.refresh_from_db()
    assert reader.email == "old@example.org"


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("taken@example.org", "Take one"),
        ("OLD@example.org", "already"),
        ("second@example.org", "Take one"),
        ("x", "not an"),
    ],
)
def test_address_that_cannot_be_is_refused_with_a_sentence(reader, to, said):
    person("taken@example.org").emailaddress_set.create(email="second@example.org", verified=True)
    with pytest.raises(AddressRefused, match=said):
        asked(reader, to)
    assert not AddressChange.objects.exists()


def test_address_taken_meanwhile_moves_nobody(client, reader):
    asked(reader)
    person("new@example.net")
    answer = client.post(links()["address_agreement"])
    assert answer.status_code == 410
    assert "Take one" in text(answer)


def test_stripe_follows_every_new_address_and_is_told_once(local_stripe, reader):
    begin_trial(local_stripe, reader)
    row = Customer.objects.get(user=reader)
    assert addresses.tell_stripe(NOW) == 0
    reader.email = "Moved@example.net"
    reader.save()

    assert addresses.tell_stripe(NOW) == 1
    assert addresses.tell_stripe(NOW) == 0
    assert local_stripe.api("GET", f"customers/{row.stripe_id}")["email"] == "Moved@example.net"
