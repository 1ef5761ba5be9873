"""Freezing a review gives every member's copy the review that is theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from articles.models import HistoryEntry
from memberships.models import User
from newsletters import editions
from newsletters.digests import assigning, pool
from newsletters.digests.allocating import allocate
from newsletters.models import Delivery, Edition, EditionItem, Variant
from tests.newsletters.builders import AT, edition, newsletter, subscriber
from tests.newsletters.delivery.test_providers import send as by_provider
from tests.newsletters.digests.press import industries, member, of, review, review_list, user_of, variant_of
from tests.newsletters.sending import send, states

pytestmark = pytest.mark.django_db


def letters(sink) -> dict[str, list[str]]:
    """The headlines in each address's letter, in both parts alike."""
    found = {}
    for address, message in sink.taken:
        text, html = (message.get_body([kind]).get_content() for kind in ("plain", "html"))
        told = [line for line in text.splitlines() if line.startswith("Story ")]
        assert told == [part.split("<")[0] for part in html.split('text-decoration:none">')[2:]]
        found[address] = told
    return found


def test_each_member_gets_exactly_their_own_stories_and_why(sink):
    banking, energy, oil = industries()
    stories = [of(banking, "Story B1"), of(banking, "Story B2"), of(energy, "Story E1"), of(oil, "Story O1")]
    letter = review_list(most_items=4)
    first, second = member(letter, banking, energy, oil), member(letter, oil, energy, banking)
    reader = member(letter, banking, energy, oil, read=(stories[0],))
    unranked = member(letter)
    made = review(letter, *stories)
    assert editions.freeze(made, AT)
    made.refresh_from_db()
    send(made)
    told = letters(sink)
    assert told[first.email] == ["Story B1", "Story B2", "Story E1", "Story O1"]
    assert told[second.email] == ["Story O1", "Story E1", "Story B1", "Story B2"]
    assert told[reader.email] == ["Story B2", "Story E1", "Story O1"]
    assert told[unranked.email] == ["Story B1", "Story B2", "Story E1", "Story O1"]
    (letter_of_first,) = [message for address, message in sink.taken if address == first.email]
    for kind in ("plain", "html"):
        assert "Banking is number 1 in your order." in letter_of_first.get_body([kind]).get_content()
    assert letter_of_first["Subject"] == "The Review, 4 March 2026"


WEEKS = st.fixed_dictionaries({
    "stories": st.lists(st.sets(st.integers(0, 3), max_size=2), min_size=1, max_size=9),
    "pinned": st.integers(0, 8), "dropped": st.integers(0, 8), "places": st.integers(1, 6),
    "members": st.lists(st.tuples(st.permutations(range(4)) | st.just(()), st.sets(st.integers(0, 8))), max_size=5),
})  # fmt: skip


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WEEKS)
def test_every_copy_is_what_the_allocator_says_and_reads_so(sink, week):
    named = industries(4)
    sink.taken.clear()
    letter = review_list(most_items=week["places"])
    stories = [of(named[0], f"Story {number}") for number in range(len(week["stories"]))]
    for made, chosen in zip(stories, week["stories"], strict=True):
        made.industries.set([named[number] for number in chosen])
    issue = review(letter, *stories)
    items = list(issue.items.all())
    if week["dropped"] < len(items):
        EditionItem.objects.filter(pk=items[week["dropped"]].pk).update(is_dropped=True)
    if week["pinned"] < len(items) and week["pinned"] != week["dropped"]:
        EditionItem.objects.filter(pk=items[week["pinned"]].pk).update(is_pinned=True)
    assume(issue.items.shown().exists())
    wanted = {}
    slate = pool.slate_for(issue, AT)
    for order, read in week["members"]:
        known = tuple(stories[number] for number in read if number < len(stories))
        reader = member(letter, *(named[number] for number in order), read=known)
        picks = allocate(slate, [named[number].pk for number in order], [each.pk for each in known])
        wanted[reader.email] = [f"Story {[each.pk for each in stories].index(pick.article)}" for pick in picks]
    editions.freeze(issue, AT)
    issue.refresh_from_db()
    send(issue)
    assert letters(sink) == {address: told for address, told in wanted.items() if told}
    assert sum(states(issue).values()) == len(wanted) == issue.audience_size


def test_equal_orders_share_a_variant_and_nobody_elses_order_matters():
    banking, energy, oil = industries()
    stories = [of(banking), of(energy), of(oil)]
    letter = review_list()
    one, other = member(letter, oil, banking, energy), member(letter, oil, banking, energy)
    odd = member(letter, energy, oil, banking)
    made = review(letter, *stories)
    editions.freeze(made, AT)
    assert variant_of(made, one) == variant_of(made, other) != variant_of(made, odd)
    assert Variant.objects.filter(edition=made).count() == 2
    assert not Variant.objects.filter(edition=made).exclude(html="", text="").exists()


def test_who_would_get_nothing_gets_no_letter_and_is_counted(sink):
    (banking,) = industries(1)
    only = of(banking)
    letter = review_list()
    member(letter, banking, read=(only,))
    other = member(letter, banking)
    made = review(letter, only)
    editions.freeze(made, AT)
    made.refresh_from_db()
    assert states(made) == {"queued": 1, "suppressed": 1}
    assert made.audience_size == 2
    send(made)
    assert sink.addresses == [other.email]
    made.refresh_from_db()
    assert made.state == Edition.State.SENT


