"""An editor stops the presses and decides what becomes of the rest."""

import pytest

from memberships.models import AuditEntry
from newsletters import editions
from newsletters.models import Delivery, Edition
from tests.newsletters.admin.forms import edition_form, words
from tests.newsletters.builders import AT, edition, newsletter, story, subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Edition:
    """An edition that one reader has and another waits for."""
    letter = newsletter()
    reader, _waiting = subscriber(letter), subscriber(letter)
    made = edition(letter, story("Tea prices raise"))
    assert editions.freeze(made, AT)
    Delivery.objects.filter(recipient=reader).update(state="accepted")
    return made


def press(client, made: Edition, name: str) -> str:
    return words(client.post(f"/admin/newsletters/edition/{made.pk}/{name}/", follow=True))


def test_editor_halts_mends_and_sends_the_corrected_one_to_the_rest(client, works_as, made):
    editor = works_as("Editor")
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    sending = words(client.get(path))
    assert "Stop the presses" in sending
    assert 'http-equiv="refresh"' in sending
    assert "Go on as it was" not in sending
    halted = press(client, made, "halt")
    assert "Halted. No further copy is begun." in halted
    assert 'http-equiv="refresh"' not in halted
    form = edition_form(made, subject="Tea prices rise", newsletters_edition_send_corrected="1")
    assert "gets the corrected one" in words(client.post(path, form, follow=True))
    made.refresh_from_db()
    assert (made.state, made.subject) == ("sending", "Tea prices rise")
    assert list(made.deliveries.order_by("variant").values_list("state", "variant")) == [("accepted", 1), ("queued", 2)]
    assert list(AuditEntry.objects.filter(actor=editor).order_by("id").values_list("verb", flat=True)) == [
        "edition.halted", "edition.sent corrected",
    ]  # fmt: skip
    assert "This edition is not halted" in press(client, made, "resume")


def test_editor_goes_on_as_it_was(client, works_as, made):
    works_as("Editor")
    press(client, made, "halt")
    assert "It goes on where it stopped." in press(client, made, "resume")
    made.refresh_from_db()
    assert made.state == "sending"


def test_editor_writes_to_those_who_have_it_and_leaves_the_rest_out(client, works_as, made):
    works_as("Editor")
    press(client, made, "halt")
    assert 'value="Correction: What happened overnight"' in press(client, made, "correct")
    correction = Edition.objects.get(parent=made)
    seen = words(client.get(f"/admin/newsletters/edition/{correction.pk}/change/"))
    assert f'/{made.pk}/change/">The edition it corrects' in seen
    assert "Nothing brings that back" in words(client.get(f"/admin/newsletters/edition/{made.pk}/leave_rest_out/"))
    assert "Copies left out: 1" in press(client, made, "leave_rest_out")
    made.refresh_from_db()
    assert made.state == "sent"


@pytest.mark.parametrize("name", ["halt", "resume", "correct", "leave_rest_out"])
def test_who_may_not_change_editions_presses_nothing(client, works_as, made, name):
    works_as("Sales")
    assert client.post(f"/admin/newsletters/edition/{made.pk}/{name}/").status_code == 403
    works_as("Editor")
    assert client.get(f"/admin/newsletters/edition/{made.pk}/{name}/").status_code == (
        200 if name == "leave_rest_out" else 405
    )
    made.refresh_from_db()
    assert made.state == "sending"


def test_editor_is_asked_whether_what_is_late_goes_out_anyway(client, works_as):
    works_as("Editor")
    late = edition(newsletter(wants_approval=True), story(), state="composed")
    path = f"/admin/newsletters/edition/{late.pk}/change/"
    assert "?needs=decision" in words(client.get("/admin/"))
    assert path in words(client.get("/admin/newsletters/edition/?needs=decision"))
    seen = words(client.get(path))
    assert "It was due on 4 March at 09:29" in seen
    assert "Save and send it anyway" in seen
    assert "Save and approve" not in seen
    refused = client.post(path, edition_form(late, newsletters_edition_approve="1"), follow=True)
    assert "Send it anyway, or leave it out." in words(refused)
    client.post(path, edition_form(late, newsletters_edition_approve_late="1"), follow=True)
    late.refresh_from_db()
    assert (late.state, late.may_be_late) == ("approved", True)
    assert path not in words(client.get("/admin/newsletters/edition/?needs=decision"))
    assert "If it was the edition of a day, the next one takes its stories." in press(client, late, "leave_out")
    late.refresh_from_db()
    assert late.state == "left_out"


def test_desk_says_that_copies_are_in_doubt(client, works_as, made):
    works_as("Editor")
    path = f"/admin/newsletters/edition/{made.pk}/change/"
    assert path not in words(client.get("/admin/newsletters/edition/?needs=doubts"))
    Delivery.objects.filter(state="queued").update(state="uncertain")
    assert path in words(client.get("/admin/newsletters/edition/?needs=doubts"))
