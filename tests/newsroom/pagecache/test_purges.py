"""Nothing made before a purge is given after it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memberships.access import Item
from newsroom.pagecache.address import Address
from newsroom.pagecache.copies import Copy, encoded
from newsroom.pagecache.local import Local
from newsroom.pagecache.purges import EVERYTHING, NEVER, PENDING, Purges
from newsroom.pagecache.variant import Page

HERE = Address("testserver", "/", "")


def copy(body: bytes = b"text", keys: tuple[str, ...] = ("a",), **fields) -> Copy:
    values = {"page": Page(), "status": "200 OK", "headers": (("Content-Type", "text/html"),), "mark": NEVER}
    values |= {"made_at": 0.0, "fresh_until": 60.0, "stale_until": 90.0}
    return Copy(plain=body, keys=keys, **{**values, **fields})


def put(local: Local, address: Address, made: Copy, moment) -> bool:
    return local.put(address, made.page, (*made.keys, EVERYTHING), moment, {"full": made})


@pytest.mark.parametrize("purged", ["a", EVERYTHING])
def test_what_was_begun_before_a_purge_is_not_kept_after_it(purged):
    purges = Purges()
    local, began = Local(purges), purges.now()
    purges.note([purged], PENDING)
    local.drop([purged])
    assert not put(local, HERE, copy(), began)
    assert local.get(HERE) is None
    assert put(local, HERE, copy(), purges.now())


def test_purge_takes_what_has_the_key_and_nothing_else():
    purges = Purges()
    local, there = Local(purges), Address("testserver", "/ar/", "")
    put(local, HERE, copy(keys=("a", "b")), purges.now())
    put(local, there, copy(keys=("c",)), purges.now())
    purges.note(["b"], PENDING)
    local.drop(["b"])
    assert local.get(HERE) is None
    assert local.get(there) is not None


def test_copy_of_another_process_counts_by_the_mark_it_was_made_at():
    purges = Purges()
    purges.note(["a"], (5, 0))
    assert purges.came_after_mark(["a"], (4, 9))
    assert not purges.came_after_mark(["a"], (5, 0))
    assert not purges.came_after_mark(["b"], (4, 9))
    purges.note([EVERYTHING], (7, 0))
    assert purges.came_after_mark(["b"], (6, 0))
    assert not purges.came_after_mark(["b"], (7, 0))


def test_purge_that_is_not_in_the_log_yet_takes_every_shared_copy():
    purges = Purges()
    purges.note(["a"], PENDING)
    assert purges.came_after_mark(["a"], (10**15, 0))
    purges.note(["a"], (10**15, 1))
    assert not purges.came_after_mark(["a"], (10**15, 1))


def test_what_is_older_than_the_log_is_not_trusted():
    purges = Purges()
    purges.begin_at((5, 0))
    assert purges.came_after_mark(["a"], (4, 0))
    assert not purges.came_after_mark(["a"], (5, 0))


def test_memory_of_purges_is_bounded_and_errs_on_the_old_side():
    purges = Purges()
    purges.note(["a"], (1, 0))
    for number in range(20_000):
        purges.note([f"key:{number}"], (2 + number, 0))
    assert purges.came_after_mark(["a"], NEVER)
    assert purges.came_after_mark(["never purged"], (1, 0))


def test_memory_is_bounded_in_bytes_and_the_least_asked_for_goes_first():
    purges = Purges()
    local = Local(purges, most_bytes=100_000)
    addresses = [Address("testserver", f"/{number}/", "") for number in range(20)]
    for address in addresses:
        put(local, address, copy(b"x" * 10_000), purges.now())
        local.get(addresses[0])
    assert local.bytes <= 100_000
    assert local.get(addresses[0]) is not None
    assert local.get(addresses[1]) is None
    local.drop([EVERYTHING])
    assert local.bytes == 0


@given(
    st.binary(max_size=2_000),
    st.lists(st.tuples(st.text("abc-", min_size=1), st.text(max_size=20)), max_size=4),
    st.lists(st.text("abc:", min_size=1), max_size=4),
)
def test_copy_survives_the_shared_cache(body, headers, keys):
    squeezed = encoded(body, "text/html")
    made = copy(
        body,
        tuple(keys),
        headers=tuple(headers),
        mark=(3, 4),
        page=Page(Item("product", "pro", "key"), frozenset({"opening"}), frozenset({"print"})),
        gzipped=squeezed.gzipped,
        brotlied=squeezed.brotlied,
    )
    assert Copy.from_bytes(made.to_bytes()) == made


@given(st.binary(max_size=300))
def test_no_bytes_of_others_become_a_copy(data):
    with pytest.raises(ValueError, match=r"copy|JSON|Expecting|codec|unpack"):
        Copy.from_bytes(data)
