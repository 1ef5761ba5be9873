"""A GET changes nothing that a person chose, bought, wrote or was granted (RFC 9110 §9.2.1).

Every address of the URL configuration is asked, as a stranger, a reader, a member, an editor and an operator, and what
the database is told meanwhile is listened to. So is who asks Stripe: rendering a page never does.
"""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse

from articles import publishing, tasks
from articles.media import share_pictures
from articles.models import Article, NotedReading
from memberships import clock, students, withdrawals
from memberships.models import Customer
from memberships.vouchers import links
from memberships.withdrawals import Declaration
from newsletters.models import EditionLink
from tests.contracts import house, listening
from tests.contracts.walking import model_key, routes
from tests.factories.articles import make_article
from tests.factories.memberships import make_staff
from tests.memberships.vouchers.giving import paid
from tests.people import Browser, anonymous, editor, member, reader

pytestmark = pytest.mark.django_db

WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+"?(\w+)', re.I)
# What a browser's session costs: that it exists, and where it was last seen.
BOOKKEEPING = {"django_session", "usersessions_usersession"}
# Coming back from the till reads the checkout again and writes down what it says.
MAY_WRITE = MAY_ASK = {"account_return", "voucher_return"}
# Reading a metered text is counted, and nothing else is written. That a story was opened, and what a letter led to, is
# noted in the cache server.
COUNTS = {"memberships_meteredreading"}
DESK = ("admin:",)
OF_THE_BUYER = ("voucher_bought", "voucher_pay", "voucher_redirect", "voucher_send", "voucher_print")


def operator() -> Browser:
    """Somebody who may open every page of the desk."""
    return Browser(make_staff("Operator", is_superuser=True))


