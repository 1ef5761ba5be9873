"""Exports as they really come: separators, encodings, quotation marks, broken lines and the same person twice."""

from __future__ import annotations

import csv
import io
import itertools
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memberships.importing import ghost, memberful, substack, tables, woocommerce
from memberships.importing.incoming import Claim, Export
from memberships.importing.tables import NoTable

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=["Cs"]), max_size=20)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    }
)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=8), DIALECTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"])
)
def test_any_dialect_says_the_same(people, dialect, encoding):
    if {"\r", "\n"} & set("".join(itertools.chain(*people))):
        # The writer of Python before 3.13 quotes no line ends but its own, and what it then writes is two lines.
        dialect = {**dialect, "quoting": csv.QUOTE_ALL}
    written = io.StringIO()
    table = csv.writer(written, **dialect)
    table.writerow(["Email ", "NAME"])
    table.writerows(people)

    read = tables.read(written.getvalue().encode(encoding), {"email", "name"})

    stripped = [(one.strip(), other.strip()) for one, other in people]
    assert [(row.get("email", ""), row.get("name", "")) for _line, row in read.rows] == [
        pair for pair in stripped if any(pair)
    ]
    assert read.problems == []


@settings(max_examples=50)
@given(st.binary(max_size=200))
def test_whatever_the_bytes_it_is_read_or_refused(raw):
    for export in (ghost.EXPORT, memberful.EXPORT, substack.EXPORT, woocommerce.EXPORT):
        for header in (b"", ",".join(sorted(export.columns)).encode() + b"\n"):
            with suppress(NoTable):
                found = export.read(header + raw)
                assert len({member.compared for member in found.members}) == len(found.members)


def read(export: Export, *lines: str, encoding: str = "utf-8"):
    found = export.read("\n".join(lines).encode(encoding))
    return {member.email: member for member in found.members}, [str(problem) for problem in found.problems]


def test_ghost():
    people, problems = read(
        ghost.EXPORT,
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers",
        '1,Ada@example.org,"Ada, of\nthe quay",,true,false,cus_1A,2024-02-03T10:00:00.000Z,,,Gold',
        "2,bo@example.org,Bo,,false,true,,2024-02-03,,,",
        "3,cem@example.org,Cem,,true,false,cus_3C,,,,",
        "4,gone@example.org,,,true,false,cus_4,,2025-01-01,,Gold",
    )

    ada = people["Ada@example.org"]
    assert (ada.name, ada.claim, ada.customer_ref, ada.wants_mail) == ("Ada, of\nthe quay", Claim.PAID, "cus_1A", True)
    assert ada.joined_at == datetime(2024, 2, 3, 10, tzinfo=UTC)
    assert (people["bo@example.org"].claim, people["bo@example.org"].wants_mail) == (Claim.COMP, False)
    assert (people["cem@example.org"].claim, people["cem@example.org"].customer_ref) == (Claim.FREE, "cus_3C")
    assert (len(people), problems) == (3, [])


def test_substack_in_both_its_forms():
    older, problems = read(
        substack.EXPORT,
        "email,expiry,email_disabled,stripe_connected_customer_id,type",
        "ada@example.org,2027-07-06T16:20:44.000Z,false,cus_D5,paid",
        "bo@example.org,2118-09-11T12:14:56.557Z,true,,comp",
        "x1@deletion-request.substack.com,,true,,free",
    )
    newer, more = read(
        substack.EXPORT,
        "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at",
        "ada@example.org,true,2027-07-06T16:20:44.000Z,yearly,false,2024-01-01T00:00:00.000Z,2024-01-08T00:00:00.000Z",
        "bo@example.org,false,2021-07-06T16:20:44.000Z,yearly,false,2020-01-01T00:00:00.000Z,",
        "cem@example.org,true,2027-01-06T16:20:44.000Z,gift,false,2020-01-01T00:00:00.000Z,",
    )

    assert [(member.claim, member.customer_ref, member.wants_mail) for member in older.values()] == [
        (Claim.PAID, "cus_D5", True),
        (Claim.COMP, "", False),
    ]
    assert [(member.claim, member.renews) for member in newer.values()] == [
        (Claim.PAID, True),
        (Claim.FREE, True),
        (Claim.COMP, False),
    ]
    assert problems == more == []


