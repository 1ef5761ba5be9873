"""Journeys as an editor makes them, looks at them, lets them run and stops them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from memberships import clock
from memberships.models import AuditEntry
from newsletters.models import Journey, Run, Step, StepWords
from tests.newsletters.admin.forms import words
from tests.newsletters.builders import edition, newsletter, pro, recipient, story
from tests.newsletters.journeys.travelling import joins, journey, tick, welcome

pytestmark = pytest.mark.django_db


def _form(made: Journey | None = None, *steps: dict[str, object]) -> dict[str, object]:
    known = list(made.steps.in_order()) if made else []
    data: dict[str, object] = {
        "name": "Welcome", "slug": "welcome", "occasion": "confirmed", "newsletter": "", "product": pro().pk,
        "stream": "newsletters", "steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": len(known),
    }  # fmt: skip
    for number, step in enumerate(steps):
        values = {"position": number + 1, "wait_days": 0, "wait_hours": 0, "at_time": "", "condition": "everybody"}
        if number < len(known):
            values |= {"id": known[number].pk, "journey": known[number].journey_id}
        data |= {f"steps-{number}-{name}": value for name, value in (values | step).items()}
    return data


def test_an_editor_makes_one_writes_in_it_and_lets_it_run(client, works_as):
    editor, briefing = works_as("Editor"), newsletter(name="Gulf Briefing")
    client.post("/admin/newsletters/journey/add/", _form(None, {"kind": "welcome_expect"}, {"kind": "journey_words"}))
    made = Journey.objects.get()
    first, own = made.steps.in_order()
    page, begin = (f"/admin/newsletters/journey/{made.pk}/{name}/" for name in ("change", "run"))
    assert reverse("admin:newsletters_step_look", args=[first.pk]) in words(client.get(page))

    assert "has none yet" in words(client.post(begin))
    said = {"words-TOTAL_FORMS": 1, "words-INITIAL_FORMS": 0, "words-0-step": own.pk, "words-0-language": "en"}
    said |= {"words-0-subject": "How do you like it?", "words-0-text": "Write to us."}
    shown = client.post(f"/admin/newsletters/step/{own.pk}/change/", said, follow=True)
    assert "How do you like it?" in words(shown)
    client.post(begin)
    made.refresh_from_db()
    assert made.is_active
    verbs = AuditEntry.objects.filter(actor=editor).values_list("verb", flat=True)
    assert {"journey added", "journey letters changed", "journey words changed", "journey begun"} <= set(verbs)

    now = clock.now()
    joins(briefing, at=now)
    assert tick(now) == ["What to expect of Gulf Briefing"]
    assert "1 under way" in words(client.get(page))
    client.post(page, _form(made, {"kind": "welcome_expect", "position": 2}, {"kind": "journey_words", "position": 1}))
    assert [step.pk for step in made.steps.in_order()] == [own.pk, first.pk]


def test_a_letter_is_seen_as_it_would_arrive_in_the_language_of_its_list(client, works_as):
    briefing = newsletter(name="النشرة", language="ar")
    edition(briefing, story("Tea prices rise"), state="sent", audience_size=1, frozen_at=clock.now())
    first, archive, _product = welcome(briefing).steps.in_order()
    works_as("Editor")
    seen = words(client.get(f"/admin/newsletters/step/{first.pk}/look/?scheme=dark"))
    assert all(part in seen for part in ('width="360"', 'width="700"', "Tea prices rise"))
    copy = words(client.get(f"/admin/newsletters/step/{first.pk}/copy/?scheme=dark"))
    assert '<html lang="ar" dir="rtl"' in copy
    assert "@media all" in copy
    briefing.editions.update(state="composed")
    assert "nothing to say" in words(client.get(f"/admin/newsletters/step/{archive.pk}/look/"))
    assert not Run.objects.exists()


def test_stopping_one_ends_it_for_everybody_and_says_why(client, works_as):
    made = journey({}, {"wait_days": 1}, newsletter=(briefing := newsletter()), at=clock.now())
    joins(briefing, at=clock.now())
    tick(clock.now())
    works_as("Operator")
    stop = f"/admin/newsletters/journey/{made.pk}/stop/"
    assert client.get(stop).status_code == 200
    assert Run.objects.get().state == "running"
    client.post(stop, {"reason": "Its words are old."})
    assert (Run.objects.get().state, Run.objects.get().why) == ("stopped", "closed")
    assert AuditEntry.objects.get(verb="journey stopped").details == {"reason": "Its words are old.", "runs": 1}


def test_support_sees_who_is_on_one_and_changes_nothing(client, works_as, django_assert_max_num_queries):
    made = journey({"words": "Secret plans"}, newsletter=(briefing := newsletter()), at=clock.now())
    for number in range(3):
        joins(briefing, recipient(f"r{number}@example.org"), at=clock.now())
    tick(clock.now())
    works_as("Support")
    with django_assert_max_num_queries(16):
        assert "r2@example.org" in words(client.get(f"/admin/newsletters/run/?journey__id__exact={made.pk}"))
    step = Step.objects.get()
    for refused in (f"journey/{made.pk}/run/", f"journey/{made.pk}/stop/", f"step/{step.pk}/look/", "step/"):
        assert client.get(f"/admin/newsletters/{refused}").status_code == 403
    client.post(f"/admin/newsletters/step/{step.pk}/change/", {"words-TOTAL_FORMS": 0, "words-INITIAL_FORMS": 0})
    assert StepWords.objects.count() == 1


def test_one_of_members_is_about_no_list(client, works_as):
    works_as("Editor")
    wrong = _form(None, {"kind": "welcome_product"}) | {"occasion": "became", "newsletter": newsletter().pk}
    assert "names a product and no list" in words(client.post("/admin/newsletters/journey/add/", wrong))
    assert not Journey.objects.exists()
