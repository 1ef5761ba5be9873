from __future__ import annotations

import pytest

from articles.body_schema import clean
from articles.models import Chart
from articles.rendering import render
from tests.articles.builders import picture

pytestmark = pytest.mark.django_db


def chart(slug: str = "prices") -> Chart:
    rows = [{"name": "Storage", "values": [1, 2]}]
    return Chart.objects.create(slug=slug, title="Prices rise", labels=["2025", "2026"], rows=rows)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p><b>Why it matters:</b> it does</p>", '<p><strong class="run-in">Why it matters:</strong> it does</p>'),
        ("<p><b>What's next?</b> This.</p>", '<p><strong class="run-in">What\'s next?</strong> This.</p>'),
        ("<p><b>Bold</b> start</p>", "<p><strong>Bold</strong> start</p>"),
        ("<p><b>Alone:</b></p>", "<p><strong>Alone:</strong></p>"),
        ('<p><a href="http://127.0.0.1:8000/pro/">PRO</a></p>', '<p><a href="/pro/">PRO</a></p>'),
        ('<p><a href="https://example.com/">x</a></p>', '<p><a href="https://example.com/" rel="noopener">x</a></p>'),
        ("<div data-paywall-break></div>", ""),
        ('<figure data-picture="6d8a1a3e-7e0b-4f8e-9a43-000000000000"></figure>', ""),
        ('<figure data-picture="not-an-id"></figure><figure data-chart="gone"></figure>', ""),
    ],
)
def test_blocks_become_what_the_page_shows(written, shown):
    assert render(clean(written)).strip() == shown


def test_picture_stands_with_caption_and_credit():
    shown = picture(alt="A quay.", caption="Its own.", credit="Photo: Rima")
    html = render(clean(f'<figure data-picture="{shown.public_id}"><figcaption>Said <b>here</b></figcaption></figure>'))
    assert 'alt="A quay."' in html
    assert "Said <strong>here</strong>" in html
    assert "Its own." not in html
    assert "Photo: Rima" in html


def test_chart_is_drawn_with_its_table():
    html = render(f'<figure data-chart="{chart().slug}"></figure>')
    assert "<svg" in html
    assert '<th scope="row">Storage</th>' in html


def test_embed_is_a_card_that_loads_nothing():
    html = render(
        clean('<figure data-embed="https://www.youtube.com/watch?v=1"><figcaption>Watch</figcaption></figure>')
    )
    assert 'href="https://www.youtube.com/watch?v=1"' in html
    assert "YouTube" in html
    assert not any(tag in html for tag in ("<iframe", "<script", "<img", "src="))


def test_page_carries_no_inline_styles():
    figures = f'<figure data-picture="{picture().public_id}"></figure><figure data-chart="{chart().slug}"></figure>'
    body = f"{figures}<table><tr><td>1</td></tr></table>"
    assert "style=" not in render(clean(body))


@pytest.mark.parametrize("figures", [1, 4])
def test_however_many_figures_two_queries_suffice(figures, django_assert_num_queries):
    shown = [f'<figure data-picture="{picture().public_id}"></figure>' for _ in range(figures)]
    shown += [f'<figure data-chart="{chart(f"chart-{number}").slug}"></figure>' for number in range(figures)]
    body = clean("".join(shown))
    with django_assert_num_queries(2):
        render(body)


def test_text_without_figures_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        render("<p>words</p>")
