"""A letter is encoded once and filled for each reader; what stands in it, every reader gets as it was written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from uuid import UUID

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from memberships import passes
from newsletters import tokens
from newsletters.addresses import absolute_url
from newsletters.delivery import mime
from newsletters.delivery.copies import Copy
from newsletters.delivery.dkim import Signer
from newsletters.delivery.stencils import Sheet, Stencil
from newsletters.substitution import PREFERENCES, UNSUBSCRIBE, Places, pass_for

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
EDITION, ARTICLE, READER = UUID(int=7), UUID(int=8), UUID(int=9)
KEY = generate_private_key(65537, 2048)
PLACES = Places(3, date(2026, 3, 4))
HEADERS = {"List-Id": "<tea.corniche.example>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
SPOTS = {
    UNSUBSCRIBE: absolute_url("unsubscribe", tokens.for_unsubscribing(READER, 3)),
    PREFERENCES: absolute_url("preferences", tokens.for_preferences(READER)),
    pass_for(ARTICLE): passes.issue(READER, str(ARTICLE), date(2026, 3, 4)),
}
words = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=("Cs", "Cc")) | st.just("\n"))
texts = st.lists(words | st.sampled_from([*SPOTS, ".", "\n.\n", " \n", "=", "From ", "\n\n"]), max_size=12).map("".join)


def filled(
    text: str = "Tea\n", html: str = "<p>Tea</p>", address: str = "ann@example.org", signer=None, **changes
) -> bytes:
    values = {
        "edition": EDITION, "number": 1, "sender": "The Corniche <news@corniche.example>", "subject": "Tea",
        "text": text, "html": html, "written_at": AT, "reply_to": "desk@corniche.example", "headers": HEADERS,
    }  # fmt: skip
    stencil = Stencil(Sheet(**{**values, **changes}), PLACES, signer)
    return stencil.fill(Copy(1, READER, address, "example.org", attempts=0, variant=1))


def read(content: bytes):
    return message_from_bytes(content, policy=policy.default)


def personal(text: str) -> str:
    for place, value in SPOTS.items():
        text = text.replace(place, value)
    return text


@settings(deadline=None, max_examples=60)
@given(texts, texts)
def test_every_text_arrives_as_it_was_written_with_what_is_the_readers_own(text, html):
    content = filled(text, html)
    arrived = read(content)
    for kind, written in (("plain", text), ("html", html)):
        part = arrived.get_body([kind])
        assert part.get_payload(decode=True).decode().replace("\r\n", "\n") == personal(written)


@settings(deadline=None, max_examples=60)
@given(texts)
def test_a_letter_needs_nothing_of_a_server(text):
    content = filled(text, text)
    assert content.isascii()
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert not any(line.startswith(b".") for line in lines)
    assert all(b"\n" not in line and b"\r" not in line and len(line) <= 998 for line in lines)
    body = content.split(b"\r\n\r\n", 1)[1].split(b"\r\n")
    assert all(len(line) <= 76 for line in body)


def test_a_letters_head_is_the_readers_own_where_it_must_be():
    arrived = read(filled(address="Ann@münchen.example", subject="Şay\r\nBcc: x@example.org"))
    assert arrived["Message-ID"] == mime.message_id(EDITION, READER, prefix="e")
    assert arrived["To"] == "Ann@xn--mnchen-3ya.example"
    assert arrived["List-Unsubscribe"] == f"<{SPOTS[UNSUBSCRIBE]}>"
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (arrived["Subject"], arrived["Bcc"]) == ("Şay Bcc: x@example.org", None)


@pytest.mark.parametrize(
    ("address", "written"), [('"a b"@example.org', '"a b"@example.org'), ("a+b@example.org", "a+b@example.org")]
)
def test_odd_addresses_stand_in_the_head_as_they_must(address, written):
    (to,) = read(filled(address=address))["To"].addresses
    assert to.addr_spec == written


@pytest.mark.parametrize("address", ["şule@example.org", "a\r\nBcc: b@example.org", "ann@" + "ü" * 70 + ".example"])
def test_what_no_server_takes_is_no_letter(address):
    with pytest.raises(ValueError, match=r"letters that mail servers|No domain|Invalid|invalid|expected|CR|address"):
        filled(address=address)


@pytest.mark.parametrize("text", ["Tea\n", "", "\n\n.\n\n", "شاي مع النعناع\n" * 300])
def test_another_program_finds_the_signature_right(text):
    """dkimpy, which nothing else here uses."""
    content = filled(
        text, subject="A subject long enough to be folded, " * 4, signer=Signer("corniche.example", "s1", KEY)
    )
    assert dkim.verify(content, dnsfunc=_record)
    for forged in (
        content.replace(b"Subject: A", b"Subject: B"),
        b"From: x@example.org\r\n" + content,
        content + b"x\r\n",
    ):
        assert not dkim.verify(forged, dnsfunc=_record)
    assert b"list-unsubscribe:list-unsubscribe-post" in content


def test_a_letter_to_one_person_is_signed_whole():
    letter = mime.Letter(
        "<m1@corniche.example>", "The Corniche <news@corniche.example>", "ann@example.org", "Çay", "Tea\n\n\n",
        "<p>Tea</p>", AT,
    )  # fmt: skip
    content = Signer("corniche.example", "s1", KEY).signed(mime.write(letter), AT)
    assert dkim.verify(content, dnsfunc=_record)


def _record(name: bytes, timeout: int = 5) -> bytes:
    assert name == b"s1._domainkey.corniche.example."
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).splitlines()
    return b"v=DKIM1; k=rsa; p=" + b"".join(pem[1:-1])
