"""Exports of lists as they really come, and as somebody would make one who means harm."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from memberships.importing.tables import NoTable
from newsletters.importing import archives, moving_in
from newsletters.importing.incoming import wrong_with
from newsletters.importing.plain import Columns
from tests.newsletters.importing.lists import MAILCHIMP, PROVED, mailchimp, packed, table


def read(raw: bytes, source: str = "mailchimp", name: str = "audience.zip", **more):
    return moving_in.read(moving_in.Wish(source, name, [], "", **more), raw)


def standings(reading) -> dict[str, str]:
    return {each.email: each.said.standing.value for each in reading.addresses}


def test_mailchimp_says_who_gets_it_who_left_and_who_is_lost_with_the_proof():
    reading = read(mailchimp("Ann@example.org", unsubscribed=("left@example.org",), cleaned=("lost@example.org",)))
    assert standings(reading) == {
        "Ann@example.org": "subscribed", "left@example.org": "unsubscribed", "lost@example.org": "cleaned",
    }  # fmt: skip
    ann = reading.addresses[0]
    assert ann.said.asked_at == datetime(2024, 2, 3, 10, tzinfo=UTC)
    assert (ann.said.confirmed_at, ann.said.network) == (datetime(2024, 2, 3, 10, 5, tzinfo=UTC), "198.51.100.7")
    assert (ann.part, ann.line) == ("subscribed_members.csv", 2)
    assert ann.kept == {"optin_time": PROVED["OPTIN_TIME"], "confirm_time": PROVED["CONFIRM_TIME"], "leid": "9"}


def test_one_table_alone_is_read_by_its_name_and_a_moment_of_leaving_says_more():
    row = {"Email Address": "ann@example.org", **PROVED}
    assert standings(read(table(MAILCHIMP, row), name="unsubscribed_1.csv")) == {"ann@example.org": "unsubscribed"}
    left = table(f"{MAILCHIMP},UNSUB_TIME", {**row, "UNSUB_TIME": "2025-01-01 00:00:00"})
    assert standings(read(left, name="subscribed_1.csv")) == {"ann@example.org": "unsubscribed"}
    never = read(packed(nonsubscribed_members=table(MAILCHIMP, row)))
    assert (never.addresses, len(never.problems)) == ([], 1)


def test_who_left_on_any_line_has_left():
    reading = read(mailchimp("Ann@Example.org", unsubscribed=("ann@example.org",), cleaned=("ANN@example.org",)))
    assert standings(reading) == {"ann@example.org": "unsubscribed"}
    assert [problem.line for problem in reading.problems] == [2, 2]
    assert "subscribed_members.csv: ann@example.org stands on line 2 too" in str(reading.problems[0])


def test_ghost_and_substack_say_when_somebody_came():
    came = {"created_at": "2024-02-03"}
    ghost = table(
        "id,email,subscribed_to_emails,created_at,deleted_at",
        {"id": "1", "email": "a@example.org", "subscribed_to_emails": "true", **came},
        {"id": "2", "email": "b@example.org", "subscribed_to_emails": "false", **came},
        {"id": "3", "email": "c@example.org", "subscribed_to_emails": "true", "deleted_at": "2024-02-04"},
    )
    reading = read(ghost, "ghost")
    assert standings(reading) == {"a@example.org": "subscribed", "b@example.org": "unsubscribed"}
    assert reading.addresses[0].said.asked_at == datetime(2024, 2, 3, tzinfo=UTC)
    substack = table(
        "email,active_subscription,email_disabled,created_at",
        {"email": "a@example.org", "email_disabled": "false", "created_at": "2024-02-03T10:00:00Z"},
        {"email": "b@example.org", "email_disabled": "true"},
        {"email": "x@deletion-request.substack.com", "email_disabled": "false"},
    )
    assert standings(read(substack, "substack")) == {"a@example.org": "subscribed", "b@example.org": "unsubscribed"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_table_of_any_system_is_read_by_the_columns_staff_name(encoding):
    raw = 'E-Poste;Zustand;Seit;"Notiz"\r\nann@example.org;active;2024-02-03;"Zoë; ""Z"""\r\n'
    raw += "bob@example.org;bounced;;\r\ncid@example.org;perhaps;;\r\n"
    reading = read(raw.encode(encoding), "table", columns=Columns("E-Poste", "Zustand", asked_at="Seit"))
    assert standings(reading) == {"ann@example.org": "subscribed", "bob@example.org": "cleaned"}
    assert reading.addresses[0].said.asked_at == datetime(2024, 2, 3, tzinfo=UTC)
    assert any(str(problem) == "line 4: “perhaps” does not say whether they get mail." for problem in reading.problems)
    with pytest.raises(NoTable, match=r"There is no column “mail”. The file has: e-poste, notiz, seit, zustand\."):
        read(raw.encode(encoding), "table", columns=Columns("Mail", "Zustand"))


