from __future__ import annotations

import struct
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils.crypto import salted_hmac
from hypothesis import given
from hypothesis import strategies as st

from memberships import passes
from tests.articles.builders import terms

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_pass_opens_its_item_and_no_other():
    holder, item = uuid4(), str(uuid4())
    token = passes.issue(holder, item, DAY)
    assert passes.opens(token, item, NOW)
    assert not passes.opens(token, str(uuid4()), NOW)


def test_passes_in_old_mail_open_for_ever(settings):
    """Django's own way to sign is how they were always signed."""
    holder, item = uuid4(), uuid4()
    payload = struct.pack(">16sI", holder.bytes, DAY.toordinal())
    mac = salted_hmac("memberships.pass", payload + item.bytes, settings.SECRET_KEY, algorithm="sha256").digest()[:12]
    assert urlsafe_b64encode(payload + mac).decode().rstrip("=") == passes.issue(holder, str(item), DAY)


def test_pass_is_good_for_the_days_of_the_terms():
    terms(pass_days=2)
    item = str(uuid4())
    token = passes.issue(uuid4(), item, DAY)
    days = [NOW + timedelta(days=after) for after in (-1, 0, 1, 2)]
    assert [passes.opens(token, item, at) for at in days] == [False, True, True, False]
    terms(pass_days=0)
    assert not passes.opens(token, item, NOW)


def test_revoking_ends_one_holders_passes_until_then():
    holder, item, other = uuid4(), str(uuid4()), str(uuid4())
    mine = {key: passes.issue(holder, key, DAY) for key in (item, other)}
    theirs = passes.issue(uuid4(), item, DAY)

    passes.revoke(holder, NOW, key=item)
    assert (passes.opens(mine[item], item, NOW), passes.opens(mine[other], other, NOW)) == (False, True)
    passes.revoke(holder, NOW)
    assert not passes.opens(mine[other], other, NOW)
    assert passes.opens(theirs, item, NOW)
    tomorrow = passes.issue(holder, item, DAY + timedelta(days=1))
    assert passes.opens(tomorrow, item, NOW + timedelta(days=1))


def test_another_key_signs_nothing_here(settings):
    item = str(uuid4())
    token = passes.issue(uuid4(), item, DAY)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key of more than thirty-two letters"
    assert not passes.opens(token, item, NOW)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert passes.opens(token, item, NOW)


@given(
    holder=st.uuids(),
    key=st.uuids().map(str),
    position=st.integers(0, 200),
    letter=st.sampled_from("ABCabc019_-"),
)
def test_no_changed_pass_is_one(holder: UUID, key: str, position: int, letter: str):
    """Every letter matters, but for the unused bits of the last one."""
    token = passes.issue(holder, key, DAY)
    position %= len(token) - 1
    changed = token[:position] + letter + token[position + 1 :]
    found = passes.read(changed, key)
    assert (found == passes.Pass(holder, DAY)) if changed == token else found is None


@given(st.text(max_size=200))
def test_no_token_is_too_strange(token):
    assert passes.read(token, str(uuid4())) is None