@contextmanager
def written():
    """Collects the tables that are written to."""
    tables: set[str] = set()

    def listen(execute, sql, params, many, context):
        if found := WRITES.match(sql):
            tables.add(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield tables


@pytest.fixture
def values(settings) -> dict[str, object]:
    """A value for every argument that an address of ours can have."""
    whole = house.build()
    publishing.correct(whole.news, "The tariff fell by three per cent.", None, clock.now())
    article, edition = whole.news, whole.edition
    withdrawal = withdrawals.declare(Declaration("Ann", "ann@example.org", "", "en"), clock.now())
    gift, gift_token = paid()
    proof = students.ask_by_address(whole.team.owner, "ann@aub.edu.lb", ["aub.edu.lb"], clock.now())
    EditionLink.objects.create(edition=edition, number=1, target=f"{settings.SITE_URL}/")
    settings.COUNT_MAIL = True
    return {
        "code": "ar",
        "year": f"{article.year:04d}",
        "month": f"{article.month:02d}",
        "slug": "politics",
        "form": "rss",
        "day": edition.edition_on.isoformat(),
        "path": "pictures/none.jpg",
        "public_id": article.public_id,
        "lookup_key": "pro_annual",
        "token": whole.preferences,
        "mark": share_pictures.fingerprint(article),
        "shape": "card",
        "extension": "mp3",
        "part": 2,
        "provider": "nobody",
        "provider_id": "nobody",
        "app_label": "articles",
        "content_type_id": ContentType.objects.get_for_model(Article).pk,
        "url": "no-such-page",
        "key": "nobody-was-sent-this",
        "uidb36": "1",
        "pk": "1",
        "name": "none",
        "number": 1,
        "act": "retract",
        "id": 1,
    } | {
        # Where one value would not do: by the name of the address.
        "article": {"slug": article.slug},
        "event": {"slug": whole.event.slug},
        "event_live": {"slug": whole.event.slug},
        "event_ics": {"slug": whole.event.slug},
        "event_register": {"slug": whole.event.slug},
        "event_leave": {"slug": whole.event.slug},
        "newsletter": {"slug": edition.newsletter.slug},
        "edition": {"slug": edition.newsletter.slug},
        "topic": {"slug": "ports"},
        "topic_feed": {"slug": "ports"},
        "country": {"slug": "lebanon"},
        "country_feed": {"slug": "lebanon"},
        "series": {"slug": "lebanon-pulse"},
        "series_feed": {"slug": "lebanon-pulse"},
        "author": {"slug": "rima-daouk"},
        "author_feed": {"slug": "rima-daouk"},
        "article_changes": {"slug": article.slug},
        "recording": {"slug": article.slug},
        "recording_captions": {"slug": article.slug},
        "follow": {"kind": "topic", "slug": "ports"},
        "unfollow": {"kind": "topic", "slug": "ports"},
        "legal": {"slug": "terms"},
        "unsubscribe": {"token": whole.unsubscribe},
        "offers_stop": {"token": whole.offers},
        "mail_open": {"token": whole.copy},
        "mail_click": {"token": whole.copy},
        "signup_confirm": {"token": whole.confirm},
        "invitation": {"token": whole.invitation},
        "withdrawal": {"token": withdrawals.token_for(withdrawal)},
        "voucher": {"token": gift_token},
        "student_address": {"token": students.token_for(proof)},
        **{name: {"token": links.buyer_token(gift)} for name in OF_THE_BUYER},
        "account_team_invite": {"public_id": whole.team.public_id},
        "account_seat_release": {"public_id": whole.seat.public_id},
        "admin:member": {"pk": whole.team.owner_id},
        "admin:member_sign_out": {"pk": whole.team.owner_id},
    }


def addresses(values: dict[str, object], *, of_the_desk: bool) -> dict[str, str]:
    """Name of the route to its address."""
    found = {}
    for route in routes():
        if route.name.startswith(DESK) == of_the_desk:
            own = values.get(route.name, {})
            known = {**values, "object_id": model_key(route), **(own if isinstance(own, dict) else {})}
            found[route.name] = route.address(known)
    return found


@pytest.fixture
def asked(settings):
    """The paths Stripe is asked for."""
    with listening.ear() as (settings.STRIPE_API_BASE, paths):
        yield paths


def walk(browser: Browser, found: dict[str, str], asked: list[str]) -> dict[str, object]:
    """Everything that went wrong, by name of the route."""
    wrong: dict[str, object] = {}
    for name, address in found.items():
        asked.clear()
        with written() as tables:
            response = browser.get(address)
            b"".join(response.streaming_content) if response.streaming else response.content
        if response.status_code >= 500:
            wrong[name] = response.status_code
        if name not in MAY_WRITE and tables - BOOKKEEPING:
            wrong[name] = sorted(tables - BOOKKEEPING)
        if name not in MAY_ASK and asked:
            wrong[name] = list(asked)
    return wrong


def paying() -> Browser:
    """A member whom Stripe knows."""
    browser = member()
    Customer.objects.create(user=browser.user, stripe_id="cus_of_the_walk", created_at=clock.now())
    return browser


@pytest.mark.parametrize("person", [anonymous, reader, paying, editor])
def test_no_get_of_a_public_or_private_page_changes_anything_or_asks_stripe(values, person, asked):
    found = addresses(values, of_the_desk=False)
    assert len(found) > 80
    assert walk(person(), found, asked) == {}


@pytest.mark.parametrize("person", [member, editor, operator])
def test_no_get_of_the_desk_changes_anything_or_asks_stripe(values, person, asked):
    found = addresses(values, of_the_desk=True)
    assert len(found) > 150
    assert walk(person(), found, asked) == {}


def test_an_act_that_needs_stripe_would_be_heard(asked):
    paying().post(reverse("account_portal"))
    assert asked


@pytest.mark.parametrize(("person", "counted"), [(anonymous, set()), (reader, COUNTS), (member, set())])
def test_metered_text_only_counts_that_it_was_read(person, counted):
    browser, address = person(), make_article(access="metered").get_absolute_url()
    for expected in (counted, set()):
        with written() as tables:
            assert browser.get(address).status_code == 200
        assert tables - BOOKKEEPING == expected


@pytest.mark.parametrize("person", [anonymous, reader, member])
def test_story_that_a_page_names_is_noted_outside_the_database(person):
    """The request that every page makes is the log's source; what it notes is written later, by a task."""
    browser, story = person(), make_article()
    with written() as tables:
        assert browser.get("/account/here.json", {"story": str(story.public_id)}).status_code == 200
    assert tables - BOOKKEEPING == set()
    tasks.write_readings()
    assert NotedReading.objects.filter(article=story).count() == 1


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ('INSERT INTO "a_b" ("x") VALUES (1)', "a_b"),
        ('UPDATE "a_b" SET "x" = 1', "a_b"),
        ("delete from a_b where x", "a_b"),
        ('SELECT "x" FROM "a_b" FOR UPDATE', None),
        ('SAVEPOINT "s1"', None),
    ],
)
def test_writes_are_told_from_reads(sql, table):
    found = WRITES.match(sql)
    assert (found[2] if found else None) == table


def test_a_write_would_be_heard():
    with written() as tables:
        Article.objects.filter(pk=0).update(headline="x")
    assert tables == {"articles_article"}
