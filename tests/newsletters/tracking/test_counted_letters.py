"""Letters with a picture and links of our own: who has them, where they lead, and what is written of them."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from memberships import clock, passes
from newsletters import editions, tasks, tokens
from newsletters.models import Edition, EditionLink, MailEvent, Recipient
from newsletters.tracking import keeping, waiting
from tests.newsletters.builders import AT, story, subscriber
from tests.newsletters.sending import send
from tests.newsletters.tracking.letters import followed, frozen, opened, sent, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counting")]
OURS = re.compile(r"http://testserver(/n/[oc]/([\w-]+)(?:/(\d+))?)")


def parts_of(message) -> tuple[str, str]:
    return tuple(message.get_body([kind]).get_content() for kind in ("plain", "html"))


def test_who_is_counted_gets_links_of_ours_and_who_is_not_gets_them_straight(sink, letter):
    reader, other = subscriber(letter, "a@example.org"), subscriber(letter, "b@example.org")
    Recipient.objects.filter(pk=other.pk).update(is_counted=False)
    told = story("The port", access="metered")
    made = frozen(letter, told)
    send(made)
    letters = dict(sink.taken)
    mine, theirs = parts_of(letters["a@example.org"]), parts_of(letters["b@example.org"])
    for text in mine:
        assert {token for _path, token, _number in OURS.findall(text)} == {token_of(made, reader)}
        assert f"/newsletters/unsubscribe/{tokens.for_unsubscribing(reader.public_id, letter.pk)}/" in text
        assert told.get_absolute_url() not in text
    assert "/n/o/" in mine[1]
    assert "[[" not in "".join([*mine, *theirs])
    owned = passes.issue(other.public_id, str(told.public_id), made.due_at.date())
    for text in theirs:
        assert "/n/" not in text
        assert f"{told.get_absolute_url()}?pass={owned}" in text
    assert letters["a@example.org"]["List-Unsubscribe"].startswith("<http://testserver/newsletters/unsubscribe/")


@pytest.mark.parametrize(("site", "of_list"), [(False, True), (True, False)])
def test_neither_a_site_nor_a_list_that_does_not_count_has_such_links(settings, sink, letter, site, of_list):
    settings.COUNT_MAIL, letter.is_counted = site, of_list
    letter.save()
    subscriber(letter)
    send(frozen(letter))
    assert not any("/n/" in text for text in parts_of(sink.taken[0][1]))


def test_link_leads_where_it_was_fixed_and_opens_with_a_pass_of_the_editions_day(letter):
    reader, told = subscriber(letter), story("The port", access="metered")
    made = frozen(letter, told)
    link = EditionLink.objects.get(edition=made, article=told)
    answers = [followed(made, reader, link.number), Client().head(f"/n/c/{token_of(made, reader)}/{link.number}")]
    for answer in answers:
        to = urlsplit(answer["Location"])
        said = parse_qs(to.query)
        assert (answer.status_code, to.path) == (302, told.get_absolute_url())
        assert passes.opens(said["pass"][0], str(told.public_id), AT)
        assert said["utm_content"] == [str(made.public_id)]
        assert answer["Cache-Control"] == "private, no-store"
    told.slug = "elsewhere"
    told.save()
    assert followed(made, reader, link.number)["Location"] == answers[0]["Location"]


def test_link_leads_nowhere_else(letter):
    reader = subscriber(letter)
    made = frozen(letter)
    token = token_of(made, reader)
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for path in (f"/n/c/{token}/99", f"/n/c/{forged}/1", f"/n/o/{forged}", "/n/o/x", "/n/c/é/1"):
        assert Client().get(path).status_code == 404, path
    assert urlsplit(Client().get(f"/n/c/{token}/1?url=https://evil.example/")["Location"]).netloc == "testserver"
    assert Client().post(f"/n/c/{token}/1").status_code == 405


def test_all_variants_of_an_edition_share_their_numbers(letter):
    subscriber(letter)
    first, second = story("One"), story("Two")
    made = frozen(letter, first)
    before = dict(made.links.values_list("number", "target"))
    made.items.create(article=second, position=2)
    with transaction.atomic():
        editions.steps.fix_words(made, 2, AT)
    after = dict(made.links.values_list("number", "target"))
    assert before.items() < after.items()
    assert [link.article for link in made.links.exclude(number__in=before)] == [second]


def test_a_request_is_noted_outside_the_database_and_written_once(letter, django_assert_num_queries):
    reader = subscriber(letter)
    made = sent(letter)
    with django_assert_num_queries(0):
        answer = opened(made, reader)
    assert (answer["Content-Type"], len(answer.content)) == ("image/gif", 43)
    followed(made, reader)
    followed(made, reader, 0)
    batch = waiting.oldest(9)
    assert batch is not None
    assert tasks.write_mail_events() == 3
    for _again in range(2):
        keeping.write(made.pk, batch.notes, clock.now())
    assert tasks.write_mail_events() == 0
    events = list(MailEvent.objects.order_by("id").values_list("kind", "link", "method", "agent", "recipient"))
    agent = "AppleWebKit Version Safari"
    assert sorted(events, key=lambda each: each[0]) == [
        ("click", 1, "GET", f"Mozilla {agent}", reader.pk),
        ("honeypot", None, "GET", f"Mozilla {agent}", reader.pk),
        ("open", None, "GET", f"Mozilla {agent}", reader.pk),
    ]
    kept = MailEvent.objects.filter(kind="open").get()
    assert 530 < kept.seconds < 560
    assert "127.0.0.1" not in str(vars(kept))


def test_nobody_is_noted_who_does_not_want_it(letter):
    reader, other = subscriber(letter), subscriber(letter)
    made = sent(letter)
    followed(made, reader, **{"Sec-GPC": "1"})
    followed(made, reader, DNT="1")
    assert waiting.oldest(9) is None
    followed(made, reader)
    followed(made, other)
    tasks.write_mail_events()
    assert MailEvent.objects.count() == 2
    page = f"/newsletters/preferences/{tokens.for_preferences(reader.public_id)}/"
    assert "Do not count what I open and click" in Client().get(page).content.decode()
    Client().post(page, {"newsletters": [letter.slug], "counting": "asked", "uncounted": "1"})
    assert list(MailEvent.objects.values_list("recipient", flat=True)) == [other.pk]
    assert followed(made, reader).status_code == 302
    tasks.write_mail_events()
    assert MailEvent.objects.count() == 1
    Client().post(page, {"newsletters": [letter.slug], "counting": "asked"})
    reader.refresh_from_db()
    assert reader.is_counted
    followed(made, reader)
    tasks.write_mail_events()
    assert MailEvent.objects.count() == 1, "what of this letter was counted and went may not be counted twice"


def test_letters_are_counted_for_a_month_and_not_without_end(letter):
    reader = subscriber(letter)
    made = sent(letter)
    for _time in range(3):
        followed(made, reader)
    batch = waiting.oldest(9)
    assert batch is not None
    Edition.objects.filter(pk=made.pk).update(edition_on=clock.now().date() - timedelta(days=31))
    assert keeping.write(made.pk, batch.notes, clock.now()) == []


def test_events_are_never_changed(letter):
    made = frozen(letter)
    fields = {"method": "GET", "is_prefetch": False, "is_navigation": True, "is_data_centre": False, "at": AT}
    key = {"edition": made, "edition_on": made.edition_on, "recipient_id": 1}
    MailEvent.objects.create(id="00000000-0000-7000-8000-000000000001", kind="open", **key, **fields)
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        MailEvent.objects.update(kind="click")
    with pytest.raises(IntegrityError), transaction.atomic():
        MailEvent.objects.create(id="00000000-0000-7000-8000-000000000002", kind="click", **key, **fields)


def test_a_provider_puts_the_same_links_into_its_letters(provider, letter):
    reader = subscriber(letter, "a@example.org")
    made = frozen(letter)
    cache.delete("newsletters.provider.pause")
    tasks.send_edition(made.pk)
    (sent,) = provider.kept.letters("a@example.org")
    assert {found[1] for found in OURS.findall(str(sent))} == {token_of(made, reader)}
