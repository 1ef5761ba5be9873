"""Texts as feed readers show them: no scripts, no classes, no drawing, every address whole.

Made from a :class:`~articles.reading.Reading`, after the cut. Where a text is closed to the reader, its opening stands
alone and says where it goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from articles import body_schema
from articles.embeds import provider_of
from articles.markup import Element, Node, parse, serialize
from articles.media.charts import chart_view
from articles.media.pictures import picture_view
from articles.models import Article, Chart, Picture
from articles.reading import Reading, open_all
from articles.rendering import Shown, look_up
from articles.structured_data import absolute
from memberships.access import Reader

# What a feed reader makes sense of; all else that stands on an element is for our own pages.
_KEPT = {"href", "src", "alt", "width", "height", "colspan", "rowspan", "start", "dir", "lang"}


def texts(articles: Sequence[Article], reader: Reader, at: datetime) -> dict[int, str]:
    """HTML by key of the article, each as much as ``reader`` may see; three queries however many there are."""
    readings = open_all(articles, reader, at)
    shown = look_up(reading.html for reading in readings)
    return {reading.article.pk: _text(reading, shown) for reading in readings}


def _text(reading: Reading, shown: Shown) -> str:
    with translation.override(reading.article.language):
        blocks = [block for block in parse(reading.html) if not body_schema.is_paywall_break(block)]
        nodes = [node for block in blocks for node in _fit(block, shown)]
        if not reading.is_complete:
            nodes.append(_invitation(reading.article))
        return serialize(nodes)


def _fit(block: Node, shown: Shown) -> list[Node]:
    if isinstance(block, Element) and block.tag == "figure":
        return _figure(block, shown)
    return [_plain(block)]


def _figure(block: Element, shown: Shown) -> list[Node]:
    caption = [_plain(node) for child in block.elements() for node in child.children]
    if picture := shown.pictures.get(block.attributes.get("data-picture", "")):
        return [_picture(picture, caption)]
    if chart := shown.charts.get(block.attributes.get("data-chart", "")):
        return [_chart(chart)]
    if url := block.attributes.get("data-embed", ""):
        return [Element("p", {}, [*caption, " ", Element("a", {"href": url}, [provider_of(url) or url])])]
    return []


def _picture(picture: Picture, caption: Sequence[Node]) -> Element:
    view = picture_view(picture)
    size = {"width": str(view.width), "height": str(view.height)}
    said = [*(caption or [view.caption]), f" {view.credit}" if view.credit else ""]
    image = Element("img", {"src": absolute(view.src), "alt": view.alt, **size})
    return Element("figure", {}, [image, Element("figcaption", {}, [node for node in said if node])])


def _chart(chart: Chart) -> Element:
    """The figures as a table: the drawing needs our style sheets."""
    view = chart_view(chart)
    head = Element("tr", {}, [Element("th", {}, [column]) for column in view.columns])
    rows = [Element("tr", {}, [Element("td", {}, [cell]) for cell in row]) for row in view.rows]
    title: list[Node] = [Element("p", {}, [Element("strong", {}, [view.title])])]
    source: list[Node] = [Element("figcaption", {}, [view.source])] if view.source else []
    return Element("figure", {}, [*title, Element("table", {}, [head, *rows]), *source])


def _invitation(article: Article) -> Element:
    address = absolute(article.get_absolute_url())
    words = _("Read on at %(site)s") % {"site": settings.SITE_NAME}
    return Element("p", {}, [Element("a", {"href": address}, [words])])


def _plain(node: Node) -> Node:
    if isinstance(node, str):
        return node
    kept = {name: value for name, value in node.attributes.items() if name in _KEPT}
    for name in {"href", "src"} & kept.keys():
        kept[name] = urljoin(f"{settings.SITE_URL}/", kept[name])
    return Element(node.tag, kept, _all_plain(node.children))


def _all_plain(nodes: Iterable[Node]) -> list[Node]:
    return [_plain(node) for node in nodes]
