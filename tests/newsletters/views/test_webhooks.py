"""What a provider reports, in its own words and behind its own secret: Postmark's, and Mailgun's that signs."""

import hashlib
import hmac
import json

import pytest

from newsletters import editions, messages
from newsletters.delivery.mime import message_id
from newsletters.models import Delivery, Message, Suppression
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber

pytestmark = pytest.mark.django_db
SECRET = {"Authorization": "Basic dXM6c2VjcmV0"}  # us:secret


@pytest.fixture(autouse=True)
def sends_through_postmark(settings):
    settings.EMAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:secret"}


def report(client, record: str, headers=SECRET, path="/webhooks/email/postmark/", **facts):
    return client.post(
        path, json.dumps({"RecordType": record, **facts}), content_type="application/json", headers=headers
    )


@pytest.fixture
def copy():
    letter = newsletter()
    subscriber(letter, "ann@example.org")
    made = edition(letter)
    editions.freeze(made, AT)
    Delivery.objects.update(state="accepted")
    return Delivery.objects.get()


def id_of(copy: Delivery) -> str:
    return message_id(copy.edition.public_id, copy.recipient.public_id, prefix="e")


def test_hard_bounce_stops_newsletters_to_the_address(client, copy):
    facts = {"Type": "HardBounce", "Email": "Ann@example.org", "MessageID": id_of(copy), "Description": "No such user"}
    for _again in range(2):
        assert report(client, "Bounce", **facts).status_code == 200
    copy.refresh_from_db()
    suppression = Suppression.objects.get()
    assert (copy.state, suppression.stream, suppression.reason) == ("bounced", "newsletters", "hard_bounce")
    assert suppression.recipient == copy.recipient


def test_complaint_never_stops_what_belongs_to_an_account(client):
    message = messages.welcome(person("ann@example.org"), AT)
    Message.objects.update(state="accepted")
    facts = {
        "Type": "SpamComplaint",
        "Email": "ann@example.org",
        "MessageID": message_id(message.public_id, prefix="m"),
    }
    assert report(client, "SpamComplaint", **facts).status_code == 200
    message.refresh_from_db()
    assert message.state == "complained"
    assert Suppression.objects.get().stream == "newsletters"


def test_report_about_an_unknown_message_counts_for_the_address(client, copy):
    report(client, "Bounce", Type="HardBounce", Email="ann@example.org", MessageID="somebody-elses")
    copy.refresh_from_db()
    assert copy.state == "accepted"
    assert Suppression.objects.get().recipient == copy.recipient


def test_arrival_settles_a_doubt(client, copy):
    Delivery.objects.update(state="uncertain")
    report(client, "Delivery", Recipient="ann@example.org", MessageID=id_of(copy))
    copy.refresh_from_db()
    assert copy.state == "accepted"


def test_soft_bounce_ends_nothing_and_stops_nothing(client, copy):
    report(client, "Bounce", Type="SoftBounce", Email="ann@example.org", MessageID=id_of(copy))
    copy.refresh_from_db()
    assert (copy.state, copy.settled_at) == ("accepted", None)
    assert not Suppression.objects.exists()


def test_copy_that_the_provider_would_not_send_was_refused(client, copy):
    report(client, "Bounce", Type="BadEmailAddress", Email="ann@example.org", MessageID=id_of(copy))
    copy.refresh_from_db()
    assert copy.state == "failed"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic dXM6d3Jvbmc="}])
def test_report_without_the_secret_is_refused(client, copy, headers):
    assert report(client, "Bounce", headers=headers, Type="HardBounce", Email="ann@example.org").status_code == 400
    assert not Suppression.objects.exists()


def test_garbage_is_refused(client):
    response = client.post("/webhooks/email/postmark/", "{", content_type="application/json", headers=SECRET)
    assert response.status_code == 400


@pytest.mark.parametrize("path", ["/webhooks/email/mailgun/", "/webhooks/email/nobody/"])
def test_provider_that_is_not_ours_is_unknown(client, path):
    response = report(client, "Bounce", path=path)
    assert response.status_code == 404
    assert "does not send mail through that provider" in response.content.decode()


def test_provider_without_a_secret_is_not_listened_to(client, settings):
    settings.ANYMAIL = {}
    assert report(client, "Bounce").status_code == 404


@pytest.mark.parametrize(("key", "status", "state"), [("signing", 200, "bounced"), ("other", 400, "uncertain")])
def test_signed_report_finds_the_copy_by_the_token_that_went_with_it(client, settings, copy, key, status, state):
    """Mailgun knows all letters of a call by one id of its own."""
    settings.EMAIL_PROVIDER, settings.ANYMAIL = "mailgun", {"MAILGUN_WEBHOOK_SIGNING_KEY": "signing"}
    Delivery.objects.update(state="uncertain")
    signature = hmac.new(key.encode(), b"1token", hashlib.sha256).hexdigest()
    event = {
        "event": "failed", "severity": "permanent", "recipient": "elsewhere@example.org", "timestamp": 1,
        "message": {"headers": {"message-id": "20260304.1@mailgun.example"}},
        "user-variables": {"copy": f"e{copy.edition.public_id.hex}.{copy.recipient.public_id.hex}"},
    }  # fmt: skip
    facts = {"signature": {"timestamp": "1", "token": "token", "signature": signature}, "event-data": event}
    response = client.post("/webhooks/email/mailgun/", json.dumps(facts), content_type="application/json")
    copy.refresh_from_db()
    assert (response.status_code, copy.state) == (status, state)


@pytest.mark.parametrize("provider", ["mailgun", "mailersend"])
def test_signing_provider_without_its_secret_is_not_listened_to(client, settings, provider):
    settings.EMAIL_PROVIDER, settings.ANYMAIL = provider, {}
    assert client.post(f"/webhooks/email/{provider}/", "{}", content_type="application/json").status_code == 404