def test_what_counts_as_known_is_what_was_read_while_it_was_kept_or_received_before():
    (banking,) = industries(1)
    read, unkept, received, old, fresh = (of(banking, f"Story {number}") for number in range(5))
    letter, briefing = review_list(most_items=5), newsletter()
    reader = member(letter, banking, read=(read, unkept))
    HistoryEntry.objects.filter(article=unkept).update(last_read_at=AT - timedelta(seconds=1))
    for story, days in ((received, 3), (old, 29)):
        before = edition(briefing, story, edition_on=AT.date() - timedelta(days=days))
        Variant.objects.create(edition=before, number=1, language="en", rendered_at=AT, items=[story.pk])
        Delivery.objects.create(edition=before, edition_on=before.edition_on, recipient=reader, state="accepted")
    made = review(letter, read, unkept, received, old, fresh)
    editions.freeze(made, AT)
    assert set(variant_of(made, reader).items) == {unkept.pk, old.pk, fresh.pk}


def test_a_history_that_is_switched_off_counts_for_nothing():
    (banking,) = industries(1)
    only = of(banking)
    letter = review_list()
    reader = member(letter, banking, read=(only,))
    User.objects.filter(pk=user_of(reader).pk).update(history_since=None)
    made = review(letter, only)
    editions.freeze(made, AT)
    assert variant_of(made, reader).items == [only.pk]


def test_a_briefing_says_what_it_carried_and_a_refused_copy_carried_nothing():
    (banking,) = industries(1)
    first, second = of(banking), of(banking)
    letter, briefing = review_list(), newsletter()
    reader = member(letter, banking)
    sent = edition(briefing, first, edition_on=AT.date() - timedelta(days=1))
    editions.freeze(sent, AT)
    assert Variant.objects.get(edition=sent).items == [first.pk]
    Delivery.objects.create(edition=sent, edition_on=sent.edition_on, recipient=reader, state="failed")
    made = review(letter, first, second)
    editions.freeze(made, AT)
    assert set(variant_of(made, reader).items) == {first.pk, second.pk}


def test_the_audience_is_who_holds_pro_at_that_minute():
    (banking,) = industries(1)
    letter = review_list()
    subscriber(letter)
    held = member(letter, banking)
    lost = member(letter, banking)
    user_of(lost).entitlements.update(ends_at=AT - timedelta(minutes=1))
    made = review(letter, of(banking))
    editions.freeze(made, AT)
    assert list(Delivery.objects.of_edition(made).values_list("recipient", flat=True)) == [held.pk]


def test_chunks_come_to_the_same_as_one(monkeypatch):
    named = industries()
    stories = [of(each) for each in named * 2]
    letter = review_list()
    readers = [member(letter, *named[place:], *named[:place]) for place in (0, 1, 2, 0, 1)]
    made = review(letter, *stories)
    editions.freeze(made, AT)
    whole = [variant_of(made, reader).items for reader in readers]
    monkeypatch.setattr(assigning, "CHUNK", 2)
    Variant.objects.filter(edition=made).delete()
    assigning.assign(made, pool.slate_for(made, AT), AT)
    assert [variant_of(made, reader).items for reader in readers] == whole
    assert Variant.objects.filter(edition=made).count() == 3


def test_a_correction_tells_the_rest_their_own_stories_in_the_new_words(sink):
    banking, energy, _oil = industries()
    wrong, right, gone = of(banking, "Story wrong"), of(energy, "Story right"), of(energy, "Story gone")
    letter = review_list()
    reader = member(letter, energy, banking)
    made = review(letter, wrong, right, gone)
    editions.freeze(made, AT)
    editor = User.objects.create_user("editor@example.org")
    editions.halt(made, editor, AT)
    before = variant_of(made, reader)
    wrong.headline = "Story mended"
    wrong.save()
    EditionItem.objects.filter(edition=made, article=gone).update(is_dropped=True)
    editions.send_corrected(made, editor, AT)
    made.refresh_from_db()
    after = variant_of(made, reader)
    assert (before.items, after.items) == ([right.pk, gone.pk, wrong.pk], [right.pk, wrong.pk])
    send(made)
    assert letters(sink) == {reader.email: ["Story right", "Story mended"]}
    correction = editions.correct(made, editor, AT)
    assert correction.corrects_up_to == 1
    assert not correction.items.exists()


def test_what_changes_after_the_freeze_changes_nobodys_letter_that_goes_on_as_it_was(sink):
    (banking,) = industries(1)
    story = of(banking, "Story as frozen")
    letter = review_list()
    member(letter, banking)
    made = review(letter, story)
    editions.freeze(made, AT)
    made.refresh_from_db()
    story.headline = "Story as changed"
    story.save()
    editor = User.objects.create_user("editor@example.org")
    editions.halt(made, editor, AT)
    editions.reword(made, {"subject": "The Review, mended"})
    editions.resume(made, editor, AT)
    made.refresh_from_db()
    send(made)
    assert list(letters(sink).values()) == [["Story as frozen"]]
    assert sink.taken[0][1]["Subject"] == "The Review, 4 March 2026"


@pytest.mark.usefixtures("own_cache")
def test_a_provider_is_told_each_members_own(provider):
    banking, energy, _oil = industries()
    letter = review_list(most_items=1)
    one, other = member(letter, banking, energy), member(letter, energy, banking)
    made = review(letter, of(banking, "Story B"), of(energy, "Story E"))
    editions.freeze(made, AT)
    made.refresh_from_db()
    assert by_provider(made) == {"accepted": 2}
    for reader, told, untold in ((one, "Story B", "Story E"), (other, "Story E", "Story B")):
        (written,) = provider.kept.letters(reader.email)
        assert told in written["text"]
        assert told in written["html"]
        assert untold not in written["text"] + written["html"]
