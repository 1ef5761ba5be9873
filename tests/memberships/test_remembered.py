from __future__ import annotations

from datetime import UTC, datetime, timedelta

from memberships.remembered import KEPT_FOR, Remembered, forget_all

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


class Asked:
    """Answers with how often it was asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, *_arguments: str) -> int:
        self.times += 1
        return self.times


def test_it_asks_once_in_a_while():
    asked = Asked()
    rows = Remembered(asked)
    moments = [NOW, NOW + KEPT_FOR / 2, NOW + KEPT_FOR, NOW + KEPT_FOR * 2]
    assert [rows.at(at) for at in moments] == [1, 1, 2, 3]


def test_other_arguments_are_another_question():
    rows = Remembered(Asked())
    assert [rows.at(NOW, name) for name in ("pro", "archive", "pro")] == [1, 2, 1]


def test_clock_that_was_moved_back_makes_it_ask():
    rows = Remembered(Asked())
    assert [rows.at(NOW), rows.at(NOW - timedelta(seconds=1))] == [1, 2]


def test_what_was_to_be_forgotten_is_asked_anew():
    rows, others = Remembered(Asked()), Remembered(Asked())
    rows.at(NOW)
    others.at(NOW)
    forget_all()
    assert (rows.at(NOW), others.at(NOW)) == (2, 2)


def test_answer_from_before_a_forgetting_is_not_remembered_after_it():
    """The rows were read, then changed, then forgotten, and only then was the old answer at hand."""
    asked = Asked()

    def ask() -> int:
        if asked.times == 0:
            forget_all()
        return asked()

    rows = Remembered(ask)
    assert [rows.at(NOW), rows.at(NOW), rows.at(NOW)] == [1, 2, 2]
