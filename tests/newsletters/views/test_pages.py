from datetime import timedelta

import pytest

from articles.models import Industry
from newsletters.models import Edition, Ranking
from newsletters.templatetags.newsletter_blocks import newsletter_for
from tests.newsletters.builders import AT, edition, grant_pro, memo, newsletter, person, pro, section, story

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return " ".join(response.content.decode().split())


def sent(letter, *stories, **fields) -> Edition:
    return edition(letter, *stories, state=Edition.State.SENT, frozen_at=AT, audience_size=0, sent_at=AT, **fields)


def test_all_newsletters_are_on_one_page_in_a_fixed_number_of_queries(client, django_assert_num_queries):
    for number in range(3):
        newsletter(f"free-{number}", tagline="In the morning")
        newsletter(f"paid-{number}", product=pro())
    newsletter("withdrawn", is_active=False)
    letter = newsletter("with-a-past", sample="The dust tells the buyer how deep the cut was.", time_zone="Asia/Beirut")
    for days in range(2):
        on = AT - timedelta(days=days)
        sent(letter, story(), edition_on=on.date(), due_at=on, subject=f"Day {days}")
    # The newsletters, their latest editions, the reader's network, the sections of the masthead.
    with django_assert_num_queries(4):
        response = client.get("/newsletters/")
    seen = words(response)
    assert "The dust tells the buyer" in seen
    assert "Monday to Friday at 06:00, Beirut time" in seen
    assert 'href="/newsletters/with-a-past/2026-03-04/"><bdi>Day 0</bdi>' in seen
    assert "Day 1" not in seen
    assert all(f'value="free-{number}"' in seen and f'value="paid-{number}"' in seen for number in range(3))
    assert "withdrawn" not in seen
    assert seen.count("disabled") == 3
    assert "no-cache" in response["Cache-Control"]


def test_member_may_choose_the_paid_ones(client):
    newsletter("paid", product=pro())
    member = person()
    grant_pro(member)
    client.force_login(member)
    assert "disabled" not in words(client.get("/newsletters/"))


def test_newsletter_tells_when_it_comes_and_what_it_was(client, django_assert_num_queries):
    letter = newsletter("minute", name="Middle East Minute", time_zone="Asia/Beirut")
    for days in range(3):
        on = AT - timedelta(days=days)
        sent(letter, story(f"Story of day {days}"), story(), edition_on=on.date(), due_at=on, subject=f"Day {days}")
    with django_assert_num_queries(6):
        response = client.get("/newsletters/minute/")
    seen = words(response)
    assert "Monday to Friday at 06:00, Beirut time" in seen
    assert "Story of day 0" in seen
    assert "Story of day 1" not in seen
    assert all(f"/newsletters/minute/2026-03-0{day}/" in seen for day in (2, 3, 4))


def test_edition_stays_readable_on_the_web(client, django_assert_num_queries):
    letter = newsletter("minute")
    sent(
        letter,
        *[story(f"Story {number}") for number in range(5)],
        introduction="<p>Good morning.</p><p>Here it is.</p>",
    )
    with django_assert_num_queries(5):
        response = client.get("/newsletters/minute/2026-03-04/")
    seen = words(response)
    assert all(f"Story {number}" in seen for number in range(5))
    assert "Good morning." in seen
    assert response["Content-Language"] == "en"


def test_edition_for_members_shows_others_its_opening_and_the_wall(client):
    letter = newsletter("banking", product=pro())
    sent(letter, memo("The first memo"), memo("The second memo"), introduction="<p>Hello.</p><p>Only for members.</p>")
    seen = words(client.get("/newsletters/banking/2026-03-04/"))
    assert "The first memo" in seen
    assert "The second memo" not in seen
    assert "Only for members." not in seen
    assert 'class="wall' in seen
    member = person()
    grant_pro(member)
    client.force_login(member)
    response = client.get("/newsletters/banking/2026-03-04/")
    assert "The second memo" in words(response)
    assert "ferryman" not in words(response)
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("state", ["composed", "approved", "empty", "halted"])
def test_edition_that_did_not_go_out_has_no_page(client, state):
    edition(newsletter("minute"), story(), state=state)
    assert client.get("/newsletters/minute/2026-03-04/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/newsletters/none/", "/newsletters/minute/2026-02-31/", "/newsletters/minute/2026-03-05/"]
)
def test_what_is_not_there_is_not_found(client, path):
    sent(newsletter("minute"), story())
    assert client.get(path).status_code == 404


