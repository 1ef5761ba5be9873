"""Two subjects on a sample: drawn once, decided once by what people did, and nothing is lost whoever dies between."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletters import audience, editions, signups
from newsletters.editions import EditionError, sampling
from newsletters.editions.subject_tests import better, decide
from newsletters.models import Delivery, Edition, MailEvent, Newsletter, Recipient, SubjectTest, WarmUp
from newsletters.preflight.domains import ours
from newsletters.tracking.comparing import Reactions
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber
from tests.newsletters.sending import send, states

pytestmark = pytest.mark.django_db
FIRST, SECOND = "What happened overnight", "Tea got dearer overnight"
LATER = AT + timedelta(minutes=60)


@pytest.fixture(autouse=True)
def counting(settings):
    settings.COUNT_MAIL = True


def again(made: Edition) -> Edition:
    return Edition.objects.select_related("newsletter").get(pk=made.pk)


def tried(readers: int = 48, share: int = 50, **fields) -> Edition:
    """An edition whose sample is queued, as one reads it anew."""
    letter = newsletter(is_counted=True)
    for _number in range(readers):
        subscriber(letter)
    made = edition(letter, **fields)
    editions.try_subjects(made, SECOND, share, 60)
    assert editions.freeze(made, AT)
    return again(made)


def react(made: Edition, variant: int, *, clicks: int, opens: int, **facts) -> None:
    """So many of a variant's readers open it, and so many of those follow a link, nine minutes later."""
    copies = Delivery.objects.of_edition(made).filter(variant=variant).exclude(state="waiting")
    for number, reader in enumerate(copies.order_by("recipient_id").values_list("recipient", flat=True)[:opens]):
        values = {
            "edition_on": made.edition_on, "edition": made, "recipient_id": reader, "at": AT + timedelta(minutes=9),
            "method": "GET", "agent": "Mozilla Safari", "network": "n", "is_prefetch": False, "is_navigation": True,
            "is_data_centre": False, "seconds": 540, **facts,
        }  # fmt: skip
        kind, link = ("click", 1) if number < clicks else ("open", None)
        MailEvent.objects.create(id=uuid4(), kind=kind, link=link, **values)


def drawn(made: Edition) -> list[tuple[int, str, int]]:
    return list(Delivery.objects.of_edition(made).order_by("recipient_id").values_list("recipient", "state", "variant"))


@pytest.fixture
def a_list() -> Newsletter:
    letter = newsletter(is_counted=True)
    for _number in range(43):
        subscriber(letter)
    return letter


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.integers(2, 50))
def test_sample_and_rest_are_the_audience_whatever_the_share_and_drawn_alike_again(a_list, share):
    with transaction.atomic():
        made = edition(a_list)
        assert audience.freeze(made, AT, share) == 43
        found = drawn(made)
        half = 43 * share // 200
        kinds = [(state, variant) for _reader, state, variant in found]
        assert {reader for reader, _state, _variant in found} == {each.pk for each in audience.of(a_list, AT)}
        assert [kinds.count(kind) for kind in (("queued", 1), ("queued", 2), ("waiting", 1))] == [
            half, half, 43 - 2 * half,
        ]  # fmt: skip
        assert audience.freeze(made, AT, share) == 0
        Delivery.objects.of_edition(made).delete()
        audience.freeze(made, AT, share)
        assert drawn(made) == found
        transaction.set_rollback(True)


def test_rest_waits_for_the_subject_that_led_more_people_on_and_both_counts_are_kept(sink):
    made = tried()
    send(made)
    subjects = [str(mail["Subject"]) for _to, mail in sink.taken]
    assert (subjects.count(FIRST), subjects.count(SECOND)) == (12, 12)
    assert (again(made).state, states(made)) == ("sending", {"accepted": 24, "waiting": 24})
    react(made, 1, clicks=4, opens=12)
    react(made, 1, clicks=12, opens=12, method="HEAD")
    react(made, 2, clicks=5, opens=9)
    editions.decide_subjects(LATER - timedelta(seconds=1))
    assert states(made) == {"accepted": 24, "waiting": 24}
    # Somebody is killed in the middle: it is as before, and whoever comes next decides.
    with transaction.atomic():
        assert decide(made.pk, LATER)
        transaction.set_rollback(True)
    assert states(made) == {"accepted": 24, "waiting": 24}
    leaver = Delivery.objects.of_edition(made).filter(state="waiting")[0].recipient
    signups.leave(leaver, made.newsletter, AT)
    editions.decide_subjects(LATER)
    test = SubjectTest.objects.get()
    assert (test.winner, test.decided_at) == (2, LATER)
    assert (test.first_clicked, test.second_clicked, test.first_opened, test.second_opened) == (4, 5, 12, 9)
    sink.taken.clear()
    send(made, LATER)
    assert {str(mail["Subject"]) for _to, mail in sink.taken} == {SECOND}
    assert (again(made).state, states(made)) == ("sent", {"accepted": 47, "suppressed": 1})
    with pytest.raises(EditionError, match="on its way"):
        editions.try_subjects(made, "Another", 20, 60)


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        ((3, 12), (4, 8), 2),
        ((4, 10), (4, 11), 2),
        ((4, 12), (4, 11), 1),
        ((4, 12), (4, 12), 1),
        ((0, 0), (19, 19), 1),
        ((0, 1), (19, 19), 2),
    ],
)
def test_clicks_decide_then_openings_and_a_draw_or_too_few_leave_the_first(first, second, winner):
    assert better(Reactions(*first), Reactions(*second)) == winner


