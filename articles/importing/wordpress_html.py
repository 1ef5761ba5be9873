"""WordPress' HTML, classic or of the block editor, made into what the article schema can clean.

Only what the schema would lose is handled here: the ``<!--more-->`` mark, shortcodes that carry text or pictures,
paragraphs that WordPress makes from blank lines while it prints, pictures, and embedded players.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

_MORE = re.compile(r"<!--\s*more\b.*?-->|<!--\s*wp:more\b.*?-->\s*|<!--\s*/wp:more\s*-->", re.S)
_BREAK = "<div data-paywall-break></div>"
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_CAPTION = re.compile(r"\[caption[^\]]*\](.*?)\[/caption\]", re.S)
_EMBED = re.compile(r"\[embed[^\]]*\](.*?)\[/embed\]", re.S)
_GALLERY = re.compile(r"\[(?:gallery|audio|video|playlist)\b[^\]]*\](?:.*?\[/(?:audio|video|playlist)\])?", re.S)
_IMG = re.compile(r"<img\b[^>]*>", re.S | re.I)
_FIGURE = re.compile(r"<figure\b[^>]*>(.*?)</figure>", re.S | re.I)
_FIGCAPTION = re.compile(r"<figcaption\b[^>]*>(.*?)</figcaption>", re.S | re.I)
_IFRAME = re.compile(r"<iframe\b[^>]*>(?:.*?</iframe>)?", re.S | re.I)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.S)
_PLAYER = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)")
_VIMEO = re.compile(r"(?:https?:)?//player\.vimeo\.com/video/(\d+)")
_BLOCK = re.compile(
    r"</?(?:p|h[1-6]|ul|ol|li|blockquote|pre|table|thead|tbody|tr|td|th|div|figure|figcaption|hr|section|aside|dl|dt|dd)\b",
    re.I,
)

# Answers an image's address and alternative text with the public id of its picture, or None where there is none.
FindPicture = Callable[[str, str], str | None]


def convert(html: str, find_picture: FindPicture) -> str:
    """Post content as HTML for ``body_schema.clean``; pictures that cannot be found leave no gap."""
    html = _MORE.sub(_BREAK, html)
    html = _EMBED.sub(lambda match: _embed(unescape(match[1].strip())), html)
    html = _GALLERY.sub("", _CAPTION.sub(_captioned, html))
    html = _COMMENT.sub("", html)
    html = _IFRAME.sub(_player, html)
    html = _FIGURE.sub(lambda match: _figure(match[1], find_picture), html)
    html = _IMG.sub(lambda match: _picture(match[0], "", find_picture), html)
    return _paragraphs(html)


def first_words(html: str, most: int = 280) -> str:
    """The first sentences of a text, at most so many characters, ending where a sentence does if one does."""
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()
    if len(text) <= most:
        return text
    cut = text[:most]
    end = max(cut.rfind(mark) for mark in (". ", "? ", "! ", "… "))
    return cut[: end + 1] if end > most // 3 else cut[: cut.rfind(" ")].rstrip(",;:–—- ") + "…"


def _captioned(match: re.Match[str]) -> str:
    image = _IMG.search(match[1])
    caption = re.sub(r"<[^>]+>", "", match[1][image.end() :] if image else match[1]).strip()
    return f"<figure>{image[0] if image else ''}<figcaption>{caption}</figcaption></figure>"


def _figure(inside: str, find_picture: FindPicture) -> str:
    image = _IMG.search(inside)
    if image is None:
        return f"<figure>{inside}</figure>" if "data-embed" in inside else inside
    caption = _FIGCAPTION.search(inside)
    return _picture(image[0], caption[1] if caption else "", find_picture)


def _picture(tag: str, caption: str, find_picture: FindPicture) -> str:
    attributes = _attributes(tag)
    found = find_picture(attributes.get("src", ""), attributes.get("alt", ""))
    if found is None:
        return ""
    words = f"<figcaption>{caption}</figcaption>" if caption.strip() else ""
    return f'<figure data-picture="{found}">{words}</figure>'


def _player(match: re.Match[str]) -> str:
    source = _attributes(match[0]).get("src", "")
    if youtube := _PLAYER.match(source):
        return _embed(f"https://www.youtube.com/watch?v={youtube[1]}")
    if vimeo := _VIMEO.match(source):
        return _embed(f"https://vimeo.com/{vimeo[1]}")
    return _embed(f"https:{source}" if source.startswith("//") else source)


def _embed(address: str) -> str:
    return f'<figure data-embed="{escape(address)}"></figure>' if address else ""


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}


def _paragraphs(html: str) -> str:
    """Blank lines part paragraphs where no block element does; WordPress does that while it prints a post."""
    parts = re.split(r"\n\s*\n", html.replace("\r\n", "\n"))
    return "\n".join(part if _BLOCK.search(part) or not part.strip() else f"<p>{part.strip()}</p>" for part in parts)