def test_memberful_with_a_line_for_each_plan():
    people, problems = read(
        memberful.EXPORT,
        "Memberful ID;Full Name;Email;Stripe Customer ID;Plan;Active;Auto-renew;Expiration date;Created at",
        "1;Ada;ada@example.org;cus_1;Yearly;no;no;2024-01-01;2023-01-01",
        "1;Ada;ADA@example.org;cus_1;Monthly;yes;yes;2027-01-01;2023-01-01",
        "2;Bo;bo@example.org;cus_2;Yearly;yes;no;2027-02-01;2023-01-01",
        "3;Cem;cem@example.org;;Friends;yes;;;2023-01-01",
    )

    assert people["ADA@example.org"].plan_name == "Monthly"
    assert problems == ["line 2: ADA@example.org stands on line 3 too. What line 3 says was taken."]
    bo = people["bo@example.org"]
    assert (bo.claim, bo.renews, bo.paid_until) == (Claim.PAID, False, datetime(2027, 2, 1, tzinfo=UTC))
    assert people["cem@example.org"].claim == Claim.COMP


def test_woocommerce_wherever_it_keeps_the_card():
    people, problems = read(
        woocommerce.EXPORT,
        "subscription_status,billing_email,billing_first_name,billing_last_name,next_payment_date,end_date,order_items,"
        "payment_method_post_meta,meta:_stripe_customer_id",
        "wc-active,ada@example.org,Ada,Quay,2027-01-02 10:00,0,PRO,_stripe_customer_id:cus_1|_stripe_source_id:pm_1,",
        "pending-cancel,bo@example.org,Bo,,0,2027-03-01 00:00:00,PRO,,cus_2",
        "wc-cancelled,cem@example.org,,,0,0,PRO,,cus_3",
    )

    ada, bo, cem = people.values()
    assert (ada.name, ada.claim, ada.customer_ref, ada.card_ref) == ("Ada Quay", Claim.PAID, "cus_1", "pm_1")
    assert ada.paid_until == datetime(2027, 1, 2, 10, tzinfo=UTC)
    assert (bo.renews, bo.customer_ref, bo.paid_until) == (False, "cus_2", datetime(2027, 3, 1, tzinfo=UTC))
    assert (cem.claim, problems) == (Claim.FREE, [])


HEAD = "email,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("no address,true,false,,", "line 2: “no address” is no email address."),
        ("ada@example.org,true,false,4242,", "line 2: “4242” is no id of Stripe's."),
        ("ada@example.org,true,false,,30/02/2024", "line 2: “30/02/2024” is no date. Write it like 2026-11-27."),
        ("ada@example.org,true,false,,,surplus", "line 2: It has 6 cells, but there are 5 columns."),
        ('"ada@example.org,true,false,,', "line 2: Its quotation marks do not match, so it was left out."),
        ('"ada"@example.org,true,false,,', "line 2: Its quotation marks do not match, so it was left out."),
    ],
)
def test_a_bad_line_is_said_with_its_number_and_the_rest_goes_on(line, sentence):
    people, problems = read(ghost.EXPORT, HEAD, line, "bo@example.org,true,false,,")

    assert problems == [sentence]
    assert "bo@example.org" in people


def test_who_left_on_one_line_has_left():
    people, _problems = read(ghost.EXPORT, HEAD, "ada@example.org,false,false,,", "ADA@example.org,true,false,cus_1,")

    assert [(member.customer_ref, member.wants_mail) for member in people.values()] == [("cus_1", False)]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"  \n", "The file is empty."),
        (b"a,b\n1,2\n", "This is no such export: its first line names none of the columns it should have."),
        (b"email,name\na@b.example,A\n", "The column “stripe_customer_id” is missing."),
        (b"PK\x03\x04\x00\x00\xff", "This is no text file. Export it as CSV in UTF-8."),
    ],
)
def test_what_is_no_such_export_is_refused_as_a_whole(raw, sentence):
    with pytest.raises(NoTable, match="^" + sentence.replace(".", r"\.")):
        ghost.EXPORT.read(raw)


def test_another_encoding_is_guessed_and_said():
    people, problems = read(ghost.EXPORT, f"{HEAD},name", "jose@example.org,true,false,,,José", encoding="cp1252")

    assert people["jose@example.org"].name == "José"
    assert problems[0].startswith("line 0: It is not in UTF-8")