@pytest.mark.usefixtures("committing")
def test_two_at_once_decide_it_once():
    made = tried()
    react(made, 2, clicks=12, opens=12)
    react(made, 1, clicks=8, opens=9)

    def race(_number: int) -> bool:
        try:
            return decide(made.pk, LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(race, range(3))) == [False, False, True]
    assert states(made) == {"queued": 48}
    assert Delivery.objects.of_edition(made).filter(variant=2).count() == 36
    assert not decide(made.pk, LATER)


def test_halted_one_is_decided_when_it_goes_on():
    made, editor = tried(), person()
    editions.halt(made, editor, AT)
    editions.decide_subjects(LATER)
    assert states(made) == {"queued": 24, "waiting": 24}
    editions.resume(made, editor, LATER)
    editions.decide_subjects(LATER)
    assert (states(made), SubjectTest.objects.get().winner) == ({"queued": 48}, 1)


def test_corrected_one_goes_to_all_that_wait_and_a_correction_to_those_who_got_either(sink):
    made, editor = tried(), person()
    Delivery.objects.filter(pk__in=[copy.pk for copy in made.deliveries.filter(state="queued")[:9]]).update(
        state="accepted"
    )
    with pytest.raises(EditionError, match="Stop the presses first"):
        editions.correct(made, editor, AT)
    editions.halt(made, editor, AT)
    editions.send_corrected(again(made), editor, AT)
    assert (states(made), made.deliveries.filter(variant=3).count()) == ({"accepted": 9, "queued": 39}, 39)
    editions.decide_subjects(LATER)
    test = SubjectTest.objects.get()
    assert (test.winner, test.decided_at, made.deliveries.filter(variant=3).count()) == (None, AT, 39)
    assert editions.correct(made, editor, AT).corrects_up_to == 2


def test_correction_of_a_tested_one_that_is_over_is_for_both_subjects_and_the_rest_can_be_left_out():
    made, editor = tried(), person()
    made.deliveries.filter(state="queued").update(state="accepted")
    editions.halt(made, editor, AT)
    assert editions.leave_rest_out(made, editor, AT) == 24
    assert states(made) == {"accepted": 24, "halted": 24}
    correction = editions.correct(made, editor, AT)
    assert (correction.corrects_up_to, audience.of_edition(correction, AT).count()) == (2, 24)


def test_no_test_where_none_is_possible_and_a_letter_is_never_held_back_for_it(settings):
    letter = newsletter(is_counted=True)
    for made, why in (
        (edition(newsletter(is_counted=False)), "not counted"),
        (edition(letter, kind="weekly", is_primary=False), "own editions"),
        (edition(newsletter(is_counted=True, kind="review")), "own editions"),
    ):
        with pytest.raises(EditionError, match=why):
            editions.try_subjects(made, SECOND, 20, 60)
    plan = WarmUp.objects.create(domain=ours(), plan=[2])
    assert "is new" in sampling.obstacle(edition(newsletter(is_counted=True)))
    plan.delete()
    small = tried(readers=9)
    editions.decide_subjects(AT)
    assert states(small) == {"queued": 9}
    for _number in range(48):
        subscriber(letter)
    made = edition(letter)
    editions.try_subjects(made, SECOND, 50, 60)
    settings.COUNT_MAIL = False
    assert editions.freeze(made, AT)
    assert (states(made), made.variants.count()) == ({"queued": 48}, 1)


def test_one_whose_second_subject_is_unfit_is_held_back_and_goes_once_that_is_mended():
    letter = newsletter(is_counted=True)
    for _number in range(4):
        subscriber(letter)
    made = edition(letter)
    editions.try_subjects(made, "Tea [[name]]", 50, 60)
    assert not editions.freeze(made, AT)
    made.refresh_from_db()
    assert (made.state, made.variants.count()) == ("held", 0)
    assert "[[name]] stands in the letter" in made.held_because
    editions.try_subjects(made, SECOND, 50, 60)
    editions.approve(made, person(), AT)
    assert editions.freeze(made, AT)
    assert list(made.variants.values_list("subject", flat=True)) == [FIRST, SECOND]


def test_who_is_not_counted_gets_a_subject_but_plays_no_part():
    made = tried()
    react(made, 1, clicks=12, opens=12)
    react(made, 2, clicks=9, opens=9)
    uncounted = Delivery.objects.of_edition(made).filter(variant=1).values("recipient")
    Recipient.objects.filter(pk__in=uncounted).update(is_counted=False)
    assert decide(made.pk, LATER)
    test = SubjectTest.objects.get()
    assert (test.winner, test.first_opened, test.second_opened) == (1, 0, 9)
