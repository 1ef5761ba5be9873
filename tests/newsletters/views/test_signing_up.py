import re
from datetime import timedelta

import pytest

from memberships import clock
from newsletters import floodgate
from newsletters.floodgate import attacks, limits
from newsletters.models import Message, Recipient, Signup
from tests.newsletters.builders import newsletter, person, pro, subscriber
from tests.newsletters.gatekeeping import ripe, solution

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]


def ask(client, *slugs, email="ann@example.org", headers=None, **fields):
    data = {"email": email, "newsletters": slugs, "website": "", "shown": ripe(clock.now()), **fields}
    return client.post("/newsletters/sign-up/", data, headers=headers)


def fields_of(response) -> dict[str, object]:
    """The form on a page that asks for it once more, as a browser without a script sends it."""
    form = response.content.decode().partition('action="/newsletters/sign-up/')[2].partition("</form>")[0]
    return {**dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)), "website": ""}


@pytest.fixture
def guarded():
    attacks.guard(clock.now() + timedelta(hours=1))


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_several_are_asked_for_at_once_and_confirmed_by_a_button(client):
    one, other = newsletter("one"), newsletter("two")
    response = ask(client, "one", "two", email="Ann@Example.org")
    assert response.status_code == 200
    assert "We have written to Ann@Example.org" in words(response)
    link = next(line for line in Message.objects.get().text.splitlines() if "/newsletters/confirm/" in line)
    path = link.removeprefix("http://127.0.0.1:8000")
    for _scan in range(3):
        assert one.name in words(client.get(path))
        assert client.head(path).status_code == 200
    assert not Signup.objects.confirmed().exists()
    assert other.name in words(client.post(path))
    assert Signup.objects.confirmed().count() == 2


def test_page_does_not_tell_who_gets_it_already(client):
    subscriber(newsletter("one"), "ann@example.org")
    for fields in ({}, {"shown": ""}):
        known, unknown = ask(client, "one", **fields), ask(client, "one", email="bob@example.org", **fields)
        assert (known.status_code, unknown.status_code) == (200, 200)
        pages = [re.sub(r'name="shown" value="[^"]+"', "", words(page)) for page in (known, unknown)]
        assert pages[0].replace("ann@", "bob@") == pages[1]


def test_signed_in_reader_is_on_the_list_at_once(client):
    newsletter("one")
    user = person("ann@example.org")
    client.force_login(user)
    assert "You are on the list" in words(ask(client, "one"))
    assert Signup.objects.get().state == "confirmed"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": ""}, "Write the address that the newsletters should go to."),
        ({"email": "ann"}, "That is no email address. Write it like name@example.org."),
        ({"newsletters": []}, "Choose at least one newsletter."),
        ({"newsletters": ["gone"]}, "“gone” is not on offer any more. Choose from the list."),
        ({"website": "https://spam.example"}, "The field that must stay empty was filled in."),
        ({"shown": "forged"}, "This form is damaged."),
    ],
)
def test_mistake_is_named_and_nothing_is_written(client, fields, sentence):
    newsletter("one")
    response = client.post("/newsletters/sign-up/", {"email": "ann@example.org", "newsletters": ["one"], **fields})
    assert response.status_code == 400
    assert sentence in words(response)
    assert not Recipient.objects.exists()


def test_choice_survives_a_mistake(client):
    newsletter("one")
    response = ask(client, "one", email="ann")
    assert 'value="one" id="choice-one" checked' in words(response)
    assert 'value="ann"' in words(response)


def test_form_that_comes_back_faster_than_people_type_is_refused(client):
    newsletter("one")
    response = ask(client, "one", shown=floodgate.stamp(clock.now()))
    assert "faster than people type" in words(response)
    assert ask(client, "one", shown=floodgate.stamp(clock.now() - floodgate.QUICKEST)).status_code == 200


def test_address_is_asked_five_times_an_hour_and_no_more(client):
    for number in range(7):
        newsletter(f"n{number}")
    answers = [ask(client, f"n{number}").status_code for number in range(7)]
    assert answers == [200] * limits.MOST_PER_EMAIL + [400] * 2
    assert Message.objects.count() == limits.MOST_PER_EMAIL


