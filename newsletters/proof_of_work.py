"""A puzzle that costs a browser less than a second and us one hash.

To be found is a number that, put behind the stamp of a form and the address in it, hashes to little enough. The stamp
is signed and says when it was made and how hard the puzzle is; the address makes a solution worth one address, so that
nobody can keep a store of them, not even while nothing can be counted. ``js/signup-worker.js`` looks for the number.
"""

from __future__ import annotations

import hashlib
import re

# So many hashes on average; one puzzle in a hundred takes 4.6 times as many. A slow phone makes 12,000 a second, so it
# is done within two seconds nearly always (docs/signups.md).
DIFFICULTY = 5_000
# What one hash is compared with: its first four bytes.
_BITS = 32
_ANSWER = re.compile(r"\A[0-9]{1,12}\Z")


def is_solved(stamp: str, email: str, answer: str, difficulty: int) -> bool:
    """Whether the number solves the puzzle of that stamp for that address."""
    if not _ANSWER.match(answer):
        return False
    found = hashlib.sha256(f"{stamp}|{email}|{answer}".encode()).digest()
    return int.from_bytes(found[: _BITS // 8]) * difficulty < 1 << _BITS
