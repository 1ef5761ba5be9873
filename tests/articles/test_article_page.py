"""An article's page, as each reader gets it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from articles import publishing
from articles.media import share_pictures
from articles.models import Article
from memberships import clock, entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Network
from tests.articles.builders import picture
from tests.factories.articles import OPENING, SECRET, author, country, make_article, section, series, topic
from tests.factories.memberships import make_reader, plan, pro
from tests.memberships.builders import subscription, team
from tests.people import Browser, anonymous, editor, lapsed, member, reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_sale():
    plan()


def page(article: Article, browser: Browser | None = None, query: str = "") -> str:
    response = (browser or anonymous()).get(article.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def data_of(html: str) -> dict:
    """What the page says of the article itself; its place among the others comes after that."""
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    return json.loads(scripts[0])


def test_stranger_reads_the_opening_of_a_memo_and_meets_the_wall_with_its_price():
    html = page(make_article("What Duqm is worth", kind="memo"))
    assert OPENING in html
    assert SECRET not in html
    assert '<section class="wall wall--pro on-pro"' in html
    assert "Free for 7 days" in html
    assert "$25.00 a month, billed annually" in html
    assert "Nothing today. The first charge, $300.00, comes on " in html


def test_wall_leads_back_to_the_article():
    article = make_article(kind="memo")
    html = page(article)
    back = f"?next={article.get_absolute_url().replace('/', '%2F')}"
    assert f'href="/pro/{back}"' in html
    assert f'href="/account/login/{back}"' in html


def test_somebody_signed_in_is_not_asked_to_sign_in_again():
    wall = page(make_article(kind="memo"), reader()).partition('class="wall')[2].partition("</section>")[0]
    assert "/pro/" in wall
    assert "/account/login/" not in wall


def test_wall_promises_no_trial_to_who_had_one():
    user = make_reader()
    subscription(user, plan=plan(), status="canceled")
    html = page(make_article(kind="memo"), Browser(user))
    assert "Free for 7 days" not in html
    assert "$300.00 is charged today" in html


@pytest.mark.parametrize("person", [member, editor])
def test_memo_is_complete_for_whoever_holds_it(person):
    html = page(make_article(kind="memo"), person())
    assert OPENING in html
    assert SECRET in html
    assert 'class="wall' not in html


def test_lapsed_member_meets_the_wall():
    html = page(make_article(kind="memo"), lapsed())
    assert SECRET not in html
    assert 'class="wall' in html


def test_reader_in_a_network_that_holds_pro_reads_without_signing_in():
    article = make_article(kind="memo")
    browser = anonymous()
    assert SECRET not in page(article, browser)
    grant_to_network("203.0.113.0/24")
    response = browser.get(article.get_absolute_url(), REMOTE_ADDR="203.0.113.9")
    assert SECRET in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"


def grant_to_network(cidr: str) -> None:
    at = clock.now()
    network = Network.objects.create(team=team(), cidr=cidr)
    origin = Origin(Entitlement.Source.IP_RANGE, f"network-{network.pk}")
    entitlements.grant(network, pro(), origin, starts_at=at, until=None, at=at, reason="test")


def test_registered_text_asks_for_an_account_and_costs_nothing():
    article = make_article(access="registered")
    html = page(article)
    assert SECRET not in html
    assert "Read on with a free account" in html
    assert "$" not in html.partition('class="wall')[2].partition("</section>")[0]
    assert SECRET in page(article, reader())


def test_news_is_complete_for_everybody_and_invites_to_pro():
    html = page(make_article())
    assert SECRET in html
    assert "pro-invitation" in html
    assert 'class="wall' not in html


def test_member_is_not_invited_to_what_they_have():
    assert "pro-invitation" not in page(make_article(), member())


def test_retracted_article_says_so_and_is_gone():
    article = make_article("The mayor resigned")
    publishing.retract(article, "The mayor had not resigned.", None, clock.now())
    response = anonymous().get(article.get_absolute_url())
    html = response.content.decode()
    assert response.status_code == 410
    assert "The mayor had not resigned." in html
    assert OPENING not in html
    assert '<meta name="robots" content="noindex">' in html


def test_unpublished_article_is_unknown():
    article = make_article()
    publishing.unpublish(article, None, clock.now())
    assert anonymous().get(article.get_absolute_url()).status_code == 404


def test_article_to_come_is_unknown_even_to_members():
    article = make_article(at=clock.now() + timedelta(minutes=5))
    assert member().get(article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("path", ["/articles/{y}/{other}/{s}/", "/articles/{y}/00/{s}/", "/articles/{y}/{m}/other/"])
def test_article_is_found_under_its_own_month_and_slug_only(path):
    article = make_article()
    other = article.month % 12 + 1
    address = path.format(y=article.year, m=f"{article.month:02d}", other=f"{other:02d}", s=article.slug)
    assert anonymous().get(address).status_code == 404


def test_slug_in_another_script_is_found():
    article = make_article("تعرفة المرفأ تنخفض", language="ar")
    assert "%D8%AA" in article.get_absolute_url()
    assert "تعرفة المرفأ تنخفض" in page(article)


def test_print_view_is_the_text_and_little_else():
    article = make_article("What Duqm is worth", kind="memo")
    stranger, holder = page(article, query="?print"), page(article, member(), "?print")
    assert SECRET not in stranger
    assert "The rest of this article is for members" in stranger
    assert SECRET in holder
    for html in (stranger, holder):
        assert '<meta name="robots" content="noindex">' in html
        assert "<nav" not in html
        assert f'<link rel="canonical" href="http://127.0.0.1:8000{article.get_absolute_url()}">' in html


def test_corrections_stand_below_the_text():
    article = make_article()
    publishing.correct(article, "The tariff fell by three per cent.", None, clock.now())
    assert "The tariff fell by three per cent." in page(article)


def test_machines_are_told_what_the_article_is():
    article = make_article("Tariffs & <ports>", lead_picture=picture(), bylines=[(author("Rima Daouk"), "")])
    html = page(article)
    address = f"http://127.0.0.1:8000{article.get_absolute_url()}"
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<meta property="og:url" content="{address}">' in html
    assert '<meta property="og:title" content="Tariffs &amp; &lt;ports&gt;">' in html
    card = f"http://127.0.0.1:8000{share_pictures.address(article)}"
    assert f'<meta property="og:image" content="{card}">' in html
    assert '<meta property="og:image:width" content="1200">' in html
    assert '<meta property="og:image:height" content="630">' in html
    assert '<meta property="og:image:alt" content="News: Tariffs &amp; &lt;ports&gt; · The Corniche">' in html
    assert '<meta name="twitter:card" content="summary_large_image">' in html
    assert '<meta property="og:locale" content="en_US">' in html
    data = data_of(html)
    assert (data["@type"], data["headline"], data["mainEntityOfPage"]) == ("NewsArticle", "Tariffs & <ports>", address)
    assert data["author"] == [
        {"@type": "Person", "name": "Rima Daouk", "url": "http://127.0.0.1:8000/authors/rima-daouk/"}
    ]
    assert data["datePublished"] == article.first_published_at.isoformat()
    assert data["isAccessibleForFree"] is True
    shapes = ("1x1", "4x3", "16x9")
    assert data["image"] == [f"http://127.0.0.1:8000{share_pictures.address(article, shape)}" for shape in shapes]


def test_page_says_where_it_stands_among_the_others():
    article = make_article("Tariffs fall")
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(article), re.S)
    trail = json.loads(scripts[1])
    assert trail["@type"] == "BreadcrumbList"
    assert [(step["position"], step["name"], step["item"]) for step in trail["itemListElement"]] == [
        (1, "The Corniche", "http://127.0.0.1:8000/"),
        (2, "Politics", "http://127.0.0.1:8000/sections/politics/"),
        (3, "Tariffs fall", f"http://127.0.0.1:8000{article.get_absolute_url()}"),
    ]


def test_correction_is_told_to_machines_and_moves_the_date():
    article = make_article(at=clock.now() - timedelta(days=2))
    at = clock.now()
    publishing.correct(article, "The tariff is 12 per cent.", None, at)
    data = data_of(page(article))
    assert data["correction"] == [
        {"@type": "CorrectionComment", "text": "The tariff is 12 per cent.", "datePublished": at.isoformat()}
    ]
    assert data["dateModified"] == at.isoformat()


def test_paywall_markup_names_the_paid_part_only_where_it_is_on_the_page():
    article = make_article(kind="memo")
    closed, opened = data_of(page(article)), data_of(page(article, member()))
    assert closed["isAccessibleForFree"] is opened["isAccessibleForFree"] is False
    assert "hasPart" not in closed
    assert opened["hasPart"]["cssSelector"] == ".paywall"
    assert '<div class="paywall">' in page(article, member())


def test_arabic_story_runs_from_the_right_and_leads_to_arabic_lists():
    html = page(
        make_article("تعرفة", language="ar", section=section(name_ar="سياسة"), series=series(), topics=[topic()])
    )
    assert '<html lang="ar" dir="rtl">' in html
    assert 'href="/sections/politics/?language=ar">سياسة</a>' in html
    for path in ("/series/lebanon-pulse/", "/topics/ports/"):
        assert f'href="{path}?language=ar"' in html
        assert f'href="{path}"' not in html


def test_translations_lead_to_each_other():
    english = make_article("Tariffs fall")
    arabic = make_article("تعرفة", language="ar", group=english.group)
    address = f"http://127.0.0.1:8000{arabic.get_absolute_url()}"
    html = page(english)
    assert f'<link rel="alternate" hreflang="ar" href="{address}">' in html
    assert f'<a href="{arabic.get_absolute_url()}" hreflang="ar" lang="ar" dir="rtl">تعرفة</a>' in html


@pytest.mark.parametrize(
    ("person", "kind", "header"),
    [
        (anonymous, "news", "no-cache"),
        (anonymous, "memo", "no-cache"),
        (reader, "news", "private, no-store"),
        (reader, "memo", "private, no-store"),
        (member, "memo", "private, no-store"),
    ],
)
def test_what_was_made_for_one_reader_is_kept_by_nobody(person, kind, header):
    assert person().get(make_article(kind=kind).get_absolute_url())["Cache-Control"] == header


def test_language_of_the_text_is_said():
    assert anonymous().get(make_article(language="tr").get_absolute_url())["Content-Language"] == "tr"


def test_head_is_answered_as_get_without_the_text():
    article = make_article(kind="memo")
    response = member().head(article.get_absolute_url())
    assert (response.status_code, response.content) == (200, b"")


def test_related_stories_of_the_series_and_topics_come_first():
    at = clock.now()
    hours = [at - timedelta(hours=number) for number in range(1, 6)]
    make_article("Only the country", country=country(), at=hours[0])
    make_article("One topic", topics=[topic()], at=hours[1])
    make_article("The series", series=series(), at=hours[2])
    make_article("Both", series=series(), topics=[topic()], at=hours[3])
    make_article("Arabic", language="ar", topics=[topic()], at=hours[0])
    article = make_article("This one", series=series(), country=country(), topics=[topic()], at=hours[4])
    html = page(article).partition('class="related wide"')[2]
    found = re.findall(r'card__headline"><a href="[^"]+">([^<]+)<', html)
    assert found == ["Both", "The series", "One topic", "Only the country"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("person", "kind", "queries"), [(anonymous, "news", 6), (anonymous, "memo", 6), (member, "memo", 11)]
)
def test_page_asks_the_same_few_questions(count, person, kind, queries, django_assert_num_queries):
    shown = "".join(f'<figure data-picture="{picture().public_id}"></figure>' for _number in range(count))
    names = [(author(f"Author {number}"), "") for number in range(count)]
    article = make_article(
        kind=kind, bylines=names, topics=[topic(f"Topic {n}") for n in range(count)], body=f"<p>{OPENING}</p>{shown}"
    )
    for number in range(count):
        make_article(bylines=[(author(f"Other {number}"), "")], topics=[topic("Topic 0")])
    browser = person()
    browser.get(article.get_absolute_url())
    with django_assert_num_queries(queries):
        browser.get(article.get_absolute_url())
