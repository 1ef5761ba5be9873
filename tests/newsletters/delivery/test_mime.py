"""Letters as bytes, whatever people put into names, subjects and addresses."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.delivery.ledger import Attachment
from newsletters.delivery.mime import Letter, bare_address, mailbox, on_the_wire, write
from newsletters.forms import SignupForm

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
LINK = "https://corniche.example/newsletters/unsubscribe/" + "aB3-_" * 30 + "/"


def letter(**changes) -> Letter:
    values = {
        "message_id": "<m1@corniche.example>", "sender": "The Corniche <news@corniche.example>",
        "to": "ann@example.org", "subject": "Tea", "text": "Tea is ready.\n", "html": "<p>Tea</p>", "written_at": AT,
    }  # fmt: skip
    return Letter(**{**values, **changes})


def read(content: bytes):
    return message_from_bytes(content, policy=policy.default)


def test_every_line_is_short_ascii_and_ends_as_smtp_wants():
    content = write(
        letter(text="شاي " * 3000, html="<p>" + "Şeker " * 3000 + "</p>", headers={"List-Unsubscribe": f"<{LINK}>"})
    )
    assert content.isascii()
    lines = content.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line and len(line) <= 998 for line in lines)


def test_long_link_survives_in_its_header():
    """RFC 8058 asks for an address, and an address that was encoded or torn is none."""
    content = write(letter(headers={"List-Unsubscribe": f"<{LINK}>"}))
    assert f"\r\nList-Unsubscribe: <{LINK}>\r\n" in content.decode()


@pytest.mark.parametrize(
    "name", ["Şirin Öztürk", "أخبار الكورنيش", 'The "Corniche", Beirut', "A\r\nBcc: x@example.org", "a, b; c"]
)
def test_name_of_the_sender_is_a_name_and_nothing_else(name):
    arrived = read(write(letter(sender=mailbox(name, "news@corniche.example"))))
    (sender,) = arrived["From"].addresses
    assert sender.addr_spec == "news@corniche.example"
    assert sender.display_name == " ".join(name.replace('"', "").split())
    assert arrived["Bcc"] is None


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z", "Cc")), max_size=200))
def test_subject_cannot_break_out_of_its_line(subject):
    arrived = read(write(letter(subject=f"Tea {subject}\r\nBcc: x@example.org")))
    assert arrived["Bcc"] is None
    assert len(arrived.get_all("Subject")) == 1
    assert arrived.get_body(["plain"]).get_content().strip() == "Tea is ready."


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("Ann@Example.org", "Ann@Example.org"),
        ("ann@münchen.example", "ann@xn--mnchen-3ya.example"),
        ("ann@موقع.example", "ann@xn--4gbrim.example"),
        # As since 2008; until then, ß and ς led to another's domain.
        ("ann@straße.example", "ann@xn--strae-oqa.example"),
        ("ann@βόλος.example", "ann@xn--nxasmm1c.example"),
        ("ann@MÜNCHEN.example", "ann@xn--mnchen-3ya.example"),
    ],
)
def test_domain_is_written_as_every_server_reads_it(address, wire):
    assert on_the_wire(address) == wire
    assert bare_address(f"Ann <{address}>") == wire
    assert read(write(letter(to=address)))["To"].addresses[0].addr_spec == wire


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("zoë@example.org", "Before the @"),
        ("ann@☃.example", "behind the @"),
        (f"ann@{'ü' * 70}.example", "behind the @"),
        ("ann@a..example", "behind the @"),
    ],
)
def test_what_no_server_takes_is_refused_with_the_reason(address, sentence):
    with pytest.raises(ValueError, match=sentence):
        on_the_wire(address)
    form = SignupForm({"email": address})
    assert sentence in form.errors["email"][0]
    assert len(form.errors["email"]) == 1


def test_attachment_keeps_its_name_type_and_bytes():
    calendar = Attachment("gece-çayı.ics", "text/calendar", b"BEGIN:VCALENDAR\r\n\xff")
    (part,) = read(write(letter(attachments=[calendar]))).iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == (calendar.name, calendar.content_type)
    assert part.get_payload(decode=True) == calendar.content


def test_message_without_html_is_plain_text():
    assert read(write(letter(html=""))).get_content_type() == "text/plain"
