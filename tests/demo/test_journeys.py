"""The demo publication welcomes whoever is new on a list, in the words of its house."""

from __future__ import annotations

import pytest
from django.conf import settings

from newsletters.models import Journey, Message, StepWords
from newsroom.demo.seeding import content
from newsroom.demo.seeding.journeys import seed_journeys
from tests.newsletters.builders import AT, edition, memo, newsletter, pro, story
from tests.newsletters.journeys.travelling import DAY, joins, tick

pytestmark = pytest.mark.django_db


def test_a_new_reader_gets_three_letters_however_often_it_is_seeded():
    for _time in range(2):
        seed_journeys(content.publication()["journeys"], pro(), AT)
    for language, _name in settings.LANGUAGES:
        assert StepWords.objects.filter(language=language).count() == 2

    briefing = newsletter(name="Gulf Briefing", time_zone="Asia/Riyadh")
    edition(briefing, story("No seal was broken"), memo(), state="sent", audience_size=1, frozen_at=AT)
    joins(briefing, at=AT + DAY)
    assert [tick(AT + days * DAY) for days in range(1, 14)] == [
        ["What to expect of Gulf Briefing"], [], [], [], ["Stories we would keep"], [], [], [], [],
        ["Who pays for this letter"], [], [], [],
    ]  # fmt: skip
    assert "No seal was broken" in Message.objects.get(kind="welcome_archive").text
    assert Journey.objects.get().runs.get().state == "done"
