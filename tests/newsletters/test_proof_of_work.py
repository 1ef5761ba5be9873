import hashlib

import pytest

from newsletters.proof_of_work import DIFFICULTY, is_solved
from tests.newsletters.gatekeeping import solution

STAMP, EMAIL = "1772616600.5000.5f0c:signature", "ann@example.org"


def test_solution_takes_as_many_hashes_as_the_puzzle_is_hard():
    answers = [int(solution(f"{STAMP}{number}", EMAIL, 100)) for number in range(100)]
    assert 60 < sum(answers) / len(answers) < 160


def test_solution_is_for_one_stamp_one_address_and_one_difficulty():
    answer = solution(STAMP, EMAIL)
    assert is_solved(STAMP, EMAIL, answer, DIFFICULTY)
    assert not is_solved(STAMP, "bob@example.org", answer, DIFFICULTY)
    assert not is_solved(f"{STAMP}x", EMAIL, answer, DIFFICULTY)
    assert not is_solved(STAMP, EMAIL, answer, 1 << 32)
    digest = hashlib.sha256(f"{STAMP}|{EMAIL}|{answer}".encode()).digest()
    assert int.from_bytes(digest[:4], "big") < 2**32 / DIFFICULTY


@pytest.mark.parametrize("answer", ["", "-1", "1.5", "٣", "0x1", "1\n", "9" * 13])
def test_what_is_no_number_solves_nothing(answer):
    assert not is_solved(STAMP, EMAIL, answer, 1)