def test_form_of_a_shared_page_comes_once_more_with_a_stamp_and_all_that_was_filled_in(client):
    newsletter("one")
    page = ask(client, "one", shown="", headers={"Referer": "https://testserver/articles/harbour/?pass=of-somebody"})
    assert (page.status_code, page["Cache-Control"].count("no-store")) == (200, 1)
    assert "One press left" in words(page)
    assert "ann@example.org" in words(page)
    assert not Recipient.objects.exists()
    assert "too soon" not in words(page)
    fields = fields_of(page)
    early = client.post("/newsletters/sign-up/", fields)
    assert "That was too soon." in words(early)
    assert fields_of(early) == fields
    done = client.post("/newsletters/sign-up/", {**fields, "shown": ripe(clock.now())})
    assert "We have written to ann@example.org" in words(done)
    assert Signup.objects.get().source == "https://testserver/articles/harbour/"


def test_script_is_given_a_stamp_that_nobody_keeps(client, django_assert_num_queries):
    newsletter("one")
    attacks.is_on(clock.now())
    with django_assert_num_queries(0):
        answer = client.get("/newsletters/sign-up/?language=ar", headers={"Accept": "application/json"})
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    told = answer.json()
    assert (told["is_guarded"], told["quickest"], told["patience"]) == (False, 2, 20)
    assert (told["script"][-14:], told["worker"][-16:]) == ("signup-form.js", "signup-worker.js")
    assert "faster than people type" in words(ask(client, "one", shown=told["shown"]))


def test_guarded_form_brings_a_solution_or_is_asked_for_one_without_a_dead_end(client, guarded):
    newsletter("one")
    told = client.get("/newsletters/sign-up/", headers={"Accept": "application/json"}).json()
    assert told["is_guarded"]
    page = ask(client, "one")
    assert "your browser solves a small puzzle" in words(page)
    assert "wait twenty seconds before you press" in words(page)
    assert "too soon" not in words(page)
    assert "That was too soon." in words(client.post("/newsletters/sign-up/", fields_of(page)))
    assert not Recipient.objects.exists()
    shown = ripe(clock.now())
    done = ask(client, "one", shown=shown, answer=solution(shown, "ann@example.org"))
    assert "We have written to ann@example.org" in words(done)
    waited = ask(client, "one", email="bob@example.org", shown=floodgate.stamp(clock.now() - floodgate.PATIENCE))
    assert "We have written to bob@example.org" in words(waited)


def test_who_is_asked_and_who_confirms_are_counted(client, monkeypatch):
    newsletter("one")
    monkeypatch.setattr(attacks, "FEWEST_ASKED", 2)
    for name in ("ann", "bob"):
        ask(client, "one", email=f"{name}@example.org")
    text = Message.objects.first().text
    link = next(line for line in text.splitlines() if "/newsletters/confirm/" in line)
    client.post(link.removeprefix("http://127.0.0.1:8000"))
    attacks.note_asked(clock.now() + timedelta(hours=1))
    assert not attacks.is_on(clock.now())
    monkeypatch.setattr(attacks, "LEAST_CONFIRMED", 0.6)
    attacks.note_asked(clock.now() + timedelta(hours=1))
    assert attacks.is_on(clock.now())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://testserver"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Origin": "null"}, 400),
    ],
)
def test_form_of_another_site_is_refused(client, headers, status):
    newsletter("one")
    client.force_login(person("ann@example.org"))
    assert ask(client, "one", headers=headers).status_code == status
    assert Signup.objects.exists() is (status == 200)


def test_list_for_members_sends_to_the_offer(client):
    newsletter("banking", name="Banking", product=pro())
    assert "“Banking” is part of Corniche PRO. Sign in as a member" in words(ask(client, "banking"))


def test_get_does_not_sign_up(client):
    newsletter("one")
    answer = client.get("/newsletters/sign-up/", {"email": "ann@example.org", "newsletters": "one"})
    assert (answer.status_code, answer["Location"]) == (302, "/newsletters/")
    assert not Recipient.objects.exists()


def test_damaged_link_says_so(client):
    response = client.get("/newsletters/confirm/abc/")
    assert response.status_code == 404
    assert "This link is damaged." in words(response)
