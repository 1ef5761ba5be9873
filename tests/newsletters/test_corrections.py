"""The presses are stopped; what goes on is corrected, and who has the first one is written to once more."""

import pytest

from memberships.models import AuditEntry
from newsletters import editions, signups
from newsletters.delivery import copies
from newsletters.delivery.dispatch import BySmtp
from newsletters.delivery.editions import send_window, stencils_of
from newsletters.delivery.smtp import Line
from newsletters.editions import EditionError
from newsletters.models import Delivery, Edition, EditionItem
from tests.newsletters.builders import AT, edition, newsletter, person, story, subscriber

pytestmark = pytest.mark.usefixtures("committing")


@pytest.fixture
def letter():
    return newsletter("takeaway", name="The Takeaway")


def again(made: Edition) -> Edition:
    return Edition.objects.select_related("newsletter", "parent").get(pk=made.pk)


def send(made: Edition, windows: int = 99) -> None:
    """Hand over so many windows of two copies."""
    made, last = again(made), 0
    with Line() as line:
        transport = BySmtp(line)
        transport.window = 2
        while last is not None and windows:
            last = send_window(transport, made, stencils_of(made), lambda: AT, after=last)
            windows -= 1
    editions.finish(made, AT)


def halted(letter, readers: int = 5) -> Edition:
    """An edition that two readers have, the others not yet."""
    for number in range(readers):
        subscriber(letter, f"r{number}@example.org")
    made = edition(letter, story("Tea prices raise"))
    assert editions.freeze(made, AT)
    send(made, windows=1)
    editions.halt(made, person(), AT)
    return again(made)


def ledger(made: Edition) -> list[tuple[str, str, int]]:
    rows = Delivery.objects.of_edition(made).order_by("recipient_id")
    return list(rows.values_list("recipient__email", "state", "variant"))


def sums(made: Edition) -> dict[str, int]:
    return dict(made.tallies.filter(copies__gt=0).values_list("state", "copies"))


def test_the_rest_gets_the_corrected_one_and_who_had_the_first_keeps_it_in_the_ledger(sink, letter):
    made, editor = halted(letter), person()
    editions.reword(made, {"subject": "Tea prices rise"})
    editions.send_corrected(again(made), editor, AT)
    send(made)
    assert [(to, str(mail["Subject"])) for to, mail in sorted(sink.taken, key=lambda taken: taken[0])] == [
        ("r0@example.org", "What happened overnight"), ("r1@example.org", "What happened overnight"),
        ("r2@example.org", "Tea prices rise"), ("r3@example.org", "Tea prices rise"),
        ("r4@example.org", "Tea prices rise"),
    ]  # fmt: skip
    assert [variant for _address, _state, variant in ledger(made)] == [1, 1, 2, 2, 2]
    assert (again(made).state, sums(made)) == ("sent", {"accepted": 5})
    assert AuditEntry.objects.get(verb="edition.sent corrected").details == {"variant": 2}


def test_nobody_decides_over_copies_that_a_sender_holds(sink, letter):
    made, editor = halted(letter), person()
    window, _last = copies.take(made, AT, limit=1)
    for act in (editions.send_corrected, editions.leave_rest_out):
        with pytest.raises(EditionError, match="being handed over at this moment"):
            act(made, editor, AT)
    assert [variant for _address, _state, variant in ledger(made)] == [1] * 5
    assert (again(made).state, sums(made)) == ("halted", {"accepted": 2, "claimed": 1, "queued": 2})
    copies.give_back(made, window)
    editions.send_corrected(made, editor, AT)


def test_the_rest_is_left_out_and_the_sums_still_add_up(sink, letter):
    made = halted(letter)
    assert editions.leave_rest_out(made, person(), AT) == 3
    send(made)
    assert (again(made).state, sums(made), len(sink.taken)) == ("sent", {"accepted": 2, "halted": 3}, 2)
    with pytest.raises(EditionError, match="not halted"):
        editions.resume(made, person(), AT)


