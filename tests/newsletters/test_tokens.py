"""Links in mail, old and new."""

from base64 import urlsafe_b64encode
from uuid import UUID

from django.utils.crypto import salted_hmac

from newsletters import tokens


def test_links_in_old_mail_work_for_ever(settings):
    """Django's own way to sign is how they were always signed."""
    reader = UUID(int=9)
    payload = reader.bytes + (3).to_bytes(4, "big")
    mac = salted_hmac("newsletters.unsubscribe", payload, settings.SECRET_KEY, algorithm="sha256").digest()[:16]
    assert urlsafe_b64encode(payload + mac).decode().rstrip("=") == tokens.for_unsubscribing(reader, 3)
