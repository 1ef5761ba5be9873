"""A bounce that passes by itself ends nothing, in the words of each provider whose reports we take."""

import pytest
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from django.test import RequestFactory

from newsletters import messages
from newsletters.delivery.mime import message_id
from newsletters.delivery.providers import reports
from newsletters.models import Message, Suppression
from tests.newsletters.builders import AT, person

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Your Anymail webhooks are insecure", "ignore:django-anymail has dropped"),
]
ADDRESS = "ann@example.org"


def amazon_ses(kind: str) -> AnymailTrackingEvent:
    bounce = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": ADDRESS}]}
    # Its class cannot be made without Amazon's own library; this method does without.
    parse = AmazonSESTrackingWebhookView.esp_to_anymail_events
    return parse(None, {"notificationType": "Bounce", "bounce": bounce}, {})[0]


def brevo(event: str) -> AnymailTrackingEvent:
    return BrevoTrackingWebhookView().esp_to_anymail_event({"event": event, "email": ADDRESS})


def mailersend(kind: str) -> AnymailTrackingEvent:
    facts = {"type": f"activity.{kind}", "data": {"type": kind, "email": {"recipient": {"email": ADDRESS}}}}
    facts["data"]["created_at"] = "2026-03-04T09:30:00Z"
    return MailerSendTrackingWebhookView(signing_secret="key").esp_to_anymail_event(facts)


def mailgun(severity: str) -> AnymailTrackingEvent:
    data = {"event": "failed", "severity": severity, "recipient": ADDRESS, "timestamp": 0}
    return MailgunTrackingWebhookView(webhook_signing_key="key").esp_to_anymail_event({"event-data": data})


def mailjet(is_hard: bool) -> AnymailTrackingEvent:
    facts = {"event": "bounce", "email": ADDRESS, "hard_bounce": is_hard, "blocked": False, "error": "", "time": 0}
    return MailjetTrackingWebhookView().esp_to_anymail_event(facts)


def postmark(kind: str) -> AnymailTrackingEvent:
    facts = {"RecordType": "Bounce", "Type": kind, "Email": ADDRESS, "BouncedAt": "2026-03-04T09:30:00Z"}
    return PostmarkTrackingWebhookView().esp_to_anymail_event(facts)


def resend(kind: str) -> AnymailTrackingEvent:
    data = {"to": [ADDRESS], "bounce": {"type": kind, "subType": "General", "message": "It sent a bounce message."}}
    facts = {"type": "email.bounced", "created_at": "2026-03-04T09:30:00Z", "data": data}
    return ResendTrackingWebhookView().esp_to_anymail_event(facts, RequestFactory().post("/"))


def sendgrid(kind: str) -> AnymailTrackingEvent:
    facts = {"event": "bounce", "type": kind, "email": ADDRESS, "timestamp": 0}
    return SendGridTrackingWebhookView().esp_to_anymail_event(facts)


def sparkpost(bounce_class: str) -> AnymailTrackingEvent:
    facts = {"type": "bounce", "bounce_class": bounce_class, "raw_rcpt_to": ADDRESS}
    wrapped = {"msys": {"message_event": facts}}
    return SparkPostTrackingWebhookView().esp_to_anymail_event("message_event", facts, wrapped)


PASSING = {
    "ses-transient": (amazon_ses, "Transient"),  # An out-of-office reply is one, to a message that arrived.
    "ses-undetermined": (amazon_ses, "Undetermined"),
    "brevo": (brevo, "soft_bounce"),
    "mailersend": (mailersend, "soft_bounced"),
    "mailgun": (mailgun, "temporary"),
    "mailjet": (mailjet, False),
    "postmark": (postmark, "SoftBounce"),
    "resend": (resend, "Transient"),
    "sendgrid": (sendgrid, "blocked"),
    "sparkpost-full": (sparkpost, "22"),
    "sparkpost-blocked": (sparkpost, "50"),
}
FOR_GOOD = {
    "ses": (amazon_ses, "Permanent"),
    "brevo": (brevo, "hard_bounce"),
    "brevo-invalid": (brevo, "invalid_email"),
    "mailersend": (mailersend, "hard_bounced"),
    "mailgun": (mailgun, "permanent"),
    "mailjet": (mailjet, True),
    "postmark": (postmark, "HardBounce"),
    "resend": (resend, "Permanent"),
    "sendgrid": (sendgrid, "bounce"),
    "sparkpost-invalid": (sparkpost, "10"),
    "sparkpost-no-recipient": (sparkpost, "30"),
}


@pytest.fixture
def message() -> Message:
    messages.welcome(person(ADDRESS), AT)
    Message.objects.update(state="accepted")
    return Message.objects.get()


def note(event: AnymailTrackingEvent, message: Message) -> tuple[str, list[str]]:
    """What the message's state and the suppressed streams are after the report about it."""
    event.message_id = message_id(message.public_id, prefix="m")
    reports.note(event, AT)
    return Message.objects.get().state, list(Suppression.objects.values_list("stream", flat=True))


@pytest.mark.parametrize(("provider", "word"), PASSING.values(), ids=PASSING)
def test_bounce_that_may_pass_ends_nothing(provider, word, message):
    assert note(provider(word), message) == ("accepted", [])


@pytest.mark.parametrize(("provider", "word"), FOR_GOOD.values(), ids=FOR_GOOD)
def test_bounce_for_good_ends_the_message_and_loses_the_address(provider, word, message):
    assert note(provider(word), message) == ("bounced", ["transactional"])


def test_late_bounce_for_good_counts_after_one_that_might_have_passed(message):
    note(postmark("SoftBounce"), message)
    assert note(postmark("HardBounce"), message) == ("bounced", ["transactional"])