def test_correction_goes_to_exactly_those_who_have_or_may_have_the_wrong_one(sink, letter):
    made, editor = halted(letter, 6), person()
    had = Delivery.objects.of_edition(made)
    (_leaver, first), (stays, second) = [(copy.recipient, copy) for copy in had.filter(state="accepted")]
    had.filter(recipient=stays).update(state="uncertain")
    signups.leave(first.recipient, letter, AT)
    had.filter(recipient=had.filter(state="queued").last().recipient_id).update(state="failed")
    correction = editions.correct(made, editor, AT)
    assert editions.correct(made, editor, AT) == correction
    assert (correction.state, correction.subject) == ("composed", "Correction: What happened overnight")
    with pytest.raises(EditionError, match="what was wrong"):
        editions.approve(correction, editor, AT)
    editions.reword(correction, {"introduction": "Tea got cheaper."})
    editions.send_corrected(made, editor, AT)
    send(made)
    editions.approve(again(correction), editor, AT)
    assert editions.freeze(again(correction), AT)
    send(correction)
    assert [(to, state) for to, state, _variant in ledger(correction)] == [(second.recipient.email, "accepted")]
    assert again(correction).audience_size == 1
    (mail,) = [mail for _to, mail in sink.taken if str(mail["Subject"]).startswith("Correction:")]
    assert "Correction of an edition you have" in mail.get_body(["plain"]).get_content()
    assert "/newsletters/takeaway/2026-03-04/" in mail.get_body(["html"]).get_content()


def test_correction_of_one_that_went_on_corrected_is_for_who_got_the_first(sink, letter):
    made, editor = halted(letter), person()
    editions.send_corrected(made, editor, AT)
    send(made)
    correction = editions.correct(made, editor, AT)
    Edition.objects.filter(pk=correction.pk).update(introduction="Tea got cheaper.")
    EditionItem.objects.filter(edition=correction).delete()
    editions.approve(again(correction), editor, AT)
    assert editions.freeze(again(correction), AT)
    assert [to for to, _state, _variant in ledger(correction)] == ["r0@example.org", "r1@example.org"]


def test_correction_waits_until_nobody_is_being_given_what_it_corrects(sink, letter):
    made, editor = halted(letter), person()
    correction = editions.correct(made, editor, AT)
    Edition.objects.filter(pk=correction.pk).update(introduction="Tea got cheaper.", state="approved")
    window, _last = copies.take(made, AT, limit=1)
    assert not editions.freeze(again(correction), AT)
    copies.give_back(made, window)
    assert editions.freeze(again(correction), AT)


def test_correction_waits_while_what_it_corrects_goes_on_as_it_was(sink, letter):
    """Between two windows nobody holds a copy, and more people are about to get the wrong one."""
    made, editor = halted(letter), person()
    correction = editions.correct(made, editor, AT)
    Edition.objects.filter(pk=correction.pk).update(introduction="Tea got cheaper.", state="approved")
    editions.resume(made, editor, AT)
    send(made, windows=1)
    assert sums(made) == {"accepted": 4, "queued": 1}
    assert not editions.freeze(again(correction), AT)
    send(made)
    assert editions.freeze(again(correction), AT)
    assert again(correction).audience_size == 5


def test_what_was_corrected_does_not_go_on_as_it_was(sink, letter):
    """The correction would miss whoever gets the wrong one after it."""
    made, editor = halted(letter), person()
    correction = editions.correct(made, editor, AT)
    Edition.objects.filter(pk=correction.pk).update(introduction="Tea got cheaper.", state="approved")
    assert editions.freeze(again(correction), AT)
    with pytest.raises(EditionError, match="were sent a correction"):
        editions.resume(made, editor, AT)
    editions.send_corrected(again(made), editor, AT)
    send(made, windows=1)
    editions.halt(made, editor, AT)
    editions.resume(made, editor, AT)
    assert again(made).state == "sending"


def test_nobody_is_corrected_who_has_nothing(letter):
    with pytest.raises(EditionError, match="Nobody has this edition yet"):
        editions.correct(edition(letter), person(), AT)


def test_nobody_is_corrected_while_the_wrong_one_goes_out(letter):
    made = edition(letter)
    assert editions.freeze(made, AT)
    with pytest.raises(EditionError, match="Stop the presses first"):
        editions.correct(made, person(), AT)
