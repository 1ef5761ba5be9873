from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memberships import receipts
from memberships.access import Reason, Verdict
from memberships.receipts import Receipt, ReceiptError

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CASES = st.builds(
    Receipt,
    at=st.integers(0, 2_000_000_000).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    reason=st.sampled_from(Reason),
    item=st.integers(0, 2**40),
    user=st.integers(0, 2**40),
)


@given(CASES)
def test_code_says_what_it_was_made_of(case):
    assert receipts.read(receipts.code_of(case)) == case


@given(CASES, st.integers(0, 200), st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ234567"))
def test_mistyped_code_is_refused_or_names_something_else_once_in_thousands(case, position, letter):
    code = receipts.code_of(case).replace("-", "")
    position %= len(code) - 1
    typed = code[:position] + letter + code[position + 1 :]
    try:
        assert receipts.read(typed) == case or typed != code
    except ReceiptError:
        assert typed != code


def test_code_is_short_and_forgives_how_it_is_typed():
    case = Receipt(AT, Reason.METER_SPENT, 48_211, 50_000)
    code = receipts.code_of(case)
    assert len(code.replace("-", "")) <= 24
    for typed in (code.lower(), code.replace("-", ""), f"  {code} ", code.replace("O", "0").replace("I", "1")):
        assert receipts.read(typed) == case


def test_moment_is_the_end_of_its_second():
    code = receipts.code_of(Receipt(AT.replace(second=41, microsecond=1), Reason.NEEDS_LOGIN, 1))
    assert receipts.read(code).at == AT.replace(second=42)


@pytest.mark.parametrize("code", ["", "x", "AAAA-AAAA-AAAA", "ü" * 20, "\x00", "A" * 10_000, "=" * 40, "no such thing"])
def test_what_is_no_code_is_refused_in_a_sentence(code):
    with pytest.raises(ReceiptError, match="no access receipt"):
        receipts.read(code)


def test_another_house_reads_nothing(settings):
    code = receipts.code_of(Receipt(AT, Reason.NEEDS_LOGIN, 1))
    settings.SECRET_KEY = "another key of more than thirty-two letters"
    with pytest.raises(ReceiptError):
        receipts.read(code)


def test_every_reason_has_its_sentence():
    sentences = {receipts.explain(Verdict(True, reason)) for reason in Reason}
    assert len(sentences) == len(Reason)
