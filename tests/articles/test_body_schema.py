"""The schema of a text: one canonical form, and nothing in it that could act."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.body_schema import clean, has_paywall_break, plain_text, references, split, word_count

KEPT = "href class dir start colspan rowspan data-picture data-chart data-embed data-paywall-break"
DROPPED = "src onclick onerror style xlink:href formaction srcdoc id name"
TAGS = """
    p div b strong em i a ul ol li blockquote aside figure figcaption table tr td th tbody h1 h2 h5 hr br pre span
    script style svg math iframe img template noscript form input section dl dt sub code title textarea foreignObject
"""
VALUES = """\
javascript:alert(1)
JaVaScRiPt:alert(1)
 java\tscript:alert(1)
java&#10;script:alert(1)
data:text/html,<b>x
vbscript:x
//evil.example:99999/
https://example.com/a b
https://user@example.com/
/articles/2026/11/x/
#top
mailto:desk@corniche.example
https://www.youtube.com/watch?v=1
rtl
pull-quote
key-points
wide
some-chart
3
999999999
"><script>alert(1)</script>
'
&quot;
"""
TEXTS = " |&nbsp;|&#13;|&lt;script&gt;|<!-- x -->|<![CDATA[x]]>|word|مرحبا|\r\n|\x00|\ufeff"

names = st.sampled_from([*KEPT.split(), *DROPPED.split()])
tags = st.sampled_from(TAGS.split())
pairs = st.tuples(names, st.sampled_from(VALUES.split("\n")))
attributes = st.lists(pairs, max_size=3).map(lambda found: "".join(f' {name}="{value}"' for name, value in found))
openings = st.builds(lambda tag, rest: f"<{tag}{rest}>", tags, attributes)
closings = tags.map(lambda tag: f"</{tag}>")
texts = st.one_of(st.text(max_size=12), st.sampled_from(TEXTS.split("|")))
nasty_html = st.lists(st.one_of(openings, closings, texts), max_size=25).map("".join)


class _Attributes(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs]


@settings(max_examples=600, deadline=None)
@given(nasty_html)
@example("<ul><li>a<ul><li>b</ul></ul>")
@example("<ul>a<ul></ul></ul>")
@example("<b><p>a</p><p>b</p></b>")
@example("<p>a<br><br>b</p>")
def test_cleaning_twice_changes_nothing_more(html: str) -> None:
    once = clean(html)
    assert clean(once) == once


@settings(max_examples=600, deadline=None)
@given(nasty_html)
def test_nothing_that_could_act_survives(html: str) -> None:
    for tag, name, value in _Attributes(clean(html)).found:
        assert name in KEPT.split(), (tag, name)
        scheme = "".join(value.split()).lower()
        assert not scheme.startswith(("javascript:", "data:", "vbscript:")), (tag, name, value)


@settings(max_examples=300, deadline=None)
@given(nasty_html, st.integers(min_value=1, max_value=20))
def test_opening_and_rest_together_are_the_whole_text(html: str, words: int) -> None:
    body = clean(html)
    opening, rest = split(body, words)
    assert plain_text(opening).split() + plain_text(rest).split() == plain_text(body).split()
    assert not has_paywall_break(opening + rest)


def test_deep_nesting_is_flattened_without_failing() -> None:
    body = clean("<blockquote><div><strong>" * 5000 + "kept" + "</strong></div></blockquote>" * 5000)
    assert plain_text(body) == "kept"


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("<p><b>Why it matters:</b> it <i>does</i></p>", "<p><strong>Why it matters:</strong> it <em>does</em></p>"),
        ("<p>one<br><br>two</p>", "<p>one</p><p>two</p>"),
        ("bare words", "<p>bare words</p>"),
        ("<h1>Title</h1><h5>small</h5>", "<h2>Title</h2><h3>small</h3>"),
        ('<b id="docs-guid"><p>one</p><p>two</p></b>', "<p>one</p><p>two</p>"),
        ("<ul><li><p>a</p></li><li></li></ul>", "<ul><li>a</li></ul>"),
        ('<div dir="rtl"><p>سطر</p></div>', '<p dir="rtl">سطر</p>'),
        ('<blockquote class="pull-quote"><p>So.</p></blockquote>', '<aside class="pull-quote"><p>So.</p></aside>'),
        ('<figure data-picture="a-1" class="wide x"></figure>', '<figure data-picture="a-1" class="wide"></figure>'),
        (
            '<blockquote>words<figure data-picture="a-1"></figure></blockquote>',
            '<blockquote><p>words</p></blockquote><figure data-picture="a-1"></figure>',
        ),
        ('<figure data-picture="../etc"></figure>', ""),
        ('<figure data-embed="javascript:alert(1)"></figure>', ""),
        (
            '<figure data-embed="https://evil.example/x"></figure>',
            '<p><a href="https://evil.example/x">https://evil.example/x</a></p>',
        ),
        (
            '<figure data-embed="https://youtube.com.evil.example/x"></figure>',
            '<p><a href="https://youtube.com.evil.example/x">https://youtube.com.evil.example/x</a></p>',
        ),
        ('<a href="javascript:alert(1)">press</a>', "<p>press</p>"),
        ('<a href="java\tscript:alert(1)">press</a>', "<p>press</p>"),
        (
            "<table><tr><th>a</th></tr><tr><td>1</td></tr></table>",
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        ),
        ("<p><svg><script>alert(1)</script></svg>text</p>", "<p>text</p>"),
        ("<section>one</section><section>two</section>", "<p>one</p><p>two</p>"),
        ("", ""),
        ("<p></p><p>&nbsp;</p><p>&nbsp;x</p>", "<p>&nbsp;x</p>"),
    ],
)
def test_html_is_brought_into_the_schema(written: str, stored: str) -> None:
    assert clean(written) == stored


def test_only_the_first_paywall_break_stays() -> None:
    body = clean("<p>a</p><div data-paywall-break></div><p>b</p><div data-paywall-break></div><p>c</p>")
    assert split(body, 120) == ("<p>a</p>", "<p>b</p><p>c</p>")


def test_paywall_break_that_was_never_closed_swallows_nothing() -> None:
    assert split(clean("<p>a</p><div data-paywall-break><p>b</p><p>c</p>"), 1) == ("<p>a</p>", "<p>b</p><p>c</p>")


def test_text_for_everybody_opens_whole_even_with_a_break() -> None:
    assert split(clean("<p>a</p><div data-paywall-break></div><p>b</p>")) == ("<p>a</p><p>b</p>", "")


def test_without_a_break_the_first_words_open() -> None:
    body = clean("".join(f"<p>{'word ' * 50}{number}</p>" for number in range(8)))
    opening, rest = split(body, 120)
    assert (word_count(opening), word_count(rest)) == (153, 255)


def test_short_text_never_opens_by_more_than_half() -> None:
    opening, rest = split(clean("<p>one two three</p><p>four</p>"), 120)
    assert (opening, word_count(rest)) == ("", 4)


def test_plain_text_leaves_out_what_is_not_prose() -> None:
    body = clean(
        '<p>a</p><figure data-picture="x"><figcaption>not me</figcaption></figure><ul><li>b</li><li>c</li></ul>'
    )
    assert plain_text(body) == "a\n\nb\nc"
    assert references(body, "data-picture") == ["x"]
