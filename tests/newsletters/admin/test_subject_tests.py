"""An editor has two subjects tried, sees how it stands, and looks at each letter."""

import pytest

from newsletters import editions
from newsletters.models import SubjectTest
from tests.newsletters.admin.forms import edition_form, words
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber

pytestmark = pytest.mark.django_db
SECOND = {"second_subject": "Tea got dearer", "test_share": 50, "test_waits": 60}


@pytest.fixture(autouse=True)
def counting(settings):
    settings.COUNT_MAIL = True


def test_editor_has_two_subjects_tried_and_looks_at_every_letter_of_the_edition(client, works_as):
    letter = newsletter(is_counted=True)
    for _number in range(40):
        subscriber(letter)
    made = edition(letter, state="composed")
    works_as("Editor")
    page, look = f"/admin/newsletters/edition/{made.pk}/change/", f"/admin/newsletters/edition/{made.pk}/look/"
    assert "Both subjects are the same." in words(
        client.post(page, edition_form(made, **SECOND | {"second_subject": made.subject}))
    )
    approved = words(client.post(page, edition_form(made, **SECOND, newsletters_edition_approve_late="1"), follow=True))
    assert "Approved." in approved
    assert "It is tried on 50 percent of the readers for 60 minutes." in approved
    assert "Tea got dearer</bdi></h1>" in words(client.get(f"{look}?variant=second"))
    assert "would be held back" not in words(client.get(look))
    SubjectTest.objects.update(subject="Tea [[name]]")
    for variant in ("", "second"):
        assert "<li><bdi>[[name]] stands in the letter" in words(client.get(f"{look}?variant={variant}"))
    SubjectTest.objects.update(subject="Tea got dearer")
    assert editions.freeze(made, AT)
    sending = words(client.get(page))
    assert "Which is better is decided at 10:30." in sending
    assert "<dt>waits for the better subject</dt>" in sending
    assert "second_subject" not in sending
    editions.decide_subjects(AT.replace(hour=10))
    assert "The rest gets the first subject." in words(client.get(page))
    editions.halt(made, person(), AT)
    halted = edition_form(made, subject="Tea got cheaper", newsletters_edition_send_corrected="1")
    assert "gets the corrected one" in words(client.post(page, halted, follow=True))
    subjects = {
        key: words(client.get(f"{look}?variant={key}")).split('<h1 class="desk-h1"><bdi>')[1][:15] for key in "123"
    }
    assert subjects == {"1": "What happened o", "2": "Tea got dearer<", "3": "Tea got cheaper"}
    assert "As it was corrected: 3" in words(client.get(look))
    letter_2 = client.get(f"/admin/newsletters/edition/{made.pk}/copy/?variant=2").content.decode()
    assert ("Tea got dearer" in letter_2, "[[link:" in letter_2) == (True, False)
    assert client.get(f"{look}?variant=9").status_code == 404


def test_test_that_is_not_possible_is_refused_and_nothing_is_approved_with_it(client, works_as):
    made = edition(newsletter(is_counted=False), state="composed")
    works_as("Editor")
    form = edition_form(made, **SECOND, newsletters_edition_approve="1")
    assert "are not counted, so nobody could tell" in words(
        client.post(f"/admin/newsletters/edition/{made.pk}/change/", form)
    )
    made.refresh_from_db()
    assert (made.state, SubjectTest.objects.exists()) == ("composed", False)