def test_arabic_edition_is_set_from_right_to_left(client):
    letter = newsletter("daqiqa", language="ar")
    sent(letter, story("قطار مختوم", language="ar"))
    response = client.get("/newsletters/daqiqa/2026-03-04/")
    assert '<html lang="ar" dir="rtl"' in words(response)
    assert response["Content-Language"] == "ar"


def test_story_is_followed_by_the_newsletter_closest_to_it(rf):
    politics = section()
    newsletter("first", position=1)
    by_section = newsletter("politics", position=2)
    by_section.sections.add(politics)
    assert newsletter_for({}, story(section=politics))["newsletter"]["slug"] == "politics"
    assert newsletter_for({}, story())["newsletter"]["slug"] == "first"
    assert newsletter_for({}, story(language="ar"))["newsletter"] is None


@pytest.fixture
def industries():
    return [
        Industry.objects.create(slug=slug, name=slug.title(), position=n)
        for n, slug in enumerate(["oil", "banking", "green"])
    ]


@pytest.fixture
def member(client):
    user = person()
    grant_pro(user)
    client.force_login(user)
    return user


def order(user) -> list[str]:
    return list(Ranking.objects.filter(user=user).order_by("position").values_list("industry__slug", flat=True))


def test_industries_are_shown_to_everybody_and_ranked_by_members(client, industries):
    seen = words(client.get("/pro/industries/"))
    assert "Banking" in seen
    assert 'class="wall' in seen
    assert 'name="move"' not in seen
    client.force_login(person())
    client.post("/pro/industries/", {"move": "green:up"})
    assert not Ranking.objects.exists()


def test_member_moves_an_industry_by_buttons(client, member, industries):
    for move, expected in [
        ("green:up", ["oil", "green", "banking"]),
        ("green:up", ["green", "oil", "banking"]),
        ("green:up", ["green", "oil", "banking"]),
        ("green:down", ["oil", "green", "banking"]),
    ]:
        assert client.post("/pro/industries/", {"move": move}).status_code == 302
        assert order(member) == expected


def test_member_ranks_by_numbers(client, member, industries):
    client.post("/pro/industries/", {"place-oil": "3", "place-banking": "1", "place-green": "1"})
    assert order(member) == ["banking", "green", "oil"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"move": "tea:up"}, "There is no such industry."),
        ({"place-oil": "first", "place-banking": "1", "place-green": "2"}, "The place of “Oil” is no number."),
        ({}, "The place of “Oil” is no number."),
    ],
)
def test_ranking_that_makes_no_sense_is_refused(client, member, industries, data, sentence):
    response = client.post("/pro/industries/", data)
    assert response.status_code == 400
    assert sentence in words(response)
    assert not Ranking.objects.exists()


def test_list_for_accounts_shows_strangers_its_opening_and_where_to_sign_in(client):
    letter = newsletter("minute", needs_account=True)
    sent(letter, story("The first"), story("The second"))
    assert "Sign in, or create an account, to get it" in words(client.get("/newsletters/minute/"))
    assert "For readers with an account" in words(client.get("/newsletters/"))
    closed = words(client.get("/newsletters/minute/2026-03-04/"))
    assert ("The first" in closed, "The second" in closed) == (True, False)
    assert "The rest of this edition is for readers with an account." in closed
    client.force_login(person())
    assert "The second" in words(client.get("/newsletters/minute/2026-03-04/"))
    assert "For readers with an account" not in words(client.get("/newsletters/"))
    assert "to get it" not in words(client.get("/newsletters/minute/"))
