"""What providers report, each in its own words and behind its own secret."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import timedelta

import pytest
from anymail.signals import AnymailTrackingEvent
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from newsletters import editions, messages, tasks
from newsletters.checks import providers_that_report_are_known
from newsletters.delivery.mime import message_id
from newsletters.delivery.providers import reports
from newsletters.models import Delivery, Message, Report, Suppression
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber
from tests.newsletters.sending import states

pytestmark = pytest.mark.django_db
SECRET = {"Authorization": "Basic dXM6c2VjcmV0"}  # us:secret


@pytest.fixture(autouse=True)
def sends_through_postmark(settings):
    settings.EMAIL_WEBHOOK_SECRETS = {"postmark": "us:secret"}


def report(client, record: str, headers=SECRET, path="/webhooks/email/postmark/", **facts):
    body = json.dumps({"RecordType": record, **facts})
    answer = client.post(path, body, content_type="application/json", headers=headers)
    tasks.work_off_reports()
    return answer


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
    settings.EMAIL_WEBHOOK_SECRETS = {"mailgun": "key"}
    assert report(client, "Bounce").status_code == 404


@pytest.mark.parametrize(("key", "status", "state"), [("signing", 200, "bounced"), ("other", 400, "uncertain")])
def test_signed_report_finds_the_copy_by_the_token_that_went_with_it(client, settings, copy, key, status, state):
    """Mailgun knows all letters of a call by one id of its own."""
    settings.EMAIL_WEBHOOK_SECRETS |= {"mailgun": "signing"}
    Delivery.objects.update(state="uncertain")
    signature = hmac.new(key.encode(), b"1token", hashlib.sha256).hexdigest()
    event = {
        "event": "failed", "severity": "permanent", "recipient": "elsewhere@example.org", "timestamp": 1,
        "message": {"headers": {"message-id": "20260304.1@mailgun.example"}},
        "user-variables": {"copy": f"e{copy.edition.public_id.hex}.{copy.recipient.public_id.hex}"},
    }  # fmt: skip
    facts = {"signature": {"timestamp": "1", "token": "token", "signature": signature}, "event-data": event}
    response = client.post("/webhooks/email/mailgun/", json.dumps(facts), content_type="application/json")
    tasks.work_off_reports()
    copy.refresh_from_db()
    assert (response.status_code, copy.state) == (status, state)


def signed(name: str, body: bytes, key: str) -> dict[str, str]:
    """The headers by which a provider proves that the body is its own."""
    digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    if name == "postal":
        padding_, hash_ = padding.PKCS1v15(), hashes.SHA1()  # noqa: S303 - Postal's own.
        return {"X-Postal-Signature": b64encode(POSTAL_KEY.sign(body, padding_, hash_)).decode()}
    return {"mailersend": {"Signature": digest}, "mailtrap": {"Mailtrap-Signature": digest}}[name]


POSTAL_KEY = rsa.generate_private_key(65537, 2048)
POSTAL_PUBLIC = "".join(
    POSTAL_KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
    .split("\n")[1:-2]
)
BODIES = {
    "mailersend": {"type": "activity.hard_bounced", "data": {"type": "hard_bounced", "id": "1", "created_at":
        "2026-03-04T09:30:00Z", "email": {"recipient": {"email": "ann@example.org"}, "message": {"id": "ID"}}}},
    "mailtrap": {"events": [{"event": "bounce", "timestamp": 1, "message_id": "1", "email": "x", "custom_variables":
        {"copy": "ID"}}]},
    "postal": {"uuid": "1", "payload": {"status": "HardFail", "output": "550 5.1.1 unknown", "message": {"id": 7,
        "to": "x@example.org", "message_id": "ID"}}},
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_each_provider_that_signs_is_believed_by_its_own_key_alone(client, settings, copy, name):
    settings.EMAIL_WEBHOOK_SECRETS |= {name: POSTAL_PUBLIC if name == "postal" else "its own"}
    body = json.dumps(BODIES[name]).replace("ID", id_of(copy).strip("<>")).encode()
    headers = signed(name, body, "its own")
    for said, status in ((body + b" ", 400), (body, 200)):
        answer = client.post(f"/webhooks/email/{name}/", said, content_type="application/json", headers=headers)
        tasks.work_off_reports()
        assert answer.status_code == status
    copy.refresh_from_db()
    assert (copy.state, Suppression.objects.get().recipient) == ("bounced", copy.recipient)


def test_providers_with_a_signature_of_their_own_kind(client, settings, copy):
    settings.EMAIL_WEBHOOK_SECRETS = {"mandrill": "key", "unisender_go": "key"}
    assert client.head("/webhooks/email/mandrill/").status_code == 200
    assert client.get("/webhooks/email/unisender_go/").status_code == 200
    events = json.dumps([{"event": "spam", "msg": {"email": "ann@example.org"}, "_id": id_of(copy)}])
    told = f"{settings.SITE_URL}/webhooks/email/mandrill/mandrill_events{events}"
    signature = b64encode(hmac.new(b"key", told.encode(), hashlib.sha1).digest()).decode()
    path = "/webhooks/email/mandrill/"
    answer = client.post(path, {"mandrill_events": events}, headers={"X-Mandrill-Signature": signature})
    assert answer.status_code == 200

    facts = {"auth": "key", "events_by_user": [{"events": [{"event_name": "transactional_email_status", "event_data": {
        "status": "hard_bounced", "email": "bob@example.org", "event_time": "2026-03-04 09:30:00",
        "delivery_info": {"delivery_status": "err_user_unknown"}}}]}]}  # fmt: skip
    subscriber(copy.edition.newsletter, "bob@example.org")
    auth = hashlib.md5(json.dumps(facts).encode()).hexdigest()  # noqa: S324 - Unisender's own.
    body = json.dumps(facts | {"auth": auth})
    answer = client.post("/webhooks/email/unisender_go/", body, content_type="application/json")
    assert answer.status_code == 200
    tasks.work_off_reports()
    reasons = Suppression.objects.values_list("recipient__email", "reason").order_by("recipient__email")
    assert list(reasons) == [("ann@example.org", "complaint"), ("bob@example.org", "hard_bounce")]


def test_amazon_names_its_password_when_asked_and_a_person_opens_the_link_by_which_it_begins(client, settings):
    settings.EMAIL_WEBHOOK_SECRETS = {"amazon_ses": "us:secret"}
    facts = {"Type": "SubscriptionConfirmation", "MessageId": "1", "SubscribeURL": "https://sns.example/?Token=1"}
    posting = {"data": json.dumps(facts), "content_type": "text/plain", "path": "/webhooks/email/amazon_ses/"}
    assert client.post(**posting).headers["WWW-Authenticate"].startswith("Basic")
    headers = {"X-Amz-Sns-Message-Type": "SubscriptionConfirmation", "X-Amz-Sns-Message-Id": "1"}
    assert client.post(**posting, headers=SECRET | headers).status_code == 200
    assert "https://sns.example/?Token=1" in bytes(Report.objects.get(fate="unknown").raw).decode()


def test_reports_twice_in_any_order_and_many_at_once_come_to_the_same(client, copy, django_assert_max_num_queries):
    """Of one letter's complaint, arrival and bounce the complaint stays; thousands take no more statements than one."""
    facts = {"Email": "ann@example.org", "MessageID": id_of(copy)}
    bounce, spam = {"Type": "HardBounce", "ID": 1, **facts}, {"Type": "SpamComplaint", "ID": 2, **facts}
    for record, said in (("SpamComplaint", spam), ("Delivery", {"Recipient": "ann@example.org", **facts}),
                         ("Bounce", bounce), ("SpamComplaint", spam)):  # fmt: skip
        assert report(client, record, **said).status_code == 200
    copy.refresh_from_db()
    assert copy.state == "complained"
    assert Report.objects.count() == 3

    letter = copy.edition.newsletter
    readers = [subscriber(letter, f"r{number}@example.org") for number in range(30)]
    made = edition(letter, edition_on=AT.date() + timedelta(days=1))
    editions.freeze(made, AT)
    Delivery.objects.of_edition(made).update(state="uncertain")
    events = [
        AnymailTrackingEvent(
            event_type=("delivered", "bounced", "complained")[number % 3],
            event_id=str(number),
            esp_event={},
            recipient=reader.email,
            metadata={"copy": f"e{made.public_id.hex}.{reader.public_id.hex}"},
        )
        for number, reader in enumerate(readers)
    ]
    with django_assert_max_num_queries(2):
        reports.keep("mailgun", events, AT)
    with django_assert_max_num_queries(16):
        reports.work_off(AT)
    assert states(made) == {"accepted": 10, "bounced": 10, "complained": 10}


def test_a_provider_that_nobody_understands_is_refused_at_the_start(settings):
    settings.EMAIL_WEBHOOK_SECRETS = {"postmark": "us:secret", "pigeon": "coo"}
    (error,) = providers_that_report_are_known()
    assert "the reports of pigeon" in error.msg
