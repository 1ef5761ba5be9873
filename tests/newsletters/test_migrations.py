"""Words that were plain before they had an editor: what a newsroom wrote is kept, there and back."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from newsletters import prose
from tests.newsletters.builders import edition, newsletter

pytestmark = pytest.mark.django_db
migration = import_module("newsletters.migrations.0016_marks_and_sponsors")
PLAIN = [
    "Good morning.",
    "Tea & toast for < 5 > dollars, said \"she\" and 'he'.",
    "Two lines\nof one paragraph.\n\nAnd a second one.",
    "صباح الخير.\n\nخبر واحد & صورة.",
    "&amp; was written so.",
]


@pytest.mark.parametrize("words", PLAIN)
def test_introductions_and_notes_survive_the_way_there_and_back(words):
    made = edition(newsletter(), introduction=words)
    item, line = made.items.get(), words.splitlines()[0]
    type(item).objects.update(note=line)
    migration.mark_up(apps, None)
    made.refresh_from_db()
    item.refresh_from_db()
    assert made.introduction == prose.clean(made.introduction)
    assert made.introduction.startswith("<p>")
    assert "\n" not in made.introduction
    assert made.introduction.count("<p>") == words.count("\n\n") + 1
    migration.strip_marks(apps, None)
    made.refresh_from_db()
    item.refresh_from_db()
    assert (made.introduction, item.note) == (words, line)


def test_lists_and_bold_words_become_lines_on_the_way_back():
    made = edition(newsletter(), introduction="<p>Read <strong>first</strong>:</p><ul><li>one</li><li>two</li></ul>")
    migration.strip_marks(apps, None)
    made.refresh_from_db()
    assert made.introduction == "Read first:\n\none\ntwo"
