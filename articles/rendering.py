"""From a stored text to the HTML of a page: figures become pictures, charts and cards.

Only what a :class:`~articles.reading.Reading` granted comes in here, so what a closed part shows never leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from articles import body_schema, live_entries
from articles.embeds import provider_of
from articles.markup import Element, Node, parse, serialize, text_of
from articles.media.charts import chart_view
from articles.media.pictures import picture_view
from articles.models import Chart, Picture

MEASURE = "(min-width: 40em) 576px, 100vw"
WIDE = "(min-width: 72em) 864px, 100vw"
LONGEST_RUN_IN = 60


@dataclass(frozen=True)
class Shown:
    """The rows behind a text's figures, by the name that stands in it."""

    pictures: dict[str, Picture]
    charts: dict[str, Chart]


def render(html: str, language: str = settings.LANGUAGE_CODE) -> SafeString:
    """A clean body, or a part of one, as it stands on the page. Two queries at most, none without figures.

    A picture or chart that is gone from the library leaves nothing behind.
    """
    with translation.override(language):
        shown = look_up([html])
        parts = [_rendered(block, shown) for block in parse(html) if not body_schema.is_paywall_break(block)]
    return mark_safe("\n".join(parts))  # noqa: S308 - the body is clean, the partials escape


def look_up(texts: Iterable[str]) -> Shown:
    """What stands in the figures of some texts: two queries at most, none without figures."""
    html = "".join(texts)
    pictures = body_schema.references(html, "data-picture")
    charts = body_schema.references(html, "data-chart")
    return Shown(
        pictures={str(row.public_id): row for row in Picture.objects.named(pictures)} if pictures else {},
        charts=Chart.objects.in_bulk(charts, field_name="slug") if charts else {},
    )


def _rendered(block: Node, shown: Shown) -> str:
    if isinstance(block, str):
        return serialize([block])
    _mend_links(block)
    if block.tag == "figure":
        return _figure(block, shown)
    if block.tag == "table":
        block.attributes["class"] = "table"
        return f'<div class="table-scroll" tabindex="0">{serialize([block])}</div>'
    if block.has_class("key-points"):
        return render_to_string("articles/key_points.html", {"points": mark_safe(serialize(block.children))})  # noqa: S308
    if block.tag == "p":
        _mark_run_in(block)
    if block.tag == "h2":
        live_entries.mark(block)
    return serialize([block])


def _figure(block: Element, shown: Shown) -> str:
    is_wide = block.has_class("wide")
    caption = mark_safe("".join(serialize(child.children) for child in block.elements()))  # noqa: S308 - clean
    if picture := shown.pictures.get(block.attributes.get("data-picture", "")):
        context = {"picture": picture_view(picture), "ratio": "free", "show_caption": True}
        if caption:
            context["picture"] = replace(picture_view(picture), caption=caption)
        return render_to_string(
            "partials/picture.html",
            {**context, "sizes": WIDE if is_wide else MEASURE, "extra": "wide" if is_wide else ""},
        )
    if chart := shown.charts.get(block.attributes.get("data-chart", "")):
        return render_to_string("partials/chart.html", {"chart": chart_view(chart), "extra": "wide" if is_wide else ""})
    if url := block.attributes.get("data-embed", ""):
        return render_to_string("articles/embed.html", {"url": url, "provider": provider_of(url), "caption": caption})
    return ""


def _mark_run_in(paragraph: Element) -> None:
    """A short bold beginning that ends in a colon or a question mark is a subhead set into its paragraph."""
    first = paragraph.children[0] if paragraph.children else ""
    if isinstance(first, Element) and first.tag == "strong" and len(paragraph.children) > 1:
        words = text_of(first).strip()
        if words.endswith((":", "?", "؟", "：")) and len(words) <= LONGEST_RUN_IN:
            first.attributes["class"] = "run-in"


def _mend_links(element: Element) -> None:
    """Links within the site lose its name, so that they work under every host; links away say nothing of the reader."""
    for link in _links(element.children):
        href = link.attributes["href"]
        if href == settings.SITE_URL or href.startswith(f"{settings.SITE_URL}/"):
            link.attributes["href"] = href.removeprefix(settings.SITE_URL) or "/"
        elif href.startswith(("http://", "https://")):
            link.attributes["rel"] = "noopener"


def _links(nodes: Iterable[Node]) -> Iterable[Element]:
    for node in nodes:
        if isinstance(node, Element):
            if node.tag == "a":
                yield node
            yield from _links(node.children)
