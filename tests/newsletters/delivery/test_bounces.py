"""A bounce that passes by itself ends nothing, in the words of each provider whose reports we take."""

import pytest
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from anymail.webhooks.mandrill import MandrillTrackingWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from anymail.webhooks.unisender_go import UnisenderGoTrackingWebhookView
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


def mailtrap(kind: str) -> AnymailTrackingEvent:
    facts = {"event": kind, "timestamp": 0, "message_id": "1", "email": ADDRESS}
    return MailtrapTrackingWebhookView(tracking_secret="key").esp_to_anymail_event(facts)


def mandrill(kind: str) -> AnymailTrackingEvent:
    return MandrillTrackingWebhookView(webhook_key="key").esp_to_anymail_event(
        {"event": kind, "msg": {"email": ADDRESS}}
    )


def postal(said: str) -> AnymailTrackingEvent:
    """What came back is told in no words, a refusal in those of the mail server."""
    payload = {"message": {"id": 1, "to": ADDRESS}, "output": said} | (
        {"status": "HardFail"} if said else {"bounce": {}}
    )
    request = RequestFactory().post("/", {"payload": payload}, content_type="application/json")
    return PostalTrackingWebhookView(webhook_key="key").parse_events(request)[0]


def unisender_go(told: tuple[str, str]) -> AnymailTrackingEvent:
    status, cause = told
    facts = {"status": status, "email": ADDRESS, "event_time": "2026-03-04 09:30:00", "job_id": "1"}
    facts["delivery_info"] = {"delivery_status": cause}
    return UnisenderGoTrackingWebhookView(api_key="key").esp_to_anymail_event(facts)


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
    "mailtrap": (mailtrap, "soft bounce"),
    "mandrill": (mandrill, "soft_bounce"),
    "unisender-soft": (unisender_go, ("soft_bounced", "err_will_retry")),
    "unisender-full": (unisender_go, ("hard_bounced", "err_mailbox_full")),
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
    "mailtrap": (mailtrap, "bounce"),
    "mandrill": (mandrill, "hard_bounce"),
    "postal": (postal, "550 5.1.1 no such user"),
    "unisender": (unisender_go, ("hard_bounced", "err_user_unknown")),
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


def note(source: str, event: AnymailTrackingEvent, message: Message) -> tuple[str, list[str]]:
    """What the message's state and the suppressed streams are after the report about it."""
    event.message_id = message_id(message.public_id, prefix="m")
    reports.keep(source, [event], AT)
    reports.work_off(AT)
    return Message.objects.get().state, list(Suppression.objects.values_list("stream", flat=True))


@pytest.mark.parametrize(("provider", "word"), PASSING.values(), ids=PASSING)
def test_bounce_that_may_pass_ends_nothing(provider, word, message):
    assert note(provider.__name__, provider(word), message) == ("accepted", [])


@pytest.mark.parametrize(("provider", "word"), FOR_GOOD.values(), ids=FOR_GOOD)
def test_bounce_for_good_ends_the_message_and_loses_the_address(provider, word, message):
    assert note(provider.__name__, provider(word), message) == ("bounced", ["transactional"])


def test_late_bounce_for_good_counts_after_one_that_might_have_passed(message):
    note("postmark", postmark("SoftBounce"), message)
    assert note("postmark", postmark("HardBounce"), message) == ("bounced", ["transactional"])


@pytest.mark.parametrize("said", ["", "552 5.2.2 full", "550 5.7.1 not from you"])
def test_what_failed_this_time_or_by_our_own_fault_loses_no_address(said, message):
    assert note("postal", postal(said), message) == ("failed", [])


def test_bounce_for_good_that_is_our_own_fault_loses_no_address(message):
    event = postmark("HardBounce")
    event.mta_response = "smtp; 550 5.7.515 sender does not meet the required level"
    assert note("postmark", event, message) == ("failed", [])
