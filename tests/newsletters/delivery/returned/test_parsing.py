"""What comes back is read whatever wrote it, and never by whom it names in its own words."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.delivery import bounces
from newsletters.delivery.afterwards import About
from newsletters.delivery.returned import parsing, return_paths
from newsletters.delivery.returned.parsing import Kind
from tests.newsletters.delivery.returned import mails

EDITION, READER = UUID(int=7), UUID(int=2**128 - 1)
COPY = About(edition=EDITION, recipient=READER)
ID = f"<e{EDITION.hex}.{READER.hex}@corniche.example>"
WHOLE = mails.dsn(ID)


@pytest.fixture(autouse=True)
def comes_back(settings):
    settings.BOUNCE_DOMAIN = "bounces.corniche.example"


def test_a_return_path_fits_the_wire_and_names_its_row_in_any_case():
    for address, about in (
        (return_paths.of_copy(EDITION, READER), COPY),
        (return_paths.of_message(READER), About(message=READER)),
    ):
        local, _at, domain = address.partition("@")
        assert (len(local) <= 64, domain) == (True, "bounces.corniche.example")
        assert return_paths.read(address) == return_paths.read(f"<{address.upper()}>") == [about]


def test_a_forged_return_path_names_nobody_and_one_of_an_older_key_does(settings):
    address = return_paths.of_copy(EDITION, READER)
    for number, letter in enumerate(address.partition("@")[0][2:-1], start=2):
        other = "a" if letter != "a" else "b"
        assert return_paths.read(address[:number] + other + address[number + 1 :]) == []
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert return_paths.read(address) == [COPY]
    settings.SECRET_KEY_FALLBACKS = []
    assert return_paths.read(address) == []


EIGHT_BIT = mails.dsn(ID, said="smtp; 550 5.2.2 Postfach voll").replace(b"voll", b"\xfcberf\xfcllt \x00")
NO_STATUS = mails.words(
    f"Hi. This is the qmail-send program at mx.example.org.\n<ann@example.org>:\nSorry, no mailbox here by that name. "
    f"(#5.1.1)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: {ID}\nSubject: 450 4.2.2 not this"
)
EXIM = mails.words(
    f"A message that you sent could not be delivered.\n  ann@example.org\n    host mail.example.org: 550 No such user "
    f"here\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: {ID}",
    head="From: System <noreply@x.org>\nX-Failed-Recipients: ann@x.org\nAuto-Submitted: auto-replied",
)
WARNING = mails.words(f"Warning: your message is delayed. 451 4.7.1 greylisted\nMessage-ID: {ID}")


@pytest.mark.parametrize(
    ("raw", "kind", "said"),
    [
        (WHOLE, Kind.FAILED, "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown"),
        (WHOLE[: WHOLE.index(b"Diagnostic-Code")] + ID.encode(), Kind.FAILED, "550 5.1.1"),
        (mails.dsn(ID, status="4.4.7", said="smtp; delivery expired"), Kind.FAILED, "450 4.4.7 delivery expired"),
        (mails.dsn(ID, status="5.0.0", said="smtp; 552-5.2.2 full"), Kind.FAILED, "552 5.2.2 full"),
        (mails.dsn(ID, action="delayed", status="4.2.2"), Kind.DELAYED, None),
        (mails.dsn(ID, action="delivered", status="2.0.0"), Kind.ARRIVED, None),
        (EIGHT_BIT, Kind.FAILED, "550 5.2.2 Postfach \ufffdberf\ufffdllt"),
        (NO_STATUS, Kind.FAILED, "550 5.1.1"),
        (EXIM, Kind.FAILED, "550 No such user here"),
        (WARNING, Kind.DELAYED, None),
        (mails.complaint(f"Message-ID: {ID}"), Kind.COMPLAINED, None),
        (mails.complaint(f"Message-ID: {ID}", "not-spam"), Kind.UNKNOWN, None),
        (mails.out_of_office(return_paths.of_copy(EDITION, READER)), Kind.ANSWERED, ""),
        (mails.words(f"Thank you for {ID}", head="From: ann@example.org"), Kind.UNKNOWN, ""),
    ],
)
def test_each_form_says_what_happened_and_to_which_copy(raw, kind, said):
    told = parsing.read(raw, return_paths.of_copy(EDITION, READER))
    assert (told.kind, told.abouts[0]) == (kind, COPY)
    assert said is None or told.said == said


@pytest.mark.parametrize("raw", [WHOLE, EIGHT_BIT, NO_STATUS, EXIM])
def test_without_its_return_path_the_letter_that_hangs_on_it_names_the_copy(raw):
    assert parsing.read(raw).abouts == (COPY,)


def test_a_report_that_breaks_off_before_it_says_anything_is_still_of_its_copy():
    cut = mails.dsn(ID, to=return_paths.of_copy(EDITION, READER))
    told = parsing.read(cut[: cut.index(b"Content-Description: Delivery report")])
    assert (told.kind, told.abouts, told.said) == (Kind.FAILED, (COPY,), "")


@given(st.one_of(st.binary(max_size=400), st.tuples(st.integers(0, len(WHOLE)), st.binary(max_size=60))))
def test_no_bytes_are_too_odd(noise):
    raw = noise if isinstance(noise, bytes) else WHOLE[: noise[0]] + noise[1] + WHOLE[noise[0] + len(noise[1]) :]
    told = parsing.read(raw)
    assert "\x00" not in told.said
    assert len(told.said) <= 500


def test_what_is_nested_without_end_or_made_to_be_slow_is_read_all_the_same():
    nested = b"Content-Type: message/rfc822\n\n" * 8000
    dashes = mails.words("-" * 200_000 + "(" * 20_000)
    for raw in (nested, dashes, b"b+" * 100_000, b"x:" + b" \n" * 100_000):
        assert parsing.read(raw).abouts == ()


@pytest.mark.parametrize(
    ("reply", "judgement"),
    [
        ("550 5.1.1 unknown", "nobody"),
        ("550 5.1.10 null MX", "nobody"),
        ("550 No such user here", "nobody"),
        ("553 sorry, mailbox does not exist", "nobody"),
        ("550 5.2.1 user unknown to me, or full", "this time"),
        ("552 5.2.2 full", "this time"),
        ("450 4.4.7 expired", "this time"),
        ("550 5.7.515 Access denied, sender domain does not meet the required level", "us"),
        ("550 5.1.8 bad sender", "us"),
        ("550 mail from you is not wanted", "this time"),
        ("", "this time"),
    ],
)
def test_what_a_refusal_says_of_an_address(reply, judgement):
    assert bounces.judge(reply) == judgement