def test_usual_columns_are_found_by_their_names():
    raw = table(
        "Email,Status,Created At", {"Email": "a@example.org", "Status": "Opted Out"}, {"Email": "b@example.org"}
    )
    assert standings(read(raw, "table")) == {"a@example.org": "unsubscribed", "b@example.org": "subscribed"}


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("", "is no email address"),
        ("ann", "is no email address"),
        ("ann@example.org\r\nBcc: x@example.org", "is no email address"),
        ("Ann <ann@example.org>", "is no email address"),
        ("ann@example.org,bob@example.org", "is no email address"),
        (f"{'a' * 300}@example.org", "longer than an address can be"),
        ('"a b"@example.org', "quotation marks"),
        ("zoë@example.org", "Before the @ stand letters that mail servers do not take"),
        ("ann@☃.example", "No domain can be written as the one behind the @"),
        (f"ann@{'ü' * 70}.de", "No domain can be written as the one behind the @"),
        ("ann@straße.de", ""),
        ("erased-1@erased.invalid", "No mail can be sent there"),
        ("ann@münchen.de", ""),
        ("o'hara+news@example.org", ""),
    ],
)
def test_what_no_mail_reaches_is_refused_with_its_sentence(email, sentence):
    told = wrong_with(email)
    assert sentence in told
    assert bool(told) is bool(sentence)


def test_every_line_that_is_refused_is_named_and_the_others_are_read():
    raw = table(
        "email,name,created_at,ip",
        {"email": "ann@example.org", "name": "Ann\r\nBcc: x@example.org", "ip": "x"},
        {"email": "no", "name": "=cmd()"},
        {"email": "bob@example.org", "created_at": "long ago"},
    )
    reading = read(raw, "table")
    assert [each.email for each in reading.addresses] == ["ann@example.org", "bob@example.org"]
    assert "Bcc" not in str(reading)
    assert [str(problem) for problem in reading.problems] == [
        "line 2: “x” is no network address.",
        "line 4: “no” is no email address.",
        "line 5: “long ago” is no date. Write it like 2026-11-27.",
    ]


def bomb() -> bytes:
    return packed(subscribed_members=b"Email Address,OPTIN_TIME\n" + b"0" * 30_000_000)


def lying() -> bytes:
    """Says that it is small, and is not."""
    raw = bytearray(packed(subscribed_members=b"Email Address,OPTIN_TIME\n" + b"ann@example.org,\n" * 5000))
    listed = raw.rfind(b"PK\x01\x02")
    raw[listed + 24 : listed + 28] = (10).to_bytes(4, "little")
    return bytes(raw)


def crowd() -> bytes:
    return packed(**{f"subscribed_{number}": b"x" for number in range(101)})


def locked() -> bytes:
    raw = bytearray(packed(subscribed_members=b"Email Address,OPTIN_TIME\n"))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.rfind(mark) + flags] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (bomb, "larger than 50 MB"),
        (lying, "damaged"),
        (crowd, "too many files"),
        (locked, "has a password"),
        (lambda: mailchimp("ann@example.org")[:-40], "damaged"),
        (lambda: mailchimp("ann@example.org")[:200], "damaged"),
        (lambda: packed(), "no table"),
        (lambda: packed(subscribed_members=b"\x89PNG\0\0\0\0\xff\xfe"), "no text file"),
    ],
    ids=["bomb", "lying", "crowd", "locked", "cut", "stump", "empty", "picture"],
)
def test_a_zip_file_that_means_harm_or_is_broken_is_refused(raw, sentence):
    with pytest.raises(NoTable, match=sentence):
        read(raw())


def test_tables_that_are_too_large_together_are_refused(monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 300)
    with pytest.raises(NoTable, match="larger than 50 MB"):
        read(mailchimp("ann@example.org"))


def test_what_is_no_table_in_a_zip_file_is_left_alone():
    raw = io.BytesIO(mailchimp("ann@example.org"))
    with zipfile.ZipFile(raw, "a") as archive:
        archive.writestr("__MACOSX/._subscribed_members.csv", b"\0")
        archive.writestr("../../readme.txt", b"Hello")
    assert standings(read(raw.getvalue())) == {"ann@example.org": "subscribed"}
