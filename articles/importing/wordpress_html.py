"""WordPress' HTML, classic or of the block editor, made into what the article schema can clean.

Two steps: what WordPress does with text while it prints a post (marks, shortcodes, paragraphs from blank lines), then
what needs to be seen as a tree (see :mod:`articles.importing.wordpress_tree`). Code in ``<pre>`` is kept as it is.
"""

from __future__ import annotations

import re
from html import escape, unescape

from articles.importing.wordpress_tree import Surroundings, adapt

__all__ = ["Surroundings", "convert", "first_words", "image_addresses", "plain_title"]

_BREAK = "<div data-paywall-break></div>"
_MORE = re.compile(r"<!--\s*(?:/?wp:)?more\b.*?-->\s*", re.S)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_ACTIVE = re.compile(r"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_PRE = re.compile(r"<pre\b.*?</pre\s*>", re.S | re.I)
_KEPT = re.compile(r'<pre data-kept="(\d+)"></pre>')
_CAPTION = re.compile(r"\[caption[^\]]*\](.*?)\[/caption\]", re.S)
_EMBED = re.compile(r"\[embed[^\]]*\]\s*(.*?)\s*\[/embed\]", re.S)
_GALLERY = re.compile(r"""\[gallery\b[^\]]*?\bids=["']([\d,\s]+)["'][^\]]*\]""")
_PLAYERS = re.compile(r"\[(?:gallery|audio|video|playlist)\b[^\]]*\](?:.*?\[/(?:audio|video|playlist)\])?", re.S)
_IMG = re.compile(r"<img\b[^>]*>", re.S | re.I)
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(
    r"</?(?:p|h[1-6]|ul|ol|li|blockquote|pre|table|thead|tbody|tr|td|th|div|figure|figcaption|hr|section|aside|dl|dt|dd)\b",
    re.I,
)


def convert(html: str, around: Surroundings) -> str:
    """Post content as HTML for ``body_schema.clean``; pictures that cannot be found leave no gap."""
    code = _PRE.findall(html)
    numbers = iter(range(len(code)))
    html = _PRE.sub(lambda _match: f'<pre data-kept="{next(numbers)}"></pre>', html)
    html = _COMMENT.sub("", _ACTIVE.sub("", _MORE.sub(_BREAK, html)))
    html = _paragraphs(_shortcodes(html, around))
    return adapt(_KEPT.sub(lambda match: code[int(match[1])], html), around)


def first_words(text: str, most: int = 280) -> str:
    """The first sentences of a text, at most so many characters, ending where a sentence does if one does."""
    text = " ".join(unescape(_TAG.sub(" ", _ACTIVE.sub("", text))).split())
    if len(text) <= most:
        return text
    cut = text[:most]
    end = max(cut.rfind(mark) for mark in (". ", "? ", "! ", "… "))
    return cut[: end + 1] if end > most // 3 else cut[: cut.rfind(" ")].rstrip(",;:–—- ") + "…"


def plain_title(title: str) -> str:
    """A title as words: WordPress keeps entities and marks in it."""
    return " ".join(unescape(_TAG.sub("", title)).split())


def image_addresses(html: str) -> list[str]:
    """Where the images of a text are, each once, in order."""
    sources = filter(None, map(_SOURCE.search, _IMG.findall(html)))
    addresses = (unescape("".join(filter(None, source.groups()))) for source in sources)
    return [address for address in dict.fromkeys(addresses) if address]


def _shortcodes(html: str, around: Surroundings) -> str:
    html = _EMBED.sub(lambda match: f'<figure data-embed="{escape(unescape(match[1]))}"></figure>', html)
    html = _GALLERY.sub(lambda match: _gallery(match[1], around), html)
    return _PLAYERS.sub("", _CAPTION.sub(_captioned, html))


def _gallery(numbers: str, around: Surroundings) -> str:
    files = (around.file_of(number.strip()) for number in numbers.split(","))
    return "".join(f'<figure><img src="{escape(file)}"></figure>' for file in files if file)


def _captioned(match: re.Match[str]) -> str:
    image = _IMG.search(match[1])
    caption = _TAG.sub("", match[1][image.end() :] if image else match[1]).strip()
    return f"<figure>{image[0] if image else ''}<figcaption>{caption}</figcaption></figure>"


def _paragraphs(html: str) -> str:
    """Blank lines part paragraphs where no block element does, single ones are line breaks: WordPress' own rule."""
    return "\n".join(_paragraph(part.strip()) for part in re.split(r"\n[ \t]*\n", html.replace("\r\n", "\n")))


def _paragraph(part: str) -> str:
    if not part or _BLOCK.search(part):
        return part
    return f"<p>{part.replace(chr(10), '<br>')}</p>"
