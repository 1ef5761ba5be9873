from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from articles.models import Redirect
from newsletters import editions
from newsletters.models import Delivery, Edition
from newsletters.preflight import links, pictures
from newsletters.preflight.checking import MOST_BYTES, checked
from newsletters.preflight.page import Image, Link
from newsletters.presenting import render_edition
from newsletters.rendering import Rendered
from tests.newsletters.builders import (
    AT,
    edition,
    kept_pictures,
    memo,
    newsletter,
    person,
    picture,
    pro,
    story,
    subscriber,
)

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


def letter(*, subject="Overnight", text="The news.", body="") -> Rendered:
    return Rendered(subject, text, f"<html><body>{body}</body></html>", "en")


@pytest.fixture
def made(settings) -> Edition:
    settings.SITE_URL = SITE
    return edition(newsletter(), story())


def problems(made: Edition, **parts) -> list[str]:
    return checked(made, letter(**parts), AT)


@pytest.mark.parametrize("language", ["en", "ar", "tr"])
def test_edition_is_in_order_and_small_with_as_many_long_stories_as_a_list_takes(language):
    """Nothing in it is longer than the desk lets anybody write it."""
    word = {"en": "harbour ", "ar": "الميناء ", "tr": "güneydoğu "}[language]
    fields = {"language": language, "headline": (word * 25)[:200], "standfirst": word * 60}
    some = [story(**fields, access="metered") for _number in range(4)] + [memo(**fields) for _number in range(3)]
    with kept_pictures():
        some[0].lead_picture = picture((word * 60)[:400], credit=(word * 30)[:200])
        some[0].save()
        made = edition(
            newsletter(language=language, product=pro(), most_items=len(some), picture=picture()),
            *some,
            subject=(word * 25)[:200].strip(),
            introduction="".join(f"<p>{word * 60}</p>" for _paragraph in range(3)),
        )
        made.items.update(note=(word * 50)[:300])
        content = render_edition(made, AT)
        assert checked(made, content, AT) == []
    assert content.html.count("<img") == 2
    assert content.html.count("<h2") == made.newsletter.most_items
    assert len(content.html.encode()) < MOST_BYTES


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"subject": " "}, "has no subject"),
        ({"subject": "x" * 201}, "has 201 characters"),
        ({"text": "\n"}, "plain text is empty"),
        ({"text": "Dear [[name]],"}, "[[name]] stands in the letter"),
        ({"body": "<p>[[pass:nobody]]</p>"}, "[[pass:nobody]] stands in the letter"),
        ({"body": "é" * 50_001}, "is 100.0 KB of HTML"),
    ],
)
def test_what_is_wrong_with_the_words_is_said(made, parts, said):
    (problem,) = problems(made, **parts)
    assert said in problem


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/newsletters/", "no full address"),
        ("#top", "no full address"),
        ("//news.example.org/", "no full address"),
        ("http:///newsletters/", "no full address"),
        ("http://[::1/", "no full address"),
        ("http://news.example.org:port/", "no full address"),
        ("javascript:alert(1)", "no full address"),
        ("mailto:", "no address to write to"),
        ("https://me:secret@news.example.org/", "name or a password"),
        (f"{SITE}/no/such/page/", "no such page"),
        (f"{SITE}/articles/2026/03/never-written/", "no such page"),
        (f"{SITE}/admin/articles/draft/", "leads to the desk"),
    ],
)
def test_link_that_leads_nowhere_is_named_by_its_words(made, address, said):
    (problem,) = problems(made, body=f'<a href="{address}"><b>The</b> harbour</a> <a href="{address}">again</a>')
    assert said in problem
    assert address in problem


def test_links_that_lead_somewhere_pass(made):
    moved = story()
    Redirect.objects.create(path="/2016/05/old/", article=moved)
    Redirect.objects.create(path="/articles/2016/05/older/", article=moved)
    addresses = [
        SITE, f"{SITE}/newsletters/#top", "https://news.example.org/?a=b", "mailto:desk@news.example.org",
        "[[unsubscribe]]", "[[preferences]]", SITE + moved.get_absolute_url() + f"?pass=[[pass:{moved.public_id.hex}]]",
        f"{SITE}/2016/05/old/", f"{SITE}/articles/2016/05/older/",
    ]  # fmt: skip
    body = "".join(f'<a href="{address}">on</a>' for address in addresses)
    assert problems(made, body=f'{body}<a name="top">no link</a><!-- <a href="relative">for Outlook</a> -->') == []


def test_in_production_nothing_leads_to_a_machine_of_its_own(settings):
    hosts = ("localhost:8000", "quay.localhost", "127.0.0.1", "10.0.0.7", "[::1]", "news.example.org")
    addresses = [f"http://{host}/" for host in hosts]
    assert list(links.problems(map(Link, addresses), AT)) == []
    settings.IS_PRODUCTION, settings.SITE_URL = True, "https://quay.press"
    images = [Image(address.replace("http:", "https:"), has_alt=True) for address in addresses]
    for found in (links.problems(map(Link, addresses), AT), pictures.problems(images)):
        assert ["that readers do not reach" in problem for problem in found] == [True] * 5


def test_story_withdrawn_or_not_out_yet_is_named(made):
    withdrawn = story("The mayor resigned", state="unpublished")
    early = story("The mayor resigns", published_at=AT + timedelta(hours=1))
    Redirect.objects.create(path="/old/", article=withdrawn)
    paths = [withdrawn.get_absolute_url(), "/old/", early.get_absolute_url()]
    found = problems(made, body="".join(f'<a href="{SITE}{path}">on</a>' for path in paths))
    assert ["“The mayor resigned” is not published" in problem for problem in found] == [True, True, False]
    assert "“The mayor resigns” is not published" in found[2]


def test_pictures_are_there_and_described(made, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    default_storage.save("pictures/quay.jpg", ContentFile(b"a picture"))
    good = [f"{SITE}/media/pictures/quay.jpg", f"{SITE}/static/img/icon-180.png", "https://cdn.example.org/a.png"]
    assert problems(made, body="".join(f'<img src="{src}" alt="">' for src in good)) == []
    wrong = {
        '<img src="/media/pictures/quay.jpg" alt="">': "no full address",
        '<img src="data:image/png;base64,AAAA" alt="">': "no full address",
        f'<img src="{SITE}/media/pictures/gone.jpg" alt="">': "no such file",
        f'<img src="{SITE}/media/../secret" alt="">': "no such file",
        f'<img src="{SITE}/static/img/gone.png" alt="">': "no such file",
        f'<img src="{good[0]}">': "no description",
    }
    found = problems(made, body="".join(wrong))
    assert [said in problem for said, problem in zip(wrong.values(), found, strict=True)] == [True] * len(wrong)
    settings.SITE_URL = "https://news.example.org"
    (problem,) = problems(made, body='<img src="http://cdn.example.org/a.png" alt="">')
    assert "Begin it with https://" in problem


def test_edition_with_a_problem_is_held_back_and_goes_out_when_it_is_mended():
    made = edition(newsletter(), story(), subject="[[greeting]], reader")
    subscriber(made.newsletter)
    assert not editions.freeze(made, AT)
    made.refresh_from_db()
    assert made.state == "held"
    assert made.held_because == "[[greeting]] stands in the letter, and nothing comes in its place."
    assert (Delivery.objects.count(), made.variants.count()) == (0, 0)
    editions.reword(made, {"subject": "Good morning"})
    editions.approve(made, person(), AT)
    assert editions.freeze(made, AT)
    assert Delivery.objects.count() == 1
