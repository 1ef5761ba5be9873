"""WordPress' HTML arrives whole: nothing that was written is lost, nothing that acts comes along."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from articles import body_schema
from articles.importing.wordpress_html import Surroundings, convert, first_words, image_addresses, plain_title
from tests.articles.test_body_schema import _Attributes as Attributes
from tests.articles.test_body_schema import nasty_html

PICTURES = {"/quay.jpg": "q-1", "/crane.jpg": "c-2", "/a b.jpg": "a-3"}
AROUND = Surroundings(
    find_picture=lambda address, alt: PICTURES.get(address),
    file_of=lambda number: {"21": "/quay.jpg", "22": "/crane.jpg"}.get(number, ""),
    path_of=lambda href: "/2015/03/cranes/" if href == "https://old.example/2015/03/cranes/" else None,
)


def converted(html: str) -> str:
    return body_schema.clean(convert(html, AROUND))


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("one\r\n\r\ntwo", "<p>one</p><p>two</p>"),
        ("a verse\nin two lines", "<p>a verse<br>in two lines</p>"),
        ("<p>a paragraph\nwrapped</p>", "<p>a paragraph wrapped</p>"),
        ("text\n<h2>Head</h2>\nmore", "<p>text</p><h2>Head</h2><p>more</p>"),
        ("<strong>a</strong> b\n\nc", "<p><strong>a</strong> b</p><p>c</p>"),
        ("a<!--more-->b", "<p>a</p><div data-paywall-break></div><p>b</p>"),
        (
            "<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n<p>b</p>",
            "<div data-paywall-break></div><p>b</p>",
        ),
        ("<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->", "<p>a</p>"),
        ("<script>steal()</script><style>p{}</style>a", "<p>a</p>"),
        ('<p onclick="x()"><a href="javascript:x()">a</a></p>', "<p>a</p>"),
        ('<p><img src="/quay.jpg" alt=""></p>', '<figure data-picture="q-1"></figure>'),
        ("<p>a <img src=/quay.jpg> b</p>", '<p>a</p><figure data-picture="q-1"></figure><p>b</p>'),
        ('<a href="/quay.jpg"><img src="/quay.jpg"></a>', '<figure data-picture="q-1"></figure>'),
        ('<figure><img src="/nowhere.jpg"><figcaption>Gone</figcaption></figure><p>a</p>', "<p>a</p>"),
        (
            '<figure><figure><img src="/quay.jpg"></figure><figcaption>The <em>quay</em></figcaption></figure>',
            '<figure data-picture="q-1"><figcaption>The <em>quay</em></figcaption></figure>',
        ),
        (
            '[caption width="9"]<a href="/x"><img src="/quay.jpg"></a> The quay[/caption]',
            '<figure data-picture="q-1"><figcaption>The quay</figcaption></figure>',
        ),
        ('[gallery ids="21, 22,99"]', '<figure data-picture="q-1"></figure><figure data-picture="c-2"></figure>'),
        (
            '<figure class="wp-block-gallery"><figure><img src="/quay.jpg"></figure>'
            '<figure><img src="/crane.jpg"></figure><figcaption>Both</figcaption></figure>',
            '<figure data-picture="q-1"></figure><figure data-picture="c-2"></figure><p>Both</p>',
        ),
        (
            "<p>[embed]https://www.youtube-nocookie.com/embed/abc[/embed]</p>",
            '<figure data-embed="https://www.youtube.com/watch?v=abc"></figure>',
        ),
        (
            '<p><iframe src="//player.vimeo.com/video/7?x=1"></iframe></p>',
            '<figure data-embed="https://vimeo.com/7"></figure>',
        ),
        (
            "a\n\nhttps://www.youtube.com/watch?v=abc\n\nb",
            '<p>a</p><figure data-embed="https://www.youtube.com/watch?v=abc"></figure><p>b</p>',
        ),
        (
            '<figure class="wp-block-embed"><div>\nhttps://x.com/a/status/1\n</div></figure>',
            '<figure data-embed="https://x.com/a/status/1"></figure>',
        ),
        (
            '<iframe src="https://unknown.example/x"></iframe>',
            '<p><a href="https://unknown.example/x">https://unknown.example/x</a></p>',
        ),
        ("https://unknown.example/", "<p>https://unknown.example/</p>"),
        (
            '<figure class="wp-block-table"><table><tr><td>1</td></tr></table><figcaption>One</figcaption></figure>',
            "<table><tbody><tr><td>1</td></tr></tbody></table><p>One</p>",
        ),
        (
            '<figure class="wp-block-pullquote"><blockquote><p>So.</p></blockquote></figure>',
            '<aside class="pull-quote"><p>So.</p></aside>',
        ),
        (
            "<dl><dt>--children</dt><dd>set the number</dd></dl>",
            "<p><strong>--children</strong></p><p>set the number</p>",
        ),
        (
            '<p>so<sup id="fnref:1"><a href="#fn:1">1</a></sup></p><ol><li>this <a href="#fnref:1">↩</a></li></ol>',
            "<p>so<sup>1</sup></p><ol><li>this</li></ol>",
        ),
        (
            '<a href="https://old.example/2015/03/cranes/">then</a> <a href="https://else.example/">there</a>',
            '<p><a href="/2015/03/cranes/">then</a> <a href="https://else.example/">there</a></p>',
        ),
        ("[audio src='x.mp3'][/audio]a [sic] b", "<p>a [sic] b</p>"),
    ],
)
def test_what_wordpress_writes_becomes_what_the_schema_knows(written, stored):
    assert converted(written) == stored


def test_code_is_kept_letter_for_letter():
    code = 'if x &lt; 1:\n\n    print("[caption]")\n\n\n# &lt;!--more--&gt;'
    assert converted(f"<pre><code>{code}</code></pre>") == f"<pre>{code}</pre>"


def test_inline_code_quotes_and_tables_survive():
    html = "<blockquote><p>a <code>x = 1</code></p></blockquote><table><tr><th>h</th></tr><tr><td>1</td></tr></table>"
    stored = converted(html)
    assert "<blockquote><p>a <code>x = 1</code></p></blockquote>" in stored
    assert "<thead><tr><th>h</th></tr></thead><tbody><tr><td>1</td></tr></tbody>" in stored


@settings(max_examples=300, deadline=None)
@given(nasty_html)
def test_any_input_is_converted_and_none_of_it_acts(html):
    stored = converted(html)
    assert body_schema.clean(stored) == stored
    for tag, name, value in Attributes(stored).found:
        assert not name.startswith("on"), (tag, name)
        assert not "".join(value.split()).lower().startswith(("javascript:", "data:", "vbscript:")), (tag, value)


def test_hopeless_nesting_ends():
    assert converted("<figure>" * 3000 + '<img src="/quay.jpg">' + "[caption]" * 3000) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Short.", "Short."),
        ("<p>With <em>marks</em> &amp; entities</p>", "With marks & entities"),
        ("<script>x()</script>Said.", "Said."),
        (f"First sentence is here and long enough. {'x' * 150} {'y' * 150}", None),
        (f"First sentence, which is long enough to be one, ends here. And {'then ' * 100}", None),
    ],
)
def test_first_words_end_where_a_sentence_or_a_word_does(text, words):
    found = first_words(text)
    assert len(found) <= 281
    assert found == words if words else found.endswith((".", "…"))


def test_titles_lose_their_entities_and_marks():
    assert plain_title("  <em>Ports</em> &#8220;fall&#8221; &amp;\n rise ") == "Ports “fall” & rise"


def test_images_are_listed_once_in_order():
    html = "<img src=\"/b.jpg?x=1&amp;y=2\"><img alt='' src='/a.jpg'><IMG SRC=/c.jpg><img src=''><img src='/a.jpg'>"
    assert image_addresses(html) == ["/b.jpg?x=1&y=2", "/a.jpg", "/c.jpg"]
