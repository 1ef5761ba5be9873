import pytest

from memberships import clock
from newsletters import floodgate
from newsletters.models import Message, Recipient, Signup
from tests.newsletters.builders import newsletter, person, pro, subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]


def ask(client, *slugs, email="ann@example.org", headers=None, **fields):
    data = {"email": email, "newsletters": slugs, "website": "", **fields}
    return client.post("/newsletters/sign-up/", data, headers=headers)


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
    newsletter("two")
    known, unknown = ask(client, "one"), ask(client, "two", email="bob@example.org")
    assert known.status_code == unknown.status_code == 200
    assert words(known).replace("ann@", "bob@").replace("Letter", "") != ""
    assert "We have written to ann@example.org" in words(known)


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
    assert answers == [200] * floodgate.MOST_PER_EMAIL + [400] * 2
    assert Message.objects.count() == floodgate.MOST_PER_EMAIL


def test_one_network_address_cannot_sign_up_the_world(client):
    newsletter("one")
    answers = [ask(client, "one", email=f"r{number}@example.org").status_code for number in range(22)]
    assert answers.count(200) == floodgate.MOST_PER_NETWORK_ADDRESS


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
    assert client.get("/newsletters/sign-up/", {"email": "ann@example.org", "newsletters": "one"}).status_code == 405


def test_damaged_link_says_so(client):
    response = client.get("/newsletters/confirm/abc/")
    assert response.status_code == 404
    assert "This link is damaged." in words(response)
