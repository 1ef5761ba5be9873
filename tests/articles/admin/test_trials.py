"""Trying other terms at the desk: who may, what the page asks and shows, and that nothing is switched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from articles.models import AccessRule, Simulation
from articles.simulating import trials
from articles.tasks import simulate
from memberships import clock
from memberships.models import Paywall
from tests.articles.builders import terms
from tests.articles.simulating.builders import noted
from tests.factories.articles import make_article
from tests.factories.memberships import make_reader, make_staff
from tests.people import Browser, anonymous, editor, journalist, reader

pytestmark = pytest.mark.django_db
PAGE = "/admin/articles/accessrule/trials/"


def operator() -> Browser:
    return Browser(make_staff("Operator"))


def text_of(browser: Browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def ask(browser: Browser, **chosen: object) -> Simulation:
    response = browser.post(PAGE, {"allowance": 1, "registered_allowance": 1, **chosen})
    assert response.status_code == 302, response.content.decode()
    trial = Simulation.objects.latest("pk")
    assert response["Location"] == f"{PAGE}{trial.pk}/"
    return trial


@pytest.fixture
def log() -> None:
    terms(allowance=3, registered_allowance=3)
    begins = clock.now().replace(day=1, hour=12) if clock.now().day > 2 else clock.now() - timedelta(days=20)
    ada = make_reader("Ada")
    for number in range(3):
        story = make_article(f"Counted {number}", access="metered", at=begins - timedelta(days=1))
        for visitor in range(400):
            noted(story, begins + timedelta(minutes=number), f"visitor {visitor}")
        noted(story, begins + timedelta(minutes=number), ada)


def test_only_who_may_change_the_terms_tries_others():
    trial = Simulation.objects.create(asked_at=clock.now(), allowance=1, registered_allowance=1)
    for address in (PAGE, f"{PAGE}{trial.pk}/"):
        assert operator().get(address).status_code == 200
        assert [person().get(address).status_code for person in (editor, journalist)] == [403, 403]
        assert [person().get(address).status_code for person in (reader, anonymous)] == [302, 302]
    assert editor().post(PAGE, {"allowance": 1, "registered_allowance": 1}).status_code == 403
    assert Simulation.objects.count() == 1


def test_door_is_shown_to_whom_it_opens():
    assert PAGE in text_of(operator(), "/admin/articles/accessrule/")
    assert PAGE not in text_of(editor(), "/admin/articles/accessrule/")


def test_empty_log_is_said_to_be_and_nothing_is_asked():
    page, browser = "No reading has been noted yet", operator()
    assert page in text_of(browser, PAGE)
    assert page in browser.post(PAGE, {"allowance": 1, "registered_allowance": 1}).content.decode()
    assert not Simulation.objects.exists()


@pytest.mark.usefixtures("log")
def test_form_begins_with_what_is_in_force():
    AccessRule.objects.create(name="Held", access="registered")
    AccessRule.objects.create(name="Kept for later", access="metered", is_in_force=False)
    page = text_of(operator(), PAGE)
    assert "Readings are noted since" in page
    assert 'name="allowance" value="3"' in page
    assert page.count("checked") == 1
    assert "<bdi>Held</bdi> (<bdi>all</bdi>: whoever signs in; in force)" in page
    assert "<bdi>Kept for later</bdi> (<bdi>all</bdi>: everybody, so many a month; not in force)" in page


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"allowance": 61}, "less than or equal to 60"),
        ({"allowance": -1}, "greater than or equal to 0"),
        ({"registered_allowance": "many"}, "Enter a whole number"),
        ({"rules": [12345]}, "Select a valid choice"),
        ({"rules": ["x"]}, "is not a valid value"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_a_sentence(chosen, sentence):
    response = operator().post(PAGE, {"allowance": 1, "registered_allowance": 1, **chosen})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Simulation.objects.exists()


@pytest.mark.usefixtures("log")
def test_trial_waits_runs_and_shows_what_came_out():
    browser = operator()
    trial = ask(browser)
    address = f"{PAGE}{trial.pk}/"
    page = text_of(browser, address)
    assert "It waits for its turn" in page
    assert 'http-equiv="refresh"' in page

    claimed = trials.take_up(clock.now())
    trials.report(claimed, 1_000, 1_203, clock.now())
    assert "1,000 of 1,203 readings are decided again." in text_of(browser, address)
    Simulation.objects.update(state="queued", claim=None)

    simulate()
    page = text_of(browser, address)
    assert 'http-equiv="refresh"' not in page
    assert "<strong>802</strong> walls" in page
    assert "instead of 0, in 1,203 readings" in page
    assert "People with an account who would newly meet a wall: 1" in page
    assert ">Ada</bdi>" in page
    assert "<td>\u2066+802\u2069</td>" in page
    assert ">Counted 2</bdi>" in page
    assert "nothing is switched by this" in page
    assert Paywall.objects.get().allowance == 3
    assert address in text_of(browser, PAGE)


@pytest.mark.usefixtures("log")
def test_trial_that_failed_says_why():
    trial = ask(operator())
    Simulation.objects.update(state="failed", failure="rule_gone")
    assert "A rule that was to be tried was deleted" in text_of(operator(), f"{PAGE}{trial.pk}/")


@pytest.mark.usefixtures("log")
def test_page_of_a_trial_asks_the_same_few_questions(django_assert_num_queries):
    browser = operator()
    trial = ask(browser)
    simulate()
    browser.get(PAGE)
    with django_assert_num_queries(10):
        browser.get(f"{PAGE}{trial.pk}/")
    with django_assert_num_queries(11):
        browser.get(PAGE)


def test_trial_that_is_none_is_not_found():
    browser = operator()
    assert browser.get(f"{PAGE}999/").status_code == 404
    assert browser.put(PAGE).status_code == 405
